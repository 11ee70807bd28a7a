/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CANDIDACY_H
#define TLSWHY_HANDSHAKE_CANDIDACY_H

/*
 * Would the server have taken the certificate that the user holds (certificate/candidate.h)? What a
 * CertificateRequest asks for is compared with it (RFC 5246 section 7.4.4, RFC 8446 section 4.3.2
 * and 4.4.2.3), one question after the other; what only the server knows stays unknown.
 */

#include "handshake/handshake.h"

enum candidacy_question {
    CANDIDACY_ISSUER,     /* is an issuer of its chain among those that the server names? */
    CANDIDACY_KEY,        /* do the types of certificates and the signature schemes fit its key? */
    CANDIDACY_SIGNATURES, /* does the server take the signatures in its chain? */
    CANDIDACY_DATES,      /* was it valid when the connection began? */
    CANDIDACY_PURPOSE,    /* may a client use it? */
    CANDIDACY_CHAIN,      /* does the file hold all that has to be sent? */
    CANDIDACY_TRUST,      /* do those whom the server trusts vouch for it? */
    CANDIDACY_REVOCATION, /* has its issuer left it valid? */
    CANDIDACY_QUESTIONS
};

struct candidacy {
    struct {
        enum answer answer;
        const char *reason; /* a sentence without its full stop; never NULL */
    } told[CANDIDACY_QUESTIONS];
    enum answer accepted; /* no: one of them is no; unknown: something decisive is hidden or open */
};

/* NULL where the user holds none, or where the server asked for no certificate as far as is known. Lives in
 * the handshake's arena; made anew by each call. */
const struct candidacy *candidacy_judge(const struct handshake *handshake);

#endif
