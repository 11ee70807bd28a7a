/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ethernet and what an EtherType can announce below IP: tags, LLC, MPLS, PPPoE. */

#include "capture/layer.h"

enum { LARGEST_8023_LENGTH = 1500, SMALLEST_ETHER_TYPE = 1536 };

/* An EtherType, or the length of what then is an 802.3 frame. */
static struct layer open_type_or_length(struct walk *walk, uint16_t number)
{
    if (number >= SMALLEST_ETHER_TYPE)
        return layer_of_ether_type(number);
    if (number > LARGEST_8023_LENGTH)
        return layer_end(walk, DECODE_OTHER);
    layer_limit(walk, number);
    return (struct layer){layer_llc};
}

/* A tag of so many bytes, then the next EtherType. */
static struct layer open_tag(struct walk *walk, enum segment_layer name, size_t length)
{
    uint16_t ether_type;
    cursor_skip(&walk->rest, length);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    layer_note(walk, name);
    return open_type_or_length(walk, ether_type);
}

/* IEEE 802.1Q, 802.1ad, and the numbers that were used before it. */
static struct layer open_vlan_tag(struct walk *walk)
{
    return open_tag(walk, LAYER_VLAN, 2);
}

/* IEEE 802.1BR and its forerunner VN-Tag; HSR (IEC 62439-3). */
static struct layer open_port_extender(struct walk *walk)
{
    return open_tag(walk, LAYER_FABRIC, 6);
}

static struct layer open_four_byte_tag(struct walk *walk)
{
    return open_tag(walk, LAYER_FABRIC, 4);
}

/* Cisco MetaData with one option: version, length, the option and a security group. */
static struct layer open_metadata(struct walk *walk)
{
    return open_tag(walk, LAYER_FABRIC, 6);
}

/* A whole frame behind so many bytes. */
static struct layer open_frame(struct walk *walk, enum segment_layer name, size_t behind)
{
    if (!cursor_skip(&walk->rest, behind))
        return layer_broken(walk);
    layer_note(walk, name);
    return (struct layer){layer_ethernet};
}

/* IEEE 802.1ah: flags and the service's identifier. */
static struct layer open_provider_bridge(struct walk *walk)
{
    return open_frame(walk, LAYER_PROVIDER_BRIDGE, 4);
}

static struct layer open_fabric_path(struct walk *walk)
{
    return open_frame(walk, LAYER_FABRIC, 2);
}

/* RFC 6325 section 3: the length of the options, in units of four bytes, is in the first two bytes. */
static struct layer open_trill(struct walk *walk)
{
    uint16_t flags;
    if (!cursor_u16(&walk->rest, &flags))
        return layer_broken(walk);
    return open_frame(walk, LAYER_FABRIC, 4 + (flags >> 6 & 0x1fU) * 4);
}

/* IEEE 802.1AE, which need not encrypt: the flags E and C say whether it does, SC whether eight bytes of
 * identifier follow. The integrity check value at the end is behind what IP takes. */
static struct layer open_macsec(struct walk *walk)
{
    enum { EXPLICIT_IDENTIFIER = 0x20, ENCRYPTED = 0x08, CHANGED = 0x04 };
    uint8_t flags;
    if (!cursor_u8(&walk->rest, &flags))
        return layer_broken(walk);
    if (flags & (ENCRYPTED | CHANGED))
        return layer_end(walk, DECODE_OTHER);
    return open_tag(walk, LAYER_MACSEC, flags & EXPLICIT_IDENTIFIER ? 13 : 5);
}

/* RFC 8300 section 2.2: the length in units of four bytes, and what follows. */
struct layer layer_nsh(struct walk *walk)
{
    static const struct layer_row next_protocols[] = {
        {1, layer_ipv4}, {2, layer_ipv6}, {3, layer_ethernet}, {5, layer_mpls}};
    uint16_t length;
    uint8_t next;
    cursor_u16(&walk->rest, &length);
    cursor_skip(&walk->rest, 1);
    cursor_u8(&walk->rest, &next);
    size_t header = (length & 0x3fU) * 4;
    if (walk->rest.status != CURSOR_OK)
        return layer_broken(walk);
    if (header < 4)
        return layer_end(walk, DECODE_MALFORMED);
    if (!cursor_skip(&walk->rest, header - 4))
        return layer_broken(walk);
    layer_note(walk, LAYER_NSH);
    return layer_find(next_protocols, sizeof next_protocols / sizeof next_protocols[0], next);
}

/* PPP where an EtherType announces it. */
static struct layer open_ppp(struct walk *walk)
{
    layer_note(walk, LAYER_PPP);
    return layer_of_link_type(9);
}

