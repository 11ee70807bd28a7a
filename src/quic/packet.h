/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_QUIC_PACKET_H
#define TLSWHY_QUIC_PACKET_H

/*
 * The headers of QUIC's packets as far as they stand in the clear (RFC 9000 section 17, RFC 8999). A datagram
 * holds one packet or several, of which only the last can have a short header.
 */

#include "base/cursor.h"
#include "quic/version.h"

enum { QUIC_ID_LIMIT = 20 }; /* bytes of a connection id in all versions known */

struct quic_id {
    uint8_t length;
    uint8_t bytes[QUIC_ID_LIMIT];
};

enum quic_packet_type {
    QUIC_INITIAL,
    QUIC_ZERO_RTT,
    QUIC_HANDSHAKE,
    QUIC_RETRY,
    QUIC_ONE_RTT, /* a short header */
    QUIC_VERSION_NEGOTIATION,
    QUIC_OTHER, /* a long header of a version that is not known */
};

struct quic_packet {
    enum quic_packet_type type;
    uint32_t number_of_version;
    const struct quic_version *version; /* NULL: not known */
    struct quic_id destination, source; /* empty with a short header */
    struct cursor token;                /* Initial; the versions offered in a Version Negotiation */
    const uint8_t *begin;               /* of the packet */
    size_t header_length;               /* up to the packet number */
    struct cursor protected;            /* from the packet number on; the integrity tag of a Retry */
};

/* The next packet of a datagram; a packet whose length is not known has all that is left. False where there
 * is none, or none that makes sense. The fixed bit is not looked at: ends that agreed on it clear it at
 * random (RFC 9287). */
bool quic_packet_read(struct cursor *datagram, struct quic_packet *packet);

bool quic_id_equals(const struct quic_id *a, const struct quic_id *b);

/* RFC 9000 section 16 */
static inline bool quic_read_integer(struct cursor *c, uint64_t *value)
{
    uint8_t first;
    uint64_t rest = 0;
    *value = 0;
    if (!cursor_u8(c, &first))
        return false;
    size_t more = ((size_t)1 << (first >> 6)) - 1;
    if (more > 0 && !cursor_unsigned(c, more, &rest))
        return false;
    *value = (uint64_t)(first & 0x3F) << (8 * more) | rest;
    return true;
}

#endif
