/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about the messages and alerts: the rows of the transcript, and where each message stands. */
#include "handshake/getters.h"

#include "base/clock.h"
#include "handshake/alerts.h"
#include "handshake/shown.h"
#include "handshake/transcript.h"
#include "tls/names.h"

#define MESSAGE_COLUMN(column, element, result)                                                              \
    static struct value message_##column##_at(const void *owner, uint32_t index)                             \
    {                                                                                                        \
        const struct handshake *handshake = owner;                                                           \
        const struct message *message = &handshake->messages[index];                                         \
        return result;                                                                                       \
    }                                                                                                        \
    struct value field_message_##column(const struct handshake *handshake)                                   \
    {                                                                                                        \
        return value_list_of(element, handshake->message_count, message_##column##_at, handshake);           \
    }
MESSAGE_COLUMN(packets, VALUE_INTEGER, value_of_packet(message->seen))
MESSAGE_COLUMN(files, VALUE_TEXT, value_string(shown_file(handshake, message->seen.packet)))
MESSAGE_COLUMN(times, VALUE_DURATION,
               value_duration(clock_span(handshake->connection->first.time, message->seen.time)))
MESSAGE_COLUMN(sides, VALUE_TEXT, value_of_side(message->from))
MESSAGE_COLUMN(types, VALUE_TEXT, value_word(message_name(message)))
MESSAGE_COLUMN(lengths, VALUE_INTEGER, value_integer(message->length))

static struct value alert_level(const struct alert *alert)
{
    if (alert->encrypted || alert->level < 1 || alert->level > 2)
        return value_unknown();
    return value_word(alert->level == 2 ? "fatal" : "warning");
}

static struct value alert_description(const struct alert *alert)
{
    return alert->encrypted ? value_unknown() : value_word(names_find(NAMES_ALERT, alert->code));
}

static struct value alert_code(const struct alert *alert)
{
    return alert->encrypted ? value_unknown() : value_integer(alert->code);
}

#define ALERT_COLUMN(column, element, result)                                                                \
    static struct value alert_##column##_at(const void *owner, uint32_t index)                               \
    {                                                                                                        \
        const struct handshake *handshake = owner;                                                           \
        const struct alert *alert = &handshake->alerts[index];                                               \
        return result;                                                                                       \
    }                                                                                                        \
    struct value field_alert_##column(const struct handshake *handshake)                                     \
    {                                                                                                        \
        return value_list_of(element, handshake->alert_count, alert_##column##_at, handshake);               \
    }
ALERT_COLUMN(packets, VALUE_INTEGER, value_of_packet(alert->seen))
ALERT_COLUMN(files, VALUE_TEXT, value_string(shown_file(handshake, alert->seen.packet)))
ALERT_COLUMN(sides, VALUE_TEXT, value_of_side(alert->from))
ALERT_COLUMN(levels, VALUE_TEXT, alert_level(alert))
ALERT_COLUMN(descriptions, VALUE_TEXT, alert_description(alert))
ALERT_COLUMN(codes, VALUE_INTEGER, alert_code(alert))
ALERT_COLUMN(encrypted, VALUE_BOOLEAN, alert->encrypted ? value_boolean(true) : value_unknown())
ALERT_COLUMN(after_peer_close, VALUE_BOOLEAN, value_boolean(alert->after_peer_close))

#define PACKET(field, moment)                                                                                \
    struct value field_##field(const struct handshake *handshake)                                            \
    {                                                                                                        \
        return value_of_packet(handshake->moment);                                                           \
    }
PACKET(client_hello_packet, client_hello_seen)
PACKET(hello_retry_request_packet, hello_retry_request_seen)
PACKET(server_hello_packet, server_hello_seen)
PACKET(second_client_hello_packet, second_hello_seen)
PACKET(server_key_exchange_packet, server_key_exchange_seen)
PACKET(certificate_request_packet, certificate_request_seen)
PACKET(server_hello_done_packet, server_hello_done_seen)
PACKET(client_key_exchange_packet, client_key_exchange_seen)
PACKET(renegotiation_packet, renegotiation_seen)
PACKET(client_certificate_packet, direction[SIDE_CLIENT].certificate)
PACKET(server_certificate_packet, direction[SIDE_SERVER].certificate)
PACKET(client_certificate_verify_packet, direction[SIDE_CLIENT].certificate_verify)
PACKET(server_change_cipher_spec_packet, direction[SIDE_SERVER].change_cipher_spec)
PACKET(client_first_data_packet, direction[SIDE_CLIENT].first_data)
PACKET(late_certificate_packet, late.certificate)
PACKET(late_refusal_packet, late.refusal)
PACKET(late_hello_request_packet, late.hello_request)
PACKET(late_declined_packet, late.declined)
PACKET(inferred_client_alert_packet, inference.client_alert)
PACKET(inferred_server_alert_packet, inference.server_alert)

struct value field_client_hello_time(const struct handshake *handshake)
{
    return handshake->client_hello ? value_time(handshake->client_hello_seen.time) : value_unknown();
}

struct value field_client_hello_length(const struct handshake *handshake)
{
    return handshake->client_hello ? value_integer(handshake->client_hello->length) : value_unknown();
}

struct value field_client_hello_names_server(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || (hello->cut && !hello->server_name.bytes))
        return value_unknown();
    return value_boolean(hello->server_name.bytes != NULL);
}

struct value field_certificate_request_ca_count(const struct handshake *handshake)
{
    const struct certificate_request *request = handshake->certificate_request;
    return request ? value_integer(request->authorities.count) : value_unknown();
}

struct value field_certificate_request_ca_bytes(const struct handshake *handshake)
{
    const struct certificate_request *request = handshake->certificate_request;
    return request ? value_integer(request->authorities_length) : value_unknown();
}

static struct value issuer_at(const void *owner, uint32_t index)
{
    return value_of_octets(((const struct handshake *)owner)->acceptable_issuers.items[index]);
}

struct value field_acceptable_issuers(const struct handshake *handshake)
{
    if (!handshake->certificate_request)
        return value_unknown();
    return value_list_of(VALUE_TEXT, handshake->acceptable_issuers.count, issuer_at, handshake);
}

/*
 * Up to 1.2 the flight is in the clear: a ServerHelloDone without a CertificateRequest before it is a "no"
 * where nothing of the flight is missing. A resumed handshake asks nothing.
 */
static enum answer was_requested(const struct handshake *handshake)
{
    if (handshake->certificate_request)
        return ANSWER_YES;
    if (!handshake->version || handshake->version == TLS_VERSION_1_3)
        return ANSWER_UNKNOWN;
    if (handshake->resumed == ANSWER_YES)
        return ANSWER_NO;
    bool whole_flight =
        handshake->server_hello_done_seen.packet && !handshake->direction[SIDE_SERVER].first_gap.packet;
    return whole_flight ? ANSWER_NO : ANSWER_UNKNOWN;
}

static enum answer was_sent(const struct handshake *handshake)
{
    enum { EMPTY = 4 }; /* the length of a Certificate without certificates, at most */
    const struct certificate_message *message = handshake->certificate[SIDE_CLIENT];
    if (message)
        return message->count > 0 || (message->cut && message->length > EMPTY) ? ANSWER_YES : ANSWER_NO;
    if (was_requested(handshake) == ANSWER_NO)
        return ANSWER_NO;
    /* An SSL 3.0 client answers with an alert instead of an empty list; others owe a Certificate before this.
     */
    bool went_on =
        handshake->client_key_exchange_seen.packet && !handshake->direction[SIDE_CLIENT].first_gap.packet;
    return was_requested(handshake) == ANSWER_YES && went_on ? ANSWER_NO : ANSWER_UNKNOWN;
}

struct value field_client_certificate_requested(const struct handshake *handshake)
{
    return value_of_answer(was_requested(handshake));
}

struct value field_client_certificate_sent(const struct handshake *handshake)
{
    return value_of_answer(was_sent(handshake));
}

static struct value certificate_count(const struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    if (!message && side == SIDE_SERVER && handshake->ssl2_server_hello)
        return value_integer(handshake->ssl2_server_hello->certificate_length > 0);
    return message && !message->cut ? value_integer(message->count) : value_unknown();
}

struct value field_client_certificate_count(const struct handshake *handshake)
{
    return certificate_count(handshake, SIDE_CLIENT);
}

struct value field_server_certificate_count(const struct handshake *handshake)
{
    return certificate_count(handshake, SIDE_SERVER);
}

struct value field_fatal_alert_by(const struct handshake *handshake)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    return alert ? value_of_side(alert->from) : value_unknown();
}

