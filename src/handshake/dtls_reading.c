/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/dtls_reading.h"

#include "base/memory.h"
#include "handshake/messages.h"
#include "handshake/transcript.h"
#include "tls/dtls_message.h"
#include "tls/dtls_record.h"
#include <stdlib.h>
#include <string.h>

struct dtls_reading {
    struct message_context at; /* half and now: of the bytes at hand */
    struct dtls_messages messages[2];
    bool new_hello; /* a ClientHello came that no HelloVerifyRequest has answered yet */
};

struct dtls_reading *dtls_reading_new(struct handshake *handshake, struct connection *connection,
                                      struct fingerprinter *hasher)
{
    struct dtls_reading *reading = memory_new(1, sizeof *reading);
    reading->at =
        (struct message_context){.handshake = handshake, .connection = connection, .hasher = hasher};
    handshake->carrier = CARRIER_DTLS;
    handshake->dtls = arena_take(handshake->arena, 1, sizeof *handshake->dtls);
    return reading;
}

void dtls_reading_free(struct dtls_reading *reading)
{
    if (!reading)
        return;
    dtls_messages_free(&reading->messages[0]);
    dtls_messages_free(&reading->messages[1]);
    free(reading);
}

size_t dtls_reading_size(const struct dtls_reading *reading)
{
    return sizeof *reading + dtls_messages_size(&reading->messages[0]) +
           dtls_messages_size(&reading->messages[1]);
}

static void note_progress(struct dtls_reading *reading)
{
    struct dtls_facts *facts = reading->at.handshake->dtls;
    facts->progress = reading->at.now;
    facts->vain_repeats = 0;
}

/* ---- Messages ------------------------------------------------------------------------------------------ */

static void on_message(void *user, const struct handshake_message *message)
{
    struct dtls_reading *reading = user;
    if (message->type == TLS_HANDSHAKE_CLIENT_HELLO)
        reading->new_hello = true;
    message_read(&reading->at, message);
}

/* Flights answer one another: who sends the next has got all of the one before, captured or not. */
static void flush_peer(struct dtls_reading *reading)
{
    reading->at.half = 1 - reading->at.half;
    dtls_messages_flush(&reading->messages[reading->at.half], on_message, reading);
    reading->at.half = 1 - reading->at.half;
}

/* A server without memory for the unproved sends it with the number of the ClientHello, or always 0. */
static void on_hello_verify_request(struct dtls_reading *reading, const struct dtls_fragment *fragment)
{
    struct handshake *handshake = reading->at.handshake;
    struct handshake_message message = {
        .type = fragment->type, .length = fragment->message_length, .body = fragment->bytes};
    if (fragment->length != fragment->message_length)
        return;
    if (handshake->dtls->cookie_requests++ == 0)
        handshake->dtls->cookie_request = reading->at.now;
    if (reading->new_hello)
        note_progress(reading);
    reading->new_hello = false;
    on_message(reading, &message);
}

static void note_repeats(struct dtls_reading *reading)
{
    struct dtls_facts *facts = reading->at.handshake->dtls;
    enum side side = message_side(&reading->at);
    uint32_t repeats = reading->messages[reading->at.half].repeats;
    if (repeats == facts->flight_repeats[side])
        return;
    facts->vain_repeats += repeats - facts->flight_repeats[side];
    facts->vain_by = side;
    facts->vain = reading->at.now;
    facts->flight_repeats[side] = repeats;
}

static void on_fragment(struct dtls_reading *reading, const struct dtls_fragment *fragment)
{
    struct dtls_messages *messages = &reading->messages[reading->at.half];
    if (fragment->type == TLS_HANDSHAKE_HELLO_VERIFY_REQUEST) {
        on_hello_verify_request(reading, fragment);
        return;
    }
    if (!dtls_messages_fragment(messages, fragment, on_message, reading)) {
        note_repeats(reading);
        return;
    }
    note_progress(reading);
    if (fragment->type != TLS_HANDSHAKE_CLIENT_HELLO)
        flush_peer(reading);
}

/* ---- Records ------------------------------------------------------------------------------------------- */

static void on_change_cipher_spec(struct dtls_reading *reading, const struct dtls_record *record)
{
    struct direction *direction = message_direction(&reading->at);
    if (direction->change_cipher_spec.packet)
        return;
    direction->change_cipher_spec = reading->at.now;
    message_note(&reading->at, MESSAGE_CHANGE_CIPHER_SPEC, record->length);
    flush_peer(reading);
    note_progress(reading);
}

static void on_alert(struct dtls_reading *reading, const struct dtls_record *record)
{
    struct alert alert = {.seen = reading->at.now, .from = message_side(&reading->at)};
    struct cursor body = record->body;
    message_note(&reading->at, MESSAGE_ALERT, record->length);
    note_progress(reading);
    alert.encrypted = record->epoch > 0;
    if (alert.encrypted)
        transcript_alert(reading->at.handshake, &alert);
    else if (cursor_u8(&body, &alert.level) && cursor_u8(&body, &alert.code))
        transcript_alert(reading->at.handshake, &alert);
}

static void on_handshake(struct dtls_reading *reading, const struct dtls_record *record)
{
    struct cursor body = record->body;
    struct dtls_fragment fragment;
    while (dtls_fragment_read(&body, &fragment))
        on_fragment(reading, &fragment);
}

static void note_encryption(struct dtls_reading *reading)
{
    struct direction *direction = message_direction(&reading->at);
    if (!direction->encrypted_since.packet)
        direction->encrypted_since = reading->at.now;
}

/* The first is the Finished. One that comes again may be the same in a new record: that is no renegotiation.
 */
