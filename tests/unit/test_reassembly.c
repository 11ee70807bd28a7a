/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buffer.h"
#include "base/memory.h"
#include "stream/reassembly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST = 1000 };

/* What came out of one stream: per half the bytes, with [n] for a gap of n bytes and [n cut] for one of cut
 * segments. */
struct output {
    struct buffer half[2];
};

static struct reassembly *reassembly;
static struct stream *stream;
static struct output output;

static void on_bytes(void *user, int half, const uint8_t *bytes, size_t length)
{
    assert_true(length > 0);
    buffer_add(&((struct output *)user)->half[half], bytes, length);
}

static void on_gap(void *user, int half, uint32_t missing, bool cut)
{
    assert_true(missing > 0);
    buffer_add_format(&((struct output *)user)->half[half], "[%u%s]", missing, cut ? " cut" : "");
}

static void start(uint32_t streams)
{
    static const struct reassembly_sink sink = {.bytes = on_bytes, .gap = on_gap};
    reassembly = reassembly_new(&sink, streams, NULL);
    assert_non_null(reassembly);
}

/* A stream whose first bytes have these sequence numbers. */
static void start_stream_at(uint32_t sequence)
{
    start(4);
    stream = reassembly_open(reassembly, &output);
    reassembly_expect(stream, 0, sequence);
    reassembly_expect(stream, 1, sequence);
}

static void forget(struct output *out)
{
    buffer_free(&out->half[0]);
    buffer_free(&out->half[1]);
}

static int stop(void **state)
{
    (void)state;
    if (stream)
        reassembly_close(stream);
    stream = NULL;
    reassembly_free(reassembly);
    reassembly = NULL;
    forget(&output);
    return 0;
}

static void feed(uint32_t sequence, const char *text)
{
    uint32_t length = (uint32_t)strlen(text);
    reassembly_segment(stream, 0, sequence, (const uint8_t *)text, length, length);
}

static void feed_cut(uint32_t sequence, const char *text, uint32_t length)
{
    reassembly_segment(stream, 0, sequence, (const uint8_t *)text, (uint32_t)strlen(text), length);
}

static void close_stream(void)
{
    reassembly_close(stream);
    stream = NULL;
}

static const char *text_of(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}

static void expect(const char *text)
{
    assert_string_equal(text_of(&output.half[0]), text);
}

/* `length` bytes that are easy to tell apart, and differ with `salt`. */
static uint8_t *many_bytes(uint32_t length, uint32_t salt)
{
    uint8_t *bytes = memory_new(length, 1);
    for (uint32_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)((i + salt) * UINT32_C(2654435761) >> 24);
    return bytes;
}

/* ---- In order, out of order, again ------------------------------------------------------------------------
 */

static void delivers_what_comes_in_order_at_once(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST, "client");
    expect("client");
    feed(FIRST + 6, " hello");
    expect("client hello");
    assert_int_equal(reassembly_next(stream, 0), FIRST + 12);
    assert_int_equal(reassembly_waiting(stream, 0), 0);
}

static void keeps_the_halves_apart(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST, "ping");
    reassembly_segment(stream, 1, FIRST, (const uint8_t *)"pong", 4, 4);
    feed(FIRST + 6, "hole before this");
    reassembly_segment(stream, 1, FIRST + 4, (const uint8_t *)"!", 1, 1);
    expect("ping");
    assert_string_equal(text_of(&output.half[1]), "pong!");
    close_stream();
    expect("ping[2]hole before this");
    assert_string_equal(text_of(&output.half[1]), "pong!");
}

static void starts_where_the_first_segment_does_when_told_nothing(void **state)
{
    (void)state;
    start(4);
    stream = reassembly_open(reassembly, &output);
    assert_false(reassembly_started(stream, 0));
    feed(77, "midway");
    assert_true(reassembly_started(stream, 0));
    assert_false(reassembly_started(stream, 1));
    expect("midway");
}

static void puts_reordered_segments_in_order(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST + 6, "34");
    feed(FIRST + 3, "12");
    feed(FIRST + 8, "5");
    expect("");
    assert_int_equal(reassembly_waiting(stream, 0), 5);
    feed(FIRST, "abc");
    expect("abc12");
    assert_int_equal(reassembly_waiting(stream, 0), 3);
    feed(FIRST + 5, "-");
    expect("abc12-345");
    assert_int_equal(reassembly_waiting(stream, 0), 0);
}

