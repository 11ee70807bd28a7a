/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/certificates.h"

#include "base/hash.h"
#include "base/memory.h"
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024, MEMORY_LIMIT = 16 * 1024 * 1024 };

struct known {
    struct known *next_in_bucket;
    struct known *newer, *older; /* by last use */
    struct certificate *certificate;
    uint32_t users;
};

struct certificates {
    struct known *buckets[BUCKETS];
    struct known *newest, *oldest;
    struct hash_key key;
    struct certificate_reader *reader;
    size_t memory, memory_limit;
};

struct certificates *certificates_new(size_t memory_limit)
{
    struct certificates *certificates = memory_new(1, sizeof *certificates);
    certificates->key = hash_key_new();
    certificates->reader = certificate_reader_new();
    certificates->memory_limit = memory_limit ? memory_limit : MEMORY_LIMIT;
    return certificates;
}

static struct known **bucket_of(struct certificates *certificates, const uint8_t sha256[static 32])
{
    return &certificates->buckets[hash_bytes(certificates->key, sha256, 32) % BUCKETS];
}

static void unlink_by_use(struct certificates *certificates, struct known *known)
{
    *(known->newer ? &known->newer->older : &certificates->newest) = known->older;
    *(known->older ? &known->older->newer : &certificates->oldest) = known->newer;
}

static void link_newest(struct certificates *certificates, struct known *known)
{
    known->newer = NULL;
    known->older = certificates->newest;
    *(known->older ? &known->older->newer : &certificates->oldest) = known;
    certificates->newest = known;
}

static struct known *find(struct certificates *certificates, const uint8_t sha256[static 32])
{
    struct known *known = *bucket_of(certificates, sha256);
    while (known && memcmp(known->certificate->sha256, sha256, 32) != 0)
        known = known->next_in_bucket;
    return known;
}

static void forget(struct certificates *certificates, struct known *known)
{
    struct known **at = bucket_of(certificates, known->certificate->sha256);
    while (*at != known)
        at = &(*at)->next_in_bucket;
    *at = known->next_in_bucket;
    unlink_by_use(certificates, known);
    certificates->memory -= certificate_size(known->certificate);
    certificate_free(known->certificate);
    free(known);
}

static void forget_oldest(struct certificates *certificates)
{
    struct known *known = certificates->oldest;
    while (known && certificates->memory > certificates->memory_limit) {
        struct known *newer = known->newer;
        if (known->users == 0)
            forget(certificates, known);
        known = newer;
    }
}

static struct known *learn(struct certificates *certificates, struct certificate *certificate)
{
    struct known *known = memory_new(1, sizeof *known);
    struct known **bucket = bucket_of(certificates, certificate->sha256);
    known->certificate = certificate;
    known->next_in_bucket = *bucket;
    *bucket = known;
    link_newest(certificates, known);
    certificates->memory += certificate_size(certificate);
    return known;
}

const struct certificate *certificates_use(struct certificates *certificates, const void *der, size_t length,
                                           const uint8_t sha1[static 20], const uint8_t sha256[static 32])
{
    struct known *known = find(certificates, sha256);
    if (known) {
        unlink_by_use(certificates, known);
        link_newest(certificates, known);
    } else {
        forget_oldest(certificates);
        known = learn(certificates, certificate_read(certificates->reader, der, length, sha1, sha256));
    }
    known->users++;
    return known->certificate;
}

const struct certificate *certificates_find_issuer(const struct certificates *certificates,
                                                   const struct certificate *certificate)
{
    const X509_NAME *issuer = X509_get_issuer_name(certificate->x509);
    for (const struct known *known = certificates->newest; known; known = known->older) {
        const struct certificate *other = known->certificate;
        if (other != certificate && other->readable &&
            X509_NAME_cmp(X509_get_subject_name(other->x509), issuer) == 0)
            return other;
    }
    return NULL;
}

void certificates_release(struct certificates *certificates, const struct certificate *certificate)
{
    struct known *known = find(certificates, certificate->sha256);
    known->users--;
}

void certificates_free(struct certificates *certificates)
{
    if (!certificates)
        return;
    while (certificates->newest)
        forget(certificates, certificates->newest);
    certificate_reader_free(certificates->reader);
    free(certificates);
}
