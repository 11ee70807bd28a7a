/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/key_messages.h"

#include "tls/extensions.h"
#include "tls/hello.h"
#include "tls/vector.h"
#include <string.h>

static bool has_signature_algorithm(uint16_t version)
{
    return tls_version_equivalent(version) >= TLS_VERSION_1_2;
}

/* RFC 8422 section 5.4. Explicit curves were never in use; they end the reading. */
static enum decode_result read_ecdhe(struct cursor *body, struct server_key_exchange *message)
{
    enum { NAMED_CURVE = 3 };
    uint8_t curve_type;
    if (cursor_u8(body, &curve_type) && curve_type != NAMED_CURVE) {
        cursor_skip(body, body->left);
        return DECODE_WHOLE;
    }
    cursor_u16(body, &message->group);
    return vector_skip(body, 1);
}

/* The size of a number of which the first bytes are enough: leading zeroes do not count. */
static uint32_t number_bits(struct cursor number)
{
    uint8_t byte = 0;
    while (cursor_more(&number) && cursor_u8(&number, &byte) && byte == 0)
        ;
    uint32_t bits = vector_announced(&number) * 8;
    for (; byte > 0; byte >>= 1)
        bits++;
    return bits;
}

/* RFC 5246 section 7.4.3: the prime, the generator, the server's public value. */
static enum decode_result read_dhe(struct cursor *body, struct server_key_exchange *message)
{
    struct cursor prime;
    vector_open(body, 2, &prime);
    message->dh_bits = prime.left > 0 ? number_bits(prime) : 0;
    cursor_skip(&prime, prime.left);
    enum decode_result result = vector_result(&prime);
    result = decode_worse(result, vector_skip(body, 2));
    return decode_worse(result, vector_skip(body, 2));
}

/* It ends the message. */
static enum decode_result read_signature(struct cursor *body, uint16_t version,
                                         struct server_key_exchange *message)
{
    struct cursor signature;
    if (has_signature_algorithm(version))
        cursor_u16(body, &message->signature_algorithm);
    vector_open(body, 2, &signature);
    uint32_t length = vector_announced(&signature);
    cursor_skip(&signature, signature.left);
    enum decode_result result = decode_worse(vector_result(&signature), vector_result(body));
    message->signature_length = result == DECODE_WHOLE ? length : 0;
    return result;
}

enum decode_result server_key_exchange_decode(struct cursor body, uint16_t version, uint16_t cipher,
                                              struct server_key_exchange *message)
{
    struct cipher_traits suite = cipher_traits(cipher);
    enum decode_result result = DECODE_WHOLE;
    uint32_t length = vector_announced(&body);
    memset(message, 0, sizeof *message);
    if (!suite.ecdhe && !suite.dhe)
        return DECODE_WHOLE;
    if (suite.psk) /* an identity hint comes first (RFC 4279 section 3, RFC 5489 section 2) */
        result = vector_skip(&body, 2);
    result = decode_worse(result, suite.ecdhe ? read_ecdhe(&body, message) : read_dhe(&body, message));
    if (suite.ecdhe && message->group == 0 && cursor_finished(&body))
        return result;
    message->parameters_length = length - vector_announced(&body);
    if (!suite.psk && !suite.anonymous)
        result = decode_worse(result, read_signature(&body, version, message));
    return decode_worse(result, vector_result(&body));
}

/* The identity comes first whatever the key exchange (RFC 4279 sections 2 to 4, RFC 5489 section 2). */
enum decode_result client_key_exchange_decode(struct cursor body, uint16_t cipher, struct arena *arena,
                                              struct client_key_exchange *message)
{
    memset(message, 0, sizeof *message);
    if (!cipher_traits(cipher).psk)
        return DECODE_WHOLE;
    return vector_octets(&body, 2, arena, &message->psk_identity);
}

enum decode_result certificate_verify_decode(struct cursor body, uint16_t version,
                                             struct certificate_verify *message)
{
    memset(message, 0, sizeof *message);
    if (has_signature_algorithm(version))
        cursor_u16(&body, &message->signature_algorithm);
    struct cursor peek = body;
    uint16_t length;
    if (cursor_u16(&peek, &length))
        message->signature_length = length;
    enum decode_result signature = vector_skip(&body, 2);
    return decode_worse(signature, vector_result(&body));
}

enum decode_result new_session_ticket_decode(struct cursor body, uint16_t version,
                                             struct new_session_ticket *message)
{
    enum { AGE_ADD = 4 };
    bool tls13 = tls_version_equivalent(version) >= TLS_VERSION_1_3;
    enum decode_result result = DECODE_WHOLE;
    memset(message, 0, sizeof *message);
    cursor_u32(&body, &message->lifetime);
    if (tls13) {
        cursor_skip(&body, AGE_ADD);
        result = vector_skip(&body, 1);
    }
    struct cursor peek = body;
    uint16_t length;
    if (cursor_u16(&peek, &length))
        message->ticket_length = length;
    result = decode_worse(result, vector_skip(&body, 2));
    if (tls13)
        result = decode_worse(result, vector_skip(&body, 2));
    return decode_worse(result, vector_result(&body));
}

enum decode_result encrypted_extensions_decode(struct cursor body, struct arena *arena,
                                               struct encrypted_extensions *message)
{
    struct extensions_found found;
    memset(message, 0, sizeof *message);
    enum decode_result result =
        extensions_decode(&body, EXTENSIONS_ENCRYPTED_EXTENSIONS, arena, message, &found);
    message->extensions = found.types;
    return decode_worse(result, vector_result(&body));
}
