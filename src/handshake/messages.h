/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_MESSAGES_H
#define TLSWHY_HANDSHAKE_MESSAGES_H

/*
 * What each handshake message means to the handshake: one row of a table and one small function a message;
 * and the noting of what is not a message, for the readings of TLS, DTLS and QUIC alike.
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

static inline enum side message_side(const struct message_context *context)
{
    return handshake_side(context->handshake, context->half);
}

static inline struct direction *message_direction(const struct message_context *context)
{
    return &context->handshake->direction[message_side(context)];
}

/* A line of the transcript that is no handshake message. */
void message_note(const struct message_context *context, enum message_kind kind, uint32_t length);

/* A record whose content is hidden. */
void message_note_hidden(const struct message_context *context, uint8_t type, uint32_t length);

/* A record of application data; a side's first is a line of the transcript. */
void message_note_data(const struct message_context *context, uint32_t length);

/* Writes the message down, decodes it, and keeps what it says. */
void message_read(const struct message_context *context, const struct handshake_message *message);

/* The same for a record of SSL 2.0 that is in the clear. */
void message_read_ssl2(const struct message_context *context, const struct record *record);

#endif
