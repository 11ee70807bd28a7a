/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/delivery.h"
#include "base/clock.h"
#include "stream/sequence.h"

enum {
    STREAMS_AT_ONCE = 8192,    /* with libnids; about 330 bytes each, taken at the start */
    START_WITHIN = 65535,      /* how far before its first segment a half met midway may have begun */
    SEGMENTS_AFTER_ACK = 16,   /* of the connection, since the hole was acknowledged */
    SEGMENTS_WITHOUT_PEER = 64 /* of the half, where no acknowledgment can be seen */
};

#define TIME_AFTER_ACK    (1 * CLOCK_SECOND)
#define TIME_WITHOUT_PEER (3 * CLOCK_SECOND)

/* ---- From reassembly to the listener ------------------------------------------------------------------ */

static void tell_bytes(struct tracked *t, int half, const uint8_t *bytes, size_t length, struct moment when)
{
    const struct connection_listener *listener = &t->table->listener;
    if (t->ignores_bytes || length == 0)
        return;
    t->busy++;
    listener->bytes(listener->user, &t->connection, half, bytes, length, when);
    t->busy--;
}

/* Bytes that waited behind a hole, segment by segment, each with when it and all before it had arrived. */
static void tell_waiting(struct tracked *t, int half, const uint8_t *bytes, uint32_t length)
{
    const struct arrivals *waiting = &t->half[half].waiting;
    uint32_t start = reassembly_next(t->stream, half) - length;
    const struct arrival_note *note = arrivals_from(waiting, start);
    struct moment when = note ? note->seen : t->table->now;
    for (uint32_t told = 0; told < length;) {
        const struct arrival_note *next = arrivals_from(waiting, start + told + 1);
        uint32_t part = length - told;
        if (next && sequence_before(next->start, start + length))
            part = next->start - (start + told);
        tell_bytes(t, half, bytes + told, part, when);
        told += part;
        if (next && next->seen.packet > when.packet)
            when = next->seen;
    }
}

static void on_bytes(void *user, int half, const uint8_t *bytes, size_t length)
{
    struct tracked *t = user;
    struct tracked_half *sender = &t->half[half];
    sender->delivered = true;
    if (sender->gave_up && sender->waiting.count > 0)
        tell_waiting(t, half, bytes, (uint32_t)length);
    else
        tell_bytes(t, half, bytes, length, t->table->now);
    sender->gave_up = false;
    arrivals_drop_before(&sender->waiting, reassembly_next(t->stream, half));
}

/* A hole stands before the first segment behind it, whenever it was given up. */
static struct moment hole_seen(const struct tracked *t, int half)
{
    const struct arrivals *waiting = &t->half[half].waiting;
    return waiting->count > 0 ? waiting->items[0].seen : t->table->now;
}

static void on_gap(void *user, int half, uint32_t missing, bool cut)
{
    struct tracked *t = user;
    const struct connection_listener *listener = &t->table->listener;
    struct half *sender = &t->connection.half[half];
    bool start_known = sender->syn.packet != 0 || t->connection.half[1 - half].syn.packet != 0;
    bool before_start = !t->half[half].delivered && !start_known && !cut;
    t->half[half].gave_up = true;
    if (t->ignores_bytes || before_start)
        return;
    sender->missing_bytes += missing;
    sender->cut_bytes += cut ? missing : 0;
    t->table->totals.missing_bytes += missing;
    t->busy++;
    listener->gap(listener->user, &t->connection, half, missing, hole_seen(t, half));
    t->busy--;
}

bool delivery_start(struct connections *table, const struct notice_sink *notices)
{
    static const struct reassembly_sink sink = {.bytes = on_bytes, .gap = on_gap};
    uint32_t most = table->limits.connections;
    table->reassembly = reassembly_new(&sink, most < STREAMS_AT_ONCE ? most : STREAMS_AT_ONCE, notices);
    return table->reassembly != NULL;
}

void delivery_stop(struct connections *table)
{
    reassembly_free(table->reassembly);
}

