/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/trust.h"

#include "base/memo.h"
#include "base/memory.h"
#include "certificate/name.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHAIN_MOST = 10, HASH = 32 }; /* no path is longer; what a stranger adds beyond it is not looked at */

struct trust {
    X509_STORE *store;
    struct memo *answers; /* of chains, by the hashes of their certificates */
};

/* What is remembered of a chain: which of its certificates' issuers is missing, not its name. */
struct verdict {
    enum trust_answer answer;
    uint32_t stops_at; /* index in the chain of the certificate whose issuer is the question */
};

struct trust *trust_new(void)
{
    struct trust *trust = memory_new(1, sizeof *trust);
    trust->store = X509_STORE_new();
    trust->answers = memo_new(sizeof(struct verdict));
    if (!trust->store)
        memory_exhausted("a certificate store");
    /* Whoever is in the store is trusted, root or not: so do Java, Go and OpenSSL's partial chains. */
    X509_STORE_set_flags(trust->store, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
    return trust;
}

void trust_free(struct trust *trust)
{
    if (!trust)
        return;
    X509_STORE_free(trust->store);
    memo_free(trust->answers);
    free(trust);
}

static bool explain(struct buffer *error, const char *path)
{
    if (access(path, R_OK) != 0) {
        buffer_add_format(error, "cannot read certificates from %s: %s", path, strerror(errno));
        return false;
    }
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    buffer_add_format(error, "cannot read certificates from %s: %s", path, reason ? reason : "nothing found");
    ERR_clear_error();
    return false;
}

bool trust_add_file(struct trust *trust, const char *path, struct buffer *error)
{
    return X509_STORE_load_file(trust->store, path) == 1 || explain(error, path);
}

bool trust_add_folder(struct trust *trust, const char *path, struct buffer *error)
{
    return X509_STORE_load_path(trust->store, path) == 1 || explain(error, path);
}

bool trust_add_system(struct trust *trust, struct buffer *error)
{
    return X509_STORE_set_default_paths(trust->store) == 1 || explain(error, X509_get_default_cert_file());
}

static enum trust_answer answer_of(int error)
{
    switch (error) {
    case X509_V_OK:
        return TRUST_TRUSTED;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return TRUST_SELF_SIGNED;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return TRUST_UNKNOWN_ROOT;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return TRUST_MISSING_ISSUER;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return TRUST_BAD_SIGNATURE;
    default:
        return TRUST_CONSTRAINT;
    }
}

static uint32_t index_of(const X509 *x509, const struct certificate *const *chain, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (X509_cmp(certificate_for_checks(chain[i]), x509) == 0)
            return i;
    return 0;
}

/* The path's last certificate is the one whose issuer nobody has. */
static void note_end(X509_STORE_CTX *context, const struct certificate *const *chain, uint32_t count,
                     struct verdict *verdict)
{
    const STACK_OF(X509) *path = X509_STORE_CTX_get0_chain(context);
    int length = path ? sk_X509_num(path) : 0;
    if (length > 0)
        verdict->stops_at = index_of(sk_X509_value(path, length - 1), chain, count);
}

/* For libcrypto; false where a certificate is nothing to it. */
static bool collect(const struct certificate *const *chain, uint32_t count, STACK_OF(X509) * others)
{
    for (uint32_t i = 1; i < count; i++)
        if (!certificate_for_checks(chain[i]) || !sk_X509_push(others, certificate_for_checks(chain[i])))
            return false;
    return certificate_for_checks(chain[0]) != NULL;
}

static struct verdict verify(struct trust *trust, const struct certificate *const *chain, uint32_t count)
{
    struct verdict verdict = {.answer = TRUST_NOT_CHECKED};
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    if (context && others && collect(chain, count, others) &&
        X509_STORE_CTX_init(context, trust->store, certificate_for_checks(chain[0]), others)) {
        X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context), 0);
        verdict.answer =
            X509_verify_cert(context) == 1 ? TRUST_TRUSTED : answer_of(X509_STORE_CTX_get_error(context));
        note_end(context, chain, count, &verdict);
    }
    sk_X509_free(others);
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return verdict;
}

