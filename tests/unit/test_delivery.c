/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "connection_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- Met midway, or seen from one side ---------------------------------------------------------------- */

static void starts_midway_with_the_first_payload(void **state)
{
    (void)state;
    a_sends(0, 0, "");
    b_sends(700, 0, "middle");
    finish_all();
    expect_text(0, B, "middle");
    assert_true(only()->midstream);
    assert_false(only()->opened_by_syn);
    assert_int_equal(only()->client, -1);
    assert_int_equal(only()->established.packet, 2);
    assert_int_equal(only()->half[B].missing_bytes, 0);
}

static void puts_the_first_segments_met_midway_in_order(void **state)
{
    (void)state;
    a_sends(0, 0, "");
    b_sends(3, 0, "def");
    b_sends(0, 0, "abc");
    finish_all();
    expect_text(0, B, "abcdef");
}

static void is_not_midway_when_the_syn_was_captured_late(void **state)
{
    (void)state;
    a_sends(0, 0, "");
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    finish_all();
    assert_false(only()->midstream);
    assert_true(only()->opened_by_syn);
    assert_int_equal(only()->client, A);
}

static void knows_that_it_sees_only_the_client(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    a_sends(0, 0, "");
    a_sends(0, 0, "hello");
    finish_all();
    expect_text(0, A, "hello");
    assert_true(only()->one_sided);
}

static void knows_that_it_sees_only_the_server(void **state)
{
    (void)state;
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    b_sends(0, 5, "welcome");
    finish_all();
    expect_text(0, 0, "welcome");
    assert_true(only()->one_sided);
    assert_int_equal(only()->client, 1);
}

static void knows_one_side_midway_by_what_it_acknowledges(void **state)
{
    (void)state;
    a_sends(0, 0, "one");
    a_sends(3, 0, "two");
    finish_all();
    assert_false(ended[0].connection.one_sided);
    send_from(A, 40001, TCP_ACK, CLIENT_ISN, SERVER_ISN, "one");
    send_from(A, 40001, TCP_ACK, CLIENT_ISN + 3, SERVER_ISN + 20, "two");
    finish_all();
    assert_true(ended[1].connection.one_sided);
}

/* More than a sender may have on the way unanswered. */
static void knows_one_side_midway_by_how_much_it_sends(void **state)
{
    (void)state;
    char kilobyte[1025] = "";
    memset(kilobyte, 'x', 1024);
    for (uint32_t i = 0; i < 64; i++)
        a_sends(1024 * i, 0, kilobyte);
    send_from(A, 40001, TCP_ACK, CLIENT_ISN, SERVER_ISN, kilobyte);
    finish_all();
    assert_true(ended[0].connection.one_sided);
    assert_false(ended[1].connection.one_sided);
}

static void gives_up_holes_seen_from_one_side_after_a_while(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    a_sends(0, 0, "a");
    a_sends(3, 0, "d");
    for (uint32_t i = 0; i < 63; i++)
        a_sends(4 + i, 0, ".");
    a_sends(1, 0, "b");
    for (uint32_t i = 0; i < 70; i++)
        a_sends(67 + i, 0, "-");
    a_sends(2, 0, "c");
    finish_all();
    assert_int_equal(strncmp(ended[0].half[A], "ab[1]d....", 10), 0);
    assert_int_equal(only()->half[A].missing_bytes, 1);
    assert_true(only()->one_sided);
}

/* ---- Order -------------------------------------------------------------------------------------------- */

static void tells_reordered_from_repeated_segments(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "aa");
    a_sends(4, 0, "cc");
    a_sends(2, 0, "bb");
    assert_int_equal(connections_totals(table)->out_of_order, 1);
    a_sends(2, 0, "bb");
    a_sends(0, 0, "aabb");
    a_sends(8, 0, "ee");
    a_sends(8, 0, "ee");
    now += 300 * CLOCK_MILLISECOND;
    a_sends(6, 0, "dd");
    finish_all();
    expect_text(0, A, "aabbccddee");
    assert_int_equal(only()->half[A].out_of_order, 1);
    assert_int_equal(only()->half[A].retransmitted, 4);
    assert_int_equal(only()->half[A].payload_bytes, 10);
    assert_int_equal(connections_totals(table)->retransmitted, 4);
    assert_int_equal(connections_totals(table)->missing_bytes, 0);
}

