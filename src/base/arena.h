/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_ARENA_H
#define TLSWHY_BASE_ARENA_H

/*
 * An arena hands out memory that all goes at once: one per connection holds everything that is known of its
 * handshake. It owns its blocks, counts its bytes, and refuses to grow past the limit it was made with:
 * arena_take() then returns NULL, and the caller goes without that one fact.
 */

#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(size_t limit);
void arena_free(struct arena *arena); /* NULL is fine */

/* Zeroed bytes, aligned for any type; NULL where the limit is reached. */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* A copy of `length` bytes with a NUL behind it; NULL where the limit is reached. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);

/* Bytes held from the system. */
size_t arena_size(const struct arena *arena);

#endif
