/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/messages.h"

#include "handshake/signatures.h"
#include "handshake/transcript.h"
#include "tls/compressed_certificate.h"

void message_note(const struct message_context *context, enum message_kind kind, uint32_t length)
{
    transcript_message(context->handshake, message_side(context), kind, 0, length, context->now);
}

void message_note_hidden(const struct message_context *context, uint8_t type, uint32_t length)
{
    transcript_hidden(context->handshake, message_side(context), type, length, context->now);
}

void message_note_data(const struct message_context *context, uint32_t length)
{
    struct direction *direction = message_direction(context);
    if (direction->data_records++ == 0) {
        direction->first_data = context->now;
        message_note(context, MESSAGE_APPLICATION_DATA, length);
    }
    direction->data_bytes += length;
}

static void learn_client(const struct message_context *context, int half)
{
    connection_set_client(context->connection, half);
    transcript_set_client(context->handshake, half);
}

/* What the layout of a message depends on, as long as no ServerHello has told: the layout of 1.2. */
static uint16_t version_so_far(const struct handshake *handshake)
{
    return handshake->server_hello && handshake->server_hello->selected_version
               ? tls_version_equivalent(handshake->server_hello->selected_version)
               : TLS_VERSION_1_2;
}

static void keep_client_hello(const struct message_context *context, struct client_hello *hello)
{
    struct handshake *handshake = context->handshake;
    const struct half *sender = &context->connection->half[context->half];
    const struct moment now = context->now;
    if (!handshake->client_hello) {
        handshake->client_hello = hello;
        handshake->client_hello_seen = now;
        handshake->client_hello_end = sender->next_sequence - (sender->fin.packet ? 1 : 0);
    } else if (handshake->hello_retry_request && !handshake->second_hello) {
        handshake->second_hello = hello;
        handshake->second_hello_seen = now;
    }
}

static enum decode_result read_client_hello(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    struct client_hello *hello = arena_take(handshake->arena, 1, sizeof *hello);
    learn_client(context, context->half);
    if (!hello)
        return DECODE_WHOLE;
    enum decode_result result = handshake->carrier == CARRIER_DTLS
                                    ? dtls_client_hello_decode(body, handshake->arena, hello)
                                    : client_hello_decode(body, handshake->arena, hello);
    keep_client_hello(context, hello);
    return result;
}

static void keep_server_hello(struct handshake *handshake, struct server_hello *hello, struct moment now)
{
    if (hello->hello_retry_request && !handshake->hello_retry_request) {
        handshake->hello_retry_request = hello;
        handshake->hello_retry_request_seen = now;
    } else if (!hello->hello_retry_request && !handshake->server_hello) {
        handshake->server_hello = hello;
        handshake->server_hello_seen = now;
    }
}

typedef enum decode_result server_hello_decoder(struct cursor body, struct arena *arena,
                                                struct server_hello *hello);

static enum decode_result read_server_hello_with(const struct message_context *context, struct cursor body,
                                                 server_hello_decoder *decode)
{
    struct handshake *handshake = context->handshake;
    struct server_hello *hello = arena_take(handshake->arena, 1, sizeof *hello);
    if (!handshake->client_hello)
        learn_client(context, 1 - context->half);
    if (!hello)
        return DECODE_WHOLE;
    enum decode_result result = decode(body, handshake->arena, hello);
    keep_server_hello(handshake, hello, context->now);
    if (hello->hello_retry_request && handshake->message_count > 0)
        handshake->messages[handshake->message_count - 1].kind = MESSAGE_HELLO_RETRY_REQUEST;
    return result;
}

static enum decode_result read_server_hello(const struct message_context *context, struct cursor body)
{
    return read_server_hello_with(context, body, server_hello_decode);
}

static enum decode_result read_hello_retry_request(const struct message_context *context, struct cursor body)
{
    return read_server_hello_with(context, body, hello_retry_request_decode);
}

