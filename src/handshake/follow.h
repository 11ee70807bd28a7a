/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_FOLLOW_H
#define TLSWHY_HANDSHAKE_FOLLOW_H

/*
 * follow listens to the connection table and to that of UDP's conversations, has each connection's bytes
 * tracked (handshake/tracker.h, handshake/datagram_reading.h), and decides at a connection's end whether
 * there is something to report: TLS was seen, or the connection failed before TLS could start and was headed
 * for a place where TLS was to be expected. What is headed for a port that speaks TLS only later in the
 * capture waits, in a bounded list, until it is known. What failed waits a few seconds of the capture's time,
 * in another bounded list, for what its siblings do (handshake/siblings.h).
 */

#include "base/notice.h"
#include "handshake/handshake.h"
#include "handshake/told.h"
#include "stream/connection.h"
#include "stream/datagrams.h"

struct follow;

struct follow_options {
    const uint16_t *tls_ports; /* ports where TLS is to be expected, beside the well-known ones */
    size_t tls_port_count;
    const struct told *told; /* what the user knows about the two sides; NULL: nothing */
    size_t memory_limit;     /* bytes for handshakes under way; 0: 24 MiB */
};

/* A concluded handshake, judged by nobody yet. It is freed after the call. */
struct follow_listener {
    void (*event)(void *user, struct handshake *handshake);
    void *user;
};

/* `options` may be NULL; what they point to must live as long as the follow. */
struct follow *follow_new(const struct follow_options *options, const struct follow_listener *listener,
                          const struct notice_sink *notices);

/* What connections_new() is to be given. */
struct connection_listener follow_connection_listener(struct follow *follow);

/* What datagrams_new() is to be given. */
struct datagram_listener follow_datagram_listener(struct follow *follow);

/* An ICMP error: what it quotes may be beside the handshakes. The tables are told as well. */
void follow_icmp(struct follow *follow, const struct icmp_error *error);

/* Datagrams of QUIC from which no handshake could be made, see quic_reading_is_stray(). */
uint64_t follow_stray_quic(const struct follow *follow);

/* The handshakes under way hold more memory than they may: have the tables evict (connections_evict,
 * datagrams_evict) until not. */
bool follow_is_crowded(const struct follow *follow);

/* They hold so much that they no longer fit a processor's caches: what is over need not be kept any longer
 * (connections_release). */
bool follow_is_filling(const struct follow *follow);

/* The capture's time went on to `now`: what has waited long enough for its siblings is reported. */
void follow_advance(struct follow *follow, int64_t now);

/* The capture ends: what is finished from here on is reported once all its siblings are known. */
void follow_end(struct follow *follow);

/* After connections_finish(): reports what was waiting and is worth it. */
void follow_finish(struct follow *follow);

void follow_free(struct follow *follow); /* NULL is fine */

#endif
