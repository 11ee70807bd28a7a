/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "capture/fragments.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RAW = 101, TCP = 6, TCP_HEADER = 20, IPV4_IN_IP = 4 };

static struct fragments *fragments;
static struct packet packet;
static struct decoded decoded;
static struct buffer bytes;

static int begin(void **state)
{
    (void)state;
    fragments = fragments_new();
    packet = (struct packet){.link_type = RAW};
    return 0;
}

static int finish(void **state)
{
    (void)state;
    fragments_free(fragments);
    buffer_free(&bytes);
    return 0;
}

/* What the whole datagram has at this place: a TCP header, then bytes that tell their place. */
static unsigned byte_at(unsigned at)
{
    static const uint8_t header[TCP_HEADER] = {0x9c, 0x40, 0x01, 0xbb, 0, 0, 0, 1, 0, 0,
                                               0,    0,    0x50, 0x10, 1, 0, 0, 0, 0, 0};
    return at < TCP_HEADER ? header[at] : (at * 7 + at / 256) & 0xff;
}

static void put_datagram_bytes(unsigned from, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        put_u8(&bytes, byte_at(from + i));
}

static void put_ipv4_header(unsigned id, unsigned offset, bool more, unsigned protocol, unsigned payload)
{
    put_u16(&bytes, 0x4500);
    put_u16(&bytes, 20 + payload);
    put_u16(&bytes, id);
    put_u16(&bytes, (more ? 0x2000u : 0u) | offset / 8);
    put_u16(&bytes, 0x4000 | protocol);
    put_u16(&bytes, 0);
    put_u32(&bytes, 0xc0000201);
    put_u32(&bytes, 0xc0000202);
}

static void put_ipv6_headers(unsigned id, unsigned offset, bool more, unsigned payload)
{
    put_u32(&bytes, 0x60000000);
    put_u16(&bytes, 8 + payload);
    put_u16(&bytes, 44 << 8 | 64);
    for (unsigned end = 1; end <= 2; end++) {
        put_u32(&bytes, 0x20010db8);
        put_zeroes(&bytes, 8);
        put_u32(&bytes, end);
    }
    put_u16(&bytes, TCP << 8);
    put_u16(&bytes, offset | (more ? 1u : 0u));
    put_u32(&bytes, id);
}

/* The packet in `bytes`, of which `cut` bytes were not captured, a millisecond after the last. */
static enum decode_outcome give(unsigned cut)
{
    packet.number++;
    packet.time += CLOCK_MILLISECOND;
    packet.bytes = bytes_of(&bytes);
    packet.length = (uint32_t)bytes.length;
    packet.captured = packet.length - cut;
    return fragments_decode(fragments, &packet, &decoded);
}

static enum decode_outcome give_piece(unsigned id, unsigned offset, unsigned length, bool more)
{
    buffer_clear(&bytes);
    put_ipv4_header(id, offset, more, TCP, length);
    put_datagram_bytes(offset, length);
    return give(0);
}

static enum decode_outcome give_piece6(unsigned id, unsigned offset, unsigned length, bool more)
{
    buffer_clear(&bytes);
    put_ipv6_headers(id, offset, more, length);
    put_datagram_bytes(offset, length);
    return give(0);
}

static void expect_payload(unsigned length)
{
    assert_int_equal(decoded.segment.length, length);
    for (unsigned i = 0; i < decoded.segment.captured; i++)
        assert_int_equal(decoded.segment.payload[i], byte_at(TCP_HEADER + i));
}

static void expect_totals(uint64_t whole, uint64_t lost, uint64_t overlapping)
{
    struct fragments_totals totals = fragments_totals(fragments);
    assert_int_equal(totals.whole, whole);
    assert_int_equal(totals.lost, lost);
    assert_int_equal(totals.overlapping, overlapping);
}

static void puts_pieces_together_in_any_order(void **state)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        for (unsigned k = 0; k < 3; k++) {
            unsigned piece = orders[i][k];
            enum decode_outcome expected = k == 2 ? DECODE_SEGMENT : DECODE_FRAGMENT;
            assert_int_equal(give_piece(i, piece * 80, piece == 2 ? 33 : 80, piece < 2), expected);
        }
        expect_payload(160 + 33 - TCP_HEADER);
        assert_int_equal(decoded.segment.captured, decoded.segment.length);
        assert_int_equal(decoded.segment.packet, packet.number);
        assert_int_equal(decoded.segment.source.port, 40000);
    }
    expect_totals(6, 0, 0);
}

static void puts_ipv6_together(void **state)
{
    (void)state;
    assert_int_equal(give_piece6(9, 1232, 100, false), DECODE_FRAGMENT);
    assert_int_equal(give_piece6(9, 0, 1232, true), DECODE_SEGMENT);
    expect_payload(1332 - TCP_HEADER);
    assert_int_equal(decoded.segment.source.address.family, 6);
}

static void datagrams_do_not_mix(void **state)
{
    (void)state;
    assert_int_equal(give_piece(1, 0, 80, true), DECODE_FRAGMENT);
    assert_int_equal(give_piece(2, 80, 40, false), DECODE_FRAGMENT);
    assert_int_equal(give_piece6(1, 80, 40, false), DECODE_FRAGMENT);
    expect_totals(0, 3, 0);
    assert_int_equal(give_piece(1, 80, 40, false), DECODE_SEGMENT);
    expect_payload(120 - TCP_HEADER);
    expect_totals(1, 2, 0);
}

