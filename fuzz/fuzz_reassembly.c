/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Cuts two known streams into segments as the input says (lost, repeated, overlapping, out of order, captured
 * in part), feeds them to reassembly, and holds what comes out against the known bytes: each byte delivered
 * must be the right one at its place, bytes and gaps together must cover the stream without a seam, and no
 * byte that was fed before its turn was over may be reported missing.
 *
 * Each step of the input is six bytes: what to do, how far from the next byte, and how long.
 */

#include "stream/reassembly.h"
#include "stream/sequence.h"
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { STREAMS = 3, STEP = 6, LONGEST = 4096, REMEMBERED = 1 << 16 };

struct expectation {
    uint32_t initial;        /* sequence number of the first byte */
    uint32_t seen;           /* bytes delivered or reported missing so far */
    uint8_t fed[REMEMBERED]; /* of the first bytes: 1 for those that were fed */
};

struct known_stream {
    struct stream *stream;
    struct expectation half[2];
};

static struct known_stream streams[STREAMS];

static void check(int truth)
{
    if (!truth)
        abort();
}

/* The byte at `offset` of a stream: it differs from stream to stream and from place to place. */
static uint8_t byte_at(const struct known_stream *known, int half, uint32_t offset)
{
    uint32_t mixed =
        (offset + (uint32_t)half * 977 + (uint32_t)(known - streams) * 7919) * UINT32_C(2654435761);
    return (uint8_t)(mixed >> 24);
}

static void remember(struct expectation *expected, uint32_t offset, uint32_t length)
{
    if (offset < REMEMBERED)
        memset(expected->fed + offset, 1, length < REMEMBERED - offset ? length : REMEMBERED - offset);
}

static void on_bytes(void *user, int half, const uint8_t *bytes, size_t length)
{
    struct known_stream *known = user;
    struct expectation *expected = &known->half[half];
    check(length > 0);
    for (size_t i = 0; i < length; i++)
        check(bytes[i] == byte_at(known, half, expected->seen + (uint32_t)i));
    expected->seen += (uint32_t)length;
    if (known->stream)
        check(reassembly_next(known->stream, half) == expected->initial + expected->seen);
}

static void on_gap(void *user, int half, uint32_t missing, bool cut)
{
    struct expectation *expected = &((struct known_stream *)user)->half[half];
    (void)cut;
    check(missing > 0);
    if (expected->seen < REMEMBERED) {
        uint32_t left = REMEMBERED - expected->seen;
        check(!memchr(expected->fed + expected->seen, 1, missing < left ? missing : left));
    }
    expected->seen += missing;
}

static void feed(struct known_stream *known, int half, uint32_t offset, uint32_t length, uint32_t captured)
{
    static uint8_t payload[LONGEST];
    for (uint32_t i = 0; i < captured; i++)
        payload[i] = byte_at(known, half, offset + i);
    uint32_t sequence = known->half[half].initial + offset;
    remember(&known->half[half], offset, captured);
    reassembly_segment(known->stream, half, sequence, payload, captured, length);
    uint32_t next = reassembly_next(known->stream, half);
    check(next == known->half[half].initial + known->half[half].seen);
    if (captured > 0 && !sequence_before(sequence, next))
        check(reassembly_holds(known->stream, half, sequence));
    if (captured == length)
        check(reassembly_holds(known->stream, half, sequence + length - 1));
    if (reassembly_waiting(known->stream, half) == 0)
        check(!reassembly_holds(known->stream, half, next));
}

static void start(struct reassembly *reassembly, struct known_stream *known, const uint8_t *step)
{
    known->stream = reassembly_open(reassembly, known);
    for (int half = 0; half < 2; half++) {
        /* Near the wrap-around more often than not. */
        uint32_t initial = UINT32_C(0) - (uint32_t)(step[4] << 8 | step[5]) * (uint32_t)(half + 1);
        memset(&known->half[half], 0, sizeof known->half[half]);
        known->half[half].initial = initial;
        reassembly_expect(known->stream, half, initial);
    }
}

static void stop(struct known_stream *known)
{
    struct stream *stream = known->stream;
    known->stream = NULL;
    if (stream)
        reassembly_close(stream);
}

static void do_step(struct reassembly *reassembly, const uint8_t *step)
{
    struct known_stream *known = &streams[step[0] % STREAMS];
    int half = step[0] >> 7;
    uint32_t distance = (uint32_t)(step[2] << 8 | step[3]);
    uint32_t length = 1 + (uint32_t)(step[4] << 8 | step[5]) % LONGEST;
    if (!known->stream)
        start(reassembly, known, step);
    uint32_t next = known->half[half].seen;
    switch (step[1] % 8) {
    case 0: /* in order */
        feed(known, half, next, length, length);
        break;
    case 1: /* ahead */
        feed(known, half, next + distance, length, length);
        break;
    case 2: /* far ahead */
        feed(known, half, next + (distance << 10), length, length);
        break;
    case 3: /* old, perhaps in part */
        distance = distance < next ? distance : next;
        feed(known, half, next - distance, length, length);
        break;
    case 4: /* cut short, in order or ahead */
        feed(known, half, next + distance % 3000, length, length * step[3] / 256);
        break;
    case 5:
        reassembly_give_up_hole(known->stream, half, known->half[half].initial + next + distance);
        break;
    case 6:
        reassembly_give_up_hole(known->stream, half, known->half[half].initial + next + (1 << 28));
        break;
    default:
        stop(known);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct reassembly_sink sink = {.bytes = on_bytes, .gap = on_gap};
    /* One stream fewer than the input uses, so that the idle ones are taken from libnids. */
    struct reassembly *reassembly = reassembly_new(&sink, STREAMS - 1, NULL);
    check(reassembly != NULL);
    for (; length >= STEP; length -= STEP, bytes += STEP)
        do_step(reassembly, bytes);
    for (int i = 0; i < STREAMS; i++)
        stop(&streams[i]);
    reassembly_free(reassembly);
    return 0;
}
