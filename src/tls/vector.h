/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_VECTOR_H
#define TLSWHY_TLS_VECTOR_H

/*
 * The vectors of the TLS presentation language (RFC 8446 section 3.4): a length of one to three bytes, then
 * elements. Each reader copies the elements into the arena and tells how far it came; what follows the vector
 * can be read in any case, as long as the vector's own length was right. A list keeps the elements before the
 * one that failed; a single value is kept whole or not at all.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/protocol.h"

/* What a cursor that was to be read to its end says of it. */
enum decode_result vector_result(const struct cursor *c);

static inline enum decode_result decode_worse(enum decode_result a, enum decode_result b)
{
    return a > b ? a : b;
}

/* Bytes that the sender put there, captured or not. */
static inline uint32_t vector_announced(const struct cursor *c)
{
    return (uint32_t)(c->left + c->uncaptured);
}

/* The elements' bytes behind a length of `length_width` bytes. */
bool vector_open(struct cursor *c, size_t length_width, struct cursor *elements);

/* Elements of one or two bytes. */
enum decode_result vector_codes(struct cursor *c, size_t length_width, size_t code_width, struct arena *arena,
                                struct code_list *list);

enum decode_result vector_octets(struct cursor *c, size_t length_width, struct arena *arena,
                                 struct octets *value);

/* Elements that are vectors of bytes themselves. */
enum decode_result vector_octets_list(struct cursor *c, size_t length_width, size_t item_width,
                                      struct arena *arena, struct octets_list *list);

/* Passes over a vector of bytes. */
enum decode_result vector_skip(struct cursor *c, size_t length_width);

/* How many elements of the shape {`before` bytes, vector of bytes, `after` bytes} begin in `elements`. */
uint32_t vector_count(struct cursor elements, size_t before, size_t item_width, size_t after);

/* All that is left, as a value. */
void vector_rest(struct cursor *c, struct arena *arena, struct octets *value);

#endif
