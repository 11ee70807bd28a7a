/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_FIRST_BYTES_H
#define TLSWHY_HANDSHAKE_FIRST_BYTES_H

/*
 * What the first bytes of a direction are when they are not TLS: enough to say "the server answers in plain
 * HTTP" or "the client speaks HTTP to a TLS port". One row a protocol.
 */

#include "handshake/handshake.h"

/* Never FIRST_NONE, FIRST_TLS or FIRST_SSL2. */
enum first_bytes first_bytes_guess(const uint8_t *bytes, size_t length);

/* "http", "greeting", ...: the event's and expressions' word; NULL for FIRST_NONE. */
const char *first_bytes_name(enum first_bytes first);

/* The status in a line like "HTTP/1.1 400 Bad Request"; 0 where it is none. */
int first_bytes_http_status(const struct octets *line);

#endif
