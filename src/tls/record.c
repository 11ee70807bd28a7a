/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/record.h"

#include "base/memory.h"
#include "tls/record_header.h"
#include <stdlib.h>
#include <string.h>

/* The shortest thing in SSL 2.0 is its ERROR message; with the header that is as long as a TLS header, so in
 * both framings five bytes tell all that is needed. */
enum { SSL2_BODY_LEAST = 3 };

/* Bytes of something else that are handed to not_tls() at the most. */
enum { FOREIGN_SAMPLE = 256 };

/* Where a record lies, read from its header. */
struct frame {
    struct record_header header;
    size_t header_size;
    size_t size; /* header and body */
    bool ssl2;
};

void record_stream_free(struct record_stream *stream)
{
    free(stream->partial);
    *stream = (struct record_stream){.dead = true};
}

static void start_anew(struct record_stream *stream, bool ssl2)
{
    *stream = (struct record_stream){
        .partial = stream->partial, .room = stream->room, .skip_data = stream->skip_data, .ssl2 = ssl2};
}

void record_stream_use_ssl2(struct record_stream *stream)
{
    start_anew(stream, true);
}

void record_stream_restart(struct record_stream *stream)
{
    start_anew(stream, false);
}

/* Behind an SSLv2 CLIENT-HELLO that offered more, TLS records follow when the server took the offer. */
static bool ssl2_ended(struct record_stream *stream, struct cursor at)
{
    struct record_header header;
    if (!stream->ssl2 || !stream->began || stream->ssl2_settled)
        return false;
    stream->ssl2_settled = true;
    return record_header_read(&at, &header) && record_header_convinces(&header);
}

static bool frame_read_ssl2(struct cursor at, struct frame *frame)
{
    struct ssl2_header header;
    size_t before = at.left;
    if (!ssl2_header_read(&at, &header) || header.escape || header.length < SSL2_BODY_LEAST)
        return false;
    *frame = (struct frame){.ssl2 = true, .header_size = before - at.left};
    frame->size = frame->header_size + header.length;
    frame->header.length = header.length;
    frame->header.version = TLS_VERSION_SSL2;
    cursor_u8(&at, &frame->header.type);
    return true;
}

/* Reads the header at `at`, where five bytes must be; false when there is none. */
static bool frame_read(struct record_stream *stream, struct cursor at, struct frame *frame)
{
    if (ssl2_ended(stream, at))
        stream->ssl2 = false;
    if (stream->ssl2)
        return frame_read_ssl2(at, frame);
    *frame = (struct frame){.header_size = RECORD_HEADER_SIZE};
    record_header_read(&at, &frame->header);
    frame->size = RECORD_HEADER_SIZE + (size_t)frame->header.length;
    return record_header_fits(&frame->header);
}

/* `have` bytes of the record are at `bytes`. */
static void hand_out(struct record_stream *stream, const struct frame *frame, const uint8_t *bytes,
                     size_t have, const struct record_sink *sink, void *user)
{
    struct record record = {
        .ssl2 = frame->ssl2,
        .type = frame->header.type,
        .version = frame->header.version,
        .length = frame->header.length,
        .body = cursor_over_cut(bytes + frame->header_size, have - frame->header_size, frame->header.length),
        .cut = have < frame->size,
    };
    stream->began = true;
    sink->record(user, &record);
}

/* The record is passed over up to its end, or to where the capture lost its step; `lost` bytes of it were not
 * captured. */
static void hand_out_passed_over(struct record_stream *stream, size_t lost, const struct record_sink *sink,
                                 void *user)
{
    struct record record = {
        .type = TLS_CONTENT_APPLICATION_DATA,
        .version = stream->passed_version,
        .length = stream->passed_length,
        .body = cursor_over_cut(NULL, 0, lost),
        .cut = lost > 0,
    };
    stream->passing = false;
    stream->pass = stream->lost = 0;
    sink->record(user, &record);
}

