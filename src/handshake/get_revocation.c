/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of revocation. */
#include "base/clock.h"
#include "handshake/getters.h"
#include "handshake/revoked.h"

static struct value value_of_time(certificate_time time)
{
    return time > INT64_MIN / CLOCK_SECOND && time < INT64_MAX / CLOCK_SECOND
               ? value_time(time * CLOCK_SECOND)
               : value_unknown();
}

/* One getter a side; `of` is what the revocation of its chain came to. */
#define REVOCATION_FACT(name, answer_)                                                                       \
    static struct value side_##name(const struct handshake *handshake, enum side side)                       \
    {                                                                                                        \
        const struct chain_revocation *of = revoked_of(handshake, side);                                     \
        return of ? (answer_) : value_unknown();                                                             \
    }                                                                                                        \
    struct value field_client_certificate_##name(const struct handshake *handshake)                          \
    {                                                                                                        \
        return side_##name(handshake, SIDE_CLIENT);                                                          \
    }                                                                                                        \
    struct value field_server_certificate_##name(const struct handshake *handshake)                          \
    {                                                                                                        \
        return side_##name(handshake, SIDE_SERVER);                                                          \
    }

/* A list that was good at the time leaves a certificate out, or names it. */
static struct value is_revoked(const struct revocation_answer *answer)
{
    if (answer->word == REVOCATION_GOOD || answer->word == REVOCATION_LATER)
        return value_boolean(false);
    return answer->word == REVOCATION_REVOKED ? value_boolean(true) : value_unknown();
}

static bool is_revocation(const struct revocation_answer *answer)
{
    return answer->word == REVOCATION_REVOKED || answer->word == REVOCATION_LATER;
}

static struct value expired(const struct revocation_answer *answer)
{
    return answer->status.word == STATUS_NONE ? value_unknown() : value_boolean(answer->list_expired);
}

static struct value given(const struct revocation_answer *answer)
{
    return answer->status.word == STATUS_NONE ? value_unknown() : value_boolean(answer->given);
}

static struct value attested(const struct revocation_answer *answer)
{
    return answer->attested == ATTESTED_UNKNOWN ? value_unknown()
                                                : value_boolean(answer->attested == ATTESTED_YES);
}

static struct value source(const struct revocation_answer *answer)
{
    if (answer->status.word == STATUS_NONE)
        return value_unknown();
    return value_word(answer->by_ocsp ? "ocsp" : "list");
}

static struct value time_of(const struct revocation_answer *answer, certificate_time time)
{
    return answer->status.word == STATUS_NONE ? value_unknown() : value_of_time(time);
}

REVOCATION_FACT(revoked, is_revoked(&of->answer))
REVOCATION_FACT(revocation, value_word(revocation_word(of->answer.word)))
REVOCATION_FACT(revocation_source, source(&of->answer))
REVOCATION_FACT(revocation_given, given(&of->answer))
REVOCATION_FACT(revocation_signed, attested(&of->answer))
REVOCATION_FACT(revocation_of_leaf, value_boolean(of->leaf))
REVOCATION_FACT(revocation_subject, value_of_octets(of->certificate->subject))
REVOCATION_FACT(revocation_issuer, value_of_octets(of->certificate->issuer))
REVOCATION_FACT(revocation_serial, value_word(of->certificate->serial))
REVOCATION_FACT(revocation_reason, value_word(status_reason_word(of->answer.status.reason)))
REVOCATION_FACT(revocation_date,
                is_revocation(&of->answer) ? value_of_time(of->answer.status.revoked_at) : value_unknown())
REVOCATION_FACT(crl_expired, expired(&of->answer))
REVOCATION_FACT(crl_this_update, time_of(&of->answer, of->answer.status.this_update))
REVOCATION_FACT(crl_next_update, time_of(&of->answer, of->answer.status.next_update))
REVOCATION_FACT(crl_missing_issuer, value_of_octets(of->listless))
