/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/places.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* 6 MiB; files that were captured at once take turns with every packet. */
enum { MOST_STRETCHES = 256 * 1024 };

/* Packets that follow each other in the run as they do in their file. */
struct stretch {
    uint64_t first;  /* number in the run of the first */
    uint64_t number; /* its number in the file */
    const char *origin;
};

struct places {
    struct stretch *stretches;
    size_t count, room;
    uint64_t last; /* number in the run of the last packet */
};

struct places *places_new(void)
{
    return memory_new(1, sizeof(struct places));
}

void places_free(struct places *places)
{
    if (!places)
        return;
    free(places->stretches);
    free(places);
}

/* What is asked for is nearly always recent. */
static void forget_older_half(struct places *places)
{
    size_t half = places->count / 2;
    memmove(places->stretches, places->stretches + half, (places->count - half) * sizeof *places->stretches);
    places->count -= half;
}

static void add_stretch(struct places *places, const char *origin, uint64_t number)
{
    if (places->count == MOST_STRETCHES)
        forget_older_half(places);
    if (places->count == places->room) {
        places->room = places->room > 0 ? places->room * 2 : 8;
        places->stretches = memory_resize(places->stretches, places->room, sizeof *places->stretches);
    }
    uint64_t first = places->count == 0 ? number : places->last + 1;
    places->stretches[places->count++] = (struct stretch){first, number, origin};
}

uint64_t places_add(struct places *places, const char *origin, uint64_t number)
{
    const struct stretch *current = places->count > 0 ? &places->stretches[places->count - 1] : NULL;
    if (!current || current->origin != origin) {
        add_stretch(places, origin, number);
        current = &places->stretches[places->count - 1];
    }
    places->last = current->first + (number - current->number);
    return places->last;
}

bool places_are_plain(const struct places *places)
{
    return places->count <= 1;
}

struct place places_find(const struct places *places, uint64_t packet)
{
    size_t low = 0, high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places->stretches[middle].first <= packet)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return (struct place){0};
    const struct stretch *stretch = &places->stretches[low - 1];
    return (struct place){stretch->origin, stretch->number + (packet - stretch->first)};
}
