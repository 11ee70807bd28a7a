/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_NAME_H
#define TLSWHY_CERTIFICATE_NAME_H

/*
 * Distinguished names as text. libcrypto reads the DER.
 */

#include "base/buffer.h"
#include <openssl/types.h>
#include <stdbool.h>

/* Adds the RFC 4514 form ("CN=Example CA,O=Example") of a DER Name (RFC 5280 section 4.1.2.4). False, adding
 * nothing, where the bytes are no Name. */
bool certificate_name_print(struct buffer *out, const void *der, size_t length);

/* The same of a name that libcrypto has read already. */
bool certificate_name_print_read(struct buffer *out, const X509_NAME *name);

#endif
