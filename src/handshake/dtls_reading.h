/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_DTLS_READING_H
#define TLSWHY_HANDSHAKE_DTLS_READING_H

/*
 * The reading of one DTLS conversation: records and messages of both sides become facts of the handshake, as
 * handshake/reading.h does it for TLS. What the epoch in a record says about encryption needs no guessing. It
 * borrows the handshake and owns the bytes of what is not complete.
 */

#include "base/cursor.h"
#include "handshake/handshake.h"
#include "stream/datagrams.h"

struct dtls_reading;

struct dtls_reading *dtls_reading_new(struct handshake *handshake, struct connection *connection,
                                      struct fingerprinter *hasher);
void dtls_reading_free(struct dtls_reading *reading); /* NULL is fine */

/* Datagrams that are not DTLS (STUN and RTP on the same ports) are passed over. */
enum datagram_use dtls_reading_datagram(struct dtls_reading *reading, int half, struct cursor datagram,
                                        struct moment now);

/* Nothing more comes: what is not complete is read as far as it goes. */
void dtls_reading_end(struct dtls_reading *reading);

/* Bytes held, the handshake's left out. */
size_t dtls_reading_size(const struct dtls_reading *reading);

#endif