/* Without reassembly only times and acknowledgments tell. */
static void tells_them_apart_when_bytes_are_ignored(void **state)
{
    (void)state;
    ignoring = true;
    open_connection();
    a_sends(0, 0, "aa");
    a_sends(4, 0, "cc");
    a_sends(2, 0, "bb");
    b_sends(0, 6, "");
    a_sends(4, 0, "cc");
    finish_all();
    assert_int_equal(only()->half[A].out_of_order, 1);
    assert_int_equal(only()->half[A].retransmitted, 1);
}

static void knows_keep_alives(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "hello");
    b_sends(0, 5, "");
    a_sends(4, 0, "o");
    b_sends(0, 5, "");
    a_sends(4, 0, "");
    b_sends(0, 5, "");
    finish_all();
    expect_text(0, A, "hello");
    assert_int_equal(only()->half[A].keep_alives, 2);
    assert_int_equal(only()->half[A].retransmitted, 0);
    assert_int_equal(only()->half[B].keep_alives, 0);
    assert_int_equal(only()->half[A].last_payload.packet, 4);
}

static void counts_zero_windows_and_bad_checksums(void **state)
{
    (void)state;
    open_connection();
    struct segment full = segment_of(B, 40000, TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 1, "");
    full.tcp.window = 0;
    connections_segment(table, &full);
    struct segment reset = segment_of(B, 40000, TCP_RST, SERVER_ISN + 1, 0, "");
    reset.tcp.window = 0;
    reset.bad_checksum = true;
    connections_segment(table, &reset);
    finish_all();
    assert_int_equal(only()->half[B].zero_windows, 1);
    assert_int_equal(only()->half[B].bad_checksums, 1);
    assert_int_equal(connections_totals(table)->bad_checksums, 1);
}

/* A path that swallows large packets shows in what was acknowledged. */
static void remembers_the_largest_acknowledged_payload(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "123");
    b_sends(3, 0, "1234567890");
    a_sends(0, 3, "");
    b_sends(3, 0, "1234567890");
    b_sends(3, 0, "12345");
    b_sends(8, 0, "67890");
    a_sends(0, 13, "");
    b_sends(13, 0, "abcd");
    a_sends(0, 17, "");
    a_sends(0, 17, "request");
    finish_all();
    assert_int_equal(only()->half[B].max_payload, 5);
    assert_int_equal(only()->half[A].max_payload, 0);
}

static void follows_sequence_numbers_over_their_end(void **state)
{
    (void)state;
    uint32_t isn = UINT32_MAX - 3;
    send_from(A, 40000, TCP_SYN, isn, 0, "");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, isn + 1, "");
    send_from(A, 40000, TCP_ACK, isn + 1, SERVER_ISN + 1, "ab");
    send_from(A, 40000, TCP_ACK, isn + 5, SERVER_ISN + 1, "ef");
    send_from(A, 40000, TCP_ACK, isn + 3, SERVER_ISN + 1, "cd");
    send_from(B, 40000, TCP_ACK, SERVER_ISN + 1, isn + 7, "");
    send_from(A, 40000, TCP_FIN | TCP_ACK, isn + 7, SERVER_ISN + 1, "");
    finish_all();
    expect_text(0, A, "abcdef");
    assert_int_equal(only()->half[A].payload_bytes, 6);
    assert_int_equal(only()->half[A].next_sequence, isn + 8);
    assert_int_equal(only()->half[B].acknowledged, isn + 7);
    assert_int_equal(only()->half[A].max_payload, 2);
}

