/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/decode.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ETHERNET = 1, RAW = 101, TCP = 6, UDP = 17 };

static const uint8_t client4[] = {192, 0, 2, 1}, server4[] = {198, 51, 100, 7};
static const uint8_t client6[] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1},
                     server6[] = {0x20, 0x01, 0x0d, 0xb8, [15] = 7};

/* Packets are made from the inside out: each function puts its header before what there is. */
static void put_before(struct buffer *inner, struct buffer *header)
{
    buffer_add(header, inner->bytes, inner->length);
    buffer_free(inner);
    *inner = *header;
}

/* The checksum by the book, 16 bits at a time, for the fast one to agree with. */
static unsigned plain_checksum(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

static void set_transport_checksum(struct buffer *segment, bool ipv6, unsigned protocol, size_t offset)
{
    struct buffer pseudo = {0};
    buffer_add(&pseudo, ipv6 ? client6 : client4, ipv6 ? 16 : 4);
    buffer_add(&pseudo, ipv6 ? server6 : server4, ipv6 ? 16 : 4);
    put_u32(&pseudo, (uint32_t)segment->length);
    put_u32(&pseudo, protocol);
    buffer_add(&pseudo, segment->bytes, segment->length);
    unsigned sum = plain_checksum(bytes_of(&pseudo), pseudo.length);
    segment->bytes[offset] = (char)(sum >> 8);
    segment->bytes[offset + 1] = (char)sum;
    buffer_free(&pseudo);
}

/* A TCP segment with the options of a SYN and `length` bytes of payload. */
static struct buffer tcp_segment(bool ipv6, size_t length)
{
    static const uint8_t options[] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7};
    struct buffer out = {0};
    put_u16(&out, 40000);
    put_u16(&out, 443);
    put_u32(&out, 0xdeadbeef);
    put_u32(&out, 0x01020304);
    put_u16(&out, 10 << 12 | 0x100 | TCP_SYN | TCP_ACK);
    put_u16(&out, 64240);
    put_u32(&out, 0);
    buffer_add(&out, options, sizeof options);
    for (size_t i = 0; i < length; i++)
        put_u8(&out, (unsigned)(i * 7) & 0xff);
    set_transport_checksum(&out, ipv6, TCP, 16);
    return out;
}

static struct buffer udp_datagram(bool ipv6, size_t length)
{
    struct buffer out = {0};
    put_u16(&out, 5000);
    put_u16(&out, 4433);
    put_u16(&out, (unsigned)length + 8);
    put_u16(&out, 0);
    for (size_t i = 0; i < length; i++)
        put_u8(&out, 0xf0 | (i & 15));
    set_transport_checksum(&out, ipv6, UDP, 6);
    return out;
}

static void put_ipv4(struct buffer *inner, unsigned protocol)
{
    struct buffer header = {0};
    put_u16(&header, 0x4500);
    put_u16(&header, (unsigned)inner->length + 20);
    put_u32(&header, 0x12344000);
    put_u8(&header, 57);
    put_u8(&header, protocol);
    put_u16(&header, 0);
    buffer_add(&header, client4, 4);
    buffer_add(&header, server4, 4);
    put_before(inner, &header);
}

static void put_ipv6(struct buffer *inner, unsigned next)
{
    struct buffer header = {0};
    put_u32(&header, 0x60000000);
    put_u16(&header, (unsigned)inner->length);
    put_u8(&header, next);
    put_u8(&header, 63);
    buffer_add(&header, client6, 16);
    buffer_add(&header, server6, 16);
    put_before(inner, &header);
}

static void put_front(struct buffer *inner, const void *bytes, size_t length)
{
    struct buffer header = {0};
    buffer_add(&header, bytes, length);
    put_before(inner, &header);
}

