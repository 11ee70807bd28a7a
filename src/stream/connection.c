/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/connection.h"
#include "base/clock.h"
#include "base/memory.h"
#include "stream/connection_index.h"
#include "stream/delivery.h"
#include "stream/early.h"
#include "stream/tcp_facts.h"
#include "stream/tombstones.h"
#include "stream/tracked.h"
#include <stdlib.h>

enum {
    CONNECTIONS = 24576,
    HALF_CLOSED_LINGERS = 15, /* times as long as a closed connection: 30 s; systems wait a minute (RFC 9293
                                 has no limit for FIN-WAIT-2) */
    HASTE = 8,                /* part of its time that a closed connection lingers where memory is wanted */
};

#define LINGER (2 * CLOCK_SECOND)
#define IDLE   (3600 * CLOCK_SECOND)

struct connections *connections_new(const struct connection_listener *listener,
                                    const struct connection_limits *limits, const struct notice_sink *notices)
{
    struct connections *table = memory_new(1, sizeof *table);
    table->listener = *listener;
    if (limits)
        table->limits = *limits;
    if (table->limits.connections == 0)
        table->limits.connections = CONNECTIONS;
    if (table->limits.linger == 0)
        table->limits.linger = LINGER;
    if (table->limits.idle == 0)
        table->limits.idle = IDLE;
    if (!delivery_start(table, notices)) {
        free(table);
        return NULL;
    }
    index_start(&table->index);
    return table;
}

void connections_free(struct connections *table)
{
    if (!table)
        return;
    for (int class = 0; class < IDLE_CLASSES; class ++)
        for (struct tracked *t = table->idle[class].oldest, *newer; t; t = newer) {
            newer = t->newer;
            t->ignores_bytes = true;
            delivery_finish(t);
            early_free(t);
            free(t);
        }
    delivery_stop(table);
    index_free(&table->index);
    tombstones_free(&table->tombstones);
    free(table->streams);
    free(table);
}

const struct connections_totals *connections_totals(const struct connections *table)
{
    return &table->totals;
}

void connection_set_client(struct connection *connection, int half)
{
    if (!connection->opened_by_syn)
        connection->client = half;
}

void connection_ignore_bytes(struct connection *connection)
{
    struct tracked *t = (struct tracked *)connection;
    t->ignores_bytes = true;
    delivery_drop(t);
}

/* ---- The end of a connection -------------------------------------------------------------------------- */

static void bury(struct connections *table, const struct tracked *t)
{
    const struct connection *c = &t->connection;
    unsigned flags = facts_idle_class(t) == IDLE_CLOSED ? TOMBSTONE_CLOSED : 0;
    uint32_t initial_sequence = 0;
    if (c->opened_by_syn && c->half[c->client].syn.packet != 0) {
        flags |= TOMBSTONE_SYN;
        initial_sequence = c->half[c->client].initial_sequence;
    }
    tombstones_put(&table->tombstones, t->hash, flags, initial_sequence, c->stream);
}

static int64_t silence_of(const struct tracked *t)
{
    return t->table->elapsed.total - t->seen;
}

static void process(struct tracked *t, const struct arrival *a)
{
    facts_segment(t, a);
    delivery_segment(t, a);
}

static void process_early(struct tracked *t, bool end)
{
    struct moment now = t->table->now;
    struct arrival arrival;
    while (early_take(t, now, end, &arrival)) {
        t->table->now = arrival.now;
        process(t, &arrival);
    }
    t->table->now = now;
    if (end)
        early_free(t);
}

/* The connection leaves the table before the listener is told, as the listener may evict others. */
static void finish(struct connections *table, struct tracked *t)
{
    struct moment now = table->now;
    index_remove(&table->index, t);
    idle_remove(table->idle, t);
    table->now = t->connection.last;
    process_early(t, true);
    table->now = t->connection.last;
    delivery_finish(t);
    table->now = now;
    facts_finish(t, silence_of(t));
    bury(table, t);
    table->listener.finished(table->listener.user, &t->connection);
    free(t);
}

static int64_t patience(const struct connections *table, int class)
{
    int64_t linger = table->limits.linger;
    switch (class) {
    case IDLE_CLOSED:
        return linger;
    case IDLE_HALF_CLOSED:
        return linger < table->limits.idle / HALF_CLOSED_LINGERS ? linger * HALF_CLOSED_LINGERS
                                                                 : table->limits.idle;
    default:
        return table->limits.idle;
    }
}