/* ---- Holes -------------------------------------------------------------------------------------------- */

static void waits_for_what_the_receiver_lacks_as_well(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "ab");
    b_sends(4, 0, "ef");
    for (int i = 0; i < 100; i++)
        a_sends(0, 2, "");
    now += 100 * CLOCK_SECOND;
    b_sends(2, 0, "cd");
    a_sends(0, 6, "");
    finish_all();
    expect_text(0, B, "abcdef");
    assert_int_equal(only()->half[B].missing_bytes, 0);
}

static void bears_an_acknowledgment_captured_before_its_data(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 6, "");
    b_sends(2, 0, "cdef");
    for (uint32_t i = 0; i < 10; i++)
        b_sends(6 + i, 0, ".");
    b_sends(0, 0, "ab");
    finish_all();
    expect_text(0, B, "abcdef..........");
    assert_int_equal(only()->half[B].missing_bytes, 0);
    assert_int_equal(only()->half[B].out_of_order, 1);
}

static void gives_up_acknowledged_holes_after_sixteen_segments(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "ab");
    b_sends(4, 0, "ef");
    for (int i = 0; i < 17; i++)
        a_sends(0, 6, "");
    b_sends(2, 0, "cd");
    b_sends(6, 0, "gh");
    finish_all();
    expect_text(0, B, "ab[2]efgh");
    assert_int_equal(only()->half[B].missing_bytes, 2);
    assert_int_equal(only()->half[B].cut_bytes, 0);
    assert_int_equal(only()->half[B].payload_bytes, 8);
    assert_int_equal(connections_totals(table)->missing_bytes, 2);
}

static void keeps_acknowledged_holes_for_sixteen_segments(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "ab");
    b_sends(4, 0, "ef");
    for (int i = 0; i < 16; i++)
        a_sends(0, 6, "");
    b_sends(2, 0, "cd");
    finish_all();
    expect_text(0, B, "abcdef");
}

/* What waited has the packets it came in, what a hole delayed that of the bytes that filled it. */
static void tells_in_which_packets_bytes_came(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "ab");
    b_sends(8, 0, "ij");
    b_sends(4, 0, "ef");
    b_sends(2, 0, "cd");
    b_sends(10, 0, "kl");
    a_sends(0, 12, "");
    finish_all();
    expect_text(0, B, "abcdef[2]ijkl");
    assert_string_equal(ended[0].packets[B], " 4 7 5 8");
}

static void gives_up_acknowledged_holes_after_a_second(void **state)
{
    (void)state;
    open_connection();
    b_sends(4, 0, "ef");
    a_sends(0, 6, "");
    now += CLOCK_SECOND;
    a_sends(0, 6, "");
    b_sends(0, 0, "abcd");
    finish_all();
    expect_text(0, B, "[4]ef");
}

static void gives_up_several_holes_together(void **state)
{
    (void)state;
    open_connection();
    for (uint32_t i = 0; i < 10; i++)
        b_sends(2 * i + 1, 0, "x");
    a_sends(0, 12, "");
    now += CLOCK_SECOND;
    a_sends(0, 12, "");
    b_sends(12, 0, "y");
    finish_all();
    expect_text(0, B, "[1]x[1]x[1]x[1]x[1]x[1]xyx[1]x[1]x[1]x");
}

static void reports_a_lost_beginning_and_end(void **state)
{
    (void)state;
    open_connection();
    b_sends(10, 0, "late");
    a_sends(0, 24, "");
    finish_all();
    expect_text(0, B, "[10]late[10]");
    assert_int_equal(only()->half[B].missing_bytes, 20);
}

static void reports_bytes_of_which_no_segment_was_captured(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 300, "");
    now += CLOCK_SECOND;
    a_sends(0, 300, "hello");
    assert_int_equal(connections_totals(table)->missing_bytes, 300);
    finish_all();
    expect_text(0, A, "hello");
    expect_text(0, B, "[300]");
}

