/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_CODE_TEXTS_H
#define TLSWHY_REPORT_CODE_TEXTS_H

/*
 * Remembers how lists of registered numbers were written. Clients of one kind offer the same suites, groups
 * and algorithms, so most lists of a capture were written before, and looking up each name again would be
 * much of what writing an event costs.
 */

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>

enum { CODE_TEXTS = 32 };

struct code_text {
    struct buffer codes, text;
};

/* Those of one fact. All zeroes is empty and valid. */
struct code_texts {
    struct code_text places[CODE_TEXTS];
};

/* Adds the text of those numbers to `out`; false when it is not known. */
bool code_texts_add(const struct code_texts *texts, const uint16_t *codes, uint32_t count,
                    struct buffer *out);

/* In place of another, it may be. Long lists are not kept. */
void code_texts_keep(struct code_texts *texts, const uint16_t *codes, uint32_t count, const char *text,
                     size_t length);

void code_texts_free(struct code_texts *texts);

#endif
