/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/arrivals.h"

#include "base/memory.h"
#include "stream/sequence.h"
#include <stdlib.h>
#include <string.h>

enum { NOTES_MOST = 4096 };

void arrivals_free(struct arrivals *arrivals)
{
    free(arrivals->items);
    *arrivals = (struct arrivals){0};
}

/* Index of the first note at `sequence` or behind it. */
static uint32_t find(const struct arrivals *arrivals, uint32_t sequence)
{
    uint32_t low = 0, high = arrivals->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sequence_before(arrivals->items[middle].start, sequence))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void arrivals_add(struct arrivals *arrivals, uint32_t start, struct moment seen)
{
    uint32_t at = find(arrivals, start);
    bool known = at < arrivals->count && arrivals->items[at].start == start;
    if (known || arrivals->count == NOTES_MOST)
        return;
    if (arrivals->count == arrivals->room) {
        arrivals->room = arrivals->room ? arrivals->room * 2 : 4;
        arrivals->items = memory_resize(arrivals->items, arrivals->room, sizeof *arrivals->items);
    }
    struct arrival_note *place = &arrivals->items[at];
    memmove(place + 1, place, (arrivals->count - at) * sizeof *place);
    *place = (struct arrival_note){.start = start, .seen = seen};
    arrivals->count++;
}

void arrivals_drop_before(struct arrivals *arrivals, uint32_t sequence)
{
    uint32_t gone = find(arrivals, sequence);
    if (gone == arrivals->count) {
        arrivals_free(arrivals);
        return;
    }
    arrivals->count -= gone;
    memmove(arrivals->items, arrivals->items + gone, arrivals->count * sizeof *arrivals->items);
}

const struct arrival_note *arrivals_from(const struct arrivals *arrivals, uint32_t sequence)
{
    uint32_t at = find(arrivals, sequence);
    return at < arrivals->count ? &arrivals->items[at] : NULL;
}
