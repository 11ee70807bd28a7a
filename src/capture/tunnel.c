/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tunnels: whole packets or frames inside IP or UDP. */

#include "capture/layer.h"

enum {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACKNOWLEDGMENT = 0x0080, /* version 1 only */
    GRE_VERSION = 0x0007
};

/* ERSPAN, a switch's mirror port in GRE: type II with a header of its own when the sequence number is there,
 * else type I without (draft-foschiano-erspan sections 4.1 and 4.2). */
static struct layer open_erspan(struct walk *walk, bool has_sequence)
{
    if (has_sequence && !cursor_skip(&walk->rest, 8))
        return layer_broken(walk);
    return (struct layer){layer_ethernet};
}

/* Type III ends with eight more bytes when its last bit says so (section 4.3). */
static struct layer open_erspan_3(struct walk *walk)
{
    uint16_t last;
    cursor_skip(&walk->rest, 10);
    cursor_u16(&walk->rest, &last);
    if (last & 1)
        cursor_skip(&walk->rest, 8);
    if (walk->rest.status != CURSOR_OK)
        return layer_broken(walk);
    return (struct layer){layer_ethernet};
}

static size_t gre_optional_bytes(uint16_t flags)
{
    bool acknowledges = flags & GRE_VERSION && flags & GRE_ACKNOWLEDGMENT;
    return (flags & GRE_CHECKSUM ? 4U : 0U) + (flags & GRE_KEY ? 4U : 0U) + (flags & GRE_SEQUENCE ? 4U : 0U) +
           (acknowledges ? 4U : 0U);
}

/* RFC 2784 and 2890; version 1, which carries PPP, is RFC 2637 section 4.1. */
struct layer layer_gre(struct walk *walk)
{
    enum { ERSPAN = 0x88be, ERSPAN_3 = 0x22eb, PPP = 0x880b };
    uint16_t flags, protocol;
    cursor_u16(&walk->rest, &flags);
    cursor_u16(&walk->rest, &protocol);
    if (flags & GRE_ROUTING)
        return layer_end(walk, DECODE_OTHER);
    if (!cursor_skip(&walk->rest, gre_optional_bytes(flags)))
        return layer_broken(walk);
    if (protocol == ERSPAN)
        return open_erspan(walk, flags & GRE_SEQUENCE);
    if (protocol == ERSPAN_3)
        return open_erspan_3(walk);
    return protocol == PPP ? layer_of_link_type(9) : layer_of_ether_type(protocol);
}

/* RFC 3378: two bytes, of which the first four bits are the version 3. */
struct layer layer_etherip(struct walk *walk)
{
    if (!cursor_skip(&walk->rest, 2))
        return layer_broken(walk);
    return (struct layer){layer_ethernet};
}

/* The layer that a payload begins with when that is IP, by its version. */
static struct layer ip_ahead(struct cursor payload)
{
    uint8_t first;
    cursor_u8(&payload, &first);
    bool is_ip = first >> 4 == 4 || first >> 4 == 6;
    return (struct layer){is_ip ? layer_ip : NULL};
}

/* RFC 7348 section 5: the flag for a valid network identifier and nothing else. */
static struct layer enter_vxlan(struct cursor *payload)
{
    uint32_t flags, identifier;
    cursor_u32(payload, &flags);
    cursor_u32(payload, &identifier);
    bool valid = flags == 0x08000000 && (identifier & 0xff) == 0 && payload->status == CURSOR_OK;
    return (struct layer){valid ? layer_ethernet : NULL};
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

static const struct {
    uint16_t port;
    struct layer (*enter)(struct cursor *payload);
} udp_tunnels[] = {
    {2152, enter_gtp},
    {4789, enter_vxlan},
    {8472, enter_vxlan}, /* Linux before the port was assigned */
    {6081, enter_geneve},
};

struct layer layer_enter_udp_tunnel(uint16_t port, struct cursor *payload)
{
    for (size_t i = 0; i < sizeof udp_tunnels / sizeof udp_tunnels[0]; i++)
        if (udp_tunnels[i].port == port)
            return udp_tunnels[i].enter(payload);
    return (struct layer){NULL};
}
