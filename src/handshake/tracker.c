/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/tracker.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "handshake/first_bytes.h"
#include "handshake/reading.h"
#include "handshake/transcript.h"
#include <stdlib.h>

enum {
    PREFIX_LIMIT = 64,      /* bytes after which a first guess must be possible */
    FIRST_LINE_LIMIT = 256, /* bytes kept of what is not TLS */
    PLAIN_CHUNKS = 96,      /* chunks without TLS, both directions, after which none is expected */
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
    struct buffer prefix; /* while probing: the bytes so far; in plain text: the first line */
};

struct tracker {
    struct connection *connection;
    struct fingerprinter *hasher;
    struct handshake *handshake; /* from the first TLS byte on */
    struct reading *reading;     /* likewise */
    struct end end[2];
    uint32_t plain_chunks;
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
    return !tracker->handshake && tracker->plain_chunks >= PLAIN_CHUNKS;
}

size_t tracker_size(const struct tracker *tracker)
{
    size_t size = sizeof *tracker + tracker->end[0].prefix.room + tracker->end[1].prefix.room;
    return tracker->handshake ? size + reading_size(tracker->reading) : size;
}

static void begin_tls(struct tracker *tracker, int half, bool ssl2)
{
    if (!tracker->handshake) {
        tracker->handshake = handshake_new(tracker->connection);
        tracker->reading = reading_new(tracker->handshake, tracker->connection, tracker->hasher);
    }
    struct end *end = &tracker->end[half];
    if (end->first == FIRST_NONE)
        end->first = ssl2 ? FIRST_SSL2 : FIRST_TLS;
    end->state = END_TLS;
    reading_begin(tracker->reading, half, ssl2);
    if (end->lost_noticed.packet)
        reading_gap(tracker->reading, half, end->lost, end->lost_noticed);
}

static void begin_plain(struct tracker *tracker, int half, const uint8_t *bytes, size_t length)
{
    struct end *end = &tracker->end[half];
    /* What stands at the beginning of a connection met midway is the middle of something. */
    if (!tracker->connection->midstream)
        end->first = first_bytes_guess(bytes, length);
    end->state = END_PLAIN;
    if (bytes != (const uint8_t *)end->prefix.bytes) {
        buffer_clear(&end->prefix);
        buffer_add(&end->prefix, bytes, length < FIRST_LINE_LIMIT ? length : FIRST_LINE_LIMIT);
    } else if (end->prefix.length > FIRST_LINE_LIMIT) {
        end->prefix.length = FIRST_LINE_LIMIT;
    }
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

static void probe(struct tracker *tracker, int half, const uint8_t *bytes, size_t length, struct moment now)
{
    struct end *end = &tracker->end[half];
    if (end->prefix.length > 0) {
        buffer_add(&end->prefix, bytes, length);
        bytes = (const uint8_t *)end->prefix.bytes;
        length = end->prefix.length;
    }
    enum record_guess guess = record_guess(bytes, length);
    if (guess == RECORD_GUESS_NEED_MORE && length < PREFIX_LIMIT) {
        if (end->prefix.length == 0)
            buffer_add(&end->prefix, bytes, length);
        return;
    }
    if (!is_believable(tracker, half, guess)) {
        begin_plain(tracker, half, bytes, length);
        return;
    }
    begin_tls(tracker, half, is_ssl2(guess));
    reading_bytes(tracker->reading, half, bytes, length, now);
    buffer_clear(&end->prefix);
}

static void look_in_plain_text(struct tracker *tracker, int half, const uint8_t *bytes, size_t length,
                               struct moment now)
{
    tracker->plain_chunks++;
    enum record_guess guess = record_guess(bytes, length);
    if (!is_believable(tracker, half, guess) || is_ssl2(guess))
        return;
    begin_tls(tracker, half, false);
    reading_bytes(tracker->reading, half, bytes, length, now);
}

void tracker_bytes(struct tracker *tracker, int half, const uint8_t *bytes, size_t length, struct moment now)
{
    switch (tracker->end[half].state) {
    case END_PROBING:
        probe(tracker, half, bytes, length, now);
        break;
    case END_PLAIN:
        look_in_plain_text(tracker, half, bytes, length, now);
        break;
    case END_TLS:
        reading_bytes(tracker->reading, half, bytes, length, now);
        break;
    }
}

void tracker_gap(struct tracker *tracker, int half, uint64_t missing, struct moment now)
{
    struct end *end = &tracker->end[half];
    if (end->state == END_PROBING && end->prefix.length == 0)
        end->lost_noticed = now;
    if (end->lost_noticed.packet && end->state != END_TLS)
        end->lost += missing;
    if (end->state == END_TLS)
        reading_gap(tracker->reading, half, missing, now);
    else if (end->state == END_PROBING && end->prefix.length > 0)
        begin_plain(tracker, half, (const uint8_t *)end->prefix.bytes, end->prefix.length);
    else
        end->state = END_PLAIN;
}

static void write_down_first_bytes(const struct tracker *tracker, struct handshake *handshake)
{
    for (int half = 0; half < 2; half++) {
        const struct end *end = &tracker->end[half];
        struct direction *direction = &handshake->direction[handshake_side(handshake, half)];
        direction->first = end->first;
        bool plain = end->first > FIRST_SSL2 || end->state == END_PROBING;
        if (!plain || end->prefix.length == 0)
            continue;
        if (direction->first == FIRST_NONE)
            direction->first = first_bytes_guess((const uint8_t *)end->prefix.bytes, end->prefix.length);
        direction->first_line.bytes = arena_copy(handshake->arena, end->prefix.bytes, end->prefix.length);
        direction->first_line.length = direction->first_line.bytes ? (uint32_t)end->prefix.length : 0;
    }
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
    buffer_free(&tracker->end[0].prefix);
    buffer_free(&tracker->end[1].prefix);
    free(tracker);
}
