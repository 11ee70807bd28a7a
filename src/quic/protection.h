/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_QUIC_PROTECTION_H
#define TLSWHY_QUIC_PROTECTION_H

/*
 * Initial packets are encrypted with keys that follow from what stands in them in the clear (RFC 9001 section
 * 5.2): this keeps nothing secret, and makes sure that both ends speak QUIC of the same version. A
 * quic_opener derives the keys and takes the protection off. It owns its libcrypto contexts and the bytes of
 * the packet opened last; fetch once, use often.
 */

#include "quic/packet.h"

struct quic_keys {
    uint8_t key[16];
    uint8_t iv[12];
    uint8_t header[16];
};

/* What each side of a connection encrypts its Initial packets with. */
struct quic_initial_keys {
    struct quic_keys client, server;
};

struct quic_opener;

struct quic_opener *quic_opener_new(void);
void quic_opener_free(struct quic_opener *opener); /* NULL is fine */

/* From the destination connection id of the client's first Initial, or of its first after a Retry. */
bool quic_initial_keys_derive(struct quic_opener *opener, const struct quic_version *version,
                              const struct quic_id *id, struct quic_initial_keys *keys);

/* False for a Retry whose tag was not made for the client's first Initial, with this destination connection
 * id: the client drops it. One that was not captured whole, or of a version whose key is not known, is
 * believed. */
bool quic_retry_is_believable(struct quic_opener *opener, const struct quic_packet *packet,
                              const struct quic_id *first);

struct quic_opened {
    uint64_t number;      /* of the packet */
    struct cursor frames; /* valid until the next packet is opened */
    bool verified;        /* the whole packet was there, and its tag is right */
};

/* `largest` is the highest packet number opened so far of that side, -1 for none (RFC 9000 appendix A.3).
 * False where the keys do not fit. A packet that was not captured whole is opened as far as it goes,
 * unverified. */
bool quic_packet_open(struct quic_opener *opener, const struct quic_keys *keys,
                      const struct quic_packet *packet, int64_t largest, struct quic_opened *opened);

#endif
