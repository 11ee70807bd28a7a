/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the certificate that the user holds, where a server asked for one. */
#include "handshake/candidacy.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/siblings.h"
#include "handshake/told.h"
#include <string.h>

static const struct certificate *own(const struct handshake *handshake)
{
    return handshake->candidacy ? handshake->told->candidate->chain[0] : NULL;
}

struct value field_try_cert_file(const struct handshake *handshake)
{
    return value_string(handshake->candidacy ? handshake->told->candidate->file : NULL);
}

struct value field_try_cert_subject(const struct handshake *handshake)
{
    const struct certificate *certificate = own(handshake);
    return certificate ? value_of_octets(certificate->subject) : value_unknown();
}

struct value field_try_cert_issuer(const struct handshake *handshake)
{
    const struct certificate *certificate = own(handshake);
    return certificate ? value_of_octets(certificate->issuer) : value_unknown();
}

struct value field_try_cert_key_algorithm(const struct handshake *handshake)
{
    const struct certificate *certificate = own(handshake);
    return certificate ? value_word(certificate->key_algorithm) : value_unknown();
}

struct value field_try_cert_accepted(const struct handshake *handshake)
{
    return value_of_answer(handshake->candidacy ? handshake->candidacy->accepted : ANSWER_UNKNOWN);
}

#define QUESTION(field, question)                                                                            \
    struct value field_try_cert_##field(const struct handshake *handshake)                                   \
    {                                                                                                        \
        const struct candidacy *candidacy = handshake->candidacy;                                            \
        return value_of_answer(candidacy ? candidacy->told[question].answer : ANSWER_UNKNOWN);               \
    }
QUESTION(issuer_named, CANDIDACY_ISSUER)
QUESTION(key_fits, CANDIDACY_KEY)
QUESTION(signatures_fit, CANDIDACY_SIGNATURES)
QUESTION(valid, CANDIDACY_DATES)
QUESTION(usage_fits, CANDIDACY_PURPOSE)
QUESTION(chain_complete, CANDIDACY_CHAIN)
QUESTION(trusted, CANDIDACY_TRUST)
QUESTION(unrevoked, CANDIDACY_REVOCATION)

static uint32_t count_refusals(const struct candidacy *candidacy)
{
    uint32_t count = 0;
    for (int i = 0; i < CANDIDACY_QUESTIONS; i++)
        count += candidacy->told[i].answer == ANSWER_NO;
    return count;
}

static struct value refusal_at(const void *owner, uint32_t index)
{
    const struct candidacy *candidacy = owner;
    for (int i = 0; i < CANDIDACY_QUESTIONS; i++)
        if (candidacy->told[i].answer == ANSWER_NO && index-- == 0)
            return value_string(candidacy->told[i].reason);
    return value_unknown();
}

struct value field_try_cert_refusals(const struct handshake *handshake)
{
    const struct candidacy *candidacy = handshake->candidacy;
    if (!candidacy)
        return value_unknown();
    return value_list_of(VALUE_TEXT, count_refusals(candidacy), refusal_at, candidacy);
}

struct value field_try_cert_sent(const struct handshake *handshake)
{
    const struct certificate *leaf = chains_leaf(handshake, SIDE_CLIENT);
    const struct certificate *certificate = own(handshake);
    if (!certificate || !handshake->certificate[SIDE_CLIENT] || handshake->certificate[SIDE_CLIENT]->cut)
        return value_unknown();
    return value_boolean(leaf && memcmp(leaf->sha256, certificate->sha256, sizeof leaf->sha256) == 0);
}

struct value field_try_cert_sent_elsewhere(const struct handshake *handshake)
{
    const struct certificate *certificate = own(handshake);
    const struct sibling_facts *facts = certificate ? siblings_of(handshake) : NULL;
    if (!facts || facts->sent_certificate.answer != ANSWER_YES || facts->sent_print == 0)
        return value_unknown();
    return value_boolean(memcmp(&facts->sent_print, certificate->sha256, sizeof facts->sent_print) == 0);
}
