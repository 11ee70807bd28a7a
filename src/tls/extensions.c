/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/extensions.h"

#include "tls/certificate_messages.h"
#include "tls/hello.h"
#include "tls/key_messages.h"
#include "tls/vector.h"
#include <string.h>

/* An extension, and the message that it is read into. */
struct extension {
    struct cursor data;
    struct arena *arena;
    union {
        void *message;
        struct client_hello *client;
        struct server_hello *server;
        struct encrypted_extensions *encrypted;
        struct certificate_request *request;
        struct certificate_entry *entry;
    };
};

/* What is left unread of the data makes the result bad without a word from the reader. */
typedef enum decode_result extension_reader(struct extension *e);

static enum decode_result skip_all(struct cursor *data)
{
    cursor_skip(data, data->left);
    return DECODE_WHOLE;
}

/* ---- ClientHello -------------------------------------------------------------------------------------- */

/* RFC 6066 section 3: only names of type host_name were ever defined, at most one. */
static enum decode_result client_server_name(struct extension *e)
{
    enum { HOST_NAME = 0 };
    struct client_hello *hello = e->client;
    struct cursor names;
    enum decode_result result = DECODE_WHOLE;
    vector_open(&e->data, 2, &names);
    while (cursor_more(&names)) {
        uint8_t type;
        struct octets name;
        cursor_u8(&names, &type);
        result = decode_worse(result, vector_octets(&names, 2, e->arena, &name));
        if (type == HOST_NAME && !hello->server_name.bytes)
            hello->server_name = name;
    }
    return decode_worse(result, vector_result(&names));
}

static enum decode_result client_max_fragment_length(struct extension *e)
{
    cursor_u8(&e->data, &e->client->max_fragment_length);
    return DECODE_WHOLE;
}

/* RFC 6066 section 8 */
static enum decode_result client_status_request(struct extension *e)
{
    e->client->has_status_request = true;
    enum { OCSP = 1 };
    uint8_t type;
    if (cursor_u8(&e->data, &type) && type != OCSP)
        return skip_all(&e->data);
    enum decode_result responders = vector_skip(&e->data, 2);
    return decode_worse(responders, vector_skip(&e->data, 2));
}

static enum decode_result client_groups(struct extension *e)
{
    return vector_codes(&e->data, 2, 2, e->arena, &e->client->groups);
}

static enum decode_result client_point_formats(struct extension *e)
{
    return vector_codes(&e->data, 1, 1, e->arena, &e->client->point_formats);
}

static enum decode_result client_signature_algorithms(struct extension *e)
{
    return vector_codes(&e->data, 2, 2, e->arena, &e->client->signature_algorithms);
}

static enum decode_result client_signature_algorithms_cert(struct extension *e)
{
    return vector_codes(&e->data, 2, 2, e->arena, &e->client->signature_algorithms_cert);
}

/* RFC 6520 section 2 */
static enum decode_result client_heartbeat(struct extension *e)
{
    e->client->has_heartbeat = true;
    cursor_skip(&e->data, 1);
    return DECODE_WHOLE;
}

static enum decode_result client_alpn(struct extension *e)
{
    return vector_octets_list(&e->data, 2, 1, e->arena, &e->client->alpn);
}

/* RFC 6961 section 2.2 */
static enum decode_result client_status_request_v2(struct extension *e)
{
    e->client->has_status_request_v2 = true;
    return skip_all(&e->data);
}

static enum decode_result client_sct(struct extension *e)
{
    e->client->has_sct = true;
    return DECODE_WHOLE;
}

/* RFC 7250 section 3 */
static enum decode_result client_client_certificate_type(struct extension *e)
{
    return vector_codes(&e->data, 1, 1, e->arena, &e->client->client_certificate_types);
}

static enum decode_result client_server_certificate_type(struct extension *e)
{
    return vector_codes(&e->data, 1, 1, e->arena, &e->client->server_certificate_types);
}

static enum decode_result client_padding(struct extension *e)
{
    e->client->padding = vector_announced(&e->data);
    return skip_all(&e->data);
}

