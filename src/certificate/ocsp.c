/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/ocsp.h"

#include "base/memory.h"
#include "certificate/sct.h"
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum {
    OCSP_FACTOR = 8, /* libcrypto's memory for one, in lengths of the DER; measured, about */
    ANSWERS_MOST = 16,
};

struct ocsp {
    OCSP_RESPONSE *response;
    OCSP_BASICRESP *basic;          /* NULL: it has a status alone */
    OCSP_CERTID *ids[ANSWERS_MOST]; /* whom its answers are about */
    uint32_t count;
    size_t length;
    struct attested_memory attested;
};

/* libcrypto shows what is in an identifier only to its owner. */
static void copy_ids(struct ocsp *ocsp)
{
    int count = ocsp->basic ? OCSP_resp_count(ocsp->basic) : 0;
    for (int i = 0; i < count && ocsp->count < ANSWERS_MOST; i++) {
        OCSP_CERTID *id = OCSP_CERTID_dup(OCSP_SINGLERESP_get0_id(OCSP_resp_get0(ocsp->basic, i)));
        if (!id)
            memory_exhausted("an OCSP response");
        ocsp->ids[ocsp->count++] = id;
    }
}

struct ocsp *ocsp_read(const void *der, size_t length)
{
    const unsigned char *at = der;
    OCSP_RESPONSE *response = length <= LONG_MAX ? d2i_OCSP_RESPONSE(NULL, &at, (long)length) : NULL;
    ERR_clear_error();
    if (!response || at != (const unsigned char *)der + length) {
        OCSP_RESPONSE_free(response);
        return NULL;
    }
    struct ocsp *ocsp = memory_new(1, sizeof *ocsp);
    ocsp->response = response;
    ocsp->length = length;
    ocsp->basic = OCSP_response_get1_basic(response);
    copy_ids(ocsp);
    ERR_clear_error();
    return ocsp;
}

void ocsp_free(struct ocsp *ocsp)
{
    if (!ocsp)
        return;
    for (uint32_t i = 0; i < ocsp->count; i++)
        OCSP_CERTID_free(ocsp->ids[i]);
    OCSP_BASICRESP_free(ocsp->basic);
    OCSP_RESPONSE_free(ocsp->response);
    free(ocsp);
}

size_t ocsp_size(const struct ocsp *ocsp)
{
    return sizeof *ocsp + ocsp->length * OCSP_FACTOR;
}

uint32_t ocsp_response_status(const struct ocsp *ocsp)
{
    int status = OCSP_response_status(ocsp->response);
    return status >= 0 ? (uint32_t)status : UINT32_MAX;
}

const char *ocsp_response_status_word(uint32_t status)
{
    static const char *const words[] = {
        "successful", "malformed_request", "internal_error", "try_later",
        NULL,         "sig_required",      "unauthorized",
    };
    return status < sizeof words / sizeof *words ? words[status] : NULL;
}

/* ---- Its answers --------------------------------------------------------------------------------------- */

uint32_t ocsp_count(const struct ocsp *ocsp)
{
    return ocsp->count;
}

struct octets ocsp_serial(const struct ocsp *ocsp, uint32_t index)
{
    ASN1_INTEGER *serial = NULL;
    OCSP_id_get0_info(NULL, NULL, NULL, &serial, ocsp->ids[index]);
    return (struct octets){.bytes = (const char *)ASN1_STRING_get0_data(serial),
                           .length = (uint32_t)ASN1_STRING_length(serial)};
}

static enum status_word word_of(int status)
{
    return status == V_OCSP_CERTSTATUS_GOOD      ? STATUS_GOOD
           : status == V_OCSP_CERTSTATUS_REVOKED ? STATUS_REVOKED
                                                 : STATUS_UNKNOWN;
}

static void read_status(OCSP_SINGLERESP *single, struct certificate_status *status)
{
    int reason = STATUS_NO_REASON;
    ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
    status->word = word_of(OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update));
    status->reason = status->word == STATUS_REVOKED ? reason : STATUS_NO_REASON;
    status->revoked_at =
        status->word == STATUS_REVOKED ? certificate_time_of(revoked) : CERTIFICATE_TIME_UNKNOWN;
    status->this_update = certificate_time_of(this_update);
    status->next_update = certificate_time_of(next_update);
}

static bool is_digest(const ASN1_OCTET_STRING *expected, const unsigned char *digest, unsigned length)
{
    return (unsigned)ASN1_STRING_length(expected) == length &&
           memcmp(ASN1_STRING_get0_data(expected), digest, length) == 0;
}

