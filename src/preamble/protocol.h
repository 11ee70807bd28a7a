/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_PREAMBLE_PROTOCOL_H
#define TLSWHY_PREAMBLE_PROTOCOL_H

/*
 * What the files of this folder share: how a protocol is described, and what its function may do. A protocol
 * cuts each direction into units (lines, tags or packets) and takes them one by one; of a unit longer than
 * UNIT_LIMIT it sees the beginning, and the cursor knows that the rest is missing.
 */

#include "base/cursor.h"
#include "preamble/preamble.h"

enum { UNIT_LIMIT = 256, TAG_LIMIT = 24 };

enum recognition { RECOGNISED_NOT, RECOGNISED_PERHAPS, RECOGNISED };

/* What becomes of the bytes that a side sends next. */
enum lane_state {
    LANE_UNITS,   /* units of the protocol */
    LANE_TLS,     /* TLS; everything else is extra */
    LANE_WRAPPED, /* packets with TLS in them, and TLS itself behind the last of them */
    LANE_IGNORED, /* nothing that could tell anything */
};

/* What frame() says where it cannot say the length of the unit. */
enum { FRAME_MORE = 0 };
#define FRAME_BAD SIZE_MAX

struct protocol {
    const char *name; /* the event's word */
    /* Bytes that the connection, or a tunnel, begins with: as few as can tell, never more than the first
     * unit. NULL: it is only recognised from within another. */
    enum recognition (*begins)(enum speaker from, struct cursor bytes);
    /* Units that end with this byte ... */
    char delimiter;
    /* ... or whose first bytes tell their length: FRAME_MORE where there are too few, FRAME_BAD for nonsense.
     */
    size_t (*frame)(const struct preamble *preamble, enum speaker from, struct cursor head);
    void (*take)(struct preamble *preamble, enum speaker from, struct cursor unit);
    /* For LANE_WRAPPED. */
    struct preamble_step (*unwrap)(struct preamble *preamble, enum speaker from, const uint8_t *bytes,
                                   size_t length);
    bool negotiates; /* asks for TLS in words of its own, unlike a tunnel */
    uint16_t port;   /* where it is at home: decides between protocols that greet alike */
};

struct lane {
    enum lane_state state;
    uint8_t held[UNIT_LIMIT]; /* the unit so far */
    uint32_t have, kept;      /* bytes of it that came, and of those in `held` */
    size_t total;             /* its length once it is known, else 0 */
    bool skip_unit;           /* bytes are missing: the next delimiter ends something unknown */
    bool lost;                /* bytes are missing: what follows may be anything */
    bool tls_began;
    uint64_t skip;         /* bytes of a body to be passed over */
    uint32_t wrapped_left; /* bytes of the packet or record at hand still to come */
    uint32_t wrapped_have; /* bytes of its header that came */
    bool raw;              /* behind the last packet: TLS records without packets */
    uint8_t units;         /* taken, up to 255 */
};

struct preamble {
    const struct protocol *protocol; /* NULL: not recognised yet */
    struct lane lane[SPEAKERS];
    struct preamble_facts facts;
    uint16_t server_port;
    struct moment now; /* of the bytes at hand */
    bool begins_anew;  /* for the step at hand */
    bool listing;      /* the server names its capabilities */
    bool login_only;   /* TDS: encryption ends with the login */
    bool tls_wanted;   /* TDS, RDP: what the client proposed */
    uint8_t kind;      /* of the last command or status, each protocol's own */
    int32_t due;       /* replies that are due, the greeting included */
    int32_t
        due_until_answer;   /* of those, up to and including the one to the request for TLS; 0: none is due */
    int32_t due_until_list; /* likewise, up to the one to the request for the list of capabilities */
    char tag[TAG_LIMIT];    /* IMAP: of the request */
    uint32_t tag_length;
};

/* The tables, each ending with a row of zeroes. */
extern const struct protocol preamble_proxies[], preamble_databases[], preamble_binary[], preamble_text[],
    preamble_tagged[], preamble_tds[];

/* ---- What a protocol's function may do ------------------------------------------------------------------
 */

/* The server's capabilities have been told, TLS among them or not. */
void preamble_offer(struct preamble *preamble, bool offered);

/* The client asked for TLS; what it sends next is to be TLS. */
void preamble_ask(struct preamble *preamble);

/* The server agreed: TLS in both directions. */
void preamble_accept(struct preamble *preamble);

/* It did not: both go on in plain text. */
void preamble_refuse(struct preamble *preamble);

/* The client went on without TLS. */
void preamble_continue(struct preamble *preamble);

/* The client says good-bye. */
void preamble_leave(struct preamble *preamble);

/* Nothing more can come of it. */
void preamble_give_up(struct preamble *preamble);

/* A tunnel's request and the answer to it. */
void preamble_tunnel_asked(struct preamble *preamble, const char *target, size_t length);
void preamble_tunnel_answered(struct preamble *preamble, uint32_t status, bool open);

/* What both sides send next begins a new conversation. */
void preamble_begin_anew(struct preamble *preamble);

/* The protocol turned out to be another one. */
void preamble_turn_to(struct preamble *preamble, const struct protocol *protocol);

void preamble_reply_code(struct preamble *preamble, uint32_t code);
void preamble_reply_text(struct preamble *preamble, struct cursor text);

/* Keeps up to the limit. */
void preamble_text_set(struct preamble_text *text, const void *bytes, size_t length);

#endif
