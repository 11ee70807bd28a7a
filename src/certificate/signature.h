/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_SIGNATURE_H
#define TLSWHY_CERTIFICATE_SIGNATURE_H

/*
 * Whether a signature of a handshake was made with the private key of a certificate, in the schemes of TLS up
 * to 1.2 (RFC 5246 section 4.7 and 7.4.1.4.1, RFC 8422 section 5.4, RFC 8446 section 4.2.3). libcrypto does
 * the checking. Of an RSA signature that does not fit, more can be told than that: its padding comes out
 * whole where the right key made it.
 */

#include "certificate/certificate.h"

enum signature_answer {
    SIGNATURE_NOT_CHECKED, /* a scheme or a key that libcrypto does not know, or not all bytes are there */
    SIGNATURE_VALID,
    SIGNATURE_OTHER_KEY,     /* RSA: another private key made it, or it was changed itself */
    SIGNATURE_OTHER_CONTENT, /* RSA: the right key made it, over something else */
    SIGNATURE_OTHER_SALT,    /* RSA-PSS: right but for the salt's length, which has to be that of the hash */
    SIGNATURE_OTHER_KIND,    /* the scheme is one for another kind of key */
    SIGNATURE_INVALID,       /* it does not fit; keys of this kind do not tell why */
};

/* What is signed, and how: `scheme` is a SignatureScheme, 0 up to TLS 1.1, where the key alone decides. */
struct signature {
    uint16_t scheme;
    struct octets content, bytes;
};

/* The certificate may be a raw key. */
enum signature_answer signature_check(const struct certificate *certificate,
                                      const struct signature *signature);

/* The certificate's key can make signatures of that scheme; `tls13`: with the curves and paddings that TLS
 * 1.3 binds to a scheme. */
bool signature_scheme_fits(const struct certificate *certificate, uint16_t scheme, bool tls13);

/* "valid", "other_key", ...; NULL where not checked. */
const char *signature_word(enum signature_answer answer);

#endif
