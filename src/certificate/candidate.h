/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_CANDIDATE_H
#define TLSWHY_CERTIFICATE_CANDIDATE_H

/*
 * A certificate that the user holds in a file and that nobody has sent yet, with the issuers that stand
 * beside it: would a server have taken it? Private keys in the file are passed over and never kept.
 */

#include "base/buffer.h"
#include "certificate/certificate.h"

struct candidate {
    char *file;                 /* its name without the folders */
    struct certificate **chain; /* the end-entity certificate first, the others as they come; all readable */
    uint32_t count;             /* at least 1 */
    bool had_key;               /* a private key stood in the file */
};

/* Reads PEM, DER, or PKCS #12 without a password. NULL, with a sentence in `error`, where there is no
 * certificate in it. */
struct candidate *candidate_read(const char *path, struct buffer *error);
void candidate_free(struct candidate *candidate); /* NULL is fine */

#endif
