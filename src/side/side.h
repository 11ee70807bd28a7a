/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIDE_SIDE_H
#define TLSWHY_SIDE_SIDE_H

/*
 * The traffic beside the handshakes. While one side verifies the other's certificate it asks others: DNS for
 * a host, that host for a revocation list. This is the memory of what was asked and what came back, within
 * fixed bounds; who asked because of which handshake is found out elsewhere (handshake/checks.h).
 */

#include "side/fetches.h"
#include "side/lookups.h"

struct side_traffic {
    struct lookups *lookups;
    struct fetches *fetches;
};

struct side_traffic *side_traffic_new(const struct fetches_listener *listener);
void side_traffic_free(struct side_traffic *traffic); /* NULL is fine */

/* Forgets all: another capture begins. */
void side_traffic_forget(struct side_traffic *traffic);

/* Nothing was asked yet. */
bool side_traffic_is_empty(const struct side_traffic *traffic);

/* Any datagram and any ICMP error; what is of no use costs a look. */
void side_traffic_datagram(struct side_traffic *traffic, const struct segment *segment);
void side_traffic_icmp(struct side_traffic *traffic, const struct icmp_error *error);

/* A connection begins with this segment, to a port that is not known to speak TLS. */
void side_traffic_begin(struct side_traffic *traffic, struct connection *connection,
                        const struct segment *segment);

#endif
