/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "connection_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- Which connection a segment belongs to ------------------------------------------------------------ */

static void starts_a_new_connection_on_a_reused_port(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "first");
    send_from(A, 40000, TCP_SYN, CLIENT_ISN + 90000, 0, "");
    assert_int_equal(ended_count, 1);
    expect_text(0, A, "first");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN + 90000, CLIENT_ISN + 90001, "");
    send_from(A, 40000, TCP_ACK, CLIENT_ISN + 90001, SERVER_ISN + 90001, "second");
    finish_all();
    expect_text(1, A, "second");
    assert_int_equal(ended[0].connection.stream, 0);
    assert_int_equal(ended[1].connection.stream, 1);
    assert_int_equal(ended[1].connection.first.packet, 5);
}

/* Only the server's direction was captured. */
static void starts_a_new_connection_on_another_syn_ack(void **state)
{
    (void)state;
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    b_sends(0, 0, "first");
    send_from(B, 40000, TCP_SYN | TCP_ACK, SERVER_ISN + 90000, CLIENT_ISN + 90001, "");
    send_from(B, 40000, TCP_ACK, SERVER_ISN + 90001, CLIENT_ISN + 90001, "second");
    finish_all();
    expect_text(0, 0, "first");
    expect_text(1, 0, "second");
    assert_int_equal(ended[1].connection.stream, 0);
}

/* A SYN that was answered twice: the client's acknowledgment chooses. */
static void takes_the_syn_ack_that_the_client_took(void **state)
{
    (void)state;
    send_from(A, 40000, TCP_SYN, 1000, 0, "");
    send_from(B, 40000, TCP_SYN | TCP_ACK, 7000, 1001, "");
    send_from(B, 40000, TCP_SYN | TCP_ACK, 900000, 1001, "");
    send_from(A, 40000, TCP_ACK, 1001, 900001, "hello");
    send_from(B, 40000, TCP_ACK, 900001, 1006, "good");
    send_from(B, 40000, TCP_ACK, 900005, 1006, " day");
    finish_all();
    expect_text(0, A, "hello");
    expect_text(0, B, "good day");
    assert_int_equal(only()->half[B].missing_bytes, 0);
}

static void numbers_connections_by_their_first_packets(void **state)
{
    (void)state;
    send_from(A, 40003, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, 40001, TCP_ACK, SERVER_ISN, CLIENT_ISN, "x");
    send_from(A, 40002, TCP_RST, CLIENT_ISN, 0, "");
    finish_all();
    static const uint16_t ports[] = {40003, SERVER_PORT, 40002};
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(ended[i].connection.stream, i);
        assert_int_equal(ended[i].connection.half[0].endpoint.port, ports[i]);
    }
}

static void keeps_addresses_and_families_apart(void **state)
{
    (void)state;
    struct segment four = segment_of(A, 40000, TCP_ACK, CLIENT_ISN, SERVER_ISN, "four");
    struct segment six = segment_of(A, 40000, TCP_ACK, CLIENT_ISN, SERVER_ISN, "six");
    six.source.address.family = six.destination.address.family = 6;
    struct segment other = segment_of(A, 40000, TCP_ACK, CLIENT_ISN, SERVER_ISN, "other");
    other.source.address.bytes[3] = 2;
    struct segment udp = segment_of(A, 40000, 0, 0, 0, "udp");
    udp.transport = SEGMENT_UDP;
    connections_segment(table, &four);
    connections_segment(table, &six);
    connections_segment(table, &other);
    connections_segment(table, &udp);
    finish_all();
    assert_int_equal(ended_count, 3);
    expect_text(0, A, "four");
    expect_text(1, A, "six");
    expect_text(2, A, "other");
}

static void bears_an_end_that_talks_to_itself(void **state)
{
    (void)state;
    struct segment segment = segment_of(A, 40000, TCP_ACK, CLIENT_ISN, SERVER_ISN, "echo");
    segment.destination = segment.source;
    connections_segment(table, &segment);
    finish_all();
    expect_text(0, A, "echo");
}

