/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_FINGERPRINT_H
#define TLSWHY_TLS_FINGERPRINT_H

/*
 * Fingerprints of hellos: JA3 and JA3S (salesforce/ja3, BSD-3-Clause method), and JA4 (FoxIO, BSD-3-Clause).
 * The rest of JA4+ is under a licence that this program can't carry. A hasher owns its libcrypto contexts,
 * and remembers the hellos and certificates that it saw last, as the same ones come again and again; fetch
 * once, use often.
 */

#include "tls/hello.h"

struct fingerprinter;

struct fingerprinter *fingerprinter_new(void);
void fingerprinter_free(struct fingerprinter *fingerprinter); /* NULL is fine */

/* 32 hex digits and NUL. GREASE is left out. */
void fingerprint_ja3(struct fingerprinter *f, const struct client_hello *hello, char out[static 33]);
void fingerprint_ja3s(struct fingerprinter *f, const struct server_hello *hello, char out[static 33]);

/* `transport` is 't' for TCP, 'q' for QUIC, 'd' for DTLS. 36 characters and NUL. */
void fingerprint_ja4(struct fingerprinter *f, const struct client_hello *hello, char transport,
                     char out[static 37]);

/* SHA-1 and SHA-256 of bytes. */
void fingerprint_sha1(struct fingerprinter *f, const void *bytes, size_t length, uint8_t out[static 20]);
void fingerprint_sha256(struct fingerprinter *f, const void *bytes, size_t length, uint8_t out[static 32]);

/* Both, of a certificate. */
void fingerprint_certificate(struct fingerprinter *f, const void *der, size_t length, uint8_t sha1[static 20],
                             uint8_t sha256[static 32]);

#endif
