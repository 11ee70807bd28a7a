/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_WINDOW_H
#define TLSWHY_HANDSHAKE_WINDOW_H

/*
 * When a side of a handshake verified the other's certificate: from the moment it had it, and how long the
 * handshake then stood still.
 */

#include "handshake/handshake.h"

/* A time in which the verifier owed the next step; both 0 where there was none. */
struct stall {
    int64_t from, until;
    bool ends; /* with that step, or with the connection; else a minute behind the last packet */
};

struct verification {
    int64_t from;           /* it had the certificate, or where that is hidden what it came with */
    int64_t until;          /* the connection's end, or for ever where it has none */
    struct stall handshake; /* up to its next step */
    bool went_on;           /* that step was none to refuse the certificate */
    struct stall answer;    /* a server that verifies only then: up to the answer to the first request */
};

/* False where `by` had no certificate to verify, as far as can be seen. */
bool verification_of(const struct handshake *handshake, enum side by, struct verification *out);

/* How much of a time lies in either stall, in ns. */
int64_t verification_stalled(const struct verification *verification, int64_t began, int64_t ended);

/* The stall that something falls into which began then; NULL: none. */
const struct stall *verification_stall_at(const struct verification *verification, int64_t began);

#endif
