/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/ranges.h"
#include "base/memory.h"
#include "stream/sequence.h"
#include <stdlib.h>
#include <string.h>

void ranges_free(struct ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct ranges){0};
}

/* Index of the first range that ends behind `sequence`. */
static uint32_t find(const struct ranges *ranges, uint32_t sequence)
{
    uint32_t low = 0, high = ranges->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sequence_after(ranges->items[middle].end, sequence))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void insert(struct ranges *ranges, uint32_t at, struct range range)
{
    if (ranges->count == ranges->room) {
        ranges->room = ranges->room ? ranges->room * 2 : 4;
        ranges->items = memory_resize(ranges->items, ranges->room, sizeof *ranges->items);
    }
    memmove(ranges->items + at + 1, ranges->items + at, (ranges->count - at) * sizeof *ranges->items);
    ranges->items[at] = range;
    ranges->count++;
}

static void erase(struct ranges *ranges, uint32_t at, uint32_t count)
{
    ranges->count -= count;
    memmove(ranges->items + at, ranges->items + at + count, (ranges->count - at) * sizeof *ranges->items);
}

/* Takes [start, end) out of what was cut. */
static void uncut(struct ranges *ranges, uint32_t start, uint32_t end)
{
    uint32_t at = find(ranges, start);
    while (at < ranges->count && sequence_before(ranges->items[at].start, end)) {
        struct range *range = &ranges->items[at];
        struct range behind = {.start = end, .end = range->end};
        bool goes_on = sequence_after(range->end, end);
        if (sequence_before(range->start, start)) {
            range->end = start;
            at++;
            if (goes_on)
                insert(ranges, at, behind);
        } else if (goes_on) {
            range->start = end;
        } else {
            erase(ranges, at, 1);
            continue;
        }
        if (goes_on)
            break;
    }
}

static bool touch(const struct range *before, const struct range *after)
{
    return before->end == after->start && (before->pieces == 0) == (after->pieces == 0);
}

static void join_next(struct ranges *ranges, uint32_t at)
{
    struct range *range = &ranges->items[at];
    if (at + 1 >= ranges->count || !touch(range, range + 1))
        return;
    range->end = range[1].end;
    range->pieces += range[1].pieces;
    erase(ranges, at + 1, 1);
}

static void add(struct ranges *ranges, struct range range)
{
    uint32_t at = find(ranges, range.start);
    insert(ranges, at, range);
    join_next(ranges, at);
    if (at > 0)
        join_next(ranges, at - 1);
}

void ranges_add_waiting(struct ranges *ranges, uint32_t start, uint32_t end)
{
    uncut(ranges, start, end);
    add(ranges, (struct range){.start = start, .end = end, .pieces = 1});
    ranges->bytes += end - start;
    ranges->pieces++;
}

void ranges_add_cut(struct ranges *ranges, uint32_t start, uint32_t end)
{
    add(ranges, (struct range){.start = start, .end = end});
}

void ranges_drop_before(struct ranges *ranges, uint32_t sequence)
{
    uint32_t whole = find(ranges, sequence);
    for (uint32_t i = 0; i < whole; i++) {
        const struct range *range = &ranges->items[i];
        if (range->pieces > 0)
            ranges->bytes -= range->end - range->start;
        ranges->pieces -= range->pieces;
    }
    if (whole == ranges->count) {
        ranges_free(ranges);
        return;
    }
    erase(ranges, 0, whole);
    struct range *first = &ranges->items[0];
    if (!sequence_before(first->start, sequence))
        return;
    if (first->pieces > 0)
        ranges->bytes -= sequence - first->start;
    first->start = sequence;
}

bool ranges_wait_at(const struct ranges *ranges, uint32_t sequence)
{
    uint32_t at = find(ranges, sequence);
    return at < ranges->count && ranges->items[at].pieces > 0 &&
           !sequence_after(ranges->items[at].start, sequence);
}

bool ranges_next_free(const struct ranges *ranges, uint32_t *start, uint32_t *stop, uint32_t end, bool or_cut)
{
    *stop = end;
    for (uint32_t at = find(ranges, *start); at < ranges->count; at++) {
        const struct range *range = &ranges->items[at];
        if (range->pieces == 0 && !or_cut)
            continue;
        if (sequence_after(range->start, *start)) {
            if (sequence_before(range->start, end))
                *stop = range->start;
            break;
        }
        *start = range->end;
        if (!sequence_before(*start, end))
            return false;
    }
    return sequence_before(*start, end);
}
