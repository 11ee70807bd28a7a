/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The link layers: what a packet begins with, by the link type of its capture. Those are described at
 * https://www.tcpdump.org/linktypes.html. */

#include "capture/layer.h"
#include "capture/link_type.h"

/* The address families that systems write into the header of their loopback: 2 is IPv4 everywhere, IPv6 is 10
 * on Linux, 23 on Windows, 24 on NetBSD, OpenBSD and BSD/OS, 28 on FreeBSD, 30 on macOS. */
static const struct layer_row address_families[] = {
    {2, layer_ipv4}, {10, layer_ipv6}, {23, layer_ipv6}, {24, layer_ipv6}, {28, layer_ipv6}, {30, layer_ipv6},
};

/* In the byte order of whoever captured; a family that uses the upper half is read the wrong way round. */
static struct layer open_loopback(struct walk *walk)
{
    struct cursor again = walk->rest;
    uint32_t family;
    if (!cursor_u32(&walk->rest, &family))
        return layer_broken(walk);
    if (family > 0xffff)
        cursor_u32_little(&again, &family);
    return layer_find(address_families, sizeof address_families / sizeof address_families[0], family);
}

static struct layer open_linux_cooked(struct walk *walk)
{
    uint16_t ether_type;
    cursor_skip(&walk->rest, 14);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    return layer_of_ether_type(ether_type);
}

static struct layer open_linux_cooked_2(struct walk *walk)
{
    uint16_t ether_type;
    cursor_u16(&walk->rest, &ether_type);
    if (!cursor_skip(&walk->rest, 18))
        return layer_broken(walk);
    return layer_of_ether_type(ether_type);
}

/* PPP, with or without the address and control bytes of HDLC (RFC 1662 section 3.1). */
static struct layer open_ppp(struct walk *walk)
{
    struct cursor ahead = walk->rest;
    uint16_t address_and_control;
    if (cursor_u16(&ahead, &address_and_control) && address_and_control == 0xff03)
        walk->rest = ahead;
    return (struct layer){layer_ppp};
}

static struct layer open_cisco_hdlc(struct walk *walk)
{
    uint16_t ether_type;
    cursor_skip(&walk->rest, 2);
    if (!cursor_u16(&walk->rest, &ether_type))
        return layer_broken(walk);
    return layer_of_ether_type(ether_type);
}

/* The header of BSD's packet filter log ends at a multiple of four; its second byte is the family. */
static struct layer open_pflog(struct walk *walk)
{
    struct cursor header = walk->rest;
    uint8_t length, family;
    cursor_u8(&header, &length);
    if (!cursor_u8(&header, &family) || !cursor_skip(&walk->rest, (length + 3U) & ~3U))
        return layer_broken(walk);
    return layer_find(address_families, sizeof address_families / sizeof address_families[0], family);
}

/* BSD's encapsulating interface: the family, then what a security association is known by and how it
 * protects. */
static struct layer open_enc(struct walk *walk)
{
    struct layer layer = open_loopback(walk);
    return layer.open && !cursor_skip(&walk->rest, 8) ? layer_broken(walk) : layer;
}

/* The direction in one byte, then PPP. */
static struct layer open_ppp_with_direction(struct walk *walk)
{
    if (!cursor_skip(&walk->rest, 1))
        return layer_broken(walk);
    return (struct layer){open_ppp};
}

/* A header that ends after `length` bytes, of which `header` has read those that say so and tell the link
 * type of what follows. */
static struct layer open_wrapped(struct walk *walk, const struct cursor *header, size_t read, uint32_t length,
                                 uint32_t dlt)
{
    if (header->status != CURSOR_OK || !cursor_skip(&walk->rest, length)) {
        walk->rest.status = header->status != CURSOR_OK ? header->status : walk->rest.status;
        return layer_broken(walk);
    }
    if (length < read || dlt > UINT16_MAX)
        return layer_end(walk, DECODE_MALFORMED);
    return layer_of_link_type(link_type_from_dlt((int)dlt));
}

/* Apple's PKTAP. */
static struct layer open_pktap(struct walk *walk)
{
    struct cursor header = walk->rest;
    uint32_t length, dlt;
    cursor_u32_little(&header, &length);
    cursor_skip(&header, 4);
    cursor_u32_little(&header, &dlt);
    return open_wrapped(walk, &header, 12, length, dlt);
}

