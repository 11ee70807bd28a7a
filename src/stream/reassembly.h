/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_REASSEMBLY_H
#define TLSWHY_STREAM_REASSEMBLY_H

/*
 * Reassembly puts the bytes of TCP streams in order. The work is libnids'; this is the only module that
 * includes nids.h, and libnids sees no packet from the wire: it is opened on a dead raw-IP handle and handed
 * segments composed here, with the connection's number as addresses, real sequence numbers, and a handshake
 * played for it. So IPv6, tunnels, reused ports, connections met midway and streams seen in one direction
 * are all the same simple case to it. A hole that will never be filled is handed to libnids as filler, and
 * reported to the sink as a gap.
 *
 * libnids keeps global state, so one reassembly exists at a time in a process.
 */

#include "base/notice.h"
#include "stream/connection.h"

struct reassembly;
struct stream;

struct reassembly_sink {
    void (*bytes)(void *user, int half, const uint8_t *bytes, size_t length);
    void (*gap)(void *user, int half, uint64_t missing);
};

/* NULL (after a notice) when libnids does not start. `streams`: how many are reassembled at once; the longest
 * idle is closed as by reassembly_close() beyond that, and opened again when it goes on. */
struct reassembly *reassembly_new(const struct reassembly_sink *sink, uint32_t streams,
                                  const struct notice_sink *notices);
void reassembly_free(struct reassembly *reassembly); /* NULL is fine */

/* A stream pair; `user` goes to the sink. Each half starts at the sequence number of its first segment fed,
 * or at the one named by reassembly_expect(). */
struct stream *reassembly_open(struct reassembly *reassembly, void *user);
void reassembly_expect(struct stream *stream, int half, uint32_t sequence);

/* A segment's payload; bytes behind `captured` up to `length` are a gap unless they come again. */
void reassembly_segment(struct stream *stream, int half, uint32_t sequence, const uint8_t *payload,
                        uint32_t captured, uint32_t length);

/* The next sequence number that the sink waits for, and how many bytes wait behind a hole there. */
uint32_t reassembly_next(const struct stream *stream, int half);
uint32_t reassembly_waiting(const struct stream *stream, int half);

/* The hole before the waiting bytes (at most up to `sequence`) will not be filled: reports it and goes on. */
void reassembly_give_up_hole(struct stream *stream, int half, uint32_t sequence);

/* Gives up all holes, delivers what waits, and frees the stream. */
void reassembly_close(struct stream *stream);

#endif
