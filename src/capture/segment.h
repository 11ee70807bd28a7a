/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_SEGMENT_H
#define TLSWHY_CAPTURE_SEGMENT_H

/*
 * A segment is what decode finds in a packet: the addresses, and the TCP segment, UDP datagram or ICMP error
 * inside. It borrows the payload from the packet. Everything to the right of decode (connection, reassembly,
 * tls) knows of packets only what stands here.
 */

#include <stdbool.h>
#include <stdint.h>

struct address {
    uint8_t family;    /* 4 or 6; 0 in an empty address */
    uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest is zero */
};

struct endpoint {
    struct address address;
    uint16_t port;
};

/* What may stand around the packet that matters: tags, labels and tunnels. */
enum segment_layer {
    LAYER_NONE,
    LAYER_VLAN,
    LAYER_PROVIDER_BRIDGE,
    LAYER_FABRIC,
    LAYER_MACSEC,
    LAYER_NSH,
    LAYER_MPLS,
    LAYER_PPPOE,
    LAYER_PPP,
    LAYER_WLAN,
    LAYER_IP,
    LAYER_GRE,
    LAYER_ERSPAN,
    LAYER_ETHERIP,
    LAYER_L2TP,
    LAYER_VXLAN,
    LAYER_GENEVE,
    LAYER_GTP,
    LAYER_TEREDO,
    LAYER_LISP,
    LAYER_CAPWAP,
    LAYER_TZSP,
    LAYERS
};

/* The layers around a segment from the outside in, as far as there is room, and the addresses of the
 * outermost IP header where another is inside. */
struct encapsulation {
    struct address source, destination; /* family 0: no IP in anything */
    uint8_t layers[8];                  /* enum segment_layer; LAYER_NONE behind the last */
};

enum segment_transport { SEGMENT_TCP = 6, SEGMENT_UDP = 17 };

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10, TCP_URG = 0x20 };

/* RFC 9293 section 3.1; what the options said stands under `option`. */
struct segment_tcp {
    uint32_t sequence;
    uint32_t acknowledgment;
    uint8_t flags; /* TCP_... */
    uint16_t window;
    uint16_t checksum;
    uint16_t option_mss;        /* 0: the option was absent */
    int8_t option_window_scale; /* -1: absent */
    bool option_sack_permitted;
    bool option_timestamps;
};

struct segment {
    uint64_t packet; /* the packet's number */
    int64_t time;    /* the packet's time */
    struct endpoint source, destination;
    enum segment_transport transport;
    struct segment_tcp tcp; /* only with SEGMENT_TCP */
    const uint8_t *payload;
    uint32_t captured;       /* payload bytes that are there */
    uint32_t length;         /* payload bytes that were on the wire, >= captured */
    uint8_t ttl;             /* IPv4 time to live or IPv6 hop limit */
    uint16_t identification; /* of IPv4's header; with IPv6 0 */
    bool bad_checksum;       /* the TCP or UDP checksum is wrong although the whole segment was captured */
    uint32_t wire_length;    /* of the whole packet */
    const char *origin;      /* the packet's */
    uint32_t input;          /* the packet's */
    struct encapsulation around;
};

/* An ICMP or ICMPv6 error that quotes a packet of some flow (RFC 792, RFC 4443). */
struct icmp_error {
    uint64_t packet;
    int64_t time;
    struct address from;                 /* the box that sent it */
    uint8_t type, code;                  /* as on the wire; the family of `from` tells which registry */
    uint32_t mtu;                        /* fragmentation needed / packet too big: next hop's MTU, else 0 */
    enum segment_transport transport;    /* of the quoted packet */
    struct endpoint source, destination; /* of the quoted packet */
    uint32_t sequence;                   /* of the quoted TCP header */
};

#endif