static void on_hidden_handshake(struct dtls_reading *reading, const struct dtls_record *record)
{
    struct direction *direction = message_direction(&reading->at);
    direction->hidden_handshake_records++;
    if (direction->finished_seen)
        return;
    direction->finished_seen = true;
    direction->finished = reading->at.now;
    note_progress(reading);
    message_note(&reading->at, MESSAGE_ENCRYPTED_HANDSHAKE, record->length);
}

static void on_application_data(struct dtls_reading *reading, const struct dtls_record *record)
{
    message_note_data(&reading->at, record->length);
    note_progress(reading);
}

/* A connection id hides the type: the first such record is the Finished. */
static void on_connection_id(struct dtls_reading *reading, const struct dtls_record *record)
{
    if (message_direction(&reading->at)->finished_seen)
        on_application_data(reading, record);
    else
        on_hidden_handshake(reading, record);
}

/* Up to 1.2: a record of an epoch above 0 is encrypted. */
static void on_plain_header(struct dtls_reading *reading, const struct dtls_record *record)
{
    if (record->epoch > 0)
        note_encryption(reading);
    switch (record->type) {
    case TLS_CONTENT_CHANGE_CIPHER_SPEC:
        on_change_cipher_spec(reading, record);
        break;
    case TLS_CONTENT_ALERT:
        on_alert(reading, record);
        break;
    case TLS_CONTENT_HANDSHAKE:
        if (record->epoch > 0)
            on_hidden_handshake(reading, record);
        else
            on_handshake(reading, record);
        break;
    case TLS_CONTENT_APPLICATION_DATA:
        on_application_data(reading, record);
        break;
    case DTLS_CONTENT_CONNECTION_ID:
        on_connection_id(reading, record);
        break;
    default:
        break;
    }
}

/* RFC 9147 section 6.1: epoch 1 is early data, 2 the handshake, 3 and up the application's. An alert is all
 * that a server that refuses sends after the client's Finished: two bytes, the type, and the tag. */
static void on_unified_header(struct dtls_reading *reading, const struct dtls_record *record)
{
    enum { HANDSHAKE = 2, ALERT = 2 + 1 + 16 };
    struct dtls_facts *facts = reading->at.handshake->dtls;
    enum side side = message_side(&reading->at);
    note_encryption(reading);
    if (record->epoch == HANDSHAKE) {
        if (message_direction(&reading->at)->hidden_handshake_records++ == 0)
            message_note(&reading->at, MESSAGE_ENCRYPTED_HANDSHAKE, record->length);
        if (side == SIDE_CLIENT && !facts->client_flight.packet)
            facts->client_flight = reading->at.now;
        return;
    }
    if (record->epoch == 1)
        return;
    if (side == SIDE_CLIENT && !facts->client_data.packet)
        facts->client_data = reading->at.now;
    if (side == SIDE_SERVER && facts->client_flight.packet && !facts->server_answer.packet &&
        record->length != ALERT)
        facts->server_answer = reading->at.now;
    on_application_data(reading, record);
}

static void on_record(struct dtls_reading *reading, const struct dtls_record *record)
{
    struct direction *direction = message_direction(&reading->at);
    direction->last_record = reading->at.now;
    direction->first = FIRST_TLS;
    if (!direction->first_tls.packet)
        direction->first_tls = reading->at.now;
    if (record->unified)
        on_unified_header(reading, record);
    else
        on_plain_header(reading, record);
}

/* ---- Datagrams ----------------------------------------------------------------------------------------- */

/* What this half puts in front of its records is what the other one asked for (RFC 9146 section 3). */
static int connection_id_length(const struct dtls_reading *reading)
{
    const struct client_hello *client = reading->at.handshake->client_hello;
    const struct server_hello *server = reading->at.handshake->server_hello;
    if (!client || !server)
        return -1;
    if (!client->has_connection_id || !server->has_connection_id)
        return 0;
    return message_side(&reading->at) == SIDE_CLIENT ? server->connection_id_length
                                                     : client->connection_id_length;
}

/* A ClientHello of number 0 with another random than the one read before: the ends met again. */
static bool begins_anew(const struct dtls_reading *reading, struct cursor datagram)
{
    const struct client_hello *hello = reading->at.handshake->client_hello;
    struct dtls_record record;
    struct dtls_fragment fragment;
    if (!hello || !dtls_begins(datagram) || !dtls_record_read(&datagram, 0, &record) ||
        !dtls_fragment_read(&record.body, &fragment))
        return false;
    cursor_skip(&fragment.bytes, sizeof hello->version);
    const uint8_t *random = cursor_take(&fragment.bytes, sizeof hello->random);
    return fragment.type == TLS_HANDSHAKE_CLIENT_HELLO && fragment.message == 0 && fragment.offset == 0 &&
           random && memcmp(random, hello->random, sizeof hello->random) != 0;
}

enum datagram_use dtls_reading_datagram(struct dtls_reading *reading, int half, struct cursor datagram,
                                        struct moment now)
{
    struct dtls_record record;
    reading->at.half = half;
    reading->at.now = now;
    if (datagram.left == 0 || !dtls_is_first_byte(datagram.at[0]))
        return DATAGRAM_TAKEN;
    if (begins_anew(reading, datagram))
        return DATAGRAM_BEGINS_ANEW;
    while (dtls_record_read(&datagram, connection_id_length(reading), &record))
        on_record(reading, &record);
    return DATAGRAM_TAKEN;
}

void dtls_reading_end(struct dtls_reading *reading)
{
    struct dtls_facts *facts = reading->at.handshake->dtls;
    reading->at.now = reading->at.connection->last;
    for (int half = 0; half < 2; half++) {
        reading->at.half = half;
        dtls_messages_flush(&reading->messages[half], on_message, reading);
        facts->fragments_missing[message_side(&reading->at)] = reading->messages[half].lost;
    }
}
