/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/revocation_store.h"

#include <openssl/err.h>
#include <openssl/x509.h>

struct question {
    struct revocation *revocation;
    const struct certificate *certificate, *issuer;
    certificate_time at;
    bool badly_signed; /* a list of the issuer's name was met that its key did not sign */
};

/* Something that speaks of the certificate. */
struct voice {
    struct item *item; /* NULL: nothing does */
    enum attested attested;
    struct certificate_status status;
};

/* What the user gave and what the issuer signed go before the rest, then what had been said last at the time
 * of the question. */
static bool is_better(const struct question *question, const struct voice *one, const struct voice *other)
{
    if (!other->item)
        return true;
    bool one_sure = one->item->given || one->attested == ATTESTED_YES;
    bool other_sure = other->item->given || other->attested == ATTESTED_YES;
    if (one_sure != other_sure)
        return one_sure;
    bool one_later = one->status.this_update > question->at;
    bool other_later = other->status.this_update > question->at;
    if (one_later != other_later)
        return other_later;
    return one_later ? one->status.this_update < other->status.this_update
                     : one->status.this_update > other->status.this_update;
}

static bool hear_crl(struct question *question, struct item *item, struct voice *voice)
{
    if (!item->crl || !crl_is_of_issuer(item->crl, question->certificate))
        return false;
    *voice = (struct voice){.item = item, .attested = crl_signed_by(item->crl, question->issuer)};
    question->badly_signed |= voice->attested == ATTESTED_NO;
    if (voice->attested == ATTESTED_NO || !crl_covers(item->crl, question->certificate))
        return false;
    crl_status(item->crl, question->certificate, &voice->status);
    return true;
}

/* A delta list (RFC 5280 section 5.2.4) changes what an older list says. */
static void listen_to_crls(struct question *question, struct voice *best)
{
    struct voice delta = {0}, voice;
    uint64_t hash =
        revocation_name_hash(question->revocation, X509_get_issuer_name(question->certificate->x509));
    for (struct key *key = question->revocation->buckets[hash % REVOCATION_BUCKETS]; key;
         key = key->next_in_bucket) {
        if (key->hash != hash || !hear_crl(question, key->item, &voice))
            continue;
        struct voice *of_kind = crl_is_delta(key->item->crl) ? &delta : best;
        if (is_better(question, &voice, of_kind))
            *of_kind = voice;
    }
    if (delta.item && delta.status.word != STATUS_NONE &&
        (!best->item || delta.status.this_update > best->status.this_update))
        *best = delta;
}

static bool hear_ocsp(const struct question *question, struct item *item, struct voice *voice)
{
    if (!item->ocsp)
        return false;
    *voice = (struct voice){.item = item};
    ocsp_status(item->ocsp, question->certificate, question->issuer, &voice->status);
    if (voice->status.word == STATUS_NONE)
        return false;
    voice->attested = ocsp_signed_by(item->ocsp, question->issuer);
    return voice->attested != ATTESTED_NO;
}

static void listen_to_ocsp(struct question *question, struct voice *best)
{
    struct voice voice;
    const ASN1_INTEGER *serial = X509_get0_serialNumber(question->certificate->x509);
    uint64_t hash = revocation_serial_hash(question->revocation, ASN1_STRING_get0_data(serial),
                                           (size_t)ASN1_STRING_length(serial));
    for (struct key *key = question->revocation->buckets[hash % REVOCATION_BUCKETS]; key;
         key = key->next_in_bucket)
        if (key->hash == hash && hear_ocsp(question, key->item, &voice) && is_better(question, &voice, best))
            *best = voice;
}

static enum revocation_word judge(const struct certificate_status *status, certificate_time at)
{
    if (status->word == STATUS_REVOKED)
        return status->revoked_at > at ? REVOCATION_LATER : REVOCATION_REVOKED;
    if (status->word == STATUS_UNKNOWN)
        return REVOCATION_UNKNOWN;
    return revocation_currency(status->this_update, status->next_update, at) == REVOCATION_EXPIRED
               ? REVOCATION_LIST_EXPIRED
               : REVOCATION_GOOD;
}

static void answer_with(const struct voice *voice, certificate_time at, struct revocation_answer *answer)
{
    answer->word = judge(&voice->status, at);
    answer->by_ocsp = voice->item->ocsp != NULL;
    answer->given = voice->item->given;
    answer->attested = voice->attested;
    answer->status = voice->status;
    answer->list_expired =
        revocation_currency(voice->status.this_update, voice->status.next_update, at) == REVOCATION_EXPIRED;
}

/* Of an expired OCSP response only the revocation counts. */
static bool ocsp_counts(const struct voice *ocsp, const struct voice *list, certificate_time at)
{
    if (!ocsp->item)
        return false;
    enum revocation_word word = judge(&ocsp->status, at);
    bool listed = list->item && judge(&list->status, at) == REVOCATION_REVOKED;
    return !listed && (word == REVOCATION_REVOKED || word == REVOCATION_LATER || word == REVOCATION_GOOD) &&
           !(list->item && word == REVOCATION_GOOD && list->item->given);
}

void revocation_check(struct revocation *revocation, const struct certificate *certificate,
                      const struct certificate *issuer, certificate_time at, struct revocation_answer *answer)
{
    struct question question = {
        .revocation = revocation, .certificate = certificate, .issuer = issuer, .at = at};
    struct voice list = {0}, ocsp = {0};
    *answer = (struct revocation_answer){.word = REVOCATION_UNKNOWN,
                                         .status = {.reason = STATUS_NO_REASON,
                                                    .revoked_at = CERTIFICATE_TIME_UNKNOWN,
                                                    .this_update = CERTIFICATE_TIME_UNKNOWN,
                                                    .next_update = CERTIFICATE_TIME_UNKNOWN}};
    if (!certificate || !certificate->readable)
        return;
    listen_to_crls(&question, &list);
    listen_to_ocsp(&question, &ocsp);
    if (ocsp_counts(&ocsp, &list, at))
        answer_with(&ocsp, at, answer);
    else if (list.item)
        answer_with(&list, at, answer);
    else if (question.badly_signed)
        answer->word = REVOCATION_BAD_SIGNATURE;
    else if (revocation->lists_given)
        answer->word = REVOCATION_NO_LIST;
    ERR_clear_error();
}

const char *revocation_word(enum revocation_word word)
{
    static const char *const words[] = {
        [REVOCATION_UNKNOWN] = NULL,
        [REVOCATION_GOOD] = "good",
        [REVOCATION_REVOKED] = "revoked",
        [REVOCATION_LATER] = "revoked_later",
        [REVOCATION_LIST_EXPIRED] = "list_expired",
        [REVOCATION_NO_LIST] = "no_list",
        [REVOCATION_BAD_SIGNATURE] = "bad_signature",
    };
    return words[word];
}
