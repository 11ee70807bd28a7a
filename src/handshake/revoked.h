/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_REVOKED_H
#define TLSWHY_HANDSHAKE_REVOKED_H

/*
 * What is known of the revocation of the certificates that both sides showed: the answers of
 * certificate/revocation.h for each of a chain, drawn together to one.
 */

#include "certificate/revocation.h"
#include "handshake/handshake.h"

/* Of a chain. */
struct chain_revocation {
    struct revocation_answer answer; /* of a revoked certificate, else of the leaf; where the leaf is good, of
                                        one above it whose issuer's list had expired */
    const struct certificate *certificate; /* that it is about; NULL: nothing was asked */
    bool leaf;                             /* which is the leaf */
    struct octets listless; /* issuer of a certificate of the chain of whom no list was given */
};

/* Fills handshake->revocation from what handshake->told and the capture have of lists. */
void revoked_judge(struct handshake *handshake);

/* The certificate of its issuer, as the chain of that side or the run has shown it; NULL: it has not been
 * seen. */
const struct certificate *revoked_issuer(const struct handshake *handshake, enum side side,
                                         const struct certificate *certificate);

/* What the revocation of that side's chain came to; NULL where nothing is known to ask. */
const struct chain_revocation *revoked_of(const struct handshake *handshake, enum side side);

#endif
