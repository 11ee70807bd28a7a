/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/expected.h"

#include "base/memory.h"
#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

struct expected {
    struct expected_certificate *items;
    uint32_t count;
    bool saw_any;
};

struct expected *expected_new(void)
{
    return memory_new(1, sizeof(struct expected));
}

void expected_free(struct expected *expected)
{
    if (!expected)
        return;
    for (uint32_t i = 0; i < expected->count; i++) {
        struct expected_certificate *item = &expected->items[i];
        certificate_free(item->certificate);
        free(item->text);
        free(item->remarks);
        free(item->from);
    }
    free(expected->items);
    free(expected);
}

uint32_t expected_count(const struct expected *expected)
{
    return expected->count;
}

const struct expected_certificate *expected_at(const struct expected *expected, uint32_t index)
{
    return &expected->items[index];
}

/* ---- Adding -------------------------------------------------------------------------------------------- */

static struct expected_certificate *find(const struct expected *expected, const struct thumbprint *thumbprint)
{
    for (uint32_t i = 0; i < expected->count; i++) {
        struct expected_certificate *item = &expected->items[i];
        if (item->thumbprint.length == thumbprint->length &&
            memcmp(item->thumbprint.bytes, thumbprint->bytes, thumbprint->length) == 0)
            return item;
    }
    return NULL;
}

static struct expected_certificate *add(struct expected *expected, const struct thumbprint *thumbprint,
                                        const char *from)
{
    struct buffer text = {0};
    expected->items = memory_resize(expected->items, expected->count + 1, sizeof expected->items[0]);
    struct expected_certificate *item = &expected->items[expected->count++];
    buffer_add_hex(&text, thumbprint->bytes, thumbprint->length, 1);
    *item = (struct expected_certificate){
        .thumbprint = *thumbprint, .text = memory_copy_string(text.bytes), .from = memory_copy_string(from)};
    buffer_free(&text);
    return item;
}

/* Of the same thumbprint written twice, the worse writing is what somebody has to mend. */
static void remember_flaw(struct expected_certificate *item, enum thumbprint_flaw flaw,
                          const struct buffer *remarks, const char *from)
{
    if (flaw <= item->flaw)
        return;
    free(item->remarks);
    free(item->from);
    item->flaw = flaw;
    item->remarks = memory_copy_string(remarks->bytes);
    item->from = memory_copy_string(from);
}

const struct expected_certificate *expected_add(struct expected *expected, const char *text, size_t length,
                                                const char *from, struct buffer *error)
{
    struct thumbprint thumbprint;
    struct buffer remarks = {0};
    enum thumbprint_flaw flaw;
    if (!thumbprint_read(&thumbprint, text, length, &flaw, &remarks)) {
        buffer_add(error, remarks.bytes, remarks.length);
        buffer_free(&remarks);
        return NULL;
    }
    struct expected_certificate *item = find(expected, &thumbprint);
    if (!item)
        item = add(expected, &thumbprint, from);
    remember_flaw(item, flaw, &remarks, from);
    buffer_free(&remarks);
    return item;
}

/* ---- The certificates themselves ----------------------------------------------------------------------- */

/* What libcrypto has read, kept as a certificate of one's own; NULL where it cannot be written again. */
static struct certificate *keep(const X509 *x509)
{
    uint8_t *der = NULL, sha1[SHA_DIGEST_LENGTH], sha256[SHA256_DIGEST_LENGTH];
    int length = i2d_X509(x509, &der);
    if (length <= 0)
        return NULL;
    SHA1(der, (size_t)length, sha1);
    SHA256(der, (size_t)length, sha256);
    struct certificate *certificate = certificate_read(NULL, der, (size_t)length, sha1, sha256);
    OPENSSL_free(der);
    return certificate;
}

static void learn(const struct expected *expected, const struct certificate *certificate)
{
    for (uint32_t i = 0; certificate->readable && i < expected->count; i++) {
        struct expected_certificate *item = &expected->items[i];
        if (!item->certificate && thumbprint_is_of(&item->thumbprint, certificate))
            item->certificate = keep(certificate->x509);
    }
}

