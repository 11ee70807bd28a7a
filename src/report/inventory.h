/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_INVENTORY_H
#define TLSWHY_REPORT_INVENTORY_H

/*
 * The inventory holds every distinct certificate that the connections of a run show, with who presented it to
 * whom, how often, and when. It copies what it keeps, and is bounded: what comes beyond the bound is counted.
 */

#include "handshake/handshake.h"

enum { INVENTORY_NAMES = 4, INVENTORY_PEERS = 16 };

/* One end that presented a certificate. */
struct inventory_use {
    enum side side;
    bool as_issuer;                     /* it stood behind the end-entity certificate of its chain */
    bool udp;                           /* DTLS */
    struct endpoint presenter;          /* a client without its port */
    const char *names[INVENTORY_NAMES]; /* that clients asked a server for; escaped */
    uint32_t name_count;
    bool more_names;
    struct endpoint
        peers[INVENTORY_PEERS]; /* distinct ends that it was presented to; clients without ports */
    uint32_t peer_count;
    bool more_peers;
    uint64_t connections;
    int64_t first, last; /* beginnings of the first and of the last of them */
};

/* Texts are escaped already; NULL: the certificate does not tell. */
struct inventory_item {
    uint8_t sha1[20], sha256[32];
    bool readable;
    const char *name; /* for a person: the common name, else a DNS name, else the subject; never NULL */
    const char *subject, *issuer, *serial, *alternative_names, *not_before_text, *not_after_text;
    const char *key, *signature; /* "RSA 2048", "ECDSA P-256"; "SHA256-RSA" */
    certificate_time not_before, not_after;
    uint64_t connections, last_connection; /* how many, and the number of the last */
    int64_t first, last;
    struct inventory_use *uses;
    uint32_t use_count;
    uint64_t uses_left_out; /* connections of further ends */
};

struct inventory;

struct inventory *inventory_new(void);
void inventory_free(struct inventory *inventory); /* NULL is fine */

void inventory_add(struct inventory *inventory, const struct handshake *handshake);

/* By expiry, the soonest first, those without a date last; nothing may be added after it. */
struct inventory_item *inventory_sorted(struct inventory *inventory, uint32_t *count);

struct inventory_totals {
    uint64_t hidden;   /* connections that agreed on TLS 1.3, where no certificate can be read */
    uint64_t resumed;  /* that resumed a session, so that none was sent */
    uint64_t left_out; /* times that a certificate came for which there was no room */
};

struct inventory_totals inventory_totals(const struct inventory *inventory);

#endif