/* Per-Packet Information. */
static struct layer open_ppi(struct walk *walk)
{
    struct cursor header = walk->rest;
    uint16_t length;
    uint32_t dlt;
    cursor_skip(&header, 2);
    cursor_u16_little(&header, &length);
    cursor_u32_little(&header, &dlt);
    return open_wrapped(walk, &header, 8, length, dlt);
}

/* Takes the next attribute off Linux' netfilter log: a length, which includes itself, and a type, in the byte
 * order of whoever captured; types are small numbers, which tells the order. */
static bool take_attribute(struct cursor *rest, uint16_t *type, struct cursor *value)
{
    struct cursor swapped = *rest;
    uint16_t length;
    cursor_u16_little(rest, &length);
    cursor_u16_little(rest, type);
    if (*type > 0xff) {
        *rest = swapped;
        cursor_u16(rest, &length);
        cursor_u16(rest, type);
    }
    if (!cursor_child(rest, length >= 4 ? length - 4U : SIZE_MAX, value))
        return false;
    size_t padding = (4 - length % 4U) % 4;
    cursor_skip(rest, padding < rest->left ? padding : rest->left);
    return true;
}

static struct layer open_nflog(struct walk *walk)
{
    enum { PAYLOAD = 9 };
    struct cursor value;
    uint16_t type;
    cursor_skip(&walk->rest, 4);
    while (cursor_more(&walk->rest) && take_attribute(&walk->rest, &type, &value))
        if (type == PAYLOAD) {
            walk->rest = value;
            return (struct layer){layer_ip};
        }
    return walk->rest.status == CURSOR_OK ? layer_end(walk, DECODE_OTHER) : layer_broken(walk);
}

/* Behind the control field: the protocol's identifier, which may be filled up to two bytes (RFC 2427 section
 * 3). */
static struct layer open_network_identifier(struct walk *walk)
{
    enum { PADDING = 0x00, SNAP = 0x80, IPV4 = 0xcc, IPV6 = 0x8e };
    static const struct layer_row identifiers[] = {{IPV4, layer_ipv4}, {IPV6, layer_ipv6}};
    uint8_t identifier;
    uint16_t ether_type;
    cursor_u8(&walk->rest, &identifier);
    if (identifier == PADDING)
        cursor_u8(&walk->rest, &identifier);
    if (walk->rest.status != CURSOR_OK)
        return layer_broken(walk);
    if (identifier != SNAP)
        return layer_find(identifiers, sizeof identifiers / sizeof identifiers[0], identifier);
    cursor_skip(&walk->rest, 3);
    return cursor_u16(&walk->rest, &ether_type) ? layer_of_ether_type(ether_type) : layer_broken(walk);
}

/* Q.922 addresses end with a byte whose lowest bit is set; then a control field, or Cisco's own EtherType. */
static struct layer open_frame_relay(struct walk *walk)
{
    enum { UNNUMBERED = 0x03 };
    uint8_t byte;
    uint16_t ether_type;
    do
        if (!cursor_u8(&walk->rest, &byte))
            return layer_broken(walk);
    while (!(byte & 1));
    struct cursor ahead = walk->rest;
    if (cursor_u8(&ahead, &byte) && byte == UNNUMBERED) {
        walk->rest = ahead;
        return open_network_identifier(walk);
    }
    return cursor_u16(&walk->rest, &ether_type) ? layer_of_ether_type(ether_type) : layer_broken(walk);
}

/* So many bytes, then the layer. */
static struct layer open_behind(struct walk *walk, size_t length, struct layer layer)
{
    return cursor_skip(&walk->rest, length) ? layer : layer_broken(walk);
}

static struct layer open_fddi(struct walk *walk)
{
    return open_behind(walk, 13, (struct layer){layer_llc});
}

static struct layer open_slip(struct walk *walk)
{
    return open_behind(walk, 16, (struct layer){layer_ip});
}

/* Hilscher's analyzers: four bytes before the frame. */
static struct layer open_analyzer(struct walk *walk)
{
    return open_behind(walk, 4, (struct layer){layer_ethernet});
}

