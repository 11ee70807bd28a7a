/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/dtls_record.h"

#include "tls/dtls_message.h"

enum {
    HEADER = 13,
    UNIFIED = 0x20, /* RFC 9147 section 4: 001CSLEE */
    UNIFIED_MASK = 0xE0,
    UNIFIED_CONNECTION_ID = 0x10,
    UNIFIED_LONG_SEQUENCE = 0x08,
    UNIFIED_LENGTH = 0x04,
    UNIFIED_EPOCH = 0x03,
    BODY_LIMIT = 16384 + 2048,
};

static void take_rest(struct cursor *datagram, struct dtls_record *record)
{
    record->length = (uint32_t)(datagram->left + datagram->uncaptured);
    cursor_child(datagram, record->length, &record->body);
}

static bool read_unified(struct cursor *datagram, int connection_id, struct dtls_record *record)
{
    uint8_t first;
    uint16_t length;
    cursor_u8(datagram, &first);
    record->unified = true;
    record->epoch = first & UNIFIED_EPOCH;
    if ((first & UNIFIED_CONNECTION_ID) && connection_id < 0) {
        take_rest(datagram, record);
        return datagram->status == CURSOR_OK;
    }
    if (first & UNIFIED_CONNECTION_ID)
        cursor_skip(datagram, (size_t)connection_id);
    cursor_skip(datagram, first & UNIFIED_LONG_SEQUENCE ? 2 : 1);
    if (!(first & UNIFIED_LENGTH)) {
        take_rest(datagram, record);
        return datagram->status == CURSOR_OK;
    }
    cursor_u16(datagram, &length);
    record->length = length;
    return cursor_child(datagram, length, &record->body);
}

static bool is_content_type(uint8_t type)
{
    return type >= TLS_CONTENT_CHANGE_CIPHER_SPEC && type <= DTLS_CONTENT_ACK;
}

static bool read_plain(struct cursor *datagram, int connection_id, struct dtls_record *record)
{
    uint16_t length;
    cursor_u8(datagram, &record->type);
    cursor_u16(datagram, &record->version);
    cursor_u16(datagram, &record->epoch);
    cursor_unsigned(datagram, 6, &record->sequence);
    if (datagram->status != CURSOR_OK || !is_content_type(record->type) || !dtls_is_version(record->version))
        return false;
    if (record->type == DTLS_CONTENT_CONNECTION_ID && connection_id < 0) {
        take_rest(datagram, record);
        return true;
    }
    if (record->type == DTLS_CONTENT_CONNECTION_ID)
        cursor_skip(datagram, (size_t)connection_id);
    cursor_u16(datagram, &length);
    record->length = length;
    return length <= BODY_LIMIT && cursor_child(datagram, length, &record->body);
}

bool dtls_record_read(struct cursor *datagram, int connection_id, struct dtls_record *record)
{
    *record = (struct dtls_record){0};
    if (datagram->status != CURSOR_OK || datagram->left == 0)
        return false;
    if ((datagram->at[0] & UNIFIED_MASK) == UNIFIED)
        return read_unified(datagram, connection_id, record);
    return read_plain(datagram, connection_id, record);
}

/* The first bytes of the three messages are a version in all of them. */
static bool begins_with_version(const struct dtls_fragment *fragment)
{
    struct cursor body = fragment->bytes;
    uint16_t version;
    return fragment->offset > 0 || (cursor_u16(&body, &version) && dtls_is_version(version));
}

bool dtls_begins(struct cursor datagram)
{
    struct dtls_record record;
    struct dtls_fragment fragment;
    if (datagram.left < HEADER || !dtls_record_read(&datagram, -1, &record))
        return false;
    if (record.unified || record.type != TLS_CONTENT_HANDSHAKE || record.epoch != 0)
        return false;
    if (!dtls_fragment_read(&record.body, &fragment))
        return false;
    bool hello = fragment.type == TLS_HANDSHAKE_CLIENT_HELLO || fragment.type == TLS_HANDSHAKE_SERVER_HELLO ||
                 fragment.type == TLS_HANDSHAKE_HELLO_VERIFY_REQUEST;
    return hello && fragment.length > 0 && begins_with_version(&fragment);
}