void expected_learn(struct expected *expected, const struct certificate *certificate)
{
    expected->saw_any = true;
    learn(expected, certificate);
}

static X509 *read_x509(BIO *file)
{
    char no_password[] = ""; /* rather than to ask for one */
    X509 *x509 = PEM_read_bio_X509(file, NULL, NULL, no_password);
    if (x509 || BIO_reset(file) != 0)
        return x509;
    return d2i_X509_bio(file, NULL);
}

static bool explain(struct buffer *error, const char *path, int reason)
{
    buffer_add_format(error, "cannot read a certificate from %s: %s", path,
                      reason ? strerror(reason) : "it holds none, neither PEM nor DER");
    ERR_clear_error();
    return false;
}

bool expected_add_file(struct expected *expected, const char *path, struct buffer *error)
{
    errno = 0;
    BIO *file = BIO_new_file(path, "rb");
    if (!file)
        return explain(error, path, errno);
    X509 *x509 = read_x509(file);
    struct certificate *certificate = x509 ? keep(x509) : NULL;
    X509_free(x509);
    BIO_free(file);
    if (!certificate)
        return explain(error, path, 0);
    struct thumbprint thumbprint = {.length = sizeof certificate->sha1};
    memcpy(thumbprint.bytes, certificate->sha1, sizeof certificate->sha1);
    struct expected_certificate *item = find(expected, &thumbprint);
    if (!item)
        item = add(expected, &thumbprint, path);
    certificate_free(item->certificate);
    item->certificate = certificate;
    learn(expected, certificate);
    ERR_clear_error();
    return true;
}

bool expected_saw_any(const struct expected *expected)
{
    return expected->saw_any;
}

/* ---- Comparing ----------------------------------------------------------------------------------------- */

static bool same_text(struct octets one, struct octets other)
{
    return one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

static bool same_names(const struct certificate *one, const struct certificate *other)
{
    return one->subject.length > 0 && one->issuer.length > 0 && same_text(one->subject, other->subject) &&
           same_text(one->issuer, other->issuer);
}

static bool same_key(const struct certificate *one, const struct certificate *other)
{
    const EVP_PKEY *key = X509_get0_pubkey(one->x509), *other_key = X509_get0_pubkey(other->x509);
    return key && other_key && EVP_PKEY_eq(key, other_key) == 1;
}

static enum expected_match relate(const struct certificate *shown, const struct certificate *wanted)
{
    if (!shown->readable || !wanted || !(same_names(shown, wanted) || same_key(shown, wanted)))
        return EXPECTED_NO;
    if (shown->not_before == CERTIFICATE_TIME_UNKNOWN || wanted->not_before == CERTIFICATE_TIME_UNKNOWN ||
        shown->not_before == wanted->not_before)
        return EXPECTED_SAME_SUBJECT;
    return shown->not_before > wanted->not_before ? EXPECTED_RENEWED : EXPECTED_PREDECESSOR;
}

enum expected_match expected_compare(const struct expected *expected, const struct certificate *certificate,
                                     const struct expected_certificate **which)
{
    enum expected_match best = EXPECTED_UNKNOWN;
    *which = NULL;
    for (uint32_t i = 0; i < expected->count && best != EXPECTED_YES; i++) {
        const struct expected_certificate *item = &expected->items[i];
        enum expected_match match = thumbprint_is_of(&item->thumbprint, certificate)
                                        ? EXPECTED_YES
                                        : relate(certificate, item->certificate);
        if (best == EXPECTED_UNKNOWN || match < best) {
            best = match;
            *which = item;
        }
    }
    return best;
}

const char *expected_word(enum expected_match match)
{
    static const char *const words[] = {
        [EXPECTED_UNKNOWN] = NULL,
        [EXPECTED_YES] = "yes",
        [EXPECTED_RENEWED] = "renewed",
        [EXPECTED_PREDECESSOR] = "predecessor",
        [EXPECTED_SAME_SUBJECT] = "same_subject",
        [EXPECTED_NO] = "no",
    };
    return words[match];
}
