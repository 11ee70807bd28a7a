/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_LAYER_H
#define TLSWHY_CAPTURE_LAYER_H

/*
 * What decode's layers share. A layer is a function that takes its header off the front of what is left of
 * the packet and names the layer that follows, or none when the walk ends there. Which layer a number stands
 * for is said in tables: of link types in link.c, EtherTypes in ethernet.c, IP protocols in ip.c.
 */

#include "base/cursor.h"
#include "capture/decode.h"

struct walk;

/* A layer; `open` is NULL for none. */
struct layer {
    struct layer (*open)(struct walk *walk);
};

/* The way through one packet. */
struct walk {
    struct cursor rest; /* what no layer has opened yet */
    const struct packet *packet;
    struct decoded *out;
    struct endpoint *source, *destination; /* where the next IP header's addresses go */
    bool quoted;                           /* inside what an ICMP error quotes */
    bool directly;                         /* an IP header's protocol number is IP itself */
    bool rerouted;               /* the checksum was made for another destination than the header's */
    enum decode_outcome outcome; /* counts when no layer follows */
};

struct layer_row {
    uint32_t number;
    struct layer (*open)(struct walk *walk);
};

/* The table's layer for a number, or none: the walk then ends as DECODE_OTHER. */
static inline struct layer layer_find(const struct layer_row *rows, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].number == number)
            return (struct layer){rows[i].open};
    return (struct layer){NULL};
}

/* Keeps the name of a layer that is around the packet that matters; of very many, the outer ones. */
static inline void layer_note(struct walk *walk, enum segment_layer name)
{
    uint8_t *layers = walk->out->segment.around.layers;
    if (walk->quoted)
        return;
    for (size_t i = 0; i < sizeof walk->out->segment.around.layers; i++)
        if (layers[i] == LAYER_NONE) {
            layers[i] = (uint8_t)name;
            return;
        }
}

static inline struct layer layer_end(struct walk *walk, enum decode_outcome outcome)
{
    walk->outcome = outcome;
    return (struct layer){NULL};
}

/* The header did not fit, or contradicts itself: the cursor knows which. */
static inline struct layer layer_broken(struct walk *walk)
{
    bool cut = walk->rest.status == CURSOR_NOT_CAPTURED;
    return layer_end(walk, cut ? DECODE_NOT_CAPTURED : DECODE_MALFORMED);
}

/* Cuts what is left to `length` bytes, as a header says. Where that is more than was on the wire, the capture
 * was cut by a tool that did not keep the length, so the rest counts as not captured. */
static inline void layer_limit(struct walk *walk, size_t length)
{
    struct cursor *rest = &walk->rest;
    rest->uncaptured = length > rest->left ? length - rest->left : 0;
    rest->left = length < rest->left ? length : rest->left;
}

/* By what other layers name them. */
struct layer layer_of_link_type(uint16_t link_type);
struct layer layer_of_ether_type(uint16_t ether_type);
struct layer layer_of_ppp_protocol(uint16_t protocol);

/* What the protocol number of an IP header that was just read announces. */
struct layer layer_open_ip_protocol(struct walk *walk, uint8_t protocol);

/* When datagrams from or to this UDP port are a tunnel and the payload has the tunnel's form: takes the
 * tunnel's header off the payload, and names the layer inside and the tunnel. Else none, and the payload is
 * of no use any more. */
struct layer layer_enter_udp_tunnel(uint16_t port, struct cursor *payload, enum segment_layer *name);

/* L2TP over UDP (RFC 2661, RFC 3931): likewise. */
struct layer layer_enter_l2tp(struct cursor *payload);

/* What the bytes begin with, where nothing says so: an IP packet, or an Ethernet frame with one; else none.
 */
struct layer layer_guess(struct cursor bytes);

struct layer layer_ethernet(struct walk *walk);
struct layer layer_llc(struct walk *walk);
struct layer layer_wlan(struct walk *walk);           /* IEEE 802.11 */
struct layer layer_wlan_aggregate(struct walk *walk); /* several frames in one, from the first's header on */
struct layer layer_wlan_radiotap(struct walk *walk);  /* the same behind what a receiver says of its signal */
struct layer layer_wlan_prism(struct walk *walk);
struct layer layer_wlan_avs(struct walk *walk);
struct layer
layer_wlan_swapped(struct walk *walk); /* its frame control with the bytes swapped, as in CAPWAP */
struct layer layer_mpls(struct walk *walk);
struct layer layer_ppp(struct walk *walk); /* from the protocol field on */
struct layer layer_pppoe(struct walk *walk);
struct layer layer_gre(struct walk *walk);
struct layer layer_etherip(struct walk *walk);
struct layer layer_l2tp(struct walk *walk); /* over IP */
struct layer layer_nsh(struct walk *walk);
struct layer layer_ipv4(struct walk *walk);
struct layer layer_ipv6(struct walk *walk);
struct layer layer_ip(struct walk *walk); /* the first four bits tell which */
struct layer layer_tcp(struct walk *walk);
struct layer layer_udp(struct walk *walk);
struct layer layer_icmp(struct walk *walk);
struct layer layer_icmpv6(struct walk *walk);

#endif