/* `have` bytes of the body came already. */
static void begin_passing(struct record_stream *stream, const struct frame *frame, size_t have,
                          const struct record_sink *sink, void *user)
{
    stream->began = stream->passing = true;
    stream->passed_version = frame->header.version;
    stream->passed_length = frame->header.length;
    stream->pass = frame->header.length - (uint32_t)have;
    stream->lost = 0;
    if (stream->pass == 0)
        hand_out_passed_over(stream, 0, sink, user);
}

static bool is_passed_over(const struct record_stream *stream, const struct frame *frame)
{
    return stream->skip_data && !frame->ssl2 && frame->header.type == TLS_CONTENT_APPLICATION_DATA;
}

/* Moves up to `length` bytes of the chunk behind those that are kept, of a record of `limit` bytes. */
static void keep(struct record_stream *stream, struct cursor *chunk, size_t length, size_t limit)
{
    if (length > chunk->left)
        length = chunk->left;
    size_t needed = stream->have + length;
    if (needed > stream->room) {
        size_t doubled = (size_t)stream->room * 2;
        size_t room = doubled < needed ? needed : doubled < limit ? doubled : limit;
        stream->partial = memory_resize(stream->partial, room, 1);
        stream->room = (uint32_t)room;
    }
    const uint8_t *bytes = cursor_take(chunk, length);
    if (length > 0)
        memcpy(stream->partial + stream->have, bytes, length);
    stream->have = (uint32_t)needed;
}

/* After a gap it is this reader who was wrong and took the wrong place for a header: it looks on. */
static void meet_foreign_bytes(struct record_stream *stream, struct cursor *chunk,
                               const struct record_sink *sink, void *user)
{
    if (stream->gapped && !stream->ssl2) {
        stream->seeking = true;
        stream->have = 0;
        cursor_skip(chunk, chunk->left);
        return;
    }
    stream->dead = true;
    const uint8_t *bytes = chunk->at;
    size_t length = chunk->left;
    if (stream->have > 0) {
        keep(stream, chunk, FOREIGN_SAMPLE, FOREIGN_SAMPLE + RECORD_HEADER_SIZE);
        bytes = stream->partial;
        length = stream->have;
    }
    stream->have = 0;
    sink->not_tls(user, bytes, length);
}

/* At the boundary between two records. */
static void begin_record(struct record_stream *stream, struct cursor *chunk, const struct record_sink *sink,
                         void *user)
{
    struct frame frame;
    if (chunk->left < RECORD_HEADER_SIZE) {
        keep(stream, chunk, chunk->left, RECORD_HEADER_SIZE);
    } else if (!frame_read(stream, *chunk, &frame)) {
        meet_foreign_bytes(stream, chunk, sink, user);
    } else if (is_passed_over(stream, &frame)) {
        cursor_skip(chunk, frame.header_size);
        begin_passing(stream, &frame, 0, sink, user);
    } else if (chunk->left < frame.size) {
        keep(stream, chunk, chunk->left, frame.size);
    } else {
        hand_out(stream, &frame, cursor_take(chunk, frame.size), frame.size, sink, user);
    }
}

/* Some bytes of the record are kept already. */
static void continue_record(struct record_stream *stream, struct cursor *chunk,
                            const struct record_sink *sink, void *user)
{
    struct frame frame;
    if (stream->have < RECORD_HEADER_SIZE)
        keep(stream, chunk, RECORD_HEADER_SIZE - stream->have, RECORD_HEADER_SIZE);
    if (stream->have < RECORD_HEADER_SIZE)
        return;
    if (!frame_read(stream, cursor_over(stream->partial, stream->have), &frame)) {
        meet_foreign_bytes(stream, chunk, sink, user);
    } else if (is_passed_over(stream, &frame)) {
        size_t body_have = stream->have - frame.header_size;
        stream->have = 0;
        begin_passing(stream, &frame, body_have, sink, user);
    } else {
        keep(stream, chunk, frame.size - stream->have, frame.size);
        if (stream->have < frame.size)
            return;
        stream->have = 0;
        hand_out(stream, &frame, stream->partial, frame.size, sink, user);
    }
}

