/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/reading.h"

#include "base/memory.h"
#include "handshake/messages.h"
#include "handshake/transcript.h"
#include "tls/message_stream.h"
#include "tls/names.h"
#include <stdlib.h>

struct reading {
    struct message_context at; /* half and now: of the bytes at hand */
    struct record_stream records[2];
    struct message_stream messages[2];
    bool encrypted[2];      /* what that half sends now */
    uint8_t alert_level[2]; /* of an alert whose second byte is still to come; 0: none */
    struct moment heard[2]; /* the last bytes of that half */
};

struct reading *reading_new(struct handshake *handshake, struct connection *connection,
                            struct fingerprinter *hasher)
{
    struct reading *reading = memory_new(1, sizeof *reading);
    reading->at =
        (struct message_context){.handshake = handshake, .connection = connection, .hasher = hasher};
    reading->records[0].skip_data = reading->records[1].skip_data = true;
    return reading;
}

void reading_free(struct reading *reading)
{
    if (!reading)
        return;
    for (int half = 0; half < 2; half++) {
        record_stream_free(&reading->records[half]);
        message_stream_free(&reading->messages[half]);
    }
    free(reading);
}

size_t reading_size(const struct reading *reading)
{
    return sizeof *reading + arena_size(reading->at.handshake->arena) + reading->records[0].room +
           reading->records[1].room + reading->messages[0].partial.room + reading->messages[1].partial.room;
}

static bool is_tls13(const struct handshake *handshake)
{
    return handshake->server_hello &&
           tls_version_final(handshake->server_hello->selected_version) == TLS_VERSION_1_3;
}

/*
 * A ChangeCipherSpec means something up to TLS 1.2 only. A client that offers 1.3 sends one for the sake of
 * middleboxes before it knows the answer (RFC 8446 appendix D.4).
 */
static bool change_cipher_spec_counts(const struct reading *reading)
{
    const struct handshake *handshake = reading->at.handshake;
    if (is_tls13(handshake))
        return false;
    if (handshake->server_hello || message_side(&reading->at) == SIDE_SERVER || !handshake->client_hello)
        return !handshake->hello_retry_request;
    return handshake->client_key_exchange_seen.packet ||
           tls_version_final(client_hello_highest_version(handshake->client_hello)) != TLS_VERSION_1_3;
}

static void note_encryption(struct reading *reading, int half)
{
    struct direction *direction =
        &reading->at.handshake->direction[handshake_side(reading->at.handshake, half)];
    reading->encrypted[half] = true;
    if (!direction->encrypted_since.packet)
        direction->encrypted_since = reading->at.now;
}

static void on_message(void *user, const struct handshake_message *message)
{
    struct reading *reading = user;
    struct handshake *handshake = reading->at.handshake;
    bool had_server_hello = handshake->server_hello != NULL;
    message_read(&reading->at, message);
    if (!had_server_hello && is_tls13(handshake)) {
        note_encryption(reading, handshake->client_half);
        note_encryption(reading, 1 - handshake->client_half);
    }
}

static void on_change_cipher_spec(struct reading *reading, const struct record *record)
{
    struct direction *direction = message_direction(&reading->at);
    message_note(&reading->at, MESSAGE_CHANGE_CIPHER_SPEC, record->length);
    if (!direction->change_cipher_spec.packet)
        direction->change_cipher_spec = reading->at.now;
    if (!change_cipher_spec_counts(reading))
        return;
    message_stream_flush(&reading->messages[reading->at.half], on_message, reading);
    note_encryption(reading, reading->at.half);
}

/* The body is nothing but alerts that exist. */
static bool makes_sense(struct cursor body)
{
    uint8_t level, code;
    while (cursor_more(&body))
        if (!cursor_u8(&body, &level) || !cursor_u8(&body, &code) || level < 1 || level > 2 ||
            !names_find(NAMES_ALERT, code))
            return false;
    return true;
}

/* Two bytes cannot be encrypted: every cipher adds a MAC or a tag. More than that are encrypted, also where
 * the beginning of the encryption was not captured, unless they are several alerts. */
static bool alert_is_readable(const struct reading *reading, const struct record *record)
{
    bool alone = record->length == 2 && record->body.left == 2;
    return (alone && !reading->encrypted[reading->at.half]) || makes_sense(record->body);
}

/* An alert in two records of a byte each. True until the second is there. */
static bool awaits_second_byte(struct reading *reading, const struct record *record, struct alert *alert)
{
    uint8_t *level = &reading->alert_level[reading->at.half];
    if (*level == 0) {
        *level = record->body.at[0];
        return true;
    }
    alert->level = *level;
    alert->code = record->body.at[0];
    *level = 0;
    return false;
}

