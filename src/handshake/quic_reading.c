/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/quic_reading.h"

#include "base/memory.h"
#include "base/pieces.h"
#include "handshake/messages.h"
#include "handshake/transcript.h"
#include "quic/frames.h"
#include "tls/message_stream.h"
#include <stdlib.h>

enum {
    CRYPTO_LIMIT = 64 * 1024, /* bytes of TLS in Initial packets, each side */
    SMALLEST_FIRST = 1200,    /* RFC 9000 section 14.1 */
    SHORTEST_FIRST_ID = 8,    /* RFC 9000 section 7.2 */
    REASON_LIMIT = 256,
};

/* What one side sends in CRYPTO frames of Initial packets. */
struct crypto {
    struct pieces pieces;
    uint32_t read; /* bytes that the messages had */
    struct message_stream messages;
    int64_t largest; /* packet number opened; -1: none */
};

struct quic_reading {
    struct message_context at; /* half and now: of the bytes at hand */
    struct quic_opener *opener;
    struct quic_initial_keys keys;
    bool has_keys;
    struct quic_id first_id;            /* that the keys follow from ... */
    const struct quic_version *version; /* ... together with this */
    bool new_id_allowed;                /* a Retry or Version Negotiation came: the client begins again */
    bool certain;
    struct crypto crypto[2];
    bool initial_here;      /* the datagram at hand holds an Initial of the client */
    enum side last_speaker; /* of short headers */
};

/* ---- Is it QUIC? --------------------------------------------------------------------------------------- */

static void see_crypto(void *user, uint64_t offset, struct cursor bytes)
{
    (void)offset;
    (void)bytes;
    *(bool *)user = true;
}

static void see_close(void *user, const struct quic_close *close)
{
    (void)user;
    (void)close;
}

static bool opens_with_own_id(struct quic_opener *opener, const struct quic_packet *packet,
                              struct quic_initial_keys *keys, struct quic_opened *opened)
{
    return quic_initial_keys_derive(opener, packet->version, &packet->destination, keys) &&
           quic_packet_open(opener, &keys->client, packet, -1, opened);
}

bool quic_reading_begins(struct quic_opener *opener, struct cursor datagram)
{
    static const struct quic_frame_sink sink = {
        .crypto = see_crypto, .close = see_close, .acknowledgment = NULL};
    size_t length = datagram.left + datagram.uncaptured;
    struct quic_initial_keys keys;
    struct quic_packet packet;
    struct quic_opened opened;
    bool has_crypto = false;
    if (!quic_packet_read(&datagram, &packet) || packet.destination.length < SHORTEST_FIRST_ID)
        return false;
    if (packet.type == QUIC_OTHER)
        return length >= SMALLEST_FIRST && (packet.begin[0] & 0x40);
    return packet.type == QUIC_INITIAL && opens_with_own_id(opener, &packet, &keys, &opened) &&
           quic_frames_read(opened.frames, &sink, &has_crypto) && has_crypto;
}

/* "Q043", "T051": versions of Google's, whose long headers name them as all do; before that a public header
 * had them behind flags and an id of eight bytes. */
static bool is_of_google(struct cursor datagram)
{
    enum { LONG = 0x80, PUBLIC_FLAGS = 0x09, PUBLIC_ID = 8 };
    uint8_t first;
    cursor_u8(&datagram, &first);
    if (!(first & LONG) && ((first & PUBLIC_FLAGS) != PUBLIC_FLAGS || !cursor_skip(&datagram, PUBLIC_ID)))
        return false;
    const uint8_t *version = cursor_take(&datagram, 4);
    return version && (version[0] == 'Q' || version[0] == 'T') && version[1] == '0' && version[2] >= '2' &&
           version[2] <= '5' && version[3] >= '0' && version[3] <= '9';
}

bool quic_reading_is_stray(struct cursor datagram)
{
    struct quic_packet packet;
    return is_of_google(datagram) || (quic_packet_read(&datagram, &packet) && packet.version);
}

/* ---- The reading --------------------------------------------------------------------------------------- */

