/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include "base/memory.h"
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 32768 };

struct block {
    struct block *next;
    size_t used;
    size_t room;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *blocks; /* the newest first */
    size_t limit;
    size_t size;
    size_t next_room;
};

struct arena *arena_new(size_t limit)
{
    struct arena *arena = memory_new(1, sizeof *arena);
    arena->limit = limit;
    arena->size = sizeof *arena;
    arena->next_room = FIRST_BLOCK - sizeof(struct block);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->blocks) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    free(arena);
}

/* Zeroed, so that what is taken needs no clearing. */
static struct block *arena_grow(struct arena *arena, size_t needed)
{
    size_t spare = arena->limit > arena->size ? arena->limit - arena->size : 0;
    if (spare < sizeof(struct block) || spare - sizeof(struct block) < needed)
        return NULL;
    size_t room = needed > arena->next_room ? needed : arena->next_room;
    if (room > spare - sizeof(struct block))
        room = needed;
    struct block *block = memory_new(1, sizeof *block + room);
    block->room = room;
    block->next = arena->blocks;
    arena->blocks = block;
    arena->size += sizeof *block + room;
    if (arena->next_room < LARGEST_BLOCK / 2)
        arena->next_room *= 2;
    return block;
}

static void *take_bytes(struct arena *arena, size_t bytes, size_t alignment)
{
    struct block *block = arena->blocks;
    size_t begin = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;
    if (!block || begin > block->room || bytes > block->room - begin) {
        block = arena_grow(arena, bytes);
        begin = 0;
    }
    if (!block)
        return NULL;
    block->used = begin + bytes;
    return block->bytes + begin;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    size_t bytes = count * size;
    return take_bytes(arena, bytes > 0 ? bytes : 1, alignof(max_align_t));
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = take_bytes(arena, length + 1, 1);
    if (copy && length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

size_t arena_size(const struct arena *arena)
{
    return arena->size;
}
