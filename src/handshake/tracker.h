/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_TRACKER_H
#define TLSWHY_HANDSHAKE_TRACKER_H

/*
 * A tracker reads the two directions of one connection: finds where TLS begins, cuts records and messages,
 * knows which direction is encrypted since when, and writes down what it sees in a handshake. It owns the
 * handshake from the first TLS byte on, and what is needed to read on.
 */

#include "handshake/handshake.h"

struct tracker;

/* `hasher` outlives the tracker. */
struct tracker *tracker_new(struct connection *connection, struct fingerprinter *hasher);
void tracker_bytes(struct tracker *tracker, int half, const uint8_t *bytes, size_t length, struct moment now);
void tracker_gap(struct tracker *tracker, int half, uint64_t missing, struct moment now);

/* No TLS can be expected here any more: the connection's bytes are of no use. */
bool tracker_is_done(const struct tracker *tracker);

/* TLS was seen in either direction. */
bool tracker_has_tls(const struct tracker *tracker);

/* Bytes of memory held, roughly. */
size_t tracker_size(const struct tracker *tracker);

/* How many more they are than when this was last asked, at first than none; modulo the size's range. */
size_t tracker_growth(struct tracker *tracker);

/* Ends the reading and hands over the handshake: the caller owns it and frees its arena. Frees the tracker.
 */
struct handshake *tracker_finish(struct tracker *tracker);
void tracker_free(struct tracker *tracker); /* NULL is fine */

#endif