struct quic_reading *quic_reading_new(struct handshake *handshake, struct connection *connection,
                                      struct fingerprinter *hasher, struct quic_opener *opener)
{
    struct quic_reading *reading = memory_new(1, sizeof *reading);
    reading->at =
        (struct message_context){.handshake = handshake, .connection = connection, .hasher = hasher};
    reading->opener = opener;
    reading->crypto[0].largest = reading->crypto[1].largest = -1;
    reading->last_speaker = SIDE_NOBODY;
    handshake->carrier = CARRIER_QUIC;
    handshake->quic = arena_take(handshake->arena, 1, sizeof *handshake->quic);
    handshake->quic->close_by = SIDE_NOBODY;
    return reading;
}

void quic_reading_free(struct quic_reading *reading)
{
    if (!reading)
        return;
    for (int half = 0; half < 2; half++) {
        pieces_free(&reading->crypto[half].pieces);
        message_stream_free(&reading->crypto[half].messages);
    }
    free(reading);
}

bool quic_reading_is_certain(const struct quic_reading *reading)
{
    return reading->certain;
}

size_t quic_reading_size(const struct quic_reading *reading)
{
    size_t size = sizeof *reading;
    for (int half = 0; half < 2; half++)
        size += pieces_size(&reading->crypto[half].pieces) + reading->crypto[half].messages.partial.room;
    return size;
}

static struct quic_side *facts_now(struct quic_reading *reading)
{
    return &reading->at.handshake->quic->side[message_side(&reading->at)];
}

static void note_first(struct moment *first, struct moment now)
{
    if (!first->packet)
        *first = now;
}

/* ---- Frames -------------------------------------------------------------------------------------------- */

static void on_message(void *user, const struct handshake_message *message)
{
    struct quic_reading *reading = user;
    message_read(&reading->at, message);
}

static void on_crypto(void *user, uint64_t offset, struct cursor bytes)
{
    struct quic_reading *reading = user;
    struct crypto *crypto = &reading->crypto[reading->at.half];
    struct direction *direction = &reading->at.handshake->direction[message_side(&reading->at)];
    pieces_add(&crypto->pieces, CRYPTO_LIMIT, offset, bytes.at, bytes.left);
    uint32_t ready = pieces_ready(&crypto->pieces);
    direction->first = FIRST_TLS;
    direction->last_record = reading->at.now;
    note_first(&direction->first_tls, reading->at.now);
    if (ready > crypto->read)
        message_stream_bytes(&crypto->messages, crypto->pieces.bytes + crypto->read, ready - crypto->read,
                             false, on_message, reading);
    crypto->read = ready;
}

static void keep_close(struct quic_reading *reading, const struct quic_close *close)
{
    struct quic_facts *facts = reading->at.handshake->quic;
    size_t length = close->reason.left < REASON_LIMIT ? close->reason.left : REASON_LIMIT;
    facts->close = reading->at.now;
    facts->close_by = message_side(&reading->at);
    facts->close_code = close->code;
    facts->close_by_application = close->application;
    facts->close_reason.bytes =
        length > 0 ? arena_copy(reading->at.handshake->arena, close->reason.at, length) : NULL;
    facts->close_reason.length = facts->close_reason.bytes ? (uint32_t)length : 0;
}

/* RFC 9001 section 4.8: a TLS alert is the last byte of the code, and always fatal. */
static void on_close(void *user, const struct quic_close *close)
{
    enum { FATAL = 2, BODY = 2 };
    struct quic_reading *reading = user;
    struct handshake *handshake = reading->at.handshake;
    if (handshake->quic->close.packet)
        return;
    keep_close(reading, close);
    bool is_alert = !close->application && close->code >> 8 == QUIC_CRYPTO_ERROR >> 8;
    message_note(&reading->at, is_alert ? MESSAGE_ALERT : MESSAGE_QUIC_CLOSE,
                 is_alert ? BODY : (uint32_t)(close->reason.left + close->reason.uncaptured));
    if (!is_alert)
        return;
    struct alert alert = {.seen = reading->at.now,
                          .from = message_side(&reading->at),
                          .level = FATAL,
                          .code = (uint8_t)close->code};
    transcript_alert(handshake, &alert);
}

