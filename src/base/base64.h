/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_BASE64_H
#define TLSWHY_BASE_BASE64_H

/*
 * Bytes as base64 (RFC 4648 section 4), and as the textual form that certificates are passed around in.
 */

#include "base/buffer.h"

/* One run of characters, with padding, without line breaks. */
void base64_add(struct buffer *out, const void *bytes, size_t length);

/* "-----BEGIN LABEL-----", lines of 64 characters, "-----END LABEL-----" (RFC 7468 section 2). */
void base64_add_pem(struct buffer *out, const char *label, const void *bytes, size_t length);

#endif
