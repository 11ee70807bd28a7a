/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIDE_FETCHES_H
#define TLSWHY_SIDE_FETCHES_H

/*
 * The connections of a capture that are not for TLS, and what was fetched on them over plain HTTP. A
 * connection counts from its first packet on, so that one which never opens is known while its SYN is still
 * being sent again. Kept are the latest 2048 connections and the latest 2048 requests: 1.5 MiB, up to 1 KiB
 * for the URL of each request, and up to 7 KiB for each connection whose HTTP is being read; of a body what
 * may be ASN.1 or PEM, up to 1 MiB each and 4 MiB in all, else its first bytes. The oldest give way.
 */

#include "certificate/revocation.h"
#include "side/http.h"
#include "stream/connection.h"

struct fetches;
struct request;

/* The owner; it may fill what is its own in the request. */
struct fetches_listener {
    void (*fetched)(void *user,
                    struct request *request); /* the answer is complete. NULL: nobody wants to know */
    void *user;
};

struct fetches *fetches_new(const struct fetches_listener *listener);
void fetches_free(struct fetches *fetches); /* NULL is fine */
void fetches_forget(struct fetches *fetches);

/* ---- What the connection table says -------------------------------------------------------------------- */

/* A connection begins that may have to do with fetching; `client` is the half that opens it. Sets
 * connection->watched. */
void fetches_begin(struct fetches *fetches, struct connection *connection, int client);

/* Of a watched connection: its bytes as they come, a gap in them, its end. It is watched no longer after its
 * end, and when fetches_drop() says that it carries something else. */
void fetches_bytes(struct fetches *fetches, struct connection *connection, int half, const uint8_t *bytes,
                   size_t length, struct moment now);
void fetches_gap(struct fetches *fetches, struct connection *connection, int half, uint64_t missing);
void fetches_over(struct fetches *fetches, struct connection *connection);
void fetches_drop(struct fetches *fetches, struct connection *connection);

/* More bytes of this connection are of use. */
bool fetches_want(const struct connection *connection);

/* ---- What is remembered -------------------------------------------------------------------------------- */

/* How far a connection came. */
struct dial {
    struct endpoint client, server;
    struct moment first, last;
    uint32_t syn_count;
    bool answered; /* the server's side sent something */
    struct moment established, refused, closed;
    struct moment icmp;
    struct address icmp_from;
};

struct request {
    struct endpoint client, server;
    const char *url; /* http://host:port/path, cut where it is very long; NUL-terminated */
    char method[12];
    struct moment asked, answered, complete; /* the request's head, the answer's head and its end */
    struct moment closed;                    /* the connection ended before the answer was complete */
    uint16_t status;
    char asked_type[64], content_type[64];
    uint64_t length;     /* of the body, as far as it came */
    const uint8_t *body; /* its beginning */
    uint32_t body_length;
    bool whole_body; /* `body` is all of it */
    bool was_read;   /* the owner read it as something about revocation */
    struct revocation_reading reading;
};

/* Walk from the latest to older ones of this client, down to those that began at `since`; NULL and 0: there
 * are no more. `before` is none at first. */
uint64_t fetches_next_dial(const struct fetches *fetches, const struct address *client, int64_t since,
                           uint64_t before, struct dial *out);
const struct request *fetches_next_request(const struct fetches *fetches, const struct address *client,
                                           int64_t since, const struct request *before);

/* Nothing was begun yet. */
bool fetches_are_empty(const struct fetches *fetches);

#endif
