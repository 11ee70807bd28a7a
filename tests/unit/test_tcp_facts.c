/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "connection_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- Opening ------------------------------------------------------------------------------------------ */

static void follows_a_whole_connection(void **state)
{
    (void)state;
    struct segment syn = segment_of(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    syn.tcp.option_mss = 1460;
    syn.tcp.option_window_scale = 7;
    syn.origin = "some.pcap";
    connections_segment(table, &syn);
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    a_sends(0, 0, "");
    a_sends(0, 0, "hello");
    b_sends(0, 5, "welcome");
    a_sends(5, 7, "");
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 8, CLIENT_ISN + 6, "");
    send_from(A, 40000, TCP_FIN | TCP_ACK, CLIENT_ISN + 6, SERVER_ISN + 9, "");
    b_sends(8, 6, "");
    finish_all();

    const struct connection *c = only();
    expect_text(0, A, "hello");
    expect_text(0, B, "welcome");
    assert_int_equal(c->stream, 0);
    assert_int_equal(c->client, A);
    assert_true(c->opened_by_syn);
    assert_false(c->midstream);
    assert_false(c->one_sided);
    assert_int_equal(c->first.packet, 1);
    assert_int_equal(c->last.packet, 9);
    assert_int_equal(c->packets, 9);
    assert_int_equal(c->bytes, 9 * 54 + 12);
    assert_string_equal(c->origin, "some.pcap");
    assert_int_equal(c->established.packet, 3);
    assert_int_equal(c->closed.packet, 7);
    assert_int_equal(c->closed_by, B);
    assert_int_equal(c->how, CLOSE_FIN);
    assert_int_equal(c->refused.packet, 0);

    const struct half *a = &c->half[A], *b = &c->half[B];
    assert_int_equal(a->endpoint.port, 40000);
    assert_int_equal(b->endpoint.port, SERVER_PORT);
    assert_int_equal(a->syn.packet, 1);
    assert_int_equal(b->syn.packet, 2);
    assert_int_equal(a->syn_count, 1);
    assert_int_equal(a->initial_sequence, CLIENT_ISN);
    assert_int_equal(a->next_sequence, CLIENT_ISN + 7);
    assert_int_equal(a->acknowledged, SERVER_ISN + 9);
    assert_int_equal(a->packets, 5);
    assert_int_equal(b->packets, 4);
    assert_int_equal(a->payload_bytes, 5);
    assert_int_equal(b->payload_bytes, 7);
    assert_int_equal(a->mss, 1460);
    assert_int_equal(a->window_scale, 7);
    assert_int_equal(b->mss, 0);
    assert_int_equal(b->window_scale, -1);
    assert_int_equal(a->ttl, 64);
    assert_int_equal(b->ttl, 57);
    assert_int_equal(a->first_payload.packet, 4);
    assert_int_equal(b->last_payload.packet, 5);
    assert_int_equal(b->fin.packet, 7);
    assert_int_equal(a->fin.packet, 8);
    assert_int_equal(a->max_payload, 5);
    assert_int_equal(b->max_payload, 7);
    assert_int_equal(a->missing_bytes + b->missing_bytes, 0);
    assert_int_equal(a->retransmitted + b->retransmitted + a->out_of_order + b->out_of_order, 0);
    assert_int_equal(a->bytes_after_close + b->bytes_after_close, 0);
}

static void counts_repeated_syns(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    finish_all();
    assert_int_equal(only()->half[A].syn_count, 4);
    assert_int_equal(only()->half[A].syn.packet, 1);
    assert_int_equal(only()->half[B].packets, 0);
    assert_int_equal(only()->established.packet, 0);
    assert_int_equal(only()->how, CLOSE_OPEN);
    assert_false(only()->one_sided);
}

static void knows_a_refused_connection(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, 40000, TCP_RST | TCP_ACK, 0, CLIENT_ISN + 1, "");
    finish_all();
    assert_int_equal(only()->refused.packet, 2);
    assert_int_equal(only()->closed_by, B);
    assert_int_equal(only()->how, CLOSE_RST);
    assert_int_equal(only()->half[B].rst.packet, 2);
    assert_int_equal(only()->half[B].rst_ttl, 57);
}

