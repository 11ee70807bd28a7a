/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of revocation. */
#include "base/clock.h"
#include "handshake/alerts.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/refusal.h"
#include "handshake/revoked.h"
#include "handshake/stapled.h"

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

/* ---- The certificate that revocation is about here ----------------------------------------------------- */

static bool is_listed(const struct handshake *handshake, enum side side)
{
    const struct chain_revocation *of = revoked_of(handshake, side);
    return of && of->answer.word == REVOCATION_REVOKED;
}

static bool is_stapled_revoked(const struct handshake *handshake, struct staple *staple)
{
    return stapled_read(handshake, staple) && staple->status.word == STATUS_REVOKED;
}

static enum side other(enum side side)
{
    return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

/* Whose certificate was refused; else whose is revoked; else the client's, where it showed one. */
static enum side side_in_question(const struct handshake *handshake)
{
    struct staple staple;
    const struct alert *alert = handshake_fatal_alert(handshake);
    if (alert && (handshake->certificate[other(alert->from)] || alert->code == TLS_ALERT_CERTIFICATE_REVOKED))
        return other(alert->from);
    if (is_listed(handshake, SIDE_CLIENT))
        return SIDE_CLIENT;
    if (is_listed(handshake, SIDE_SERVER) || is_stapled_revoked(handshake, &staple) ||
        refusal_of_server_certificate(handshake) != REFUSAL_NONE)
        return SIDE_SERVER;
    return handshake->chain[SIDE_CLIENT].count > 0   ? SIDE_CLIENT
           : handshake->chain[SIDE_SERVER].count > 0 ? SIDE_SERVER
                                                     : SIDE_NOBODY;
}

/* What is told of it. */
struct question {
    enum side side; /* SIDE_NOBODY: nothing */
    const struct certificate *certificate;
    const char *source;               /* list, ocsp or staple; NULL: nobody tells anything */
    struct certificate_status status; /* meaningful with `source` */
    struct octets listless;
};

static void ask_staple(const struct handshake *handshake, struct question *question)
{
    struct staple staple;
    if (question->side != SIDE_SERVER || question->status.word == STATUS_REVOKED ||
        !is_stapled_revoked(handshake, &staple))
        return;
    question->certificate = chains_leaf(handshake, SIDE_SERVER);
    question->source = "staple";
    question->status = staple.status;
}

static struct question ask(const struct handshake *handshake)
{
    struct question question = {.side = side_in_question(handshake), .status = {.reason = STATUS_NO_REASON}};
    if (question.side == SIDE_NOBODY)
        return question;
    const struct chain_revocation *of = revoked_of(handshake, question.side);
    question.certificate = chains_leaf(handshake, question.side);
    if (of) {
        question.certificate = of->certificate;
        question.listless = of->listless;
        question.status = of->answer.status;
        if (question.status.word != STATUS_NONE)
            question.source = of->answer.by_ocsp ? "ocsp" : "list";
    }
    ask_staple(handshake, &question);
    if (question.certificate && !question.certificate->readable)
        question.certificate = NULL;
    return question;
}

static struct value address_of(const struct handshake *handshake, enum side side)
{
    return side == SIDE_NOBODY ? value_unknown()
                               : value_address(&handshake_half(handshake, side)->endpoint.address);
}

#define QUESTION_FACT(name, answer)                                                                          \
    struct value field_revocation_##name(const struct handshake *handshake)                                  \
    {                                                                                                        \
        const struct question question = ask(handshake);                                                     \
        return (answer);                                                                                     \
    }

#define CERTIFICATE_FACT(name, answer) QUESTION_FACT(name, question.certificate ? (answer) : value_unknown())

#define STATUS_FACT(name, answer) QUESTION_FACT(name, question.source ? (answer) : value_unknown())

QUESTION_FACT(side, question.side == SIDE_NOBODY ? value_unknown() : value_of_side(question.side))
QUESTION_FACT(owner, address_of(handshake, question.side))
QUESTION_FACT(verifier,
              question.side == SIDE_NOBODY ? value_unknown() : address_of(handshake, other(question.side)))
QUESTION_FACT(packet, question.side == SIDE_NOBODY
                          ? value_unknown()
                          : value_of_packet(handshake->direction[question.side].certificate))
QUESTION_FACT(source, value_word(question.source))
QUESTION_FACT(missing_issuer, value_of_octets(question.listless))
CERTIFICATE_FACT(subject, value_of_octets(question.certificate->subject))
CERTIFICATE_FACT(issuer, value_of_octets(question.certificate->issuer))
CERTIFICATE_FACT(serial, value_word(question.certificate->serial))
STATUS_FACT(reason, value_word(status_reason_word(question.status.reason)))
STATUS_FACT(date, value_of_time(question.status.revoked_at))
STATUS_FACT(this_update, value_of_time(question.status.this_update))
STATUS_FACT(next_update, value_of_time(question.status.next_update))