static void on_alert(struct reading *reading, const struct record *record)
{
    const struct connection *connection = reading->at.connection;
    struct alert alert = {.seen = reading->at.now, .from = message_side(&reading->at)};
    alert.after_peer_close = connection->closed.packet && connection->closed_by == 1 - reading->at.half &&
                             connection->closed.packet < reading->at.now.packet;
    bool half_an_alert =
        record->length == 1 && record->body.left == 1 && !reading->encrypted[reading->at.half];
    if (half_an_alert && awaits_second_byte(reading, record, &alert))
        return;
    message_note(&reading->at, MESSAGE_ALERT, record->length);
    if (half_an_alert) {
        transcript_alert(reading->at.handshake, &alert);
        return;
    }
    struct cursor body = record->body;
    if (!alert_is_readable(reading, record)) {
        alert.encrypted = true;
        transcript_alert(reading->at.handshake, &alert);
        return;
    }
    while (cursor_u8(&body, &alert.level) && cursor_u8(&body, &alert.code))
        transcript_alert(reading->at.handshake, &alert);
}

/* In the clear although encryption seems to have begun: a second ClientHello after a HelloRetryRequest. */
static bool looks_like_client_hello(const struct record *record)
{
    return record->body.left >= 4 && record->body.at[0] == TLS_HANDSHAKE_CLIENT_HELLO &&
           record->body.at[1] == 0 &&
           (uint32_t)(record->body.at[2] << 8 | record->body.at[3]) + 4 == record->length;
}

static void on_hidden_handshake(struct reading *reading, const struct record *record)
{
    struct handshake *handshake = reading->at.handshake;
    struct direction *direction = message_direction(&reading->at);
    if (direction->finished_seen) {
        if (!handshake->renegotiation_seen.packet)
            handshake->renegotiation_seen = reading->at.now;
        handshake->renegotiations++;
    } else {
        direction->finished_seen = true;
        direction->finished = reading->at.now;
    }
    direction->hidden_handshake_records++;
    message_note(&reading->at, MESSAGE_ENCRYPTED_HANDSHAKE, record->length);
    message_note_hidden(&reading->at, record->type, record->length);
}

/* The body is nothing but messages that exist, the last of which may go on in the next record. */
static bool is_in_the_clear(struct cursor body)
{
    enum { LONGEST = 0x1FFFF, SHORTEST_FRAGMENT = 512 };
    bool full = body.left >= SHORTEST_FRAGMENT;
    while (cursor_more(&body)) {
        uint8_t type;
        uint32_t length;
        if (cursor_u8(&body, &type) && !names_find(NAMES_HANDSHAKE_TYPE, type))
            return false;
        if (cursor_u24(&body, &length) && length > LONGEST)
            return false;
        if (!cursor_skip(&body, length))
            return full || body.status == CURSOR_NOT_CAPTURED;
    }
    return true;
}

/* Where a ChangeCipherSpec may have been missed the bytes have to tell whether they are encrypted. */
static bool may_have_missed_encryption(struct reading *reading)
{
    const struct handshake *handshake = reading->at.handshake;
    bool began = handshake->client_hello || handshake->server_hello || handshake->hello_retry_request;
    bool missed =
        message_direction(&reading->at)->first_gap.packet || (reading->at.connection->midstream && !began);
    return missed && !message_stream_pending(&reading->messages[reading->at.half]);
}

/* A short one is a Finished. A long one behind a gap is the rest of a message whose beginning was lost. */
static void on_unreadable_handshake(struct reading *reading, const struct record *record)
{
    enum { LONGEST_FINISHED = 128 };
    struct handshake *handshake = reading->at.handshake;
    if (!message_direction(&reading->at)->first_gap.packet || record->length <= LONGEST_FINISHED) {
        note_encryption(reading, reading->at.half);
        on_hidden_handshake(reading, record);
    } else {
        handshake->cut_messages++;
    }
}

static void read_messages(struct reading *reading, const struct record *record)
{
    message_direction(&reading->at)->clear_handshake_records++;
    message_stream_bytes(&reading->messages[reading->at.half], record->body.at, record->body.left,
                         record->cut, on_message, reading);
}

static void on_handshake(struct reading *reading, const struct record *record)
{
    if (reading->encrypted[reading->at.half] && !looks_like_client_hello(record))
        on_hidden_handshake(reading, record);
    else if (may_have_missed_encryption(reading) && !is_in_the_clear(record->body))
        on_unreadable_handshake(reading, record);
    else
        read_messages(reading, record);
}

static void on_application_data(struct reading *reading, const struct record *record)
{
    message_note_data(&reading->at, record->length);
    message_note_hidden(&reading->at, record->type, record->length);
}

static void on_heartbeat(struct reading *reading, const struct record *record)
{
    message_note(&reading->at, MESSAGE_HEARTBEAT, record->length);
}

