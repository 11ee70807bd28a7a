/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about keys: what both sides signed, with which kind, and keys that come without a certificate. */
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/signatures.h"
#include "tls/hello.h"

static struct value side_signature_valid(const struct handshake *handshake, enum side side)
{
    enum signature_answer answer = signatures_check(handshake, side);
    return answer == SIGNATURE_NOT_CHECKED ? value_unknown() : value_boolean(answer == SIGNATURE_VALID);
}

struct value field_server_signature_valid(const struct handshake *handshake)
{
    return side_signature_valid(handshake, SIDE_SERVER);
}

struct value field_client_signature_valid(const struct handshake *handshake)
{
    return side_signature_valid(handshake, SIDE_CLIENT);
}

struct value field_server_signature_check(const struct handshake *handshake)
{
    return value_word(signature_word(signatures_check(handshake, SIDE_SERVER)));
}

struct value field_client_signature_check(const struct handshake *handshake)
{
    return value_word(signature_word(signatures_check(handshake, SIDE_CLIENT)));
}

/* ---- Kinds of keys ------------------------------------------------------------------------------------- */

static bool any_scheme_fits(const struct certificate *leaf, const struct code_list *schemes, bool tls13)
{
    for (uint32_t i = 0; i < schemes->count; i++)
        if (signature_scheme_fits(leaf, schemes->codes[i], tls13))
            return true;
    return false;
}

/* ClientCertificateType (RFC 5246 section 7.4.4, RFC 8422 section 5.5): EdDSA keys go as ecdsa_sign. */
static bool type_fits(const struct certificate *leaf, const struct code_list *types)
{
    enum { RSA_SIGN = 1, DSS_SIGN = 2, ECDSA_SIGN = 64 };
    static const struct {
        char first; /* letter of the algorithm's name */
        uint8_t type;
    } rows[] = {{'R', RSA_SIGN}, {'D', DSS_SIGN}, {'E', ECDSA_SIGN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (leaf->key_algorithm[0] == rows[i].first)
            return code_list_has(types, rows[i].type);
    return false;
}

/* Only of kinds that this program can judge. */
static const struct certificate *judged_leaf(const struct handshake *handshake, enum side side)
{
    static const char *const kinds[] = {"RSA", "RSA-PSS", "ECDSA", "DSA", "Ed25519", "Ed448"};
    const struct certificate *leaf = chains_leaf(handshake, side);
    if (!leaf || !leaf->key_algorithm || !certificate_key(leaf))
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(leaf->key_algorithm, kinds[i]) == 0)
            return leaf;
    return NULL;
}

/* Before TLS 1.2 there is no list of schemes, from 1.3 on none of types. */
struct value field_client_key_accepted(const struct handshake *handshake)
{
    const struct certificate *leaf = judged_leaf(handshake, SIDE_CLIENT);
    const struct certificate_request *request = handshake->certificate_request;
    bool tls13 = handshake->version == TLS_VERSION_1_3;
    if (!leaf || !request || request->cut || handshake->version < TLS_VERSION_1_0)
        return value_unknown();
    if (!tls13 && !type_fits(leaf, &request->certificate_types))
        return value_boolean(false);
    return value_boolean(handshake->version < TLS_VERSION_1_2 ||
                         any_scheme_fits(leaf, &request->signature_algorithms, tls13));
}

/* Where the server signs at all, and the client says what it takes. */
struct value field_server_key_accepted(const struct handshake *handshake)
{
    const struct certificate *leaf = judged_leaf(handshake, SIDE_SERVER);
    const struct client_hello *hello = handshake->client_hello;
    bool tls13 = handshake->version == TLS_VERSION_1_3;
    if (!leaf || !hello || hello->cut || hello->signature_algorithms.count == 0)
        return value_unknown();
    if (!tls13 && (handshake->version != TLS_VERSION_1_2 || !handshake->server_key_exchange))
        return value_unknown();
    return value_boolean(any_scheme_fits(leaf, &hello->signature_algorithms, tls13));
}

/* ---- Keys instead of certificates ---------------------------------------------------------------------- */

static struct value type_name(uint16_t type)
{
    static const char *const names[] = {
        [TLS_CERTIFICATE_X509] = "x509",
        [TLS_CERTIFICATE_OPENPGP] = "openpgp",
        [TLS_CERTIFICATE_RAW_PUBLIC_KEY] = "raw_public_key",
    };
    return type < sizeof names / sizeof *names ? value_word(names[type]) : value_word("unknown");
}

static struct value type_at(const void *owner, uint32_t index)
{
    return type_name(((const struct code_list *)owner)->codes[index]);
}

/* Without the extension a side takes X.509 only, and does not say so. */
static struct value type_list(const struct handshake *handshake, const struct code_list *types)
{
    if (types->count == 0 && handshake->client_hello->cut)
        return value_unknown();
    return value_list_of(VALUE_TEXT, types->count, type_at, types);
}

struct value field_client_hello_client_types(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello ? type_list(handshake, &hello->client_certificate_types) : value_unknown();
}

struct value field_client_hello_server_types(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello ? type_list(handshake, &hello->server_certificate_types) : value_unknown();
}

static struct value side_type(const struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    return message && message->count > 0 ? type_name(message->type) : value_unknown();
}

static struct value side_raw_key(const struct handshake *handshake, enum side side)
{
    const struct certificate *key = chains_raw_key(handshake, side);
    return key ? value_word(key->key_algorithm) : value_unknown();
}

static struct value side_raw_key_size(const struct handshake *handshake, enum side side)
{
    const struct certificate *key = chains_raw_key(handshake, side);
    return key && key->key_bits ? value_of_count(key->key_bits) : value_unknown();
}

SIDE_FACT(type)
SIDE_FACT(raw_key)
SIDE_FACT(raw_key_size)
