/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/tombstones.h"
#include "base/memory.h"
#include <stdlib.h>

enum { FIRST_ROOM = 1024, MOST_ROOM = 1 << 20, PROBES = 16 };

void tombstones_free(struct tombstones *tombstones)
{
    free(tombstones->slots);
    *tombstones = (struct tombstones){0};
}

/* The hash without the bits of the flags; bit 2 is set so that no name is zero. */
static uint64_t name_of(uint64_t hash)
{
    return (hash & ~(uint64_t)TOMBSTONE_FLAGS) | 4;
}

static bool same_name(uint64_t a, uint64_t b)
{
    return ((a ^ b) & ~(uint64_t)TOMBSTONE_FLAGS) == 0;
}

static struct tombstone *slot_at(const struct tombstones *tombstones, uint64_t name, uint32_t probe)
{
    return &tombstones->slots[((uint32_t)(name >> 32) + probe) & (tombstones->room - 1)];
}

/* Where the name is or may go: an empty slot, else in place of the oldest in reach. */
static struct tombstone *place_for(const struct tombstones *tombstones, uint64_t name)
{
    struct tombstone *oldest = slot_at(tombstones, name, 0);
    for (uint32_t i = 0; i < PROBES; i++) {
        struct tombstone *slot = slot_at(tombstones, name, i);
        if (slot->name == 0 || same_name(slot->name, name))
            return slot;
        if (slot->stream < oldest->stream)
            oldest = slot;
    }
    return oldest;
}

static void put(struct tombstones *tombstones, struct tombstone tombstone)
{
    struct tombstone *place = place_for(tombstones, tombstone.name);
    if (place->name == 0)
        tombstones->count++;
    *place = tombstone;
}

static void grow(struct tombstones *tombstones)
{
    struct tombstones old = *tombstones;
    tombstones->room = old.room ? old.room * 2 : FIRST_ROOM;
    tombstones->slots = memory_new(tombstones->room, sizeof *tombstones->slots);
    tombstones->count = 0;
    for (uint32_t i = 0; i < old.room; i++)
        if (old.slots[i].name != 0)
            put(tombstones, old.slots[i]);
    free(old.slots);
}

void tombstones_put(struct tombstones *tombstones, uint64_t hash, unsigned flags, uint32_t initial_sequence,
                    uint32_t stream)
{
    if (tombstones->count >= tombstones->room / 2 && tombstones->room < MOST_ROOM)
        grow(tombstones);
    put(tombstones, (struct tombstone){.name = name_of(hash) | flags,
                                       .initial_sequence = initial_sequence,
                                       .stream = stream});
}

const struct tombstone *tombstones_find(const struct tombstones *tombstones, uint64_t hash)
{
    uint64_t name = name_of(hash);
    if (tombstones->room == 0)
        return NULL;
    for (uint32_t i = 0; i < PROBES; i++) {
        const struct tombstone *slot = slot_at(tombstones, name, i);
        if (slot->name == 0)
            return NULL;
        if (same_name(slot->name, name))
            return slot;
    }
    return NULL;
}
