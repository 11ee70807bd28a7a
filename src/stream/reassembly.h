/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_REASSEMBLY_H
#define TLSWHY_STREAM_REASSEMBLY_H

/*
 * Reassembly puts the bytes of TCP streams in order. The work is libnids' (stream/libnids.h), which sees no
 * packet from the wire: it is opened on a dead raw-IP handle and handed segments composed here, with a
 * number as addresses, real sequence numbers, and a handshake played for it. So IPv6, tunnels, reused ports,
 * connections met midway and streams seen in one direction are all the same simple case to it. A hole that
 * will never be filled is stepped over with a byte of filler, and reported to the sink as a gap.
 *
 * What waits behind holes is bounded for each half and in all; where a bound is hit the hole is given up.
 * Of bytes that come twice the first count.
 *
 * The sink is called only from within reassembly_segment(), reassembly_give_up_hole() and
 * reassembly_close(); for streams that were idle for long also from within reassembly_segment() of another
 * stream. It may close other streams, but touch neither the stream it is called for nor open one.
 *
 * libnids keeps global state, so one reassembly exists at a time in a process.
 */

#include "base/notice.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reassembly;
struct stream;

struct reassembly_sink {
    /* The next bytes that `half` sent. */
    void (*bytes)(void *user, int half, const uint8_t *bytes, size_t length);
    /* The next `missing` bytes will not come. `cut`: they were in a segment that was captured in part. */
    void (*gap)(void *user, int half, uint32_t missing, bool cut);
};

/* NULL (after a notice) when libnids does not start. `streams`: how many are with libnids at once; beyond
 * that the longest idle is taken from it (its holes are given up first), and comes back when it goes on. */
struct reassembly *reassembly_new(const struct reassembly_sink *sink, uint32_t streams,
                                  const struct notice_sink *notices);
void reassembly_free(struct reassembly *reassembly); /* after all its streams; NULL is fine */

/* A stream pair; `user` goes to the sink. Each half starts at the sequence number of its first segment fed,
 * or at the one named by reassembly_expect() before that. */
struct stream *reassembly_open(struct reassembly *reassembly, void *user);
void reassembly_expect(struct stream *stream, int half, uint32_t sequence);
bool reassembly_started(const struct stream *stream, int half);

/* A segment's payload; bytes behind `captured` up to `length` are a gap unless they come again before their
 * turn. What lies 2^29 bytes or more ahead is not taken. */
void reassembly_segment(struct stream *stream, int half, uint32_t sequence, const uint8_t *payload,
                        uint32_t captured, uint32_t length);

/* Of a half that has started: the next sequence number that the sink waits for, and how many bytes wait
 * behind a hole there. */
uint32_t reassembly_next(const struct stream *stream, int half);
uint32_t reassembly_waiting(const struct stream *stream, int half);

/* The byte with that sequence number was handed to the sink (or given up), or waits. */
bool reassembly_holds(const struct stream *stream, int half, uint32_t sequence);

/* The first hole (at most up to `sequence`) will not be filled: reports it and goes on behind it. */
void reassembly_give_up_hole(struct stream *stream, int half, uint32_t sequence);

/* Gives up all holes, delivers what waits, and frees the stream. */
void reassembly_close(struct stream *stream);

#endif
