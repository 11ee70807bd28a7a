/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_STATUS_H
#define TLSWHY_CERTIFICATE_STATUS_H

/*
 * What an issuer says of one of its certificates, be it in a revocation list (crl.h) or in an OCSP response
 * (ocsp.h).
 */

#include "certificate/certificate.h"

enum status_word {
    STATUS_NONE, /* nothing is said of it */
    STATUS_GOOD,
    STATUS_REVOKED,
    STATUS_REMOVED, /* a delta list lifts what an earlier list says */
    STATUS_UNKNOWN, /* OCSP: the responder does not know it */
};

/* Whether the signature is the issuer's; unknown where the issuer's certificate is. */
enum attested { ATTESTED_UNKNOWN, ATTESTED_YES, ATTESTED_NO };

enum { STATUS_NO_REASON = -1 };

struct certificate_status {
    enum status_word word;
    int reason;                                /* RFC 5280 section 5.3.1; STATUS_NO_REASON: not told */
    certificate_time revoked_at;               /* of a revoked one */
    certificate_time this_update, next_update; /* when it was said, and until when it holds */
};

/* What an issuer's certificate has said of signatures before; zeroes: nothing. */
struct attested_memory {
    struct {
        uint8_t issuer[32]; /* SHA-256 */
        enum attested attested;
    } known[4];
    uint32_t next;
};

/* The remembered answer; ATTESTED_UNKNOWN: none. */
enum attested attested_remembered(const struct attested_memory *memory, const struct certificate *issuer);
void attested_remember(struct attested_memory *memory, const struct certificate *issuer,
                       enum attested attested);

/* The issuer's key, where signatures can be checked with it at a bearable cost; NULL: not so. */
EVP_PKEY *status_issuer_key(const struct certificate *issuer);

/* "key_compromise", "certificate_hold", ...; NULL for no known reason. */
const char *status_reason_word(int reason);

#endif
