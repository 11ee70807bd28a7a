/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/certificate.h"

#include "base/clock.h"
#include "base/memory.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    FACTS_LIMIT = 128 * 1024, /* bytes of text and lists of one certificate */
    X509_FACTOR = 5,          /* libcrypto's memory for one, in lengths of the DER; measured, about */
    SELF_CHECK_BITS = 8192, /* a larger key makes the check of the signature a stranger's way to cost time */
};

static void keep_text(struct certificate *certificate, const struct buffer *text, struct octets *out)
{
    out->bytes = arena_copy(certificate->arena, text->length ? text->bytes : "", text->length);
    out->length = out->bytes ? (uint32_t)text->length : 0;
}

static void read_name(struct certificate *certificate, const X509_NAME *name, struct octets *out)
{
    struct buffer text = {0};
    if (certificate_name_print_read(&text, name))
        keep_text(certificate, &text, out);
    buffer_free(&text);
}

/* Of several the last is the most specific. */
static void read_common_name(struct certificate *certificate)
{
    const X509_NAME *subject = X509_get_subject_name(certificate->x509);
    int at = -1;
    for (int next; (next = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
        at = next;
    if (at < 0)
        return;
    unsigned char *utf8 = NULL;
    int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (length >= 0) {
        certificate->common_name.bytes = arena_copy(certificate->arena, utf8, (size_t)length);
        certificate->common_name.length = certificate->common_name.bytes ? (uint32_t)length : 0;
    }
    OPENSSL_free(utf8);
}

static void read_serial(struct certificate *certificate)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate->x509), NULL);
    char *hex = number ? BN_bn2hex(number) : NULL;
    if (hex)
        certificate->serial = arena_copy(certificate->arena, hex, strlen(hex));
    OPENSSL_free(hex);
    BN_free(number);
}

certificate_time certificate_time_of(const ASN1_TIME *time)
{
    struct tm fields;
    return time && ASN1_TIME_to_tm(time, &fields) ? (certificate_time)timegm(&fields)
                                                  : CERTIFICATE_TIME_UNKNOWN;
}

/* ---- Keys and signatures ------------------------------------------------------------------------------- */

static const char *key_name(const EVP_PKEY *key)
{
    static const struct {
        int type;
        const char *name;
    } names[] = {
        {EVP_PKEY_RSA, "RSA"}, {EVP_PKEY_RSA_PSS, "RSA-PSS"}, {EVP_PKEY_EC, "ECDSA"},
        {EVP_PKEY_DSA, "DSA"}, {EVP_PKEY_ED25519, "Ed25519"}, {EVP_PKEY_ED448, "Ed448"},
        {EVP_PKEY_SM2, "SM2"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (EVP_PKEY_get_base_id(key) == names[i].type)
            return names[i].name;
    return NULL;
}

/* ECS writes the curves of NIST as nistp256; others keep their registered short name. */
static void read_curve(struct certificate *certificate, const EVP_PKEY *key)
{
    static const char *const nist[][2] = {{"prime256v1", "nistp256"},
                                          {"secp384r1", "nistp384"},
                                          {"secp521r1", "nistp521"},
                                          {"secp224r1", "nistp224"}};
    char name[64];
    size_t length;
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || !EVP_PKEY_get_group_name(key, name, sizeof name, &length))
        return;
    for (size_t i = 0; i < sizeof nist / sizeof *nist; i++)
        if (strcmp(name, nist[i][0]) == 0) {
            certificate->key_curve = nist[i][1];
            return;
        }
    certificate->key_curve = arena_copy(certificate->arena, name, length);
}

/* The algorithm's name where libcrypto cannot read the key itself. */
static const char *unread_key_name(const X509 *x509)
{
    ASN1_OBJECT *algorithm = NULL;
    X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(x509));
    return OBJ_nid2ln(OBJ_obj2nid(algorithm));
}

static void read_key(struct certificate *certificate)
{
    const EVP_PKEY *key = X509_get0_pubkey(certificate->x509);
    if (key) {
        int bits = EVP_PKEY_get_bits(key);
        certificate->key_bits = bits > 0 ? (uint32_t)bits : 0;
        certificate->key_algorithm = key_name(key);
        read_curve(certificate, key);
    }
    if (!certificate->key_algorithm)
        certificate->key_algorithm = unread_key_name(certificate->x509);
}

static const char *hash_first(int key_type)
{
    return key_type == EVP_PKEY_RSA ? "RSA" : key_type == EVP_PKEY_RSA_PSS ? "RSAPSS" : NULL;
}

static const char *hash_last(int key_type)
{
    return key_type == EVP_PKEY_EC ? "ECDSA" : key_type == EVP_PKEY_DSA ? "DSA" : NULL;
}