/* RFC 6960 section 4.1.1: serial number, and hashes of the issuer's name and key. */
static bool is_about(OCSP_CERTID *id, const struct certificate *certificate, const struct certificate *issuer)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    ASN1_OCTET_STRING *name_hash = NULL, *key_hash = NULL;
    ASN1_OBJECT *algorithm = NULL;
    ASN1_INTEGER *serial = NULL;
    OCSP_id_get0_info(&name_hash, &algorithm, &key_hash, &serial, id);
    const EVP_MD *hash = EVP_get_digestbyobj(algorithm);
    if (!hash || ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate->x509)) != 0)
        return false;
    if (!X509_NAME_digest(X509_get_issuer_name(certificate->x509), hash, digest, &length) ||
        !is_digest(name_hash, digest, length))
        return false;
    return !issuer || !issuer->readable ||
           (X509_pubkey_digest(issuer->x509, hash, digest, &length) && is_digest(key_hash, digest, length));
}

void ocsp_status(const struct ocsp *ocsp, const struct certificate *certificate,
                 const struct certificate *issuer, struct certificate_status *status)
{
    *status = (struct certificate_status){.word = STATUS_NONE};
    uint32_t i = 0;
    while (i < ocsp->count && !is_about(ocsp->ids[i], certificate, issuer))
        i++;
    if (i < ocsp->count)
        read_status(OCSP_resp_get0(ocsp->basic, (int)i), status);
    ERR_clear_error();
}

void ocsp_status_at(const struct ocsp *ocsp, uint32_t index, struct certificate_status *status)
{
    *status = (struct certificate_status){.word = STATUS_NONE};
    if (index < ocsp->count)
        read_status(OCSP_resp_get0(ocsp->basic, (int)index), status);
}

static uint32_t count_scts(OCSP_SINGLERESP *single)
{
    int index = OCSP_SINGLERESP_get_ext_by_NID(single, NID_ct_cert_scts, -1);
    X509_EXTENSION *extension = index >= 0 ? OCSP_SINGLERESP_get_ext(single, index) : NULL;
    if (!extension)
        return 0;
    return sct_extension_count(X509_EXTENSION_get_data(extension));
}

uint32_t ocsp_sct_count(const struct ocsp *ocsp)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < ocsp->count; i++)
        count += count_scts(OCSP_resp_get0(ocsp->basic, (int)i));
    ERR_clear_error();
    return count;
}

/* ---- Who signed it ------------------------------------------------------------------------------------- */

static bool may_sign_for(X509 *signer, const struct certificate *issuer, EVP_PKEY *key)
{
    if (X509_cmp(signer, certificate_for_checks(issuer)) == 0)
        return true;
    bool for_ocsp = (X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) &&
                    (X509_get_extended_key_usage(signer) & XKU_OCSP_SIGN);
    return for_ocsp &&
           X509_NAME_cmp(X509_get_issuer_name(signer), X509_get_subject_name(issuer->x509)) == 0 &&
           X509_verify(signer, key) == 1;
}

static enum attested check(OCSP_BASICRESP *basic, const struct certificate *issuer, EVP_PKEY *key)
{
    X509 *signer = NULL;
    STACK_OF(X509) *extra = sk_X509_new_null();
    if (!extra)
        memory_exhausted("a list of certificates");
    if (!sk_X509_push(extra, certificate_for_checks(issuer)))
        memory_exhausted("a list of certificates");
    bool attested = OCSP_resp_get0_signer(basic, &signer, extra) == 1 && may_sign_for(signer, issuer, key) &&
                    OCSP_basic_verify(basic, extra, NULL, OCSP_NOVERIFY) == 1;
    sk_X509_free(extra);
    return attested ? ATTESTED_YES : ATTESTED_NO;
}

enum attested ocsp_signed_by(struct ocsp *ocsp, const struct certificate *issuer)
{
    EVP_PKEY *key = status_issuer_key(issuer);
    if (!key || !ocsp->basic)
        return ATTESTED_UNKNOWN;
    enum attested attested = attested_remembered(&ocsp->attested, issuer);
    if (attested == ATTESTED_UNKNOWN) {
        attested = check(ocsp->basic, issuer, key);
        attested_remember(&ocsp->attested, issuer, attested);
        ERR_clear_error();
    }
    return attested;
}