static void does_not_take_a_fin_for_a_byte(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "ab");
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 3, CLIENT_ISN + 1, "");
    for (int i = 0; i < 40; i++)
        a_sends(0, 3, "");
    a_sends(0, 3, "bye");
    b_sends(3, 4, "");
    finish_all();
    expect_text(0, A, "bye");
    expect_text(0, B, "ab");
    assert_int_equal(only()->half[A].missing_bytes + only()->half[B].missing_bytes, 0);
    assert_int_equal(only()->half[A].payload_bytes, 3);
}

static void tells_cut_bytes_from_lost_ones(void **state)
{
    (void)state;
    open_connection();
    struct segment cut = segment_of(A, 40000, TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "abcdefgh");
    cut.captured = 3;
    connections_segment(table, &cut);
    a_sends(10, 0, "k");
    finish_all();
    expect_text(0, A, "abc[5][2]k");
    assert_int_equal(only()->half[A].missing_bytes, 7);
    assert_int_equal(only()->half[A].cut_bytes, 5);
}

static void doubts_a_sequence_number_from_nowhere(void **state)
{
    (void)state;
    open_connection();
    b_sends(0, 0, "ab");
    b_sends(UINT32_C(1) << 26, 0, "??");
    b_sends(2, 0, "cd");
    a_sends(0, UINT32_C(1) << 27, "");
    a_sends(0, 4, "");
    assert_int_equal(connections_totals(table)->retransmitted, 0);
    finish_all();
    assert_int_equal(strncmp(ended[0].half[B], "abcd", 4), 0);
    assert_int_equal(only()->half[B].payload_bytes, 4);
    assert_int_equal(only()->half[A].acknowledged, SERVER_ISN + 5);
    assert_int_equal(only()->half[B].retransmitted, 0);
}

static void believes_a_great_loss_that_goes_on(void **state)
{
    (void)state;
    uint32_t far = UINT32_C(1) << 26;
    open_connection();
    b_sends(0, 0, "ab");
    b_sends(far, 0, "yz");
    b_sends(far + 2, 0, "!");
    for (int i = 0; i < 20; i++)
        a_sends(0, far + 3, "");
    b_sends(far + 3, 0, ".");
    finish_all();
    expect_text(0, B, "ab[67108862]yz!.");
    assert_int_equal(only()->half[B].payload_bytes, far + 4);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(starts_midway_with_the_first_payload),
        CASE(puts_the_first_segments_met_midway_in_order),
        CASE(is_not_midway_when_the_syn_was_captured_late),
        CASE(knows_that_it_sees_only_the_client),
        CASE(knows_that_it_sees_only_the_server),
        CASE(knows_one_side_midway_by_what_it_acknowledges),
        CASE(knows_one_side_midway_by_how_much_it_sends),
        CASE(gives_up_holes_seen_from_one_side_after_a_while),
        CASE(tells_reordered_from_repeated_segments),
        CASE(tells_them_apart_when_bytes_are_ignored),
        CASE(knows_keep_alives),
        CASE(counts_zero_windows_and_bad_checksums),
        CASE(remembers_the_largest_acknowledged_payload),
        CASE(follows_sequence_numbers_over_their_end),
        CASE(waits_for_what_the_receiver_lacks_as_well),
        CASE(bears_an_acknowledgment_captured_before_its_data),
        CASE(gives_up_acknowledged_holes_after_sixteen_segments),
        CASE(keeps_acknowledged_holes_for_sixteen_segments),
        CASE(tells_in_which_packets_bytes_came),
        CASE(gives_up_acknowledged_holes_after_a_second),
        CASE(gives_up_several_holes_together),
        CASE(reports_a_lost_beginning_and_end),
        CASE(reports_bytes_of_which_no_segment_was_captured),
        CASE(does_not_take_a_fin_for_a_byte),
        CASE(tells_cut_bytes_from_lost_ones),
        CASE(doubts_a_sequence_number_from_nowhere),
        CASE(believes_a_great_loss_that_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
