/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_MESSAGES_H
#define TLSWHY_HANDSHAKE_MESSAGES_H

/*
 * What each handshake message means to the handshake: one row of a table and one small function a message.
 */

#include "handshake/handshake.h"
#include "tls/message_stream.h"
#include "tls/record.h"

/* Where a message stands. */
struct message_context {
    struct handshake *handshake;
    struct connection *connection;
    struct fingerprinter *hasher;
    int half; /* that sent it */
    struct moment now;
};

/* Writes the message down, decodes it, and keeps what it says. */
void message_read(const struct message_context *context, const struct handshake_message *message);

/* The same for a record of SSL 2.0 that is in the clear. */
void message_read_ssl2(const struct message_context *context, const struct record *record);

#endif