#define PUT_FRONT(inner, ...)                                                                                \
    put_front(inner, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void put_ethernet(struct buffer *inner, unsigned type)
{
    struct buffer header = {0};
    put_zeroes(&header, 12);
    put_u16(&header, type);
    put_before(inner, &header);
}

static enum decode_outcome decode_cut(unsigned link_type, const struct buffer *bytes, size_t captured,
                                      size_t length, struct decoded *out)
{
    const struct packet packet = {.number = 17,
                                  .time = 1234567890,
                                  .bytes = bytes_of(bytes),
                                  .captured = (uint32_t)captured,
                                  .length = (uint32_t)length,
                                  .link_type = (uint16_t)link_type,
                                  .origin = "test"};
    return decode_packet(&packet, out);
}

static enum decode_outcome decode(unsigned link_type, const struct buffer *bytes, struct decoded *out)
{
    return decode_cut(link_type, bytes, bytes->length, bytes->length, out);
}

static void check_addresses(const struct segment *segment, bool ipv6)
{
    assert_int_equal(segment->source.address.family, ipv6 ? 6 : 4);
    assert_int_equal(segment->destination.address.family, ipv6 ? 6 : 4);
    assert_memory_equal(segment->source.address.bytes, ipv6 ? client6 : client4, ipv6 ? 16 : 4);
    assert_memory_equal(segment->destination.address.bytes, ipv6 ? server6 : server4, ipv6 ? 16 : 4);
    assert_int_equal(segment->ttl, ipv6 ? 63 : 57);
}

/* What tcp_segment() made, found again under whatever was put before it. */
static void check_tcp(const struct segment *segment, bool ipv6, size_t length)
{
    check_addresses(segment, ipv6);
    assert_int_equal(segment->packet, 17);
    assert_true(segment->time == 1234567890);
    assert_string_equal(segment->origin, "test");
    assert_int_equal(segment->transport, SEGMENT_TCP);
    assert_int_equal(segment->source.port, 40000);
    assert_int_equal(segment->destination.port, 443);
    assert_int_equal(segment->tcp.sequence, 0xdeadbeef);
    assert_int_equal(segment->tcp.acknowledgment, 0x01020304);
    assert_int_equal(segment->tcp.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(segment->tcp.window, 64240);
    assert_int_equal(segment->tcp.option_mss, 1460);
    assert_int_equal(segment->tcp.option_window_scale, 7);
    assert_true(segment->tcp.option_sack_permitted);
    assert_true(segment->tcp.option_timestamps);
    assert_int_equal(segment->captured, length);
    assert_int_equal(segment->length, length);
    assert_false(segment->bad_checksum);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(segment->payload[i], i * 7 & 0xff);
}

/* Takes the packet over. */
static void expect_tcp(unsigned link_type, struct buffer packet, bool ipv6)
{
    struct decoded decoded;
    assert_int_equal(decode(link_type, &packet, &decoded), DECODE_SEGMENT);
    check_tcp(&decoded.segment, ipv6, 11);
    assert_int_equal(decoded.segment.wire_length, packet.length);
    buffer_free(&packet);
}

static void expect_outcome(unsigned link_type, struct buffer packet, enum decode_outcome outcome)
{
    struct decoded decoded;
    assert_int_equal(decode(link_type, &packet, &decoded), outcome);
    buffer_free(&packet);
}

static struct buffer ip_packet(bool ipv6)
{
    struct buffer packet = tcp_segment(ipv6, 11);
    if (ipv6)
        put_ipv6(&packet, TCP);
    else
        put_ipv4(&packet, TCP);
    return packet;
}

static struct buffer ethernet_packet(bool ipv6)
{
    struct buffer packet = ip_packet(ipv6);
    put_ethernet(&packet, ipv6 ? 0x86dd : 0x0800);
    return packet;
}

static void opens_ip_itself(void **state)
{
    (void)state;
    const unsigned either[] = {101, 12, 14};
    for (size_t i = 0; i < 3; i++) {
        expect_tcp(either[i], ip_packet(false), false);
        expect_tcp(either[i], ip_packet(true), true);
    }
    expect_tcp(228, ip_packet(false), false);
    expect_tcp(229, ip_packet(true), true);
    expect_tcp(228, ip_packet(true), true); /* some announce IPv4 whatever it is */
    expect_outcome(229, ip_packet(false), DECODE_MALFORMED);
}

static void opens_ethernet_with_tags(void **state)
{
    (void)state;
    expect_tcp(ETHERNET, ethernet_packet(false), false);
    expect_tcp(ETHERNET, ethernet_packet(true), true);
    struct buffer packet = ip_packet(true);
    PUT_FRONT(&packet, 0x00, 0x07, 0x86, 0xdd);
    put_ethernet(&packet, 0x8100);
    expect_tcp(ETHERNET, packet, true);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0, 1, 0x91, 0, 0, 2, 0x81, 0, 0, 3, 8, 0);
    put_ethernet(&packet, 0x88a8);
    expect_tcp(ETHERNET, packet, false);
}

static void opens_802_3_with_snap(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    PUT_FRONT(&packet, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0);
    put_ethernet(&packet, (unsigned)packet.length);
    expect_tcp(ETHERNET, packet, false);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0x42, 0x42, 3);
    put_ethernet(&packet, (unsigned)packet.length);
    expect_outcome(ETHERNET, packet, DECODE_OTHER);
}

