/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_DIGEST_INDEX_H
#define TLSWHY_BASE_DIGEST_INDEX_H

/*
 * Numbers distinct SHA-256 digests in the order in which they come: 0, 1, 2, ... What belongs to a digest is
 * the owner's, in an array of its own. The index holds a fixed number of digests at most.
 */

#include <stdbool.h>
#include <stdint.h>

enum { DIGEST_LENGTH = 32 };

#define DIGEST_INDEX_FULL UINT32_MAX

struct digest_index;

struct digest_index *digest_index_new(uint32_t limit); /* digests */
void digest_index_free(struct digest_index *index);    /* NULL is fine */

/* The number of this digest; `is_new` where it has just been given one. DIGEST_INDEX_FULL: it has none, and
 * there is no room. */
uint32_t digest_index_number(struct digest_index *index, const uint8_t digest[static DIGEST_LENGTH],
                             bool *is_new);

#endif