static void does_not_call_a_reset_after_the_answer_a_refusal(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    send_from(B, 40000, TCP_RST, SERVER_ISN + 1, 0, "");
    send_from(A, 40001, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(A, 40001, TCP_RST, CLIENT_ISN + 1, 0, "");
    finish_all();
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(ended[i].connection.refused.packet, 0);
        assert_int_equal(ended[i].connection.how, CLOSE_RST);
    }
}

/* Some clients try a refused connection again at once, with the same SYN. */
static void forgives_a_refusal_that_did_not_last(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, 40000, TCP_RST | TCP_ACK, 0, CLIENT_ISN + 1, "");
    open_connection();
    a_sends(0, 0, "here after all");
    finish_all();
    expect_text(0, A, "here after all");
    assert_int_equal(only()->half[A].syn_count, 2);
    assert_int_equal(only()->refused.packet, 0);
    assert_int_equal(only()->closed.packet, 0);
    assert_int_equal(only()->established.packet, 5);
}

static void takes_the_client_from_a_syn_ack(void **state)
{
    (void)state;
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    a_sends(0, 0, "");
    finish_all();
    assert_int_equal(only()->half[0].endpoint.port, SERVER_PORT);
    assert_int_equal(only()->client, 1);
    assert_true(only()->opened_by_syn);
    assert_false(only()->midstream);
    assert_int_equal(only()->established.packet, 2);
}

static void bears_a_simultaneous_open(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, 40000, TCP_SYN, SERVER_ISN, 0, "");
    send_from(A, 40000, TCP_SYN | TCP_ACK, CLIENT_ISN, SERVER_ISN + 1, "");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    b_sends(0, 0, "b");
    a_sends(0, 1, "a");
    finish_all();
    expect_text(0, A, "a");
    expect_text(0, B, "b");
    assert_int_equal(only()->client, A);
    assert_int_equal(only()->half[A].syn_count, 2);
    assert_int_equal(only()->half[B].syn.packet, 2);
}

static void takes_data_on_a_syn(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "early");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    a_sends(0, 0, "early data");
    finish_all();
    expect_text(0, A, "early data");
    assert_int_equal(only()->half[A].payload_bytes, 10);
    assert_int_equal(only()->established.packet, 3);
}

static void lets_the_owner_say_who_the_client_is(void **state)
{
    (void)state;
    struct connection connection = {.client = -1};
    connection_set_client(&connection, 1);
    assert_int_equal(connection.client, 1);
    connection.opened_by_syn = true;
    connection_set_client(&connection, 0);
    assert_int_equal(connection.client, 1);
}

/* ---- Closing ------------------------------------------------------------------------------------------ */

static void counts_bytes_after_the_close(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "hello");
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 6, "");
    a_sends(0, 1, "hello");
    a_sends(5, 1, "more");
    finish_all();
    expect_text(0, A, "hellomore");
    assert_int_equal(only()->half[A].bytes_after_close, 4);
    assert_int_equal(only()->half[B].bytes_after_close, 0);
}

static void counts_only_what_it_sees_after_the_close(void **state)
{
    (void)state;
    open_connection();
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 1, "");
    a_sends(100, 1, "late");
    finish_all();
    assert_int_equal(only()->half[A].bytes_after_close, 4);
    assert_int_equal(only()->half[A].payload_bytes, 104);
}

static void takes_a_single_number_without_payload_for_a_lost_fin(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "hello");
    a_sends(6, 0, "");
    finish_all();
    assert_int_equal(only()->half[A].payload_bytes, 5);
    assert_int_equal(only()->half[A].next_sequence, CLIENT_ISN + 7);
}

static void goes_on_after_a_reset(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "hello");
    send_from(B, 40000, TCP_RST | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 6, "reason in plain text");
    b_sends(0, 5, "alert");
    send_from(A, 40000, TCP_FIN | TCP_ACK, CLIENT_ISN + 6, SERVER_ISN + 6, "");
    finish_all();
    expect_text(0, B, "alert");
    assert_int_equal(only()->how, CLOSE_RST);
    assert_int_equal(only()->closed_by, B);
    assert_int_equal(only()->closed.packet, 5);
    assert_int_equal(only()->half[B].rst.packet, 5);
    assert_int_equal(only()->half[A].fin.packet, 7);
}