/* A source address whose first bit is set tells of a route in front of LLC, which begins with its length. */
static struct layer open_token_ring(struct walk *walk)
{
    struct cursor ahead = walk->rest;
    uint8_t source, route = 0;
    cursor_skip(&ahead, 8);
    cursor_u8(&ahead, &source);
    cursor_skip(&ahead, 5);
    if (source & 0x80)
        cursor_u8(&ahead, &route);
    return open_behind(walk, 14 + (route & 0x1fU), (struct layer){layer_llc});
}

/* An EtherType between so many bytes and so many others. */
static struct layer open_type_between(struct walk *walk, size_t before, size_t behind)
{
    uint16_t ether_type;
    cursor_skip(&walk->rest, before);
    cursor_u16(&walk->rest, &ether_type);
    return cursor_skip(&walk->rest, behind) ? layer_of_ether_type(ether_type) : layer_broken(walk);
}

static struct layer open_firewire(struct walk *walk)
{
    return open_type_between(walk, 16, 0);
}

static struct layer open_infiniband(struct walk *walk)
{
    return open_type_between(walk, 40, 2);
}

/* Endace's records: sixteen bytes, more of eight while the first bit is set, two before a frame. */
static struct layer open_erf(struct walk *walk)
{
    enum { MORE = 0x80, ETHERNET = 2, COLOURED_ETHERNET = 11, IPV4 = 22, IPV6 = 23 };
    struct cursor *rest = &walk->rest;
    uint8_t type, next;
    cursor_skip(rest, 8);
    cursor_u8(rest, &type);
    cursor_skip(rest, 7);
    for (next = type; next & MORE && cursor_u8(rest, &next);)
        cursor_skip(rest, 7);
    type &= 0x7f;
    if (rest->status != CURSOR_OK)
        return layer_broken(walk);
    if (type == ETHERNET || type == COLOURED_ETHERNET)
        return open_behind(walk, 2, (struct layer){layer_ethernet});
    if (type == IPV4 || type == IPV6)
        return (struct layer){layer_ip};
    return layer_end(walk, DECODE_OTHER);
}

static const struct layer_row link_types[] = {
    {1, layer_ethernet},        /* EN10MB */
    {113, open_linux_cooked},   /* LINUX_SLL */
    {276, open_linux_cooked_2}, /* LINUX_SLL2 */
    {101, layer_ip},            /* RAW */
    {12, layer_ip},             /* RAW, by the number it has in some systems' libpcap */
    {14, layer_ip},             /* RAW, the same on OpenBSD */
    {228, layer_ipv4},          /* IPV4 */
    {229, layer_ipv6},          /* IPV6 */
    {0, open_loopback},         /* NULL */
    {108, open_loopback},       /* LOOP */
    {9, open_ppp},              /* PPP */
    {50, open_ppp},             /* PPP_HDLC */
    {51, layer_pppoe},          /* PPP_ETHER */
    {104, open_cisco_hdlc},     /* C_HDLC */
    {117, open_pflog},          /* PFLOG */
    {105, layer_wlan},          /* IEEE802_11 */
    {127, layer_wlan_radiotap}, /* IEEE802_11_RADIOTAP */
    {119, layer_wlan_prism},    /* IEEE802_11_PRISM */
    {163, layer_wlan_avs},      /* IEEE802_11_AVS */
    {192, open_ppi},
    {239, open_nflog},
    {258, open_pktap},
    {109, open_enc},
    {166, open_ppp_with_direction}, /* PPP_PPPD */
    {204, open_ppp_with_direction}, /* PPP_WITH_DIR */
    {100, layer_llc},               /* ATM_RFC1483 */
    {6, open_token_ring},           /* IEEE802_5 */
    {8, open_slip},
    {10, open_fddi},
    {107, open_frame_relay}, /* FRELAY */
    {138, open_firewire},    /* APPLE_IP_OVER_IEEE1394 */
    {197, open_erf},
    {219, layer_mpls},
    {240, open_analyzer},   /* NETANALYZER */
    {242, open_infiniband}, /* IPOIB */
};

struct layer layer_of_link_type(uint16_t link_type)
{
    return layer_find(link_types, sizeof link_types / sizeof link_types[0], link_type);
}
