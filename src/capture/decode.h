/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_DECODE_H
#define TLSWHY_CAPTURE_DECODE_H

/*
 * decode opens a packet layer by layer until it stands before TCP, UDP or an ICMP error. One table says which
 * function opens which layer; a new link type or tunnel is one row and one small function. It keeps no
 * state between packets and prints nothing: what it could not read it counts by reason, for the summary.
 */

#include "capture/packet.h"
#include "capture/segment.h"
#include <stddef.h>

enum decode_outcome {
    DECODE_SEGMENT,      /* `segment` is filled */
    DECODE_ICMP_ERROR,   /* `icmp` is filled */
    DECODE_OTHER,        /* well-formed, but neither: ARP, other protocols, plain ICMP */
    DECODE_FRAGMENT,     /* a piece of a fragmented IP packet that can't stand alone */
    DECODE_NOT_CAPTURED, /* the headers go on behind what was captured */
    DECODE_MALFORMED,    /* the headers contradict themselves */
    DECODE_UNKNOWN_LINK, /* no row for this link type */
    DECODE_OUTCOMES
};

/* With DECODE_FRAGMENT; addresses, hop limit and what is around stand in `segment`. */
struct fragment {
    uint32_t identification;
    uint8_t protocol; /* of IPv6 the next header, which counts in the first fragment only */
    bool more;        /* not the last */
    bool rerouted;    /* the header's destination is not the one that the checksum was made for */
    uint32_t offset;  /* bytes */
    const uint8_t *bytes;
    uint32_t captured, length; /* as in a segment */
};

/* Frames that stand in the packet behind the one that was opened: a wireless packet can hold several. */
struct further_frames {
    const uint8_t *bytes;
    uint32_t captured, length; /* 0: there are none */
    struct segment outside;    /* as far as it is known from what is around them */
};

struct decoded {
    struct segment segment;
    struct icmp_error icmp;
    struct fragment fragment;
    struct further_frames further;
};

/* Opens one packet. `out` borrows from the packet. */
enum decode_outcome decode_packet(const struct packet *packet, struct decoded *out);

/* Opens the next of the further frames, of which there is one. */
enum decode_outcome decode_further(const struct packet *packet, struct decoded *out);

/* Goes on where decode_packet() ended with DECODE_FRAGMENT: `whole` is the datagram that the fragment
 * completes, from which `out` borrows then. */
enum decode_outcome decode_datagram(const struct packet *packet, const struct fragment *whole,
                                    struct decoded *out);

/* A layer's name for the report: "vlan", "gre". */
const char *decode_layer_name(enum segment_layer layer);

/* A link type's name for messages, "EN10MB (Ethernet)", or "link type 147" when it has none here. */
const char *decode_link_name(uint16_t link_type, char *scratch, size_t size);

#endif
