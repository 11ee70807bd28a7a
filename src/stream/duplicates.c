/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/duplicates.h"

#include "base/clock.h"
#include "stream/tracked.h"

#define LATEST (5 * CLOCK_MILLISECOND)

/* Without an identification, which a retransmission would change. */
#define LATEST_UNNAMED (CLOCK_MILLISECOND / 10)

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t pair(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

/* A hash of 64 bits stands for what was hashed: within milliseconds no two that differ have the same. */
static uint64_t said_in(const struct segment *segment, uint64_t connection)
{
    uint32_t names = (uint32_t)segment->identification << 16 | segment->tcp.checksum;
    uint32_t window = (uint32_t)segment->tcp.window << 16 | segment->source.port;
    uint32_t flags = (uint32_t)segment->tcp.flags << 1 | segment->bad_checksum;
    uint64_t hash = mix(connection, pair(segment->tcp.sequence, segment->tcp.acknowledgment));
    hash = mix(hash, pair(segment->length, segment->captured));
    hash = mix(hash, pair(names, window));
    return mix(hash, flags);
}

static bool is_at_once(int64_t earlier, const struct segment *later)
{
    int64_t after = time_between(earlier, later->time);
    int64_t latest = later->identification != 0 ? LATEST : LATEST_UNNAMED;
    return after <= latest && after >= -latest;
}

bool duplicates_know(struct duplicates *duplicates, uint64_t connection, const struct segment *segment)
{
    if (segment->tcp.checksum == 0 && segment->identification == 0) /* nothing to know it by */
        return false;
    uint64_t said = said_in(segment, connection);
    struct duplicates_entry *known = &duplicates->entries[(said >> 40) % DUPLICATES_ENTRIES];
    if (known->said == said && is_at_once(known->time, segment))
        return true;
    *known = (struct duplicates_entry){.said = said, .time = segment->time};
    return false;
}
