/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/names.h"
#include "tls/record.h"
#include "tls/record_header.h"
#include "tls/ssl2.h"

/* The bytes of a handshake message that decide: type, length, and the version that a hello begins with. */
enum { HELLO_START = 6 };

/* Version, random, empty session id, one suite: no hello is shorter. Longer than that no hello has been. */
enum { HELLO_LEAST = 2 + 32 + 1 + 2, HELLO_MOST = 0x1FFFF };

enum { SSL2_SESSION_ID = 16, SSL2_CHALLENGE_LEAST = 16, SSL2_CHALLENGE_MOST = 32 };

/* CLIENT-HELLOs are short, so a first byte that is a digit or a letter begins none. */
enum { SSL2_PADDED_MOST = 0x0FFF };

static bool is_hello_type(uint8_t type)
{
    return type == TLS_HANDSHAKE_CLIENT_HELLO || type == TLS_HANDSHAKE_SERVER_HELLO ||
           type == TLS_HANDSHAKE_HELLO_RETRY_REQUEST;
}

/* Drafts of 1.3 put their number in the version of server messages. */
static bool is_hello_version(uint8_t type, uint16_t version)
{
    return version >> 8 == 3 || version == TLS_VERSION_TLCP ||
           (type != TLS_HANDSHAKE_CLIENT_HELLO && version >> 8 == 0x7F);
}

/* The first bytes of a handshake message, as far as they are there. */
static enum record_guess guess_message(struct cursor start)
{
    uint8_t type;
    uint32_t length;
    uint16_t version;
    if (cursor_u8(&start, &type) && !is_hello_type(type))
        return RECORD_GUESS_TLS_OTHER;
    uint32_t least = type == TLS_HANDSHAKE_HELLO_RETRY_REQUEST ? 4 : HELLO_LEAST;
    if (cursor_u24(&start, &length) && (length < least || length > HELLO_MOST))
        return RECORD_GUESS_TLS_OTHER;
    if (!cursor_u16(&start, &version))
        return RECORD_GUESS_NEED_MORE;
    return is_hello_version(type, version) ? RECORD_GUESS_TLS_HANDSHAKE : RECORD_GUESS_TLS_OTHER;
}

/* A message may begin in records of a byte each. `records` stands at the first record's header. */
static enum record_guess guess_handshake(struct cursor records)
{
    uint8_t start[HELLO_START];
    size_t have = 0;
    struct record_header header;
    records.uncaptured = RECORD_BODY_LIMIT; /* a record may be longer than what has come of it */
    while (have < sizeof start && record_header_read(&records, &header)) {
        if (!record_header_convinces(&header))
            return RECORD_GUESS_NONE;
        if (header.type != TLS_CONTENT_HANDSHAKE)
            return RECORD_GUESS_TLS_OTHER;
        struct cursor body;
        uint8_t byte;
        cursor_child(&records, header.length, &body);
        while (have < sizeof start && cursor_u8(&body, &byte))
            start[have++] = byte;
    }
    return guess_message(cursor_over(start, have));
}

static enum record_guess guess_alert(struct cursor body, uint16_t length)
{
    enum { WARNING = 1, FATAL = 2, ALERT_SIZE = 2 };
    struct cursor begin = body;
    uint8_t level, description;
    if (length != ALERT_SIZE)
        return RECORD_GUESS_TLS_OTHER;
    if (cursor_u8(&body, &level) && level != WARNING && level != FATAL)
        return RECORD_GUESS_TLS_OTHER;
    if (!cursor_u8(&body, &description))
        return RECORD_GUESS_NEED_MORE;
    if (!names_find(NAMES_ALERT, description))
        return RECORD_GUESS_TLS_OTHER;
    return record_header_followed_well(begin, length) ? RECORD_GUESS_TLS_ALERT : RECORD_GUESS_NONE;
}

/* Less than a header is there: it could become one, or not. */
static enum record_guess guess_short(struct cursor bytes)
{
    uint8_t type, major, minor;
    bool typed = cursor_u8(&bytes, &type);
    if (typed && (type < TLS_CONTENT_CHANGE_CIPHER_SPEC || type > TLS_CONTENT_HEARTBEAT))
        return RECORD_GUESS_NONE;
    if (cursor_u8(&bytes, &major) && major != 3 && major != TLS_VERSION_TLCP >> 8)
        return RECORD_GUESS_NONE;
    if (cursor_u8(&bytes, &minor) && minor > (TLS_VERSION_1_3 & 0xFF))
        return RECORD_GUESS_NONE;
    return RECORD_GUESS_NEED_MORE;
}

/* The first record is whole, and the bytes end with it or go on with another header. */
static bool is_followed_for_certain(struct cursor bytes)
{
    struct record_header header, next;
    if (!record_header_read(&bytes, &header) || !cursor_skip(&bytes, header.length))
        return false;
    return cursor_finished(&bytes) || (record_header_read(&bytes, &next) && record_header_convinces(&next));
}

