/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about what was offered and negotiated. */
#include "handshake/getters.h"

#include "base/buffer.h"
#include "tls/names.h"
#include <string.h>

/* A code point's name; an unregistered one is printed as 0xHHHH, into the arena since values borrow. */
static struct value name_of(const struct handshake *handshake, enum names_table table, uint16_t code)
{
    const char *name = names_find(table, code);
    if (name)
        return value_word(name);
    char scratch[8];
    names_or_hex(table, code, scratch);
    return value_word(arena_copy(handshake->arena, scratch, strlen(scratch)));
}

struct value field_tls_version(const struct handshake *handshake)
{
    if (!handshake->version)
        return value_unknown();
    bool dtls = handshake->carrier == CARRIER_DTLS && handshake->server_hello;
    return name_of(handshake, NAMES_VERSION,
                   dtls ? handshake->server_hello->selected_version : handshake->version);
}

struct value field_server_hello_version(const struct handshake *handshake)
{
    return handshake->server_hello && handshake->version ? value_integer(handshake->version)
                                                         : value_unknown();
}

struct value field_tls_version_protocol(const struct handshake *handshake)
{
    if (!handshake->version)
        return value_unknown();
    if (handshake->carrier == CARRIER_DTLS)
        return value_word("dtls");
    if (handshake->server_hello && handshake->server_hello->selected_version == TLS_VERSION_TLCP)
        return value_word("tlcp");
    return value_word(handshake->version <= TLS_VERSION_SSL3 ? "ssl" : "tls");
}

struct value field_tls_cipher(const struct handshake *handshake)
{
    return handshake->server_hello && !handshake->server_hello->lacks_cipher
               ? name_of(handshake, NAMES_CIPHER_SUITE, handshake->cipher)
               : value_unknown();
}

struct value field_tls_curve(const struct handshake *handshake)
{
    return handshake->group ? name_of(handshake, NAMES_GROUP, handshake->group) : value_unknown();
}

struct value field_tls_established(const struct handshake *handshake)
{
    return handshake->tls_seen ? value_boolean(handshake->outcome == OUTCOME_SUCCESS) : value_boolean(false);
}

struct value field_tls_resumed(const struct handshake *handshake)
{
    return value_of_answer(handshake->resumed);
}

struct value field_tls_next_protocol(const struct handshake *handshake)
{
    return handshake->server_hello ? value_of_octets(handshake->server_hello->alpn) : value_unknown();
}

struct value field_client_server_name(const struct handshake *handshake)
{
    return handshake->client_hello ? value_of_octets(handshake->client_hello->server_name) : value_unknown();
}

static struct value fingerprint(const char *text)
{
    return text[0] ? value_string(text) : value_unknown();
}

struct value field_client_ja3(const struct handshake *handshake)
{
    return fingerprint(handshake->ja3);
}

struct value field_client_ja4(const struct handshake *handshake)
{
    return fingerprint(handshake->ja4);
}

struct value field_server_ja3s(const struct handshake *handshake)
{
    return fingerprint(handshake->ja3s);
}

static struct value thumbprint(const struct handshake *handshake, enum side side, size_t offset,
                               size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    const struct certificate_message *message = handshake->certificate[side];
    if (!message || message->count == 0 || !message->entries[0].whole)
        return value_unknown();
    const uint8_t *hash = (const uint8_t *)&message->entries[0] + offset;
    char *text = arena_take(handshake->arena, 2 * length + 1, 1);
    for (size_t i = 0; text && i < length; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 0x0F];
    }
    return value_word(text);
}

struct value field_client_hash_sha1(const struct handshake *handshake)
{
    return thumbprint(handshake, SIDE_CLIENT, offsetof(struct certificate_entry, sha1), 20);
}

struct value field_client_hash_sha256(const struct handshake *handshake)
{
    return thumbprint(handshake, SIDE_CLIENT, offsetof(struct certificate_entry, sha256), 32);
}

struct value field_server_hash_sha1(const struct handshake *handshake)
{
    return thumbprint(handshake, SIDE_SERVER, offsetof(struct certificate_entry, sha1), 20);
}