static void takes_repeated_segments_once(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST, "abc");
    feed(FIRST, "abc");
    feed(FIRST + 4, "ef");
    feed(FIRST + 4, "ef");
    assert_int_equal(reassembly_waiting(stream, 0), 2);
    feed(FIRST + 1, "bcd");
    expect("abcdef");
}

static void prefers_the_first_of_conflicting_bytes(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST + 2, "cd");
    feed(FIRST + 6, "gh");
    feed(FIRST + 1, "BCDEFGHI");
    feed(FIRST, "a");
    expect("aBcdEFghI");
    feed(FIRST + 4, "xxxxxJ");
    expect("aBcdEFghIJ");
}

static void says_which_bytes_it_holds(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST, "ab");
    feed(FIRST + 4, "ef");
    feed_cut(FIRST + 8, "i", 3);
    for (uint32_t i = 0; i < 12; i++)
        assert_int_equal(reassembly_holds(stream, 0, FIRST + i), i < 2 || i == 4 || i == 5 || i == 8);
    assert_false(reassembly_holds(stream, 1, FIRST));
}

static void follows_sequence_numbers_over_their_end(void **state)
{
    (void)state;
    start_stream_at(UINT32_MAX - 2);
    feed(0, "de");
    feed(3, "gh");
    feed(UINT32_MAX - 2, "abc");
    expect("abcde");
    feed(UINT32_MAX - 1, "bcdef");
    expect("abcdefgh");
    assert_int_equal(reassembly_next(stream, 0), 5);
}

static void ignores_segments_from_nowhere(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST + (UINT32_C(1) << 29), "far ahead");
    feed(FIRST - (UINT32_C(1) << 30), "far behind");
    feed(FIRST, "");
    assert_int_equal(reassembly_waiting(stream, 0), 0);
    feed(FIRST, "here");
    close_stream();
    expect("here");
}

/* ---- Holes
 * -------------------------------------------------------------------------------------------------- */

static void gives_up_one_hole_at_a_time(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST + 3, "de");
    feed(FIRST + 10, "kl");
    reassembly_give_up_hole(stream, 0, FIRST + 20);
    expect("[3]de");
    reassembly_give_up_hole(stream, 0, FIRST + 7);
    expect("[3]de[2]");
    feed(FIRST + 7, "hij");
    expect("[3]de[2]hijkl");
    reassembly_give_up_hole(stream, 0, FIRST + 12);
    expect("[3]de[2]hijkl");
    reassembly_give_up_hole(stream, 0, FIRST + 15);
    expect("[3]de[2]hijkl[3]");
    feed(FIRST + 12, "late");
    expect("[3]de[2]hijkl[3]e");
}

static void gives_up_all_holes_at_the_end(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed(FIRST + 1, "b");
    feed(FIRST + 3, "d");
    close_stream();
    expect("[1]b[1]d");
}

/* From holes that libnids' own queue would bear to ones beyond its window of 64 KB. */
static void steps_over_holes_of_any_size(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {1, 1448, 65535, 65536, 1 << 20, 1 << 24, (1 << 29) - 16};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char expected[64];
        start_stream_at(FIRST);
        feed(FIRST, "a");
        feed(FIRST + 1 + sizes[i], "b");
        reassembly_give_up_hole(stream, 0, FIRST + 1 + sizes[i]);
        feed(FIRST + 2 + sizes[i], "c");
        snprintf(expected, sizeof expected, "a[%u]bc", sizes[i]);
        expect(expected);
        stop(NULL);
    }
}

static void queues_more_than_libnids_would_alone(void **state)
{
    (void)state;
    uint32_t length = 400 * 1448;
    uint8_t *bytes = many_bytes(length, 5);
    start_stream_at(FIRST);
    for (uint32_t at = 1448; at < length; at += 1448)
        reassembly_segment(stream, 0, FIRST + at, bytes + at, 1448, 1448);
    assert_int_equal(reassembly_waiting(stream, 0), length - 1448);
    reassembly_segment(stream, 0, FIRST, bytes, 1448, 1448);
    assert_int_equal(output.half[0].length, length);
    assert_memory_equal(output.half[0].bytes, bytes, length);
    free(bytes);
}