static void the_first_of_contradicting_bytes_count(void **state)
{
    (void)state;
    give_piece(1, 0, 80, true);
    buffer_clear(&bytes);
    put_ipv4_header(1, 40, true, TCP, 80);
    put_zeroes(&bytes, 40);
    put_datagram_bytes(80, 40);
    assert_int_equal(give(0), DECODE_FRAGMENT);
    assert_int_equal(give_piece(1, 120, 10, false), DECODE_SEGMENT);
    expect_payload(130 - TCP_HEADER);
    expect_totals(1, 0, 1);
}

static void copies_change_nothing(void **state)
{
    (void)state;
    give_piece(1, 0, 80, true);
    give_piece(1, 0, 80, true);
    assert_int_equal(give_piece(1, 80, 40, false), DECODE_SEGMENT);
    assert_int_equal(give_piece(1, 80, 40, false), DECODE_FRAGMENT); /* of what is whole already */
    assert_int_equal(give_piece(1, 0, 80, true), DECODE_FRAGMENT);
    expect_totals(1, 0, 0);
}

/* Some systems count identifications up, and come round. */
static void an_identification_may_be_used_again(void **state)
{
    (void)state;
    give_piece(1, 0, 80, true);
    assert_int_equal(give_piece(1, 80, 40, false), DECODE_SEGMENT);
    packet.time += CLOCK_SECOND;
    assert_int_equal(give_piece(1, 0, 80, true), DECODE_FRAGMENT);
    assert_int_equal(give_piece(1, 80, 40, false), DECODE_SEGMENT);
    expect_totals(2, 0, 0);
}

static void what_stays_incomplete_is_given_up(void **state)
{
    (void)state;
    give_piece(1, 0, 80, true);
    packet.time += 31 * CLOCK_SECOND;
    assert_int_equal(give_piece(1, 80, 40, false), DECODE_FRAGMENT);
    expect_totals(0, 2, 0);
}

static void what_fits_into_no_datagram_is_lost(void **state)
{
    (void)state;
    assert_int_equal(give_piece(1, 80, 41, true), DECODE_FRAGMENT); /* not the last, and no multiple of 8 */
    give_piece(2, 80, 40, false);
    give_piece(2, 160, 40, false);   /* another end */
    give_piece(2, 120, 8, true);     /* behind the end */
    give_piece(3, 65528, 16, false); /* longer than a datagram can be */
    expect_totals(0, 5, 0);
    assert_int_equal(give_piece(2, 0, 80, true), DECODE_SEGMENT);
    expect_totals(1, 4, 0);
}

/* What was not captured of a piece is missing in the datagram, and all behind it. */
static void a_piece_may_be_cut(void **state)
{
    (void)state;
    buffer_clear(&bytes);
    put_ipv4_header(1, 0, true, TCP, 160);
    put_datagram_bytes(0, 160);
    assert_int_equal(give(60), DECODE_FRAGMENT);
    assert_int_equal(give_piece(1, 160, 40, false), DECODE_SEGMENT);
    assert_int_equal(decoded.segment.captured, 100 - TCP_HEADER);
    expect_payload(200 - TCP_HEADER);
}

/* The datagram of a tunnel is in pieces, and so is the one that it carries. */
static void pieces_within_pieces(void **state)
{
    (void)state;
    for (unsigned inner = 0; inner < 2; inner++) {
        for (unsigned outer = 0; outer < 2; outer++) {
            struct buffer whole = {0};
            buffer_clear(&bytes);
            put_ipv4_header(7, inner * 80, inner == 0, TCP, 80);
            put_datagram_bytes(inner * 80, 80);
            buffer_add(&whole, bytes.bytes, bytes.length);
            buffer_clear(&bytes);
            put_ipv4_header(100 + inner, outer * 48, outer == 0, IPV4_IN_IP, outer == 0 ? 48 : 52);
            buffer_add(&bytes, whole.bytes + outer * 48, outer == 0 ? 48 : 52);
            bool last = inner == 1 && outer == 1;
            assert_int_equal(give(0), last ? DECODE_SEGMENT : DECODE_FRAGMENT);
            buffer_free(&whole);
        }
    }
    expect_payload(160 - TCP_HEADER);
    assert_int_equal(decoded.segment.around.layers[0], LAYER_IP);
    expect_totals(3, 0, 0);
}

/* Very many datagrams that never become whole push out the oldest, so that new ones still get through. */
static void memory_is_bounded(void **state)
{
    enum { FLOOD = 5000, PIECE = 1480 };
    (void)state;
    for (unsigned i = 0; i < FLOOD; i++)
        assert_int_equal(give_piece(i, 60000, PIECE, true), DECODE_FRAGMENT);
    expect_totals(0, FLOOD, 0);
    give_piece(60000, 0, 80, true);
    assert_int_equal(give_piece(60000, 80, 40, false), DECODE_SEGMENT);
    expect_totals(1, FLOOD, 0);
}

static void other_packets_pass(void **state)
{
    (void)state;
    assert_int_equal(give_piece(1, 0, 80, false), DECODE_SEGMENT);
    expect_payload(80 - TCP_HEADER);
    expect_totals(0, 0, 0);
    fragments_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(puts_pieces_together_in_any_order),
        TEST(puts_ipv6_together),
        TEST(datagrams_do_not_mix),
        TEST(the_first_of_contradicting_bytes_count),
        TEST(copies_change_nothing),
        TEST(an_identification_may_be_used_again),
        TEST(what_stays_incomplete_is_given_up),
        TEST(what_fits_into_no_datagram_is_lost),
        TEST(a_piece_may_be_cut),
        TEST(pieces_within_pieces),
        TEST(memory_is_bounded),
        TEST(other_packets_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
