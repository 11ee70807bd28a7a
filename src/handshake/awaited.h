/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_AWAITED_H
#define TLSWHY_HANDSHAKE_AWAITED_H

/*
 * The servers that the user expects to be contacted (--expect-server), and what the run shows of each:
 * packets to its address, a hello or a connection that names it, what DNS said of its name. What never
 * happened has no connection of its own, so it is told at the end of the run.
 */

#include "capture/segment.h"
#include "handshake/handshake.h"

enum { AWAITED_ADDRESSES = 8 };

/* What DNS said of a name. */
enum awaited_lookup { LOOKUP_NONE, LOOKUP_ASKED, LOOKUP_ANSWERED, LOOKUP_NO_SUCH_NAME, LOOKUP_FAILED };

struct awaited_server {
    char *text;             /* as the user wrote it */
    char *name;             /* in A-labels, or an address */
    struct address address; /* family 0: it is a name */
    uint16_t port;          /* 0: any */
    bool contacted;
    uint16_t other_port; /* of its address, where somebody connected to that instead; 0: nobody did */
    enum awaited_lookup lookup;
    struct address resolved[AWAITED_ADDRESSES];
    uint8_t resolved_count;
};

struct awaited;

struct awaited *awaited_new(void);
void awaited_free(struct awaited *awaited); /* NULL is fine */

/* Adds HOST, HOST:PORT or [ADDRESS]:PORT. False, with the reason in `error`, where it is none of them. */
bool awaited_add(struct awaited *awaited, const char *text, struct buffer *error);

/* A packet of the run; a connection that is told of. */
void awaited_see_segment(struct awaited *awaited, const struct segment *segment);
void awaited_see_connection(struct awaited *awaited, const struct handshake *handshake);

uint32_t awaited_count(const struct awaited *awaited);
const struct awaited_server *awaited_at(const struct awaited *awaited, uint32_t index);

/* The one that this connection goes to; NULL: none of them. */
const struct awaited_server *awaited_here(const struct awaited *awaited, const struct handshake *handshake);

#endif