static enum decode_result read_hello_verify_request(const struct message_context *context, struct cursor body)
{
    struct hello_verify_request request;
    if (!context->handshake->client_hello)
        learn_client(context, 1 - context->half);
    return hello_verify_request_decode(body, &request);
}

/* What the hellos agreed on (RFC 7250 section 4.2). */
static uint8_t certificate_type(const struct handshake *handshake, enum side side)
{
    const struct server_hello *hello = handshake->server_hello;
    if (!hello)
        return TLS_CERTIFICATE_X509;
    return side == SIDE_CLIENT ? hello->client_certificate_type : hello->server_certificate_type;
}

static enum decode_result decode_certificate(const struct message_context *context, struct cursor body,
                                             struct certificate_message *message)
{
    struct handshake *handshake = context->handshake;
    uint16_t version = version_so_far(handshake);
    uint8_t type = certificate_type(handshake, message_side(context));
    if (type == TLS_CERTIFICATE_RAW_PUBLIC_KEY && version <= TLS_VERSION_1_2)
        return raw_public_key_decode(body, handshake->arena, context->hasher, message);
    enum decode_result result =
        certificate_message_decode(body, version, handshake->arena, context->hasher, message);
    message->type = type;
    return result;
}

static enum decode_result decode_compressed(const struct message_context *context, struct cursor body,
                                            struct certificate_message *message)
{
    struct handshake *handshake = context->handshake;
    enum decode_result result = compressed_certificate_decode(body, version_so_far(handshake),
                                                              handshake->arena, context->hasher, message);
    message->type = certificate_type(handshake, message_side(context));
    return result;
}

typedef enum decode_result certificate_decoder(const struct message_context *context, struct cursor body,
                                               struct certificate_message *message);

static enum decode_result read_certificate_with(const struct message_context *context, struct cursor body,
                                                certificate_decoder *decode)
{
    struct handshake *handshake = context->handshake;
    enum side side = message_side(context);
    struct certificate_message *message = arena_take(handshake->arena, 1, sizeof *message);
    if (!message)
        return DECODE_WHOLE;
    enum decode_result result = decode(context, body, message);
    if (!handshake->certificate[side]) {
        handshake->certificate[side] = message;
        handshake->direction[side].certificate = context->now;
    }
    return result;
}

static enum decode_result read_certificate_status(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    struct certificate_status_message *message = arena_take(handshake->arena, 1, sizeof *message);
    if (!message || handshake->certificate_status)
        return DECODE_WHOLE;
    handshake->certificate_status = message;
    handshake->certificate_status_seen = context->now;
    return certificate_status_decode(body, handshake->arena, message);
}

static enum decode_result read_certificate(const struct message_context *context, struct cursor body)
{
    return read_certificate_with(context, body, decode_certificate);
}

static enum decode_result read_compressed_certificate(const struct message_context *context,
                                                      struct cursor body)
{
    return read_certificate_with(context, body, decode_compressed);
}

static enum decode_result read_certificate_request(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    struct certificate_request *request = arena_take(handshake->arena, 1, sizeof *request);
    if (!request)
        return DECODE_WHOLE;
    enum decode_result result =
        certificate_request_decode(body, version_so_far(handshake), handshake->arena, request);
    if (!handshake->certificate_request) {
        handshake->certificate_request = request;
        handshake->certificate_request_seen = context->now;
    }
    return result;
}

/* In TLS 1.3 it is here that the server says what the Certificate messages hold. */
static enum decode_result read_encrypted_extensions(const struct message_context *context, struct cursor body)
{
    struct server_hello *hello = context->handshake->server_hello;
    struct encrypted_extensions message;
    enum decode_result result = encrypted_extensions_decode(body, context->handshake->arena, &message);
    if (hello) {
        hello->client_certificate_type = message.client_certificate_type;
        hello->server_certificate_type = message.server_certificate_type;
    }
    return result;
}

