/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_CONNECTION_H
#define TLSWHY_STREAM_CONNECTION_H

/*
 * A connection is what TCP's headers tell of one conversation: who opened it, what was lost, who closed
 * first and how, what came after the close. The table owns the connections, gives each segment to the right
 * one, has its bytes put in order (stream/reassembly.h), and tells its owner of bytes, holes and ends. It
 * knows nothing of TLS. What the owner keeps about a connection hangs on its `attached` pointer.
 *
 * The two ends are halves 0 and 1: half 0 sent the first packet of the connection in the capture. Which of
 * them is the client is decided by the SYN or the SYN-ACK (RFC 9293 section 3.5), else told by the owner as
 * soon as the bytes give it away.
 */

#include "base/notice.h"
#include "capture/segment.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum close_how { CLOSE_OPEN, CLOSE_FIN, CLOSE_RST, CLOSE_TIMEOUT };

/* When and where something was first seen; packet 0 means never. */
struct moment {
    uint64_t packet;
    int64_t time;
};

/* One end of the connection, and what it sent. */
struct half {
    struct endpoint endpoint;
    uint32_t syn_count;        /* SYNs with that sequence number */
    uint32_t initial_sequence; /* of the SYN; met midway: one before the first byte */
    uint32_t next_sequence;    /* one past the highest sequence number sent */
    uint32_t acknowledged;     /* highest acknowledgment number sent */
    struct moment syn;         /* first SYN (with or without ACK) */
    uint64_t packets;
    uint64_t payload_bytes; /* distinct stream bytes sent, as far as sequence numbers tell */
    uint64_t missing_bytes; /* stream bytes that the capture lacks, while the owner wanted bytes */
    uint64_t cut_bytes;     /* of those: in captured packets that were cut short (snaplen) */
    uint32_t retransmitted; /* segments with payload sent again, keep-alives excluded */
    uint32_t unheard;      /* of those: sent after a pause, not acknowledged, while the connection was open */
    uint32_t out_of_order; /* segments that arrived behind a later one, not sent again */
    uint32_t keep_alives;
    uint32_t zero_windows;
    uint32_t bad_checksums;
    uint32_t max_payload; /* its largest segment's payload that the peer acknowledged */
    uint16_t mss;         /* option of the SYN; 0: none */
    int8_t window_scale;  /* option of the SYN; -1: none */
    uint8_t ttl;          /* of its SYN or SYN-ACK, else of its first packet */
    uint8_t rst_ttl;      /* of its first RST */
    bool sent_ack;        /* `acknowledged` means something */
    struct moment first_payload;
    struct moment last_payload;
    struct moment fin;
    struct moment rst;
    uint64_t bytes_after_close; /* payload it sent after the connection's first FIN or RST came from the other
                                   end */
};

struct connection {
    uint32_t stream; /* index among the TCP connections of its origin, as Wireshark's tcp.stream */
    enum segment_transport transport;
    struct half half[2];
    int client;                /* index of the client's half, or -1 while unknown */
    bool opened_by_syn;        /* the SYN or SYN-ACK was seen: `client` is certain */
    bool midstream;            /* the beginning is missing: no SYN or SYN-ACK of it was seen */
    bool one_sided;            /* packets of one half only, although the other must have sent some; known at
                                  the end */
    bool timed_out;            /* fell silent for a minute or longer while the capture went on */
    struct moment first, last; /* packets seen */
    struct moment established; /* the handshake's third step, or the first payload when met midway */
    struct moment closed;      /* the first FIN or RST; an RST with an impossible sequence number only when
                                  no payload followed */
    struct moment spoken;      /* the last payload of either half before that; packet 0: there was none */
    int closed_by;             /* half that sent it; -1: none */
    enum close_how how;        /* CLOSE_TIMEOUT: not closed, but timed_out */
    struct moment refused;     /* RST in answer to the SYN, before anything else */
    struct icmp_error icmp;    /* first ICMP error that quotes it; icmp.packet 0: none */
    uint32_t icmp_count;
    uint64_t packets, bytes;     /* of both halves; bytes as on the wire */
    uint64_t duplicates;         /* packets that were captured once more; in no other figure here */
    struct encapsulation around; /* its first packet */
    const char *origin; /* name of the capture or interface of the first packet; the source's own string */
    void *attached;     /* the owner's; NULL at first */
    void *watched;      /* likewise, of who looks at it beside the owner */
};

