/* SPDX-License-Identifier: GPL-3.0-or-later */

/* L2TP: version 2 carries PPP over UDP (RFC 2661), version 3 anything over IP or UDP (RFC 3931). */

#include "capture/layer.h"

/* What version 3 carries, and how long the cookie before it is, was agreed upon in messages that a capture
 * rarely has: cookies of 0, 4 or 8 bytes and a sublayer of 0 or 4 (sections 3.2.2 and 4.6), then a frame, IP
 * or PPP. */
static struct layer open_session(struct cursor *payload)
{
    static const size_t before[] = {0, 4, 8, 12};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        struct cursor ahead = *payload, protocol;
        uint16_t number;
        cursor_skip(&ahead, before[i]);
        struct layer guess = layer_guess(ahead);
        protocol = ahead;
        cursor_u16(&protocol, &number);
        if (number == 0xff03)
            cursor_u16(&protocol, &number);
        if (!guess.open && (number == 0x0021 || number == 0x0057) && layer_guess(protocol).open == layer_ip) {
            guess.open = layer_of_ppp_protocol(number).open;
            ahead = protocol;
        }
        if (guess.open) {
            *payload = ahead;
            return guess;
        }
    }
    return (struct layer){NULL};
}

/* Section 4.1.1: a session of zero is a control message. */
struct layer layer_l2tp(struct walk *walk)
{
    uint32_t session;
    if (!cursor_u32(&walk->rest, &session))
        return layer_broken(walk);
    struct layer inside = session != 0 ? open_session(&walk->rest) : (struct layer){NULL};
    if (inside.open)
        layer_note(walk, LAYER_L2TP);
    return inside;
}

/* RFC 2661 section 3.1. */
static struct layer enter_version_2(struct cursor *payload, uint16_t flags)
{
    enum { LENGTH = 0x4000, SEQUENCE = 0x0800, OFFSET = 0x0200 };
    uint16_t offset = 0;
    cursor_skip(payload, (flags & LENGTH ? 2U : 0U) + 4 + (flags & SEQUENCE ? 4U : 0U));
    if (flags & OFFSET)
        cursor_u16(payload, &offset);
    bool fits = cursor_skip(payload, offset);
    return fits ? layer_of_link_type(9) : (struct layer){NULL};
}

struct layer layer_enter_l2tp(struct cursor *payload)
{
    enum { CONTROL = 0x8000, RESERVED = 0x35f0, VERSION = 0x000f };
    uint16_t flags;
    if (!cursor_u16(payload, &flags) || flags & (CONTROL | RESERVED))
        return (struct layer){NULL};
    if ((flags & VERSION) == 2)
        return enter_version_2(payload, flags);
    uint32_t session;
    cursor_skip(payload, 2); /* RFC 3931 section 4.1.2.1 */
    cursor_u32(payload, &session);
    return (flags & VERSION) == 3 && session != 0 ? open_session(payload) : (struct layer){NULL};
}
