/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_CERTIFICATE_STATUS_H
#define TLSWHY_TLS_CERTIFICATE_STATUS_H

/*
 * The CertificateStatus that a server staples to its certificate: a message of its own up to TLS 1.2 (RFC
 * 6066 section 8, and RFC 6961 for the whole chain), an extension of the certificate in 1.3 (RFC 8446 section
 * 4.4.2.1). What the OCSP responses in it say is the business of certificate/.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/protocol.h"

enum { CERTIFICATE_STATUS_OCSP = 1, CERTIFICATE_STATUS_OCSP_MULTI = 2 };

struct certificate_status_message {
    uint8_t type;                 /* one of these, or what nobody knows */
    bool cut;                     /* not captured whole */
    struct octets_list responses; /* DER; the leaf's first; of an issuer none, where it is empty */
};

enum decode_result certificate_status_decode(struct cursor body, struct arena *arena,
                                             struct certificate_status_message *message);

#endif
