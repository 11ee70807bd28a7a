/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_PUBLIC_KEY_H
#define TLSWHY_CERTIFICATE_PUBLIC_KEY_H

/*
 * What kind of key a certificate holds (RFC 5280 section 4.1.2.7). Of the usual kinds the bytes tell it, and
 * libcrypto need not make a key of them, which costs more than to read all the rest. Only certificate.c calls
 * this.
 */

#include "certificate/certificate.h"

/* Fills key_algorithm, key_bits and key_curve from its x509 or raw_key. */
void certificate_public_key_read(struct certificate *certificate);

#endif
