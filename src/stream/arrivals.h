/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_ARRIVALS_H
#define TLSWHY_STREAM_ARRIVALS_H

/*
 * When the segments arrived that wait behind a hole. Where the hole is never filled, what they hold was there
 * from then on, and not only when the hole was given up. Bounded: of what is not noted the note before
 * counts.
 */

#include "stream/connection.h"

struct arrival_note {
    uint32_t start; /* sequence number */
    struct moment seen;
};

/* By sequence number. All zero is empty and valid. */
struct arrivals {
    struct arrival_note *items;
    uint32_t count, room;
};

void arrivals_free(struct arrivals *arrivals);

/* A segment that begins at `start`; of several the first counts. */
void arrivals_add(struct arrivals *arrivals, uint32_t start, struct moment seen);

void arrivals_drop_before(struct arrivals *arrivals, uint32_t sequence);

/* The first segment that begins at `sequence` or behind it; NULL: none is noted. */
const struct arrival_note *arrivals_from(const struct arrivals *arrivals, uint32_t sequence);

#endif
