/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/path.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

enum {
    RSA_BITS = 2048,
    CURVE_BITS = 224,
    CHECKED_BITS = 8192, /* a larger key makes the check of a signature a stranger's way to cost time */
};

static bool bears_name_of_issuer(const struct certificate *issuer, const struct certificate *subject)
{
    return X509_NAME_cmp(X509_get_subject_name(issuer->x509), X509_get_issuer_name(subject->x509)) == 0;
}

/* Several may bear the name, as authorities change their keys; the identifiers tell which one it was. */
static bool has_the_key(const struct certificate *issuer, const struct certificate *subject)
{
    AUTHORITY_KEYID *wanted = X509_get_ext_d2i(subject->x509, NID_authority_key_identifier, NULL, NULL);
    bool has = !wanted || X509_check_akid(issuer->x509, wanted) == X509_V_OK;
    AUTHORITY_KEYID_free(wanted);
    return has;
}

static bool is_on(const struct path *path, uint32_t place)
{
    for (uint32_t i = 0; i < path->length; i++)
        if (path->place[i] == place)
            return true;
    return false;
}

/* The place of the next step's certificate; 0: there is none. */
static uint32_t find_next(const struct path *path, const struct certificate *const *chain, uint32_t count)
{
    const struct certificate *last = path->step[path->length - 1];
    uint32_t by_name = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (is_on(path, i) || !bears_name_of_issuer(chain[i], last))
            continue;
        if (has_the_key(chain[i], last))
            return i;
        by_name = by_name ? by_name : i;
    }
    return by_name;
}

static void add_step(struct path *path, const struct certificate *const *chain, uint32_t place)
{
    path->step[path->length] = chain[place];
    path->place[path->length++] = place;
}

struct path path_find(const struct certificate *const *chain, uint32_t count)
{
    struct path path = {0};
    if (count == 0)
        return path;
    add_step(&path, chain, 0);
    count = count < PATH_MOST ? count : PATH_MOST;
    while (path.length < PATH_MOST && !path.step[path.length - 1]->self_issued) {
        uint32_t next = find_next(&path, chain, count);
        if (next == 0)
            break;
        add_step(&path, chain, next);
    }
    return path;
}

struct octets path_missing(const struct path *path)
{
    const struct certificate *last = path->length ? path->step[path->length - 1] : NULL;
    return last && !last->self_issued ? last->issuer : (struct octets){0};
}

/* ---- Whether a step may stand where it does ------------------------------------------------------------ */

static bool is_too_long(const struct path *path, uint32_t i)
{
    long most = X509_get_pathlen(path->step[i]->x509), below = 0;
    for (uint32_t k = 1; k < i; k++)
        below += !path->step[k]->self_issued;
    return most >= 0 && below > most;
}

static bool forbids_names(const struct certificate *issuer, const struct certificate *leaf)
{
    NAME_CONSTRAINTS *constraints = X509_get_ext_d2i(issuer->x509, NID_name_constraints, NULL, NULL);
    bool forbids = constraints && NAME_CONSTRAINTS_check(leaf->x509, constraints) != X509_V_OK;
    NAME_CONSTRAINTS_free(constraints);
    return forbids;
}

bool path_weak_key(const struct certificate *certificate)
{
    if (!certificate->key_algorithm || certificate->key_bits == 0)
        return false;
    uint32_t least = strncmp(certificate->key_algorithm, "RSA", 3) == 0 ? RSA_BITS
                     : strcmp(certificate->key_algorithm, "ECDSA") == 0 ? CURVE_BITS
                                                                        : 0;
    return certificate->key_bits < least;
}

bool path_weak_signature(const struct certificate *certificate)
{
    const char *hash = certificate->signature_hash;
    return hash && !certificate->self_issued && (strcmp(hash, "SHA1") == 0 || strcmp(hash, "MD5") == 0);
}

/* Nobody checks what a root says about itself. */
enum path_fault path_fault(const struct path *path, uint32_t i, const char *purpose)
{
    const struct certificate *step = path->step[i];
    if (step->self_issued)
        return PATH_FINE;
    if (!step->is_ca)
        return PATH_NOT_AN_AUTHORITY;
    if (!(step->key_usage & X509v3_KU_KEY_CERT_SIGN))
        return PATH_MAY_NOT_SIGN;
    if (is_too_long(path, i))
        return PATH_TOO_LONG;
    if (!certificate_allows(step, purpose))
        return PATH_WRONG_USAGE;
    if (forbids_names(step, path->step[0]))
        return PATH_NAME_NOT_PERMITTED;
    if (path_weak_key(step))
        return PATH_WEAK_KEY;
    return path_weak_signature(step) ? PATH_WEAK_SIGNATURE : PATH_FINE;
}

/* ---- Signatures ---------------------------------------------------------------------------------------- */

static bool is_refuted(const struct certificate *subject, const struct certificate *issuer)
{
    X509 *signed_one = certificate_for_checks(subject), *signer = certificate_for_checks(issuer);
    EVP_PKEY *key = signer ? X509_get0_pubkey(signer) : NULL;
    if (!signed_one || !key || EVP_PKEY_get_bits(key) > CHECKED_BITS)
        return false;
    bool refuted = X509_verify(signed_one, key) == 0;
    ERR_clear_error();
    return refuted;
}

uint32_t path_badly_signed(const struct path *path)
{
    for (uint32_t i = 0; i < path->length; i++) {
        const struct certificate *issuer = i + 1 < path->length ? path->step[i + 1] : NULL;
        if (!issuer && path->step[i]->self_issued)
            issuer = path->step[i];
        if (issuer && is_refuted(path->step[i], issuer))
            return i;
    }
    return path->length;
}

const char *path_fault_word(enum path_fault fault)
{
    static const char *const words[] = {
        [PATH_FINE] = NULL,
        [PATH_NOT_AN_AUTHORITY] = "not_an_authority",
        [PATH_MAY_NOT_SIGN] = "may_not_sign",
        [PATH_TOO_LONG] = "too_long",
        [PATH_WRONG_USAGE] = "wrong_usage",
        [PATH_NAME_NOT_PERMITTED] = "name_not_permitted",
        [PATH_WEAK_KEY] = "weak_key",
        [PATH_WEAK_SIGNATURE] = "weak_signature",
    };
    return words[fault];
}
