/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_DTLS_MESSAGE_H
#define TLSWHY_TLS_DTLS_MESSAGE_H

/*
 * The handshake messages of DTLS (RFC 6347 section 4.2.2, RFC 9147 section 5.2): cut into fragments, each
 * with the message's number, and sent again as long as no answer comes. A message queue puts one side's
 * fragments together, hands the messages out in the order of their numbers, each once, and counts what was
 * repeated. It owns the bytes of what is not complete, a bounded number of messages.
 */

#include "base/pieces.h"
#include "tls/message_stream.h"

struct dtls_fragment {
    uint8_t type;
    uint32_t message_length;
    uint16_t message; /* its number */
    uint32_t offset;
    uint32_t length;     /* of the fragment, as announced */
    struct cursor bytes; /* knows what of it was not captured */
};

/* The next fragment of a handshake record's body. False where none is, or one that contradicts itself. */
bool dtls_fragment_read(struct cursor *body, struct dtls_fragment *fragment);

enum { DTLS_MESSAGES_AHEAD = 16, DTLS_MESSAGE_LIMIT = 64 * 1024 };

/* A message that is not complete, or waits for one before it. */
struct dtls_partial {
    bool used;
    uint8_t type;
    uint16_t number;
    uint32_t length;
    struct pieces pieces;
};

/* Where a fragment stands in what its sender says. */
struct dtls_place {
    uint16_t message;
    uint32_t offset;
};

/* All zero is empty and valid. */
struct dtls_messages {
    struct dtls_partial ahead[DTLS_MESSAGES_AHEAD];
    uint16_t next;              /* number of the message to be handed out next */
    bool numbered;              /* `next` means something */
    uint32_t repeats;           /* times that the sender began its flight again */
    uint32_t dropped;           /* fragments that found no room */
    uint32_t lost;              /* messages of which fragments never came */
    bool repeating;             /* since the last message that was new ... */
    struct dtls_place repeated; /* ... this was the last fragment that had come before */
    uint16_t newest;            /* highest number met */
};

/* Takes a fragment; calls the handler for each message that it completes. False where it had come before. */
bool dtls_messages_fragment(struct dtls_messages *messages, const struct dtls_fragment *fragment,
                            message_handler *handler, void *user);

/* Nothing more comes: hands out what is there, cut. */
void dtls_messages_flush(struct dtls_messages *messages, message_handler *handler, void *user);

size_t dtls_messages_size(const struct dtls_messages *messages);
void dtls_messages_free(struct dtls_messages *messages); /* the struct itself is the owner's */

#endif
