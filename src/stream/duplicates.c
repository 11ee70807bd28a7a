/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/duplicates.h"

#include "base/clock.h"

#define LATEST (5 * CLOCK_MILLISECOND)

/* Without an identification, which a retransmission would change. */
#define LATEST_UNNAMED (CLOCK_MILLISECOND / 10)

static struct duplicates_entry entry_of(const void *connection, const struct segment *segment)
{
    return (struct duplicates_entry){
        .connection = connection,
        .time = segment->time,
        .sequence = segment->tcp.sequence,
        .acknowledgment = segment->tcp.acknowledgment,
        .length = segment->length,
        .captured = segment->captured,
        .identification = segment->identification,
        .checksum = segment->tcp.checksum,
        .window = segment->tcp.window,
        .source_port = segment->source.port,
        .flags = segment->tcp.flags,
        .bad_checksum = segment->bad_checksum,
    };
}

static bool says_the_same(const struct duplicates_entry *a, const struct duplicates_entry *b)
{
    return a->connection == b->connection && a->sequence == b->sequence &&
           a->acknowledgment == b->acknowledgment && a->length == b->length && a->captured == b->captured &&
           a->identification == b->identification && a->checksum == b->checksum && a->window == b->window &&
           a->source_port == b->source_port && a->flags == b->flags && a->bad_checksum == b->bad_checksum;
}

static bool is_at_once(const struct duplicates_entry *earlier, const struct duplicates_entry *later)
{
    int64_t after = later->time - earlier->time;
    int64_t latest = later->identification != 0 ? LATEST : LATEST_UNNAMED;
    return after <= latest && after >= -latest;
}

/* Where it is remembered; segments that follow each other are spread by the multiplication. */
static uint32_t place_of(const struct duplicates_entry *entry)
{
    uint64_t mixed = (uint64_t)(uintptr_t)entry->connection >> 4;
    mixed = (mixed ^ entry->sequence ^ (uint64_t)entry->acknowledgment << 32 ^ entry->flags) *
            UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> 40) % DUPLICATES_ENTRIES;
}

bool duplicates_know(struct duplicates *duplicates, const void *connection, const struct segment *segment)
{
    if (segment->tcp.checksum == 0 && segment->identification == 0) /* nothing to know it by */
        return false;
    struct duplicates_entry entry = entry_of(connection, segment);
    struct duplicates_entry *known = &duplicates->entries[place_of(&entry)];
    if (says_the_same(known, &entry) && is_at_once(known, &entry))
        return true;
    *known = entry;
    return false;
}
