/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_TRACKED_H
#define TLSWHY_STREAM_TRACKED_H

/*
 * What the modules behind stream/connection.h share: a connection with what the table remembers of it for
 * itself, the table, and one segment's arrival. Nothing outside src/stream includes this.
 */

#include "base/hash.h"
#include "stream/arrivals.h"
#include "stream/connection.h"
#include "stream/duplicates.h"
#include "stream/elapsed.h"
#include "stream/reassembly.h"
#include "stream/tombstones.h"

/* Something is missing in what a half sent. While `counting`, the hole's patience runs: what lacks before
 * `mark` is given up when enough segments or enough time went by. */
struct hole {
    int64_t since; /* capture time: appeared, or began counting */
    uint32_t mark;
    uint16_t segments;
    bool open, counting;
};

/* The largest segments that the peer may still acknowledge; see note_size() in stream/tcp_facts.c. */
struct unacknowledged {
    uint32_t end;    /* sequence number behind the largest */
    uint32_t length; /* of the largest, 0: none */
    uint32_t before; /* the largest of those before it, 0: none */
};

struct tracked_half {
    struct hole hole;
    struct arrivals waiting; /* of the segments behind a hole */
    struct unacknowledged largest;
    uint32_t fin_sequence; /* when half.fin is set */
    uint32_t rst_sequence; /* of the first that is plausible; when has_rst_sequence */
    bool has_rst_sequence;
    uint32_t first_acknowledged; /* its first acknowledgment number, when half.sent_ack is set */
    uint32_t doubtful;           /* end of a segment implausibly far ahead, which nothing has confirmed yet */
    bool has_doubtful;
    uint32_t other_initial; /* of a second SYN-ACK, which the client may take instead of the first */
    bool has_other_initial;
    bool based;     /* half.initial_sequence means something */
    bool numbered;  /* half.next_sequence means something */
    bool delivered; /* the listener got bytes of it */
    bool gave_up;   /* what comes next was waiting behind a hole that was just given up */
};

/* Connections wait for their end in one of these lists, the longest silent first. */
enum idle_class { IDLE_OPEN, IDLE_HALF_CLOSED, IDLE_CLOSED, IDLE_CLASSES };

struct tracked {
    struct connection connection; /* the first member: the listener gets its address */
    struct tracked_half half[2];
    struct connections *table;
    uint64_t hash;                 /* of its endpoints: index_hash() */
    struct early *early;           /* segments that came too early; NULL: none ever did */
    struct stream *stream;         /* NULL until the first payload, and when bytes are ignored */
    struct tracked *chain;         /* in its bucket of the index */
    struct tracked *older, *newer; /* in its list, by when they were last seen */
    int64_t seen;                  /* when that was, in the table's elapsed time */
    uint64_t inputs;               /* a bit for each that it has packets in, from `first_input` on */
    uint32_t first_input, input;   /* `input`: of its last packet */
    uint32_t number;               /* among the table's connections, from 1, modulo its range */
    uint8_t idle_class;
    uint8_t busy; /* the listener is being told of it */
    bool ignores_bytes;
};

struct idle_list {
    struct tracked *oldest, *newest;
};

struct connection_index {
    struct hash_key key;
    struct tracked **buckets;
    uint32_t bucket_count; /* a power of two */
    uint32_t count;
    struct tracked *latest; /* the last one found */
};

struct connections {
    struct connection_listener listener;
    struct connection_limits limits;
    struct connections_totals totals;
    struct connection_index index;
    struct idle_list idle[IDLE_CLASSES];
    struct tombstones tombstones;
    struct duplicates duplicates;
    struct reassembly *reassembly;
    int64_t due;            /* nothing expires before, in elapsed time */
    struct moment now;      /* the current packet */
    struct elapsed elapsed; /* what silence is measured by */
    uint32_t *streams;      /* how many connections each input has so far */
    uint32_t input_count;
    uint32_t delivering; /* calls into reassembly that have not returned */
    bool finishing_all;
};

/* One segment on its way through the modules. */
struct arrival {
    const struct segment *segment;
    struct moment now;
    int half;            /* that sent it */
    uint32_t start, end; /* sequence numbers of its payload */
};

/* Capture times come from files and may be anything. */
static inline int64_t time_between(int64_t then, int64_t now)
{
    int64_t difference;
    if (__builtin_sub_overflow(now, then, &difference))
        return now > then ? INT64_MAX : INT64_MIN;
    return difference;
}

#endif
