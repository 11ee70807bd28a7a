/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_DUPLICATES_H
#define TLSWHY_STREAM_DUPLICATES_H

/*
 * Knows a packet that was captured twice: on both sides of a bridge or router, or on several interfaces at
 * once. Its copy says the same in all that TCP says, within milliseconds; MAC addresses, tags and the hop
 * limit may differ. A retransmission has another IP identification, or takes longer.
 */

#include "capture/segment.h"

/* What is remembered of a segment; by `connection` only its identity. */
struct duplicates_entry {
    const void *connection;
    int64_t time;
    uint32_t sequence, acknowledgment, length, captured;
    uint16_t identification, checksum, window, source_port;
    uint8_t flags;
    bool bad_checksum;
};

enum { DUPLICATES_ENTRIES = 2048 };

/* The latest segments of all connections, each in the place that its numbers point to. All zeroes at first.
 */
struct duplicates {
    struct duplicates_entry entries[DUPLICATES_ENTRIES];
};

/* Whether the segment is a copy of one before it; it is remembered if not. */
bool duplicates_know(struct duplicates *duplicates, const void *connection, const struct segment *segment);

#endif