static enum decode_result client_encrypt_then_mac(struct extension *e)
{
    e->client->has_encrypt_then_mac = true;
    return DECODE_WHOLE;
}

static enum decode_result client_extended_master_secret(struct extension *e)
{
    e->client->has_extended_master_secret = true;
    return DECODE_WHOLE;
}

/* RFC 8879 section 3 */
static enum decode_result client_compress_certificate(struct extension *e)
{
    return vector_codes(&e->data, 1, 2, e->arena, &e->client->certificate_compressions);
}

/* RFC 9345 section 4.1.1 */
static enum decode_result client_delegated_credential(struct extension *e)
{
    return vector_codes(&e->data, 2, 2, e->arena, &e->client->credential_schemes);
}

static enum decode_result client_record_size_limit(struct extension *e)
{
    cursor_u16(&e->data, &e->client->record_size_limit);
    return DECODE_WHOLE;
}

static enum decode_result client_session_ticket(struct extension *e)
{
    vector_rest(&e->data, e->arena, &e->client->session_ticket);
    return DECODE_WHOLE;
}

/* RFC 8446 section 4.2.11 */
static enum decode_result client_pre_shared_key(struct extension *e)
{
    enum { TICKET_AGE = 4 };
    struct client_hello *hello = e->client;
    struct cursor identities;
    vector_open(&e->data, 2, &identities);
    hello->psk_identities = vector_count(identities, 0, 2, TICKET_AGE);
    struct cursor first = identities;
    vector_octets(&first, 2, e->arena, &hello->psk_first_identity);
    hello->has_psk_first_age = cursor_u32(&first, &hello->psk_first_age);
    while (cursor_more(&identities)) {
        vector_skip(&identities, 2);
        cursor_skip(&identities, TICKET_AGE);
    }
    enum decode_result binders = vector_skip(&e->data, 2);
    return decode_worse(vector_result(&identities), binders);
}

static enum decode_result client_early_data(struct extension *e)
{
    e->client->has_early_data = true;
    return DECODE_WHOLE;
}

static enum decode_result client_supported_versions(struct extension *e)
{
    return vector_codes(&e->data, 1, 2, e->arena, &e->client->versions);
}

static enum decode_result client_cookie(struct extension *e)
{
    return vector_octets(&e->data, 2, e->arena, &e->client->cookie);
}

static enum decode_result client_psk_modes(struct extension *e)
{
    return vector_codes(&e->data, 1, 1, e->arena, &e->client->psk_modes);
}

static enum decode_result client_certificate_authorities(struct extension *e)
{
    struct cursor names;
    vector_open(&e->data, 2, &names);
    e->client->certificate_authorities = vector_count(names, 0, 2, 0);
    enum decode_result result = DECODE_WHOLE;
    while (cursor_more(&names))
        result = decode_worse(result, vector_skip(&names, 2));
    return decode_worse(result, vector_result(&names));
}

static enum decode_result client_post_handshake_auth(struct extension *e)
{
    e->client->has_post_handshake_auth = true;
    return DECODE_WHOLE;
}

/* RFC 8446 section 4.2.8: the groups are facts, the keys are not. Of a draft's extension and the final one
 * the later counts. */
static enum decode_result client_key_share(struct extension *e)
{
    struct code_list *list = &e->client->key_shares;
    struct cursor shares;
    enum decode_result result = DECODE_WHOLE;
    vector_open(&e->data, 2, &shares);
    uint32_t room = vector_count(shares, 2, 2, 0);
    *list = (struct code_list){.codes = room > 0 ? arena_take(e->arena, room, sizeof *list->codes) : NULL};
    while (cursor_more(&shares)) {
        uint16_t group;
        if (cursor_u16(&shares, &group) && list->codes && list->count < room)
            list->codes[list->count++] = group;
        result = decode_worse(result, vector_skip(&shares, 2));
    }
    return decode_worse(result, vector_result(&shares));
}

/* RFC 9146 section 3 */
static enum decode_result client_connection_id(struct extension *e)
{
    struct cursor peek = e->data;
    e->client->has_connection_id = cursor_u8(&peek, &e->client->connection_id_length);
    return vector_skip(&e->data, 1);
}

