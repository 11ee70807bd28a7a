/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/exchange.h"

#include "tls/key_messages.h"

enum {
    ALERT = 2,
    FINISHED_1_2 = 16, /* with its header */
    TYPE_BYTE = 1,
};

/* The side's Finished, its first hidden handshake record, shows what a record of its suite adds. */
static uint32_t overhead_before_tls13(const struct handshake *handshake, enum side side)
{
    if (!cipher_traits(handshake->cipher).aead)
        return 0;
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == side && record->type == TLS_CONTENT_HANDSHAKE)
            return record->length > FINISHED_1_2 ? record->length - FINISHED_1_2 : 0;
    }
    return 0;
}

static uint32_t overhead_of(const struct handshake *handshake, enum side side)
{
    if (handshake->version != TLS_VERSION_1_3)
        return overhead_before_tls13(handshake, side);
    uint32_t tag = cipher_traits(handshake->cipher).ccm8 ? 8 : 16;
    return TYPE_BYTE + tag + handshake->inference.padding[side];
}

uint32_t exchange_content(const struct handshake *handshake, enum side side, uint32_t length)
{
    uint32_t overhead = overhead_of(handshake, side);
    return overhead > 0 && length > overhead ? length - overhead : 0;
}

/* In TLS 1.3 an alert looks like data, and is told by its size. */
static bool is_data(const struct handshake *handshake, const struct hidden_record *record)
{
    if (record->type != TLS_CONTENT_APPLICATION_DATA)
        return false;
    if (handshake->version != TLS_VERSION_1_3)
        return true;
    return record->length != ALERT + overhead_of(handshake, record->from) &&
           record->seen.packet >= handshake->inference.finished_seen.packet;
}

static void note_answer(struct exchange *exchange, const struct hidden_record *record)
{
    exchange->answers++;
    exchange->last_answer = record->seen;
    exchange->last_answer_length = record->length;
    if (exchange->first_request.packet && record->seen.packet > exchange->first_request.packet)
        exchange->answers_to_request++;
}

static void note_request(struct exchange *exchange, const struct hidden_record *record)
{
    if (exchange->requests++ == 0)
        exchange->first_request = record->seen;
}

/* The last record of the side that closed is an alert, as close_notify is. */
static enum answer was_announced(const struct handshake *handshake)
{
    if (handshake->close_by == SIDE_NOBODY)
        return ANSWER_UNKNOWN;
    const struct direction *closer = &handshake->direction[handshake->close_by];
    if (closer->missing_bytes > 0 || !closer->last_record.packet)
        return ANSWER_UNKNOWN;
    bool alert = closer->last_record_type == TLS_CONTENT_ALERT;
    if (handshake->version == TLS_VERSION_1_3 && !alert)
        alert = closer->last_record_length == ALERT + overhead_of(handshake, handshake->close_by);
    return alert ? ANSWER_YES : ANSWER_NO;
}

static bool is_alert(const struct handshake *handshake, const struct hidden_record *record)
{
    return record->type == TLS_CONTENT_APPLICATION_DATA && handshake->version == TLS_VERSION_1_3 &&
           record->length == ALERT + overhead_of(handshake, record->from);
}

/* The first alert behind the server's last answer: a record of that size in TLS 1.3, one of that type before.
 * Where nothing was asked, the server's answers are tickets, which a client that leaves does not wait for. */
static struct moment first_farewell(const struct handshake *handshake, enum side side)
{
    const struct exchange *exchange = &handshake->exchange;
    bool waits = side == SIDE_SERVER || exchange->requests > 0;
    const uint64_t answer = waits ? exchange->last_answer.packet : 0;
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == side && record->seen.packet >= answer && is_alert(handshake, record))
            return record->seen;
    }
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        if (handshake->alerts[i].from == side && handshake->alerts[i].seen.packet >= answer)
            return handshake->alerts[i].seen;
    return (struct moment){0};
}

static struct moment earlier(struct moment one, struct moment other)
{
    return !other.packet || (one.packet && one.packet <= other.packet) ? one : other;
}

static struct moment end_by(const struct handshake *handshake, enum side side)
{
    struct moment closed = handshake->close_by == side ? handshake->connection->closed : (struct moment){0};
    return earlier(first_farewell(handshake, side), closed);
}

/* Packet 0 where the other side was first, or nobody ended it. */
static struct moment first_end_by(const struct handshake *handshake, enum side side)
{
    struct moment own = end_by(handshake, side);
    struct moment other = end_by(handshake, side == SIDE_SERVER ? SIDE_CLIENT : SIDE_SERVER);
    bool first = own.packet && (!other.packet || own.packet < other.packet);
    return first ? own : (struct moment){0};
}

void exchange_draw(struct handshake *handshake)
{
    struct exchange *exchange = &handshake->exchange;
    uint32_t flight = handshake->version == TLS_VERSION_1_3 ? handshake->inference.client_flight_records : 0;
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == SIDE_CLIENT && flight > 0 &&
            record->seen.packet >= handshake->server_hello_seen.packet)
            flight--;
        else if (is_data(handshake, record) && record->from == SIDE_CLIENT)
            note_request(exchange, record);
        else if (is_data(handshake, record))
            note_answer(exchange, record);
    }
    exchange->server_ended = first_end_by(handshake, SIDE_SERVER);
    exchange->client_ended = first_end_by(handshake, SIDE_CLIENT);
    exchange->announced = was_announced(handshake);
}
