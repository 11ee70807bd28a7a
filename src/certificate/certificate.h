/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_CERTIFICATE_H
#define TLSWHY_CERTIFICATE_CERTIFICATE_H

/*
 * What one X.509 certificate says (RFC 5280), read once by libcrypto and kept as plain facts. A certificate
 * owns all that it points to. Bytes that are no certificate still make one: it has its thumbprints,
 * `readable` is false, and every other fact is empty.
 */

#include "base/arena.h"
#include "certificate/sct.h"
#include "tls/protocol.h"
#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970 in UTC; an X.509 date may lie far beyond what nanoseconds can count. */
typedef int64_t certificate_time;
#define CERTIFICATE_TIME_UNKNOWN INT64_MIN

/* CERTIFICATE_TIME_UNKNOWN for NULL and for what is no time. */
certificate_time certificate_time_of(const ASN1_TIME *time);

enum alternative_kind {
    ALTERNATIVE_DNS,
    ALTERNATIVE_ADDRESS, /* text form of an IPv4 or IPv6 address */
    ALTERNATIVE_URI,
    ALTERNATIVE_EMAIL,
    ALTERNATIVE_OTHER, /* the user principal name of a Windows account, or a directory name */
};

struct alternative_name {
    enum alternative_kind kind;
    struct octets text;
};

struct certificate {
    uint8_t sha1[20], sha256[32];
    uint32_t length;   /* of the DER */
    bool readable;     /* as a certificate: a raw key is none */
    const char *fault; /* of what cannot be read, in libcrypto's words; NULL: none, or unknown */

    struct octets subject, issuer; /* RFC 4514 */
    struct octets common_name;     /* the subject's most specific; bytes NULL: it has none */
    const char *serial;            /* upper-case hex without separators, '-' before a negative one */
    uint32_t version;              /* 1 to 3 */
    bool plain_names;              /* these three are printable ASCII without quotation mark and backslash */
    certificate_time not_before, not_after;
    const char *not_before_text, *not_after_text; /* RFC 3339; NULL: unknown */
    const char *key_algorithm;                    /* "RSA", "ECDSA", "Ed25519", "DSA", ... */
    uint32_t key_bits;                            /* 0: unknown */
    const char *key_curve;                        /* NULL: it has none */
    const char *signature_algorithm; /* "SHA256-RSA", "ECDSA-SHA384", ... (as Go's crypto/x509 says) */
    const char *signature_hash;      /* "SHA256", ...; NULL where the scheme has it built in */

    struct alternative_name *alternative_names;
    uint32_t alternative_name_count;
    bool has_alternative_names; /* the extension is there, though perhaps without a name of a known kind */
    struct octets_list extended_key_usage; /* "serverAuth", "clientAuth", ..., or the OID; no items: any */
    struct octets_list crl_urls, ocsp_urls, issuer_urls;
    uint32_t key_usage;         /* libcrypto's X509v3_KU_* bits; all of them where the extension is absent */
    bool is_ca;                 /* basicConstraints say so */
    bool self_issued;           /* subject and issuer are the same name */
    bool self_signed;           /* and its own key verifies its signature */
    bool must_staple;           /* TLS feature status_request (RFC 7633) */
    struct sct_list timestamps; /* that are embedded in it */

    struct octets der;
    X509 *x509;           /* names and extensions, its key is not decoded; NULL where not readable */
    X509_PUBKEY *raw_key; /* the bytes are a key alone (RFC 7250); NULL: they are not */
    struct certificate_checks *checks;
    struct arena *arena;
};

/* What reads certificates; it outlives those that it read. */
struct certificate_reader;

struct certificate_reader *certificate_reader_new(void);
void certificate_reader_free(struct certificate_reader *reader); /* NULL is fine */

/* `reader` NULL: of one that stands alone, at the price of its key. Never NULL. `sha1` and `sha256` are of
 * these bytes. */
struct certificate *certificate_read(const struct certificate_reader *reader, const void *der, size_t length,
                                     const uint8_t sha1[static 20], const uint8_t sha256[static 32]);
void certificate_free(struct certificate *certificate); /* NULL is fine */

/* For libcrypto's own checks: with its key. Made when first asked for, and costly; belongs to the
 * certificate. NULL where not readable. */
X509 *certificate_for_checks(const struct certificate *certificate);

/* Its key, or the raw one; costly and owned as above. NULL where libcrypto cannot use it. */
EVP_PKEY *certificate_key(const struct certificate *certificate);

/* Bytes of memory that it holds, about. */
size_t certificate_size(const struct certificate *certificate);

/* Its extended key usage allows the purpose ("serverAuth", "clientAuth"): it says so, allows any, or has none
 * (RFC 5280 section 4.2.1.12). */
bool certificate_allows(const struct certificate *certificate, const char *purpose);

#endif
