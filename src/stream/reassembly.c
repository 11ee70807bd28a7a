/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/reassembly.h"
#include "base/memory.h"
#include "stream/libnids.h"
#include "stream/ranges.h"
#include "stream/sequence.h"
#include <stdlib.h>

enum {
    HALF_BOUND = 1 << 20,   /* what may wait in one half, as cost_of() counts it */
    TOTAL_BOUND = 32 << 20, /* in all halves */
    PIECE_COST = 512,       /* of a waiting piece beyond its bytes; keeps libnids' queue short */
    REACH = 1 << 29,        /* of segments ahead; within libnids' window */
    RUN_KEPT = 256 * 1024   /* memory kept for the next run */
};

_Static_assert(REACH + LIBNIDS_PAYLOAD_MAX < LIBNIDS_WINDOW, "libnids refuses what reassembly takes");

struct half_stream_state {
    uint32_t next; /* sequence number of the next byte for the sink */
    bool started;
    struct ranges ahead; /* what has arrived behind a hole */
};

struct stream {
    struct reassembly *reassembly;
    void *user;
    struct tcp_stream *pair; /* NULL while libnids does not know the stream */
    struct stream *older, *newer;
    struct half_stream_state half[2];
};

struct reassembly {
    struct reassembly_sink sink;
    uint32_t limit, open;           /* streams with libnids */
    struct stream *oldest, *newest; /* of those */
    uint64_t cost;                  /* of all that waits */
    struct libnids_run spare;       /* memory for the next run */
};

struct reassembly *reassembly_new(const struct reassembly_sink *sink, uint32_t streams,
                                  const struct notice_sink *notices)
{
    if (!libnids_start(streams, notices))
        return NULL;
    struct reassembly *r = memory_new(1, sizeof *r);
    r->sink = *sink;
    r->limit = streams;
    return r;
}

void reassembly_free(struct reassembly *r)
{
    if (!r)
        return;
    libnids_stop();
    free(r->spare.bytes);
    free(r);
}

struct stream *reassembly_open(struct reassembly *r, void *user)
{
    struct stream *stream = memory_new(1, sizeof *stream);
    stream->reassembly = r;
    stream->user = user;
    return stream;
}

void reassembly_expect(struct stream *stream, int half, uint32_t sequence)
{
    struct half_stream_state *h = &stream->half[half];
    if (h->started)
        return;
    h->started = true;
    h->next = sequence;
    if (stream->pair)
        libnids_expect(stream->pair, half, sequence);
}

bool reassembly_started(const struct stream *stream, int half)
{
    return stream->half[half].started;
}

uint32_t reassembly_next(const struct stream *stream, int half)
{
    return stream->half[half].next;
}

uint32_t reassembly_waiting(const struct stream *stream, int half)
{
    return stream->half[half].ahead.bytes;
}

bool reassembly_holds(const struct stream *stream, int half, uint32_t sequence)
{
    const struct half_stream_state *h = &stream->half[half];
    return h->started && (sequence_before(sequence, h->next) || ranges_wait_at(&h->ahead, sequence));
}

/* ---- Streams that libnids knows, by when they were last used ------------------------------------------ */

static void unlink_stream(struct stream *stream)
{
    struct reassembly *r = stream->reassembly;
    *(stream->older ? &stream->older->newer : &r->oldest) = stream->newer;
    *(stream->newer ? &stream->newer->older : &r->newest) = stream->older;
}

static void link_newest(struct stream *stream)
{
    struct reassembly *r = stream->reassembly;
    stream->older = r->newest;
    stream->newer = NULL;
    *(r->newest ? &r->newest->newer : &r->oldest) = stream;
    r->newest = stream;
}

static void leave_libnids(struct stream *stream)
{
    if (!stream->pair)
        return;
    libnids_close(stream->pair);
    stream->pair = NULL;
    unlink_stream(stream);
    stream->reassembly->open--;
}

/* ---- Runs --------------------------------------------------------------------------------------------- */

/* While the sink reads one run it may cause another: the spare memory is taken, not shared. */
static struct libnids_run take_spare(struct reassembly *r)
{
    struct libnids_run run = r->spare;
    r->spare = (struct libnids_run){0};
    return run;
}

