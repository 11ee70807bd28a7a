/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_TOLD_H
#define TLSWHY_HANDSHAKE_TOLD_H

/*
 * What the user told beforehand about the two sides of connections, which no packet tells: whom they trust,
 * what they check revocation by, which certificates should be shown for which name, and which one a client
 * holds. Whoever loaded it owns it (tell.h); handshakes only point to it. A member that nobody told is NULL.
 */

#include "certificate/candidate.h"
#include "certificate/expected.h"
#include "certificate/revocation.h"
#include "certificate/trust.h"
#include "handshake/awaited.h"
#include "handshake/handshake.h"

struct told {
    struct trust *trust[SIDES]; /* whom the chain that this side sends must lead to */
    /* the lists that the user gave; what the capture shows of lists and OCSP responses is added */
    struct revocation *revocation;
    char *name;              /* that the server's certificate must have, in A-labels, or an address */
    struct awaited *awaited; /* servers that should be contacted */
    struct expected *expected[SIDES]; /* what the end-entity certificate of this side should be */
    struct candidate *candidate;      /* what a client could send */
};

#endif
