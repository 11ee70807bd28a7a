/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pieces.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 2048 };

void pieces_free(struct pieces *pieces)
{
    free(pieces->bytes);
    free(pieces->items);
    *pieces = (struct pieces){0};
}

static void make_room(struct pieces *pieces, uint32_t end)
{
    uint32_t room = pieces->room ? pieces->room : FIRST_ROOM;
    while (room < end)
        room *= 2;
    if (room > pieces->room)
        pieces->bytes = memory_resize(pieces->bytes, room, 1);
    pieces->room = room;
}

/* Copies what is not there yet of the piece. */
static void copy(struct pieces *pieces, struct piece piece, const uint8_t *bytes)
{
    uint32_t at = piece.begin;
    for (uint32_t i = 0; i <= pieces->count && at < piece.end; i++) {
        uint32_t stop = i < pieces->count ? pieces->items[i].begin : piece.end;
        stop = stop < piece.end ? stop : piece.end;
        if (at < stop)
            memcpy(pieces->bytes + at, bytes + (at - piece.begin), stop - at);
        if (i < pieces->count && pieces->items[i].end > at)
            at = pieces->items[i].end;
    }
}

/* The items that the piece overlaps or touches become one with it. */
static void join(struct pieces *pieces, struct piece piece)
{
    uint32_t first = 0, behind;
    while (first < pieces->count && pieces->items[first].end < piece.begin)
        first++;
    for (behind = first; behind < pieces->count && pieces->items[behind].begin <= piece.end; behind++) {
        if (pieces->items[behind].begin < piece.begin)
            piece.begin = pieces->items[behind].begin;
        if (pieces->items[behind].end > piece.end)
            piece.end = pieces->items[behind].end;
    }
    memmove(&pieces->items[first + 1], &pieces->items[behind],
            (pieces->count - behind) * sizeof *pieces->items);
    pieces->items[first] = piece;
    pieces->count = pieces->count - (behind - first) + 1;
}

bool pieces_add(struct pieces *pieces, uint32_t limit, uint64_t offset, const uint8_t *bytes, size_t length)
{
    if (offset > limit || length > limit - offset || pieces->count >= PIECES_HOLES)
        return false;
    if (length == 0)
        return true;
    struct piece piece = {.begin = (uint32_t)offset, .end = (uint32_t)(offset + length)};
    if (!pieces->items)
        pieces->items = memory_new(PIECES_HOLES + 1, sizeof *pieces->items);
    make_room(pieces, piece.end);
    copy(pieces, piece, bytes);
    join(pieces, piece);
    return true;
}

bool pieces_have(const struct pieces *pieces, uint64_t offset, size_t length)
{
    for (uint32_t i = 0; i < pieces->count; i++)
        if (offset >= pieces->items[i].begin && offset <= pieces->items[i].end)
            return length <= pieces->items[i].end - offset;
    return length == 0;
}
