/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/hello.h"

#include "tls/extensions.h"
#include "tls/vector.h"
#include <string.h>

/* SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3) */
static const uint8_t retry_random[32] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
};

/* Drafts up to 21 of 1.3 put 0x7F00 plus their number in the version, and had no session id in ServerHello;
 * from 19 on their HelloRetryRequest had a suite. Facebook numbered its own deployments of drafts alike;
 * Chromium's experiments that led to draft 22 have numbers that tell of no draft. */
enum {
    DRAFT = 0x7F00,
    DRAFT_WITH_RETRY_CIPHER = 0x7F13,
    DRAFT_OF_FACEBOOK = 0xFB00,
    EXPERIMENT_FIRST = 0x7E01,
    EXPERIMENT_LAST = 0x7E03,
};

static bool is_draft(uint16_t version)
{
    return (version & 0xFF00) == DRAFT;
}

static bool read_random(struct cursor *body, uint8_t random[static 32])
{
    const uint8_t *bytes = cursor_take(body, 32);
    if (bytes)
        memcpy(random, bytes, 32);
    return bytes != NULL;
}

/* ---- ClientHello -------------------------------------------------------------------------------------- */

static enum decode_result read_client_extensions(struct cursor *body, struct arena *arena,
                                                 struct client_hello *hello)
{
    struct extensions_found found;
    if (!cursor_more(body))
        return DECODE_WHOLE;
    hello->has_extensions = true;
    enum decode_result result = extensions_decode(body, EXTENSIONS_CLIENT_HELLO, arena, hello, &found);
    hello->extensions = found.types;
    hello->has_duplicate = found.has_duplicate;
    hello->duplicate_extension = found.duplicate;
    return result;
}

/* What stands behind the session id (and behind DTLS's cookie). */
static enum decode_result read_client_offer(struct cursor *body, struct arena *arena,
                                            struct client_hello *hello)
{
    enum decode_result result = vector_codes(body, 2, 2, arena, &hello->ciphers);
    result = decode_worse(result, vector_codes(body, 1, 1, arena, &hello->compressions));
    return decode_worse(result, read_client_extensions(body, arena, hello));
}

static enum decode_result read_client_beginning(struct cursor *body, struct arena *arena,
                                                struct client_hello *hello)
{
    memset(hello, 0, sizeof *hello);
    hello->length = vector_announced(body);
    hello->cut = body->uncaptured > 0;
    cursor_u16(body, &hello->version);
    hello->lacks_random = !read_random(body, hello->random);
    return vector_octets(body, 1, arena, &hello->session_id);
}

enum decode_result client_hello_decode(struct cursor body, struct arena *arena, struct client_hello *hello)
{
    enum decode_result result = read_client_beginning(&body, arena, hello);
    result = decode_worse(result, read_client_offer(&body, arena, hello));
    return decode_worse(result, vector_result(&body));
}

/* 1.3 has its cookie in an extension and leaves the field empty (RFC 9147 section 5.3). */
enum decode_result dtls_client_hello_decode(struct cursor body, struct arena *arena,
                                            struct client_hello *hello)
{
    struct octets cookie;
    enum decode_result result = read_client_beginning(&body, arena, hello);
    result = decode_worse(result, vector_octets(&body, 1, arena, &cookie));
    result = decode_worse(result, read_client_offer(&body, arena, hello));
    if (cookie.length > 0)
        hello->cookie = cookie;
    return decode_worse(result, vector_result(&body));
}

enum decode_result hello_verify_request_decode(struct cursor body, struct hello_verify_request *request)
{
    struct cursor cookie;
    cursor_u16(&body, &request->version);
    vector_open(&body, 1, &cookie);
    request->cookie_length = (uint8_t)vector_announced(&cookie);
    return vector_result(&body);
}

/* ---- ServerHello -------------------------------------------------------------------------------------- */

/* RFC 8446 section 4.1.3: a mark in the last eight bytes, for a server that took less than 1.3. */
static enum downgrade_sentinel read_downgrade(const struct server_hello *hello)
{
    static const uint8_t mark[7] = {'D', 'O', 'W', 'N', 'G', 'R', 'D'};
    if (tls_version_equivalent(hello->selected_version) >= TLS_VERSION_1_3 ||
        memcmp(hello->random + 24, mark, sizeof mark) != 0 || hello->random[31] > 1)
        return DOWNGRADE_NONE;
    return hello->random[31] == 1 ? DOWNGRADE_TO_1_2 : DOWNGRADE_TO_1_1;
}

static enum decode_result read_server_extensions(struct cursor *body, struct arena *arena,
                                                 struct server_hello *hello)
{
    struct extensions_found found;
    if (!cursor_more(body))
        return DECODE_WHOLE;
    hello->has_extensions = true;
    enum decode_result result = extensions_decode(body, EXTENSIONS_SERVER_HELLO, arena, hello, &found);
    hello->extensions = found.types;
    return result;
}

