/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of UDP's conversations, and what of UDP is worth one. */
#include "handshake/datagram_reading.h"
#include "stream/datagrams.h"

#include "base/buffer.h"
#include "base/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* A listener that writes down what it is told: datagrams that begin with "hello" begin, "new" begins anew. */
struct bench {
    struct datagrams *table;
    struct buffer log;
    uint64_t packet;
    int64_t now;
};

static bool on_begins(void *user, const struct segment *segment)
{
    (void)user;
    return segment->length >= 3 && memcmp(segment->payload, "hel", 3) == 0;
}

static enum datagram_use on_datagram(void *user, struct connection *connection, int half,
                                     const struct segment *segment)
{
    struct bench *bench = user;
    bool anew = segment->length == 3 && memcmp(segment->payload, "new", 3) == 0;
    if (anew && connection->packets > 0)
        return DATAGRAM_BEGINS_ANEW;
    buffer_add_format(&bench->log, "%d:%.*s ", half, (int)segment->captured, (const char *)segment->payload);
    return DATAGRAM_TAKEN;
}

static void on_finished(void *user, struct connection *connection)
{
    struct bench *bench = user;
    buffer_add_format(&bench->log, "end(%u,%llu,%s) ", connection->half[0].endpoint.port,
                      (unsigned long long)connection->packets,
                      connection->how == CLOSE_TIMEOUT ? "timeout" : "open");
    if (connection->icmp_count > 0)
        buffer_add_format(&bench->log, "icmp(%u,%u) ", connection->icmp_count, connection->icmp.code);
}

static void start(struct bench *bench, const struct datagram_limits *limits)
{
    struct datagram_listener listener = {on_begins, on_datagram, on_finished, bench};
    *bench = (struct bench){.table = datagrams_new(&listener, limits)};
}

static void stop(struct bench *bench)
{
    datagrams_free(bench->table);
    buffer_free(&bench->log);
}

static void send_to(struct bench *bench, uint16_t from, uint16_t to, const char *text)
{
    struct segment segment = {.packet = ++bench->packet,
                              .time = bench->now,
                              .source = {.address = {.family = 4, .bytes = {192, 0, 2, 1}}, .port = from},
                              .destination = {.address = {.family = 4, .bytes = {192, 0, 2, 2}}, .port = to},
                              .transport = SEGMENT_UDP,
                              .payload = (const uint8_t *)text,
                              .captured = (uint32_t)strlen(text),
                              .length = (uint32_t)strlen(text),
                              .wire_length = 28 + (uint32_t)strlen(text)};
    if (to > from) {
        segment.source.address.bytes[3] = 2;
        segment.destination.address.bytes[3] = 1;
    }
    datagrams_segment(bench->table, &segment);
}

static void expect(struct bench *bench, const char *text)
{
    assert_string_equal(bench->log.bytes ? bench->log.bytes : "", text);
    buffer_clear(&bench->log);
}

static void test_conversation(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench, NULL);
    send_to(&bench, 5000, 443, "no");
    send_to(&bench, 443, 5000, "no");
    expect(&bench, "");
    assert_int_equal(datagrams_totals(bench.table)->conversations, 0);
    send_to(&bench, 5000, 443, "hello");
    send_to(&bench, 443, 5000, "what");
    send_to(&bench, 5001, 443, "what");
    send_to(&bench, 5000, 443, "bye");
    expect(&bench, "0:hello 1:what 0:bye ");
    datagrams_finish(bench.table);
    expect(&bench, "end(5000,3,open) ");
    stop(&bench);
}

static void test_begins_anew(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench, NULL);
    send_to(&bench, 5000, 443, "hello");
    send_to(&bench, 443, 5000, "new");
    send_to(&bench, 5000, 443, "x");
    datagrams_finish(bench.table);
    expect(&bench, "0:hello end(5000,1,open) 0:new 1:x end(443,2,open) ");
    stop(&bench);
}

static void test_silence(void **state)
{
    struct bench bench;
    (void)state;
    start(&bench, NULL);
    send_to(&bench, 5000, 443, "hello1");
    bench.now = 30 * CLOCK_SECOND;
    send_to(&bench, 5001, 443, "hello2");
    bench.now = 59 * CLOCK_SECOND;
    datagrams_advance(bench.table, bench.now);
    expect(&bench, "0:hello1 0:hello2 ");
    bench.now = 60 * CLOCK_SECOND;
    send_to(&bench, 5000, 443, "late");
    expect(&bench, "end(5000,1,timeout) ");
    datagrams_advance(bench.table, 200 * CLOCK_SECOND);
    expect(&bench, "end(5001,1,timeout) ");
    stop(&bench);
}