/* ---- Payload ------------------------------------------------------------------------------------------ */

static void open_stream(struct tracked *t)
{
    if (!t->stream)
        t->stream = reassembly_open(t->table->reassembly, t);
    for (int i = 0; i < 2; i++)
        if (t->connection.half[i].syn.packet != 0)
            reassembly_expect(t->stream, i, t->connection.half[i].initial_sequence + 1);
}

/* A half met midway begins where its peer acknowledged up to, if that is near: its first segments may have
 * been captured in another order than they were sent. Where the peer's SYN was seen, its first
 * acknowledgment is that of the half's. */
static void expect_start(struct tracked *t, const struct arrival *a)
{
    const struct half *peer = &t->connection.half[1 - a->half];
    if (reassembly_started(t->stream, a->half) || !peer->sent_ack)
        return;
    bool from_start = peer->syn.packet != 0;
    uint32_t start = from_start ? t->half[1 - a->half].first_acknowledged : peer->acknowledged;
    if (sequence_after(a->start, start) && a->start - start <= START_WITHIN)
        reassembly_expect(t->stream, a->half, start);
}

/* Only what reassembly keeps is noted, so that its bounds hold here too. */
static void note_waiting(struct tracked *t, const struct arrival *a)
{
    bool waits = sequence_after(a->start, reassembly_next(t->stream, a->half)) &&
                 reassembly_holds(t->stream, a->half, a->start);
    if (waits)
        arrivals_add(&t->half[a->half].waiting, a->start, a->now);
}

static void deliver_payload(struct tracked *t, const struct arrival *a)
{
    const struct segment *segment = a->segment;
    open_stream(t);
    expect_start(t, a);
    reassembly_segment(t->stream, a->half, a->start, segment->payload, segment->captured, segment->length);
    note_waiting(t, a);
}

/* ---- Holes -------------------------------------------------------------------------------------------- */

/* The sequence number up to which the half's bytes are known to have been sent and received. A FIN has a
 * number, but is no byte; neither is the last number acknowledged where nothing shows what it was. */
static uint32_t acknowledged_end(const struct tracked *t, int half)
{
    uint32_t end = t->connection.half[1 - half].acknowledged;
    bool fin_seen = t->connection.half[half].fin.packet != 0;
    if (fin_seen && sequence_after(end, t->half[half].fin_sequence))
        return t->half[half].fin_sequence;
    bool could_be_fin =
        !fin_seen && end - reassembly_next(t->stream, half) == 1 && reassembly_waiting(t->stream, half) == 0;
    return could_be_fin ? end - 1 : end;
}

/* What lacks before `end` will not come. False: nothing lacks, or it may still come. */
static bool lost_before(const struct tracked *t, int half, uint32_t *end)
{
    const struct half *sender = &t->connection.half[half], *peer = &t->connection.half[1 - half];
    if (peer->packets == 0)
        *end = sender->fin.packet ? t->half[half].fin_sequence : sender->next_sequence;
    else if (peer->sent_ack)
        *end = acknowledged_end(t, half);
    else
        return false;
    return sequence_after(*end, reassembly_next(t->stream, half));
}

static bool patience_ended(const struct tracked *t, const struct hole *hole, int half)
{
    bool without_peer = t->connection.half[1 - half].packets == 0;
    int64_t waited = time_between(hole->since, t->table->now.time);
    return hole->segments >= (without_peer ? SEGMENTS_WITHOUT_PEER : SEGMENTS_AFTER_ACK) ||
           waited >= (without_peer ? TIME_WITHOUT_PEER : TIME_AFTER_ACK);
}

static void give_up_before(struct tracked *t, int half, uint32_t end)
{
    uint32_t next = reassembly_next(t->stream, half), before;
    do {
        before = next;
        reassembly_give_up_hole(t->stream, half, end);
        next = reassembly_next(t->stream, half);
    } while (next != before && sequence_before(next, end));
}