static void finish_port_40000(void)
{
    send_from(A, 40000, TCP_FIN | TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "");
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 2, "");
    now += 5 * CLOCK_SECOND;
    connections_advance(table, now);
    assert_int_equal(ended_count, 1);
}

static void ignores_strays_of_a_finished_connection(void **state)
{
    (void)state;
    open_connection();
    finish_port_40000();
    send_from(B, 40000, TCP_FIN | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 2, "");
    send_from(A, 40000, TCP_RST, CLIENT_ISN + 2, 0, "");
    a_sends(0, 0, "again");
    send_from(A, 40000, TCP_SYN, CLIENT_ISN, 0, "");
    assert_int_equal(connections_totals(table)->stray, 4);
    assert_int_equal(connections_totals(table)->connections, 1);
    send_from(A, 40001, TCP_SYN, CLIENT_ISN, 0, "");
    finish_all();
    assert_int_equal(ended_count, 2);
    assert_int_equal(ended[1].connection.stream, 1);
}

static void takes_a_new_syn_after_the_end(void **state)
{
    (void)state;
    open_connection();
    finish_port_40000();
    send_from(A, 40000, TCP_SYN, CLIENT_ISN + 77, 0, "");
    finish_all();
    assert_int_equal(ended_count, 2);
    assert_int_equal(ended[1].connection.stream, 1);
    assert_int_equal(connections_totals(table)->stray, 0);
}

static void resumes_a_connection_that_was_only_given_up(void **state)
{
    (void)state;
    open_connection();
    a_sends(0, 0, "hello");
    assert_true(connections_evict(table));
    assert_int_equal(connections_totals(table)->evicted, 1);
    b_sends(0, 5, "");
    a_sends(4, 0, "o");
    assert_int_equal(connections_totals(table)->stray, 2);
    a_sends(5, 0, "going on");
    finish_all();
    assert_int_equal(ended_count, 2);
    expect_text(0, A, "hello");
    expect_text(1, A, "going on");
    assert_int_equal(ended[1].connection.stream, 0);
    assert_true(ended[1].connection.midstream);
}

/* ---- Bounds ------------------------------------------------------------------------------------------- */

static void evicts_the_longest_idle_beyond_its_limit(void **state)
{
    (void)state;
    connections_free(table);
    start_with(&(struct connection_limits){.connections = 3});
    for (uint16_t port = 1; port <= 3; port++)
        open_port(port);
    send_from(A, 1, TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "not idle");
    open_port(4);
    assert_int_equal(connections_totals(table)->evicted, 1);
    assert_int_equal(only()->half[A].endpoint.port, 2);
    assert_int_equal(only()->how, CLOSE_OPEN);
}

static void has_nothing_to_evict_when_empty(void **state)
{
    (void)state;
    assert_false(connections_evict(table));
    open_connection();
    assert_true(connections_evict(table));
    assert_false(connections_evict(table));
}

/* A closed one whose late answers may still come, and one that is open, are kept. */
static void releases_what_has_lingered_for_a_while(void **state)
{
    (void)state;
    open_port(40001);
    assert_false(connections_release(table));
    send_from(A, 40001, TCP_RST, CLIENT_ISN + 4, 0, "");
    open_port(40002);
    assert_false(connections_release(table));
    now += CLOCK_SECOND / 2;
    connections_advance(table, now);
    assert_int_equal(ended_count, 0);
    assert_true(connections_release(table));
    assert_int_equal(only()->half[A].endpoint.port, 40001);
    assert_false(connections_release(table));
    assert_int_equal(connections_totals(table)->evicted, 0);
}

/* The listener may evict while it is told of bytes, but not the connection that it is told of. */
static void evicts_others_from_within_the_listener(void **state)
{
    (void)state;
    open_port(40001);
    send_from(A, 40001, TCP_ACK, CLIENT_ISN + 4, SERVER_ISN + 1, "waits");
    open_connection();
    evicting = true;
    a_sends(0, 0, "hello");
    assert_int_equal(ended_count, 1);
    expect_text(0, A, "[3]waits");
    a_sends(5, 0, " there");
    assert_int_equal(ended_count, 1);
    finish_all();
    expect_text(1, A, "hello there");
}