/* Go's crypto/x509 says "SHA256-RSA", but "ECDSA-SHA256". */
static void read_signature(struct certificate *certificate)
{
    int hash = NID_undef, key_type = NID_undef;
    bool known = X509_get_signature_info(certificate->x509, &hash, &key_type, NULL, NULL);
    certificate->signature_algorithm = OBJ_nid2ln(X509_get_signature_nid(certificate->x509));
    if (!known || hash == NID_undef)
        return;
    certificate->signature_hash = OBJ_nid2sn(hash);
    struct buffer text = {0};
    if (hash_first(key_type))
        buffer_add_format(&text, "%s-%s", certificate->signature_hash, hash_first(key_type));
    else if (hash_last(key_type))
        buffer_add_format(&text, "%s-%s", hash_last(key_type), certificate->signature_hash);
    const char *name = text.length ? arena_copy(certificate->arena, text.bytes, text.length) : NULL;
    if (name)
        certificate->signature_algorithm = name;
    buffer_free(&text);
}

static bool verifies_itself(const struct certificate *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate->x509);
    return key && certificate->key_bits <= SELF_CHECK_BITS && X509_verify(certificate->x509, key) == 1;
}

/* ---- The whole ----------------------------------------------------------------------------------------- */

static bool is_plain(struct octets text)
{
    for (uint32_t i = 0; i < text.length; i++)
        if (text.bytes[i] < 0x20 || text.bytes[i] > 0x7e || text.bytes[i] == '"' || text.bytes[i] == '\\')
            return false;
    return true;
}

static const char *print_time(const struct certificate *certificate, certificate_time time)
{
    char text[CLOCK_TEXT_MOST];
    if (time == CERTIFICATE_TIME_UNKNOWN)
        return NULL;
    *clock_put_rfc3339_seconds(text, time) = '\0';
    return arena_copy(certificate->arena, text, strlen(text));
}

static void read_facts(struct certificate *certificate)
{
    X509 *x509 = certificate->x509;
    read_name(certificate, X509_get_subject_name(x509), &certificate->subject);
    read_name(certificate, X509_get_issuer_name(x509), &certificate->issuer);
    read_common_name(certificate);
    certificate->plain_names =
        is_plain(certificate->subject) && is_plain(certificate->issuer) && is_plain(certificate->common_name);
    read_serial(certificate);
    certificate->version = (uint32_t)X509_get_version(x509) + 1;
    certificate->not_before = certificate_time_of(X509_get0_notBefore(x509));
    certificate->not_after = certificate_time_of(X509_get0_notAfter(x509));
    certificate->not_before_text = print_time(certificate, certificate->not_before);
    certificate->not_after_text = print_time(certificate, certificate->not_after);
    read_key(certificate);
    read_signature(certificate);
    certificate_extensions_read(certificate);
    certificate->self_issued = X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0;
    certificate->self_signed = certificate->self_issued && verifies_itself(certificate);
}

/* libcrypto's queue begins with what it met first and innermost. */
static const char *first_fault(void)
{
    unsigned long code = ERR_peek_error();
    return code ? ERR_reason_error_string(code) : NULL;
}

struct certificate *certificate_read(const void *der, size_t length, const uint8_t sha1[static 20],
                                     const uint8_t sha256[static 32])
{
    struct certificate *certificate = memory_new(1, sizeof *certificate);
    const unsigned char *at = der;
    memcpy(certificate->sha1, sha1, sizeof certificate->sha1);
    memcpy(certificate->sha256, sha256, sizeof certificate->sha256);
    certificate->length = (uint32_t)length;
    certificate->arena = arena_new(FACTS_LIMIT);
    certificate->x509 = length <= LONG_MAX ? d2i_X509(NULL, &at, (long)length) : NULL;
    certificate->readable = certificate->x509 && at == (const unsigned char *)der + length;
    if (certificate->readable)
        read_facts(certificate);
    else
        certificate->fault = certificate->x509 ? "bytes behind its end" : first_fault();
    ERR_clear_error();
    return certificate;
}

void certificate_free(struct certificate *certificate)
{
    if (!certificate)
        return;
    X509_free(certificate->x509);
    arena_free(certificate->arena);
    free(certificate);
}

size_t certificate_size(const struct certificate *certificate)
{
    return sizeof *certificate + arena_size(certificate->arena) + (size_t)certificate->length * X509_FACTOR;
}

bool certificate_allows(const struct certificate *certificate, const char *purpose)
{
    const struct octets_list *usages = &certificate->extended_key_usage;
    for (uint32_t i = 0; i < usages->count; i++) {
        const char *usage = usages->items[i].bytes;
        if (usage && (strcmp(usage, purpose) == 0 || strcmp(usage, "anyExtendedKeyUsage") == 0))
            return true;
    }
    return usages->count == 0;
}