static enum decode_result client_quic_parameters(struct extension *e)
{
    e->client->has_quic_transport_parameters = true;
    return skip_all(&e->data);
}

/* RFC 9849 section 5: the outer hello has a suite, a configuration number, a key and the payload. */
static enum decode_result client_ech(struct extension *e)
{
    enum { OUTER = 0, SUITE_AND_CONFIGURATION = 5 };
    struct client_hello *hello = e->client;
    hello->has_ech = cursor_u8(&e->data, &hello->ech_type);
    if (hello->ech_type != OUTER)
        return DECODE_WHOLE;
    cursor_skip(&e->data, SUITE_AND_CONFIGURATION);
    enum decode_result key = vector_skip(&e->data, 2);
    return decode_worse(key, vector_skip(&e->data, 2));
}

/* RFC 5746 section 3.2 */
static enum decode_result client_renegotiation_info(struct extension *e)
{
    struct client_hello *hello = e->client;
    struct cursor verify_data;
    hello->has_renegotiation_info = true;
    vector_open(&e->data, 1, &verify_data);
    hello->renegotiation_info = vector_announced(&verify_data);
    skip_all(&verify_data);
    return vector_result(&verify_data);
}

/* ---- ServerHello and HelloRetryRequest ---------------------------------------------------------------- */

static enum decode_result server_server_name(struct extension *e)
{
    e->server->has_server_name = true;
    return DECODE_WHOLE;
}

static enum decode_result server_max_fragment_length(struct extension *e)
{
    cursor_u8(&e->data, &e->server->max_fragment_length);
    return DECODE_WHOLE;
}

static enum decode_result server_status_request(struct extension *e)
{
    e->server->has_status_request = true;
    return DECODE_WHOLE;
}

static enum decode_result server_heartbeat(struct extension *e)
{
    e->server->has_heartbeat = true;
    cursor_skip(&e->data, 1);
    return DECODE_WHOLE;
}

/* RFC 7301 section 3.1: a list of exactly one. */
static enum decode_result selected_alpn(struct extension *e, struct octets *selected)
{
    struct cursor names;
    vector_open(&e->data, 2, &names);
    enum decode_result result = vector_octets(&names, 1, e->arena, selected);
    return decode_worse(result, vector_result(&names));
}

static enum decode_result server_alpn(struct extension *e)
{
    return selected_alpn(e, &e->server->alpn);
}

static enum decode_result server_sct(struct extension *e)
{
    e->server->has_sct = true;
    return vector_octets(&e->data, 2, e->arena, &e->server->timestamps);
}

static enum decode_result server_client_certificate_type(struct extension *e)
{
    e->server->has_client_certificate_type = true;
    cursor_u8(&e->data, &e->server->client_certificate_type);
    return DECODE_WHOLE;
}

static enum decode_result server_server_certificate_type(struct extension *e)
{
    cursor_u8(&e->data, &e->server->server_certificate_type);
    return DECODE_WHOLE;
}

static enum decode_result server_encrypt_then_mac(struct extension *e)
{
    e->server->has_encrypt_then_mac = true;
    return DECODE_WHOLE;
}

static enum decode_result server_extended_master_secret(struct extension *e)
{
    e->server->has_extended_master_secret = true;
    return DECODE_WHOLE;
}

static enum decode_result server_record_size_limit(struct extension *e)
{
    cursor_u16(&e->data, &e->server->record_size_limit);
    return DECODE_WHOLE;
}

static enum decode_result server_session_ticket(struct extension *e)
{
    e->server->has_session_ticket = true;
    return DECODE_WHOLE;
}

static enum decode_result server_pre_shared_key(struct extension *e)
{
    struct server_hello *hello = e->server;
    hello->has_pre_shared_key = cursor_u16(&e->data, &hello->pre_shared_key);
    return DECODE_WHOLE;
}

static enum decode_result server_early_data(struct extension *e)
{
    e->server->has_early_data = true;
    return DECODE_WHOLE;
}