/* Segments are as long as `length`, each with a hole before it. */
static uint32_t fill_until_given_up(uint32_t length, uint32_t most)
{
    uint8_t *bytes = many_bytes(length, 0);
    uint32_t fed = 0;
    while (output.half[0].length == 0 && fed < most) {
        fed++;
        reassembly_segment(stream, 0, FIRST + fed * (length + 1), bytes, length, length);
    }
    free(bytes);
    return fed;
}

static void bounds_what_waits(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    uint32_t fed = fill_until_given_up(1448, 10000);
    assert_in_range(fed, 300, 2000);
    assert_in_range(reassembly_waiting(stream, 0), 1, 1 << 20);
    stop(NULL);

    start_stream_at(FIRST);
    fed = fill_until_given_up(1, 10000);
    assert_in_range(fed, 500, 4000);
}

static void bounds_what_waits_in_all_streams(void **state)
{
    (void)state;
    enum { STREAMS = 200 };
    struct stream *streams[STREAMS];
    uint64_t waiting = 0;
    uint8_t *bytes = many_bytes(60000, 0);
    start(STREAMS);
    for (int i = 0; i < STREAMS; i++) {
        streams[i] = reassembly_open(reassembly, &output);
        reassembly_expect(streams[i], 0, FIRST);
        for (uint32_t k = 0; k < 14; k++)
            reassembly_segment(streams[i], 0, FIRST + 1 + k * 60000, bytes, 60000, 60000);
    }
    for (int i = 0; i < STREAMS; i++)
        waiting += reassembly_waiting(streams[i], 0);
    assert_in_range(waiting, 16 << 20, 32 << 20);
    assert_true(output.half[0].length > (size_t)STREAMS * 14 * 60000 - (32 << 20));
    for (int i = 0; i < STREAMS; i++)
        reassembly_close(streams[i]);
    free(bytes);
}

/* ---- Segments that were captured in part ------------------------------------------------------------------
 */

static void reports_what_was_cut(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed_cut(FIRST, "abc", 10);
    expect("abc[7 cut]");
    feed_cut(FIRST + 10, "", 5);
    expect("abc[7 cut][5 cut]");
    feed(FIRST + 15, "z");
    expect("abc[7 cut][5 cut]z");
}

static void drops_what_comes_again_behind_a_cut(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed_cut(FIRST, "abc", 6);
    feed(FIRST, "abcdefgh");
    expect("abc[3 cut]gh");
}

static void fills_a_cut_when_the_bytes_come_before_their_turn(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed_cut(FIRST + 1, "b", 9);
    feed(FIRST + 4, "ef");
    feed(FIRST, "a");
    expect("ab[2 cut]ef[4 cut]");
    feed_cut(FIRST + 11, "", 4);
    feed(FIRST + 10, "klmnop");
    expect("ab[2 cut]ef[4 cut]klmnop");
}

static void closes_a_hole_and_a_cut_behind_it_at_once(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed_cut(FIRST + 2, "cd", 5);
    feed(FIRST, "abcdefghij");
    expect("abcdefghij");
    close_stream();
    expect("abcdefghij");
}

static void keeps_holes_and_cuts_apart(void **state)
{
    (void)state;
    start_stream_at(FIRST);
    feed_cut(FIRST + 2, "c", 4);
    feed_cut(FIRST + 8, "i", 3);
    close_stream();
    expect("[2]c[3 cut][2]i[2 cut]");
}

/* ---- Streams that libnids can't take as they are
 * ----------------------------------------------------------- */

static void splits_segments_longer_than_a_packet(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {65494, 65495, 65496, 200000, 1 << 20};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint32_t length = lengths[i];
        uint8_t *bytes = many_bytes(length, length);
        start_stream_at(FIRST);
        reassembly_segment(stream, 0, FIRST, bytes, length, length);
        assert_int_equal(output.half[0].length, length);
        assert_memory_equal(output.half[0].bytes, bytes, length);
        free(bytes);
        stop(NULL);
    }
}