static void test_bounded(void **state)
{
    struct datagram_limits limits = {.conversations = 3};
    struct bench bench;
    (void)state;
    start(&bench, &limits);
    for (uint16_t port = 5000; port < 5005; port++)
        send_to(&bench, port, 443, "hello");
    expect(&bench, "0:hello 0:hello 0:hello end(5000,1,open) 0:hello end(5001,1,open) 0:hello ");
    assert_int_equal(datagrams_totals(bench.table)->evicted, 2);
    assert_true(datagrams_evict(bench.table));
    expect(&bench, "end(5002,1,open) ");
    stop(&bench);
}

static void test_icmp(void **state)
{
    struct bench bench;
    struct icmp_error error = {
        .packet = 9,
        .type = 3,
        .code = 3,
        .transport = SEGMENT_UDP,
        .source = {.address = {.family = 4, .bytes = {192, 0, 2, 1}}, .port = 5000},
        .destination = {.address = {.family = 4, .bytes = {192, 0, 2, 2}}, .port = 443},
    };
    (void)state;
    start(&bench, NULL);
    datagrams_icmp(bench.table, &error);
    send_to(&bench, 5000, 443, "hello");
    datagrams_icmp(bench.table, &error);
    error.code = 13;
    datagrams_icmp(bench.table, &error);
    error.transport = SEGMENT_TCP;
    datagrams_icmp(bench.table, &error);
    datagrams_finish(bench.table);
    expect(&bench, "0:hello end(5000,1,open) icmp(2,3) ");
    stop(&bench);
}

/* ---- What is neither DTLS nor QUIC --------------------------------------------------------------------- */

static bool begins(struct quic_opener *opener, const void *bytes, size_t length)
{
    struct segment segment = {
        .payload = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .transport = SEGMENT_UDP};
    return datagram_reading_begins(opener, &segment);
}

#define OTHER(text, length)                                                                                  \
    {                                                                                                        \
        text, sizeof text - 1, length                                                                        \
    }

static void test_other_protocols(void **state)
{
    /* DNS query, NTP, STUN binding request, RTP, RTCP, SIP, OpenVPN hard reset, WireGuard initiation, SNMP,
     * DHCP, TURN channel data, ZRTP, IKE, a QUIC version 1 header with nothing that opens, gQUIC 46, mDNS */
    static const struct {
        const char *bytes;
        size_t given, length; /* zeroes behind what is given */
    } others[] = {
        OTHER("\x16\xfe\x01\0\0\x01\0\0\0\0\0\0\x03www\0\0\x01\0\x01", 24),
        OTHER("\x23\0\x06\xec\0\0\0\0\0\0\0\0", 48),
        OTHER("\0\x01\0\0\x21\x12\xa4\x42zzzzzzzzzzzz", 20),
        OTHER("\x80\x60\0\x01\0\0\0\0abcd....", 16),
        OTHER("\xc8\x80\0\x06"
              "abcdabcdabcdabcd",
              20),
        OTHER("REGISTER sip:x SIP/2.0\r\n", 24),
        OTHER("\x38qwertyui\0\0\0\0\0", 14),
        OTHER("\x01\0\0\0abcd", 8),
        OTHER("0\x26\x02\x01\x01\x04\x06public", 14),
        OTHER("\x01\x01\x06\0", 4),
        OTHER("\x40\0\0\x04"
              "data",
              8),
        OTHER("\x10\0\0\x01ZRTP", 8),
        OTHER("qwertyuiqwertyui\x21\x20\x22\x08\0\0\0\0", 24),
        OTHER("\xc3\0\0\0\x01\x08"
              "abcdefgh\0\0\x44\x9e"
              "abcdabcdabcdabcdabcdabcdabcd",
              46),
        OTHER("\xc3Q046\x50"
              "abcdefgh\0\0\0\x01",
              18),
        OTHER("\x17\xfe\xfd\0\x01\0\0\0\0\0\x01\0\x04"
              "data",
              17),
        OTHER("\x19\xfe\xfd\0\x01\0\0\0\0\0\x01\0\x04"
              "data",
              17),
        OTHER("", 0),
        OTHER("\x16", 1),
        OTHER("\xc0", 1),
    };
    struct quic_opener *opener = quic_opener_new();
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        uint8_t bytes[64] = {0};
        memcpy(bytes, others[i].bytes, others[i].given);
        assert_false(begins(opener, bytes, others[i].length));
    }
    quic_opener_free(opener);
}

/* Bytes of all kinds, as media and tunnels send them. */
static void test_noise(void **state)
{
    struct quic_opener *opener = quic_opener_new();
    uint8_t bytes[1200];
    uint32_t noise = 1;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        for (size_t i = 0; i < 64; i++) {
            noise = noise * 1664525 + 1013904223;
            bytes[i] = (uint8_t)(noise >> 24);
        }
        assert_false(begins(opener, bytes, 64));
    }
    quic_opener_free(opener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversation), cmocka_unit_test(test_begins_anew),
        cmocka_unit_test(test_silence),      cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_icmp),         cmocka_unit_test(test_other_protocols),
        cmocka_unit_test(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
