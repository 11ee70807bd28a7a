/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the Certificate messages themselves: how they were compressed, and what came beside a certificate.
 */
#include "base/clock.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "tls/compressed_certificate.h"
#include "tls/names.h"
#include <openssl/x509v3.h>

/* ---- Compression --------------------------------------------------------------------------------------- */

static struct value compression_at(const void *owner, uint32_t index)
{
    const char *name = certificate_compression_name(((const struct code_list *)owner)->codes[index]);
    return value_word(name ? name : "unknown");
}

struct value field_client_hello_compressions_certificate(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || (hello->cut && hello->certificate_compressions.count == 0))
        return value_unknown();
    const struct code_list *list = &hello->certificate_compressions;
    return value_list_of(VALUE_TEXT, list->count, compression_at, list);
}

static struct value side_compression(const struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    if (!message || message->compression == 0)
        return value_unknown();
    const char *name = certificate_compression_name(message->compression);
    return value_word(name ? name : "unknown");
}

static struct value side_compression_fault(const struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    return message ? value_word(certificate_compression_fault_word(message->compression_fault))
                   : value_unknown();
}

SIDE_FACT(compression)
SIDE_FACT(compression_fault)

/* ---- Delegated credentials ----------------------------------------------------------------------------- */

static struct value scheme_at(const void *owner, uint32_t index)
{
    const char *name = names_find(NAMES_SIGNATURE_SCHEME, ((const struct code_list *)owner)->codes[index]);
    return value_word(name ? name : "unknown");
}

struct value field_client_hello_credential_schemes(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello || (hello->cut && hello->credential_schemes.count == 0))
        return value_unknown();
    const struct code_list *list = &hello->credential_schemes;
    return value_list_of(VALUE_TEXT, list->count, scheme_at, list);
}

/* The extension DelegationUsage (RFC 9345 section 4.2) says no more than that it is there. */
struct value field_server_certificate_delegates(const struct handshake *handshake)
{
    static const char usage[] = "1.3.6.1.4.1.44363.44";
    const struct certificate *leaf = chains_leaf(handshake, SIDE_SERVER);
    if (!leaf || !leaf->readable)
        return value_unknown();
    ASN1_OBJECT *wanted = OBJ_txt2obj(usage, 1);
    bool found = wanted && X509_get_ext_by_OBJ(leaf->x509, wanted, -1) >= 0;
    ASN1_OBJECT_free(wanted);
    return value_boolean(found);
}

/* Only the end-entity certificate's counts. */
static const struct delegated_credential *credential_of(const struct handshake *handshake)
{
    const struct certificate_message *message = handshake->certificate[SIDE_SERVER];
    bool there = message && message->count > 0 && message->entries[0].has_credential;
    return there ? &message->entries[0].credential : NULL;
}

struct value field_server_certificate_credential(const struct handshake *handshake)
{
    const struct certificate_message *message = handshake->certificate[SIDE_SERVER];
    bool tells = message && message->count > 0 && handshake->version == TLS_VERSION_1_3;
    return tells ? value_boolean(credential_of(handshake) != NULL) : value_unknown();
}

struct value field_server_certificate_credential_scheme(const struct handshake *handshake)
{
    const struct delegated_credential *credential = credential_of(handshake);
    return credential ? value_string(names_find(NAMES_SIGNATURE_SCHEME, credential->verify_scheme))
                      : value_unknown();
}

struct value field_server_certificate_credential_expires(const struct handshake *handshake)
{
    const struct delegated_credential *credential = credential_of(handshake);
    const struct certificate *leaf = chains_leaf(handshake, SIDE_SERVER);
    if (!credential || !leaf || !leaf->readable || leaf->not_before == CERTIFICATE_TIME_UNKNOWN)
        return value_unknown();
    char text[CLOCK_TEXT_MOST];
    char *end = clock_put_rfc3339_seconds(text, leaf->not_before + credential->valid_time);
    return value_word(arena_copy(handshake->arena, text, (size_t)(end - text)));
}
