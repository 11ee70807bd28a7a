/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/crl.h"

#include "base/memory.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

/* libcrypto's memory for one, about, as measured: so many lengths of the DER, and bytes for each entry. */
enum { CRL_FACTOR = 3, ENTRY_SIZE = 300 };

struct crl {
    X509_CRL *x509_crl;
    ISSUING_DIST_POINT *point; /* NULL: it has none */
    size_t length;             /* of the DER */
    certificate_time this_update, next_update;
    bool delta;
    bool odd; /* its issuing distribution point cannot be read */
    struct attested_memory attested;
};

static ISSUING_DIST_POINT *read_point(struct crl *crl)
{
    int critical;
    ISSUING_DIST_POINT *point =
        X509_CRL_get_ext_d2i(crl->x509_crl, NID_issuing_distribution_point, &critical, NULL);
    crl->odd = !point && critical != -1;
    return point;
}

struct crl *crl_read(const void *der, size_t length, size_t *used)
{
    const unsigned char *at = der;
    X509_CRL *read = length <= LONG_MAX ? d2i_X509_CRL(NULL, &at, (long)length) : NULL;
    size_t taken = read ? (size_t)(at - (const unsigned char *)der) : 0;
    ERR_clear_error();
    if (!read || (!used && taken != length)) {
        X509_CRL_free(read);
        return NULL;
    }
    struct crl *crl = memory_new(1, sizeof *crl);
    crl->x509_crl = read;
    crl->length = taken;
    crl->point = read_point(crl);
    crl->this_update = certificate_time_of(X509_CRL_get0_lastUpdate(read));
    crl->next_update = certificate_time_of(X509_CRL_get0_nextUpdate(read));
    crl->delta = X509_CRL_get_ext_by_NID(read, NID_delta_crl, -1) >= 0;
    if (used)
        *used = taken;
    ERR_clear_error();
    return crl;
}

void crl_free(struct crl *crl)
{
    if (!crl)
        return;
    ISSUING_DIST_POINT_free(crl->point);
    X509_CRL_free(crl->x509_crl);
    free(crl);
}

size_t crl_size(const struct crl *crl)
{
    return sizeof *crl + crl->length * CRL_FACTOR + (size_t)crl_entry_count(crl) * ENTRY_SIZE;
}

const X509_NAME *crl_issuer(const struct crl *crl)
{
    return X509_CRL_get_issuer(crl->x509_crl);
}

certificate_time crl_this_update(const struct crl *crl)
{
    return crl->this_update;
}

certificate_time crl_next_update(const struct crl *crl)
{
    return crl->next_update;
}

uint32_t crl_entry_count(const struct crl *crl)
{
    const STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl->x509_crl);
    return entries ? (uint32_t)sk_X509_REVOKED_num(entries) : 0;
}

bool crl_is_delta(const struct crl *crl)
{
    return crl->delta;
}

bool crl_is_of_issuer(const struct crl *crl, const struct certificate *certificate)
{
    return X509_NAME_cmp(crl_issuer(crl), X509_get_issuer_name(certificate->x509)) == 0;
}

/* ---- Which certificates it is about -------------------------------------------------------------------- */

static bool is_among(const struct octets_list *urls, const ASN1_STRING *url)
{
    int length = ASN1_STRING_length(url);
    for (uint32_t i = 0; i < urls->count; i++)
        if (length >= 0 && urls->items[i].length == (uint32_t)length &&
            memcmp(urls->items[i].bytes, ASN1_STRING_get0_data(url), (size_t)length) == 0)
            return true;
    return false;
}

/* A list published in parts is about those certificates that point to this part. */
static bool is_pointed_to(const DIST_POINT_NAME *name, const struct certificate *certificate)
{
    const int full_name = 0;
    if (name->type != full_name)
        return true;
    const GENERAL_NAMES *names = name->name.fullname;
    int urls = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);
        if (one->type == GEN_URI && is_among(&certificate->crl_urls, one->d.uniformResourceIdentifier))
            return true;
        urls += one->type == GEN_URI;
    }
    return urls == 0;
}

bool crl_covers(const struct crl *crl, const struct certificate *certificate)
{
    const ISSUING_DIST_POINT *point = crl->point;
    if (crl->odd)
        return false;
    if (!point)
        return true;
    if (point->onlyattr > 0 || point->onlysomereasons)
        return false;
    if (certificate->is_ca ? point->onlyuser > 0 : point->onlyCA > 0)
        return false;
    return !point->distpoint || is_pointed_to(point->distpoint, certificate);
}

/* ---- What it says -------------------------------------------------------------------------------------- */

enum attested crl_signed_by(struct crl *crl, const struct certificate *issuer)
{
    EVP_PKEY *key = status_issuer_key(issuer);
    if (!key)
        return ATTESTED_UNKNOWN;
    enum attested attested = attested_remembered(&crl->attested, issuer);
    if (attested == ATTESTED_UNKNOWN) {
        attested = X509_CRL_verify(crl->x509_crl, key) == 1 ? ATTESTED_YES : ATTESTED_NO;
        attested_remember(&crl->attested, issuer, attested);
        ERR_clear_error();
    }
    return attested;
}

static int reason_of(const X509_REVOKED *entry)
{
    ASN1_ENUMERATED *reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    long value = reason ? ASN1_ENUMERATED_get(reason) : STATUS_NO_REASON;
    ASN1_ENUMERATED_free(reason);
    return value >= 0 && value <= INT_MAX ? (int)value : STATUS_NO_REASON;
}

void crl_status(const struct crl *crl, const struct certificate *certificate,
                struct certificate_status *status)
{
    enum { LISTED = 1, REMOVED = 2 };
    X509_REVOKED *entry = NULL;
    int found = X509_CRL_get0_by_cert(crl->x509_crl, &entry, certificate->x509);
    *status = (struct certificate_status){.word = crl->delta ? STATUS_NONE : STATUS_GOOD,
                                          .reason = STATUS_NO_REASON,
                                          .revoked_at = CERTIFICATE_TIME_UNKNOWN,
                                          .this_update = crl->this_update,
                                          .next_update = crl->next_update};
    if (found == REMOVED)
        status->word = STATUS_REMOVED;
    if (found == LISTED) {
        status->word = STATUS_REVOKED;
        status->reason = reason_of(entry);
        status->revoked_at = certificate_time_of(X509_REVOKED_get0_revocationDate(entry));
    }
    ERR_clear_error();
}
