/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_RANGES_H
#define TLSWHY_STREAM_RANGES_H

/*
 * What of a stream has arrived behind a hole: ranges of sequence numbers, in order, none touching another of
 * its kind. A range either waits (libnids queues its bytes, in `pieces` segments) or was cut: a segment was
 * there, but the capture kept only its beginning. All numbers lie within 2^30 of each other.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
    uint32_t start, end; /* `end` is one past the last */
    uint32_t pieces;     /* 0: cut */
};

/* All zero is empty and valid. */
struct ranges {
    struct range *items;
    uint32_t count, room;
    uint32_t bytes;  /* that wait */
    uint32_t pieces; /* that wait */
};

void ranges_free(struct ranges *ranges);

/* Adds bytes that wait, over what was cut there. They must overlap none that wait already. */
void ranges_add_waiting(struct ranges *ranges, uint32_t start, uint32_t end);

/* Adds bytes that were cut. They must overlap no range. */
void ranges_add_cut(struct ranges *ranges, uint32_t start, uint32_t end);

/* Forgets all before `sequence`. */
void ranges_drop_before(struct ranges *ranges, uint32_t sequence);

/* A byte that waits is there. */
bool ranges_wait_at(const struct ranges *ranges, uint32_t sequence);

/* The first part of [*start, end) which does not wait (nor was cut, with `or_cut`) becomes [*start, *stop).
 */
bool ranges_next_free(const struct ranges *ranges, uint32_t *start, uint32_t *stop, uint32_t end,
                      bool or_cut);

#endif
