/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The link layers: what a packet begins with, by the link type of its capture. Those are described at
 * https://www.tcpdump.org/linktypes.html. */

#include "capture/layer.h"

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
};

struct layer layer_of_link_type(uint16_t link_type)
{
    return layer_find(link_types, sizeof link_types / sizeof link_types[0], link_type);
}
