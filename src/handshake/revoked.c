/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/revoked.h"

#include "base/clock.h"
#include "certificate/certificates.h"
#include "handshake/told.h"
#include <openssl/x509v3.h>

/* RFC 5280 section 4.2.1.1: of several authorities of one name the key's identifier tells which it is. */
static bool is_issuer(const struct certificate *issuer, const struct certificate *certificate)
{
    if (!issuer || !issuer->readable || issuer == certificate ||
        X509_NAME_cmp(X509_get_subject_name(issuer->x509), X509_get_issuer_name(certificate->x509)) != 0)
        return false;
    const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(certificate->x509);
    const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(issuer->x509);
    return !wanted || !own || ASN1_OCTET_STRING_cmp(wanted, own) == 0;
}

const struct certificate *revoked_issuer(const struct handshake *handshake, enum side side,
                                         const struct certificate *certificate)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    for (uint32_t i = 0; i < chain->count; i++)
        if (is_issuer(chain->items[i], certificate))
            return chain->items[i];
    const struct certificate *seen = certificates_find_issuer(handshake->certificates, certificate);
    return is_issuer(seen, certificate) ? seen : NULL;
}

static bool is_worse(const struct revocation_answer *answer, const struct chain_revocation *whole)
{
    if (!whole->certificate || whole->answer.word == REVOCATION_REVOKED)
        return !whole->certificate;
    return answer->word == REVOCATION_REVOKED ||
           (answer->word == REVOCATION_LIST_EXPIRED && whole->answer.word == REVOCATION_GOOD);
}

static void add(struct chain_revocation *whole, const struct revocation_answer *answer,
                const struct certificate *certificate, bool leaf)
{
    if (answer->word == REVOCATION_NO_LIST && !whole->listless.bytes)
        whole->listless = certificate->issuer;
    if (!is_worse(answer, whole))
        return;
    whole->answer = *answer;
    whole->certificate = certificate;
    whole->leaf = leaf;
}

static void judge_chain(struct handshake *handshake, enum side side)
{
    enum { LONGEST = 10 };
    const struct certificate_chain *chain = &handshake->chain[side];
    const certificate_time at = handshake->connection->first.time / CLOCK_SECOND;
    struct chain_revocation *whole = arena_take(handshake->arena, 1, sizeof *whole);
    struct revocation_answer answer;
    handshake->revocation[side] = whole;
    for (uint32_t i = 0; whole && i < chain->count && i < LONGEST; i++) {
        const struct certificate *certificate = chain->items[i];
        if (!certificate || !certificate->readable || certificate->self_issued)
            continue;
        revocation_check(handshake->told->revocation, certificate,
                         revoked_issuer(handshake, side, certificate), at, &answer);
        add(whole, &answer, certificate, i == 0);
    }
}

void revoked_judge(struct handshake *handshake)
{
    if (!handshake->told->revocation || revocation_is_empty(handshake->told->revocation))
        return;
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        if (handshake->chain[side].count > 0)
            judge_chain(handshake, side);
}

const struct chain_revocation *revoked_of(const struct handshake *handshake, enum side side)
{
    const struct chain_revocation *whole = handshake->revocation[side];
    return whole && whole->certificate ? whole : NULL;
}