struct value field_fatal_alert_code(const struct handshake *handshake)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    return alert ? value_integer(alert->code) : value_unknown();
}

struct value field_fatal_alert_description(const struct handshake *handshake)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    return alert ? alert_description(alert) : value_unknown();
}

struct value field_fatal_alert_packet(const struct handshake *handshake)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    return alert ? value_of_packet(alert->seen) : value_unknown();
}

static const struct alert *hidden_alert(const struct handshake *handshake)
{
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        if (handshake->alerts[i].encrypted && !handshake->alerts[i].after_peer_close)
            return &handshake->alerts[i];
    return NULL;
}

struct value field_hidden_alert_by(const struct handshake *handshake)
{
    const struct alert *alert = hidden_alert(handshake);
    return alert ? value_of_side(alert->from) : value_unknown();
}

struct value field_hidden_alert_packet(const struct handshake *handshake)
{
    const struct alert *alert = hidden_alert(handshake);
    return alert ? value_of_packet(alert->seen) : value_unknown();
}

/* An inference that two readings would explain is no fact for a condition. */
struct value field_inferred_asked(const struct handshake *handshake)
{
    return value_of_answer(handshake->inference.asked);
}

struct value field_inferred_sent(const struct handshake *handshake)
{
    return value_of_answer(handshake->inference.sent);
}

