/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Pieces of a few IP datagrams, each of which holds a TCP segment whose bytes tell where in the datagram they
 * stand: what comes out whole must be made of them. A piece may be cut as a short capture does, contradict
 * the others, stand in a tunnel, and the tunnel's packet be in pieces itself.
 *
 * Each step of the input is eight bytes: what is so about the piece (enum), the datagram, two bytes of offset
 * and one of length in units, a byte of time, one that contradicts, and one of bytes that are not captured.
 */

#include "base/clock.h"
#include "capture/fragments.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { STEP = 8, UNIT = 8, ODD_END = 3 };
enum { VERSION_6 = 1, MORE = 2, TUNNELLED = 4, TUNNEL_IN_PIECES = 8, CUT = 16, CONTRADICTS = 32 };
enum { IPV4_HEADER = 20, IPV6_HEADERS = 48, TCP_HEADER = 20, LONGEST = 256 * UNIT + 256 };
enum { LINKTYPE_RAW = 101, PROTOCOL_IPV4 = 4, PROTOCOL_TCP = 6, PROTOCOL_IPV6 = 41, PROTOCOL_FRAGMENT = 44 };

struct run {
    struct fragments *fragments;
    struct packet packet;
    bool contradicted; /* the bytes of what comes out are of either kind then */
    uint64_t given;    /* packets that were fragments */
};

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void put(uint8_t *out, uint32_t value, int width)
{
    for (int i = 0; i < width; i++)
        out[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

/* A TCP header without options, and bytes that count up behind it. */
static uint8_t byte_at(uint32_t at)
{
    static const uint8_t header[TCP_HEADER] = {0x30, 0x39, 0x01, 0xbb, 0, 0, 0, 1, 0, 0,
                                               0,    0,    0x50, 0x10, 1, 0, 0, 0, 0, 0};
    return at < TCP_HEADER ? header[at] : (uint8_t)(at >> 3 ^ at);
}

static void check_segment(const struct run *run, const struct segment *segment)
{
    check(segment->captured <= segment->length && segment->packet == run->packet.number);
    check(segment->length < 65536);
    for (uint32_t i = 0; i < segment->captured && !run->contradicted; i++)
        check(segment->payload[i] == byte_at(TCP_HEADER + i));
}

static void give(struct run *run, const uint8_t *bytes, uint32_t length, uint32_t captured)
{
    struct decoded decoded;
    run->packet.number++;
    run->packet.bytes = bytes;
    run->packet.length = length;
    run->packet.captured = captured < length ? captured : length;
    enum decode_outcome outcome = fragments_decode(run->fragments, &run->packet, &decoded);
    check(outcome < DECODE_OUTCOMES && outcome != DECODE_UNKNOWN_LINK);
    run->given++;
    if (outcome == DECODE_SEGMENT)
        check_segment(run, &decoded.segment);
}

static uint32_t ipv4_header(uint8_t *out, uint8_t id, uint32_t units, bool more, uint8_t protocol,
                            uint32_t payload)
{
    memset(out, 0, IPV4_HEADER);
    out[0] = 0x45;
    put(out + 2, IPV4_HEADER + payload, 2);
    put(out + 4, id, 2);
    put(out + 6, (units & 0x1fff) | (more ? 0x2000 : 0), 2);
    out[8] = 64;
    out[9] = protocol;
    out[12] = out[16] = 192;
    out[15] = 1;
    return IPV4_HEADER;
}

/* With a fragment header behind it. */
static uint32_t ipv6_headers(uint8_t *out, uint8_t id, uint32_t units, bool more, uint32_t payload)
{
    memset(out, 0, IPV6_HEADERS);
    out[0] = 0x60;
    put(out + 4, UNIT + payload, 2);
    out[6] = PROTOCOL_FRAGMENT;
    out[7] = 64;
    out[8] = out[24] = 0x20;
    out[40] = PROTOCOL_TCP;
    put(out + 42, (units & 0x1fff) << 3 | (more ? 1 : 0), 2);
    put(out + 44, id, 4);
    return IPV6_HEADERS;
}

static uint32_t piece_of(uint8_t *out, const uint8_t *step)
{
    bool more = step[0] & MORE;
    uint32_t units = (uint32_t)(step[2] << 8 | step[3]) & 0x1fff;
    uint32_t payload = (uint32_t)(step[4] * UNIT + (more ? 0 : ODD_END));
    uint32_t header = step[0] & VERSION_6 ? ipv6_headers(out, step[1], units, more, payload)
                                          : ipv4_header(out, step[1], units, more, PROTOCOL_TCP, payload);
    for (uint32_t i = 0; i < payload; i++)
        out[header + i] = byte_at(units * UNIT + i);
    if ((step[0] & CONTRADICTS) && payload > 0)
        out[header + step[6] % payload] ^= 0xff;
    return header + payload;
}

/* The tunnel's packet as two pieces, cut at a unit in the middle. */
static void give_tunnel_in_pieces(struct run *run, const uint8_t *inner, uint32_t length, uint8_t protocol)
{
    uint8_t outer[IPV4_HEADER + LONGEST];
    uint32_t first = length / 2 / UNIT * UNIT;
    uint8_t id = (uint8_t)run->packet.number;
    uint32_t header = ipv4_header(outer, id, 0, true, protocol, first);
    memcpy(outer + header, inner, first);
    give(run, outer, header + first, header + first);
    header = ipv4_header(outer, id, first / UNIT, false, protocol, length - first);
    memcpy(outer + header, inner + first, length - first);
    give(run, outer, header + length - first, header + length - first);
}

static void take_step(struct run *run, const uint8_t *step)
{
    uint8_t packet[IPV4_HEADER + LONGEST];
    uint8_t *inner = packet + IPV4_HEADER;
    uint32_t length = piece_of(inner, step);
    uint32_t cut = step[0] & CUT ? step[7] : 0;
    uint8_t protocol = step[0] & VERSION_6 ? PROTOCOL_IPV6 : PROTOCOL_IPV4;
    run->packet.time += (int64_t)step[5] * step[5] * CLOCK_MILLISECOND;
    run->contradicted |= (step[0] & CONTRADICTS) != 0;
    if (step[0] & TUNNEL_IN_PIECES) {
        give_tunnel_in_pieces(run, inner, length, protocol);
    } else if (step[0] & TUNNELLED) {
        ipv4_header(packet, 0, 0, false, protocol, length);
        give(run, packet, IPV4_HEADER + length, cut < length ? IPV4_HEADER + length - cut : 0);
    } else {
        give(run, inner, length, cut < length ? length - cut : 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct run run = {.fragments = fragments_new(), .packet = {.link_type = LINKTYPE_RAW}};
    for (; length >= STEP; length -= STEP, bytes += STEP)
        take_step(&run, bytes);
    struct fragments_totals totals = fragments_totals(run.fragments);
    check(totals.whole <= 2 * run.given && totals.lost <= 2 * run.given);
    check(totals.overlapping <= 2 * run.given);
    fragments_free(run.fragments);
    return 0;
}
