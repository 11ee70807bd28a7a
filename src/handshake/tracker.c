/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/tracker.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "handshake/first_bytes.h"
#include "handshake/reading.h"
#include "handshake/transcript.h"
#include "preamble/preamble.h"
#include <stdlib.h>

enum {
    PREFIX_LIMIT = 64,      /* bytes after which a first guess must be possible */
    FIRST_LINE_LIMIT = 512, /* bytes kept of what is not TLS */
    PLAIN_CHUNKS = 96,      /* chunks without TLS, both directions, after which none is expected ... */
    PLAIN_BYTES = 4096,     /* ... unless they were tiny */
};

enum end_state {
    END_PROBING, /* nothing, or too little, was read */
    END_PLAIN, /* began with something else: TLS may still start at a chunk's beginning (STARTTLS, proxies) */
    END_TLS,
};

struct end {
    enum end_state state;
    enum first_bytes first;
    uint64_t lost; /* of its first bytes, not captured */
    struct moment lost_noticed;
    struct buffer prefix;     /* while probing: the bytes so far */
    struct buffer first_line; /* of what is not TLS */
    bool line_ended;          /* what follows is not contiguous with it */
};

struct tracker {
    struct connection *connection;
    struct fingerprinter *hasher;
    struct handshake *handshake; /* from the first TLS byte on */
    struct reading *reading;     /* likewise */
    struct preamble *preamble;   /* from the first plain bytes on, where client and server are known */
    struct end end[2];
    uint32_t plain_chunks;
    uint64_t plain_bytes;
    size_t size; /* when it was last asked for */
};

struct tracker *tracker_new(struct connection *connection, struct fingerprinter *hasher)
{
    struct tracker *tracker = memory_new(1, sizeof *tracker);
    tracker->connection = connection;
    tracker->hasher = hasher;
    return tracker;
}

bool tracker_has_tls(const struct tracker *tracker)
{
    return tracker->handshake != NULL;
}

bool tracker_is_done(const struct tracker *tracker)
{
    return !tracker->handshake && tracker->plain_chunks >= PLAIN_CHUNKS &&
           tracker->plain_bytes >= PLAIN_BYTES;
}

size_t tracker_size(const struct tracker *tracker)
{
    size_t size = sizeof *tracker + tracker->end[0].prefix.room + tracker->end[1].prefix.room +
                  tracker->end[0].first_line.room + tracker->end[1].first_line.room;
    if (tracker->preamble)
        size += preamble_size();
    return tracker->handshake ? size + reading_size(tracker->reading) : size;
}

size_t tracker_growth(struct tracker *tracker)
{
    size_t before = tracker->size;
    tracker->size = tracker_size(tracker);
    return tracker->size - before;
}

static enum speaker speaker_of(const struct tracker *tracker, int half)
{
    return half == tracker->connection->client ? SPEAKER_CLIENT : SPEAKER_SERVER;
}

static void begin_tls(struct tracker *tracker, int half, bool ssl2)
{
    if (!tracker->handshake) {
        tracker->handshake = handshake_new(tracker->connection);
        tracker->reading = reading_new(tracker->handshake, tracker->connection, tracker->hasher);
    }
    struct end *end = &tracker->end[half];
    if (end->first == FIRST_NONE && !end->lost_noticed.packet)
        end->first = ssl2 ? FIRST_SSL2 : FIRST_TLS;
    end->state = END_TLS;
    if (tracker->preamble)
        preamble_tls_began(tracker->preamble, speaker_of(tracker, half));
    reading_begin(tracker->reading, half, ssl2);
    if (end->lost_noticed.packet)
        reading_gap(tracker->reading, half, end->lost, end->lost_noticed);
}

static void keep_line(struct end *end, const uint8_t *bytes, size_t length)
{
    size_t room = FIRST_LINE_LIMIT - end->first_line.length;
    if (!end->line_ended)
        buffer_add(&end->first_line, bytes, length < room ? length : room);
}

static void begin_plain(struct tracker *tracker, int half, const uint8_t *bytes, size_t length)
{
    struct connection *connection = tracker->connection;
    struct end *end = &tracker->end[half];
    end->state = END_PLAIN;
    if (!tracker->preamble && connection->client >= 0 && !connection->midstream)
        tracker->preamble = preamble_new(connection->half[1 - connection->client].endpoint.port);
    if (end->first_line.length > 0)
        return;
    /* What stands at the beginning of a connection met midway, or behind a gap, is the middle of something.
     */
    if (!connection->midstream && !end->lost_noticed.packet)
        end->first = first_bytes_guess(bytes, length);
}

