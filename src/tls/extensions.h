/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_EXTENSIONS_H
#define TLSWHY_TLS_EXTENSIONS_H

/*
 * The extension blocks of hellos and other messages (RFC 8446 section 4.2). What is known of an extension is
 * one row of the table in extensions.c: its type, and a small reader for each message that it may stand in.
 * An extension that is malformed inside makes the result bad, and the others are read all the same.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/protocol.h"

/* The message that a block stands in decides how an extension reads, and which struct is filled. */
enum extensions_carrier {
    EXTENSIONS_CLIENT_HELLO,         /* struct client_hello */
    EXTENSIONS_SERVER_HELLO,         /* struct server_hello: HelloRetryRequest too */
    EXTENSIONS_ENCRYPTED_EXTENSIONS, /* struct encrypted_extensions */
    EXTENSIONS_CERTIFICATE_REQUEST,  /* struct certificate_request */
    EXTENSIONS_CERTIFICATE_ENTRY,    /* struct certificate_entry: of a Certificate in 1.3 */
    EXTENSIONS_CARRIERS
};

struct extensions_found {
    struct code_list types; /* in wire order, known or not */
    bool has_duplicate;
    uint16_t duplicate; /* the first type met twice; only the first of the two is read */
};

/* Reads the block with its two-byte length from `body`, and each extension into `message`. */
enum decode_result extensions_decode(struct cursor *body, enum extensions_carrier carrier,
                                     struct arena *arena, void *message, struct extensions_found *found);

#endif