static void opens_loopback_of_every_system(void **state)
{
    (void)state;
    const uint8_t families[] = {10, 23, 24, 28, 30};
    struct buffer packet;
    for (size_t i = 0; i < sizeof families; i++) {
        packet = ip_packet(true);
        PUT_FRONT(&packet, families[i], 0, 0, 0);
        expect_tcp(0, packet, true);
        packet = ip_packet(true);
        PUT_FRONT(&packet, 0, 0, 0, families[i]);
        expect_tcp(108, packet, true);
    }
    packet = ip_packet(false);
    PUT_FRONT(&packet, 2, 0, 0, 0);
    expect_tcp(108, packet, false);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0, 0, 0, 2);
    expect_tcp(0, packet, false);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0, 0, 0, 7);
    expect_outcome(0, packet, DECODE_OTHER);
}

static void opens_other_links(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    PUT_FRONT(&packet, 0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0);
    expect_tcp(113, packet, false);
    packet = ip_packet(true);
    PUT_FRONT(&packet, 0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6, 1, 2, 3, 4, 5, 6, 0, 0);
    expect_tcp(276, packet, true);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0xff, 3, 0, 0x21);
    expect_tcp(9, packet, false);
    packet = ip_packet(true);
    PUT_FRONT(&packet, 0x57);
    expect_tcp(50, packet, true);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0x0f, 0, 8, 0);
    expect_tcp(104, packet, false);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0x11, 0, 0, 1, 0, (uint8_t)(packet.length + 2), 0, 0x21);
    put_ethernet(&packet, 0x8864);
    expect_tcp(ETHERNET, packet, false);
    packet = ip_packet(true);
    PUT_FRONT(&packet, 6, 24, 0, 0, 'e', 'm', '0', 0);
    expect_tcp(117, packet, true);
}

static void opens_tunnels(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    put_ipv6(&packet, 4);
    expect_tcp(RAW, packet, false);
    packet = ip_packet(true);
    put_ipv4(&packet, 41);
    expect_tcp(RAW, packet, true);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2);
    put_ipv4(&packet, 47);
    expect_tcp(RAW, packet, false);
    packet = ethernet_packet(false);
    PUT_FRONT(&packet, 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 0, 0, 0, 0, 0);
    put_ipv4(&packet, 47);
    expect_tcp(RAW, packet, false);
    packet = ethernet_packet(true);
    PUT_FRONT(&packet, 0, 0, 0x88, 0xbe);
    put_ipv4(&packet, 47);
    expect_tcp(RAW, packet, true);
    packet = ethernet_packet(false);
    PUT_FRONT(&packet, 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5,
              6, 7, 8);
    put_ipv4(&packet, 47);
    expect_tcp(RAW, packet, false);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0x30, 0x81, 0x88, 0x0b, 0, 40, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 3, 0, 0x21);
    put_ipv4(&packet, 47);
    expect_tcp(RAW, packet, false);
    packet = ethernet_packet(true);
    PUT_FRONT(&packet, 0x30, 0);
    put_ipv4(&packet, 97);
    expect_tcp(RAW, packet, true);
    packet = ip_packet(true);
    PUT_FRONT(&packet, 0, 1, 0, 64, 0, 2, 1, 64);
    put_ethernet(&packet, 0x8847);
    expect_tcp(ETHERNET, packet, true);
    packet = ethernet_packet(true);
    PUT_FRONT(&packet, 0, 1, 1, 64, 0, 0, 0, 0);
    put_ethernet(&packet, 0x8847);
    expect_tcp(ETHERNET, packet, true);
}