static enum decode_result read_server_key_exchange(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    handshake->server_key_exchange_seen = context->now;
    if (!handshake->server_hello || handshake->server_hello->lacks_cipher)
        return DECODE_WHOLE;
    struct server_key_exchange *message = arena_take(handshake->arena, 1, sizeof *message);
    if (!message)
        return DECODE_WHOLE;
    handshake->server_key_exchange = message;
    return server_key_exchange_decode(body, version_so_far(handshake), handshake->server_hello->cipher,
                                      message);
}

static enum decode_result read_server_hello_done(const struct message_context *context, struct cursor body)
{
    context->handshake->server_hello_done_seen = context->now;
    return cursor_finished(&body) ? DECODE_WHOLE : DECODE_BAD;
}

static enum decode_result read_client_key_exchange(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    handshake->client_key_exchange_seen = context->now;
    if (!handshake->server_hello || handshake->server_hello->lacks_cipher || handshake->client_key_exchange)
        return DECODE_WHOLE;
    struct client_key_exchange *message = arena_take(handshake->arena, 1, sizeof *message);
    if (!message)
        return DECODE_WHOLE;
    handshake->client_key_exchange = message;
    return client_key_exchange_decode(body, handshake->server_hello->cipher, handshake->arena, message);
}

static enum decode_result read_certificate_verify(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    enum side side = message_side(context);
    struct certificate_verify *message = arena_take(handshake->arena, 1, sizeof *message);
    if (!message)
        return DECODE_WHOLE;
    handshake->certificate_verify[side] = message;
    handshake->direction[side].certificate_verify = context->now;
    return certificate_verify_decode(body, version_so_far(handshake), message);
}

static enum decode_result read_new_session_ticket(const struct message_context *context, struct cursor body)
{
    struct handshake *handshake = context->handshake;
    struct new_session_ticket *message = arena_take(handshake->arena, 1, sizeof *message);
    if (!message)
        return DECODE_WHOLE;
    handshake->new_session_ticket = message;
    return new_session_ticket_decode(body, version_so_far(handshake), message);
}

static enum decode_result read_finished(const struct message_context *context, struct cursor body)
{
    (void)body;
    struct direction *direction = &context->handshake->direction[message_side(context)];
    direction->finished_seen = true;
    direction->finished = context->now;
    return DECODE_WHOLE;
}

static enum decode_result (*const readers[256])(const struct message_context *, struct cursor) = {
    [TLS_HANDSHAKE_CLIENT_HELLO] = read_client_hello,
    [TLS_HANDSHAKE_SERVER_HELLO] = read_server_hello,
    [TLS_HANDSHAKE_HELLO_VERIFY_REQUEST] = read_hello_verify_request,
    [TLS_HANDSHAKE_HELLO_RETRY_REQUEST] = read_hello_retry_request,
    [TLS_HANDSHAKE_ENCRYPTED_EXTENSIONS] = read_encrypted_extensions,
    [TLS_HANDSHAKE_CERTIFICATE] = read_certificate,
    [TLS_HANDSHAKE_COMPRESSED_CERTIFICATE] = read_compressed_certificate,
    [TLS_HANDSHAKE_CERTIFICATE_STATUS] = read_certificate_status,
    [TLS_HANDSHAKE_CERTIFICATE_REQUEST] = read_certificate_request,
    [TLS_HANDSHAKE_SERVER_KEY_EXCHANGE] = read_server_key_exchange,
    [TLS_HANDSHAKE_SERVER_HELLO_DONE] = read_server_hello_done,
    [TLS_HANDSHAKE_CLIENT_KEY_EXCHANGE] = read_client_key_exchange,
    [TLS_HANDSHAKE_CERTIFICATE_VERIFY] = read_certificate_verify,
    [TLS_HANDSHAKE_NEW_SESSION_TICKET] = read_new_session_ticket,
    [TLS_HANDSHAKE_FINISHED] = read_finished,
};

static bool is_from_server(uint8_t type)
{
    return type == TLS_HANDSHAKE_HELLO_REQUEST || type == TLS_HANDSHAKE_NEW_SESSION_TICKET ||
           type == TLS_HANDSHAKE_SERVER_KEY_EXCHANGE || type == TLS_HANDSHAKE_CERTIFICATE_REQUEST ||
           type == TLS_HANDSHAKE_SERVER_HELLO_DONE || type == TLS_HANDSHAKE_CERTIFICATE_STATUS;
}

