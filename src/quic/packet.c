/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quic/packet.h"

#include <string.h>

enum { LONG = 0x80, RETRY_TAG = 16 };

bool quic_id_equals(const struct quic_id *a, const struct quic_id *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static bool read_id(struct cursor *c, struct quic_id *id)
{
    cursor_u8(c, &id->length);
    if (id->length > QUIC_ID_LIMIT)
        return false;
    const uint8_t *bytes = cursor_take(c, id->length);
    if (bytes)
        memcpy(id->bytes, bytes, id->length);
    return bytes != NULL;
}

static void take_rest(struct cursor *c, struct cursor *rest)
{
    cursor_child(c, c->left + c->uncaptured, rest);
}

/* RFC 9000 section 17.2, RFC 9369 section 3.2 */
static enum quic_packet_type type_of(uint8_t first, const struct quic_version *version)
{
    static const enum quic_packet_type types[2][4] = {
        {QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE, QUIC_RETRY},
        {QUIC_RETRY, QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE},
    };
    return types[version->second][first >> 4 & 3];
}

static void end_header(struct quic_packet *packet, const struct cursor *at)
{
    packet->header_length = (size_t)(at->at - packet->begin);
}

static bool read_with_length(struct cursor *datagram, struct quic_packet *packet)
{
    uint64_t length;
    if (packet->type == QUIC_INITIAL) {
        quic_read_integer(datagram, &length);
        if (!cursor_child(datagram, length, &packet->token) || packet->token.uncaptured > 0)
            return false;
    }
    if (!quic_read_integer(datagram, &length))
        return false;
    end_header(packet, datagram);
    return cursor_child(datagram, length, &packet->protected);
}

/* The token is between the header and the integrity tag. */
static bool read_retry(struct cursor *datagram, struct quic_packet *packet)
{
    size_t left = datagram->left + datagram->uncaptured;
    end_header(packet, datagram);
    return left > RETRY_TAG && cursor_child(datagram, left - RETRY_TAG, &packet->token) &&
           cursor_child(datagram, RETRY_TAG, &packet->protected);
}

static bool read_long(struct cursor *datagram, struct quic_packet *packet, uint8_t first)
{
    cursor_u32(datagram, &packet->number_of_version);
    if (!read_id(datagram, &packet->destination) || !read_id(datagram, &packet->source))
        return false;
    if (packet->number_of_version == 0) {
        packet->type = QUIC_VERSION_NEGOTIATION;
        take_rest(datagram, &packet->token);
        return packet->token.left >= 4 && (packet->token.left + packet->token.uncaptured) % 4 == 0;
    }
    packet->version = quic_version_find(packet->number_of_version);
    if (!packet->version) {
        packet->type = QUIC_OTHER;
        take_rest(datagram, &packet->protected);
        return true;
    }
    packet->type = type_of(first, packet->version);
    return packet->type == QUIC_RETRY ? read_retry(datagram, packet) : read_with_length(datagram, packet);
}

bool quic_packet_read(struct cursor *datagram, struct quic_packet *packet)
{
    uint8_t first;
    *packet = (struct quic_packet){.begin = datagram->at};
    if (!cursor_u8(datagram, &first))
        return false;
    if (first & LONG)
        return read_long(datagram, packet, first);
    packet->type = QUIC_ONE_RTT;
    take_rest(datagram, &packet->protected);
    return true;
}