static void give_spare(struct reassembly *r, struct libnids_run *run)
{
    if (r->spare.bytes || run->room > RUN_KEPT)
        free(run->bytes);
    else
        r->spare = *run;
}

static uint64_t cost_of(const struct ranges *ranges)
{
    return ranges->bytes + (uint64_t)(ranges->pieces + ranges->count) * PIECE_COST;
}

static void drop_before_next(struct stream *stream, int half)
{
    struct half_stream_state *h = &stream->half[half];
    if (h->ahead.count == 0)
        return;
    stream->reassembly->cost -= cost_of(&h->ahead);
    ranges_drop_before(&h->ahead, h->next);
    stream->reassembly->cost += cost_of(&h->ahead);
}

/* The piece begins at the awaited byte: it is delivered, with what it makes complete. */
static void feed_next(struct stream *stream, int half, const uint8_t *bytes, uint32_t length)
{
    struct reassembly *r = stream->reassembly;
    struct half_stream_state *h = &stream->half[half];
    struct libnids_run run = take_spare(r);
    libnids_feed(stream->pair, half, h->next, bytes, length, &run);
    h->next += (uint32_t)run.length;
    drop_before_next(stream, half);
    if (run.length > 0)
        r->sink.bytes(stream->user, half, (const uint8_t *)run.bytes, run.length);
    give_spare(r, &run);
}

static void feed_ahead(struct stream *stream, int half, uint32_t sequence, const uint8_t *bytes,
                       uint32_t length)
{
    struct reassembly *r = stream->reassembly;
    struct ranges *ahead = &stream->half[half].ahead;
    struct libnids_run run = take_spare(r);
    libnids_feed(stream->pair, half, sequence, bytes, length, &run);
    give_spare(r, &run);
    r->cost -= cost_of(ahead);
    ranges_add_waiting(ahead, sequence, sequence + length);
    r->cost += cost_of(ahead);
}

/* Goes on at `target`: libnids is told to await the byte before it and given that one as filler, upon which
 * it hands out what waits behind. */
static void skip_to(struct stream *stream, int half, uint32_t target, bool cut)
{
    static const uint8_t filler = 0;
    struct reassembly *r = stream->reassembly;
    struct half_stream_state *h = &stream->half[half];
    struct libnids_run run = take_spare(r);
    uint32_t missing = target - h->next;
    libnids_expect(stream->pair, half, target - 1);
    libnids_feed(stream->pair, half, target - 1, &filler, 1, &run);
    h->next = run.length > 0 ? target - 1 + (uint32_t)run.length : target;
    drop_before_next(stream, half);
    r->sink.gap(stream->user, half, missing, cut);
    if (run.length > 1)
        r->sink.bytes(stream->user, half, (const uint8_t *)run.bytes + 1, run.length - 1);
    give_spare(r, &run);
}

/* ---- Holes -------------------------------------------------------------------------------------------- */

/* What was cut is a gap as soon as its turn comes. */
static void skip_cuts(struct stream *stream, int half)
{
    struct half_stream_state *h = &stream->half[half];
    while (h->ahead.count > 0 && h->ahead.items[0].start == h->next)
        skip_to(stream, half, h->ahead.items[0].end, true);
}

static void give_up_first_hole(struct stream *stream, int half)
{
    skip_to(stream, half, stream->half[half].ahead.items[0].start, false);
    skip_cuts(stream, half);
}

static void give_up_all_holes(struct stream *stream)
{
    for (int half = 0; half < 2; half++)
        while (stream->half[half].ahead.count > 0)
            give_up_first_hole(stream, half);
}

static void keep_within_bounds(struct stream *stream, int half)
{
    struct ranges *ahead = &stream->half[half].ahead;
    while (ahead->count > 0 && (cost_of(ahead) > HALF_BOUND || stream->reassembly->cost > TOTAL_BOUND))
        give_up_first_hole(stream, half);
}

/* ---- Segments ----------------------------------------------------------------------------------------- */

