/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_MEMO_H
#define TLSWHY_BASE_MEMO_H

/*
 * A memo remembers what was made of some bytes, for inputs that come again and again. It holds a fixed number
 * of them, compares all their bytes, and forgets what another takes the place of: whoever sends what is made
 * to collide gets no worse than having everything made anew.
 */

#include <stddef.h>

struct memo;

/* Each result has `result_size` bytes. */
struct memo *memo_new(size_t result_size);
void memo_free(struct memo *memo); /* NULL is fine */

/* The result for these bytes, which lives until the next memo_keep(); NULL: not remembered. */
const void *memo_find(const struct memo *memo, const void *bytes, size_t length);

/* Copies both; long inputs are not worth it and are passed over. */
void memo_keep(struct memo *memo, const void *bytes, size_t length, const void *result);

#endif
