/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/window.h"

static bool sent_certificate(const struct handshake *handshake, enum side side)
{
    return handshake->chain[side].count > 0 && handshake->direction[side].certificate.packet;
}

/* TLS 1.3 hides certificates: the server's follows its hello at once, the client's stands in its flight. */
static struct moment hidden_certificate(const struct handshake *handshake, enum side side)
{
    const struct moment none = {0};
    if (handshake->version != TLS_VERSION_1_3 || handshake->resumed == ANSWER_YES)
        return none;
    if (side == SIDE_SERVER)
        return handshake->server_hello_seen;
    bool sent = handshake->inference.sent == ANSWER_YES ||
                (handshake->inference.asked == ANSWER_YES && handshake->inference.sent == ANSWER_UNKNOWN);
    return sent ? handshake->inference.client_flight : none;
}

static bool is_earlier(struct moment moment, struct moment than)
{
    return moment.packet && (!than.packet || moment.packet < than.packet);
}

/* What that side said next. A ChangeCipherSpec says nothing in TLS 1.3. */
static struct moment next_word(const struct handshake *handshake, enum side side, struct moment after)
{
    struct moment next = {0};
    for (uint32_t i = 0; i < handshake->message_count; i++) {
        const struct message *message = &handshake->messages[i];
        if (message->from == side && message->seen.packet > after.packet &&
            message->kind != MESSAGE_CHANGE_CIPHER_SPEC && is_earlier(message->seen, next))
            next = message->seen;
    }
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == side && record->seen.packet > after.packet && is_earlier(record->seen, next))
            next = record->seen;
    }
    return next;
}

bool verification_of(const struct handshake *handshake, enum side by, struct verification *out)
{
    enum side peer = by == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
    const struct connection *connection = handshake->connection;
    struct moment had = sent_certificate(handshake, peer) ? handshake->direction[peer].certificate
                                                          : hidden_certificate(handshake, peer);
    if (!had.packet)
        return false;
    struct moment next = next_word(handshake, by, had);
    if (is_earlier(connection->closed, next))
        next = connection->closed;
    *out = (struct verification){
        .had = had,
        .from = had.time,
        .until = connection->closed.packet ? connection->last.time : INT64_MAX,
        .stall_from = had.time,
        .stall_until = next.packet ? next.time : connection->last.time,
        .stall_ends = next.packet,
    };
    return true;
}
