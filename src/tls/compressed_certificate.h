/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_COMPRESSED_CERTIFICATE_H
#define TLSWHY_TLS_COMPRESSED_CERTIFICATE_H

/*
 * The CompressedCertificate message (RFC 8879 section 4): a Certificate message behind one of three
 * compressions, each of which is there only where configure found its library. Nobody can make it grow beyond
 * what a Certificate that is not compressed may have here.
 */

#include "tls/certificate_messages.h"
#include "tls/message_stream.h"

enum { CERTIFICATE_UNCOMPRESSED_MOST = MESSAGE_LIMIT };

/* `version` as for certificate_message_decode(). Fills `message` with what is inside, or with the reason why
 * that cannot be read and nothing else. */
enum decode_result compressed_certificate_decode(struct cursor body, uint16_t version, struct arena *arena,
                                                 struct fingerprinter *hasher,
                                                 struct certificate_message *message);

/* "zlib", "brotli", "zstd"; NULL for other numbers. */
const char *certificate_compression_name(uint16_t algorithm);

/* "damaged", "too_long", ...; NULL where all went well. */
const char *certificate_compression_fault_word(enum certificate_compression_fault fault);

#endif