/* A hello is proof, and so is a chain of records; anything else needs a reason to be believed. */
static bool is_believable(const struct tracker *tracker, int half, enum record_guess guess)
{
    bool other_is_tls = tracker->end[1 - half].state == END_TLS;
    switch (guess) {
    case RECORD_GUESS_TLS_HANDSHAKE:
    case RECORD_GUESS_TLS_RECORDS:
        return true;
    case RECORD_GUESS_TLS_ALERT:
        return other_is_tls || tracker->end[half].state == END_PROBING;
    case RECORD_GUESS_TLS_OTHER:
        return other_is_tls || tracker->connection->midstream || tracker->end[half].lost_noticed.packet;
    case RECORD_GUESS_SSL2_CLIENT_HELLO:
        return tracker->end[half].state == END_PROBING && !other_is_tls;
    case RECORD_GUESS_SSL2_SERVER_HELLO:
    case RECORD_GUESS_SSL2_ERROR:
        return tracker->end[half].state == END_PROBING && tracker->end[1 - half].first == FIRST_SSL2;
    case RECORD_GUESS_NEED_MORE:
    case RECORD_GUESS_NONE:
        break;
    }
    return false;
}

static bool is_ssl2(enum record_guess guess)
{
    return guess == RECORD_GUESS_SSL2_CLIENT_HELLO || guess == RECORD_GUESS_SSL2_SERVER_HELLO ||
           guess == RECORD_GUESS_SSL2_ERROR;
}

/* Some plain protocols begin with so few bytes that they could yet become SSL 2.0. */
static bool is_known_preamble(const struct tracker *tracker, int half, const uint8_t *bytes, size_t length)
{
    return tracker->connection->client >= 0 && !tracker->connection->midstream &&
           preamble_recognises(speaker_of(tracker, half), bytes, length);
}

/* TLS begins with these bytes, is impossible there, or needs more bytes to tell. */
static enum end_state probe(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                            struct moment now)
{
    enum record_guess guess = record_guess(bytes, length);
    if (guess == RECORD_GUESS_NEED_MORE && length < PREFIX_LIMIT &&
        !is_known_preamble(tracker, half, bytes, length))
        return END_PROBING;
    if (!is_believable(tracker, half, guess)) {
        begin_plain(tracker, half, bytes, length);
        return END_PLAIN;
    }
    begin_tls(tracker, half, is_ssl2(guess));
    reading_bytes(tracker->reading, half, bytes, length, now);
    return END_TLS;
}

/* A chunk too short to tell, whose beginning is that of a hello. */
static bool may_become_hello(enum record_guess guess, const uint8_t *bytes, size_t length)
{
    return guess == RECORD_GUESS_NEED_MORE && length < PREFIX_LIMIT && bytes[0] == TLS_CONTENT_HANDSHAKE;
}

/* A line or packet of plain bytes; returns how many were read. */
static size_t read_plain(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                         struct moment now)
{
    if (!tracker->preamble || preamble_wraps(tracker->preamble, speaker_of(tracker, half)))
        return length;
    enum speaker from = speaker_of(tracker, half);
    struct preamble_step step = preamble_bytes(tracker->preamble, from, bytes, length, now);
    if (step.begins_anew && tracker->end[1 - half].state == END_PLAIN)
        tracker->end[1 - half].state = END_PROBING;
    if (step.tls_may_begin || preamble_wraps(tracker->preamble, from))
        tracker->end[half].state = END_PROBING;
    return step.taken;
}

static size_t look_in_plain_text(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                                 struct moment now)
{
    enum record_guess guess = record_guess(bytes, length);
    if (may_become_hello(guess, bytes, length)) {
        tracker->end[half].state = END_PROBING;
        buffer_add(&tracker->end[half].prefix, bytes, length);
        return length;
    }
    if (!is_believable(tracker, half, guess) || is_ssl2(guess))
        return read_plain(tracker, half, bytes, length, now);
    begin_tls(tracker, half, false);
    reading_bytes(tracker->reading, half, bytes, length, now);
    return length;
}

/* Nothing was kept from before. */
static size_t stream_step(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                          struct moment now)
{
    switch (tracker->end[half].state) {
    case END_PROBING:
        switch (probe(tracker, half, bytes, length, now)) {
        case END_PROBING:
            buffer_add(&tracker->end[half].prefix, bytes, length);
            return length;
        case END_PLAIN:
            return read_plain(tracker, half, bytes, length, now);
        case END_TLS:
            return length;
        }
        return length;
    case END_PLAIN:
        return look_in_plain_text(tracker, half, bytes, length, now);
    case END_TLS:
        reading_bytes(tracker->reading, half, bytes, length, now);
        return length;
    }
    return length;
}

/* Bytes of the innermost stream: those of the connection, or those that packets with TLS in them hold. What
 * is too little to tell whether it is TLS is kept, and looked at together with what comes next. */
static void stream_bytes(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                         struct moment now)
{
    struct buffer kept = tracker->end[half].prefix;
    if (kept.length > 0) {
        tracker->end[half].prefix = (struct buffer){0};
        buffer_add(&kept, bytes, length);
        bytes = (const uint8_t *)kept.bytes;
        length = kept.length;
    } else {
        kept = (struct buffer){0};
    }
    while (length > 0) {
        size_t taken = stream_step(tracker, half, bytes, length, now);
        struct end *end = &tracker->end[half];
        if (end->state != END_TLS && end->prefix.length == 0)
            keep_line(end, bytes, taken);
        bytes += taken;
        length -= taken;
    }
    buffer_free(&kept);
}

