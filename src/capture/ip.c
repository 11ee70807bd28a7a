/* SPDX-License-Identifier: GPL-3.0-or-later */

/* IPv4 (RFC 791), IPv6 (RFC 8200) and its extension headers. */

#include "capture/layer.h"
#include <string.h>

enum { IPV4_HEADER = 20, IPV4_MORE_FRAGMENTS = 0x2000, IPV4_FRAGMENT_OFFSET = 0x1fff };

static struct layer open_options(struct walk *walk);
static struct layer open_routing(struct walk *walk);
static struct layer open_fragment(struct walk *walk);
static struct layer open_authentication(struct walk *walk);

static const struct layer_row protocols[] = {
    {6, layer_tcp},      {17, layer_udp},       {1, layer_icmp},
    {58, layer_icmpv6},  {4, layer_ipv4},                          /* IP in IP, RFC 2003 */
    {41, layer_ipv6},                                              /* 6in4, RFC 4213 */
    {47, layer_gre},     {97, layer_etherip},   {137, layer_mpls}, /* RFC 4023 */
    {0, open_options},                                             /* hop by hop */
    {60, open_options},                                            /* destination */
    {43, open_routing},  {44, open_fragment},   {51, open_authentication},
    {135, open_options},                        /* mobility, which has the same form */
    {139, open_options},                        /* host identity, likewise */
    {140, open_options},                        /* shim6, likewise */
    {115, layer_l2tp},   {143, layer_ethernet}, /* RFC 8986 */
    {145, layer_nsh},
};

static void keep_address(struct address *address, uint8_t family, const uint8_t *bytes)
{
    *address = (struct address){.family = family};
    memcpy(address->bytes, bytes, family == 4 ? 4 : 16);
}

static void keep_hops(struct walk *walk, uint8_t hops, uint16_t identification)
{
    if (walk->quoted)
        return;
    walk->out->segment.ttl = hops;
    walk->out->segment.identification = identification;
}

/* Before a header's addresses take their place: those that are there belong to a header around it, whose are
 * kept when it is the outermost. Directly in another it is a tunnel of its own. */
static void keep_outer(struct walk *walk)
{
    struct segment *segment = &walk->out->segment;
    if (segment->source.address.family == 0 || walk->quoted)
        return;
    if (segment->around.source.family == 0) {
        segment->around.source = segment->source.address;
        segment->around.destination = segment->destination.address;
    }
    if (walk->directly)
        layer_note(walk, LAYER_IP);
}

struct layer layer_open_ip_protocol(struct walk *walk, uint8_t protocol)
{
    enum { IPV4 = 4, IPV6 = 41 };
    walk->directly = protocol == IPV4 || protocol == IPV6;
    return layer_find(protocols, sizeof protocols / sizeof protocols[0], protocol);
}

static struct layer end_with_fragment(struct walk *walk, const struct fragment *fragment)
{
    struct fragment *out = &walk->out->fragment;
    if (walk->quoted)
        return layer_end(walk, DECODE_OTHER);
    *out = *fragment;
    out->rerouted = walk->rerouted;
    out->bytes = walk->rest.at;
    out->captured = (uint32_t)walk->rest.left;
    out->length = (uint32_t)(walk->rest.left + walk->rest.uncaptured);
    return layer_end(walk, DECODE_FRAGMENT);
}

/* A total length of zero stands for one that does not fit: the capture was made before a network card cut a
 * large packet up (or is BIG TCP), and the link knows how long it is. */
static bool limit_ipv4(struct walk *walk, uint16_t total, size_t header)
{
    if (total == 0)
        return true;
    if (total < header)
        return false;
    layer_limit(walk, total - IPV4_HEADER);
    return true;
}

/* Some tunnels announce IPv4 whatever they carry. */
static bool is_version_6(struct cursor ahead)
{
    uint8_t first;
    return cursor_u8(&ahead, &first) && first >> 4 == 6;
}