static enum decode_result server_supported_versions(struct extension *e)
{
    struct server_hello *hello = e->server;
    uint16_t version;
    if (cursor_u16(&e->data, &version))
        hello->selected_version = version;
    return DECODE_WHOLE;
}

static enum decode_result server_cookie(struct extension *e)
{
    return vector_octets(&e->data, 2, e->arena, &e->server->cookie);
}

/* RFC 8446 section 4.2.8: a HelloRetryRequest has the group alone. */
static enum decode_result server_key_share(struct extension *e)
{
    struct server_hello *hello = e->server;
    cursor_u16(&e->data, &hello->key_share);
    return hello->hello_retry_request ? DECODE_WHOLE : vector_skip(&e->data, 2);
}

static enum decode_result server_connection_id(struct extension *e)
{
    struct cursor peek = e->data;
    e->server->has_connection_id = cursor_u8(&peek, &e->server->connection_id_length);
    return vector_skip(&e->data, 1);
}

static enum decode_result server_renegotiation_info(struct extension *e)
{
    e->server->has_renegotiation_info = true;
    return vector_skip(&e->data, 1);
}

/* ---- EncryptedExtensions and CertificateRequest ------------------------------------------------------- */

static enum decode_result encrypted_alpn(struct extension *e)
{
    return selected_alpn(e, &e->encrypted->alpn);
}

static enum decode_result encrypted_client_certificate_type(struct extension *e)
{
    cursor_u8(&e->data, &e->encrypted->client_certificate_type);
    return DECODE_WHOLE;
}

static enum decode_result encrypted_server_certificate_type(struct extension *e)
{
    cursor_u8(&e->data, &e->encrypted->server_certificate_type);
    return DECODE_WHOLE;
}

static enum decode_result request_signature_algorithms(struct extension *e)
{
    return vector_codes(&e->data, 2, 2, e->arena, &e->request->signature_algorithms);
}

static enum decode_result request_signature_algorithms_cert(struct extension *e)
{
    return vector_codes(&e->data, 2, 2, e->arena, &e->request->signature_algorithms_cert);
}

static enum decode_result request_certificate_authorities(struct extension *e)
{
    struct certificate_request *request = e->request;
    struct cursor peek = e->data;
    uint16_t length;
    if (cursor_u16(&peek, &length))
        request->authorities_length = length;
    return vector_octets_list(&e->data, 2, 2, e->arena, &request->authorities);
}

/* ---- A certificate in 1.3 ------------------------------------------------------------------------------ */

/* RFC 8446 section 4.4.2.1 */
static enum decode_result entry_status(struct extension *e)
{
    enum decode_result result = certificate_status_decode(e->data, e->arena, &e->entry->status);
    e->entry->has_status = true;
    skip_all(&e->data);
    return result;
}

static enum decode_result entry_sct(struct extension *e)
{
    return vector_octets(&e->data, 2, e->arena, &e->entry->timestamps);
}

/* RFC 9345 section 4 */
static enum decode_result entry_credential(struct extension *e)
{
    struct delegated_credential *credential = &e->entry->credential;
    e->entry->has_credential = cursor_u32(&e->data, &credential->valid_time);
    cursor_u16(&e->data, &credential->verify_scheme);
    enum decode_result key = vector_octets(&e->data, 3, e->arena, &credential->key);
    cursor_u16(&e->data, &credential->scheme);
    struct cursor peek = e->data;
    uint16_t length;
    if (cursor_u16(&peek, &length))
        credential->signature_length = length;
    return decode_worse(key, vector_skip(&e->data, 2));
}

/* ---- The table ---------------------------------------------------------------------------------------- */

enum { KEY_SHARE_DRAFT = 40, QUIC_TRANSPORT_PARAMETERS_DRAFT = 0xFFA5 };

/* The rows stand in the order of their types. */
struct extension_row {
    uint16_t type;
    extension_reader *readers[EXTENSIONS_CARRIERS]; /* NULL: the extension says nothing there */
};

