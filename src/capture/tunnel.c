/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tunnels: whole packets or frames inside IP. */

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
    layer_note(walk, LAYER_ERSPAN);
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
    layer_note(walk, LAYER_ERSPAN);
    return (struct layer){layer_ethernet};
}

/* Packets redirected to a web cache: from version 2 of WCCP on with four bytes before them. */
static struct layer open_wccp(struct walk *walk)
{
    if (layer_guess(walk->rest).open != layer_ip && !cursor_skip(&walk->rest, 4))
        return layer_broken(walk);
    return (struct layer){layer_ip};
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
    enum { ERSPAN = 0x88be, ERSPAN_3 = 0x22eb, WCCP = 0x883e };
    uint16_t flags, protocol;
    cursor_u16(&walk->rest, &flags);
    cursor_u16(&walk->rest, &protocol);
    if (flags & GRE_ROUTING)
        return layer_end(walk, DECODE_OTHER);
    if (!cursor_skip(&walk->rest, gre_optional_bytes(flags)))
        return layer_broken(walk);
    layer_note(walk, LAYER_GRE);
    if (protocol == ERSPAN)
        return open_erspan(walk, flags & GRE_SEQUENCE);
    if (protocol == ERSPAN_3)
        return open_erspan_3(walk);
    return protocol == WCCP ? open_wccp(walk) : layer_of_ether_type(protocol);
}

/* RFC 3378: two bytes, of which the first four bits are the version 3. */
struct layer layer_etherip(struct walk *walk)
{
    if (!cursor_skip(&walk->rest, 2))
        return layer_broken(walk);
    layer_note(walk, LAYER_ETHERIP);
    return (struct layer){layer_ethernet};
}
