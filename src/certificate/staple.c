/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/staple.h"

#include "base/buffer.h"
#include "base/memo.h"
#include "base/memory.h"
#include "certificate/ocsp.h"
#include <stdlib.h>
#include <string.h>

enum { HASH = 32 };

struct staples {
    struct memo *memo;    /* struct staple by certificate, issuer and response */
    struct memo *signers; /* enum attested by issuer and response */
};

struct staples *staples_new(void)
{
    struct staples *staples = memory_new(1, sizeof *staples);
    staples->memo = memo_new(sizeof(struct staple));
    staples->signers = memo_new(sizeof(enum attested));
    return staples;
}

void staples_free(struct staples *staples)
{
    if (!staples)
        return;
    memo_free(staples->memo);
    memo_free(staples->signers);
    free(staples);
}

static void read_anew(struct octets response, const struct certificate *certificate,
                      const struct certificate *issuer, struct staple *staple)
{
    struct ocsp *ocsp = ocsp_read(response.bytes, response.length);
    *staple = (struct staple){.readable = ocsp != NULL, .status = {.reason = STATUS_NO_REASON}};
    if (!ocsp)
        return;
    staple->response_status = ocsp_response_status(ocsp);
    ocsp_status(ocsp, certificate, issuer, &staple->status);
    staple->sct_count = ocsp_sct_count(ocsp);
    ocsp_free(ocsp);
}

void staple_read(struct staples *staples, struct octets response, const struct certificate *certificate,
                 const struct certificate *issuer, struct staple *staple)
{
    struct buffer key = {0};
    static const uint8_t nobody[HASH];
    buffer_add(&key, certificate->sha256, HASH);
    buffer_add(&key, issuer ? issuer->sha256 : nobody, HASH);
    buffer_add(&key, response.bytes, response.length);
    const void *known = staples ? memo_find(staples->memo, key.bytes, key.length) : NULL;
    if (known)
        memcpy(staple, known, sizeof *staple); /* a memo aligns nothing */
    else
        read_anew(response, certificate, issuer, staple);
    if (staples && !known)
        memo_keep(staples->memo, key.bytes, key.length, staple);
    buffer_free(&key);
}

static enum attested check_signature(struct octets response, const struct certificate *issuer)
{
    struct ocsp *ocsp = ocsp_read(response.bytes, response.length);
    enum attested attested = ocsp ? ocsp_signed_by(ocsp, issuer) : ATTESTED_UNKNOWN;
    ocsp_free(ocsp);
    return attested;
}

enum attested staple_signed_by(struct staples *staples, struct octets response,
                               const struct certificate *issuer)
{
    struct buffer key = {0};
    if (!issuer)
        return ATTESTED_UNKNOWN;
    buffer_add(&key, issuer->sha256, HASH);
    buffer_add(&key, response.bytes, response.length);
    const void *known = staples ? memo_find(staples->signers, key.bytes, key.length) : NULL;
    enum attested attested;
    if (known)
        memcpy(&attested, known, sizeof attested);
    else
        attested = check_signature(response, issuer);
    if (staples && !known)
        memo_keep(staples->signers, key.bytes, key.length, &attested);
    buffer_free(&key);
    return attested;
}

static enum staple_problem problem_in_time(const struct certificate_status *status, certificate_time at)
{
    if (status->next_update != CERTIFICATE_TIME_UNKNOWN && status->next_update < at)
        return STAPLE_EXPIRED;
    return status->this_update > at ? STAPLE_NOT_YET_VALID : STAPLE_FINE;
}

enum staple_problem staple_problem(const struct staple *staple, certificate_time at)
{
    if (!staple->readable)
        return STAPLE_NOT_ONE;
    if (staple->response_status != OCSP_SUCCESSFUL)
        return STAPLE_UNSUCCESSFUL;
    if (staple->status.word == STATUS_NONE)
        return STAPLE_OTHER_CERTIFICATE;
    if (staple->status.word == STATUS_REVOKED)
        return STAPLE_REVOKED;
    if (staple->status.word == STATUS_UNKNOWN)
        return STAPLE_UNKNOWN;
    return problem_in_time(&staple->status, at);
}

const char *staple_problem_word(enum staple_problem problem)
{
    static const char *const words[] = {
        [STAPLE_FINE] = NULL,
        [STAPLE_NOT_ONE] = "not_one",
        [STAPLE_UNSUCCESSFUL] = "unsuccessful",
        [STAPLE_OTHER_CERTIFICATE] = "other_certificate",
        [STAPLE_REVOKED] = "revoked",
        [STAPLE_UNKNOWN] = "unknown",
        [STAPLE_EXPIRED] = "expired",
        [STAPLE_NOT_YET_VALID] = "not_yet_valid",
    };
    return words[problem];
}