static struct verdict remembered(struct trust *trust, const struct certificate *const *chain, uint32_t count)
{
    uint8_t hashes[CHAIN_MOST * HASH] = {0};
    for (uint32_t i = 0; i < count; i++)
        memcpy(hashes + (size_t)i * HASH, chain[i]->sha256, HASH);
    const struct verdict *known = memo_find(trust->answers, hashes, (size_t)count * HASH);
    if (known)
        return *known;
    struct verdict verdict = verify(trust, chain, count);
    memo_keep(trust->answers, hashes, (size_t)count * HASH, &verdict);
    return verdict;
}

enum trust_answer trust_check(struct trust *trust, const struct certificate *const *chain, uint32_t count,
                              struct octets *missing)
{
    *missing = (struct octets){0};
    count = count < CHAIN_MOST ? count : CHAIN_MOST;
    for (uint32_t i = 0; i < count; i++)
        if (!chain[i] || !chain[i]->readable)
            return TRUST_NOT_CHECKED;
    if (count == 0)
        return TRUST_NOT_CHECKED;
    struct verdict verdict = remembered(trust, chain, count);
    if (verdict.answer == TRUST_MISSING_ISSUER || verdict.answer == TRUST_UNKNOWN_ROOT)
        *missing = chain[verdict.stops_at]->issuer;
    return verdict.answer;
}

/* ---- Dates of the trusted ones ------------------------------------------------------------------------- */

static bool is_sent(const X509 *x509, const struct certificate *const *chain, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (X509_cmp(certificate_for_checks(chain[i]), x509) == 0)
            return true;
    return false;
}

static void describe(const X509 *x509, struct trust_outdated *outdated)
{
    struct buffer name = {0};
    if (certificate_name_print_read(&name, X509_get_subject_name(x509)))
        snprintf(outdated->subject, sizeof outdated->subject, "%s", name.length ? name.bytes : "");
    buffer_free(&name);
    struct tm time;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(x509), &time))
        strftime(outdated->not_after, sizeof outdated->not_after, "%Y-%m-%dT%H:%M:%SZ", &time);
}

static bool find_outdated(X509_STORE_CTX *context, certificate_time time,
                          const struct certificate *const *chain, uint32_t count,
                          struct trust_outdated *outdated)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_auth_level(param, 0);
    X509_VERIFY_PARAM_clear_flags(param, X509_V_FLAG_NO_CHECK_TIME);
    X509_VERIFY_PARAM_set_time(param, (time_t)time);
    if (X509_verify_cert(context) == 1)
        return false;
    int error = X509_STORE_CTX_get_error(context);
    const X509 *found = X509_STORE_CTX_get_current_cert(context);
    if ((error != X509_V_ERR_CERT_HAS_EXPIRED && error != X509_V_ERR_CERT_NOT_YET_VALID) || !found ||
        is_sent(found, chain, count))
        return false;
    describe(found, outdated);
    return true;
}

bool trust_outdated(struct trust *trust, const struct certificate *const *chain, uint32_t count,
                    certificate_time time, struct trust_outdated *outdated)
{
    struct octets missing;
    *outdated = (struct trust_outdated){0};
    count = count < CHAIN_MOST ? count : CHAIN_MOST;
    if (trust_check(trust, chain, count, &missing) != TRUST_TRUSTED)
        return false;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    bool found = context && others && collect(chain, count, others) &&
                 X509_STORE_CTX_init(context, trust->store, certificate_for_checks(chain[0]), others) &&
                 find_outdated(context, time, chain, count, outdated);
    sk_X509_free(others);
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return found;
}

const char *trust_word(enum trust_answer answer)
{
    static const char *const words[] = {
        [TRUST_NOT_CHECKED] = NULL,
        [TRUST_TRUSTED] = "trusted",
        [TRUST_SELF_SIGNED] = "self_signed",
        [TRUST_UNKNOWN_ROOT] = "unknown_root",
        [TRUST_MISSING_ISSUER] = "missing_issuer",
        [TRUST_BAD_SIGNATURE] = "bad_signature",
        [TRUST_CONSTRAINT] = "constraint",
    };
    return words[answer];
}
