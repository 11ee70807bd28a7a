/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ICMP (RFC 792) and ICMPv6 (RFC 4443): the errors, which quote the packet that they are about. */

#include "capture/layer.h"

/* The types that tell of a packet's loss or delay. `mtu_code` is the code with which the last two bytes
 * before the quote (RFC 1191 section 4) or the last four (RFC 4443 section 3.2) are the next hop's MTU. */
struct error_type {
    uint8_t type;
    int mtu_code; /* -1: none has one */
};

static const struct error_type icmp_errors[] = {{3, 4}, {4, -1}, {11, -1}, {12, -1}};
static const struct error_type icmpv6_errors[] = {{1, -1}, {2, 0}, {3, -1}, {4, -1}};

static const struct error_type *find_error(const struct error_type *rows, size_t count, uint8_t type)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].type == type)
            return &rows[i];
    return NULL;
}

/* From here on addresses and ports are those of the quoted packet. */
static void begin_quote(struct walk *walk, uint8_t type, uint8_t code)
{
    struct icmp_error *icmp = &walk->out->icmp;
    *icmp = (struct icmp_error){.packet = walk->packet->number,
                                .time = walk->packet->time,
                                .from = walk->source->address,
                                .type = type,
                                .code = code};
    walk->source = &icmp->source;
    walk->destination = &icmp->destination;
    walk->quoted = true;
}

static struct layer open_error(struct walk *walk, const struct error_type *rows, size_t count,
                               uint32_t mtu_mask, struct layer quoted)
{
    uint8_t type, code;
    uint32_t last;
    cursor_u8(&walk->rest, &type);
    cursor_u8(&walk->rest, &code);
    cursor_skip(&walk->rest, 2);
    if (!cursor_u32(&walk->rest, &last))
        return layer_broken(walk);
    const struct error_type *row = find_error(rows, count, type);
    if (!row || walk->quoted)
        return layer_end(walk, DECODE_OTHER);
    begin_quote(walk, type, code);
    walk->out->icmp.mtu = row->mtu_code == code ? last & mtu_mask : 0;
    return quoted;
}

struct layer layer_icmp(struct walk *walk)
{
    return open_error(walk, icmp_errors, sizeof icmp_errors / sizeof icmp_errors[0], 0xffff,
                      (struct layer){layer_ipv4});
}

struct layer layer_icmpv6(struct walk *walk)
{
    return open_error(walk, icmpv6_errors, sizeof icmpv6_errors / sizeof icmpv6_errors[0], 0xffffffff,
                      (struct layer){layer_ipv6});
}