static const struct layer_row ether_types[] = {
    {0x0800, layer_ipv4},         {0x86dd, layer_ipv6},    {0x8100, open_vlan_tag},
    {0x88a8, open_vlan_tag},      {0x9100, open_vlan_tag}, {0x9200, open_vlan_tag},
    {0x8864, layer_pppoe},        {0x8847, layer_mpls},    {0x8848, layer_mpls},
    {0x6558, layer_ethernet}, /* Trans Ether Bridging, in GRE and Geneve */
    {0x0004, layer_llc},      /* Linux cooked: 802.2 follows */
    {0x880b, open_ppp},           {0x88e5, open_macsec},   {0x88e7, open_provider_bridge},
    {0x8926, open_four_byte_tag}, /* VN-Tag */
    {0x893f, open_port_extender}, /* 802.1BR */
    {0x892f, open_four_byte_tag}, /* HSR */
    {0x8909, open_metadata},      {0x894f, layer_nsh},     {0x22f3, open_trill},
    {0x8903, open_fabric_path},
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
    return open_type_or_length(walk, ether_type);
}

/* IEEE 802.2 with SNAP, whose organization codes 0 and 0x0000f8 announce an EtherType (RFC 1042), or with the
 * service access point of IP (RFC 948). */
struct layer layer_llc(struct walk *walk)
{
    enum { SNAP = 0xaaaa03, IP = 0x060603 };
    uint32_t service_points, organization;
    uint16_t ether_type;
    cursor_u24(&walk->rest, &service_points);
    if (service_points == IP)
        return (struct layer){layer_ipv4};
    if (walk->rest.status == CURSOR_OK && service_points != SNAP)
        return layer_end(walk, DECODE_OTHER);
    cursor_u24(&walk->rest, &organization);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    if (organization != 0 && organization != 0x0000f8)
        return layer_end(walk, DECODE_OTHER);
    return ether_type >= SMALLEST_ETHER_TYPE ? layer_of_ether_type(ether_type) : (struct layer){NULL};
}

/* A frame behind MPLS labels may have a control word before it, which begins with zeroes (RFC 4385 section
 * 3), as a frame may as well. */
static struct layer open_pseudowire(struct walk *walk, uint8_t first)
{
    struct cursor ahead = walk->rest;
    if (layer_guess(ahead).open == layer_ethernet)
        return (struct layer){layer_ethernet};
    if (first >> 4 != 0)
        return (struct layer){layer_ip};
    if (!cursor_skip(&walk->rest, 4))
        return layer_broken(walk);
    return (struct layer){layer_ethernet};
}

/* RFC 3032: a stack of labels. Nothing says what is below; IP shows by its version. */
struct layer layer_mpls(struct walk *walk)
{
    uint32_t entry;
    do {
        if (!cursor_u32(&walk->rest, &entry))
            return layer_broken(walk);
    } while (!(entry & 0x100));
    layer_note(walk, LAYER_MPLS);
    struct cursor ahead = walk->rest;
    uint8_t first;
    if (!cursor_u8(&ahead, &first))
        return layer_broken(walk);
    if (layer_guess(walk->rest).open == layer_ip)
        return (struct layer){layer_ip};
    return open_pseudowire(walk, first);
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
    layer_note(walk, LAYER_PPPOE);
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

/* ---- Where nothing says what follows ------------------------------------------------------------------- */

/* The header's own numbers must fit; a length of zero stands for one that is too large for it. */
static bool may_be_ip(struct cursor bytes)
{
    uint8_t first, second;
    uint16_t length, more;
    cursor_u8(&bytes, &first);
    cursor_u8(&bytes, &second);
    cursor_u16(&bytes, &length);
    cursor_u16(&bytes, &more);
    size_t size = 6 + bytes.left + bytes.uncaptured;
    if (bytes.status != CURSOR_OK)
        return false;
    if (first >> 4 == 4)
        return (first & 0x0f) >= 5 && (length == 0 || (length >= 20 && length <= size));
    return first >> 4 == 6 && (more == 0 || more + 40U <= size);
}

static bool may_be_ethernet(struct cursor bytes)
{
    enum { IPV4 = 0x0800, IPV6 = 0x86dd, VLAN = 0x8100, PROVIDER_VLAN = 0x88a8, ARP = 0x0806 };
    uint16_t ether_type;
    cursor_skip(&bytes, 12);
    cursor_u16(&bytes, &ether_type);
    while (ether_type == VLAN || ether_type == PROVIDER_VLAN) {
        cursor_skip(&bytes, 2);
        cursor_u16(&bytes, &ether_type);
    }
    if (ether_type == IPV4 || ether_type == IPV6)
        return may_be_ip(bytes);
    return ether_type == ARP;
}

struct layer layer_guess(struct cursor bytes)
{
    if (may_be_ethernet(bytes))
        return (struct layer){layer_ethernet};
    return (struct layer){may_be_ip(bytes) ? layer_ip : NULL};
}
