/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_ALGORITHM_H
#define TLSWHY_CERTIFICATE_ALGORITHM_H

/*
 * What an algorithm is called, of a key or a signature: libcrypto's name, that of one younger than many a
 * libcrypto, or the numbers of its OID.
 */

#include "base/arena.h"
#include <openssl/types.h>

/* A text that is not static goes into the arena; NULL where that is full. */
const char *algorithm_name(const ASN1_OBJECT *algorithm, struct arena *arena);

#endif