/* The longest silent of a class, busy ones aside. */
static struct tracked *longest_idle(const struct connections *table, int class)
{
    struct tracked *t = table->idle[class].oldest;
    while (t && t->busy)
        t = t->newer;
    return t;
}

/* That connection will expire if it stays silent, and the table is looked through then at the latest. */
static void note_due(struct connections *table, const struct tracked *t)
{
    int64_t due;
    bool is_sooner =
        !__builtin_add_overflow(t->seen, patience(table, t->idle_class), &due) && due < table->due;
    if (is_sooner)
        table->due = due;
}

static void expire(struct connections *table)
{
    if (table->elapsed.total < table->due)
        return;
    table->due = INT64_MAX;
    for (int class = 0; class < IDLE_CLASSES; class ++) {
        int64_t longest = patience(table, class);
        struct tracked *t;
        while ((t = longest_idle(table, class)) && silence_of(t) >= longest)
            finish(table, t);
        if (t)
            note_due(table, t);
    }
}

/* It was seen just now. */
static void go_on(struct connections *table, struct tracked *t, enum idle_class class)
{
    idle_move(table->idle, t, class);
    note_due(table, t);
}

bool connections_evict(struct connections *table)
{
    struct tracked *victim = NULL;
    for (int class = 0; class < IDLE_CLASSES; class ++) {
        struct tracked *t = longest_idle(table, class);
        if (t && (!victim || t->seen < victim->seen))
            victim = t;
    }
    if (!victim || table->finishing_all)
        return false;
    /* Of one that is closed nothing is lost but what might have come after. */
    table->totals.evicted += victim->idle_class != IDLE_CLOSED;
    finish(table, victim);
    return true;
}

bool connections_release(struct connections *table)
{
    struct tracked *t = longest_idle(table, IDLE_CLOSED);
    if (!t || table->finishing_all || silence_of(t) < table->limits.linger / HASTE)
        return false;
    finish(table, t);
    return true;
}

void connections_advance(struct connections *table, int64_t now)
{
    table->now.time = now;
    elapsed_go_on_to(&table->elapsed, now);
    expire(table);
}

void connections_skip_to(struct connections *table, int64_t now)
{
    elapsed_skip_to(&table->elapsed, now);
}

static int by_first_packet(const void *a, const void *b)
{
    const struct tracked *const *left = a, *const *right = b;
    uint64_t x = (*left)->connection.first.packet, y = (*right)->connection.first.packet;
    return (x > y) - (x < y);
}

void connections_finish(struct connections *table)
{
    uint32_t count = 0;
    struct tracked **all = memory_new(table->index.count + 1, sizeof(struct tracked *));
    for (int class = 0; class < IDLE_CLASSES; class ++)
        for (struct tracked *t = table->idle[class].oldest; t; t = t->newer)
            all[count++] = t;
    qsort(all, count, sizeof *all, by_first_packet);
    table->finishing_all = true;
    for (uint32_t i = 0; i < count; i++)
        finish(table, all[i]);
    table->finishing_all = false;
    free(all);
}

/* ---- The beginning of a connection -------------------------------------------------------------------- */

/* The number of the next connection that is new in this input. */
static uint32_t next_stream(struct connections *table, uint32_t input)
{
    if (input >= table->input_count) {
        table->streams = memory_resize(table->streams, input + 1, sizeof *table->streams);
        while (table->input_count <= input)
            table->streams[table->input_count++] = 0;
    }
    return table->streams[input]++;
}

/* A connection that goes on in another input has a number there too, as Wireshark sees that file alone. */
static void enter_input(struct connections *table, struct tracked *t, uint32_t input)
{
    enum { REMEMBERED = 64 };
    if (input - t->first_input >= REMEMBERED) {
        t->first_input = input;
        t->inputs = 0;
    }
    uint64_t bit = UINT64_C(1) << (input - t->first_input);
    if (!(t->inputs & bit))
        next_stream(table, input);
    t->inputs |= bit;
    t->input = input;
}