static void start_counting(struct hole *hole, uint32_t mark, int64_t now)
{
    *hole = (struct hole){.open = true, .counting = true, .since = now, .mark = mark};
}

static void look_at_hole(struct tracked *t, int half)
{
    struct hole *hole = &t->half[half].hole;
    int64_t now = t->table->now.time;
    uint32_t end;
    if (hole->counting && !sequence_before(reassembly_next(t->stream, half), hole->mark))
        *hole = (struct hole){0};
    if (hole->counting) {
        hole->segments++;
        if (!patience_ended(t, hole, half))
            return;
        give_up_before(t, half, hole->mark);
        *hole = (struct hole){0};
    }
    bool waits = reassembly_waiting(t->stream, half) > 0;
    if (lost_before(t, half, &end))
        start_counting(hole, end, now);
    else if (waits && !hole->open)
        *hole = (struct hole){.open = true, .since = now};
    else if (!waits)
        hole->open = false;
}

/* Cheap for a half that lacks nothing. */
static bool may_have_hole(const struct tracked *t, int half)
{
    const struct half *sender = &t->connection.half[half], *peer = &t->connection.half[1 - half];
    if (!reassembly_started(t->stream, half))
        return false;
    uint32_t next = reassembly_next(t->stream, half);
    return t->half[half].hole.open || reassembly_waiting(t->stream, half) > 0 ||
           (peer->sent_ack && sequence_after(peer->acknowledged, next)) ||
           (peer->packets == 0 && sequence_after(sender->next_sequence, next));
}

/* Bytes were acknowledged although the capture has no segment with payload of either half so far. */
static bool lacks_beginning(const struct tracked *t, int half)
{
    const struct half *sender = &t->connection.half[half], *peer = &t->connection.half[1 - half];
    return sender->syn.packet != 0 && peer->sent_ack &&
           sequence_after(peer->acknowledged, sender->initial_sequence + 2);
}

void delivery_segment(struct tracked *t, const struct arrival *a)
{
    if (t->ignores_bytes) {
        delivery_drop(t);
        return;
    }
    t->table->delivering++;
    if (a->start != a->end && !(a->segment->tcp.flags & TCP_RST))
        deliver_payload(t, a);
    else if (!t->stream && lacks_beginning(t, 1 - a->half))
        open_stream(t);
    for (int half = 0; half < 2 && t->stream; half++)
        if (may_have_hole(t, half))
            look_at_hole(t, half);
    t->table->delivering--;
    if (t->ignores_bytes)
        delivery_drop(t);
}

/* What it still tells the listener needs the stream. */
static void close_stream(struct tracked *t)
{
    reassembly_close(t->stream);
    t->stream = NULL;
    arrivals_free(&t->half[0].waiting);
    arrivals_free(&t->half[1].waiting);
}

/* A FIN or RST stands behind all that its sender sent. False: nothing lacks before it. */
static bool lost_before_close(const struct tracked *t, int half, uint32_t *end)
{
    const struct tracked_half *state = &t->half[half];
    if (!t->connection.half[half].fin.packet && !state->has_rst_sequence)
        return false;
    *end = t->connection.half[half].fin.packet ? state->fin_sequence : state->rst_sequence;
    uint32_t next = reassembly_next(t->stream, half);
    return sequence_after(*end, next) && *end - next <= START_WITHIN;
}

void delivery_finish(struct tracked *t)
{
    struct stream *stream = t->stream;
    if (!stream)
        return;
    t->table->delivering++;
    for (int half = 0; half < 2; half++) {
        uint32_t end;
        if (reassembly_started(stream, half) &&
            (lost_before(t, half, &end) || lost_before_close(t, half, &end)))
            give_up_before(t, half, end);
    }
    close_stream(t);
    t->table->delivering--;
}

void delivery_drop(struct tracked *t)
{
    if (!t->stream || t->table->delivering > 0)
        return;
    t->table->delivering++;
    close_stream(t);
    t->table->delivering--;
}