struct value field_server_hash_sha256(const struct handshake *handshake)
{
    return thumbprint(handshake, SIDE_SERVER, offsetof(struct certificate_entry, sha256), 32);
}

static struct value value_of_codes(const struct code_list *codes, struct value (*at)(const void *, uint32_t),
                                   const void *owner)
{
    struct value value = value_list_of(VALUE_TEXT, codes->count, at, owner);
    value.list.codes = codes->codes;
    return value;
}

/* Lists of code points: the owner is the handshake, the list and its names are the getter's. */
#define CODE_LIST(field, source, list, table)                                                                \
    static struct value field##_at(const void *owner, uint32_t index)                                        \
    {                                                                                                        \
        const struct handshake *handshake = owner;                                                           \
        return name_of(handshake, table, handshake->source->list.codes[index]);                              \
    }                                                                                                        \
    struct value field_##field(const struct handshake *handshake)                                            \
    {                                                                                                        \
        if (!handshake->source || (handshake->source->cut && handshake->source->list.count == 0))            \
            return value_unknown();                                                                          \
        return value_of_codes(&handshake->source->list, field##_at, handshake);                              \
    }
CODE_LIST(client_supported_ciphers, client_hello, ciphers, NAMES_CIPHER_SUITE)
CODE_LIST(offered_groups, client_hello, groups, NAMES_GROUP)
CODE_LIST(offered_key_shares, client_hello, key_shares, NAMES_GROUP)
CODE_LIST(offered_signature_algorithms, client_hello, signature_algorithms, NAMES_SIGNATURE_SCHEME)
CODE_LIST(client_hello_extensions, client_hello, extensions, NAMES_EXTENSION)
CODE_LIST(server_hello_extensions, server_hello, extensions, NAMES_EXTENSION)
CODE_LIST(certificate_request_signatures, certificate_request, signature_algorithms, NAMES_SIGNATURE_SCHEME)

static struct value version_at(const void *owner, uint32_t index)
{
    const struct handshake *handshake = owner;
    return name_of(handshake, NAMES_VERSION,
                   tls_version_final(handshake->client_hello->versions.codes[index]));
}

static struct value legacy_version_at(const void *owner, uint32_t index)
{
    const struct handshake *handshake = owner;
    (void)index;
    return name_of(handshake, NAMES_VERSION, handshake->client_hello->version);
}

/* Without supported_versions a hello names its highest version only. */
struct value field_offered_versions(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || (hello->versions.count == 0 && !client_hello_highest_version(hello)))
        return value_unknown();
    if (hello->versions.count == 0)
        return value_list_of(VALUE_TEXT, 1, legacy_version_at, handshake);
    return value_list_of(VALUE_TEXT, hello->versions.count, version_at, handshake);
}

static struct value alpn_at(const void *owner, uint32_t index)
{
    return value_of_octets(((const struct client_hello *)owner)->alpn.items[index]);
}

struct value field_offered_alpn(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || (hello->cut && hello->alpn.count == 0))
        return value_unknown();
    return value_list_of(VALUE_TEXT, hello->alpn.count, alpn_at, hello);
}

static uint16_t highest(const struct handshake *handshake)
{
    return handshake->client_hello ? tls_version_final(client_hello_highest_version(handshake->client_hello))
                                   : 0;
}

static uint16_t lowest(const struct handshake *handshake)
{
    return handshake->client_hello ? tls_version_final(client_hello_lowest_version(handshake->client_hello))
                                   : 0;
}

struct value field_client_hello_highest(const struct handshake *handshake)
{
    return highest(handshake) ? value_integer(tls_version_equivalent(highest(handshake))) : value_unknown();
}

struct value field_client_hello_lowest(const struct handshake *handshake)
{
    return lowest(handshake) ? value_integer(tls_version_equivalent(lowest(handshake))) : value_unknown();
}

struct value field_offered_highest_version(const struct handshake *handshake)
{
    return highest(handshake) ? name_of(handshake, NAMES_VERSION, highest(handshake)) : value_unknown();
}

struct value field_offered_lowest_version(const struct handshake *handshake)
{
    return lowest(handshake) ? name_of(handshake, NAMES_VERSION, lowest(handshake)) : value_unknown();
}

