/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_LIVE_H
#define TLSWHY_CAPTURE_LIVE_H

/*
 * Packets from a network interface, by libpcap. Never blocks: where there is no packet it says SOURCE_WAIT,
 * and its descriptor becomes readable when there is one.
 */

#include "capture/source.h"

struct live;

/* As source_open_live(). `name` lives as long as the source; the sink is copied. */
struct live *live_open(const char *name, const char *filter, const struct source_live_options *options,
                       const struct notice_sink *notices);

/* Fills all of `packet` but the origin. */
enum source_outcome live_next(struct live *live, struct packet *packet);

int live_descriptor(const struct live *live);
uint64_t live_dropped(const struct live *live);
void live_close(struct live *live);

#endif
