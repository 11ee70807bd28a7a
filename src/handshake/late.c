/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/late.h"

#include "tls/key_messages.h"

/* Messages with their four-byte header (RFC 5246 section 7.4, RFC 8446 section 4). */
enum {
    HELLO_REQUEST = 4,
    FINISHED_1_2 = 16,
    EMPTY_CERTIFICATE_1_2 = 7,
    EMPTY_CERTIFICATE_1_3 = 8,
    REQUEST_CONTEXT = 32, /* bytes of certificate_request_context that servers choose (OpenSSL, GnuTLS) */
    ALERT = 2,
};

static const struct hidden_record *next_of(const struct handshake *handshake, uint32_t *index, enum side side,
                                           uint8_t type)
{
    for (; *index < handshake->hidden_count; (*index)++) {
        const struct hidden_record *record = &handshake->hidden[*index];
        if (record->from == side && record->type == type)
            return &handshake->hidden[(*index)++];
    }
    return NULL;
}

/* A record's bytes beyond the message, by the side's first hidden handshake record: its Finished. 0: not an
 * AEAD. */
static uint32_t overhead_of(const struct handshake *handshake, enum side side)
{
    uint32_t index = 0;
    const struct hidden_record *finished = next_of(handshake, &index, side, TLS_CONTENT_HANDSHAKE);
    if (!finished || !cipher_traits(handshake->cipher).aead || finished->length <= FINISHED_1_2)
        return 0;
    return finished->length - FINISHED_1_2;
}

static const struct alert *hidden_alert_after(const struct handshake *handshake, enum side side,
                                              struct moment moment)
{
    for (uint32_t i = 0; i < handshake->alert_count; i++) {
        const struct alert *alert = &handshake->alerts[i];
        if (alert->encrypted && alert->from == side && alert->seen.packet > moment.packet)
            return alert;
    }
    return NULL;
}

/* The server went on with data: to be declined was no harm, or the alert was the client's farewell. */
static bool is_answered(const struct handshake *handshake, struct moment moment)
{
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == SIDE_SERVER && record->type == TLS_CONTENT_APPLICATION_DATA &&
            record->seen.packet > moment.packet)
            return true;
    }
    return false;
}

/* The last thing said before is the client's request. */
static bool is_under_request(const struct handshake *handshake, struct moment moment)
{
    enum side last = SIDE_NOBODY;
    for (uint32_t i = 0; i < handshake->hidden_count; i++)
        if (handshake->hidden[i].type == TLS_CONTENT_APPLICATION_DATA &&
            handshake->hidden[i].seen.packet <= moment.packet)
            last = handshake->hidden[i].from;
    return last == SIDE_CLIENT;
}

/* The server asks for a new handshake with a HelloRequest; the client may decline with an alert. A request
 * that waits for its answer tells that from a client that leaves. */
static void read_hello_request(struct handshake *handshake, uint32_t overhead)
{
    uint32_t index = 0;
    struct late *late = &handshake->late;
    next_of(handshake, &index, SIDE_SERVER, TLS_CONTENT_HANDSHAKE);
    const struct hidden_record *request = next_of(handshake, &index, SIDE_SERVER, TLS_CONTENT_HANDSHAKE);
    if (!request || request->length != HELLO_REQUEST + overhead)
        return;
    late->hello_request = request->seen;
    uint32_t client = 0;
    next_of(handshake, &client, SIDE_CLIENT, TLS_CONTENT_HANDSHAKE);
    const struct hidden_record *answer = next_of(handshake, &client, SIDE_CLIENT, TLS_CONTENT_HANDSHAKE);
    const struct alert *declined = hidden_alert_after(handshake, SIDE_CLIENT, request->seen);
    if (!answer && declined && is_under_request(handshake, request->seen) &&
        !is_answered(handshake, request->seen))
        late->declined = declined->seen;
}

