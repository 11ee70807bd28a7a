/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_FILTER_H
#define TLSWHY_CAPTURE_FILTER_H

/*
 * A filter is a tcpdump expression (pcap-filter(7)) over packets of whatever link types a capture holds. It
 * is compiled for each link type when its first packet comes; packets of a link type for which that fails are
 * left out, and one notice says so.
 */

#include "base/notice.h"
#include "capture/packet.h"
#include <stdbool.h>

struct filter;

/* NULL, after a notice, when the text is no filter for any common link type. Copies the text and the sink. */
struct filter *filter_new(const char *text, const struct notice_sink *notices);

void filter_free(struct filter *filter); /* NULL is fine */

bool filter_matches(struct filter *filter, const struct packet *packet);

#endif
