/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_REVOCATION_STORE_H
#define TLSWHY_CERTIFICATE_REVOCATION_STORE_H

/*
 * How lists and responses are kept, for those who put them there (revocation.c) and those who look them up
 * (revocation_ask.c).
 */

#include "base/hash.h"
#include "certificate/crl.h"
#include "certificate/ocsp.h"
#include "certificate/revocation.h"

enum { REVOCATION_BUCKETS = 1024, REVOCATION_HASH = 32 };

/* A list or a response. It is found by its keys: a list by its issuer's name, a response by the serial
 * numbers of the certificates that it speaks of. */
struct item {
    struct item *newer, *older; /* by when it was seen; of what was given these are NULL */
    struct crl *crl;            /* one of the two */
    struct ocsp *ocsp;
    uint8_t hash[REVOCATION_HASH]; /* of its bytes */
    bool given;
    uint32_t key_count;
    struct key {
        struct key *next_in_bucket;
        struct item *item;
        uint64_t hash;
    } keys[]; /* key_count of them */
};

struct revocation {
    struct key *buckets[REVOCATION_BUCKETS];
    struct item *newest, *oldest; /* seen */
    struct item *given;           /* chained by `older` */
    struct hash_key key;
    struct staples *staples;
    size_t seen_memory;
    bool lists_given;
};

/* By what the items are found. */
uint64_t revocation_name_hash(const struct revocation *revocation, const X509_NAME *name);
uint64_t revocation_serial_hash(const struct revocation *revocation, const void *bytes, size_t length);

/* Whether what holds from the one time to the other is current at a third. */
enum revocation_input revocation_currency(certificate_time this_update, certificate_time next_update,
                                          certificate_time at);

#endif