/* The stream becomes the newest of those that libnids knows. False when libnids does not take it. */
static bool enter_libnids(struct stream *stream)
{
    struct reassembly *r = stream->reassembly;
    if (stream == r->newest)
        return true;
    if (stream->pair) {
        unlink_stream(stream);
        link_newest(stream);
        return true;
    }
    if (r->open >= r->limit) {
        struct stream *oldest = r->oldest;
        give_up_all_holes(oldest);
        leave_libnids(oldest);
    }
    stream->pair = libnids_open();
    if (!stream->pair)
        return false;
    r->open++;
    link_newest(stream);
    for (int half = 0; half < 2; half++)
        libnids_expect(stream->pair, half, stream->half[half].next);
    return true;
}

static void feed(struct stream *stream, int half, uint32_t sequence, const uint8_t *bytes, uint32_t length)
{
    while (length > 0) {
        uint32_t part = length < LIBNIDS_PAYLOAD_MAX ? length : LIBNIDS_PAYLOAD_MAX;
        if (sequence == stream->half[half].next)
            feed_next(stream, half, bytes, part);
        else
            feed_ahead(stream, half, sequence, bytes, part);
        sequence += part;
        bytes += part;
        length -= part;
    }
}

/* Feeds what of [sequence, end) is new. A part that closes a hole completes what waits behind, so the next
 * part is looked for from there on. */
static void add_bytes(struct stream *stream, int half, uint32_t sequence, const uint8_t *bytes, uint32_t end)
{
    const struct half_stream_state *h = &stream->half[half];
    uint32_t start = sequence, stop;
    while (sequence_before(start, end) && ranges_next_free(&h->ahead, &start, &stop, end, false)) {
        feed(stream, half, start, bytes + (start - sequence), stop - start);
        start = sequence_before(stop, h->next) ? h->next : stop;
    }
}

static void add_cut(struct stream *stream, int half, uint32_t start, uint32_t end)
{
    struct reassembly *r = stream->reassembly;
    struct ranges *ahead = &stream->half[half].ahead;
    uint32_t stop;
    r->cost -= cost_of(ahead);
    for (; sequence_before(start, end) && ranges_next_free(ahead, &start, &stop, end, true); start = stop)
        ranges_add_cut(ahead, start, stop);
    r->cost += cost_of(ahead);
}

/* A segment that does not simply continue the stream. */
static void add_segment(struct stream *stream, int half, uint32_t sequence, const uint8_t *payload,
                        uint32_t captured, uint32_t length)
{
    uint32_t next = stream->half[half].next;
    uint32_t old = sequence_before(sequence, next) ? next - sequence : 0;
    if (old >= length || length - old > REACH || sequence + old - next > REACH - (length - old))
        return;
    if (captured > old)
        add_bytes(stream, half, sequence + old, payload + old, sequence + captured);
    if (length > captured)
        add_cut(stream, half, sequence + (captured > old ? captured : old), sequence + length);
    skip_cuts(stream, half);
    keep_within_bounds(stream, half);
}

void reassembly_segment(struct stream *stream, int half, uint32_t sequence, const uint8_t *payload,
                        uint32_t captured, uint32_t length)
{
    struct half_stream_state *h = &stream->half[half];
    if (length == 0)
        return;
    reassembly_expect(stream, half, sequence);
    if (!enter_libnids(stream))
        return;
    if (sequence == h->next && h->ahead.count == 0 && captured == length && length <= LIBNIDS_PAYLOAD_MAX)
        feed_next(stream, half, payload, length);
    else
        add_segment(stream, half, sequence, payload, captured, length);
}

void reassembly_give_up_hole(struct stream *stream, int half, uint32_t sequence)
{
    struct half_stream_state *h = &stream->half[half];
    if (!h->started)
        return;
    uint32_t target = sequence;
    if (h->ahead.count > 0 && sequence_before(h->ahead.items[0].start, sequence))
        target = h->ahead.items[0].start;
    if (!sequence_after(target, h->next) || !enter_libnids(stream))
        return;
    skip_to(stream, half, target, false);
    skip_cuts(stream, half);
}

void reassembly_close(struct stream *stream)
{
    give_up_all_holes(stream);
    leave_libnids(stream);
    free(stream);
}
