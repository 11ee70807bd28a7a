/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which order and shape hellos say things: what tells one stack from another. */
#include "handshake/getters.h"

#include "base/buffer.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

/* ---- Orders as text ------------------------------------------------------------------------------------ */

static struct value keep_shape(const struct handshake *handshake, enum shape shape, const struct buffer *text)
{
    const char *kept = arena_copy(handshake->arena, text->length > 0 ? text->bytes : "", text->length);
    handshake->shapes[shape] = kept;
    return value_string(kept);
}

static void add_code(struct buffer *text, uint16_t code)
{
    static const char digits[] = "0123456789abcdef";
    if (text->length > 0)
        buffer_add_char(text, '-');
    if (tls_is_grease(code)) {
        buffer_add_char(text, 'G');
        return;
    }
    for (int shift = 12; shift >= 0; shift -= 4)
        buffer_add_char(text, digits[code >> shift & 15]);
}

static struct value order_of(const struct handshake *handshake, enum shape shape,
                             const struct code_list *list)
{
    if (!handshake->shapes)
        return value_unknown();
    if (handshake->shapes[shape])
        return value_string(handshake->shapes[shape]);
    struct buffer text = {0};
    for (uint32_t i = 0; i < list->count; i++)
        add_code(&text, list->codes[i]);
    struct value value = keep_shape(handshake, shape, &text);
    buffer_free(&text);
    return value;
}

/* What is behind the cut of a hello is not known, so no order is. */
#define CLIENT_ORDER(name, shape, list)                                                                      \
    struct value field_client_hello_##name(const struct handshake *handshake)                                \
    {                                                                                                        \
        const struct client_hello *hello = handshake->client_hello;                                          \
        return hello && !hello->cut ? order_of(handshake, shape, &hello->list) : value_unknown();            \
    }
CLIENT_ORDER(suite_order, SHAPE_CLIENT_SUITES, ciphers)
CLIENT_ORDER(extension_order, SHAPE_CLIENT_EXTENSIONS, extensions)
CLIENT_ORDER(group_order, SHAPE_CLIENT_GROUPS, groups)
CLIENT_ORDER(signature_order, SHAPE_CLIENT_SIGNATURES, signature_algorithms)
CLIENT_ORDER(point_format_order, SHAPE_CLIENT_POINT_FORMATS, point_formats)
CLIENT_ORDER(compression_order, SHAPE_CLIENT_COMPRESSIONS, compressions)
#undef CLIENT_ORDER

struct value field_server_hello_extension_order(const struct handshake *handshake)
{
    const struct server_hello *hello = handshake->server_hello;
    return hello && !hello->cut ? order_of(handshake, SHAPE_SERVER_EXTENSIONS, &hello->extensions)
                                : value_unknown();
}

struct value field_certificate_request_type_order(const struct handshake *handshake)
{
    const struct certificate_request *request = handshake->certificate_request;
    return request && !request->cut ? order_of(handshake, SHAPE_REQUEST_TYPES, &request->certificate_types)
                                    : value_unknown();
}

struct value field_certificate_request_signature_order(const struct handshake *handshake)
{
    const struct certificate_request *request = handshake->certificate_request;
    return request && !request->cut
               ? order_of(handshake, SHAPE_REQUEST_SIGNATURES, &request->signature_algorithms)
               : value_unknown();
}

/* ---- The client's hello -------------------------------------------------------------------------------- */

struct value field_client_hello_record_version(const struct handshake *handshake)
{
    uint16_t version = handshake->direction[SIDE_CLIENT].record_version;
    return handshake->client_hello && version ? value_integer(version) : value_unknown();
}

struct value field_client_hello_legacy_version(const struct handshake *handshake)
{
    return handshake->client_hello ? value_integer(handshake->client_hello->version) : value_unknown();
}

struct value field_client_hello_session_id_length(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello && hello->session_id.bytes ? value_integer(hello->session_id.length) : value_unknown();
}

/* gmt_unix_time (RFC 5246 section 7.4.1.2). Four random bytes hit the same day once in 50000 times. */
static struct value is_dated(const uint8_t random[static 32], struct moment seen)
{
    uint32_t said =
        (uint32_t)random[0] << 24 | (uint32_t)random[1] << 16 | (uint32_t)random[2] << 8 | random[3];
    int64_t difference = seen.time / CLOCK_SECOND - (int64_t)said;
    return value_boolean(llabs(difference) < 12 * 3600);
}

struct value field_client_hello_dated(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello && !hello->lacks_random ? is_dated(hello->random, handshake->client_hello_seen)
                                         : value_unknown();
}

static bool has_grease(const struct code_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (tls_is_grease(list->codes[i]))
            return true;
    return false;
}

struct value field_client_hello_grease(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello)
        return value_unknown();
    bool grease = has_grease(&hello->ciphers) || has_grease(&hello->extensions) || has_grease(&hello->groups);
    return grease || !hello->cut ? value_boolean(grease) : value_unknown();
}

struct value field_client_hello_padding(const struct handshake *handshake)
{
    enum { PADDING = 21 };
    const struct client_hello *hello = handshake->client_hello;
    return hello && code_list_has(&hello->extensions, PADDING) ? value_integer(hello->padding)
                                                               : value_unknown();
}

/* ---- The server's -------------------------------------------------------------------------------------- */

struct value field_server_hello_session_id_length(const struct handshake *handshake)
{
    const struct server_hello *hello = handshake->server_hello;
    return hello && hello->session_id.bytes ? value_integer(hello->session_id.length) : value_unknown();
}

struct value field_server_hello_dated(const struct handshake *handshake)
{
    const struct server_hello *hello = handshake->server_hello;
    return hello ? is_dated(hello->random, handshake->server_hello_seen) : value_unknown();
}

struct value field_server_handshake_records(const struct handshake *handshake)
{
    uint32_t records = handshake->direction[SIDE_SERVER].clear_handshake_records;
    return records > 0 ? value_integer(records) : value_unknown();
}

struct value field_server_handshake_messages(const struct handshake *handshake)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < handshake->message_count; i++)
        count +=
            handshake->messages[i].from == SIDE_SERVER && handshake->messages[i].kind == MESSAGE_HANDSHAKE;
    return count > 0 ? value_integer(count) : value_unknown();
}

struct value field_inferred_padded(const struct handshake *handshake)
{
    const struct inference *inference = &handshake->inference;
    return inference->server_flight_records > 0 ? value_boolean(inference->padding[SIDE_SERVER] > 0)
                                                : value_unknown();
}

static void add_lengths(struct buffer *text, const struct handshake *handshake)
{
    enum { MOST = 8 };
    unsigned count = 0;
    for (uint32_t i = 0; i < handshake->hidden_count && count < MOST; i++) {
        const struct hidden_record *record = &handshake->hidden[i];
        if (record->from == SIDE_SERVER && record->type == TLS_CONTENT_APPLICATION_DATA)
            buffer_add_format(text, "%s%u", count++ > 0 ? "-" : "", (unsigned)record->length);
    }
}

struct value field_server_encrypted_lengths(const struct handshake *handshake)
{
    bool hidden = handshake->version == TLS_VERSION_1_3 && handshake->carrier == CARRIER_TLS;
    if (!hidden || !handshake->shapes)
        return value_unknown();
    if (handshake->shapes[SHAPE_SERVER_RECORDS])
        return value_string(handshake->shapes[SHAPE_SERVER_RECORDS]);
    struct buffer text = {0};
    add_lengths(&text, handshake);
    struct value value = keep_shape(handshake, SHAPE_SERVER_RECORDS, &text);
    buffer_free(&text);
    return value;
}