static void on_acknowledgment(void *user)
{
    struct quic_reading *reading = user;
    facts_now(reading)->heard_peer = true;
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

static const struct quic_keys *keys_now(const struct quic_reading *reading)
{
    return message_side(&reading->at) == SIDE_CLIENT ? &reading->keys.client : &reading->keys.server;
}

/* A server may answer in another version than the client began with (RFC 9368 section 2.3): the keys then
 * follow from the same id. */
static bool follow_version(struct quic_reading *reading, const struct quic_packet *packet)
{
    if (packet->version == reading->version)
        return true;
    reading->version = packet->version;
    return quic_initial_keys_derive(reading->opener, packet->version, &reading->first_id, &reading->keys);
}

static bool opens(struct quic_reading *reading, const struct quic_packet *packet, struct quic_opened *opened)
{
    return reading->has_keys && follow_version(reading, packet) &&
           quic_packet_open(reading->opener, keys_now(reading), packet,
                            reading->crypto[reading->at.half].largest, opened);
}

/* The keys follow from the id in the client's first Initial, and anew in its first after a Retry. */
static bool open_initial(struct quic_reading *reading, const struct quic_packet *packet,
                         struct quic_opened *opened)
{
    struct quic_initial_keys keys;
    bool may_begin =
        message_side(&reading->at) == SIDE_CLIENT && (!reading->has_keys || reading->new_id_allowed);
    if (opens(reading, packet, opened) && (opened->verified || !may_begin))
        return true;
    if (!may_begin || !opens_with_own_id(reading->opener, packet, &keys, opened))
        return false;
    reading->keys = keys;
    reading->version = packet->version;
    reading->has_keys = reading->certain = true;
    reading->first_id = packet->destination;
    reading->new_id_allowed = false;
    return true;
}

static void on_initial(struct quic_reading *reading, const struct quic_packet *packet)
{
    static const struct quic_frame_sink sink = {
        .crypto = on_crypto, .close = on_close, .acknowledgment = on_acknowledgment};
    struct crypto *crypto = &reading->crypto[reading->at.half];
    struct quic_opened opened;
    note_first(&facts_now(reading)->initial, reading->at.now);
    reading->initial_here = true;
    reading->at.handshake->quic->version = packet->number_of_version;
    if (!open_initial(reading, packet, &opened))
        return;
    if ((int64_t)opened.number > crypto->largest)
        crypto->largest = (int64_t)opened.number;
    quic_frames_read(opened.frames, &sink, reading);
}

/* The client says everything again. */
static void start_anew(struct quic_reading *reading)
{
    reading->new_id_allowed = true;
    for (int half = 0; half < 2; half++) {
        struct crypto *crypto = &reading->crypto[half];
        pieces_free(&crypto->pieces);
        message_stream_free(&crypto->messages);
        crypto->read = 0;
        crypto->largest = -1;
    }
}

/* Retry and Version Negotiation answer the client's first packets only: once it has opened a packet of the
 * server, it drops them (RFC 9000 section 17.2.5.2 and 6.2). */
static bool may_still_begin_anew(const struct quic_reading *reading)
{
    return message_side(&reading->at) == SIDE_SERVER && reading->crypto[reading->at.half].largest < 0;
}

static void on_retry(struct quic_reading *reading, const struct quic_packet *packet)
{
    struct quic_facts *facts = reading->at.handshake->quic;
    if (!may_still_begin_anew(reading) || facts->retry.packet)
        return;
    if (reading->has_keys && !quic_retry_is_believable(reading->opener, packet, &reading->first_id)) {
        note_first(&facts->bad_retry, reading->at.now);
        return;
    }
    facts->retry = reading->at.now;
    start_anew(reading);
    message_note(&reading->at, MESSAGE_QUIC_RETRY, 0);
}

/* One that offers what the client came with makes no sense, and is dropped. */
static bool offers(struct cursor versions, uint32_t sought)
{
    uint32_t version;
    while (cursor_u32(&versions, &version))
        if (version == sought)
            return true;
    return false;
}

static void on_version_negotiation(struct quic_reading *reading, const struct quic_packet *packet)
{
    struct handshake *handshake = reading->at.handshake;
    struct quic_facts *facts = handshake->quic;
    struct cursor versions = packet->token;
    uint32_t count = (uint32_t)(versions.left / 4);
    if (!may_still_begin_anew(reading) || facts->version_negotiation.packet ||
        offers(versions, facts->version))
        return;
    facts->version_negotiation = reading->at.now;
    reading->certain = true;
    start_anew(reading);
    facts->server_versions = arena_take(handshake->arena, count, sizeof *facts->server_versions);
    while (facts->server_versions && facts->server_version_count < count &&
           cursor_u32(&versions, &facts->server_versions[facts->server_version_count]))
        facts->server_version_count++;
    message_note(&reading->at, MESSAGE_QUIC_VERSION_NEGOTIATION,
                 (uint32_t)(packet->token.left + packet->token.uncaptured));
}

static void on_handshake_packet(struct quic_reading *reading, const struct quic_packet *packet)
{
    struct quic_side *side = facts_now(reading);
    note_first(&side->handshake, reading->at.now);
    if (side->handshakes++ == 0)
        message_note(&reading->at, MESSAGE_ENCRYPTED_HANDSHAKE,
                     (uint32_t)(packet->protected.left + packet->protected.uncaptured));
}

/* After the client's Finished a server that agrees says so and goes on; one that refuses says a few bytes,
 * and the client falls silent. */
static void note_turn(struct quic_reading *reading, uint32_t length)
{
    struct quic_facts *facts = reading->at.handshake->quic;
    enum side side = message_side(&reading->at);
    if (!facts->side[SIDE_CLIENT].handshake.packet)
        return;
    if (side == SIDE_SERVER) {
        note_first(&facts->answer, reading->at.now);
        facts->answer_bytes += length;
    }
    facts->turns += reading->last_speaker != SIDE_NOBODY && side != reading->last_speaker;
    reading->last_speaker = side;
}

static void on_one_rtt(struct quic_reading *reading, const struct quic_packet *packet)
{
    struct quic_side *side = facts_now(reading);
    struct direction *direction = &reading->at.handshake->direction[message_side(&reading->at)];
    uint32_t length = (uint32_t)(packet->protected.left + packet->protected.uncaptured);
    note_first(&side->one_rtt_seen, reading->at.now);
    note_first(&direction->first_data, reading->at.now);
    if (side->one_rtt++ == 0)
        message_note(&reading->at, MESSAGE_APPLICATION_DATA, length);
    side->one_rtt_bytes += length;
    note_turn(reading, length);
}

static void on_packet(struct quic_reading *reading, const struct quic_packet *packet)
{
    switch (packet->type) {
    case QUIC_INITIAL:
        on_initial(reading, packet);
        break;
    case QUIC_ZERO_RTT:
        facts_now(reading)->zero_rtt++;
        break;
    case QUIC_HANDSHAKE:
        on_handshake_packet(reading, packet);
        break;
    case QUIC_RETRY:
        on_retry(reading, packet);
        break;
    case QUIC_ONE_RTT:
        on_one_rtt(reading, packet);
        break;
    case QUIC_VERSION_NEGOTIATION:
        on_version_negotiation(reading, packet);
        break;
    case QUIC_OTHER:
        note_first(&facts_now(reading)->initial, reading->at.now);
        reading->initial_here = true;
        reading->at.handshake->quic->version = packet->number_of_version;
        break;
    }
}

/* ---- Datagrams ----------------------------------------------------------------------------------------- */

/* A first Initial with another id, although nothing asked the client to begin again: the ends met again. The
 * client's later Initials carry the id that the server chose, and open with the old keys. */
static bool begins_anew(struct quic_reading *reading, struct cursor datagram)
{
    struct cursor at = datagram;
    struct quic_packet packet;
    struct quic_opened opened;
    if (!reading->has_keys || reading->new_id_allowed || !quic_packet_read(&at, &packet) ||
        packet.type != QUIC_INITIAL || quic_id_equals(&packet.destination, &reading->first_id) ||
        opens(reading, &packet, &opened))
        return false;
    return quic_reading_begins(reading->opener, datagram);
}

enum datagram_use quic_reading_datagram(struct quic_reading *reading, int half, struct cursor datagram,
                                        struct moment now)
{
    struct quic_packet packet;
    reading->at.half = half;
    reading->at.now = now;
    reading->initial_here = false;
    if (begins_anew(reading, datagram))
        return DATAGRAM_BEGINS_ANEW;
    while (datagram.left > 0 && quic_packet_read(&datagram, &packet)) {
        reading->at.handshake->quic->server_packets += message_side(&reading->at) == SIDE_SERVER;
        on_packet(reading, &packet);
    }
    facts_now(reading)->initials += reading->initial_here;
    return DATAGRAM_TAKEN;
}

void quic_reading_end(struct quic_reading *reading)
{
    reading->at.now = reading->at.connection->last;
    for (int half = 0; half < 2; half++) {
        reading->at.half = half;
        message_stream_flush(&reading->crypto[half].messages, on_message, reading);
    }
}