static struct tracked *begin(struct connections *table, const struct segment *segment, uint32_t stream)
{
    while (table->index.count >= table->limits.connections && connections_evict(table))
        ;
    struct tracked *t = memory_new(1, sizeof *t);
    t->table = table;
    t->number = (uint32_t)++table->totals.connections;
    t->connection.stream = stream;
    t->seen = table->elapsed.total;
    t->input = t->first_input = segment->input;
    t->inputs = 1;
    facts_start(t, segment);
    index_add(&table->index, t);
    idle_add(table->idle, t, IDLE_OPEN);
    if (table->listener.begun)
        table->listener.begun(table->listener.user, &t->connection, segment);
    return t;
}

static bool is_syn(const struct segment *segment)
{
    return (segment->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* After its end a connection's endpoints can meet again: with a SYN of their own they are a new connection.
 * Otherwise they are the old one (and keep its number), if it had only been given up here and goes on with
 * more than a late answer, or if an unseen SYN was answered. */
static bool comes_back(const struct tombstone *tombstone, const struct segment *segment)
{
    if (segment->tcp.flags & TCP_SYN)
        return !is_syn(segment) || !tombstone_has(tombstone, TOMBSTONE_CLOSED);
    return !tombstone_has(tombstone, TOMBSTONE_CLOSED) && segment->length > 1;
}

static bool is_known_syn(const struct tombstone *tombstone, const struct segment *segment)
{
    return tombstone_has(tombstone, TOMBSTONE_SYN) && tombstone->initial_sequence == segment->tcp.sequence;
}

/* NULL: the segment belongs to a connection that has ended. */
static struct tracked *begin_unless_stray(struct connections *table, const struct segment *segment)
{
    uint64_t hash = index_hash(&table->index, &segment->source, &segment->destination);
    const struct tombstone *tombstone = tombstones_find(&table->tombstones, hash);
    if (!tombstone || (is_syn(segment) && !is_known_syn(tombstone, segment)))
        return begin(table, segment, next_stream(table, segment->input));
    if (comes_back(tombstone, segment))
        return begin(table, segment, tombstone->stream);
    table->totals.stray++;
    return NULL;
}

static struct tracked *connection_of(struct connections *table, const struct segment *segment, int *half)
{
    struct tracked *t = index_find(&table->index, &segment->source, &segment->destination, half);
    if (t) {
        uint32_t stream = t->connection.stream;
        enum facts_belonging belonging = facts_belonging(t, *half, segment);
        if (belonging == FACTS_SAME)
            return t;
        if (belonging == FACTS_REUSED || t->input != segment->input)
            stream = next_stream(table, segment->input);
        finish(table, t);
        *half = 0;
        return begin(table, segment, stream);
    }
    *half = 0;
    return begin_unless_stray(table, segment);
}

/* ---- Segments and errors ------------------------------------------------------------------------------ */

void connections_segment(struct connections *table, const struct segment *segment)
{
    if (segment->transport != SEGMENT_TCP)
        return;
    struct arrival arrival = {.segment = segment, .now = {.packet = segment->packet, .time = segment->time}};
    table->now = arrival.now;
    elapsed_go_on_to(&table->elapsed, segment->time);
    expire(table);
    struct tracked *t = connection_of(table, segment, &arrival.half);
    if (!t)
        return;
    t->seen = table->elapsed.total;
    if (t->input != segment->input)
        enter_input(table, t, segment->input);
    if (duplicates_know(&table->duplicates, t->number, segment)) {
        t->connection.duplicates++;
        table->totals.duplicates++;
        go_on(table, t, t->idle_class);
        return;
    }
    arrival.start = segment->tcp.sequence + (segment->tcp.flags & TCP_SYN ? 1 : 0);
    arrival.end = arrival.start + segment->length;
    t->busy++;
    if (!early_keep(t, &arrival))
        process(t, &arrival);
    process_early(t, false);
    t->busy--;
    go_on(table, t, facts_idle_class(t));
}

void connections_icmp(struct connections *table, const struct icmp_error *error)
{
    int half;
    if (error->transport != SEGMENT_TCP)
        return;
    struct tracked *t = index_find(&table->index, &error->source, &error->destination, &half);
    if (!t)
        return;
    if (t->connection.icmp_count++ == 0)
        t->connection.icmp = *error;
}
