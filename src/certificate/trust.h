/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_TRUST_H
#define TLSWHY_CERTIFICATE_TRUST_H

/*
 * Whom somebody trusts, as far as the user says it: a set of issuers, and the search for a path from a chain
 * that was sent to one of them (RFC 5280 section 6; libcrypto does it). Dates, names, purposes and revocation
 * are questions of their own and play no part in trust_check(), so that its answer holds for every connection
 * of a run; the answers are remembered.
 */

#include "base/buffer.h"
#include "certificate/certificate.h"

enum trust_answer {
    TRUST_NOT_CHECKED, /* not all of the chain is known */
    TRUST_TRUSTED,
    TRUST_SELF_SIGNED,    /* the end-entity certificate has no issuer but itself, and nobody trusts it */
    TRUST_UNKNOWN_ROOT,   /* the path ends in a root that is not trusted */
    TRUST_MISSING_ISSUER, /* a certificate of the path is neither sent nor trusted */
    TRUST_BAD_SIGNATURE,  /* a certificate of the path is not signed by its issuer's key */
    TRUST_CONSTRAINT,     /* a path exists, and a rule for issuers forbids it */
};

struct trust;

struct trust *trust_new(void);
void trust_free(struct trust *trust); /* NULL is fine */

/* Certificates in PEM from a file; from a folder with hashed names (openssl rehash); those that the system
 * trusts. False with a sentence in `error` where nothing could be read. */
bool trust_add_file(struct trust *trust, const char *path, struct buffer *error);
bool trust_add_folder(struct trust *trust, const char *path, struct buffer *error);
bool trust_add_system(struct trust *trust, struct buffer *error);

/* `chain` leaf first; a NULL in it is one that was not captured whole. `missing`, where the answer is
 * TRUST_MISSING_ISSUER or TRUST_UNKNOWN_ROOT: the issuer's name (RFC 4514), which lives as long as a
 * certificate of the chain or the trust. */
enum trust_answer trust_check(struct trust *trust, const struct certificate *const *chain, uint32_t count,
                              struct octets *missing);

/* Of a chain that is trusted: the certificate among the trusted ones without which no path is within its
 * validity at `time`, as an expired root may still be in a store. False where there is none, or where a
 * certificate of the chain itself is outside its validity. Nothing of this is remembered: it is for
 * connections that failed. */
struct trust_outdated {
    char subject[256];  /* RFC 4514, as much as fits */
    char not_after[32]; /* RFC 3339; "": unknown */
};
bool trust_outdated(struct trust *trust, const struct certificate *const *chain, uint32_t count,
                    certificate_time time, struct trust_outdated *outdated);

/* "trusted", "self_signed", ...; NULL where not checked. */
const char *trust_word(enum trust_answer answer);

#endif
