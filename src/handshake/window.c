/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/window.h"

#include "base/clock.h"

/* How long a step is waited for that the capture does not show. */
#define PATIENCE (60 * CLOCK_SECOND)

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

/* What a side said next. */
struct word {
    struct moment seen; /* packet 0: nothing */
    bool refusal;
};

static void take_earlier(struct word *word, struct moment seen, bool refusal)
{
    if (is_earlier(seen, word->seen))
        *word = (struct word){.seen = seen, .refusal = refusal};
}

static bool is_hidden_refusal(const struct handshake *handshake, const struct hidden_record *record)
{
    const struct inference *inference = &handshake->inference;
    struct moment alert = record->from == SIDE_CLIENT ? inference->client_alert : inference->server_alert;
    return record->type == TLS_CONTENT_ALERT || record->seen.packet == alert.packet;
}

/* A ChangeCipherSpec says nothing in TLS 1.3. */
static struct word next_word(const struct handshake *handshake, enum side side, struct moment after)
{
    struct word next = {0};
    for (uint32_t i = 0; i < handshake->message_count; i++) {
        const struct message *message = &handshake->messages[i];
        bool counts = message->kind != MESSAGE_CHANGE_CIPHER_SPEC || handshake->version != TLS_VERSION_1_3;
        if (message->from == side && message->seen.packet > after.packet && counts &&
            message->kind != MESSAGE_ENCRYPTED_HANDSHAKE && message->kind != MESSAGE_APPLICATION_DATA)
            take_earlier(&next, message->seen, message->kind == MESSAGE_ALERT);
    }
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == side && record->seen.packet > after.packet)
            take_earlier(&next, record->seen, is_hidden_refusal(handshake, record));
    }
    return next;
}

static struct stall stall_between(struct moment from, struct moment until,
                                  const struct connection *connection)
{
    if (is_earlier(connection->closed, until))
        until = connection->closed;
    return (struct stall){.from = from.time,
                          .until = until.packet ? until.time : connection->last.time + PATIENCE,
                          .ends = until.packet};
}

/* Behind the handshake: the client has asked for something. */
static struct moment first_answer(const struct handshake *handshake, struct moment request)
{
    struct moment answer = {0};
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == SIDE_SERVER && record->seen.packet > request.packet &&
            is_earlier(record->seen, answer))
            answer = record->seen;
    }
    struct moment data = handshake->direction[SIDE_SERVER].first_data;
    return data.packet > request.packet && is_earlier(data, answer) ? data : answer;
}

bool verification_of(const struct handshake *handshake, enum side by, struct verification *out)
{
    enum side peer = by == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
    const struct connection *connection = handshake->connection;
    struct moment request = handshake->exchange.first_request;
    struct moment had = sent_certificate(handshake, peer) ? handshake->direction[peer].certificate
                                                          : hidden_certificate(handshake, peer);
    if (!had.packet)
        return false;
    struct word next = next_word(handshake, by, had);
    *out = (struct verification){
        .from = had.time,
        .until = connection->closed.packet ? connection->last.time : INT64_MAX,
        .handshake = stall_between(had, next.seen, connection),
        .went_on = next.seen.packet && !next.refusal,
    };
    if (by == SIDE_SERVER && request.packet)
        out->answer = stall_between(request, first_answer(handshake, request), connection);
    return true;
}

static int64_t overlap(const struct stall *stall, int64_t began, int64_t ended)
{
    return clock_span(began > stall->from ? began : stall->from, ended < stall->until ? ended : stall->until);
}

int64_t verification_stalled(const struct verification *verification, int64_t began, int64_t ended)
{
    return overlap(&verification->handshake, began, ended) + overlap(&verification->answer, began, ended);
}

const struct stall *verification_stall_at(const struct verification *verification, int64_t began)
{
    const struct stall *handshake = &verification->handshake, *answer = &verification->answer;
    if (began >= handshake->from && began <= handshake->until)
        return handshake;
    return answer->until && began >= handshake->until && began <= answer->until ? answer : NULL;
}