#define CLIENT(reader)    [EXTENSIONS_CLIENT_HELLO] = reader
#define SERVER(reader)    [EXTENSIONS_SERVER_HELLO] = reader
#define ENCRYPTED(reader) [EXTENSIONS_ENCRYPTED_EXTENSIONS] = reader
#define REQUEST(reader)   [EXTENSIONS_CERTIFICATE_REQUEST] = reader
#define ENTRY(reader)     [EXTENSIONS_CERTIFICATE_ENTRY] = reader

static const struct extension_row rows[] = {
    {TLS_EXTENSION_SERVER_NAME, {CLIENT(client_server_name), SERVER(server_server_name)}},
    {TLS_EXTENSION_MAX_FRAGMENT_LENGTH,
     {CLIENT(client_max_fragment_length), SERVER(server_max_fragment_length)}},
    {TLS_EXTENSION_STATUS_REQUEST,
     {CLIENT(client_status_request), SERVER(server_status_request), ENTRY(entry_status)}},
    {TLS_EXTENSION_SUPPORTED_GROUPS, {CLIENT(client_groups)}},
    {TLS_EXTENSION_EC_POINT_FORMATS, {CLIENT(client_point_formats)}},
    {TLS_EXTENSION_SIGNATURE_ALGORITHMS,
     {CLIENT(client_signature_algorithms), REQUEST(request_signature_algorithms)}},
    {TLS_EXTENSION_HEARTBEAT, {CLIENT(client_heartbeat), SERVER(server_heartbeat)}},
    {TLS_EXTENSION_ALPN, {CLIENT(client_alpn), SERVER(server_alpn), ENCRYPTED(encrypted_alpn)}},
    {TLS_EXTENSION_STATUS_REQUEST_V2, {CLIENT(client_status_request_v2), SERVER(server_status_request)}},
    {TLS_EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP, {CLIENT(client_sct), SERVER(server_sct), ENTRY(entry_sct)}},
    {TLS_EXTENSION_CLIENT_CERTIFICATE_TYPE,
     {CLIENT(client_client_certificate_type), SERVER(server_client_certificate_type),
      ENCRYPTED(encrypted_client_certificate_type)}},
    {TLS_EXTENSION_SERVER_CERTIFICATE_TYPE,
     {CLIENT(client_server_certificate_type), SERVER(server_server_certificate_type),
      ENCRYPTED(encrypted_server_certificate_type)}},
    {TLS_EXTENSION_PADDING, {CLIENT(client_padding)}},
    {TLS_EXTENSION_ENCRYPT_THEN_MAC, {CLIENT(client_encrypt_then_mac), SERVER(server_encrypt_then_mac)}},
    {TLS_EXTENSION_EXTENDED_MASTER_SECRET,
     {CLIENT(client_extended_master_secret), SERVER(server_extended_master_secret)}},
    {TLS_EXTENSION_COMPRESS_CERTIFICATE, {CLIENT(client_compress_certificate)}},
    {TLS_EXTENSION_RECORD_SIZE_LIMIT, {CLIENT(client_record_size_limit), SERVER(server_record_size_limit)}},
    {TLS_EXTENSION_DELEGATED_CREDENTIAL, {CLIENT(client_delegated_credential), ENTRY(entry_credential)}},
    {TLS_EXTENSION_SESSION_TICKET, {CLIENT(client_session_ticket), SERVER(server_session_ticket)}},
    {KEY_SHARE_DRAFT, {CLIENT(client_key_share), SERVER(server_key_share)}},
    {TLS_EXTENSION_PRE_SHARED_KEY, {CLIENT(client_pre_shared_key), SERVER(server_pre_shared_key)}},
    {TLS_EXTENSION_EARLY_DATA, {CLIENT(client_early_data), SERVER(server_early_data)}},
    {TLS_EXTENSION_SUPPORTED_VERSIONS,
     {CLIENT(client_supported_versions), SERVER(server_supported_versions)}},
    {TLS_EXTENSION_COOKIE, {CLIENT(client_cookie), SERVER(server_cookie)}},
    {TLS_EXTENSION_PSK_KEY_EXCHANGE_MODES, {CLIENT(client_psk_modes)}},
    {TLS_EXTENSION_CERTIFICATE_AUTHORITIES,
     {CLIENT(client_certificate_authorities), REQUEST(request_certificate_authorities)}},
    {TLS_EXTENSION_POST_HANDSHAKE_AUTH, {CLIENT(client_post_handshake_auth)}},
    {TLS_EXTENSION_SIGNATURE_ALGORITHMS_CERT,
     {CLIENT(client_signature_algorithms_cert), REQUEST(request_signature_algorithms_cert)}},
    {TLS_EXTENSION_KEY_SHARE, {CLIENT(client_key_share), SERVER(server_key_share)}},
    {TLS_EXTENSION_CONNECTION_ID, {CLIENT(client_connection_id), SERVER(server_connection_id)}},
    {TLS_EXTENSION_QUIC_TRANSPORT_PARAMETERS, {CLIENT(client_quic_parameters)}},
    {TLS_EXTENSION_ENCRYPTED_CLIENT_HELLO, {CLIENT(client_ech)}},
    {TLS_EXTENSION_RENEGOTIATION_INFO,
     {CLIENT(client_renegotiation_info), SERVER(server_renegotiation_info)}},
    {QUIC_TRANSPORT_PARAMETERS_DRAFT, {CLIENT(client_quic_parameters)}},
};

