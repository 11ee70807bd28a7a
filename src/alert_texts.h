/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_ALERT_TEXTS_H
#define TLSWHY_ALERT_TEXTS_H

/*
 * What software says when an alert reaches it: registry/alert-texts.tsv, turned into C at build time. For
 * --explain.
 */

#include <stddef.h>
#include <stdint.h>

struct alert_text {
    uint8_t code;
    const char *software; /* a word of rules: "openssl" */
    const char *text;
};

extern const struct alert_text alert_texts[];
extern const size_t alert_texts_count;

#endif
