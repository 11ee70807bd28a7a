/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_TCP_FACTS_H
#define TLSWHY_STREAM_TCP_FACTS_H

/* Keeps the public facts of a connection, segment by segment. Bytes are not looked at. */

#include "stream/tracked.h"

/* The segment belongs to a new connection between the same endpoints: FACTS_REUSED when Wireshark counts one
 * as well (a SYN with another sequence number), FACTS_REOPENED when only its SYN-ACK was captured. */
enum facts_belonging { FACTS_SAME, FACTS_REUSED, FACTS_REOPENED };
enum facts_belonging facts_belonging(const struct tracked *tracked, int half, const struct segment *segment);

/* The first segment of a connection; facts_segment() follows. */
void facts_start(struct tracked *tracked, const struct segment *segment);

/* Before the segment's bytes go to reassembly. */
void facts_segment(struct tracked *tracked, const struct arrival *arrival);

/* Nothing more will come; the capture went on for `silence` ns without it. */
void facts_finish(struct tracked *tracked, int64_t silence);

/* How long the connection may stay silent. */
enum idle_class facts_idle_class(const struct tracked *tracked);

#endif