/* A server that chooses 1.3 says so in an extension; what a cut took of them leaves the choice open. */
static void settle_version(struct server_hello *hello)
{
    bool open = tls_version_equivalent(hello->version) == TLS_VERSION_1_2 && hello->cut &&
                hello->selected_version == hello->version;
    if (open)
        hello->selected_version = 0;
}

enum decode_result server_hello_decode(struct cursor body, struct arena *arena, struct server_hello *hello)
{
    enum decode_result result = DECODE_WHOLE;
    memset(hello, 0, sizeof *hello);
    hello->length = vector_announced(&body);
    hello->cut = body.uncaptured > 0;
    cursor_u16(&body, &hello->version);
    hello->selected_version = hello->version;
    read_random(&body, hello->random);
    hello->hello_retry_request = memcmp(hello->random, retry_random, sizeof retry_random) == 0;
    if (!is_draft(hello->version))
        result = vector_octets(&body, 1, arena, &hello->session_id);
    hello->lacks_cipher = !cursor_u16(&body, &hello->cipher);
    if (!is_draft(hello->version))
        cursor_u8(&body, &hello->compression);
    result = decode_worse(result, read_server_extensions(&body, arena, hello));
    settle_version(hello);
    hello->downgrade = read_downgrade(hello);
    return decode_worse(result, vector_result(&body));
}

enum decode_result hello_retry_request_decode(struct cursor body, struct arena *arena,
                                              struct server_hello *hello)
{
    memset(hello, 0, sizeof *hello);
    hello->length = vector_announced(&body);
    hello->cut = body.uncaptured > 0;
    hello->hello_retry_request = true;
    cursor_u16(&body, &hello->version);
    hello->selected_version = hello->version;
    if (hello->version >= DRAFT_WITH_RETRY_CIPHER)
        hello->lacks_cipher = !cursor_u16(&body, &hello->cipher);
    enum decode_result result = read_server_extensions(&body, arena, hello);
    return decode_worse(result, vector_result(&body));
}

/* ---- Versions ----------------------------------------------------------------------------------------- */

static bool is_numbered_draft(uint16_t version)
{
    return is_draft(version) || (version & 0xFF00) == DRAFT_OF_FACEBOOK;
}

uint16_t tls_version_final(uint16_t code)
{
    bool experiment = code >= EXPERIMENT_FIRST && code <= EXPERIMENT_LAST;
    return is_numbered_draft(code) || experiment ? TLS_VERSION_1_3 : code;
}

uint16_t tls_version_draft(uint16_t code)
{
    return is_numbered_draft(code) ? code & 0xFF : 0;
}

uint16_t tls_version_equivalent(uint16_t code)
{
    switch (code) {
    case 0xFEFF:
        return TLS_VERSION_1_1; /* DTLS 1.0 */
    case 0xFEFD:
        return TLS_VERSION_1_2;
    case 0xFEFC:
        return TLS_VERSION_1_3;
    case TLS_VERSION_TLCP:
        return TLS_VERSION_1_1;
    default:
        return tls_version_final(code);
    }
}

static bool is_version(uint16_t code)
{
    uint16_t version = tls_version_equivalent(code);
    return version >= TLS_VERSION_SSL3 && version <= TLS_VERSION_1_3;
}

/* In a cut hello that could offer more, the extension that would say so may be missing. */
static bool offer_is_open(const struct client_hello *hello)
{
    return hello->cut && hello->versions.count == 0 &&
           tls_version_equivalent(hello->version) >= TLS_VERSION_1_2;
}

uint16_t client_hello_highest_version(const struct client_hello *hello)
{
    uint16_t highest = 0;
    if (offer_is_open(hello))
        return 0;
    if (hello->versions.count == 0)
        return tls_version_final(hello->version);
    for (uint32_t i = 0; i < hello->versions.count; i++) {
        uint16_t code = hello->versions.codes[i];
        if (is_version(code) && tls_version_equivalent(code) > tls_version_equivalent(highest))
            highest = tls_version_final(code);
    }
    return highest;
}

uint16_t client_hello_lowest_version(const struct client_hello *hello)
{
    uint16_t lowest = 0;
    if (offer_is_open(hello))
        return 0;
    if (hello->versions.count == 0 && hello->version >> 8 == 0xFE)
        return 0xFEFF; /* DTLS 1.0 */
    if (hello->versions.count == 0)
        return hello->version == TLS_VERSION_SSL2 ? TLS_VERSION_SSL2 : TLS_VERSION_SSL3;
    for (uint32_t i = 0; i < hello->versions.count; i++) {
        uint16_t code = hello->versions.codes[i];
        if (is_version(code) &&
            (lowest == 0 || tls_version_equivalent(code) < tls_version_equivalent(lowest)))
            lowest = tls_version_final(code);
    }
    return lowest;
}

bool code_list_has(const struct code_list *list, uint16_t code)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->codes[i] == code)
            return true;
    return false;
}
