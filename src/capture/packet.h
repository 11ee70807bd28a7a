/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_PACKET_H
#define TLSWHY_CAPTURE_PACKET_H

/*
 * A packet as it was captured: what a source hands to decode. It borrows its bytes from the source, which
 * keeps them until the next packet is asked for.
 */

#include <stdint.h>

/* Whatever a file claims, times lie between these (1823 and 2116), so that two of them can be subtracted. */
#define PACKET_EARLIEST (-(INT64_C(1) << 62))
#define PACKET_LATEST   ((INT64_C(1) << 62) - 1)

struct packet {
    uint64_t number;      /* within its file or interface, from 1: the number that Wireshark shows */
    int64_t time;         /* ns since the epoch; see base/clock.h */
    const uint8_t *bytes; /* the link layer's first byte */
    uint32_t captured;    /* bytes that are there */
    uint32_t length;      /* bytes that were on the wire, >= captured */
    uint16_t link_type;   /* LINKTYPE_ value as in pcap files (https://www.tcpdump.org/linktypes.html) */
    uint64_t offset;      /* of the packet's record in the file; 0 when live */
    const char *origin;   /* name of the file or interface; lives as long as the source */
    uint32_t input;       /* which of the run's files it came from, from 0 */
};

#endif
