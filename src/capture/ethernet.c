/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ethernet and what an EtherType can announce below IP: tags, LLC, MPLS, PPPoE. */

#include "capture/layer.h"

enum { LARGEST_8023_LENGTH = 1500, SMALLEST_ETHER_TYPE = 1536 };

/* IEEE 802.1Q, 802.1ad, and the numbers that were used before it: a tag, then the next EtherType. */
static struct layer open_vlan_tag(struct walk *walk)
{
    uint16_t ether_type;
    cursor_skip(&walk->rest, 2);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    return layer_of_ether_type(ether_type);
}

static const struct layer_row ether_types[] = {
    {0x0800, layer_ipv4},    {0x86dd, layer_ipv6},     {0x8100, open_vlan_tag}, {0x88a8, open_vlan_tag},
    {0x9100, open_vlan_tag}, {0x9200, open_vlan_tag},  {0x8864, layer_pppoe},   {0x8847, layer_mpls},
    {0x8848, layer_mpls},    {0x6558, layer_ethernet}, /* Trans Ether Bridging, in GRE and Geneve */
    {0x0004, layer_llc},                               /* Linux cooked: 802.2 follows */
};

/* A number below the EtherTypes is the length of an 802.3 frame. */
struct layer layer_of_ether_type(uint16_t ether_type)
{
    return layer_find(ether_types, sizeof ether_types / sizeof ether_types[0], ether_type);
}

struct layer layer_ethernet(struct walk *walk)
{
    uint16_t ether_type;
    cursor_skip(&walk->rest, 12);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    if (ether_type >= SMALLEST_ETHER_TYPE)
        return layer_of_ether_type(ether_type);
    if (ether_type > LARGEST_8023_LENGTH)
        return layer_end(walk, DECODE_OTHER);
    layer_limit(walk, ether_type);
    return (struct layer){layer_llc};
}

/* IEEE 802.2 with SNAP, whose organization codes 0 and 0x0000f8 announce an EtherType (RFC 1042). */
struct layer layer_llc(struct walk *walk)
{
    uint32_t service_points, organization;
    uint16_t ether_type;
    cursor_u24(&walk->rest, &service_points);
    if (walk->rest.status == CURSOR_OK && service_points != 0xaaaa03)
        return layer_end(walk, DECODE_OTHER);
    cursor_u24(&walk->rest, &organization);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    if (organization != 0 && organization != 0x0000f8)
        return layer_end(walk, DECODE_OTHER);
    return ether_type >= SMALLEST_ETHER_TYPE ? layer_of_ether_type(ether_type) : (struct layer){NULL};
}

/* RFC 3032: a stack of labels. Nothing says what is below; IP shows by its version, and an Ethernet
 * pseudowire by its control word, which begins with zeroes (RFC 4385 section 3). */
struct layer layer_mpls(struct walk *walk)
{
    uint32_t entry;
    do {
        if (!cursor_u32(&walk->rest, &entry))
            return layer_broken(walk);
    } while (!(entry & 0x100));
    struct cursor ahead = walk->rest;
    uint8_t first;
    if (!cursor_u8(&ahead, &first))
        return layer_broken(walk);
    if (first >> 4 != 0)
        return (struct layer){layer_ip};
    cursor_skip(&walk->rest, 4);
    return (struct layer){layer_ethernet};
}

/* RFC 2516 section 4; code 0 is the session stage. */
struct layer layer_pppoe(struct walk *walk)
{
    uint8_t version_and_type, code;
    uint16_t length;
    cursor_u8(&walk->rest, &version_and_type);
    cursor_u8(&walk->rest, &code);
    cursor_skip(&walk->rest, 2);
    if (!cursor_u16(&walk->rest, &length))
        return layer_broken(walk);
    if (version_and_type != 0x11 || code != 0)
        return layer_end(walk, DECODE_OTHER);
    layer_limit(walk, length);
    return (struct layer){layer_ppp};
}

/* One byte long when its lowest bit is set (RFC 1661 section 2, RFC 1662). */
struct layer layer_ppp(struct walk *walk)
{
    uint8_t first, second;
    if (!cursor_u8(&walk->rest, &first))
        return layer_broken(walk);
    if (first & 1)
        return layer_of_ppp_protocol(first);
    if (!cursor_u8(&walk->rest, &second))
        return layer_broken(walk);
    return layer_of_ppp_protocol((uint16_t)(first << 8 | second));
}

struct layer layer_of_ppp_protocol(uint16_t protocol)
{
    static const struct layer_row protocols[] = {
        {0x0021, layer_ipv4}, {0x0057, layer_ipv6}, {0x0281, layer_mpls}, {0x0283, layer_mpls}};
    return layer_find(protocols, sizeof protocols / sizeof protocols[0], protocol);
}
