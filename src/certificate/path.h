/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_PATH_H
#define TLSWHY_CERTIFICATE_PATH_H

/*
 * The path that the certificates of one Certificate message make by themselves: from the leaf by issuer up to
 * where they end, whatever the order in which they were sent, and whether each of them may stand where it
 * does (RFC 5280 section 6.1). No store, no date and no signature plays a part; a path only points into the
 * chain that it was found in.
 */

#include "certificate/certificate.h"

enum { PATH_MOST = 10 }; /* no path is longer; what a stranger adds beyond it is not looked at */

struct path {
    const struct certificate *step[PATH_MOST]; /* the leaf first */
    uint32_t place[PATH_MOST];                 /* where each stands in the chain, the leaf's is 0 */
    uint32_t length;
};

/* Why a certificate may not stand where it does. */
enum path_fault {
    PATH_FINE,
    PATH_NOT_AN_AUTHORITY,   /* basicConstraints do not say that it is one */
    PATH_MAY_NOT_SIGN,       /* its key usage lacks keyCertSign */
    PATH_TOO_LONG,           /* more authorities stand below it than it allows */
    PATH_WRONG_USAGE,        /* its extended key usage leaves out what the leaf is used for */
    PATH_NAME_NOT_PERMITTED, /* its name constraints forbid a name of the leaf */
    PATH_WEAK_KEY,           /* RSA below 2048 bits, or a curve below 224 */
    PATH_WEAK_SIGNATURE,     /* signed with MD5 or SHA-1 */
};

/* `chain` leaf first as it was sent, all of it readable. */
struct path path_find(const struct certificate *const *chain, uint32_t count);

/* The name that a verifier must have a certificate of, as the chain has none; no bytes where the path ends in
 * one that is its own issuer. Belongs to the last certificate. */
struct octets path_missing(const struct path *path);

/* What is wrong with step `i` > 0, for a leaf that is used for `purpose` ("serverAuth", "clientAuth"). A root
 * is always fine: who trusts it does not ask. */
enum path_fault path_fault(const struct path *path, uint32_t i, const char *purpose);

/* The first step whose signature the next one's key does not verify (its own, where it is its own issuer): it
 * was changed, or the issuer has another key than the certificate that was sent with its name. The length:
 * each is verified, or cannot be checked. Costly. */
uint32_t path_badly_signed(const struct path *path);

/* The certificate's own key, or its issuer's signature on it, is weaker than today's verifiers take. */
bool path_weak_key(const struct certificate *certificate);
bool path_weak_signature(const struct certificate *certificate);

/* "not_an_authority", "may_not_sign", ...; NULL where all is fine. */
const char *path_fault_word(enum path_fault fault);

#endif
