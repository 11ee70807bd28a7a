/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_STAPLE_H
#define TLSWHY_CERTIFICATE_STAPLE_H

/*
 * What an OCSP response that was stapled to a certificate is worth to somebody who verifies it: what is wrong
 * with it, the worst first. The same responses come again and again, so what they say is remembered.
 */

#include "certificate/sct.h"
#include "certificate/status.h"

enum staple_problem {
    STAPLE_FINE,
    STAPLE_NOT_ONE,           /* no OCSP response */
    STAPLE_UNSUCCESSFUL,      /* the responder gave no answer */
    STAPLE_OTHER_CERTIFICATE, /* it speaks of others only */
    STAPLE_REVOKED,
    STAPLE_UNKNOWN, /* the responder does not know the certificate */
    STAPLE_EXPIRED,
    STAPLE_NOT_YET_VALID,
};

/* What it says, whatever the time. */
struct staple {
    bool readable;
    uint32_t response_status;         /* RFC 6960 section 4.2.1 */
    struct certificate_status status; /* word STATUS_NONE: nothing about the certificate */
    uint32_t sct_count;
};

struct staples;

struct staples *staples_new(void);
void staples_free(struct staples *staples); /* NULL is fine */

/* `issuer`: the issuer's certificate, NULL where it is not known. `staples` may be NULL: nothing is
 * remembered. */
void staple_read(struct staples *staples, struct octets response, const struct certificate *certificate,
                 const struct certificate *issuer, struct staple *staple);

/* It is signed by the issuer or a delegate of it (ocsp.h). */
enum attested staple_signed_by(struct staples *staples, struct octets response,
                               const struct certificate *issuer);

/* `at` seconds since 1970. Who signed it is a question of its own, as the answer is costly. */
enum staple_problem staple_problem(const struct staple *staple, certificate_time at);

/* "not_one", "expired", ...; NULL for STAPLE_FINE. */
const char *staple_problem_word(enum staple_problem problem);

#endif
