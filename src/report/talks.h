/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_TALKS_H
#define TLSWHY_REPORT_TALKS_H

/*
 * Who talks to whom with what result: a line for each client and server (address and port), with its outcomes
 * and its causes. The number of lines is bounded; connections of further pairs are counted as left out. From
 * the lines of one server follow its causes: how many connections of how many clients, since when.
 */

#include "handshake/handshake.h"
#include <string.h>

enum { TALK_CAUSES = 6 };

/* A verdict of some connections. */
struct talk_cause {
    const char *verdict; /* id, owned by the rules; NULL: failed, and no known pattern fits */
    enum severity severity;
    uint64_t count, failed; /* connections, and those whose handshake failed */
    int64_t first, last;    /* beginnings of the first and of the last of them */
};

struct talk {
    struct address client;
    struct endpoint server;
    bool udp;
    uint64_t outcomes[OUTCOME_FAILURE + 1];
    int64_t last_success; /* meaningful with outcomes[OUTCOME_SUCCESS] */
    struct talk_cause causes[TALK_CAUSES];
    uint32_t cause_count; /* more than that of one pair are not told apart */
    uint32_t next;        /* in the bucket: index + 1 */
};

/* All zero is empty and valid. */
struct talks {
    struct talk *items;
    uint32_t count, room;
    uint32_t *buckets;
    uint64_t left_out; /* connections of pairs beyond the bound */
    uint64_t key[2];
};

void talks_add(struct talks *talks, const struct handshake *handshake);

/* By server, then by client; nothing may be added after it. */
void talks_sort(struct talks *talks);
void talks_free(struct talks *talks);

/* One server's cause, over all its clients. */
struct server_cause {
    struct talk_cause cause;
    const struct talk *talk; /* of one of its clients */
    uint32_t clients;
    uint64_t connections; /* of whatever result, to this server */
    bool served_before;   /* one of its clients succeeded before the first failure, at `served_until` last */
    bool served_after;    /* one of them succeeded after it */
    int64_t served_until;
};

struct server_causes {
    struct server_cause *items; /* to be freed */
    size_t count;
};

/* The causes of all servers, the most frequent first. After talks_sort(). */
struct server_causes talks_causes(const struct talks *talks);

static inline bool talk_same_server(const struct talk *a, const struct talk *b)
{
    return a->udp == b->udp && a->server.port == b->server.port &&
           a->server.address.family == b->server.address.family &&
           memcmp(a->server.address.bytes, b->server.address.bytes, 16) == 0;
}

#endif
