/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/inference.h"

#include "tls/key_messages.h"

/* Sizes of records, RFC 8446 section 5.2: content, one byte of content type, the AEAD's tag. */
enum {
    TYPE_BYTE = 1,
    TAG = 16,
    TAG_CCM8 = 8,
    JAVA_PADDING = 16,
    ALERT_BODY = 2,
    MESSAGE_HEADER = 4,
    EMPTY_CERTIFICATE = MESSAGE_HEADER + 1 + 3, /* no context, no list */
    END_OF_EARLY_DATA = MESSAGE_HEADER,
    FULL_RECORD = 16384,
    FLIGHT_LIMIT = 24, /* records looked at, a side */
};

/* The encrypted records of one side, after the ServerHello. */
struct flight {
    const struct hidden_record *records[FLIGHT_LIMIT];
    uint32_t count;
    uint32_t whole; /* the first of them, among which no bytes are missing */
};

struct sizes {
    uint32_t overhead; /* of each record */
    uint32_t finished; /* of a record with a Finished alone, not padded */
};

static struct sizes sizes_of(uint16_t cipher)
{
    struct cipher_traits traits = cipher_traits(cipher);
    uint32_t overhead = TYPE_BYTE + (traits.ccm8 ? TAG_CCM8 : TAG);
    return (struct sizes){.overhead = overhead,
                          .finished = MESSAGE_HEADER + (traits.sha384 ? 48U : 32U) + overhead};
}

/* Early data stands before the ServerHello; what a gap swallowed makes every count behind it worthless. */
static struct flight flight_of(const struct handshake *handshake, enum side side)
{
    struct flight flight = {.count = 0};
    for (uint32_t i = 0; i < handshake->hidden_count && flight.count < FLIGHT_LIMIT; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        bool counts = record->from == side && record->type == TLS_CONTENT_APPLICATION_DATA &&
                      record->seen.packet >= handshake->server_hello_seen.packet;
        if (!counts)
            continue;
        flight.records[flight.count++] = record;
        flight.whole += !record->behind_gap;
    }
    return flight;
}

/* What has come of it before anything was lost. */
static struct flight whole_part(struct flight flight)
{
    flight.count = flight.whole;
    return flight;
}

static bool has_size(const struct hidden_record *record, uint32_t size)
{
    return record->length == size || record->length == size + JAVA_PADDING;
}

/* Index of the first record from `from` on that is a Finished by its size; `count` when there is none. */
static uint32_t find_finished(const struct flight *flight, uint32_t from, struct sizes sizes)
{
    for (uint32_t i = from; i < flight->count; i++)
        if (has_size(flight->records[i], sizes.finished))
            return i;
    return flight->count;
}

/* A message longer than a record takes several; they count as one. */
static uint32_t count_messages(const struct flight *flight, uint32_t end, struct sizes sizes)
{
    uint32_t messages = 0;
    for (uint32_t i = 0; i < end; i++)
        if (flight->records[i]->length < FULL_RECORD + sizes.overhead)
            messages++;
    return messages;
}

/*
 * EncryptedExtensions, [CertificateRequest], Certificate, CertificateVerify, Finished: five messages or four;
 * two when a key is resumed. Only where each has a record of its own.
 */
static void read_server_flight(struct handshake *handshake, const struct flight *server, struct sizes sizes)
{
    struct inference *inference = &handshake->inference;
    uint32_t finished = find_finished(server, 1, sizes);
    if (finished == server->count)
        return;
    inference->padded = server->records[finished]->length == sizes.finished + JAVA_PADDING;
    inference->server_flight_records = count_messages(server, finished + 1, sizes);
    bool resumed = handshake->server_hello->has_pre_shared_key;
    if (inference->server_flight_records == 5 && !resumed)
        inference->asked = ANSWER_YES;
    else if (inference->server_flight_records == 4 || (inference->server_flight_records == 2 && resumed))
        inference->asked = ANSWER_NO;
}

static void conclude_asked(struct inference *inference, enum answer asked, enum answer sent)
{
    inference->asked = asked;
    inference->sent = sent;
}

