/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/datagram_reading.h"

#include "base/memory.h"
#include "handshake/dtls_reading.h"
#include "handshake/quic_reading.h"
#include "handshake/transcript.h"
#include "tls/dtls_message.h"
#include "tls/dtls_record.h"
#include <stdlib.h>

struct datagram_reading {
    struct connection *connection;
    struct handshake *handshake;
    struct dtls_reading *dtls; /* one of the two */
    struct quic_reading *quic;
};

static struct cursor payload_of(const struct segment *segment)
{
    return cursor_over_cut(segment->payload, segment->captured, segment->length);
}

/* RFC 9443 section 3: the first byte tells them apart. */
bool datagram_reading_begins(struct quic_opener *opener, const struct segment *segment)
{
    enum { QUIC_LONG = 0xC0 };
    if (segment->captured == 0)
        return false;
    if (dtls_is_first_byte(segment->payload[0]))
        return dtls_begins(payload_of(segment));
    return segment->payload[0] >= QUIC_LONG && quic_reading_begins(opener, payload_of(segment));
}

bool datagram_is_stray_quic(const struct segment *segment)
{
    enum { SHORTEST = 20 };
    return segment->captured >= SHORTEST && !dtls_is_first_byte(segment->payload[0]) &&
           quic_reading_is_stray(payload_of(segment));
}

static bool is_client_hello(struct cursor datagram)
{
    struct dtls_record record;
    struct dtls_fragment fragment;
    return dtls_record_read(&datagram, 0, &record) && dtls_fragment_read(&record.body, &fragment) &&
           fragment.type == TLS_HANDSHAKE_CLIENT_HELLO;
}

struct datagram_reading *datagram_reading_new(struct connection *connection, const struct segment *first,
                                              struct fingerprinter *hasher, struct quic_opener *opener)
{
    struct datagram_reading *reading = memory_new(1, sizeof *reading);
    bool dtls = dtls_is_first_byte(first->payload[0]);
    bool from_server = dtls && !is_client_hello(payload_of(first));
    connection_set_client(connection, from_server ? 1 : 0);
    connection->midstream = from_server;
    reading->connection = connection;
    reading->handshake = handshake_new(connection);
    if (dtls)
        reading->dtls = dtls_reading_new(reading->handshake, connection, hasher);
    else
        reading->quic = quic_reading_new(reading->handshake, connection, hasher, opener);
    return reading;
}

enum datagram_use datagram_reading_take(struct datagram_reading *reading, int half,
                                        const struct segment *segment)
{
    struct moment now = {.packet = segment->packet, .time = segment->time};
    if (reading->dtls)
        return dtls_reading_datagram(reading->dtls, half, payload_of(segment), now);
    return quic_reading_datagram(reading->quic, half, payload_of(segment), now);
}

size_t datagram_reading_size(const struct datagram_reading *reading)
{
    return sizeof *reading + arena_size(reading->handshake->arena) +
           (reading->dtls ? dtls_reading_size(reading->dtls) : quic_reading_size(reading->quic));
}

struct handshake *datagram_reading_finish(struct datagram_reading *reading)
{
    struct handshake *handshake = NULL;
    if (reading->dtls)
        dtls_reading_end(reading->dtls);
    else
        quic_reading_end(reading->quic);
    if (reading->dtls || quic_reading_is_certain(reading->quic)) {
        handshake = reading->handshake;
        handshake->tls_seen = true;
        reading->handshake = NULL;
    }
    datagram_reading_free(reading);
    return handshake;
}

void datagram_reading_free(struct datagram_reading *reading)
{
    if (!reading)
        return;
    dtls_reading_free(reading->dtls);
    quic_reading_free(reading->quic);
    handshake_free(reading->handshake);
    free(reading);
}
