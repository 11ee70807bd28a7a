/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_TRANSCRIPT_H
#define TLSWHY_HANDSHAKE_TRANSCRIPT_H

/*
 * The making of a handshake (handshake/handshake.h) and the writing down of its messages, alerts and hidden
 * records. The lists are bounded; what comes behind the bound is counted, not kept.
 */

#include "handshake/handshake.h"

/* In an arena of its own, which handshake_free() frees with it. The connection must outlive it. */
struct handshake *handshake_new(const struct connection *connection);
void handshake_free(struct handshake *handshake); /* NULL is fine */

/* Which half is the client turned out later: turns around all that was written down with the sides swapped.
 */
void transcript_set_client(struct handshake *handshake, int half);

/* The line just written, or NULL where the list is full. */
struct message *transcript_message(struct handshake *handshake, enum side from, enum message_kind kind,
                                   uint8_t code, uint32_t length, struct moment seen);
void transcript_alert(struct handshake *handshake, const struct alert *alert);
void transcript_hidden(struct handshake *handshake, enum side from, uint8_t type, uint32_t length,
                       struct moment seen);

/* Puts the lines in the order of their packets: what came behind a hole was written down when the hole was
 * given up. */
void transcript_sort(struct handshake *handshake);

/* The event's name of a line: "client_hello", "alert", ... */
const char *message_name(const struct message *message);

#endif
