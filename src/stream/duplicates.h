/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_DUPLICATES_H
#define TLSWHY_STREAM_DUPLICATES_H

/*
 * Knows a packet that was captured twice: on both sides of a bridge or router, or on several interfaces at
 * once. Its copy says the same in all that TCP says, within milliseconds; MAC addresses, tags and the hop
 * limit may differ. A retransmission has another IP identification, or takes longer.
 */

#include "capture/segment.h"

/* What is remembered of a segment. */
struct duplicates_entry {
    uint64_t said; /* a hash of its connection's number and of all that TCP says in it */
    int64_t time;
};

enum { DUPLICATES_ENTRIES = 2048 };

/* The latest segments of all connections, each in the place that its numbers point to. All zeroes at first.
 */
struct duplicates {
    struct duplicates_entry entries[DUPLICATES_ENTRIES];
};

/* Whether the segment is a copy of one before it in the connection of that number; it is remembered if not.
 */
bool duplicates_know(struct duplicates *duplicates, uint64_t connection, const struct segment *segment);

#endif