/* libnids counts bytes in an int. */
static void carries_more_than_four_gigabytes(void **state)
{
    (void)state;
    uint32_t length = 65000;
    uint8_t *bytes = many_bytes(length, 3);
    start_stream_at(FIRST);
    uint32_t at = FIRST;
    for (uint64_t sent = 0; sent < UINT64_C(5) << 30; sent += length, at += length) {
        reassembly_segment(stream, 1, at, bytes, length, length);
        assert_int_equal(output.half[1].length, length);
        buffer_clear(&output.half[1]);
    }
    assert_int_equal(reassembly_next(stream, 1), at);
    free(bytes);
}

static void takes_the_longest_idle_from_libnids_and_back(void **state)
{
    (void)state;
    struct output outputs[3] = {0};
    struct stream *streams[3];
    start(2);
    for (int i = 0; i < 3; i++) {
        streams[i] = reassembly_open(reassembly, &outputs[i]);
        reassembly_segment(streams[i], 0, FIRST, (const uint8_t *)"a", 1, 1);
        reassembly_segment(streams[i], 0, FIRST + 3, (const uint8_t *)"d", 1, 1);
    }
    assert_string_equal(text_of(&outputs[0].half[0]), "a[2]d");
    assert_string_equal(text_of(&outputs[1].half[0]), "a");
    reassembly_segment(streams[1], 0, FIRST + 4, (const uint8_t *)"e", 1, 1);
    reassembly_segment(streams[0], 0, FIRST + 4, (const uint8_t *)"e", 1, 1);
    assert_string_equal(text_of(&outputs[0].half[0]), "a[2]de");
    assert_string_equal(text_of(&outputs[1].half[0]), "a");
    assert_string_equal(text_of(&outputs[2].half[0]), "a[2]d");
    for (int i = 0; i < 3; i++)
        reassembly_close(streams[i]);
    assert_string_equal(text_of(&outputs[1].half[0]), "a[2]de");
    for (int i = 0; i < 3; i++)
        forget(&outputs[i]);
}

static void starts_again_after_it_was_freed(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        start_stream_at(FIRST);
        feed(FIRST, "again");
        expect("again");
        stop(NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(delivers_what_comes_in_order_at_once, stop),
        cmocka_unit_test_teardown(keeps_the_halves_apart, stop),
        cmocka_unit_test_teardown(starts_where_the_first_segment_does_when_told_nothing, stop),
        cmocka_unit_test_teardown(puts_reordered_segments_in_order, stop),
        cmocka_unit_test_teardown(takes_repeated_segments_once, stop),
        cmocka_unit_test_teardown(prefers_the_first_of_conflicting_bytes, stop),
        cmocka_unit_test_teardown(says_which_bytes_it_holds, stop),
        cmocka_unit_test_teardown(follows_sequence_numbers_over_their_end, stop),
        cmocka_unit_test_teardown(ignores_segments_from_nowhere, stop),
        cmocka_unit_test_teardown(gives_up_one_hole_at_a_time, stop),
        cmocka_unit_test_teardown(gives_up_all_holes_at_the_end, stop),
        cmocka_unit_test_teardown(steps_over_holes_of_any_size, stop),
        cmocka_unit_test_teardown(queues_more_than_libnids_would_alone, stop),
        cmocka_unit_test_teardown(bounds_what_waits, stop),
        cmocka_unit_test_teardown(bounds_what_waits_in_all_streams, stop),
        cmocka_unit_test_teardown(reports_what_was_cut, stop),
        cmocka_unit_test_teardown(drops_what_comes_again_behind_a_cut, stop),
        cmocka_unit_test_teardown(fills_a_cut_when_the_bytes_come_before_their_turn, stop),
        cmocka_unit_test_teardown(closes_a_hole_and_a_cut_behind_it_at_once, stop),
        cmocka_unit_test_teardown(keeps_holes_and_cuts_apart, stop),
        cmocka_unit_test_teardown(splits_segments_longer_than_a_packet, stop),
        cmocka_unit_test_teardown(carries_more_than_four_gigabytes, stop),
        cmocka_unit_test_teardown(takes_the_longest_idle_from_libnids_and_back, stop),
        cmocka_unit_test_teardown(starts_again_after_it_was_freed, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
