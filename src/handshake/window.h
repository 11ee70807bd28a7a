/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_WINDOW_H
#define TLSWHY_HANDSHAKE_WINDOW_H

/*
 * When a side of a handshake verified the other's certificate: from the moment it had it, and how long the
 * handshake then stood still.
 */

#include "handshake/handshake.h"

struct verification {
    struct moment had;   /* the certificate, or where it is hidden what it came with */
    int64_t from;        /* `had` */
    int64_t until;       /* the connection's end, or for ever where it has none */
    int64_t stall_from;  /* the same as `from` */
    int64_t stall_until; /* the verifier's next step, else the connection's end, else its last packet */
    bool stall_ends;     /* one of the first two */
};

/* False where `by` had no certificate to verify, as far as can be seen. */
bool verification_of(const struct handshake *handshake, enum side by, struct verification *out);

#endif