static extension_reader *find_reader(uint16_t type, enum extensions_carrier carrier)
{
    size_t begin = 0, end = sizeof rows / sizeof rows[0];
    while (begin < end) {
        size_t middle = (begin + end) / 2;
        if (rows[middle].type == type)
            return rows[middle].readers[carrier];
        bool is_behind = rows[middle].type < type;
        begin = is_behind ? middle + 1 : begin;
        end = is_behind ? end : middle;
    }
    return NULL;
}

static enum decode_result read_extension(extension_reader *reader, struct extension *e)
{
    enum decode_result inside = reader ? reader(e) : skip_all(&e->data);
    return decode_worse(inside, vector_result(&e->data));
}

/* One bit a type, on a page for each high byte. A page is cleared when it is first used: hellos use two or
 * three of them. */
struct type_set {
    uint64_t used[256 / 64];
    uint64_t pages[256][256 / 64];
};

/* True where the bit was not set yet. */
static bool set_bit(uint64_t *words, unsigned index)
{
    uint64_t bit = UINT64_C(1) << (index % 64);
    bool is_new = !(words[index / 64] & bit);
    words[index / 64] |= bit;
    return is_new;
}

static bool add_type(struct type_set *set, uint16_t type)
{
    uint64_t *page = set->pages[type >> 8];
    if (set_bit(set->used, type >> 8))
        memset(page, 0, sizeof set->pages[0]);
    return set_bit(page, type & 0xFF);
}

static void note_duplicate(struct extensions_found *found, uint16_t type)
{
    if (!found->has_duplicate)
        found->duplicate = type;
    found->has_duplicate = true;
}

enum decode_result extensions_decode(struct cursor *body, enum extensions_carrier carrier,
                                     struct arena *arena, void *message, struct extensions_found *found)
{
    struct type_set seen;
    struct extension e = {.arena = arena, .message = message};
    struct cursor block;
    uint16_t type;
    enum decode_result result = DECODE_WHOLE;
    memset(seen.used, 0, sizeof seen.used);
    vector_open(body, 2, &block);
    *found = (struct extensions_found){0};
    uint32_t room = vector_count(block, 2, 2, 0);
    found->types.codes = room > 0 ? arena_take(arena, room, sizeof *found->types.codes) : NULL;
    while (cursor_more(&block) && cursor_u16(&block, &type)) {
        if (found->types.codes && found->types.count < room)
            found->types.codes[found->types.count++] = type;
        vector_open(&block, 2, &e.data);
        bool first = add_type(&seen, type);
        if (!first)
            note_duplicate(found, type);
        result = decode_worse(result, read_extension(first ? find_reader(type, carrier) : NULL, &e));
    }
    return decode_worse(result, vector_result(&block));
}
