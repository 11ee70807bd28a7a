/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_SIGNATURES_H
#define TLSWHY_HANDSHAKE_SIGNATURES_H

/*
 * The signatures of a handshake that can be read: up to TLS 1.2 the server's over its part of the key
 * exchange (RFC 5246 section 7.4.3) and the client's over all messages before its CertificateVerify
 * (section 7.4.8; RFC 6347 section 4.2.6 for DTLS), in TLS 1.3 both sides' CertificateVerify (RFC 8446
 * section 4.4.3). The messages are kept, within bounds, while they come; nothing is checked before somebody
 * asks, and an answer is remembered. Where a message was not captured whole there is none.
 */

#include "certificate/signature.h"
#include "handshake/handshake.h"
#include "tls/message_stream.h"

/* Keeps what a signature may be made over. */
void signatures_note(struct handshake *handshake, int half, const struct handshake_message *message);

/* The side's signature, against the key of the certificate that it showed. */
enum signature_answer signatures_check(const struct handshake *handshake, enum side side);

#endif
