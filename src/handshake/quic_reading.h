/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_QUIC_READING_H
#define TLSWHY_HANDSHAKE_QUIC_READING_H

/*
 * The reading of one QUIC connection: its Initial packets are opened, TLS's messages in them become facts of
 * the handshake, and all that needs keys is counted. It borrows the handshake and owns the bytes of what is
 * not complete.
 */

#include "base/cursor.h"
#include "handshake/handshake.h"
#include "quic/protection.h"
#include "stream/datagrams.h"

struct quic_reading;

/* A client's first datagram: an Initial that opens and holds CRYPTO frames; or, in a version that is not
 * known, a datagram of a first Initial's shape, which only a Version Negotiation in answer proves to be QUIC.
 */
bool quic_reading_begins(struct quic_opener *opener, struct cursor datagram);

/* A datagram of QUIC that no reading can begin with: of a connection whose beginning is not in the capture,
 * or of Google's QUIC, which had a handshake of its own instead of TLS. */
bool quic_reading_is_stray(struct cursor datagram);

/* The sender of the first datagram is the client: half 0. The opener is shared, and outlives the reading. */
struct quic_reading *quic_reading_new(struct handshake *handshake, struct connection *connection,
                                      struct fingerprinter *hasher, struct quic_opener *opener);
void quic_reading_free(struct quic_reading *reading); /* NULL is fine */

enum datagram_use quic_reading_datagram(struct quic_reading *reading, int half, struct cursor datagram,
                                        struct moment now);
void quic_reading_end(struct quic_reading *reading);

/* It is QUIC for certain. */
bool quic_reading_is_certain(const struct quic_reading *reading);

/* Bytes held, the handshake's left out. */
size_t quic_reading_size(const struct quic_reading *reading);

#endif
