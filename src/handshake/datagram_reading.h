/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_DATAGRAM_READING_H
#define TLSWHY_HANDSHAKE_DATAGRAM_READING_H

/*
 * What handshake/tracker.h is for TCP: tells the conversations of UDP that are DTLS or QUIC by what is in
 * them, has their datagrams read, and hands over the handshake in the end. What is neither is never begun.
 */

#include "handshake/handshake.h"
#include "quic/protection.h"
#include "stream/datagrams.h"

struct datagram_reading;

/* The datagram begins DTLS or QUIC. */
bool datagram_reading_begins(struct quic_opener *opener, const struct segment *segment);

/* As quic_reading_is_stray(), where datagram_reading_begins() said no. */
bool datagram_is_stray_quic(const struct segment *segment);

/* `first` is a datagram that begins one. Hasher and opener outlive the reading. */
struct datagram_reading *datagram_reading_new(struct connection *connection, const struct segment *first,
                                              struct fingerprinter *hasher, struct quic_opener *opener);
enum datagram_use datagram_reading_take(struct datagram_reading *reading, int half,
                                        const struct segment *segment);

/* Bytes of memory held, roughly. */
size_t datagram_reading_size(const struct datagram_reading *reading);

/* Ends the reading and hands over the handshake, which the caller frees; NULL where it turned out to be
 * neither. Frees the reading. */
struct handshake *datagram_reading_finish(struct datagram_reading *reading);
void datagram_reading_free(struct datagram_reading *reading); /* NULL is fine */

#endif
