/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_SCT_H
#define TLSWHY_CERTIFICATE_SCT_H

/*
 * Signed certificate timestamps (RFC 6962 section 3.3): which logs of Certificate Transparency say that they
 * know a certificate, and since when. They stand in the certificate, in a TLS extension, or in an OCSP
 * response, always as the same list.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include <openssl/types.h>
#include <stdbool.h>

enum { SCT_LOG = 32 };

struct sct {
    char log_text[2 * SCT_LOG + 1]; /* SHA-256 of the log's key, in lower-case hex */
    uint64_t time;                  /* ms since 1970 */
};

struct sct_list {
    struct sct *items;
    uint32_t count; /* of those kept: version 1, sixteen at most */
    bool malformed; /* bytes of it are no timestamps */
};

/* How many it holds, without keeping them. */
uint32_t sct_list_count(struct cursor list);

/* `list` without the length before it, as the TLS extension is kept. */
struct sct_list sct_list_read(struct cursor list, struct arena *arena);

/* The list in the extension of a certificate or of an OCSP response: an OCTET STRING (RFC 6962 section 3.3)
 * of the list with its length. */
struct sct_list sct_extension_read(const ASN1_OCTET_STRING *extension, struct arena *arena);
uint32_t sct_extension_count(const ASN1_OCTET_STRING *extension);

#endif
