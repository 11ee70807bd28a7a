/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_PREAMBLE_PREAMBLE_H
#define TLSWHY_PREAMBLE_PREAMBLE_H

/*
 * What two ends say to each other in plain bytes before TLS begins: STARTTLS and its kin, tunnels through
 * proxies, the PROXY protocol's header. A preamble reads the plain bytes of both directions, recognises the
 * protocol by what they say (the port only decides where two greet alike), and tells at which byte TLS, or
 * anything else where a tunnel opens, begins. It owns its facts and never holds more than a few hundred bytes
 * of either direction, however long the lines and packets are.
 *
 * A protocol is a row in one of the tables of this folder and a small function, see preamble/protocol.h.
 */

#include "stream/connection.h"

struct preamble;

enum speaker { SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKERS };

enum { PREAMBLE_TEXT_LIMIT = 128 };

/* Up to PREAMBLE_TEXT_LIMIT bytes of the wire: not escaped, no NUL behind them. */
struct preamble_text {
    char bytes[PREAMBLE_TEXT_LIMIT];
    uint32_t length;
};

struct preamble_facts {
    const char *spoken;        /* "smtp", "mqtt", ...: what was recognised last; NULL: nothing */
    const char *protocol;      /* the same where it led, or was to lead, to TLS; NULL: nothing did */
    bool negotiates;           /* that protocol asks for TLS in words of its own: the answers below count */
    bool offered, not_offered; /* by the server; neither: it did not say */
    bool masked;               /* the word that offers TLS was made unreadable on the way */
    bool asked, accepted, refused;
    bool continued;   /* after a refusal, or without asking, the client went on in plain text */
    bool client_left; /* the client left straight after it had learnt that TLS is not offered */
    struct moment asked_seen, reply_seen, offer_seen;
    bool has_reply_code;
    uint32_t reply_code;
    struct preamble_text reply;     /* the answer to the request, a line of text where it has one */
    uint32_t extra_bytes[SPEAKERS]; /* plain bytes of that side after the switch */
    struct moment extra_seen;       /* the first of them */
    struct endpoint proxied_client; /* of the PROXY protocol's header; family 0: none */
    struct moment proxy_header_seen;
    uint32_t proxy_header_version; /* 1 or 2; 0: no header */
    const char *tunnel;            /* "http-connect" or "socks"; NULL: none */
    struct preamble_text target;   /* where the tunnel was to lead, host:port */
    struct moment tunnel_asked_seen, tunnel_reply_seen;
    uint32_t tunnel_status; /* HTTP status, or SOCKS reply code */
    bool tunnel_answered, tunnel_opened;
};

/* The client takes its leave, in the protocol's words or by closing first: does that answer the server's
 * offer? */
void preamble_client_left(struct preamble_facts *facts);

/* `server_port` decides between protocols that begin alike. */
struct preamble *preamble_new(uint16_t server_port);
void preamble_free(struct preamble *preamble); /* NULL is fine */
size_t preamble_size(void);

/* Bytes that a connection's side begins with are enough to be known for one of these protocols. */
bool preamble_recognises(enum speaker from, const uint8_t *bytes, size_t length);

/* What a step of reading found. */
struct preamble_step {
    size_t taken;         /* bytes that are read, at least one */
    const uint8_t *inner; /* of them: bytes of the TLS stream, unwrapped; borrowed from what was given */
    size_t inner_length;
    bool tls_may_begin; /* what this side sends next may begin with TLS */
    bool begins_anew;   /* a tunnel is open: what both sides send next begins a new conversation */
};

/*
 * Reads on in what one side sent and returns after each line or packet; call again with the rest. `length` is
 * not zero. Bytes that are TLS must not be given, unless preamble_wraps().
 */
struct preamble_step preamble_bytes(struct preamble *preamble, enum speaker from, const uint8_t *bytes,
                                    size_t length, struct moment now);

/* Bytes of that side are missing. */
void preamble_gap(struct preamble *preamble, enum speaker from);

/* The side's TLS is wrapped in packets of the protocol: all its bytes have to go through preamble_bytes(). */
bool preamble_wraps(const struct preamble *preamble, enum speaker from);

/* TLS began in that direction: nothing but wrapped bytes will be given any more. */
void preamble_tls_began(struct preamble *preamble, enum speaker from);

/* Valid as long as the preamble. */
const struct preamble_facts *preamble_facts(const struct preamble *preamble);

/* The attempt to get to TLS ended before TLS began: only meaningful where no TLS was seen. `closed`: the
 * connection was closed by then. */
bool preamble_failed(const struct preamble_facts *facts, bool closed);

#endif
