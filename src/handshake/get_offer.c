/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts about what the ClientHello leaves a server to choose from, and which of its lists somebody narrowed:
 * a refusal names none of them (the alert is handshake_failure for all), so the list that is least like what
 * stacks offer by default is the one to suspect.
 */
#include "handshake/getters.h"

static bool is_modern(struct cipher_traits traits)
{
    return traits.tls13 || ((traits.ecdhe || traits.dhe) && traits.aead && !traits.anonymous);
}

struct value field_offered_modern_suite(const struct handshake *handshake)
{
    if (!handshake->client_hello)
        return value_unknown();
    const struct code_list *ciphers = &handshake->client_hello->ciphers;
    for (uint32_t i = 0; i < ciphers->count; i++)
        if (is_modern(cipher_traits(ciphers->codes[i])))
            return value_boolean(true);
    return value_of_find(handshake->client_hello, false);
}

static bool is_suite(uint16_t code)
{
    return !tls_is_grease(code) && code != TLS_FALLBACK_SCSV && code != TLS_EMPTY_RENEGOTIATION_INFO_SCSV;
}

struct value field_offered_suite_count(const struct handshake *handshake)
{
    if (!handshake->client_hello || handshake->client_hello->cut)
        return value_unknown();
    const struct code_list *ciphers = &handshake->client_hello->ciphers;
    int64_t count = 0;
    for (uint32_t i = 0; i < ciphers->count; i++)
        count += is_suite(ciphers->codes[i]);
    return value_integer(count);
}

/* How far a list is from the defaults of the stacks. */
enum narrowness {
    USUAL,
    NARROWED,    /* few, though servers know them */
    UNUSUAL_ONLY /* a whole kind that servers need is missing */
};

static bool offers_tls13(const struct client_hello *hello)
{
    return tls_version_equivalent(client_hello_highest_version(hello)) == TLS_VERSION_1_3;
}

static bool offers_tls12(const struct client_hello *hello)
{
    return tls_version_equivalent(client_hello_lowest_version(hello)) <= TLS_VERSION_1_2;
}

static uint32_t count_codes(const struct code_list *list, uint16_t first, uint16_t last)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        count += list->codes[i] >= first && list->codes[i] <= last;
    return count;
}

/* Stacks offer at least two of the three suites of RFC 8446 that are in use. */
static enum narrowness narrowness_of_tls13_suites(const struct client_hello *hello)
{
    enum { AES_128_GCM = 0x1301, CHACHA20_POLY1305 = 0x1303 };
    uint32_t count = count_codes(&hello->ciphers, AES_128_GCM, CHACHA20_POLY1305);
    return count == 0 ? UNUSUAL_ONLY : count == 1 ? NARROWED : USUAL;
}

/* Stacks offer at least four modern suites, some for an RSA certificate and some for one with ECDSA. */
static enum narrowness narrowness_of_tls12_suites(const struct client_hello *hello)
{
    enum { FEWEST = 4 };
    uint32_t count = 0, rsa = 0, ecdsa = 0;
    for (uint32_t i = 0; i < hello->ciphers.count; i++) {
        struct cipher_traits traits = cipher_traits(hello->ciphers.codes[i]);
        bool counts = is_modern(traits) && !traits.tls13;
        count += counts;
        rsa += counts && traits.rsa_authentication;
        ecdsa += counts && traits.ecdsa_authentication;
    }
    if (rsa == 0)
        return UNUSUAL_ONLY;
    return count < FEWEST || ecdsa == 0 ? NARROWED : USUAL;
}

static enum narrowness narrowness_of_suites(const struct client_hello *hello)
{
    enum narrowness of_1_3 = offers_tls13(hello) ? narrowness_of_tls13_suites(hello) : USUAL,
                    of_1_2 = offers_tls12(hello) ? narrowness_of_tls12_suites(hello) : USUAL;
    return of_1_3 > of_1_2 ? of_1_3 : of_1_2;
}

static bool needs_group(const struct client_hello *hello)
{
    for (uint32_t i = 0; i < hello->ciphers.count; i++)
        if (cipher_traits(hello->ciphers.codes[i]).ecdhe)
            return true;
    return offers_tls13(hello);
}

/* Nearly every server knows x25519 or secp256r1, and every stack offers one of them and others. */
static enum narrowness narrowness_of_groups(const struct client_hello *hello)
{
    enum { SECP256R1 = 0x0017, X25519 = 0x001D };
    uint32_t count = 0;
    for (uint32_t i = 0; i < hello->groups.count; i++)
        count += !tls_is_grease(hello->groups.codes[i]);
    if (count == 0 || !needs_group(hello))
        return USUAL;
    if (!code_list_has(&hello->groups, SECP256R1) && !code_list_has(&hello->groups, X25519))
        return UNUSUAL_ONLY;
    return count == 1 ? NARROWED : USUAL;
}