static void on_ssl2(struct reading *reading, const struct record *record)
{
    if (reading->encrypted[reading->at.half]) {
        message_direction(&reading->at)->data_records++;
        message_note_hidden(&reading->at, 0, record->length);
        return;
    }
    message_read_ssl2(&reading->at, record);
    /* From CLIENT-MASTER-KEY on both sides encrypt ("The SSL Protocol", section 1.3). */
    if (record->type == SSL2_CLIENT_MASTER_KEY) {
        note_encryption(reading, 0);
        note_encryption(reading, 1);
    }
}

static void on_record(void *user, const struct record *record)
{
    static void (*const handlers[])(struct reading *, const struct record *) = {
        [TLS_CONTENT_CHANGE_CIPHER_SPEC] = on_change_cipher_spec,
        [TLS_CONTENT_ALERT] = on_alert,
        [TLS_CONTENT_HANDSHAKE] = on_handshake,
        [TLS_CONTENT_APPLICATION_DATA] = on_application_data,
        [TLS_CONTENT_HEARTBEAT] = on_heartbeat,
    };
    struct reading *reading = user;
    struct direction *direction = message_direction(&reading->at);
    direction->last_record = reading->at.now;
    direction->last_record_length = record->length;
    direction->last_record_type = record->type;
    if (!direction->first_tls.packet) {
        direction->first_tls = reading->at.now;
        direction->record_version = record->ssl2 ? 0 : record->version;
    }
    if (record->ssl2)
        on_ssl2(reading, record);
    else if (record->type < sizeof handlers / sizeof *handlers && handlers[record->type])
        handlers[record->type](reading, record);
}

static void on_not_tls(void *user, const uint8_t *bytes, size_t length)
{
    struct reading *reading = user;
    (void)bytes;
    (void)length;
    message_direction(&reading->at)->desynchronised = true;
}

static const struct record_sink sink = {.record = on_record, .not_tls = on_not_tls};

void reading_begin(struct reading *reading, int half, bool ssl2)
{
    if (ssl2)
        record_stream_use_ssl2(&reading->records[half]);
    /* A hello in SSLv2 format that is answered in a newer version: its sender goes on in that version. */
    else if (reading->records[1 - half].ssl2)
        record_stream_restart(&reading->records[1 - half]);
}

/* The answer to a hello in SSLv2 format was not captured, but its sender has gone on in TLS. */
static void leave_ssl2(struct reading *reading, int half, const uint8_t *bytes, size_t length)
{
    struct record_stream *records = &reading->records[half];
    bool in_tls = records->ssl2 && records->have == 0 && !reading->encrypted[half] && length > 2 &&
                  bytes[0] == TLS_CONTENT_HANDSHAKE && bytes[1] == 3;
    if (in_tls)
        record_stream_restart(records);
}

void reading_bytes(struct reading *reading, int half, const uint8_t *bytes, size_t length, struct moment now)
{
    reading->at.half = half;
    reading->at.now = now;
    leave_ssl2(reading, half, bytes, length);
    record_stream_bytes(&reading->records[half], bytes, length, &sink, reading);
    reading->heard[half] = now;
}

/* What is cut short ended with the last bytes that came, not when the gap was noticed. */
static struct moment last_heard(const struct reading *reading, int half, struct moment now)
{
    return reading->heard[half].packet ? reading->heard[half] : now;
}

void reading_gap(struct reading *reading, int half, uint64_t missing, struct moment now)
{
    reading->at.half = half;
    reading->at.now = last_heard(reading, half, now);
    struct direction *direction = message_direction(&reading->at);
    direction->missing_bytes += missing;
    if (!direction->first_gap.packet)
        direction->first_gap = now;
    direction->gap_inside |= direction->first_tls.packet != 0;
    record_stream_gap(&reading->records[half], missing, &sink, reading);
    message_stream_flush(&reading->messages[half], on_message, reading);
}

/* Whatever a side left unfinished when the connection ended: none of its bytes were lost by the capture. */
static bool lacks_nothing(const struct reading *reading, int half)
{
    const struct connection *connection = reading->at.connection;
    const struct half *sender = &connection->half[half];
    return (connection->closed.packet || connection->timed_out) &&
           sender->missing_bytes + sender->cut_bytes == 0 &&
           !reading->at.handshake->direction[handshake_side(reading->at.handshake, half)].first_gap.packet;
}

void reading_end(struct reading *reading)
{
    for (int half = 0; half < 2; half++) {
        uint32_t cut = reading->at.handshake->cut_messages;
        reading->at.half = half;
        reading->at.now = last_heard(reading, half, reading->at.connection->last);
        record_stream_end(&reading->records[half], &sink, reading);
        message_stream_flush(&reading->messages[half], on_message, reading);
        if (lacks_nothing(reading, half))
            reading->at.handshake->cut_messages = cut;
    }
    transcript_sort(reading->at.handshake);
}
