/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/revocation_store.h"

#include "base/memory.h"
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEEN_LIMIT = 64 * 1024 * 1024, /* bytes of what strangers sent */
    CROWD = 16,                    /* of theirs with one key */
    KEYS_MOST = 16,                /* serial numbers that one OCSP response is found by */
    BUCKETS = REVOCATION_BUCKETS,
    HASH = REVOCATION_HASH,
};

struct revocation *revocation_new(void)
{
    struct revocation *revocation = memory_new(1, sizeof *revocation);
    revocation->key = hash_key_new();
    revocation->staples = staples_new();
    return revocation;
}

struct staples *revocation_staples(struct revocation *revocation)
{
    return revocation->staples;
}

bool revocation_is_empty(const struct revocation *revocation)
{
    return !revocation->given && !revocation->newest;
}

/* ---- Items --------------------------------------------------------------------------------------------- */

static size_t size_of(const struct item *item)
{
    return sizeof *item + item->key_count * sizeof item->keys[0] +
           (item->crl ? crl_size(item->crl) : ocsp_size(item->ocsp));
}

static void item_free(struct item *item)
{
    crl_free(item->crl);
    ocsp_free(item->ocsp);
    free(item);
}

static void unlink_key(struct revocation *revocation, struct key *key)
{
    struct key **at = &revocation->buckets[key->hash % BUCKETS];
    while (*at != key)
        at = &(*at)->next_in_bucket;
    *at = key->next_in_bucket;
}

static void unlink_by_age(struct revocation *revocation, struct item *item)
{
    *(item->newer ? &item->newer->older : &revocation->newest) = item->older;
    *(item->older ? &item->older->newer : &revocation->oldest) = item->newer;
}

static void link_newest(struct revocation *revocation, struct item *item)
{
    item->newer = NULL;
    item->older = revocation->newest;
    *(item->older ? &item->older->newer : &revocation->oldest) = item;
    revocation->newest = item;
}

static void forget(struct revocation *revocation, struct item *item)
{
    for (uint32_t i = 0; i < item->key_count; i++)
        unlink_key(revocation, &item->keys[i]);
    unlink_by_age(revocation, item);
    revocation->seen_memory -= size_of(item);
    item_free(item);
}

/* Of what strangers sent the oldest with that key, where there are too many. */
static struct item *crowded_out(const struct revocation *revocation, uint64_t hash)
{
    struct item *last = NULL;
    uint32_t count = 0;
    for (struct key *key = revocation->buckets[hash % BUCKETS]; key; key = key->next_in_bucket)
        if (key->hash == hash && !key->item->given) {
            last = key->item;
            count++;
        }
    return count >= CROWD ? last : NULL;
}

static void make_room(struct revocation *revocation, const struct item *item)
{
    for (uint32_t i = 0; i < item->key_count; i++) {
        struct item *crowded = crowded_out(revocation, item->keys[i].hash);
        if (crowded)
            forget(revocation, crowded);
    }
    while (revocation->oldest && revocation->seen_memory + size_of(item) > SEEN_LIMIT)
        forget(revocation, revocation->oldest);
}

/* The newest comes first in its bucket. */
static void keep(struct revocation *revocation, struct item *item)
{
    if (item->given) {
        item->older = revocation->given;
        revocation->given = item;
    } else {
        make_room(revocation, item);
        link_newest(revocation, item);
        revocation->seen_memory += size_of(item);
    }
    for (uint32_t i = 0; i < item->key_count; i++) {
        struct key *key = &item->keys[i];
        struct key **bucket = &revocation->buckets[key->hash % BUCKETS];
        key->item = item;
        key->next_in_bucket = *bucket;
        *bucket = key;
    }
}

void revocation_free(struct revocation *revocation)
{
    if (!revocation)
        return;
    while (revocation->newest)
        forget(revocation, revocation->newest);
    while (revocation->given) {
        struct item *item = revocation->given;
        revocation->given = item->older;
        item_free(item);
    }
    staples_free(revocation->staples);
    free(revocation);
}

/* ---- Keys ---------------------------------------------------------------------------------------------- */

uint64_t revocation_name_hash(const struct revocation *revocation, const X509_NAME *name)
{
    unsigned long hash = X509_NAME_hash_ex(name, NULL, NULL, NULL); /* equal names have equal ones */
    return hash_bytes(revocation->key, &hash, sizeof hash);
}