/* The bytes of TLS that stand in packets of another protocol; returns how many bytes were read. */
static size_t unwrap(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                     struct moment now)
{
    struct preamble_step step =
        preamble_bytes(tracker->preamble, speaker_of(tracker, half), bytes, length, now);
    if (step.inner_length > 0 && tracker->end[half].state == END_PLAIN)
        tracker->end[half].state = END_PROBING;
    if (step.inner_length > 0)
        stream_bytes(tracker, half, step.inner, step.inner_length, now);
    return step.taken;
}

void tracker_bytes(struct tracker *tracker, int half, const uint8_t *bytes, size_t length, struct moment now)
{
    if (tracker->end[half].state == END_PLAIN) {
        tracker->plain_chunks++;
        tracker->plain_bytes += length;
    }
    while (length > 0 && tracker->preamble && preamble_wraps(tracker->preamble, speaker_of(tracker, half))) {
        size_t taken = unwrap(tracker, half, bytes, length, now);
        bytes += taken;
        length -= taken;
    }
    if (length > 0)
        stream_bytes(tracker, half, bytes, length, now);
}

/* What was too little to tell stays so. */
static void end_probing(struct tracker *tracker, int half)
{
    const struct buffer *prefix = &tracker->end[half].prefix;
    begin_plain(tracker, half, (const uint8_t *)prefix->bytes, prefix->length);
    keep_line(&tracker->end[half], (const uint8_t *)prefix->bytes, prefix->length);
}

void tracker_gap(struct tracker *tracker, int half, uint64_t missing, struct moment now)
{
    struct end *end = &tracker->end[half];
    if (end->state == END_PROBING && end->prefix.length == 0)
        end->lost_noticed = now;
    if (end->lost_noticed.packet && end->state != END_TLS)
        end->lost += missing;
    if (tracker->preamble)
        preamble_gap(tracker->preamble, speaker_of(tracker, half));
    if (end->state == END_TLS)
        reading_gap(tracker->reading, half, missing, now);
    else if (end->state == END_PROBING && end->prefix.length > 0)
        end_probing(tracker, half);
    else
        end->state = END_PLAIN;
    buffer_clear(&end->prefix);
    end->line_ended = true;
}

static void write_down_first_bytes(const struct tracker *tracker, struct handshake *handshake)
{
    for (int half = 0; half < 2; half++) {
        const struct end *end = &tracker->end[half];
        const struct buffer *line = end->first_line.length > 0 ? &end->first_line : &end->prefix;
        struct direction *direction = &handshake->direction[handshake_side(handshake, half)];
        direction->first = end->first;
        bool plain = end->first > FIRST_SSL2 || end->state == END_PROBING;
        if (!plain || line->length == 0)
            continue;
        bool guessed =
            direction->first > FIRST_SSL2 ||
            (direction->first == FIRST_NONE && !end->lost_noticed.packet && !tracker->connection->midstream);
        if (guessed)
            direction->first = first_bytes_guess((const uint8_t *)line->bytes, line->length);
        direction->first_line.bytes = arena_copy(handshake->arena, line->bytes, line->length);
        direction->first_line.length = direction->first_line.bytes ? (uint32_t)line->length : 0;
    }
}

/* Its FIN or RST was the first. */
static bool client_closed_first(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    return connection->closed.packet && connection->closed_by == handshake->client_half;
}

static void write_down_preamble(const struct tracker *tracker, struct handshake *handshake)
{
    if (!tracker->preamble || !preamble_facts(tracker->preamble)->spoken)
        return;
    handshake->preamble = arena_take(handshake->arena, 1, sizeof *handshake->preamble);
    if (!handshake->preamble)
        return;
    *handshake->preamble = *preamble_facts(tracker->preamble);
    if (client_closed_first(handshake))
        preamble_client_left(handshake->preamble);
}

struct handshake *tracker_finish(struct tracker *tracker)
{
    struct handshake *handshake = tracker->handshake;
    if (handshake) {
        reading_end(tracker->reading);
        handshake->tls_seen = true;
    } else {
        handshake = handshake_new(tracker->connection);
    }
    write_down_first_bytes(tracker, handshake);
    write_down_preamble(tracker, handshake);
    tracker->handshake = NULL;
    tracker_free(tracker);
    return handshake;
}

void tracker_free(struct tracker *tracker)
{
    if (!tracker)
        return;
    reading_free(tracker->reading);
    handshake_free(tracker->handshake);
    preamble_free(tracker->preamble);
    for (int half = 0; half < 2; half++) {
        buffer_free(&tracker->end[half].prefix);
        buffer_free(&tracker->end[half].first_line);
    }
    free(tracker);
}
