/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/datagrams.h"

#include "base/clock.h"
#include "base/memory.h"
#include "stream/connection_index.h"
#include <stdlib.h>
#include <string.h>

enum { CONVERSATIONS = 24576, REMEMBERED = 1024, LOOKED_AT = 48 };

#define IDLE        (60 * CLOCK_SECOND)
#define LATEST_COPY (50 * CLOCK_MILLISECOND)

/* A datagram that was seen lately. */
struct recent {
    uint64_t hash;
    int64_t time;
};

struct datagrams {
    struct datagram_listener listener;
    struct datagram_limits limits;
    struct datagrams_totals totals;
    struct connection_index index;
    struct idle_list idle[IDLE_CLASSES]; /* only the first is used */
    struct elapsed elapsed;
    struct recent recent[REMEMBERED];
};

struct datagrams *datagrams_new(const struct datagram_listener *listener,
                                const struct datagram_limits *limits)
{
    struct datagrams *table = memory_new(1, sizeof *table);
    table->listener = *listener;
    if (limits)
        table->limits = *limits;
    if (table->limits.conversations == 0)
        table->limits.conversations = CONVERSATIONS;
    if (table->limits.idle == 0)
        table->limits.idle = IDLE;
    index_start(&table->index);
    return table;
}

void datagrams_free(struct datagrams *table)
{
    if (!table)
        return;
    for (struct tracked *t = table->idle[IDLE_OPEN].oldest, *newer; t; t = newer) {
        newer = t->newer;
        free(t);
    }
    index_free(&table->index);
    free(table);
}

const struct datagrams_totals *datagrams_totals(const struct datagrams *table)
{
    return &table->totals;
}

/* ---- The end of a conversation ------------------------------------------------------------------------- */

static void finish(struct datagrams *table, struct tracked *t)
{
    struct connection *c = &t->connection;
    index_remove(&table->index, t);
    idle_remove(table->idle, t);
    c->timed_out = table->elapsed.total - t->seen >= table->limits.idle;
    c->how = c->timed_out ? CLOSE_TIMEOUT : CLOSE_OPEN;
    table->listener.finished(table->listener.user, c);
    free(t);
}

void datagrams_advance(struct datagrams *table, int64_t now)
{
    struct tracked *t;
    elapsed_go_on_to(&table->elapsed, now);
    while ((t = table->idle[IDLE_OPEN].oldest) && table->elapsed.total - t->seen >= table->limits.idle)
        finish(table, t);
}

void datagrams_skip_to(struct datagrams *table, int64_t now)
{
    elapsed_skip_to(&table->elapsed, now);
}

bool datagrams_evict(struct datagrams *table)
{
    struct tracked *t = table->idle[IDLE_OPEN].oldest;
    if (!t)
        return false;
    table->totals.evicted++;
    finish(table, t);
    return true;
}

static int by_first_packet(const void *a, const void *b)
{
    const struct tracked *const *left = a, *const *right = b;
    uint64_t x = (*left)->connection.first.packet, y = (*right)->connection.first.packet;
    return (x > y) - (x < y);
}

void datagrams_finish(struct datagrams *table)
{
    uint32_t count = 0;
    struct tracked **all = memory_new(table->index.count + 1, sizeof(struct tracked *));
    for (struct tracked *t = table->idle[IDLE_OPEN].oldest; t; t = t->newer)
        all[count++] = t;
    qsort(all, count, sizeof *all, by_first_packet);
    for (uint32_t i = 0; i < count; i++)
        finish(table, all[i]);
    free(all);
}

/* ---- Datagrams ----------------------------------------------------------------------------------------- */

