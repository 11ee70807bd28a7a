/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tunnels: whole packets or frames inside UDP datagrams, known by the port. */

#include "capture/layer.h"

/* The layer that a payload begins with when that is IP, by its version. */
static struct layer ip_ahead(struct cursor payload)
{
    uint8_t first;
    cursor_u8(&payload, &first);
    bool is_ip = first >> 4 == 4 || first >> 4 == 6;
    return (struct layer){is_ip ? layer_ip : NULL};
}

/* RFC 7348 section 5: the flag for a valid network identifier; besides those of the group policy extension,
 * with its sixteen bits (draft-smith-vxlan-group-policy). */
static struct layer enter_vxlan(struct cursor *payload)
{
    const uint32_t group_flags = 0x80480000, group = 0xffff;
    uint32_t flags, identifier;
    cursor_u32(payload, &flags);
    cursor_u32(payload, &identifier);
    bool valid = (flags & ~(group_flags | group)) == 0x08000000 && payload->status == CURSOR_OK;
    return (struct layer){valid && (identifier & 0xff) == 0 ? layer_ethernet : NULL};
}

/* draft-ietf-nvo3-vxlan-gpe section 3: the same with the number of what follows. */
static struct layer enter_vxlan_gpe(struct cursor *payload)
{
    static const struct layer_row next_protocols[] = {
        {1, layer_ipv4}, {2, layer_ipv6}, {3, layer_ethernet}, {4, layer_nsh}, {5, layer_mpls}};
    uint32_t flags;
    cursor_u32(payload, &flags);
    if ((flags & 0xf8000000) != 0x08000000 || !cursor_skip(payload, 4))
        return (struct layer){NULL};
    uint32_t next = flags & 0x04000000 ? flags & 0xff : 3;
    return layer_find(next_protocols, sizeof next_protocols / sizeof next_protocols[0], next);
}

/* RFC 8926 section 3.4. */
static struct layer enter_geneve(struct cursor *payload)
{
    uint8_t version_and_length;
    uint16_t protocol;
    cursor_u8(payload, &version_and_length);
    cursor_skip(payload, 1);
    cursor_u16(payload, &protocol);
    bool valid = version_and_length >> 6 == 0 && cursor_skip(payload, 4 + 4U * (version_and_length & 0x3f));
    return valid ? layer_of_ether_type(protocol) : (struct layer){NULL};
}

/* Extension headers, whose last byte is the type of the next and whose first is their length in units of four
 * (3GPP TS 29.281 section 5.2.1). */
static bool skip_gtp_extensions(struct cursor *payload, uint8_t next)
{
    while (next != 0) {
        uint8_t length;
        cursor_u8(payload, &length);
        if (length == 0 || !cursor_skip(payload, 4U * length - 2) || !cursor_u8(payload, &next))
            return false;
    }
    return true;
}

/* GTP-U version 1, 3GPP TS 29.281 section 5.1; message type 255 carries a user's packet. */
static struct layer enter_gtp(struct cursor *payload)
{
    enum {
        VERSION_AND_PROTOCOL = 0xf0,
        VERSION_1 = 0x30,
        ANY_OPTIONAL = 0x07,
        EXTENSION = 0x04,
        USER_PACKET = 255
    };
    uint8_t flags, message, next = 0;
    cursor_u8(payload, &flags);
    cursor_u8(payload, &message);
    if ((flags & VERSION_AND_PROTOCOL) != VERSION_1 || message != USER_PACKET || !cursor_skip(payload, 6))
        return (struct layer){NULL};
    if (flags & ANY_OPTIONAL) {
        cursor_skip(payload, 3);
        cursor_u8(payload, &next);
    }
    if (flags & EXTENSION && !skip_gtp_extensions(payload, next))
        return (struct layer){NULL};
    return ip_ahead(*payload);
}

/* Version 0, before it was one of 3GPP's (GSM 09.60): twenty bytes, of which the first is the version and the
 * second the message type. */
static struct layer enter_old_gtp(struct cursor *payload)
{
    enum { VERSION_0 = 0x1e, USER_PACKET = 255 };
    uint8_t flags, message;
    cursor_u8(payload, &flags);
    cursor_u8(payload, &message);
    if ((flags & 0xfe) != VERSION_0 || message != USER_PACKET || !cursor_skip(payload, 18))
        return (struct layer){NULL};
    return ip_ahead(*payload);
}