/* The index behind EndOfEarlyData, where the client's flight begins. */
static uint32_t flight_beginning(const struct handshake *handshake, const struct flight *client,
                                 struct sizes sizes)
{
    if (!handshake->client_hello || !handshake->client_hello->has_early_data)
        return 0;
    uint32_t finished = find_finished(client, 0, sizes);
    if (finished == client->count)
        return client->count;
    bool ended = finished > 0 && has_size(client->records[finished - 1], END_OF_EARLY_DATA + sizes.overhead);
    return ended ? finished : 0;
}

/* All of the flight in one record: with an empty Certificate it has an exact size, with a real one it is
 * long. */
static bool read_packed_flight(struct inference *inference, const struct hidden_record *record,
                               struct sizes sizes)
{
    enum { SHORTEST_CERTIFICATE_FLIGHT = 400 };
    if (has_size(record, sizes.finished + EMPTY_CERTIFICATE))
        conclude_asked(inference, ANSWER_YES, ANSWER_NO);
    else if (record->length >= sizes.finished + SHORTEST_CERTIFICATE_FLIGHT)
        conclude_asked(inference, ANSWER_YES, ANSWER_YES);
    else
        return false;
    inference->client_finished = ANSWER_YES;
    inference->finished_seen = record->seen;
    inference->client_flight_records = 1;
    return true;
}

/*
 * The client gives up: an alert's size in place of its flight, or in place of the CertificateVerify behind a
 * certificate.
 */
static bool read_client_alert(struct inference *inference, const struct flight *client, uint32_t begin,
                              struct sizes sizes)
{
    const struct hidden_record *first = client->records[begin];
    const struct hidden_record *second = begin + 1 < client->count ? client->records[begin + 1] : NULL;
    bool at_once = has_size(first, ALERT_BODY + sizes.overhead);
    bool after_certificate = second && first->length > sizes.finished + JAVA_PADDING &&
                             has_size(second, ALERT_BODY + sizes.overhead);
    if (after_certificate)
        conclude_asked(inference, ANSWER_YES, ANSWER_YES);
    if (at_once || after_certificate) {
        inference->client_alert = at_once ? first->seen : second->seen;
        inference->client_finished = ANSWER_NO;
    }
    return at_once || after_certificate;
}

/* False where the flight was not recognised to its end. */
static bool read_client_flight(struct handshake *handshake, const struct flight *client, struct sizes sizes)
{
    struct inference *inference = &handshake->inference;
    uint32_t begin = flight_beginning(handshake, client, sizes);
    if (begin >= client->count || read_client_alert(inference, client, begin, sizes))
        return false;
    const struct hidden_record *first = client->records[begin];
    inference->client_flight = first->seen;
    uint32_t finished = find_finished(client, begin, sizes);
    bool cut = handshake->direction[SIDE_CLIENT].gap_inside && client->count < FLIGHT_LIMIT;
    if (finished == client->count || finished - begin > 4)
        return !cut && read_packed_flight(inference, first, sizes);
    inference->client_finished = ANSWER_YES;
    inference->finished_seen = client->records[finished]->seen;
    inference->finished_length = client->records[finished]->length;
    inference->client_flight_records = finished - begin + 1;
    if (finished == begin) {
        if (inference->asked == ANSWER_UNKNOWN)
            conclude_asked(inference, ANSWER_NO, ANSWER_NO);
    } else if (finished == begin + 1 && has_size(first, EMPTY_CERTIFICATE + sizes.overhead)) {
        conclude_asked(inference, ANSWER_YES, ANSWER_NO);
    } else {
        conclude_asked(inference, ANSWER_YES, ANSWER_YES);
    }
    return true;
}

/* With every overhead and padding that is in use. */
static bool may_be_alert(const struct hidden_record *record)
{
    uint32_t bare = ALERT_BODY + TYPE_BYTE;
    return has_size(record, bare + TAG) || has_size(record, bare + TAG_CCM8);
}

