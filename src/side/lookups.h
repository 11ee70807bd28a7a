/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIDE_LOOKUPS_H
#define TLSWHY_SIDE_LOOKUPS_H

/*
 * What hosts asked DNS in the capture, and what they were told: a ring of the latest questions, found by who
 * asked for which name, and by the address that came back. Only UDP is read. It holds 2048 questions, about
 * 1.5 MiB, whatever comes; the oldest give way.
 */

#include "side/dns.h"
#include "stream/connection.h"

struct lookups;

/* One question of one host to one server. */
struct lookup {
    struct address asker, server;
    uint16_t port, id, type; /* `port` is the asker's */
    struct dns_name name;
    struct moment asked, asked_last; /* packet 0: only the answer was captured */
    uint32_t times;                  /* that it was asked with these numbers */
    struct moment answered;          /* packet 0: not yet */
    struct moment unreachable;       /* an ICMP error that quotes the question */
    uint8_t code;                    /* of the answer: enum dns_code */
    bool truncated;
    uint8_t address_count;
    struct address addresses[DNS_ADDRESSES];
};

struct lookups *lookups_new(void);
void lookups_free(struct lookups *lookups); /* NULL is fine */
void lookups_forget(struct lookups *lookups);

/* A datagram from or to port 53, whatever it holds. */
void lookups_datagram(struct lookups *lookups, const struct segment *segment);

/* An ICMP error that quotes a datagram. */
void lookups_icmp(struct lookups *lookups, const struct icmp_error *error);

/* Nothing was asked yet. */
bool lookups_are_empty(const struct lookups *lookups);

/* The latest lookup of this name by that host, or with `before` the one before that one; NULL: none. The name
 * is in lower case. */
const struct lookup *lookups_find(const struct lookups *lookups, const struct address *asker,
                                  const char *name, size_t length, const struct lookup *before);

/* Walks from the latest lookup to older ones, whoever made them; NULL: there are no more. */
const struct lookup *lookups_next(const struct lookups *lookups, const struct lookup *before);

/* The latest lookup up to `now` that gave this address, of that host where it made one, else of any. */
const struct lookup *lookups_of_address(const struct lookups *lookups, const struct address *address,
                                        const struct address *asker, int64_t now);

#endif