static void does_not_close_on_an_impossible_reset(void **state)
{
    (void)state;
    open_connection();
    send_from(B, 40000, TCP_RST, SERVER_ISN + (1 << 25), 0, "");
    a_sends(0, 0, "hello");
    send_from(A, 40000, TCP_FIN | TCP_ACK, CLIENT_ISN + 6, SERVER_ISN + 1, "");
    open_port(40001);
    send_from(B, 40001, TCP_RST, SERVER_ISN + (1 << 25), 0, "");
    finish_all();
    const struct connection *fin = &ended[0].connection, *rst = &ended[1].connection;
    assert_int_equal(fin->how, CLOSE_FIN);
    assert_int_equal(fin->closed_by, A);
    assert_int_equal(fin->half[B].rst.packet, 4);
    assert_int_equal(rst->how, CLOSE_RST);
    assert_int_equal(rst->closed.packet, rst->half[B].rst.packet);
}

static void lets_a_closed_connection_linger(void **state)
{
    (void)state;
    open_connection();
    send_from(A, 40000, TCP_FIN | TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "");
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 2, "");
    connections_advance(table, now + CLOCK_SECOND);
    assert_int_equal(ended_count, 0);
    now += CLOCK_SECOND;
    a_sends(1, 1, "");
    connections_advance(table, now + 2 * CLOCK_SECOND - 1);
    assert_int_equal(ended_count, 0);
    connections_advance(table, now + 2 * CLOCK_SECOND);
    assert_int_equal(only()->packets, 6);
    assert_int_equal(only()->how, CLOSE_FIN);
    assert_false(only()->timed_out);
}

static void waits_longer_for_the_second_fin(void **state)
{
    (void)state;
    open_connection();
    send_from(A, 40000, TCP_FIN | TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "");
    connections_advance(table, now + 29 * CLOCK_SECOND);
    assert_int_equal(ended_count, 0);
    connections_advance(table, now + 30 * CLOCK_SECOND);
    assert_int_equal(ended_count, 1);
}

static void times_out_in_silence(void **state)
{
    (void)state;
    open_connection();
    connections_advance(table, now + 3599 * CLOCK_SECOND);
    assert_int_equal(ended_count, 0);
    connections_advance(table, now + 3600 * CLOCK_SECOND);
    assert_int_equal(only()->how, CLOSE_TIMEOUT);
    assert_true(only()->timed_out);
    assert_int_equal(only()->closed.packet, 0);
}

static void tells_silence_from_the_end_of_the_capture(void **state)
{
    (void)state;
    open_connection();
    now += 59 * CLOCK_SECOND;
    open_port(40001);
    now += 2 * CLOCK_SECOND;
    send_from(A, 40001, TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "");
    finish_all();
    assert_int_equal(ended[0].connection.how, CLOSE_TIMEOUT);
    assert_int_equal(ended[1].connection.how, CLOSE_OPEN);
}

static void bears_any_capture_time(void **state)
{
    (void)state;
    open_connection();
    now = INT64_MIN;
    a_sends(0, 0, "past");
    now = INT64_MAX - CLOCK_SECOND;
    b_sends(0, 4, "future");
    connections_advance(table, INT64_MIN);
    finish_all();
    assert_true(ended_count >= 1);
    assert_int_equal(connections_totals(table)->missing_bytes, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(follows_a_whole_connection),
        CASE(counts_repeated_syns),
        CASE(knows_a_refused_connection),
        CASE(does_not_call_a_reset_after_the_answer_a_refusal),
        CASE(forgives_a_refusal_that_did_not_last),
        CASE(takes_the_client_from_a_syn_ack),
        CASE(bears_a_simultaneous_open),
        CASE(takes_data_on_a_syn),
        CASE(lets_the_owner_say_who_the_client_is),
        CASE(counts_bytes_after_the_close),
        CASE(counts_only_what_it_sees_after_the_close),
        CASE(takes_a_single_number_without_payload_for_a_lost_fin),
        CASE(goes_on_after_a_reset),
        CASE(does_not_close_on_an_impossible_reset),
        CASE(lets_a_closed_connection_linger),
        CASE(waits_longer_for_the_second_fin),
        CASE(times_out_in_silence),
        CASE(tells_silence_from_the_end_of_the_capture),
        CASE(bears_any_capture_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
