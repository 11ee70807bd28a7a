/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_CRL_H
#define TLSWHY_CERTIFICATE_CRL_H

/*
 * One revocation list (RFC 5280 section 5), read by libcrypto: whose it is, which certificates it is about,
 * and what it says of one. Looking a certificate up takes the time of a binary search.
 */

#include "certificate/status.h"

struct crl;

/* NULL where the bytes are no list. `used`, where not NULL: how many of the bytes it took; else it must be
 * all of them. */
struct crl *crl_read(const void *der, size_t length, size_t *used);
void crl_free(struct crl *crl); /* NULL is fine */

/* Bytes of memory that it holds, about. */
size_t crl_size(const struct crl *crl);

const X509_NAME *crl_issuer(const struct crl *crl);
certificate_time crl_this_update(const struct crl *crl);
certificate_time crl_next_update(const struct crl *crl); /* CERTIFICATE_TIME_UNKNOWN: it names none */
uint32_t crl_entry_count(const struct crl *crl);
bool crl_is_delta(const struct crl *crl);

/* The list is the certificate's issuer's, by its name. */
bool crl_is_of_issuer(const struct crl *crl, const struct certificate *certificate);

/* Certificates like this one are what the list is about: its issuing distribution point (RFC 5280 section
 * 5.2.5) does not leave them out. */
bool crl_covers(const struct crl *crl, const struct certificate *certificate);

/* The issuer's key signed it; remembered. */
enum attested crl_signed_by(struct crl *crl, const struct certificate *issuer);

/* What it says of a certificate that it covers; STATUS_NONE from a delta list that does not name it. */
void crl_status(const struct crl *crl, const struct certificate *certificate,
                struct certificate_status *status);

#endif
