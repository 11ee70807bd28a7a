/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_CERTIFICATES_H
#define TLSWHY_CERTIFICATE_CERTIFICATES_H

/*
 * The certificates of a run: each distinct one is read once and remembered, as the same few come again with
 * every connection. The table is bounded; the one that was asked for least recently goes first, but never
 * while somebody uses it.
 */

#include "certificate/certificate.h"

struct certificates;

/* `memory_limit` in bytes; 0: 16 MiB. */
struct certificates *certificates_new(size_t memory_limit);
void certificates_free(struct certificates *certificates); /* NULL is fine; nobody may use one any longer */

/* The certificate of these bytes, whose hashes the caller knows; to be given back by certificates_release().
 */
const struct certificate *certificates_use(struct certificates *certificates, const void *der, size_t length,
                                           const uint8_t sha1[static 20], const uint8_t sha256[static 32]);
/* One of the certificates seen in this run that has the name of this one's issuer, itself left out; NULL:
 * none was seen. It need not be the issuer itself. Lives until the next certificates_use(). */
const struct certificate *certificates_find_issuer(const struct certificates *certificates,
                                                   const struct certificate *certificate);

void certificates_release(struct certificates *certificates, const struct certificate *certificate);

#endif