static void stops_the_bytes_when_the_owner_wants_none(void **state)
{
    (void)state;
    open_connection();
    ignoring = true;
    a_sends(0, 0, "hello");
    a_sends(5, 0, "not wanted");
    b_sends(3, 15, "nor this");
    finish_all();
    expect_text(0, A, "hello");
    expect_text(0, B, "");
    assert_int_equal(only()->half[A].payload_bytes, 15);
    assert_int_equal(only()->half[B].payload_bytes, 11);
    assert_int_equal(only()->half[B].missing_bytes, 0);
}

static void carries_a_hundred_thousand_connections(void **state)
{
    (void)state;
    enum { CONNECTIONS = 100000, AT_ONCE = 1000 };
    connections_free(table);
    start_with(&(struct connection_limits){.connections = AT_ONCE, .linger = 100 * CLOCK_SECOND});
    for (uint32_t i = 0; i < CONNECTIONS; i++) {
        uint32_t sequence = i * 1000;
        uint16_t port = (uint16_t)(1 + i % 60000);
        send_from(A, port, TCP_SYN, sequence, 0, "");
        send_from(B, port, TCP_SYN | TCP_ACK, ~sequence, sequence + 1, "");
        send_from(A, port, TCP_ACK, sequence + 1, ~sequence + 1, "hello");
        send_from(B, port, TCP_ACK, ~sequence + 1 + (i % 3), sequence + 6, "hole before this");
        if (i % 2)
            send_from(A, port, TCP_RST | TCP_ACK, sequence + 6, ~sequence + 1, "");
        assert_int_equal(ended_count, i < AT_ONCE ? 0 : i + 1 - AT_ONCE);
    }
    finish_all();
    assert_int_equal(ended_count, CONNECTIONS);
    assert_int_equal(ended[(CONNECTIONS - 1) % ENDED].connection.stream, CONNECTIONS - 1);
    assert_int_equal(connections_totals(table)->connections, CONNECTIONS);
    assert_int_equal(connections_totals(table)->missing_bytes, CONNECTIONS / 3 * 3);
}

/* ---- ICMP --------------------------------------------------------------------------------------------- */

static void notes_icmp_errors_in_either_direction(void **state)
{
    (void)state;
    open_connection();
    struct segment quoted = segment_of(B, 40000, TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 1, "");
    struct icmp_error error = {.packet = 99,
                               .from = {.family = 4, .bytes = {203, 0, 113, 1}},
                               .type = 3,
                               .code = 4,
                               .mtu = 1400,
                               .transport = SEGMENT_TCP,
                               .source = quoted.source,
                               .destination = quoted.destination};
    connections_icmp(table, &error);
    error.packet = 100;
    error.mtu = 1300;
    error.source = quoted.destination;
    error.destination = quoted.source;
    connections_icmp(table, &error);
    error.source.port++;
    connections_icmp(table, &error);
    finish_all();
    assert_int_equal(only()->icmp_count, 2);
    assert_int_equal(only()->icmp.packet, 99);
    assert_int_equal(only()->icmp.mtu, 1400);
    assert_int_equal(only()->packets, 3);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(starts_a_new_connection_on_a_reused_port),
        CASE(starts_a_new_connection_on_another_syn_ack),
        CASE(takes_the_syn_ack_that_the_client_took),
        CASE(numbers_connections_by_their_first_packets),
        CASE(keeps_addresses_and_families_apart),
        CASE(bears_an_end_that_talks_to_itself),
        CASE(ignores_strays_of_a_finished_connection),
        CASE(takes_a_new_syn_after_the_end),
        CASE(resumes_a_connection_that_was_only_given_up),
        CASE(evicts_the_longest_idle_beyond_its_limit),
        CASE(has_nothing_to_evict_when_empty),
        CASE(releases_what_has_lingered_for_a_while),
        CASE(evicts_others_from_within_the_listener),
        CASE(stops_the_bytes_when_the_owner_wants_none),
        CASE(carries_a_hundred_thousand_connections),
        CASE(notes_icmp_errors_in_either_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
