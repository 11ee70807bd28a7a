/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_QUIC_VERSION_H
#define TLSWHY_QUIC_VERSION_H

/*
 * The versions of QUIC whose Initial packets can be opened: what differs between them is the salt of the
 * Initial keys, the labels that keys are derived with, and the numbers of the packet types (RFC 9001 section
 * 5.2, RFC 9369 section 3.2 and 3.3), and the key of Retry packets. One row a version.
 */

#include <stdbool.h>
#include <stdint.h>

enum { QUIC_SALT = 20 };

/* What the tag of a Retry is made with (RFC 9001 section 5.8, RFC 9369 section 3.3.3). */
struct quic_retry_key {
    uint8_t key[16], nonce[12];
};

struct quic_version {
    uint32_t number;
    const char *name; /* "1", "2", "draft-29" */
    const uint8_t *salt;
    bool second;                        /* labels and packet types of version 2 */
    const struct quic_retry_key *retry; /* NULL: not known */
};

/* NULL: not known. Static storage. */
const struct quic_version *quic_version_find(uint32_t number);

/* Reserved to see whether the peer copes with the unknown (RFC 9000 section 15): 0x?a?a?a?a. */
static inline bool quic_version_is_grease(uint32_t number)
{
    return (number & 0x0F0F0F0F) == 0x0A0A0A0A;
}

#endif
