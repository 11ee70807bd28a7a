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
    SHORTEST_CERTIFICATE_FLIGHT = 400, /* with a certificate in it, the Finished left out */
    FLIGHT_LIMIT = 24,                 /* records looked at, a side */
};

/* A side's own Finished shows whether it pads. */
enum padding { PADDING_UNKNOWN, PADDING_NONE, PADDING_JAVA };

struct sizes {
    uint32_t overhead; /* of each record */
    uint32_t finished; /* of a record with a Finished alone, not padded */
};

/* The encrypted records of one side, after the ServerHello. */
struct flight {
    const struct hidden_record *records[FLIGHT_LIMIT];
    uint32_t count;
    uint32_t whole; /* the first of them, among which no bytes are missing */
    struct sizes sizes;
    enum padding padding;
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
    struct flight flight = {.sizes = sizes_of(handshake->server_hello->cipher)};
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

static bool has_size(const struct flight *flight, uint32_t index, uint32_t size)
{
    uint32_t length = index < flight->count ? flight->records[index]->length : 0;
    return (length == size && flight->padding != PADDING_JAVA) ||
           (length == size + JAVA_PADDING && flight->padding != PADDING_NONE);
}

static bool is_alert(const struct flight *flight, uint32_t index)
{
    return has_size(flight, index, ALERT_BODY + flight->sizes.overhead);
}

static bool is_empty_certificate(const struct flight *flight, uint32_t index)
{
    return has_size(flight, index, EMPTY_CERTIFICATE + flight->sizes.overhead);
}

/* Index of the first record from `from` on that is a Finished by its size; `count` when there is none. */
static uint32_t find_finished(const struct flight *flight, uint32_t from)
{
    for (uint32_t i = from; i < flight->count; i++)
        if (has_size(flight, i, flight->sizes.finished))
            return i;
    return flight->count;
}

static enum padding padding_of(const struct flight *flight, uint32_t finished)
{
    return flight->records[finished]->length == flight->sizes.finished ? PADDING_NONE : PADDING_JAVA;
}

/* A record that is full, by the protocol's limit or one that max_fragment_length sets (RFC 6066 section 4):
 * the message goes on in the next. */
static bool goes_on(const struct flight *flight, uint32_t index)
{
    uint32_t content = flight->records[index]->length - flight->sizes.overhead;
    return content == 16384 || content == 4096 || content == 2048 || content == 1024 || content == 512;
}

/* A message longer than a record takes several; they count as one. */
static uint32_t count_messages(const struct flight *flight, uint32_t end)
{
    uint32_t messages = 0;
    for (uint32_t i = 0; i < end; i++)
        if (!goes_on(flight, i))
            messages++;
    return messages;
}

/*
 * EncryptedExtensions is mostly short: the acknowledged name (and accepted early data), four bytes each, and
 * the application protocol, whose name takes seven more than itself. What else a server may put in has other
 * sizes, or is an answer to an extension of the client.
 */
static const char *protocol_by_size(uint32_t bytes)
{
    switch (bytes) {
    case 0:
    case 4:
    case 8:
        return "none";
    case 9:
    case 13:
    case 17:
        return "h2";
    case 15:
    case 19:
    case 23:
        return "http/1.1";
    default:
        return NULL;
    }
}

static void read_encrypted_extensions(struct handshake *handshake, const struct flight *server)
{
    enum { EXTENSIONS_LENGTH = 2 };
    struct inference *inference = &handshake->inference;
    const struct client_hello *hello = handshake->client_hello;
    uint32_t records = inference->server_flight_records;
    bool one_each = records == 2 || records == 4 || records == 5;
    uint32_t empty = server->sizes.overhead + MESSAGE_HEADER + EXTENSIONS_LENGTH;
    if (!one_each || server->padding == PADDING_JAVA || !hello || hello->record_size_limit ||
        hello->max_fragment_length || server->records[0]->length < empty)
        return;
    inference->protocol = protocol_by_size(server->records[0]->length - empty);
}

static void keep_server_alert(struct inference *inference, const struct flight *server, uint32_t index)
{
    const struct hidden_record *record = server->records[index];
    inference->server_alert = record->seen;
    inference->server_alert_padded = record->length == ALERT_BODY + server->sizes.overhead + JAVA_PADDING;
}

/*
 * EncryptedExtensions, [CertificateRequest], Certificate, CertificateVerify, Finished: five messages or four;
 * two when a key is resumed. Only where each has a record of its own.
 */
static void read_server_flight(struct handshake *handshake, struct flight *server)
{
    struct inference *inference = &handshake->inference;
    uint32_t finished = find_finished(server, 1);
    if (finished == server->count && server->count > 0 &&
        server->records[0]->length > SHORTEST_CERTIFICATE_FLIGHT)
        server->padding = PADDING_NONE;
    if (finished == server->count)
        return;
    server->padding = padding_of(server, finished);
    inference->server_flight_records = count_messages(server, finished + 1);
    bool resumed = handshake->server_hello->has_pre_shared_key;
    if (inference->server_flight_records == 5 && !resumed)
        inference->asked = ANSWER_YES;
    else if (inference->server_flight_records == 4 || (inference->server_flight_records == 2 && resumed))
        inference->asked = ANSWER_NO;
    read_encrypted_extensions(handshake, server);
}

static void conclude_asked(struct inference *inference, enum answer asked, enum answer sent)
{
    inference->asked = asked;
    inference->sent = sent;
}

/*
 * Where the client's flight begins. Early data that was taken ends with EndOfEarlyData; of early data that
 * the server dropped, records can still be under way when its hello passes.
 */
static uint32_t flight_beginning(const struct handshake *handshake, const struct flight *client)
{
    if (!handshake->client_hello || !handshake->client_hello->has_early_data)
        return 0;
    uint32_t finished = find_finished(client, 0);
    if (finished == client->count || finished == 0 ||
        has_size(client, finished - 1, END_OF_EARLY_DATA + client->sizes.overhead) ||
        handshake->inference.asked == ANSWER_NO)
        return finished;
    if (is_empty_certificate(client, finished - 1))
        return finished - 1;
    return handshake->inference.asked == ANSWER_YES && finished >= 2 ? finished - 2 : client->count;
}

/* All of the flight in one record: with an empty Certificate it has an exact size, with a real one it is
 * long. Who packs does not pad. */
static bool read_packed_flight(struct inference *inference, struct flight *client, uint32_t begin)
{
    const struct hidden_record *record = client->records[begin];
    if (has_size(client, begin, client->sizes.finished + EMPTY_CERTIFICATE))
        conclude_asked(inference, ANSWER_YES, ANSWER_NO);
    else if (record->length >= client->sizes.finished + SHORTEST_CERTIFICATE_FLIGHT)
        conclude_asked(inference, ANSWER_YES, ANSWER_YES);
    else
        return false;
    client->padding = PADDING_NONE;
    inference->client_finished = ANSWER_YES;
    inference->finished_seen = record->seen;
    inference->client_flight_records = 1;
    return true;
}

/*
 * The client gives up: an alert's size in place of its flight, or in place of the CertificateVerify behind a
 * certificate.
 */
static bool read_client_alert(struct inference *inference, const struct flight *client, uint32_t begin)
{
    const struct hidden_record *first = client->records[begin];
    bool at_once = is_alert(client, begin);
    bool after_certificate =
        first->length > client->sizes.finished + JAVA_PADDING && is_alert(client, begin + 1);
    if (after_certificate)
        conclude_asked(inference, ANSWER_YES, ANSWER_YES);
    if (at_once || after_certificate) {
        inference->client_alert = client->records[at_once ? begin : begin + 1]->seen;
        inference->client_finished = ANSWER_NO;
    }
    return at_once || after_certificate;
}

/* The server answered, or left, before the Finished was there: an empty Certificate alone is enough. */
static bool read_begun_flight(struct inference *inference, struct flight *client, uint32_t begin)
{
    if (!is_empty_certificate(client, begin))
        return read_packed_flight(inference, client, begin);
    conclude_asked(inference, ANSWER_YES, ANSWER_NO);
    inference->client_flight_records = 1;
    return true;
}

/* False where the flight was not recognised. */
static bool read_client_flight(struct handshake *handshake, struct flight *client)
{
    struct inference *inference = &handshake->inference;
    uint32_t begin = flight_beginning(handshake, client);
    if (begin >= client->count || read_client_alert(inference, client, begin))
        return false;
    inference->client_flight = client->records[begin]->seen;
    uint32_t finished = find_finished(client, begin);
    bool cut = handshake->direction[SIDE_CLIENT].gap_inside && client->count < FLIGHT_LIMIT;
    if (finished == client->count || finished - begin > 4)
        return !cut && read_begun_flight(inference, client, begin);
    client->padding = padding_of(client, finished);
    inference->client_finished = ANSWER_YES;
    inference->finished_seen = client->records[finished]->seen;
    inference->finished_length = client->records[finished]->length;
    inference->client_flight_records = finished - begin + 1;
    /* Who is asked has to answer, if only with an empty list: a Finished alone was not asked. */
    if (finished == begin)
        conclude_asked(inference, ANSWER_NO, ANSWER_NO);
    else
        conclude_asked(inference, ANSWER_YES,
                       finished == begin + 1 && is_empty_certificate(client, begin) ? ANSWER_NO : ANSWER_YES);
    return true;
}

/* With every overhead and padding that is in use. */
static bool may_be_alert(const struct hidden_record *record)
{
    uint32_t content = record->length - ALERT_BODY - TYPE_BYTE;
    return content == TAG || content == TAG_CCM8 || content == TAG + JAVA_PADDING ||
           content == TAG_CCM8 + JAVA_PADDING;
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

/* Index of the server's first record after that moment; `count` when there is none. */
static uint32_t first_after(const struct flight *flight, struct moment moment)
{
    uint32_t index = 0;
    while (index < flight->count && flight->records[index]->seen.packet <= moment.packet)
        index++;
    return index;
}

/* When the client, done with the handshake, said that it leaves: with a close_notify, which has an alert's
 * size, or by closing. What comes from the server after that answers it. */
static struct moment client_left(const struct handshake *handshake, const struct flight *client)
{
    const struct moment closed = handshake->connection->closed;
    const uint64_t finished = handshake->inference.finished_seen.packet;
    for (uint32_t i = 0; finished && i < client->count; i++) {
        const struct moment seen = client->records[i]->seen;
        bool in_time = !closed.packet || seen.packet <= closed.packet;
        if (seen.packet >= finished && in_time && is_alert(client, i))
            return seen;
    }
    bool by_client = closed.packet && handshake->connection->closed_by == handshake->client_half;
    return by_client ? closed : (struct moment){0};
}

/* It closed without a word, and not because nobody had used the connection for long. */
static bool server_left_at_once(const struct handshake *handshake)
{
    const int64_t soon = 5LL * 1000 * 1000 * 1000;
    const struct connection *connection = handshake->connection;
    return connection->closed.packet > handshake->inference.client_flight.packet &&
           connection->closed_by == 1 - handshake->client_half &&
           connection->closed.time - handshake->inference.client_flight.time < soon;
}

/*
 * An alert's size as the server's only word after the client's flight began, and then an end, means refused:
 * an accepting server sends tickets or data. It may judge the client's Certificate before the rest of the
 * flight is there. A record of that size after data would be close_notify, and so would one after the
 * client's; the stacks that answer twice send two alerts.
 */
static void read_server_verdict(struct handshake *handshake, const struct flight *server,
                                const struct flight *client)
{
    struct inference *inference = &handshake->inference;
    uint32_t answer = first_after(server, inference->client_flight);
    struct moment left = client_left(handshake, client);
    uint64_t answered = answer < server->count ? server->records[answer]->seen.packet : 0;
    bool client_first = left.packet && (!answered || left.packet < answered);
    if (answered && !is_alert(server, answer)) {
        inference->refused = ANSWER_NO;
    } else if (handshake->direction[SIDE_SERVER].first_gap.packet) {
        inference->refused = ANSWER_UNKNOWN; /* tickets may have been lost */
    } else if (client_first) {
        inference->refused = inference->asked == ANSWER_NO ? ANSWER_NO : ANSWER_UNKNOWN;
    } else if (answered && server->count - answer <= 2 && handshake->connection->closed.packet &&
               inference->asked == ANSWER_YES) {
        inference->refused = ANSWER_YES;
        keep_server_alert(inference, server, answer);
    } else if (!answered && inference->asked == ANSWER_YES && server_left_at_once(handshake)) {
        inference->refused = ANSWER_YES;
    }
}

/*
 * The server gave up inside its own flight: an alert's size straight after its hello, or after the
 * EncryptedExtensions (the JDK finds out then that it cannot sign), and no Finished.
 */
static void read_early_server_alert(struct handshake *handshake, const struct flight *server,
                                    const struct flight *client)
{
    enum { MOST = 3 };
    if (server->count == 0 || server->count > MOST || client->count > 0 ||
        !handshake->connection->closed.packet || handshake->direction[SIDE_SERVER].first_gap.packet ||
        find_finished(server, 0) < server->count)
        return;
    for (uint32_t i = 0; i < server->count; i++)
        if (is_alert(server, i)) {
            keep_server_alert(&handshake->inference, server, i);
            return;
        }
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

static uint32_t padding_bytes(const struct flight *flight)
{
    return flight->padding == PADDING_JAVA ? JAVA_PADDING : 0;
}

void inference_draw(struct handshake *handshake)
{
    struct flight server = flight_of(handshake, SIDE_SERVER), whole_server = whole_part(server);
    struct flight client = flight_of(handshake, SIDE_CLIENT);
    read_server_flight(handshake, &whole_server);
    server.padding = whole_server.padding;
    if (!lacks_only_hello(handshake))
        client = whole_part(client);
    if (read_client_flight(handshake, &client))
        read_server_verdict(handshake, &server, &client);
    else
        read_early_server_alert(handshake, &server, &client);
    handshake->inference.padding[SIDE_CLIENT] = padding_bytes(&client);
    handshake->inference.padding[SIDE_SERVER] = padding_bytes(&server);
}