struct layer layer_ipv4(struct walk *walk)
{
    struct cursor *rest = &walk->rest;
    uint8_t version_and_length, hops, protocol;
    uint16_t total, identification, fragment;
    if (is_version_6(*rest))
        return layer_ipv6(walk);
    cursor_u8(rest, &version_and_length);
    cursor_skip(rest, 1);
    cursor_u16(rest, &total);
    cursor_u16(rest, &identification);
    cursor_u16(rest, &fragment);
    cursor_u8(rest, &hops);
    cursor_u8(rest, &protocol);
    cursor_skip(rest, 2);
    const uint8_t *addresses = cursor_take(rest, 8);
    if (!addresses)
        return layer_broken(walk);
    size_t header = (version_and_length & 0x0fU) * 4;
    if (version_and_length >> 4 != 4 || header < IPV4_HEADER || !limit_ipv4(walk, total, header))
        return layer_broken(walk);
    keep_outer(walk);
    keep_address(&walk->source->address, 4, addresses);
    keep_address(&walk->destination->address, 4, addresses + 4);
    keep_hops(walk, hops, identification);
    walk->rerouted = header > IPV4_HEADER; /* an option may be a source route */
    if (header > IPV4_HEADER && !cursor_skip(rest, header - IPV4_HEADER))
        return layer_broken(walk);
    if (fragment & IPV4_FRAGMENT_OFFSET || (fragment & IPV4_MORE_FRAGMENTS && !walk->quoted))
        return end_with_fragment(walk, &(struct fragment){.identification = identification,
                                                          .protocol = protocol,
                                                          .more = fragment & IPV4_MORE_FRAGMENTS,
                                                          .offset = (fragment & IPV4_FRAGMENT_OFFSET) * 8U});
    return layer_open_ip_protocol(walk, protocol);
}

/* A payload length of zero: as with IPv4, and for jumbograms (RFC 2675). */
struct layer layer_ipv6(struct walk *walk)
{
    struct cursor *rest = &walk->rest;
    uint8_t version, next, hops;
    uint16_t length;
    cursor_u8(rest, &version);
    cursor_skip(rest, 3);
    cursor_u16(rest, &length);
    cursor_u8(rest, &next);
    cursor_u8(rest, &hops);
    const uint8_t *addresses = cursor_take(rest, 32);
    if (!addresses || version >> 4 != 6)
        return layer_broken(walk);
    if (length > 0)
        layer_limit(walk, length);
    keep_outer(walk);
    keep_address(&walk->source->address, 6, addresses);
    keep_address(&walk->destination->address, 6, addresses + 16);
    keep_hops(walk, hops, 0);
    walk->rerouted = false;
    return layer_open_ip_protocol(walk, next);
}

struct layer layer_ip(struct walk *walk)
{
    struct cursor ahead = walk->rest;
    uint8_t first;
    if (!cursor_u8(&ahead, &first)) {
        walk->rest = ahead;
        return layer_broken(walk);
    }
    static const struct layer_row versions[] = {{4, layer_ipv4}, {6, layer_ipv6}};
    return layer_find(versions, sizeof versions / sizeof versions[0], first >> 4);
}

/* Next header, and a length in units of eight bytes beyond the first eight (RFC 8200 section 4.2). */
static struct layer open_options(struct walk *walk)
{
    uint8_t next, length;
    cursor_u8(&walk->rest, &next);
    cursor_u8(&walk->rest, &length);
    if (!cursor_skip(&walk->rest, 6 + 8 * (size_t)length))
        return layer_broken(walk);
    return layer_open_ip_protocol(walk, next);
}

/* While segments are left the header's destination is only the next stop (RFC 8200 section 4.4). */
static struct layer open_routing(struct walk *walk)
{
    struct cursor header = walk->rest;
    uint8_t segments_left;
    cursor_skip(&header, 3);
    cursor_u8(&header, &segments_left);
    walk->rerouted = segments_left > 0;
    return open_options(walk);
}

/* A fragment header on a packet that is whole (RFC 6946) changes nothing. */
static struct layer open_fragment(struct walk *walk)
{
    uint8_t next;
    uint16_t fragment;
    uint32_t identification;
    cursor_u8(&walk->rest, &next);
    cursor_skip(&walk->rest, 1);
    cursor_u16(&walk->rest, &fragment);
    if (!cursor_u32(&walk->rest, &identification))
        return layer_broken(walk);
    bool first = fragment >> 3 == 0, more = fragment & 1;
    if (!first || (more && !walk->quoted))
        return end_with_fragment(walk, &(struct fragment){.identification = identification,
                                                          .protocol = next,
                                                          .more = more,
                                                          .offset = fragment & 0xfff8U});
    return layer_open_ip_protocol(walk, next);
}

/* A length in units of four bytes, less two (RFC 4302 section 2.2). */
static struct layer open_authentication(struct walk *walk)
{
    uint8_t next, length;
    cursor_u8(&walk->rest, &next);
    cursor_u8(&walk->rest, &length);
    if (!cursor_skip(&walk->rest, 6 + 4 * (size_t)length))
        return layer_broken(walk);
    return layer_open_ip_protocol(walk, next);
}
