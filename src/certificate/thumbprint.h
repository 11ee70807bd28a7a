/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_THUMBPRINT_H
#define TLSWHY_CERTIFICATE_THUMBPRINT_H

/*
 * A thumbprint as people write it: the hexadecimal digits of a certificate's SHA-1 or SHA-256 hash, often
 * with what a dialog, a tool or an editor put between them. What does not belong there is named by its place
 * and code point, since the software that looks for the certificate does not forgive it and nobody sees it.
 */

#include "base/buffer.h"
#include "certificate/certificate.h"

enum { THUMBPRINT_LONGEST = 32 };

struct thumbprint {
    uint8_t bytes[THUMBPRINT_LONGEST];
    uint8_t length; /* 20: SHA-1, 32: SHA-256 */
};

/* What stands between the digits. */
enum thumbprint_flaw {
    THUMBPRINT_CLEAN,
    THUMBPRINT_DRESSED, /* spaces, colons, lower-case letters: only a comparison of texts minds */
    THUMBPRINT_HIDDEN,  /* characters that cannot be seen: no software finds the certificate */
};

/* Reads a text in UTF-8. `remarks` names what had to be left out, and stays empty where the text is clean.
 * False, with the reason in `remarks`, where it is no thumbprint. */
bool thumbprint_read(struct thumbprint *thumbprint, const char *text, size_t length,
                     enum thumbprint_flaw *flaw, struct buffer *remarks);

bool thumbprint_is_of(const struct thumbprint *thumbprint, const struct certificate *certificate);

#endif
