/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_STAPLED_H
#define TLSWHY_HANDSHAKE_STAPLED_H

/*
 * The OCSP response that the server stapled to its certificate: where it stands, and what
 * certificate/staple.h makes of it.
 */

#include "certificate/staple.h"
#include "handshake/handshake.h"

/* Whether the server stapled one; unknown where encryption or missing bytes hide it. */
enum answer stapled_seen(const struct handshake *handshake);

/* The message or extension with it; NULL: none was seen. */
const struct certificate_status_message *stapled_message(const struct handshake *handshake);

/* The packet that brought it; packet 0 where there is none. */
struct moment stapled_moment(const struct handshake *handshake);

/* What it says of the server's certificate. False where there is none, or one of the two was not captured
 * whole or cannot be read. */
bool stapled_read(const struct handshake *handshake, struct staple *staple);

/* The issuer of the server's certificate, or a delegate, signed it. */
enum attested stapled_signature(const struct handshake *handshake);

#endif
