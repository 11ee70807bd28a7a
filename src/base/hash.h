/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_HASH_H
#define TLSWHY_BASE_HASH_H

/*
 * A keyed hash for tables whose keys a stranger chooses (addresses and ports). The key is drawn at the start
 * of the run, so nobody can prepare a capture in which everything collides.
 */

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t words[2];
};

/* Drawn from the system's random source. */
struct hash_key hash_key_new(void);

/* SipHash-1-3 of `length` bytes. */
uint64_t hash_bytes(struct hash_key key, const void *bytes, size_t length);

#endif
