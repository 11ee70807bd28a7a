/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_FRAGMENTS_H
#define TLSWHY_CAPTURE_FRAGMENTS_H

/*
 * Decodes packets as decode does, and puts fragmented IP datagrams together first (RFC 791 section 3.2,
 * RFC 8200 section 4.5), inside tunnels as well. What waits for its missing pieces is bounded: 256 datagrams,
 * 2 MiB and 30 s of capture time; the oldest go first. Of bytes that come twice the first count.
 */

#include "capture/decode.h"
#include "capture/packet.h"

struct fragments_totals {
    uint64_t whole;       /* datagrams put together */
    uint64_t lost;        /* fragments whose datagram never became whole, or that fit into none */
    uint64_t overlapping; /* fragments that contradict an earlier one's bytes */
};

struct fragments;

struct fragments *fragments_new(void);

/* As decode_packet(). DECODE_FRAGMENT: the piece is kept, its datagram not whole yet. `out` borrows from the
 * packet or from `fragments`, until the next call. */
enum decode_outcome fragments_decode(struct fragments *fragments, const struct packet *packet,
                                     struct decoded *out);

/* As decode_further(). */
enum decode_outcome fragments_decode_further(struct fragments *fragments, const struct packet *packet,
                                             struct decoded *out);

/* So far; fragments that still wait count as lost. */
struct fragments_totals fragments_totals(const struct fragments *fragments);
void fragments_free(struct fragments *fragments); /* NULL is fine */

#endif
