/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_TOMBSTONES_H
#define TLSWHY_STREAM_TOMBSTONES_H

/*
 * Tombstones remember the endpoints of finished connections, so that a segment that strays in later starts
 * no new one. 16 bytes each; the table grows as needed up to a million, then the oldest give way.
 */

#include <stdbool.h>
#include <stdint.h>

struct tombstone {
    uint64_t name;             /* see tombstones_put(); 0: empty */
    uint32_t initial_sequence; /* of the client's SYN, if it was seen */
    uint32_t stream;           /* the connection's number */
};

/* All zero is empty and valid. */
struct tombstones {
    struct tombstone *slots;
    uint32_t room, count;
};

enum { TOMBSTONE_CLOSED = 1, TOMBSTONE_SYN = 2, TOMBSTONE_FLAGS = 3 };

void tombstones_free(struct tombstones *tombstones);

/* `hash` names the endpoints; `flags`: TOMBSTONE_CLOSED for a connection that both ends are done with,
 * TOMBSTONE_SYN where initial_sequence is known. Replaces an earlier tombstone of those endpoints. */
void tombstones_put(struct tombstones *tombstones, uint64_t hash, unsigned flags, uint32_t initial_sequence,
                    uint32_t stream);

/* NULL: none. Lives until the next tombstones_put(). */
const struct tombstone *tombstones_find(const struct tombstones *tombstones, uint64_t hash);

static inline bool tombstone_has(const struct tombstone *tombstone, unsigned flags)
{
    return (tombstone->name & flags) == flags;
}

#endif