/* An alert of two bytes that says nothing sensible is no encrypted one. */
static enum record_guess weigh_other(struct cursor bytes)
{
    struct cursor at = bytes;
    struct record_header header;
    bool broken_alert =
        record_header_read(&at, &header) && header.type == TLS_CONTENT_ALERT && header.length == 2;
    return !broken_alert && is_followed_for_certain(bytes) ? RECORD_GUESS_TLS_RECORDS
                                                           : RECORD_GUESS_TLS_OTHER;
}

static enum record_guess guess_tls(struct cursor bytes)
{
    struct cursor body = bytes;
    struct record_header header;
    if (!record_header_read(&body, &header))
        return guess_short(bytes);
    if (!record_header_convinces(&header))
        return RECORD_GUESS_NONE;
    if (header.type == TLS_CONTENT_HANDSHAKE)
        return guess_handshake(bytes);
    if (header.type == TLS_CONTENT_ALERT)
        return guess_alert(body, header.length);
    return record_header_followed_well(body, header.length) ? RECORD_GUESS_TLS_OTHER : RECORD_GUESS_NONE;
}

static bool is_ssl2_offer(uint16_t version)
{
    return version == TLS_VERSION_SSL2 || (version >= TLS_VERSION_SSL3 && version <= TLS_VERSION_1_3);
}

/* `length`: of what follows the message type. The fields' lengths have to add up to it. */
static enum record_guess guess_ssl2_client(struct cursor body, uint32_t length)
{
    uint16_t version, ciphers, session_id, challenge;
    if (cursor_u16(&body, &version) && !is_ssl2_offer(version))
        return RECORD_GUESS_NONE;
    cursor_u16(&body, &ciphers);
    cursor_u16(&body, &session_id);
    if (!cursor_u16(&body, &challenge))
        return RECORD_GUESS_NEED_MORE;
    bool fits = ciphers > 0 && ciphers % 3 == 0 && (session_id == 0 || session_id == SSL2_SESSION_ID) &&
                challenge >= SSL2_CHALLENGE_LEAST && challenge <= SSL2_CHALLENGE_MOST &&
                length == 8u + ciphers + session_id + challenge;
    return fits ? RECORD_GUESS_SSL2_CLIENT_HELLO : RECORD_GUESS_NONE;
}

static enum record_guess guess_ssl2_server(struct cursor body, uint32_t length)
{
    uint8_t hit, certificate_type;
    uint16_t version, certificate, ciphers, connection_id;
    if (cursor_u8(&body, &hit) && hit > 1)
        return RECORD_GUESS_NONE;
    cursor_u8(&body, &certificate_type);
    if (cursor_u16(&body, &version) && version != TLS_VERSION_SSL2)
        return RECORD_GUESS_NONE;
    cursor_u16(&body, &certificate);
    cursor_u16(&body, &ciphers);
    if (!cursor_u16(&body, &connection_id))
        return RECORD_GUESS_NEED_MORE;
    bool fits = certificate_type <= 1 && ciphers % 3 == 0 && connection_id >= SSL2_CHALLENGE_LEAST &&
                connection_id <= SSL2_CHALLENGE_MOST && length == 10u + certificate + ciphers + connection_id;
    return fits ? RECORD_GUESS_SSL2_SERVER_HELLO : RECORD_GUESS_NONE;
}

/* "The SSL Protocol", section 1.3: one of four codes. */
static enum record_guess guess_ssl2_error(struct cursor body, uint32_t length)
{
    enum { NO_CIPHER = 1, NO_CERTIFICATE = 2, BAD_CERTIFICATE = 4, UNSUPPORTED_CERTIFICATE_TYPE = 6 };
    uint16_t code;
    if (length != sizeof code)
        return RECORD_GUESS_NONE;
    if (!cursor_u16(&body, &code))
        return RECORD_GUESS_NEED_MORE;
    bool known = code == NO_CIPHER || code == NO_CERTIFICATE || code == BAD_CERTIFICATE ||
                 code == UNSUPPORTED_CERTIFICATE_TYPE;
    return known ? RECORD_GUESS_SSL2_ERROR : RECORD_GUESS_NONE;
}

static enum record_guess guess_ssl2(struct cursor bytes)
{
    struct ssl2_header header;
    struct cursor peek = bytes;
    uint8_t first, type;
    if (cursor_u8(&peek, &first) && first < 0x80 && first > SSL2_PADDED_MOST >> 8)
        return RECORD_GUESS_NONE;
    if (!ssl2_header_read(&bytes, &header) || !cursor_u8(&bytes, &type))
        return RECORD_GUESS_NEED_MORE;
    uint32_t length = header.length > header.padding ? header.length - header.padding - 1u : 0;
    if (type == SSL2_CLIENT_HELLO)
        return guess_ssl2_client(bytes, length);
    if (type == SSL2_ERROR)
        return guess_ssl2_error(bytes, length);
    return type == SSL2_SERVER_HELLO ? guess_ssl2_server(bytes, length) : RECORD_GUESS_NONE;
}

enum record_guess record_guess(const uint8_t *bytes, size_t length)
{
    enum record_guess guess = guess_tls(cursor_over(bytes, length));
    if (guess == RECORD_GUESS_TLS_OTHER)
        return weigh_other(cursor_over(bytes, length));
    return guess != RECORD_GUESS_NONE ? guess : guess_ssl2(cursor_over(bytes, length));
}