static void opens_wireless_frames(void **state)
{
    (void)state;
    const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
    struct buffer packet = ip_packet(false);
    put_front(&packet, snap, sizeof snap);
    struct buffer header = {0};
    put_u16(&header, 0x0801);
    put_zeroes(&header, 22);
    put_before(&packet, &header);
    expect_tcp(105, packet, false);
    packet = ip_packet(false);
    put_front(&packet, snap, sizeof snap);
    header = (struct buffer){0};
    put_u16(&header, 0x8841);
    put_zeroes(&header, 24);
    put_before(&packet, &header);
    expect_outcome(105, packet, DECODE_OTHER);
}

static void put_subframe(struct buffer *out, bool ipv6)
{
    const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0, 0, ipv6 ? 0x86 : 0x08, ipv6 ? 0xdd : 0x00};
    struct buffer packet = ip_packet(ipv6);
    put_zeroes(out, 12);
    put_u16(out, (unsigned)(sizeof snap + packet.length));
    buffer_add(out, snap, sizeof snap);
    buffer_add(out, packet.bytes, packet.length);
    buffer_free(&packet);
}

/* Two frames in one, of which the first is filled up to a multiple of four, and the beginning of a third. */
static void opens_wireless_frames_one_after_the_other(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct decoded decoded;
    put_u16(&bytes, 0x8801);
    put_zeroes(&bytes, 22);
    put_u16(&bytes, 0x8000);
    put_subframe(&bytes, false);
    put_zeroes(&bytes, (4 - (bytes.length - 26) % 4) % 4);
    put_subframe(&bytes, true);
    put_zeroes(&bytes, (4 - (bytes.length - 26) % 4) % 4 + 5);
    struct packet packet = {.number = 17,
                            .time = 1234567890,
                            .bytes = bytes_of(&bytes),
                            .captured = (uint32_t)bytes.length,
                            .length = (uint32_t)bytes.length,
                            .link_type = 105,
                            .origin = "test"};
    assert_int_equal(decode_packet(&packet, &decoded), DECODE_SEGMENT);
    check_tcp(&decoded.segment, false, 11);
    assert_true(decoded.further.length > 0);
    assert_int_equal(decode_further(&packet, &decoded), DECODE_SEGMENT);
    check_tcp(&decoded.segment, true, 11);
    assert_int_equal(decoded.segment.around.layers[0], LAYER_WLAN);
    assert_true(decoded.further.length > 0);
    assert_int_equal(decode_further(&packet, &decoded), DECODE_MALFORMED);
    assert_int_equal(decoded.further.length, 0);
    buffer_free(&bytes);
}

static void tells_what_is_around(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(true);
    struct decoded decoded;
    put_ipv4(&packet, 41);
    PUT_FRONT(&packet, 0, 100, 8, 0);
    put_ethernet(&packet, 0x8100);
    assert_int_equal(decode(ETHERNET, &packet, &decoded), DECODE_SEGMENT);
    check_tcp(&decoded.segment, true, 11);
    const struct encapsulation *around = &decoded.segment.around;
    assert_int_equal(around->source.family, 4);
    assert_memory_equal(around->source.bytes, client4, 4);
    assert_memory_equal(around->destination.bytes, server4, 4);
    assert_int_equal(around->layers[0], LAYER_VLAN);
    assert_int_equal(around->layers[1], LAYER_IP);
    assert_int_equal(around->layers[2], LAYER_NONE);
    buffer_free(&packet);
}

static struct buffer in_udp(struct buffer payload, unsigned port)
{
    struct buffer header = {0};
    put_u16(&header, 50000);
    put_u16(&header, port);
    put_u16(&header, (unsigned)payload.length + 8);
    put_u16(&header, 0);
    put_before(&payload, &header);
    put_ipv4(&payload, UDP);
    return payload;
}

