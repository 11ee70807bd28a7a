/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_MESSAGE_STREAM_H
#define TLSWHY_TLS_MESSAGE_STREAM_H

/*
 * A message stream puts handshake messages together from the bodies of handshake records: several messages in
 * one record, one message over several records, headers split anywhere (RFC 8446 section 5.1). It owns the
 * bytes of the one message that is not complete. Messages beyond MESSAGE_LIMIT are handed out cut, with the
 * bytes kept so far.
 */

#include "base/buffer.h"
#include "base/cursor.h"
#include "tls/protocol.h"

enum { MESSAGE_LIMIT = 128 * 1024 };

struct handshake_message {
    uint8_t type;
    uint16_t number;    /* DTLS: its message_seq; 0 elsewhere */
    uint32_t length;    /* of the body, as announced */
    struct cursor body; /* knows what of it was not captured */
};

struct message_stream {
    struct buffer partial;
    uint32_t pass; /* body bytes beyond the limit still to come */
};

typedef void message_handler(void *user, const struct handshake_message *message);

void message_stream_free(struct message_stream *stream); /* the struct itself is the owner's */

/* The body of a handshake record; `cut`: bytes behind it are missing. Calls the handler for each complete
 * message (and for a cut one). */
void message_stream_bytes(struct message_stream *stream, const uint8_t *bytes, size_t length, bool cut,
                          message_handler *handler, void *user);

/* No more bytes come (end, gap, or change of cipher): hands out what is there, cut, and starts anew. */
void message_stream_flush(struct message_stream *stream, message_handler *handler, void *user);

/* A message is begun and not complete. */
bool message_stream_pending(const struct message_stream *stream);

#endif