/* RFC 4380 section 5.1.1: IPv6, behind indications of authentication and origin. */
static struct layer enter_teredo(struct cursor *payload)
{
    enum { ORIGIN = 0, AUTHENTICATION = 1 };
    struct cursor ahead = *payload;
    uint16_t kind;
    uint8_t client, authentication;
    cursor_u16(&ahead, &kind);
    if (kind == AUTHENTICATION) {
        cursor_u8(&ahead, &client);
        cursor_u8(&ahead, &authentication);
        cursor_skip(&ahead, 9U + client + authentication);
        *payload = ahead;
        cursor_u16(&ahead, &kind);
    }
    if (kind == ORIGIN && cursor_skip(&ahead, 6))
        *payload = ahead;
    return (struct layer){layer_guess(*payload).open == layer_ip ? layer_ipv6 : NULL};
}

/* RFC 9300 section 5.1: eight bytes, and then IP. */
static struct layer enter_lisp(struct cursor *payload)
{
    bool is_ip = cursor_skip(payload, 8) && layer_guess(*payload).open == layer_ip;
    return (struct layer){is_ip ? layer_ip : NULL};
}

/* RFC 7510. */
static struct layer enter_mpls(struct cursor *payload)
{
    struct cursor ahead = *payload;
    uint32_t entry;
    do {
        if (!cursor_u32(&ahead, &entry))
            return (struct layer){NULL};
    } while (!(entry & 0x100));
    return (struct layer){layer_guess(ahead).open ? layer_mpls : NULL};
}

/* RFC 5415 section 4.3: the header's length in units of four bytes, whether the frame is in the radio's own
 * form (else 802.3), and which that is; RFC 5416 section 2.2. */
static struct layer enter_capwap(struct cursor *payload)
{
    enum { NATIVE_FRAME = 0x100, IS_FRAGMENT = 0x80, KIND = 0x3e00, WLAN = 0x0200 };
    uint32_t word;
    cursor_u32(payload, &word);
    uint32_t header = (word >> 19 & 0x1f) * 4;
    if (word >> 24 != 0 || word & IS_FRAGMENT || header < 8 || !cursor_skip(payload, header - 4))
        return (struct layer){NULL};
    if (!(word & NATIVE_FRAME))
        return (struct layer){layer_guess(*payload).open == layer_ethernet ? layer_ethernet : NULL};
    return (struct layer){(word & KIND) == WLAN ? layer_wlan_swapped : NULL};
}

/* TaZmen Sniffer Protocol: version 1, received or to be sent, what it is, and tagged fields up to tag 1. */
static struct layer enter_tzsp(struct cursor *payload)
{
    enum { PADDING = 0, END = 1, RECEIVED = 0x0100, TO_SEND = 0x0101, ETHERNET = 1, WLAN = 18 };
    uint16_t version_and_type, kind;
    uint8_t tag, length;
    cursor_u16(payload, &version_and_type);
    cursor_u16(payload, &kind);
    if (version_and_type != RECEIVED && version_and_type != TO_SEND)
        return (struct layer){NULL};
    while (cursor_u8(payload, &tag) && tag != END)
        if (tag != PADDING && cursor_u8(payload, &length))
            cursor_skip(payload, length);
    if (payload->status != CURSOR_OK)
        return (struct layer){NULL};
    return (struct layer){kind == ETHERNET ? layer_ethernet : kind == WLAN ? layer_wlan : NULL};
}

static const struct {
    uint16_t port;
    enum segment_layer name;
    struct layer (*enter)(struct cursor *payload);
} udp_tunnels[] = {
    {2152, LAYER_GTP, enter_gtp},
    {3386, LAYER_GTP, enter_old_gtp},
    {4789, LAYER_VXLAN, enter_vxlan},
    {8472, LAYER_VXLAN, enter_vxlan},  /* Linux before the port was assigned */
    {48879, LAYER_VXLAN, enter_vxlan}, /* Cisco's fabrics */
    {4790, LAYER_VXLAN, enter_vxlan_gpe},
    {6081, LAYER_GENEVE, enter_geneve},
    {1701, LAYER_L2TP, layer_enter_l2tp},
    {3544, LAYER_TEREDO, enter_teredo},
    {4341, LAYER_LISP, enter_lisp},
    {6635, LAYER_NONE, enter_mpls}, /* the layer itself has the name */
    {5247, LAYER_CAPWAP, enter_capwap},
    {37008, LAYER_TZSP, enter_tzsp},
};

struct layer layer_enter_udp_tunnel(uint16_t port, struct cursor *payload, enum segment_layer *name)
{
    *name = LAYER_NONE;
    for (size_t i = 0; i < sizeof udp_tunnels / sizeof udp_tunnels[0]; i++)
        if (udp_tunnels[i].port == port) {
            *name = udp_tunnels[i].name;
            return udp_tunnels[i].enter(payload);
        }
    return (struct layer){NULL};
}
