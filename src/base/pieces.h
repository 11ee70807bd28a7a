/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_PIECES_H
#define TLSWHY_BASE_PIECES_H

/*
 * Pieces are bytes that arrive with their offsets, in any order, more than once, overlapping: the fragments
 * of a DTLS message, the CRYPTO frames of QUIC. They are copied into one run of bytes that grows up to a
 * limit, and it is known which of it is there. Where pieces overlap, the bytes that came first stay.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIECES_HOLES = 64 }; /* as many holes may be open at once */

struct piece {
    uint32_t begin, end; /* `end` is one past the last */
};

/* All zero is empty and valid. */
struct pieces {
    uint8_t *bytes;      /* owned */
    struct piece *items; /* owned: what is there, ascending, none touching another */
    uint32_t count, room;
};

void pieces_free(struct pieces *pieces); /* the struct itself is the owner's, and empty after it */

/* False, and nothing is kept, where the piece reaches beyond `limit` or too many holes are open. */
bool pieces_add(struct pieces *pieces, uint32_t limit, uint64_t offset, const uint8_t *bytes, size_t length);

/* How many bytes are there from the beginning on. */
static inline uint32_t pieces_ready(const struct pieces *pieces)
{
    return pieces->count > 0 && pieces->items[0].begin == 0 ? pieces->items[0].end : 0;
}

/* All of [offset, offset + length) is there. */
bool pieces_have(const struct pieces *pieces, uint64_t offset, size_t length);

/* Bytes of memory held. */
static inline size_t pieces_size(const struct pieces *pieces)
{
    return pieces->room + (pieces->items ? PIECES_HOLES * sizeof *pieces->items : 0);
}

#endif