uint64_t revocation_serial_hash(const struct revocation *revocation, const void *bytes, size_t length)
{
    return hash_bytes(revocation->key, bytes, length);
}

static struct item *item_new(uint32_t key_count, const uint8_t hash[static HASH], bool given)
{
    struct item *item = memory_new(1, sizeof *item + key_count * sizeof item->keys[0]);
    item->key_count = key_count;
    item->given = given;
    memcpy(item->hash, hash, HASH);
    return item;
}

static void keep_crl(struct revocation *revocation, struct crl *crl, const uint8_t hash[static HASH],
                     bool given)
{
    struct item *item = item_new(1, hash, given);
    item->crl = crl;
    item->keys[0].hash = revocation_name_hash(revocation, crl_issuer(crl));
    keep(revocation, item);
    revocation->lists_given |= given;
}

static void keep_ocsp(struct revocation *revocation, struct ocsp *ocsp, const uint8_t hash[static HASH])
{
    uint32_t count = ocsp_count(ocsp);
    count = count < KEYS_MOST ? count : KEYS_MOST;
    struct item *item = item_new(count, hash, false);
    item->ocsp = ocsp;
    for (uint32_t i = 0; i < count; i++) {
        struct octets serial = ocsp_serial(ocsp, i);
        item->keys[i].hash = revocation_serial_hash(revocation, serial.bytes, serial.length);
    }
    keep(revocation, item);
}

/* ---- The user's files ---------------------------------------------------------------------------------- */