bool inference_talks_on(const struct handshake *handshake)
{
    const struct direction *direction = handshake->direction;
    if (direction[SIDE_CLIENT].data_records == 0 || direction[SIDE_SERVER].data_records == 0)
        return false;
    if (handshake->hidden_count == HIDDEN_RECORDS_KEPT) /* more than any refusal takes */
        return true;
    uint64_t client = UINT64_MAX;
    for (uint32_t i = 0; i < handshake->hidden_count; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->type != TLS_CONTENT_APPLICATION_DATA ||
            record->seen.packet < handshake->server_hello_seen.packet)
            continue;
        if (record->from == SIDE_CLIENT && client == UINT64_MAX)
            client = record->seen.packet;
        else if (record->from == SIDE_SERVER && record->seen.packet > client && !may_be_alert(record))
            return true;
    }
    return false;
}

/* The server's records from that moment on: how many, and the first. */
static uint32_t count_after(const struct flight *flight, struct moment moment,
                            const struct hidden_record **first)
{
    uint32_t count = 0;
    *first = NULL;
    for (uint32_t i = 0; i < flight->count; i++) {
        if (flight->records[i]->seen.packet <= moment.packet)
            continue;
        if (!*first)
            *first = flight->records[i];
        count++;
    }
    return count;
}

/*
 * An alert's size as the server's only word after the client's flight began, and then an end, means refused:
 * an accepting server sends tickets or data. It may judge the client's Certificate before the rest of the
 * flight is there. A record of that size after data would be close_notify; the stacks that answer twice send
 * two alerts.
 */
static void read_server_verdict(struct handshake *handshake, const struct flight *server, struct sizes sizes)
{
    struct inference *inference = &handshake->inference;
    const struct connection *connection = handshake->connection;
    const struct hidden_record *answer;
    uint32_t answers = count_after(server, inference->client_flight, &answer);
    bool closed = connection->closed.packet > inference->client_flight.packet;
    bool closed_by_server = closed && connection->closed_by == 1 - handshake->client_half;
    if (answer && !has_size(answer, ALERT_BODY + sizes.overhead)) {
        inference->refused = ANSWER_NO;
    } else if (handshake->direction[SIDE_SERVER].first_gap.packet) {
        inference->refused = ANSWER_UNKNOWN; /* tickets may have been lost */
    } else if (answer && answers <= 2 && closed && inference->asked != ANSWER_NO) {
        inference->refused = ANSWER_YES;
        inference->server_alert = answer->seen;
    } else if (!answer && closed_by_server && inference->asked == ANSWER_YES) {
        inference->refused = ANSWER_YES;
    } else if (!answer && closed && !closed_by_server && inference->asked == ANSWER_NO) {
        inference->refused = ANSWER_NO;
    }
}

/* The server gave up inside its own flight: an alert's size straight after its hello. */
static void read_early_server_alert(struct handshake *handshake, const struct flight *server,
                                    const struct flight *client, struct sizes sizes)
{
    bool alone = server->count >= 1 && server->count <= 2 && client->count == 0 &&
                 !handshake->direction[SIDE_SERVER].first_gap.packet;
    if (alone && has_size(server->records[0], ALERT_BODY + sizes.overhead) &&
        handshake->connection->closed.packet)
        handshake->inference.server_alert = server->records[0]->seen;
}

/* All that is missing of the client stood before the ChangeCipherSpec that it sends before its flight (RFC
 * 8446 appendix D.4), and was its hello. */
static bool lacks_only_hello(const struct handshake *handshake)
{
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    return !handshake->client_hello && !handshake->hello_retry_request && !client->gap_inside &&
           !client->desynchronised && client->change_cipher_spec.packet &&
           !handshake->server_hello->has_pre_shared_key;
}

void inference_draw(struct handshake *handshake)
{
    struct sizes sizes = sizes_of(handshake->server_hello->cipher);
    struct flight server = flight_of(handshake, SIDE_SERVER), whole_server = whole_part(server);
    struct flight client = flight_of(handshake, SIDE_CLIENT);
    read_server_flight(handshake, &whole_server, sizes);
    if (!lacks_only_hello(handshake))
        client = whole_part(client);
    if (read_client_flight(handshake, &client, sizes))
        read_server_verdict(handshake, &server, sizes);
    else
        read_early_server_alert(handshake, &server, &client, sizes);
}
