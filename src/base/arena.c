/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include "base/memory.h"
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* A handshake with all that is known of it mostly fits into the first block. */
enum { FIRST_BLOCK = 4000, LARGEST_BLOCK = 32768 };

struct block {
    struct block *next;
    size_t used;
    size_t room;
    alignas(max_align_t) char bytes[];
};

/* The first block is allocated together with its arena, and stands behind it. */
struct arena {
    struct block *blocks; /* the newest first, so that one is the last */
    size_t limit;
    size_t size;
    alignas(max_align_t) size_t next_room;
};

static struct block *first_block(struct arena *arena)
{
    return (struct block *)(void *)(arena + 1);
}

struct arena *arena_new(size_t limit)
{
    size_t least = sizeof(struct arena) + sizeof(struct block);
    size_t size = limit < least ? least : limit < FIRST_BLOCK ? limit : FIRST_BLOCK;
    struct arena *arena = memory_resize(NULL, size, 1);
    *arena =
        (struct arena){.blocks = first_block(arena), .limit = limit, .size = size, .next_room = FIRST_BLOCK};
    *first_block(arena) = (struct block){.room = size - least};
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->blocks != first_block(arena)) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    free(arena);
}

static struct block *arena_grow(struct arena *arena, size_t needed)
{
    size_t spare = arena->limit > arena->size ? arena->limit - arena->size : 0;
    if (spare < sizeof(struct block) || spare - sizeof(struct block) < needed)
        return NULL;
    size_t room = needed > arena->next_room ? needed : arena->next_room;
    if (room > spare - sizeof(struct block))
        room = needed;
    struct block *block = memory_resize(NULL, sizeof *block + room, 1);
    *block = (struct block){.next = arena->blocks, .room = room};
    arena->blocks = block;
    arena->size += sizeof *block + room;
    if (arena->next_room < LARGEST_BLOCK / 2)
        arena->next_room *= 2;
    return block;
}

/* Not cleared. */
static void *take_bytes(struct arena *arena, size_t bytes, size_t alignment)
{
    struct block *block = arena->blocks;
    size_t begin = (block->used + alignment - 1) & ~(alignment - 1);
    if (begin > block->room || bytes > block->room - begin) {
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
    void *taken = take_bytes(arena, bytes > 0 ? bytes : 1, alignof(max_align_t));
    return taken ? memset(taken, 0, bytes) : NULL;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
    if (length == SIZE_MAX)
        return NULL;
    char *copy = take_bytes(arena, length + 1, 1);
    if (!copy)
        return NULL;
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

size_t arena_size(const struct arena *arena)
{
    return arena->size;
}