struct value field_inferred_refused(const struct handshake *handshake)
{
    return value_of_answer(handshake->inference.refused);
}

struct value field_inferred_server_alert_padded(const struct handshake *handshake)
{
    const struct inference *inference = &handshake->inference;
    return inference->server_alert.packet ? value_boolean(inference->server_alert_padded) : value_unknown();
}

struct value field_inferred_protocol(const struct handshake *handshake)
{
    return value_string(handshake->inference.protocol);
}

struct value field_late_asked(const struct handshake *handshake)
{
    return value_of_answer(handshake->late.asked);
}

struct value field_late_sent(const struct handshake *handshake)
{
    return value_of_answer(handshake->late.sent);
}

/* The first encrypted record of the client after the ServerHello. */
struct value field_inferred_certificate_packet(const struct handshake *handshake)
{
    if (handshake->version != TLS_VERSION_1_3 || handshake->inference.asked != ANSWER_YES)
        return value_unknown();
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == SIDE_CLIENT && record->seen.packet >= handshake->server_hello_seen.packet)
            return value_of_packet(record->seen);
    }
    return value_unknown();
}

struct value field_phase(const struct handshake *handshake)
{
    static const char *const names[] = {
        [PHASE_NONE] = "none",
        [PHASE_CLIENT_HELLO] = "client_hello",
        [PHASE_SERVER_HELLO] = "server_hello",
        [PHASE_SERVER_FLIGHT] = "server_flight",
        [PHASE_CLIENT_FLIGHT] = "client_flight",
        [PHASE_CLIENT_DONE] = "client_done",
        [PHASE_COMPLETE] = "complete",
        [PHASE_UNKNOWN] = "unknown",
    };
    return value_word(names[handshake->phase]);
}

/* Who had to speak next, by how far the handshake came. */
static enum side turn_of(const struct handshake *handshake)
{
    switch (handshake->phase) {
    case PHASE_CLIENT_HELLO:
    case PHASE_SERVER_HELLO:
    case PHASE_CLIENT_DONE:
        return SIDE_SERVER;
    case PHASE_SERVER_FLIGHT:
    case PHASE_CLIENT_FLIGHT:
        return SIDE_CLIENT;
    case PHASE_NONE:
    case PHASE_COMPLETE:
    case PHASE_UNKNOWN:
        break;
    }
    return SIDE_NOBODY;
}

static bool is_after_close(const struct handshake *handshake, struct moment moment)
{
    uint64_t closed = handshake->connection->closed.packet;
    return closed && moment.packet > closed;
}

/* The last message that is part of the handshake: an alert ends it, and so does the close. */
static const struct message *last_step(const struct handshake *handshake)
{
    const struct message *last = NULL;
    for (uint32_t i = 0; i < handshake->message_count; i++)
        if (handshake->messages[i].kind != MESSAGE_ALERT &&
            !is_after_close(handshake, handshake->messages[i].seen))
            last = &handshake->messages[i];
    return last;
}

struct value field_turn_side(const struct handshake *handshake)
{
    return value_of_side(turn_of(handshake));
}

struct value field_turn_after(const struct handshake *handshake)
{
    const struct message *last = last_step(handshake);
    return last ? value_word(message_name(last)) : value_unknown();
}

struct value field_turn_packet(const struct handshake *handshake)
{
    const struct message *last = last_step(handshake);
    return last ? value_of_packet(last->seen) : value_unknown();
}

/*
 * When the last step was made. Behind the client's Finished the client may still send a request or
 * close_notify, which is no step; before it, the last step of TLS 1.3 can be a record whose message is
 * hidden.
 */
static int64_t last_step_time(const struct handshake *handshake)
{
    struct moment client = handshake->direction[SIDE_CLIENT].last_record,
                  server = handshake->direction[SIDE_SERVER].last_record;
    const struct message *step = last_step(handshake);
    if (handshake->phase == PHASE_CLIENT_DONE && handshake->version == TLS_VERSION_1_3 &&
        handshake->inference.finished_seen.packet)
        client = handshake->inference.finished_seen;
    else if (step && (handshake->version != TLS_VERSION_1_3 || is_after_close(handshake, client)))
        client = step->seen;
    return client.time > server.time ? client.time : server.time;
}

struct value field_turn_waited(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    if (turn_of(handshake) == SIDE_NOBODY)
        return value_unknown();
    int64_t last = last_step_time(handshake);
    int64_t until = connection->closed.packet ? connection->closed.time : connection->last.time;
    if (until < last && connection->spoken.packet) /* who was left may have answered that */
        last = connection->spoken.time;
    return until >= last ? value_duration(until - last) : value_unknown();
}