static void pass_over(struct record_stream *stream, struct cursor *chunk, const struct record_sink *sink,
                      void *user)
{
    size_t length = stream->pass < chunk->left ? stream->pass : chunk->left;
    cursor_skip(chunk, length);
    stream->pass -= (uint32_t)length;
    if (stream->pass == 0 && stream->passing)
        hand_out_passed_over(stream, stream->lost, sink, user);
}

/* A chunk is taken up again where it begins with a header that the bytes behind it do not contradict. */
static bool begins_with_record(struct cursor chunk)
{
    struct record_header header;
    return record_header_read(&chunk, &header) && record_header_convinces(&header) &&
           record_header_followed_well(chunk, header.length);
}

void record_stream_bytes(struct record_stream *stream, const uint8_t *bytes, size_t length,
                         const struct record_sink *sink, void *user)
{
    struct cursor chunk = cursor_over(bytes, length);
    if (stream->seeking && !begins_with_record(chunk))
        return;
    stream->seeking = false;
    while (chunk.left > 0 && !stream->dead) {
        if (stream->pass > 0)
            pass_over(stream, &chunk, sink, user);
        else if (stream->have > 0)
            continue_record(stream, &chunk, sink, user);
        else
            begin_record(stream, &chunk, sink, user);
    }
}

/* Hands out what is kept of a record; returns how many of its bytes are still to come. */
static size_t give_up_partial(struct record_stream *stream, const struct record_sink *sink, void *user)
{
    struct frame frame;
    size_t have = stream->have;
    stream->have = 0;
    if (have < RECORD_HEADER_SIZE || !frame_read(stream, cursor_over(stream->partial, have), &frame))
        return 0;
    hand_out(stream, &frame, stream->partial, have, sink, user);
    return frame.size - have;
}

/* Nothing in SSLv2's headers could be looked for; but behind its first record TLS may follow. */
static void lose_step(struct record_stream *stream)
{
    if (stream->ssl2 && !stream->ssl2_settled)
        stream->ssl2 = false;
    stream->seeking = !stream->ssl2;
    stream->dead = stream->ssl2;
}

/* What is still to come of the record that is being passed over will not. */
static void give_up_passing(struct record_stream *stream, const struct record_sink *sink, void *user)
{
    if (stream->passing)
        hand_out_passed_over(stream, stream->lost + stream->pass, sink, user);
    stream->pass = 0;
}

/* The gap ends within the record, or where it does. */
static void pass_over_missing(struct record_stream *stream, uint32_t missing, const struct record_sink *sink,
                              void *user)
{
    stream->pass -= missing;
    stream->lost += missing;
    if (stream->pass == 0)
        give_up_passing(stream, sink, user);
}

void record_stream_gap(struct record_stream *stream, uint64_t missing, const struct record_sink *sink,
                       void *user)
{
    if (stream->have > 0)
        stream->pass = (uint32_t)give_up_partial(stream, sink, user);
    stream->gapped = true;
    if (missing > 0 && missing <= stream->pass) {
        pass_over_missing(stream, (uint32_t)missing, sink, user);
        return;
    }
    give_up_passing(stream, sink, user);
    lose_step(stream);
}

/* A few last bytes, too few for a header, may still not be the beginning of one. */
static bool is_foreign(struct cursor bytes)
{
    uint8_t type, major;
    bool wrong =
        cursor_u8(&bytes, &type) && (type < TLS_CONTENT_CHANGE_CIPHER_SPEC || type > TLS_CONTENT_HEARTBEAT);
    return wrong || (cursor_u8(&bytes, &major) && major != 3);
}

void record_stream_end(struct record_stream *stream, const struct record_sink *sink, void *user)
{
    size_t have = stream->have;
    bool foreign = have > 0 && have < RECORD_HEADER_SIZE && !stream->ssl2 && !stream->gapped &&
                   is_foreign(cursor_over(stream->partial, have));
    if (have > 0)
        give_up_partial(stream, sink, user);
    give_up_passing(stream, sink, user);
    stream->dead = true;
    if (foreign)
        sink->not_tls(user, stream->partial, have);
}
