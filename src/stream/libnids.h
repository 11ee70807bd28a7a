/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_LIBNIDS_H
#define TLSWHY_STREAM_LIBNIDS_H

/*
 * libnids driven by hand, for reassembly alone. A pair is one libnids stream: the bytes of both directions of
 * one connection. It is opened by a handshake composed here, fed with segments composed here, and hands out
 * at once what became complete, so that it never holds more than what waits behind a hole.
 *
 * libnids gives up its queue beyond 64 KB and its streams beyond n_tcp_streams. Neither happens here: the
 * queue is accounted as empty (see libnids_start) and the caller keeps within `pairs`, so both bounds are the
 * caller's. libnids keeps global state: one user at a time in a process.
 */

#include "base/notice.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcp_stream; /* libnids' own: a pair */

/* The longest payload that fits beside the headers in an IPv4 packet. */
#define LIBNIDS_PAYLOAD_MAX UINT32_C(65495)

/* libnids takes segments that begin less than this behind the sequence number it waits for. */
#define LIBNIDS_WINDOW (UINT32_C(65535) << 14)

/* What a feed completed. libnids grows the memory with realloc(); whoever holds the run frees `bytes`. */
struct libnids_run {
    char *bytes;
    size_t length;
    int room;
};

/* False (after a notice) when libnids does not start. `pairs` may be open at once. */
bool libnids_start(uint32_t pairs, const struct notice_sink *notices);
void libnids_stop(void);

/* NULL when libnids took no notice of the handshake. */
struct tcp_stream *libnids_open(void);
void libnids_close(struct tcp_stream *pair);

/* `sequence` is the next byte that is awaited of what `half` sends. */
void libnids_expect(struct tcp_stream *pair, int half, uint32_t sequence);

/* Feeds a segment that begins at the awaited byte or behind it (RFC 9293 section 3.10.7.4). `run` lends its
 * memory to libnids and comes back with the bytes from the awaited one on that are complete now, if any. */
void libnids_feed(struct tcp_stream *pair, int half, uint32_t sequence, const uint8_t *payload,
                  uint32_t length, struct libnids_run *run);

#endif