/* Among the client's records of a renegotiation, one with an empty Certificate or a long one. */
static void read_renegotiated_certificate(struct handshake *handshake, uint32_t overhead)
{
    enum { SHORTEST_CERTIFICATE = 300 };
    struct late *late = &handshake->late;
    uint32_t index = 0, client_hello = 0;
    next_of(handshake, &index, SIDE_CLIENT, TLS_CONTENT_HANDSHAKE);
    const struct hidden_record *record;
    while ((record = next_of(handshake, &index, SIDE_CLIENT, TLS_CONTENT_HANDSHAKE))) {
        bool empty = record->length == EMPTY_CERTIFICATE_1_2 + overhead;
        bool whole = client_hello > 0 && record->length > SHORTEST_CERTIFICATE + overhead;
        client_hello++;
        if (!empty && !whole)
            continue;
        late->asked = ANSWER_YES;
        late->sent = empty ? ANSWER_NO : ANSWER_YES;
        late->certificate = record->seen;
        break;
    }
    const struct alert *refusal =
        late->asked == ANSWER_YES ? hidden_alert_after(handshake, SIDE_SERVER, late->certificate) : NULL;
    uint32_t later = index;
    bool answered = next_of(handshake, &later, SIDE_SERVER, TLS_CONTENT_HANDSHAKE) != NULL;
    if (refusal && !answered)
        late->refusal = refusal->seen;
}

static void read_renegotiation(struct handshake *handshake)
{
    uint32_t overhead = overhead_of(handshake, SIDE_CLIENT);
    if (overhead == 0)
        return;
    read_hello_request(handshake, overhead);
    read_renegotiated_certificate(handshake, overhead);
}

/* The server's next word has an alert's size, and then the connection ends. */
static void read_answer(struct handshake *handshake, uint32_t index, uint32_t overhead)
{
    const struct hidden_record *answer =
        next_of(handshake, &index, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA);
    if (answer && answer->length == ALERT + overhead && handshake->close_by != SIDE_NOBODY)
        handshake->late.refusal = answer->seen;
}

/*
 * A Finished's size after data: before it stands an empty Certificate with the request's context, or a
 * CertificateVerify behind a long Certificate. Only of a client that had offered to be asked late.
 */
static void read_post_handshake(struct handshake *handshake)
{
    enum { SHORTEST_CERTIFICATE = 300 };
    const struct inference *inference = &handshake->inference;
    struct late *late = &handshake->late;
    uint32_t finished = inference->finished_length, index = 0;
    if (finished == 0 || !handshake->client_hello ||
        !code_list_has(&handshake->client_hello->extensions, TLS_EXTENSION_POST_HANDSHAKE_AUTH))
        return;
    uint32_t overhead = finished - (cipher_traits(handshake->cipher).sha384 ? 52U : 36U);
    uint32_t server_overhead = overhead - inference->padding[SIDE_CLIENT] + inference->padding[SIDE_SERVER];
    const struct hidden_record *before_last = NULL, *last = NULL, *record;
    while ((record = next_of(handshake, &index, SIDE_CLIENT, TLS_CONTENT_APPLICATION_DATA))) {
        bool ends = last && last->seen.packet > inference->finished_seen.packet && record->length == finished;
        bool empty = ends && last->length == EMPTY_CERTIFICATE_1_3 + REQUEST_CONTEXT + overhead;
        bool whole = ends && before_last && before_last->seen.packet > inference->finished_seen.packet &&
                     before_last->length > SHORTEST_CERTIFICATE + overhead;
        before_last = last;
        last = record;
        if (!empty && !whole)
            continue;
        late->asked = ANSWER_YES;
        late->sent = empty ? ANSWER_NO : ANSWER_YES;
        late->certificate = record->seen;
        read_answer(handshake, index, server_overhead);
        return;
    }
}

void late_draw(struct handshake *handshake)
{
    if (handshake->version == TLS_VERSION_1_3)
        read_post_handshake(handshake);
    else if (handshake->renegotiation_seen.packet)
        read_renegotiation(handshake);
}
