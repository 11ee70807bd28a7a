/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_SSL2_H
#define TLSWHY_TLS_SSL2_H

/*
 * SSL 2.0 ("The SSL Protocol", Hickman 1995): records of two or three header bytes, and its messages as long
 * as they are in the clear. A CLIENT-HELLO in this format may offer newer versions (RFC 5246 appendix E.2).
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/hello.h"

enum ssl2_message_type {
    SSL2_ERROR = 0,
    SSL2_CLIENT_HELLO = 1,
    SSL2_CLIENT_MASTER_KEY = 2,
    SSL2_CLIENT_FINISHED = 3,
    SSL2_SERVER_HELLO = 4,
    SSL2_SERVER_VERIFY = 5,
    SSL2_SERVER_FINISHED = 6,
    SSL2_REQUEST_CERTIFICATE = 7,
    SSL2_CLIENT_CERTIFICATE = 8,
};

struct ssl2_server_hello {
    bool session_id_hit;
    uint8_t certificate_type;
    uint16_t version;
    uint32_t certificate_length;
    struct octets certificate; /* DER copy; bytes NULL: none */
    uint32_t ciphers[16];      /* three-byte kinds */
    uint32_t cipher_count;
};

/* `record` is the body of the SSLv2 record, from the message type on. Cipher kinds above 0xFFFF are left out.
 */
enum decode_result ssl2_client_hello_decode(struct cursor record, struct arena *arena,
                                            struct client_hello *hello);
enum decode_result ssl2_server_hello_decode(struct cursor record, struct arena *arena,
                                            struct ssl2_server_hello *hello);

/* Name of a three-byte cipher kind, "SSL_CK_RC4_128_WITH_MD5"; NULL when unknown. */
const char *ssl2_cipher_name(uint32_t kind);

#endif
