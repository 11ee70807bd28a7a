/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_DECOMPRESS_CERTIFICATE_H
#define TLSWHY_TLS_DECOMPRESS_CERTIFICATE_H

/*
 * What each compression library is wrapped into: one small file a library, and one row in
 * compressed_certificate.c, the only one that includes this. All of the input and all of the room are there
 * at once, so no library gets to choose how much it writes.
 */

#include "tls/certificate_messages.h"
#include <stddef.h>
#include <stdint.h>

/* Fills exactly `length` bytes of `out`, or says why not. */
typedef enum certificate_compression_fault certificate_decompressor(const uint8_t *in, size_t in_length,
                                                                    uint8_t *out, size_t length);

/* Each is there only where configure found the library. */
certificate_decompressor certificate_decompress_zlib, certificate_decompress_brotli,
    certificate_decompress_zstd;

#endif