static void opens_tunnels_in_udp(void **state)
{
    (void)state;
    struct buffer packet = ethernet_packet(true);
    PUT_FRONT(&packet, 8, 0, 0, 0, 0, 0, 9, 0);
    expect_tcp(RAW, in_udp(packet, 4789), true);
    packet = ethernet_packet(false);
    PUT_FRONT(&packet, 1, 0, 0x65, 0x58, 0, 0, 9, 0, 1, 2, 3, 4);
    expect_tcp(RAW, in_udp(packet, 6081), false);
    packet = ip_packet(false);
    PUT_FRONT(&packet, 0x30, 255, 0, 51, 0, 0, 0, 1);
    expect_tcp(RAW, in_udp(packet, 2152), false);
    packet = ip_packet(true);
    PUT_FRONT(&packet, 0x34, 255, 0, 79, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0x10, 0, 0x85, 1, 0, 0, 0);
    expect_tcp(RAW, in_udp(packet, 2152), true);
}

/* What only goes to a tunnel's port is a datagram like any other. */
static void leaves_alone_what_has_not_a_tunnels_form(void **state)
{
    (void)state;
    const unsigned ports[] = {4789, 8472, 6081, 2152};
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        struct buffer packet = {0};
        struct decoded decoded;
        buffer_add_string(&packet, "\x16\xfe\xfd, as DTLS would begin");
        packet = in_udp(packet, ports[i]);
        assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
        assert_int_equal(decoded.segment.transport, SEGMENT_UDP);
        assert_int_equal(decoded.segment.destination.port, ports[i]);
        assert_int_equal(decoded.segment.length, 24);
        assert_memory_equal(decoded.segment.payload, "\x16\xfe\xfd, as", 7);
        buffer_free(&packet);
    }
}

static void tunnels_end_somewhere(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    for (int i = 0; i < 10; i++)
        put_ipv4(&packet, 4);
    expect_tcp(RAW, packet, false);
    packet = ip_packet(false);
    for (int i = 0; i < 100; i++)
        put_ipv4(&packet, 4);
    expect_outcome(RAW, packet, DECODE_MALFORMED);
}

static void opens_udp(void **state)
{
    (void)state;
    for (int ipv6 = 0; ipv6 < 2; ipv6++) {
        struct buffer packet = udp_datagram(ipv6, 20);
        struct decoded decoded;
        if (ipv6)
            put_ipv6(&packet, UDP);
        else
            put_ipv4(&packet, UDP);
        assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
        check_addresses(&decoded.segment, ipv6);
        assert_int_equal(decoded.segment.transport, SEGMENT_UDP);
        assert_int_equal(decoded.segment.source.port, 5000);
        assert_int_equal(decoded.segment.destination.port, 4433);
        assert_int_equal(decoded.segment.length, 20);
        assert_int_equal(decoded.segment.payload[19], 0xf3);
        assert_false(decoded.segment.bad_checksum);
        buffer_free(&packet);
    }
}

/* Of every length, so that the fast sum meets all its remainders; then with one bit wrong. */
static void checksums_agree_with_the_book(void **state)
{
    (void)state;
    for (size_t length = 0; length < 200; length++)
        for (int ipv6 = 0; ipv6 < 2; ipv6++) {
            struct buffer packet = tcp_segment(ipv6, length);
            struct decoded decoded;
            if (ipv6)
                put_ipv6(&packet, TCP);
            else
                put_ipv4(&packet, TCP);
            assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
            check_tcp(&decoded.segment, ipv6, length);
            packet.bytes[packet.length - 1 - length / 2] ^= 0x10;
            assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
            assert_true(decoded.segment.bad_checksum);
            buffer_free(&packet);
        }
}

static void udp_without_a_checksum_is_fine(void **state)
{
    (void)state;
    struct buffer packet = udp_datagram(false, 20);
    struct decoded decoded;
    packet.bytes[6] = packet.bytes[7] = 0;
    put_ipv4(&packet, UDP);
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
    assert_false(decoded.segment.bad_checksum);
    packet.bytes[26] = 1;
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
    assert_true(decoded.segment.bad_checksum);
    buffer_free(&packet);
}

/* Every cut: headers that go on behind it, then TCP options and payload that do. Never a bad checksum of what
 * was not there. */