/* Where the hellos were not captured other messages tell who sends them. */
static void learn_from_sender(const struct message_context *context, uint8_t type)
{
    const struct handshake *handshake = context->handshake;
    if (handshake->client_hello || handshake->server_hello || handshake->hello_retry_request)
        return;
    if (type == TLS_HANDSHAKE_CLIENT_KEY_EXCHANGE)
        learn_client(context, context->half);
    else if (is_from_server(type))
        learn_client(context, 1 - context->half);
}

/* The line is written first, since a reader may turn the sides around or refine it. */
void message_read(const struct message_context *context, const struct handshake_message *message)
{
    struct handshake *handshake = context->handshake;
    uint32_t line = handshake->message_count;
    transcript_message(handshake, message_side(context), MESSAGE_HANDSHAKE, message->type, message->length,
                       context->now);
    enum decode_result result = DECODE_WHOLE;
    learn_from_sender(context, message->type);
    signatures_note(handshake, context->half, message);
    if (readers[message->type])
        result = readers[message->type](context, message->body);
    bool cut = result == DECODE_CUT || message->body.uncaptured > 0;
    handshake->cut_messages += cut;
    handshake->malformed_messages += result == DECODE_BAD;
    if (line < handshake->message_count) {
        handshake->messages[line].cut = cut;
        handshake->messages[line].malformed = result == DECODE_BAD;
    }
}

static void read_ssl2_client_hello(const struct message_context *context, const struct record *record)
{
    struct handshake *handshake = context->handshake;
    struct client_hello *hello = arena_take(handshake->arena, 1, sizeof *hello);
    learn_client(context, context->half);
    if (!hello)
        return;
    ssl2_client_hello_decode(record->body, handshake->arena, hello);
    keep_client_hello(context, hello);
}

/* In SSL 2.0 the server's certificate is a field of its hello. */
static void keep_ssl2_certificate(const struct message_context *context,
                                  const struct ssl2_server_hello *hello)
{
    struct handshake *handshake = context->handshake;
    struct certificate_message *message = arena_take(handshake->arena, 1, sizeof *message);
    struct certificate_entry *entry = arena_take(handshake->arena, 1, sizeof *entry);
    enum side side = message_side(context);
    if (!hello->certificate.bytes || !message || !entry || handshake->certificate[side])
        return;
    entry->der = hello->certificate;
    entry->length = hello->certificate_length;
    entry->whole = true;
    fingerprint_certificate(context->hasher, entry->der.bytes, entry->der.length, entry->sha1, entry->sha256);
    *message = (struct certificate_message){.entries = entry, .count = 1, .length = entry->length};
    handshake->certificate[side] = message;
    handshake->direction[side].certificate = context->now;
}

static void read_ssl2_server_hello(const struct message_context *context, const struct record *record)
{
    struct handshake *handshake = context->handshake;
    struct ssl2_server_hello *hello = arena_take(handshake->arena, 1, sizeof *hello);
    if (!hello || handshake->ssl2_server_hello)
        return;
    ssl2_server_hello_decode(record->body, handshake->arena, hello);
    handshake->ssl2_server_hello = hello;
    keep_ssl2_certificate(context, hello);
    handshake->server_hello_seen = context->now;
    handshake->ssl2 = true;
}

void message_read_ssl2(const struct message_context *context, const struct record *record)
{
    transcript_message(context->handshake, message_side(context), MESSAGE_SSL2, record->type, record->length,
                       context->now);
    if (record->type == SSL2_CLIENT_HELLO)
        read_ssl2_client_hello(context, record);
    else if (record->type == SSL2_SERVER_HELLO)
        read_ssl2_server_hello(context, record);
    else if (record->type == SSL2_CLIENT_MASTER_KEY)
        context->handshake->client_key_exchange_seen = context->now;
}
