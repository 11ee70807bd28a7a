/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/certificate.h"

#include "base/clock.h"
#include "base/memory.h"
#include "certificate/algorithm.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include "certificate/public_key.h"
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* libcrypto makes a key of every certificate's as it reads it, by asking all decoders of its providers, which
 * takes ten times as long as all the rest. In this library context there are none. */
struct certificate_reader {
    OSSL_LIB_CTX *without_decoders;
    OSSL_PROVIDER *null;
};

/* Made when first asked for. */
struct certificate_checks {
    X509 *x509;
    bool made;
};

enum {
    FACTS_LEAST = 128 * 1024, /* bytes of text and lists of one certificate, and more where it is long: */
    FACTS_FACTOR = 3,         /* its DER, and of thousands of names twice as much beside that */
    /* libcrypto's memory for one that is read and checked: so much, and so many lengths of the DER; measured,
       about */
    X509_BYTES = 4500,
    X509_FACTOR = 6,
    /* a larger key makes the check of the signature a stranger's way to cost time */
    SELF_CHECK_BITS = 8192,
    SELF_CHECK_BITS_DSA = 3072,
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
    if (hex) /* whole bytes, a zero as well */
        certificate->serial = BN_is_zero(number) ? "00" : arena_copy(certificate->arena, hex, strlen(hex));
    OPENSSL_free(hex);
    BN_free(number);
}

certificate_time certificate_time_of(const ASN1_TIME *time)
{
    struct tm fields;
    return time && ASN1_TIME_to_tm(time, &fields) ? (certificate_time)timegm(&fields)
                                                  : CERTIFICATE_TIME_UNKNOWN;
}

/* ---- Signatures ---------------------------------------------------------------------------------------- */

static const char *hash_first(int key_type)
{
    return key_type == EVP_PKEY_RSA ? "RSA" : key_type == EVP_PKEY_RSA_PSS ? "RSAPSS" : NULL;
}

static const char *hash_last(int key_type)
{
    return key_type == EVP_PKEY_EC ? "ECDSA" : key_type == EVP_PKEY_DSA ? "DSA" : NULL;
}

static const char *signature_name(const struct certificate *certificate)
{
    const X509_ALGOR *algorithm;
    const ASN1_OBJECT *object;
    X509_get0_signature(NULL, &algorithm, certificate->x509);
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    return algorithm_name(object, certificate->arena);
}