static void cut_packets_say_how_much_is_missing(void **state)
{
    (void)state;
    for (int ipv6 = 0; ipv6 < 2; ipv6++) {
        struct buffer packet = ethernet_packet(ipv6);
        size_t headers = packet.length - 11;
        for (size_t captured = 0; captured < packet.length; captured++) {
            struct decoded decoded;
            enum decode_outcome outcome = decode_cut(ETHERNET, &packet, captured, packet.length, &decoded);
            if (captured + 20 < headers) {
                assert_int_equal(outcome, DECODE_NOT_CAPTURED);
                continue;
            }
            assert_int_equal(outcome, DECODE_SEGMENT);
            assert_int_equal(decoded.segment.captured, captured > headers ? captured - headers : 0);
            assert_int_equal(decoded.segment.length, 11);
            assert_false(decoded.segment.bad_checksum);
        }
        buffer_free(&packet);
    }
}

/* The length on the wire was lost with the cut: what IP says counts, and the rest is missing. */
static void ip_longer_than_the_link_is_not_captured(void **state)
{
    (void)state;
    struct buffer packet = ethernet_packet(false);
    struct decoded decoded;
    assert_int_equal(decode_cut(ETHERNET, &packet, packet.length - 4, packet.length - 4, &decoded),
                     DECODE_SEGMENT);
    assert_int_equal(decoded.segment.captured, 7);
    assert_int_equal(decoded.segment.length, 11);
    buffer_free(&packet);
}

static void ethernet_padding_is_no_payload(void **state)
{
    (void)state;
    for (int ipv6 = 0; ipv6 < 2; ipv6++) {
        struct buffer packet = ethernet_packet(ipv6);
        struct decoded decoded;
        put_zeroes(&packet, 17);
        assert_int_equal(decode(ETHERNET, &packet, &decoded), DECODE_SEGMENT);
        check_tcp(&decoded.segment, ipv6, 11);
        buffer_free(&packet);
    }
}

/* Before a network card cuts a large send up, its IP length may be zero: the link's counts. */
static void a_length_of_zero_is_what_the_link_says(void **state)
{
    (void)state;
    for (int ipv6 = 0; ipv6 < 2; ipv6++) {
        struct buffer packet = tcp_segment(ipv6, 100000);
        struct decoded decoded;
        if (ipv6)
            put_ipv6(&packet, TCP);
        else
            put_ipv4(&packet, TCP);
        packet.bytes[ipv6 ? 4 : 2] = packet.bytes[ipv6 ? 5 : 3] = 0;
        assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
        assert_int_equal(decoded.segment.length, 100000);
        assert_int_equal(decoded.segment.captured, 100000);
        assert_false(decoded.segment.bad_checksum);
        buffer_free(&packet);
    }
}

static void skips_ipv4_options(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    struct buffer header = {0};
    buffer_add(&header, packet.bytes, 20);
    header.bytes[0] = 0x46;
    header.bytes[3] = (char)(header.bytes[3] + 4);
    put_u32(&header, 0x94040000);
    buffer_add(&header, packet.bytes + 20, packet.length - 20);
    buffer_free(&packet);
    expect_tcp(RAW, header, false);
}

static void skips_ipv6_extension_headers(void **state)
{
    (void)state;
    struct buffer packet = tcp_segment(true, 11);
    PUT_FRONT(&packet, TCP, 0, 0, 0, 0, 0, 0, 1);                        /* a fragment that is all */
    PUT_FRONT(&packet, 44, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2);             /* authentication */
    PUT_FRONT(&packet, 51, 1, 1, 4, 0, 0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0); /* destination */
    PUT_FRONT(&packet, 60, 0, 4, 0, 0, 0, 0, 0);                         /* routing, at its end */
    PUT_FRONT(&packet, 43, 0, 5, 2, 0, 0, 1, 0);                         /* hop by hop */
    put_ipv6(&packet, 0);
    expect_tcp(RAW, packet, true);
}