static struct tracked *begin(struct datagrams *table, const struct segment *segment)
{
    while (table->index.count >= table->limits.conversations && datagrams_evict(table))
        ;
    struct tracked *t = memory_new(1, sizeof *t);
    struct connection *c = &t->connection;
    t->seen = table->elapsed.total;
    c->transport = SEGMENT_UDP;
    c->half[0].endpoint = segment->source;
    c->half[1].endpoint = segment->destination;
    c->half[0].window_scale = c->half[1].window_scale = -1;
    c->client = -1;
    c->closed_by = -1;
    c->first = (struct moment){.packet = segment->packet, .time = segment->time};
    c->origin = segment->origin;
    c->around = segment->around;
    index_add(&table->index, t);
    idle_add(table->idle, t, IDLE_OPEN);
    table->totals.conversations++;
    return t;
}

static void count(struct connection *c, int half, const struct segment *segment)
{
    struct half *sender = &c->half[half];
    struct moment now = {.packet = segment->packet, .time = segment->time};
    if (sender->packets++ == 0)
        sender->ttl = segment->ttl;
    sender->bad_checksums += segment->bad_checksum;
    c->packets++;
    c->bytes += segment->wire_length;
    c->last = now;
    if (segment->length == 0)
        return;
    sender->payload_bytes += segment->length;
    sender->missing_bytes += segment->length - segment->captured;
    sender->cut_bytes += segment->length - segment->captured;
    if (!sender->first_payload.packet)
        sender->first_payload = now;
    sender->last_payload = now;
}

/*
 * The same bytes between the same ends once more, straight afterwards: the capture has the datagram twice.
 * What DTLS and QUIC send again has another record or packet number (RFC 9147 section 4, RFC 9000
 * section 12.3), which the beginning tells and, where it is encrypted, the end.
 */
static bool is_copy(struct datagrams *table, const struct tracked *t, int half, const struct segment *segment)
{
    struct {
        const struct tracked *t;
        uint64_t half, length;
        uint8_t bytes[2 * LOOKED_AT];
    } looked_at = {.t = t, .half = (uint64_t)half, .length = segment->length};
    uint32_t part = segment->captured < LOOKED_AT ? segment->captured : LOOKED_AT;
    if (part == 0)
        return false;
    memcpy(looked_at.bytes, segment->payload, part);
    memcpy(looked_at.bytes + LOOKED_AT, segment->payload + segment->captured - part, part);
    uint64_t hash = hash_bytes(table->index.key, &looked_at, sizeof looked_at);
    struct recent *recent = &table->recent[hash % REMEMBERED];
    int64_t after = time_between(recent->time, segment->time);
    if (recent->hash == hash && after <= LATEST_COPY && after >= -LATEST_COPY)
        return true;
    *recent = (struct recent){.hash = hash, .time = segment->time};
    return false;
}

void datagrams_segment(struct datagrams *table, const struct segment *segment)
{
    const struct datagram_listener *listener = &table->listener;
    struct tracked *t = NULL;
    int half = 0;
    if (segment->transport != SEGMENT_UDP)
        return;
    datagrams_advance(table, segment->time);
    if (table->index.count > 0)
        t = index_find(&table->index, &segment->source, &segment->destination, &half);
    if (!t && !listener->begins(listener->user, segment))
        return;
    if (!t) {
        half = 0;
        t = begin(table, segment);
    }
    if (is_copy(table, t, half, segment)) {
        t->connection.duplicates++;
        table->totals.duplicates++;
        return;
    }
    if (listener->datagram(listener->user, &t->connection, half, segment) == DATAGRAM_BEGINS_ANEW) {
        half = 0;
        finish(table, t);
        t = begin(table, segment);
        listener->datagram(listener->user, &t->connection, half, segment);
    }
    t->seen = table->elapsed.total;
    count(&t->connection, half, segment);
    idle_move(table->idle, t, IDLE_OPEN);
}

void datagrams_icmp(struct datagrams *table, const struct icmp_error *error)
{
    int half;
    if (error->transport != SEGMENT_UDP || table->index.count == 0)
        return;
    struct tracked *t = index_find(&table->index, &error->source, &error->destination, &half);
    if (t && t->connection.icmp_count++ == 0)
        t->connection.icmp = *error;
}
