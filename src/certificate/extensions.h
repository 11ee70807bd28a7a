/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_EXTENSIONS_H
#define TLSWHY_CERTIFICATE_EXTENSIONS_H

/*
 * The extensions of a certificate (RFC 5280 section 4.2) that tell about names, purposes, and where to ask
 * for revocation. Only certificate.c calls this.
 */

#include "certificate/certificate.h"

/* Fills what certificate->x509 says in its extensions. One that libcrypto cannot read leaves its facts empty.
 */
void certificate_extensions_read(struct certificate *certificate);

#endif