/* On its way to another destination than the header's, a packet has a checksum that can't be told. */
static void a_routed_packets_checksum_is_not_judged(void **state)
{
    (void)state;
    struct buffer packet = tcp_segment(true, 11);
    struct decoded decoded;
    packet.bytes[16] ^= 1;
    PUT_FRONT(&packet, TCP, 2, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    put_ipv6(&packet, 43);
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
    assert_false(decoded.segment.bad_checksum);
    buffer_free(&packet);
}

static void fragments_are_told(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    packet.bytes[6] = 0x20;
    expect_outcome(RAW, packet, DECODE_FRAGMENT);
    packet = ip_packet(false);
    packet.bytes[7] = 0x10;
    expect_outcome(RAW, packet, DECODE_FRAGMENT);
    packet = tcp_segment(true, 11);
    PUT_FRONT(&packet, TCP, 0, 0, 1, 0, 0, 0, 1);
    put_ipv6(&packet, 44);
    expect_outcome(RAW, packet, DECODE_FRAGMENT);
    packet = tcp_segment(true, 11);
    PUT_FRONT(&packet, TCP, 0, 1, 0, 0, 0, 0, 1);
    put_ipv6(&packet, 44);
    expect_outcome(RAW, packet, DECODE_FRAGMENT);
}

static void contradictions_are_malformed(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint8_t value;
    } spoiled[] = {
        {0, 0x44},       /* a header of 16 bytes */
        {3, 19},         /* a packet shorter than its header */
        {20 + 12, 0x40}, /* a TCP header of 16 bytes */
        {20 + 12, 0xf0}, /* one that ends behind the packet */
    };
    for (size_t i = 0; i < sizeof spoiled / sizeof spoiled[0]; i++) {
        struct buffer packet = ip_packet(false);
        packet.bytes[spoiled[i].offset] = (char)spoiled[i].value;
        expect_outcome(RAW, packet, DECODE_MALFORMED);
    }
    const uint8_t lengths[] = {7, 29};
    for (size_t i = 0; i < sizeof lengths; i++) {
        struct buffer packet = udp_datagram(false, 20);
        packet.bytes[5] = (char)lengths[i];
        put_ipv4(&packet, UDP);
        expect_outcome(RAW, packet, DECODE_MALFORMED);
    }
}

static void bad_tcp_options_spoil_nothing(void **state)
{
    (void)state;
    static const uint8_t options[][20] = {
        {2, 0},             /* no length can be shorter than kind and length */
        {2, 40, 5, 0xb4},   /* longer than the header */
        {2, 5, 5, 0xb4, 0}, /* not this option's length */
        {0, 2, 4, 5, 0xb4}, /* behind the end */
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        struct buffer packet = ip_packet(false);
        struct decoded decoded;
        memcpy(packet.bytes + 40, options[i], sizeof options[i]);
        assert_int_equal(decode(RAW, &packet, &decoded), DECODE_SEGMENT);
        assert_int_equal(decoded.segment.tcp.option_mss, 0);
        assert_int_equal(decoded.segment.tcp.option_window_scale, -1);
        assert_false(decoded.segment.tcp.option_timestamps);
        assert_int_equal(decoded.segment.length, 11);
        buffer_free(&packet);
    }
}

static void tells_what_carries_no_segment(void **state)
{
    (void)state;
    struct buffer packet = {0};
    put_zeroes(&packet, 28);
    put_ethernet(&packet, 0x0806);
    expect_outcome(ETHERNET, packet, DECODE_OTHER);
    packet = ip_packet(false);
    packet.bytes[9] = 50;
    expect_outcome(RAW, packet, DECODE_OTHER);
    packet = (struct buffer){0};
    PUT_FRONT(&packet, 8, 0, 0, 0, 0, 1, 0, 1);
    put_ipv4(&packet, 1);
    expect_outcome(RAW, packet, DECODE_OTHER);
    expect_outcome(147, ip_packet(false), DECODE_UNKNOWN_LINK);
}

static void check_error(const struct icmp_error *icmp, bool ipv6)
{
    assert_int_equal(icmp->packet, 17);
    assert_true(icmp->time == 1234567890);
    assert_int_equal(icmp->from.family, ipv6 ? 6 : 4);
    assert_memory_equal(icmp->from.bytes, ipv6 ? client6 : client4, ipv6 ? 16 : 4);
    assert_memory_equal(icmp->source.address.bytes, ipv6 ? client6 : client4, ipv6 ? 16 : 4);
    assert_memory_equal(icmp->destination.address.bytes, ipv6 ? server6 : server4, ipv6 ? 16 : 4);
    assert_int_equal(icmp->transport, SEGMENT_TCP);
    assert_int_equal(icmp->source.port, 40000);
    assert_int_equal(icmp->destination.port, 443);
    assert_int_equal(icmp->sequence, 0xdeadbeef);
}

