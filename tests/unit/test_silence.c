/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes for silence: clocks that run backwards, and captures that are several files. */
#include "connection_bench.h"
#include "stream/elapsed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HOUR (3600 * CLOCK_SECOND)

static void time_elapses_forward_only(void **state)
{
    struct elapsed elapsed = {0};
    (void)state;
    elapsed_go_on_to(&elapsed, 1000);
    assert_int_equal(elapsed.total, 0);
    elapsed_go_on_to(&elapsed, 1500);
    assert_int_equal(elapsed.total, 500);
    elapsed_go_on_to(&elapsed, 700);
    assert_int_equal(elapsed.total, 500);
    elapsed_go_on_to(&elapsed, 800);
    assert_int_equal(elapsed.total, 600);
    elapsed_skip_to(&elapsed, 9000);
    assert_int_equal(elapsed.total, 600);
    elapsed_go_on_to(&elapsed, INT64_MIN);
    elapsed_go_on_to(&elapsed, INT64_MAX);
    assert_true(elapsed.total == INT64_MAX);
    elapsed_go_on_to(&elapsed, 0);
    elapsed_go_on_to(&elapsed, 10);
    assert_true(elapsed.total == INT64_MAX);
}

/* The clock is set back by more than any patience, and again. */
static void a_clock_that_is_set_back_ends_nothing(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "one");
    now -= 3 * HOUR;
    b_sends(0, 3, "two");
    now -= 3 * HOUR;
    connections_advance(table, now);
    a_sends(3, 3, "three");
    b_sends(3, 8, "four");
    finish_all();
    assert_int_equal(ended_count, 1);
    expect_text(0, A, "onethree");
    expect_text(0, B, "twofour");
    assert_false(only()->timed_out);
}

/* What came before the jump is not silent for longer because of it. */
static void a_clock_that_was_ahead_silences_nobody(void **state)
{
    (void)state;
    open_port(40001);
    now -= 3 * HOUR;
    open_port(40002);
    finish_all();
    assert_int_equal(ended_count, 2);
    assert_false(ended[0].connection.timed_out);
    assert_false(ended[1].connection.timed_out);
}

static void silence_after_a_step_back_still_counts(void **state)
{
    (void)state;
    open_port(40001);
    now -= 3 * HOUR;
    open_port(40002);
    now += 61 * CLOCK_SECOND;
    open_port(40003);
    finish_all();
    assert_int_equal(ended_count, 3);
    assert_true(ended[0].connection.timed_out);
    assert_true(ended[1].connection.timed_out);
    assert_false(ended[2].connection.timed_out);
}

static void a_time_that_nobody_watched_is_no_silence(void **state)
{
    (void)state;
    open_port(40001);
    now += 2 * HOUR;
    connections_skip_to(table, now);
    open_port(40002);
    assert_int_equal(ended_count, 0);
    finish_all();
    assert_false(ended[0].connection.timed_out);
}

/* ---- Several inputs ------------------------------------------------------------------------------------ */

static void send_in(uint32_t input, int from, uint16_t port, uint8_t flags, uint32_t sequence)
{
    struct segment segment = segment_of(from, port, flags, sequence, 0, "");
    segment.input = input;
    connections_segment(table, &segment);
}

/* 40001 goes on in input 1, where it is the second connection to be seen. */
static void each_input_numbers_its_connections(void **state)
{
    (void)state;
    send_in(0, A, 40000, TCP_SYN, CLIENT_ISN);
    send_in(0, A, 40001, TCP_SYN, CLIENT_ISN);
    send_in(1, A, 40002, TCP_SYN, CLIENT_ISN);
    send_in(1, A, 40001, TCP_ACK, CLIENT_ISN + 1);
    send_in(1, A, 40001, TCP_ACK, CLIENT_ISN + 1);
    send_in(1, A, 40003, TCP_SYN, CLIENT_ISN);
    send_in(0, A, 40001, TCP_ACK, CLIENT_ISN + 1);
    send_in(0, A, 40004, TCP_SYN, CLIENT_ISN);
    finish_all();
    static const struct {
        uint16_t port;
        uint32_t stream;
    } expected[] = {{40000, 0}, {40001, 1}, {40002, 0}, {40003, 2}, {40004, 2}};
    assert_int_equal(ended_count, 5);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(ended[i].connection.half[0].endpoint.port, expected[i].port);
        assert_int_equal(ended[i].connection.stream, expected[i].stream);
    }
}

/* A connection that lasts through a hundred files is one more in each. */
static void a_connection_may_last_through_many_inputs(void **state)
{
    (void)state;
    for (uint32_t input = 0; input < 100; input++)
        for (int i = 0; i < 2; i++)
            send_in(input, A, 40000, TCP_ACK, CLIENT_ISN);
    send_in(99, A, 40001, TCP_SYN, CLIENT_ISN);
    send_in(3, A, 40000, TCP_ACK, CLIENT_ISN);
    finish_all();
    assert_int_equal(ended_count, 2);
    assert_int_equal(ended[0].connection.stream, 0);
    assert_int_equal(ended[1].connection.stream, 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_elapses_forward_only),     TEST(a_clock_that_is_set_back_ends_nothing),
        TEST(a_clock_that_was_ahead_silences_nobody),    TEST(silence_after_a_step_back_still_counts),
        TEST(a_time_that_nobody_watched_is_no_silence),  TEST(each_input_numbers_its_connections),
        TEST(a_connection_may_last_through_many_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