/* With the protocol's name, as people say it: SSL 3.0, TLS 1.2, DTLS 1.2. */
static struct value spoken_version(const struct handshake *handshake, uint16_t code)
{
    if (!code)
        return value_unknown();
    const char *protocol = code <= TLS_VERSION_SSL3 ? "SSL " : "TLS ";
    if (code == TLS_VERSION_TLCP)
        protocol = "TLCP ";
    else if (handshake->carrier == CARRIER_DTLS)
        protocol = "DTLS ";
    struct buffer text = {0};
    struct value number = name_of(handshake, NAMES_VERSION, code);
    buffer_add_string(&text, protocol);
    if (number.type == VALUE_TEXT)
        buffer_add(&text, number.text.bytes, number.text.length);
    struct value value = value_word(arena_copy(handshake->arena, text.bytes, text.length));
    buffer_free(&text);
    return value;
}

struct value field_offered_highest_name(const struct handshake *handshake)
{
    return spoken_version(handshake, highest(handshake));
}

struct value field_offered_lowest_name(const struct handshake *handshake)
{
    return spoken_version(handshake, lowest(handshake));
}

struct value field_tls_version_name(const struct handshake *handshake)
{
    bool told = handshake->version && handshake->server_hello && handshake->server_hello->selected_version;
    return spoken_version(handshake, told ? handshake->server_hello->selected_version : handshake->version);
}

struct value field_offered_early_data(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello ? value_of_find(hello, hello->has_early_data) : value_unknown();
}

struct value field_resumption_is_offered(const struct handshake *handshake)
{
    if (!handshake->client_hello)
        return value_unknown();
    return value_of_find(handshake->client_hello, handshake->resumption_offered != RESUMPTION_NONE);
}

struct value field_client_hello_fallback(const struct handshake *handshake)
{
    if (!handshake->client_hello)
        return value_unknown();
    return value_of_find(handshake->client_hello,
                         code_list_has(&handshake->client_hello->ciphers, TLS_FALLBACK_SCSV));
}

struct value field_hello_retry_request_group(const struct handshake *handshake)
{
    const struct server_hello *request = handshake->hello_retry_request;
    return request && request->key_share ? name_of(handshake, NAMES_GROUP, request->key_share)
                                         : value_unknown();
}

struct value field_server_hello_downgrade(const struct handshake *handshake)
{
    static const char *const names[] = {
        [DOWNGRADE_NONE] = NULL, [DOWNGRADE_TO_1_2] = "1.2", [DOWNGRADE_TO_1_1] = "1.1"};
    return handshake->server_hello ? value_word(names[handshake->server_hello->downgrade]) : value_unknown();
}

/* RFC 9325 section 4.2, RFC 7366, RFC 7465. */
enum weakness {
    WEAK_NULL,
    WEAK_EXPORT,
    WEAK_ANONYMOUS,
    WEAK_RC4,
    WEAK_DES,
    WEAK_TRIPLE_DES,
    WEAK_MAC_THEN_ENCRYPT,
    WEAK_NO_FORWARD_SECRECY,
    WEAK_COMPRESSION,
    WEAKNESSES
};

static bool has_weakness(const struct handshake *handshake, struct cipher_traits traits,
                         enum weakness weakness)
{
    const struct server_hello *hello = handshake->server_hello;
    switch (weakness) {
    case WEAK_NULL:
        return traits.null_cipher;
    case WEAK_EXPORT:
        return traits.export_grade;
    case WEAK_ANONYMOUS:
        return traits.anonymous;
    case WEAK_RC4:
        return traits.rc4;
    case WEAK_DES:
        return traits.des;
    case WEAK_TRIPLE_DES:
        return traits.triple_des;
    case WEAK_MAC_THEN_ENCRYPT:
        return traits.cbc && !hello->has_encrypt_then_mac;
    case WEAK_NO_FORWARD_SECRECY:
        return traits.known && !traits.tls13 && !traits.ecdhe && !traits.dhe;
    case WEAK_COMPRESSION:
        return hello->compression != 0;
    case WEAKNESSES:
        break;
    }
    return false;
}

