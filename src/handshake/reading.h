/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_READING_H
#define TLSWHY_HANDSHAKE_READING_H

/*
 * The reading of one connection's TLS: records and messages of both directions, in capture order, become
 * facts of the handshake. It knows which direction is encrypted since when, and what a record can still tell
 * when its content is hidden. It borrows the handshake and owns the bytes of what is not complete.
 */

#include "handshake/handshake.h"
#include "tls/record.h"

struct reading;

struct reading *reading_new(struct handshake *handshake, struct connection *connection,
                            struct fingerprinter *hasher);
void reading_free(struct reading *reading); /* NULL is fine */

/* TLS (or SSL 2.0) begins in that half with the next bytes. */
void reading_begin(struct reading *reading, int half, bool ssl2);
void reading_bytes(struct reading *reading, int half, const uint8_t *bytes, size_t length, struct moment now);
void reading_gap(struct reading *reading, int half, uint64_t missing, struct moment now);

/* Nothing more comes: what is not complete is read as far as it goes. */
void reading_end(struct reading *reading);

/* Bytes held, the handshake's included. */
size_t reading_size(const struct reading *reading);

#endif
