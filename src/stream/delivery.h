/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_DELIVERY_H
#define TLSWHY_STREAM_DELIVERY_H

/*
 * Gets a connection's payload through reassembly to the listener, and decides when a hole in it has lasted
 * long enough: when the receiver acknowledged what lies in it, the sender will not send it again, and only
 * the capture's own disorder may still bring it.
 */

#include "stream/tracked.h"

/* The table's reassembly. False when libnids does not start. */
bool delivery_start(struct connections *table, const struct notice_sink *notices);
void delivery_stop(struct connections *table);

/* After facts_segment(): the segment's payload, and what its acknowledgment says of holes. */
void delivery_segment(struct tracked *tracked, const struct arrival *arrival);

/* Delivers what is left, reports the bytes that will not come any more, and lets go of the stream. */
void delivery_finish(struct tracked *tracked);

/* Lets go of the stream of a connection whose bytes are ignored, unless reassembly is at work. */
void delivery_drop(struct tracked *tracked);

#endif