static const char *const weakness_names[WEAKNESSES] = {
    [WEAK_NULL] = "no encryption",
    [WEAK_EXPORT] = "export-grade keys",
    [WEAK_ANONYMOUS] = "nobody is authenticated",
    [WEAK_RC4] = "RC4",
    [WEAK_DES] = "DES",
    [WEAK_TRIPLE_DES] = "3DES",
    [WEAK_MAC_THEN_ENCRYPT] = "CBC with MAC-then-encrypt",
    [WEAK_NO_FORWARD_SECRECY] = "no forward secrecy",
    [WEAK_COMPRESSION] = "compression",
};

static struct value weakness_at(const void *owner, uint32_t index)
{
    const struct handshake *handshake = owner;
    struct cipher_traits traits = cipher_traits(handshake->cipher);
    for (int weakness = 0; weakness < WEAKNESSES; weakness++)
        if (has_weakness(handshake, traits, (enum weakness)weakness) && index-- == 0)
            return value_word(weakness_names[weakness]);
    return value_unknown();
}

struct value field_cipher_weaknesses(const struct handshake *handshake)
{
    if (!handshake->server_hello || handshake->server_hello->cut)
        return value_unknown();
    struct cipher_traits traits = cipher_traits(handshake->cipher);
    uint32_t count = 0;
    for (int weakness = 0; weakness < WEAKNESSES; weakness++)
        count += has_weakness(handshake, traits, (enum weakness)weakness);
    return value_list_of(VALUE_TEXT, count, weakness_at, handshake);
}

/* HTTP/2 wants TLS 1.2 at least, an ephemeral key exchange and an AEAD cipher. */
struct value field_forbidden_by_http2(const struct handshake *handshake)
{
    struct cipher_traits traits = cipher_traits(handshake->cipher);
    if (!handshake->server_hello || handshake->server_hello->cut || !handshake->version || !traits.known)
        return value_unknown();
    bool ephemeral = (traits.ecdhe || traits.dhe) && !traits.anonymous;
    return value_boolean(handshake->version < TLS_VERSION_1_2 ||
                         (!traits.tls13 && !(ephemeral && traits.aead)));
}

struct value field_dh_bits(const struct handshake *handshake)
{
    const struct server_key_exchange *exchange = handshake->server_key_exchange;
    return exchange && exchange->dh_bits ? value_integer(exchange->dh_bits) : value_unknown();
}

struct value field_server_key_exchange_signature(const struct handshake *handshake)
{
    const struct server_key_exchange *exchange = handshake->server_key_exchange;
    if (!exchange || !exchange->signature_algorithm)
        return value_unknown();
    return name_of(handshake, NAMES_SIGNATURE_SCHEME, exchange->signature_algorithm);
}

struct value field_client_verify_scheme(const struct handshake *handshake)
{
    const struct certificate_verify *verify = handshake->certificate_verify[SIDE_CLIENT];
    if (!verify || !verify->signature_algorithm)
        return value_unknown();
    return name_of(handshake, NAMES_SIGNATURE_SCHEME, verify->signature_algorithm);
}

struct value field_client_random(const struct handshake *handshake)
{
    static const char digits[] = "0123456789abcdef";
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || hello->lacks_random)
        return value_unknown();
    char *text = arena_take(handshake->arena, 2 * sizeof hello->random + 1, 1);
    for (size_t i = 0; text && i < sizeof hello->random; i++) {
        text[2 * i] = digits[hello->random[i] >> 4];
        text[2 * i + 1] = digits[hello->random[i] & 0x0F];
    }
    return value_word(text);
}

struct value field_draft(const struct handshake *handshake)
{
    return handshake->draft ? value_integer(handshake->draft) : value_unknown();
}

static struct value resumption_name(enum resumption_kind kind)
{
    static const char *const names[] = {[RESUMPTION_NONE] = NULL,
                                        [RESUMPTION_SESSION_ID] = "session_id",
                                        [RESUMPTION_TICKET] = "ticket",
                                        [RESUMPTION_PSK] = "psk"};
    return value_word(names[kind]);
}

struct value field_resumption_offered(const struct handshake *handshake)
{
    return resumption_name(handshake->resumption_offered);
}

struct value field_resumption_accepted(const struct handshake *handshake)
{
    return resumption_name(handshake->resumption);
}
