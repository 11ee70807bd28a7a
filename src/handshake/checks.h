/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CHECKS_H
#define TLSWHY_HANDSHAKE_CHECKS_H

/*
 * What the two sides of a handshake asked others on its account: the client for the server's address, and who
 * verifies a certificate for what its issuer publishes. It is drawn from the traffic beside the handshakes
 * (side/side.h) when a fact is first asked for. What was not seen proves nothing: where the capture does not
 * tell, the answer is unknown.
 */

#include "handshake/handshake.h"
#include "side/side.h"

/* What handshake->side points to: whom to ask. */
struct side_view {
    const struct side_traffic *traffic;
};

/* The lookup by which the client came to this server: one of the name it asks for, else its latest one that
 * gave this address, else somebody else's. NULL: the capture has none. */
const struct lookup *checks_lookup_of_server(const struct handshake *handshake);

#endif
