/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/names.h"

#include "tls/names_tables.h"
#include "tls/protocol.h"
#include <string.h>
#include <strings.h>

static const struct name_row versions[] = {
    {TLS_VERSION_SSL2, "2.0"}, {TLS_VERSION_TLCP, "1.1"}, {TLS_VERSION_SSL3, "3.0"},
    {TLS_VERSION_1_0, "1.0"},  {TLS_VERSION_1_1, "1.1"},  {TLS_VERSION_1_2, "1.2"},
    {TLS_VERSION_1_3, "1.3"},  {0xFEFC, "1.3"}, /* DTLS */
    {0xFEFD, "1.2"},           {0xFEFF, "1.0"},
};

static const struct name_row content_types[] = {
    {TLS_CONTENT_CHANGE_CIPHER_SPEC, "change_cipher_spec"},
    {TLS_CONTENT_ALERT, "alert"},
    {TLS_CONTENT_HANDSHAKE, "handshake"},
    {TLS_CONTENT_APPLICATION_DATA, "application_data"},
    {TLS_CONTENT_HEARTBEAT, "heartbeat"},
};

static const struct name_row handshake_types[] = {
    {TLS_HANDSHAKE_HELLO_REQUEST, "hello_request"},
    {TLS_HANDSHAKE_CLIENT_HELLO, "client_hello"},
    {TLS_HANDSHAKE_SERVER_HELLO, "server_hello"},
    {TLS_HANDSHAKE_HELLO_VERIFY_REQUEST, "hello_verify_request"},
    {TLS_HANDSHAKE_NEW_SESSION_TICKET, "new_session_ticket"},
    {TLS_HANDSHAKE_END_OF_EARLY_DATA, "end_of_early_data"},
    {TLS_HANDSHAKE_HELLO_RETRY_REQUEST, "hello_retry_request"},
    {TLS_HANDSHAKE_ENCRYPTED_EXTENSIONS, "encrypted_extensions"},
    {TLS_HANDSHAKE_CERTIFICATE, "certificate"},
    {TLS_HANDSHAKE_SERVER_KEY_EXCHANGE, "server_key_exchange"},
    {TLS_HANDSHAKE_CERTIFICATE_REQUEST, "certificate_request"},
    {TLS_HANDSHAKE_SERVER_HELLO_DONE, "server_hello_done"},
    {TLS_HANDSHAKE_CERTIFICATE_VERIFY, "certificate_verify"},
    {TLS_HANDSHAKE_CLIENT_KEY_EXCHANGE, "client_key_exchange"},
    {TLS_HANDSHAKE_FINISHED, "finished"},
    {TLS_HANDSHAKE_CERTIFICATE_URL, "certificate_url"},
    {TLS_HANDSHAKE_CERTIFICATE_STATUS, "certificate_status"},
    {TLS_HANDSHAKE_SUPPLEMENTAL_DATA, "supplemental_data"},
    {TLS_HANDSHAKE_KEY_UPDATE, "key_update"},
    {TLS_HANDSHAKE_COMPRESSED_CERTIFICATE, "compressed_certificate"},
    {TLS_HANDSHAKE_MESSAGE_HASH, "message_hash"},
};

/* One of the two. */
struct table {
    const struct name_row *rows; /* of this file, a few */
    size_t count;
    const struct name_index *index; /* generated */
};

#define OWN(array)       .rows = (array), .count = sizeof(array) / sizeof(array)[0]
#define GENERATED(table) .index = &(table)

static const struct table tables[NAMES_TABLES] = {
    [NAMES_CIPHER_SUITE] = {GENERATED(names_ciphersuites)},
    [NAMES_EXTENSION] = {GENERATED(names_extensions)},
    [NAMES_GROUP] = {GENERATED(names_groups)},
    [NAMES_SIGNATURE_SCHEME] = {GENERATED(names_signature_schemes)},
    [NAMES_ALERT] = {GENERATED(names_alerts)},
    [NAMES_VERSION] = {OWN(versions)},
    [NAMES_CONTENT_TYPE] = {OWN(content_types)},
    [NAMES_HANDSHAKE_TYPE] = {OWN(handshake_types)},
};

static const char *find_generated(const struct name_index *index, uint16_t code)
{
    unsigned row = name_index_row(index, code);
    return row > 0 ? index->rows[row - 1].name : NULL;
}

const char *names_find(enum names_table table, uint16_t code)
{
    const struct table *own = &tables[table];
    if (tls_is_grease(code))
        return "GREASE";
    if (own->index)
        return find_generated(own->index, code);
    for (size_t i = 0; i < own->count; i++)
        if (own->rows[i].code == code)
            return own->rows[i].name;
    return NULL;
}

const char *names_or_hex(enum names_table table, uint16_t code, char scratch[static 8])
{
    static const char digits[] = "0123456789ABCDEF";
    const char *name = names_find(table, code);
    if (name)
        return name;
    char hex[] = {
        '0', 'x', digits[code >> 12], digits[code >> 8 & 15], digits[code >> 4 & 15], digits[code & 15],
        '\0'};
    memcpy(scratch, hex, sizeof hex);
    return scratch;
}

int names_code(enum names_table table, const char *name)
{
    const struct name_index *index = tables[table].index;
    const struct name_row *rows = index ? index->rows : tables[table].rows;
    size_t count = index ? index->count : tables[table].count;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(rows[i].name, name) == 0)
            return rows[i].code;
    return -1;
}