static bool read_file(const char *path, struct buffer *content)
{
    char chunk[16384];
    size_t length;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while ((length = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_add(content, chunk, length);
    int reason = errno;
    bool read = !ferror(file);
    fclose(file);
    errno = reason;
    return read;
}

static bool hash_of(const void *bytes, size_t length, uint8_t hash[static HASH])
{
    return EVP_Digest(bytes, length, hash, NULL, EVP_sha256(), NULL) == 1;
}

/* One DER behind the other; how many there were. */
static uint32_t add_der(struct revocation *revocation, const char *bytes, size_t length)
{
    uint32_t count = 0;
    size_t used;
    uint8_t hash[HASH];
    for (struct crl *crl; length > 0 && (crl = crl_read(bytes, length, &used)); count++) {
        hash_of(bytes, used, hash);
        keep_crl(revocation, crl, hash, true);
        bytes += used;
        length -= used;
    }
    return count;
}

/* The DER inside the next PEM block of a list, to be freed with OPENSSL_free(); NULL: there is none. */
static unsigned char *next_pem(BIO *bio, long *length)
{
    unsigned char *der = NULL;
    bool found = PEM_bytes_read_bio(&der, length, NULL, PEM_STRING_X509_CRL, bio, NULL, NULL) == 1;
    ERR_clear_error();
    return found ? der : NULL;
}

static BIO *bio_over(const void *bytes, size_t length)
{
    BIO *bio = BIO_new_mem_buf(bytes, (int)length);
    if (!bio)
        memory_exhausted("a list of revoked certificates");
    return bio;
}

static uint32_t add_pem(struct revocation *revocation, const char *bytes, size_t length)
{
    uint32_t count = 0;
    long der_length;
    BIO *bio = bio_over(bytes, length);
    for (unsigned char *der; (der = next_pem(bio, &der_length)); OPENSSL_free(der))
        count += add_der(revocation, (const char *)der, (size_t)der_length);
    BIO_free(bio);
    return count;
}

bool revocation_add_file(struct revocation *revocation, const char *path, struct buffer *error)
{
    struct buffer content = {0};
    uint32_t count = 0;
    bool read = read_file(path, &content);
    if (!read)
        buffer_add_format(error, "cannot read revocation lists from %s: %s", path, strerror(errno));
    else if (content.length <= INT32_MAX)
        count = add_der(revocation, content.bytes, content.length);
    if (read && count == 0 && content.length > 0 && content.length <= INT32_MAX)
        count = add_pem(revocation, content.bytes, content.length);
    if (read && count == 0)
        buffer_add_format(error, "cannot read revocation lists from %s: no list in PEM or DER found", path);
    buffer_free(&content);
    return count > 0;
}

/* ---- What was seen ------------------------------------------------------------------------------------- */

enum revocation_input revocation_currency(certificate_time this_update, certificate_time next_update,
                                          certificate_time at)
{
    if (next_update != CERTIFICATE_TIME_UNKNOWN && next_update < at)
        return REVOCATION_EXPIRED;
    return this_update > at ? REVOCATION_NOT_YET_VALID : REVOCATION_CURRENT;
}

/* What comes a second time is not kept twice. */
static bool is_kept(const struct revocation *revocation, uint64_t key_hash, const uint8_t hash[static HASH])
{
    for (const struct key *key = revocation->buckets[key_hash % BUCKETS]; key; key = key->next_in_bucket)
        if (key->hash == key_hash && memcmp(key->item->hash, hash, HASH) == 0)
            return true;
    return false;
}

static struct crl *read_crl(const void *bytes, size_t length)
{
    struct crl *crl = crl_read(bytes, length, NULL);
    if (crl || length == 0 || length > INT32_MAX)
        return crl;
    long der_length;
    BIO *bio = bio_over(bytes, length);
    unsigned char *der = next_pem(bio, &der_length);
    BIO_free(bio);
    if (der)
        crl = crl_read(der, (size_t)der_length, NULL);
    OPENSSL_free(der);
    return crl;
}

struct revocation_reading revocation_add_crl(struct revocation *revocation, const void *bytes, size_t length,
                                             certificate_time at)
{
    uint8_t hash[HASH];
    struct revocation_reading reading = {.this_update = CERTIFICATE_TIME_UNKNOWN,
                                         .next_update = CERTIFICATE_TIME_UNKNOWN};
    struct crl *crl = read_crl(bytes, length);
    if (!crl)
        return reading;
    reading.count = crl_entry_count(crl);
    reading.this_update = crl_this_update(crl);
    reading.next_update = crl_next_update(crl);
    reading.input = revocation_currency(reading.this_update, reading.next_update, at);
    if (hash_of(bytes, length, hash) &&
        !is_kept(revocation, revocation_name_hash(revocation, crl_issuer(crl)), hash))
        keep_crl(revocation, crl, hash, false);
    else
        crl_free(crl);
    return reading;
}

static void read_ocsp(const struct ocsp *ocsp, certificate_time at, struct revocation_reading *reading)
{
    struct certificate_status status;
    reading->response_status = ocsp_response_status(ocsp);
    reading->count = ocsp_count(ocsp);
    reading->input = REVOCATION_UNSUCCESSFUL;
    if (reading->response_status != OCSP_SUCCESSFUL || reading->count == 0)
        return;
    ocsp_status_at(ocsp, 0, &status);
    reading->first = status.word;
    reading->this_update = status.this_update;
    reading->next_update = status.next_update;
    reading->input = revocation_currency(status.this_update, status.next_update, at);
}

static bool ocsp_is_kept(const struct revocation *revocation, const struct ocsp *ocsp,
                         const uint8_t hash[static HASH])
{
    struct octets serial = ocsp_serial(ocsp, 0);
    return is_kept(revocation, revocation_serial_hash(revocation, serial.bytes, serial.length), hash);
}

struct revocation_reading revocation_add_ocsp(struct revocation *revocation, const void *bytes, size_t length,
                                              certificate_time at)
{
    uint8_t hash[HASH];
    struct revocation_reading reading = {.this_update = CERTIFICATE_TIME_UNKNOWN,
                                         .next_update = CERTIFICATE_TIME_UNKNOWN};
    struct ocsp *ocsp = ocsp_read(bytes, length);
    if (!ocsp)
        return reading;
    read_ocsp(ocsp, at, &reading);
    if (reading.input != REVOCATION_UNSUCCESSFUL && hash_of(bytes, length, hash) &&
        !ocsp_is_kept(revocation, ocsp, hash))
        keep_ocsp(revocation, ocsp, hash);
    else
        ocsp_free(ocsp);
    return reading;
}

const char *revocation_input_word(enum revocation_input input)
{
    static const char *const words[] = {
        [REVOCATION_NOT_ONE] = NULL,
        [REVOCATION_UNSUCCESSFUL] = "unsuccessful",
        [REVOCATION_CURRENT] = "current",
        [REVOCATION_EXPIRED] = "expired",
        [REVOCATION_NOT_YET_VALID] = "not_yet_valid",
    };
    return words[input];
}