/* What a server with a certificate of either usual kind can sign with, better than SHA-1. */
struct schemes {
    uint32_t rsa_pss, rsa, ecdsa;
};

static struct schemes count_schemes(const struct code_list *list)
{
    enum {
        RSA_PSS_RSAE_SHA256 = 0x0804,
        RSA_PSS_RSAE_SHA512 = 0x0806,
        RSA_PKCS1_SHA256 = 0x0401,
        RSA_PKCS1_SHA384 = 0x0501,
        ECDSA_SHA256 = 0x0403,
        ECDSA_SHA384 = 0x0503,
        ECDSA_SHA512 = 0x0603
    };
    return (struct schemes){
        .rsa_pss = count_codes(list, RSA_PSS_RSAE_SHA256, RSA_PSS_RSAE_SHA512),
        .rsa = count_codes(list, RSA_PKCS1_SHA256, RSA_PKCS1_SHA256) +
               count_codes(list, RSA_PKCS1_SHA384, RSA_PKCS1_SHA384),
        .ecdsa = count_codes(list, ECDSA_SHA256, ECDSA_SHA256) +
                 count_codes(list, ECDSA_SHA384, ECDSA_SHA384) +
                 count_codes(list, ECDSA_SHA512, ECDSA_SHA512),
    };
}

/* Without the extension a client of 1.2 takes SHA-1 alone (RFC 5246 section 7.4.1.4.1); 1.3 needs RSA-PSS. */
static enum narrowness narrowness_of_signature_schemes(const struct client_hello *hello)
{
    enum { FEWEST = 4 };
    const struct code_list *list = &hello->signature_algorithms;
    struct schemes schemes = count_schemes(list);
    if (tls_version_equivalent(client_hello_highest_version(hello)) < TLS_VERSION_1_2)
        return USUAL;
    if (list->count == 0)
        return NARROWED;
    bool rsa = schemes.rsa_pss > 0 || (!offers_tls13(hello) && schemes.rsa > 0);
    if (!rsa || schemes.ecdsa == 0)
        return UNUSUAL_ONLY;
    return list->count < FEWEST ? NARROWED : USUAL;
}

/* In this order where one is as narrow as the other: who narrows schemes or groups has to name suites as
 * well. */
static const struct list {
    const char *name, *breadth;
    enum narrowness (*narrowness)(const struct client_hello *hello);
} lists[] = {
    {"signature schemes", "narrow signature schemes", narrowness_of_signature_schemes},
    {"groups", "narrow groups", narrowness_of_groups},
    {"suites", "narrow suites", narrowness_of_suites},
};
enum { LISTS = sizeof lists / sizeof lists[0] };

/* The lists that were narrowed, the least usual first. */
struct narrowed {
    const struct list *list[LISTS];
    uint32_t count;
};

static struct narrowed find_narrowed(const struct client_hello *hello)
{
    struct narrowed found = {.count = 0};
    enum narrowness narrowness[LISTS];
    for (size_t i = 0; i < LISTS; i++)
        narrowness[i] = lists[i].narrowness(hello);
    for (enum narrowness wanted = UNUSUAL_ONLY; wanted > USUAL; wanted--)
        for (size_t i = 0; i < LISTS; i++)
            if (narrowness[i] == wanted)
                found.list[found.count++] = &lists[i];
    return found;
}

static struct value narrowed_at(const void *owner, uint32_t index)
{
    return value_word(find_narrowed(owner).list[index]->name);
}

struct value field_offered_narrow(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || hello->cut)
        return value_unknown();
    return value_list_of(VALUE_TEXT, find_narrowed(hello).count, narrowed_at, hello);
}

struct value field_offered_breadth(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || hello->cut)
        return value_unknown();
    struct narrowed found = find_narrowed(hello);
    return value_word(found.count > 0 ? found.list[0]->breadth : "wide");
}

/* RFC 8446 section 4.2.11: a ticket's age is counted from its issue; a key given out of band has the age 0.
 */
struct value field_offered_external_psk(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || (hello->psk_identities > 0 && !hello->has_psk_first_age))
        return value_unknown();
    return value_of_find(hello, hello->psk_identities > 0 && hello->psk_first_age == 0);
}

struct value field_offered_psk_identity(const struct handshake *handshake)
{
    return handshake->client_hello ? value_of_octets(handshake->client_hello->psk_first_identity)
                                   : value_unknown();
}

struct value field_client_key_exchange_psk_identity(const struct handshake *handshake)
{
    return handshake->client_key_exchange ? value_of_octets(handshake->client_key_exchange->psk_identity)
                                          : value_unknown();
}