/* Go's crypto/x509 says "SHA256-RSA", but "ECDSA-SHA256". */
static void read_signature(struct certificate *certificate)
{
    int hash = NID_undef, key_type = NID_undef;
    bool known = X509_get_signature_info(certificate->x509, &hash, &key_type, NULL, NULL);
    certificate->signature_algorithm = signature_name(certificate);
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

/* Of keys on elliptic curves only those on curves with a name are. */
static bool is_quick(const struct certificate *certificate)
{
    const char *algorithm = certificate->key_algorithm;
    if (!algorithm || certificate->key_bits == 0)
        return false;
    if (strcmp(algorithm, "ECDSA") == 0)
        return certificate->key_curve != NULL;
    return certificate->key_bits <= (strcmp(algorithm, "DSA") == 0 ? SELF_CHECK_BITS_DSA : SELF_CHECK_BITS);
}

static bool verifies_itself(const struct certificate *certificate)
{
    EVP_PKEY *key = is_quick(certificate) ? certificate_key(certificate) : NULL;
    return key && X509_verify(certificate_for_checks(certificate), key) == 1;
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
    certificate_public_key_read(certificate);
    read_signature(certificate);
    certificate_extensions_read(certificate);
    certificate->self_issued = X509_NAME_cmp(X509_get_subject_name(x509), X509_get_issuer_name(x509)) == 0;
    certificate->self_signed = certificate->self_issued && verifies_itself(certificate);
}

/* libcrypto's queue begins with what it met first and innermost. */
static const char *first_fault(struct octets der)
{
    static const char pem[] = "-----BEGIN";
    unsigned long code = ERR_peek_error();
    if (der.length >= sizeof pem - 1 && memcmp(der.bytes, pem, sizeof pem - 1) == 0)
        return "PEM instead of DER";
    return code ? ERR_reason_error_string(code) : "bytes behind its end";
}

struct certificate_reader *certificate_reader_new(void)
{
    struct certificate_reader *reader = memory_new(1, sizeof *reader);
    reader->without_decoders = OSSL_LIB_CTX_new();
    if (!reader->without_decoders)
        memory_exhausted("a context for certificates");
    reader->null = OSSL_PROVIDER_load(reader->without_decoders, "null");
    return reader;
}

void certificate_reader_free(struct certificate_reader *reader)
{
    if (!reader)
        return;
    OSSL_PROVIDER_unload(reader->null);
    OSSL_LIB_CTX_free(reader->without_decoders);
    free(reader);
}

/* NULL where the bytes are no certificate, or more than one. */
static X509 *read_x509(OSSL_LIB_CTX *context, struct octets der)
{
    const unsigned char *at = (const unsigned char *)der.bytes;
    X509 *made = X509_new_ex(context, NULL), *x509 = made;
    if (!d2i_X509(&x509, &at, (long)der.length))
        x509 = NULL; /* and `made` was freed */
    if (x509 && at == (const unsigned char *)der.bytes + der.length)
        return x509;
    X509_free(x509);
    return NULL;
}

/* RFC 7250: a key without a certificate around it. */
static void read_raw_key(struct certificate *certificate)
{
    const unsigned char *at = (const unsigned char *)certificate->der.bytes;
    X509_PUBKEY *info = d2i_X509_PUBKEY(NULL, &at, (long)certificate->der.length);
    if (info && at == (const unsigned char *)certificate->der.bytes + certificate->der.length) {
        certificate->raw_key = info;
        certificate_public_key_read(certificate);
    } else {
        X509_PUBKEY_free(info);
    }
}

static void read_der(const struct certificate_reader *reader, struct certificate *certificate)
{
    certificate->x509 = read_x509(reader ? reader->without_decoders : NULL, certificate->der);
    certificate->readable = certificate->x509 != NULL;
    if (certificate->readable) {
        read_facts(certificate);
        return;
    }
    certificate->fault = first_fault(certificate->der);
    read_raw_key(certificate);
}

struct certificate *certificate_read(const struct certificate_reader *reader, const void *der, size_t length,
                                     const uint8_t sha1[static 20], const uint8_t sha256[static 32])
{
    struct certificate *certificate = memory_new(1, sizeof *certificate);
    memcpy(certificate->sha1, sha1, sizeof certificate->sha1);
    memcpy(certificate->sha256, sha256, sizeof certificate->sha256);
    ERR_clear_error();
    certificate->arena = arena_new(FACTS_LEAST + length * FACTS_FACTOR);
    certificate->checks = arena_take(certificate->arena, 1, sizeof *certificate->checks);
    certificate->der.bytes = length <= INT_MAX ? arena_copy(certificate->arena, der, length) : NULL;
    certificate->der.length = certificate->der.bytes ? (uint32_t)length : 0;
    certificate->length = (uint32_t)length;
    read_der(reader, certificate);
    ERR_clear_error();
    return certificate;
}

X509 *certificate_for_checks(const struct certificate *certificate)
{
    struct certificate_checks *checks = certificate->checks;
    if (!checks->made && certificate->readable)
        checks->x509 = read_x509(NULL, certificate->der);
    checks->made = true;
    return checks->x509;
}

EVP_PKEY *certificate_key(const struct certificate *certificate)
{
    if (certificate->raw_key)
        return X509_PUBKEY_get0(certificate->raw_key);
    X509 *x509 = certificate_for_checks(certificate);
    return x509 ? X509_get0_pubkey(x509) : NULL;
}

void certificate_free(struct certificate *certificate)
{
    if (!certificate)
        return;
    X509_free(certificate->x509);
    X509_free(certificate->checks->x509);
    X509_PUBKEY_free(certificate->raw_key);
    arena_free(certificate->arena);
    free(certificate);
}

size_t certificate_size(const struct certificate *certificate)
{
    return sizeof *certificate + arena_size(certificate->arena) + X509_BYTES +
           (size_t)certificate->length * X509_FACTOR;
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
