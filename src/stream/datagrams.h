/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_DATAGRAMS_H
#define TLSWHY_STREAM_DATAGRAMS_H

/*
 * The conversations of UDP, kept as connections (stream/connection.h) so that whoever reads a connection
 * reads them too; what only TCP has stays empty. UDP opens and closes nothing: the owner says which datagram
 * is worth a conversation, and silence ends it. Datagrams that nobody wants cost a look and no memory. The
 * table knows nothing of what the datagrams hold.
 */

#include "stream/connection.h"

enum datagram_use {
    DATAGRAM_TAKEN,
    DATAGRAM_BEGINS_ANEW, /* the two ends are the old ones, the conversation is not: finish the one that was,
                             and give me this one again */
};

struct datagram_listener {
    /* A datagram between two ends that have no conversation: is it worth one? */
    bool (*begins)(void *user, const struct segment *segment);
    /* A datagram that `half` sent. It must not begin anew twice in a row. */
    enum datagram_use (*datagram)(void *user, struct connection *connection, int half,
                                  const struct segment *segment);
    /* Nothing more will come; the table frees the connection after this call (the owner frees `attached`). */
    void (*finished)(void *user, struct connection *connection);
    void *user;
};

struct datagram_limits {
    uint32_t conversations; /* kept at once; the longest idle is finished early beyond that. 0: 24576 */
    int64_t idle;           /* ns of capture time after which a silent conversation is finished. 0: 60 s */
};

struct datagrams;

struct datagrams *datagrams_new(const struct datagram_listener *listener,
                                const struct datagram_limits *limits); /* limits may be NULL */

/* What is not UDP is passed over. */
void datagrams_segment(struct datagrams *table, const struct segment *segment);
void datagrams_icmp(struct datagrams *table, const struct icmp_error *error);

/* Capture time went on to `now`: finishes what has been silent. */
void datagrams_advance(struct datagrams *table, int64_t now);

/* The next packet comes at `now`, but nobody watched since the last one. */
void datagrams_skip_to(struct datagrams *table, int64_t now);

/* Finishes the longest idle conversation; false when there is none. */
bool datagrams_evict(struct datagrams *table);

/* Finishes every conversation in the order of their first packets, e.g. at the end of the input. */
void datagrams_finish(struct datagrams *table);
void datagrams_free(struct datagrams *table); /* without telling the listener; NULL is fine */

struct datagrams_totals {
    uint64_t conversations; /* ever seen */
    uint64_t evicted;       /* finished early because of a bound */
    uint64_t duplicates;    /* datagrams that were captured once more */
};

const struct datagrams_totals *datagrams_totals(const struct datagrams *table);

#endif
