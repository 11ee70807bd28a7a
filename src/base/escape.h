/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_ESCAPE_H
#define TLSWHY_BASE_ESCAPE_H

/*
 * Every byte that came from the wire passes one of these before it reaches a person or another program.
 * Control characters (C0, DEL, C1), bytes that are not UTF-8, and characters that reorder or hide text
 * (bidirectional marks and overrides, zero-width characters, line and paragraph separators, the byte order
 * mark, tag characters) come out as visible escapes.
 */

#include "base/buffer.h"

/* For terminals and plain text: \xHH for a byte, \u{HHHH} for a character, \\ for a backslash. */
void escape_text(struct buffer *out, const char *bytes, size_t length);

/* The inside of a JSON string (RFC 8259 section 7), always valid UTF-8; a byte that is not becomes the
 * characters \xHH. */
void escape_json(struct buffer *out, const char *bytes, size_t length);

#endif