/* The least that a router quotes: the IP header and eight bytes. */
static void icmp_errors_name_the_flow(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    struct decoded decoded;
    packet.length = 28;
    PUT_FRONT(&packet, 3, 4, 0, 0, 0, 0, 5, 0x78);
    put_ipv4(&packet, 1);
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_ICMP_ERROR);
    check_error(&decoded.icmp, false);
    assert_int_equal(decoded.icmp.type, 3);
    assert_int_equal(decoded.icmp.code, 4);
    assert_int_equal(decoded.icmp.mtu, 1400);
    packet.bytes[21] = 13;
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_ICMP_ERROR);
    assert_int_equal(decoded.icmp.code, 13);
    assert_int_equal(decoded.icmp.mtu, 0);
    packet.bytes[20] = 5;
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_OTHER);
    assert_int_equal(decode_cut(RAW, &packet, 24, packet.length, &decoded), DECODE_NOT_CAPTURED);
    buffer_free(&packet);
}

static void icmpv6_errors_name_the_flow(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(true);
    struct decoded decoded;
    packet.length = 48;
    PUT_FRONT(&packet, 2, 0, 0, 0, 0, 0, 5, 0x00);
    put_ipv6(&packet, 58);
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_ICMP_ERROR);
    check_error(&decoded.icmp, true);
    assert_int_equal(decoded.icmp.type, 2);
    assert_int_equal(decoded.icmp.mtu, 1280);
    packet.bytes[40] = (char)135;
    assert_int_equal(decode(RAW, &packet, &decoded), DECODE_OTHER);
    buffer_free(&packet);
}

/* An error about an error, or about a ping, is about no flow. */
static void quotes_of_icmp_are_left_alone(void **state)
{
    (void)state;
    struct buffer packet = ip_packet(false);
    PUT_FRONT(&packet, 3, 1, 0, 0, 0, 0, 0, 0);
    put_ipv4(&packet, 1);
    PUT_FRONT(&packet, 11, 0, 0, 0, 0, 0, 0, 0);
    put_ipv4(&packet, 1);
    expect_outcome(RAW, packet, DECODE_OTHER);
}

static void link_types_have_names(void **state)
{
    (void)state;
    char scratch[64];
    assert_string_equal(decode_link_name(1, scratch, sizeof scratch), "EN10MB (Ethernet)");
    assert_string_equal(decode_link_name(101, scratch, sizeof scratch), "RAW (Raw IP)");
    assert_string_equal(decode_link_name(65000, scratch, sizeof scratch), "link type 65000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_ip_itself),
        cmocka_unit_test(opens_ethernet_with_tags),
        cmocka_unit_test(opens_802_3_with_snap),
        cmocka_unit_test(opens_loopback_of_every_system),
        cmocka_unit_test(opens_other_links),
        cmocka_unit_test(opens_tunnels),
        cmocka_unit_test(opens_wireless_frames),
        cmocka_unit_test(opens_wireless_frames_one_after_the_other),
        cmocka_unit_test(tells_what_is_around),
        cmocka_unit_test(opens_tunnels_in_udp),
        cmocka_unit_test(leaves_alone_what_has_not_a_tunnels_form),
        cmocka_unit_test(tunnels_end_somewhere),
        cmocka_unit_test(opens_udp),
        cmocka_unit_test(checksums_agree_with_the_book),
        cmocka_unit_test(udp_without_a_checksum_is_fine),
        cmocka_unit_test(cut_packets_say_how_much_is_missing),
        cmocka_unit_test(ip_longer_than_the_link_is_not_captured),
        cmocka_unit_test(ethernet_padding_is_no_payload),
        cmocka_unit_test(a_length_of_zero_is_what_the_link_says),
        cmocka_unit_test(skips_ipv4_options),
        cmocka_unit_test(skips_ipv6_extension_headers),
        cmocka_unit_test(a_routed_packets_checksum_is_not_judged),
        cmocka_unit_test(fragments_are_told),
        cmocka_unit_test(contradictions_are_malformed),
        cmocka_unit_test(bad_tcp_options_spoil_nothing),
        cmocka_unit_test(tells_what_carries_no_segment),
        cmocka_unit_test(icmp_errors_name_the_flow),
        cmocka_unit_test(icmpv6_errors_name_the_flow),
        cmocka_unit_test(quotes_of_icmp_are_left_alone),
        cmocka_unit_test(link_types_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
