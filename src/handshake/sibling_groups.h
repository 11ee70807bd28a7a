/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_SIBLING_GROUPS_H
#define TLSWHY_HANDSHAKE_SIBLING_GROUPS_H

/*
 * How siblings are remembered; private to handshake/siblings*.c. Connections of one client to one server that
 * offered the same and went the same way are one group, of which the first and the last are told. A pair (a
 * client and a server) has a few groups, a server a list of its pairs, the liveliest first.
 */

#include "base/clock.h"
#include "base/hash.h"
#include "handshake/siblings.h"

/* What makes two connections alike. Compared as bytes, so it is zeroed before it is filled. */
struct sibling_shape {
    uint64_t hello;      /* of the fingerprint; 0: none */
    uint64_t name, alpn; /* hashes; 0: absent */
    uint64_t leaf;       /* hash of the server's certificate; 0: hidden */
    uint32_t hello_length;
    uint16_t highest, lowest; /* versions offered; 0: no hello, or not known */
    uint16_t version, cipher, group;
    uint8_t alert; /* the fatal one, plus its sender in `alert_by` */
    uint8_t alert_by;
    uint8_t offers_h2;
    uint8_t outcome, phase, resumption_offered, resumed, asked, sent, close_how, close_by;
    uint8_t leaf_fits; /* that certificate has the name: an answer */
};

/* A connection, by its first packet. */
struct occurrence {
    int64_t time;
    uint64_t start;  /* packet number: the connection's identity */
    uint64_t packet; /* the ClientHello's; without one the first */
};

struct sibling_group {
    struct sibling_shape shape;
    struct occurrence first, last;
    uint32_t count; /* 0: the place is free */
    const char *verdict;
};

enum {
    GROUPS = 8,   /* kinds of attempts remembered of a pair */
    PAIRS = 4096, /* pairs remembered in all */
    SIBLING_CHAIN_NAMES = 6,
    NEIGHBOURS = 32 /* pairs of a server that are asked */
};

/* Siblings further away than this, in ns of the capture's time, are none. */
#define SIBLING_WINDOW (300 * CLOCK_SECOND)

struct sibling_pair {
    uint64_t key;
    struct sibling_pair *next_in_bucket;
    struct sibling_pair *newer, *older; /* of all */
    struct sibling_server *server;
    struct sibling_pair *livelier, *quieter; /* of the server's */
    struct sibling_group groups[GROUPS];
};

struct sibling_server {
    uint64_t key;
    struct sibling_server *next_in_bucket;
    struct sibling_pair *liveliest;
};

/* The last time that a client sent a certificate to whatever server. */
struct sibling_certificate {
    uint64_t client;
    struct occurrence sent;
    uint64_t hello;                      /* of the client's fingerprint */
    uint64_t names[SIBLING_CHAIN_NAMES]; /* hashes of those its chain leads through */
    uint32_t name_count;                 /* 0: hidden */
    uint64_t print;                      /* the first bytes of its SHA-256 thumbprint; 0: hidden */
};

struct sibling_keys {
    uint64_t pair, server, client;
};

struct sibling_keys siblings_keys(const struct siblings *siblings, const struct handshake *handshake);
struct sibling_pair *siblings_find_pair(const struct siblings *siblings, uint64_t key);
struct sibling_server *siblings_find_server(const struct siblings *siblings, uint64_t key);
const struct sibling_certificate *siblings_find_certificate(const struct siblings *siblings, uint64_t client);
uint64_t siblings_name_hash(const struct siblings *siblings, struct octets name); /* 0: no name */
struct sibling_shape siblings_shape(const struct siblings *siblings, const struct handshake *handshake);
struct occurrence siblings_occurrence(const struct handshake *handshake);

/* Fills the facts of a handshake from the memory. (siblings_ask.c) */
void siblings_ask(const struct siblings *siblings, const struct handshake *handshake,
                  struct sibling_facts *facts);

#endif