/* What a table's owner is told. `user` is what connections_new() was given. */
struct connection_listener {
    /* A connection begins with this segment, of which nothing is noted yet but the endpoints; half 0 sent it.
     * May be NULL. */
    void (*begun)(void *user, struct connection *connection, const struct segment *segment);
    /* The next bytes of the stream that `half` sent, in order, once. `now` is the packet that completed them,
     * also where they waited behind a hole and come only now that it is given up. */
    void (*bytes)(void *user, struct connection *connection, int half, const uint8_t *bytes, size_t length,
                  struct moment now);
    /* The next `missing` bytes of that stream will never come; what follows begins behind them. What a
     * connection met midway lacks before its first byte is no gap. */
    void (*gap)(void *user, struct connection *connection, int half, uint64_t missing, struct moment now);
    /* Nothing more will come; the table frees the connection after this call (the owner frees `attached`). */
    void (*finished)(void *user, struct connection *connection);
    void *user;
};

struct connection_limits {
    uint32_t connections; /* kept at once; the longest idle is finished early beyond that. 0: 24576 */
    int64_t linger;       /* ns of capture time a closed connection is kept for what still comes. 0: 2 s */
    int64_t idle;         /* ns of capture time after which a silent connection is finished. 0: 3600 s */
};

struct connections;

/* One table a process: it owns the process's only libnids. Limits may be NULL. NULL (after a notice) when
 * libnids does not start. */
struct connections *connections_new(const struct connection_listener *listener,
                                    const struct connection_limits *limits,
                                    const struct notice_sink *notices);
void connections_segment(struct connections *table, const struct segment *segment);
void connections_icmp(struct connections *table, const struct icmp_error *error);

/* Capture time went on to `now` (also without packets, on a live interface): finishes what has lingered. A
 * time that lies behind lets nothing happen. */
void connections_advance(struct connections *table, int64_t now);

/* The next packet comes at `now`, but nobody watched since the last one: what was silent meanwhile may not
 * have been. */
void connections_skip_to(struct connections *table, int64_t now);

/* Finishes every connection in the order of their first packets, e.g. at the end of the input. */
void connections_finish(struct connections *table);
void connections_free(struct connections *table); /* without telling the listener; NULL is fine */

/* Finishes the longest idle connection now; false when there is none that the listener is not just being told
 * of, and during connections_finish(). For an owner whose own memory bound is hit; the listener may call
 * it. */
bool connections_evict(struct connections *table);

/* Finishes the closed connection that has lingered longest, if that is an eighth of what it may: where there
 * are many, they are not all waited for. False when there was none. */
bool connections_release(struct connections *table);

/* The owner learnt from the bytes which half is the client. No effect when TCP has already said it. */
void connection_set_client(struct connection *connection, int half);

/* The owner needs no more bytes of this connection (no TLS here): only TCP's facts are kept from now on. The
 * listener may call it. */
void connection_ignore_bytes(struct connection *connection);

struct connections_totals {
    uint64_t connections;   /* ever seen */
    uint64_t evicted;       /* finished early because of a bound */
    uint64_t bad_checksums; /* segments */
    uint64_t retransmitted, out_of_order, missing_bytes;
    uint64_t duplicates; /* segments that were captured once more */
    uint64_t stray;      /* segments of connections that were already finished */
};

const struct connections_totals *connections_totals(const struct connections *table);

#endif
