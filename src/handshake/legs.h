/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_LEGS_H
#define TLSWHY_HANDSHAKE_LEGS_H

/*
 * A box that ends TLS and begins it anew has two legs: its client's connection, of which its address is the
 * server, and its own to the server behind it, which begins while the first one lasts. Where a capture holds
 * both, this pairs them: a memory of the last thousand connections whose handshake completed and whose
 * client was not asked for a certificate, within a fixed bound.
 *
 * A box that passes TLS through, or rewrites addresses, has two legs as well, and they carry the same bytes:
 * they are known by the client's random value, of which the latest are remembered too.
 */

#include "handshake/handshake.h"

struct legs;

struct legs *legs_new(void);
void legs_free(struct legs *legs); /* NULL is fine */

/* Forgets all: another capture begins. */
void legs_forget(struct legs *legs);

/* Remembers a concluded handshake: its client's random value, and all of it if it can be a box's front leg.
 */
void legs_note(struct legs *legs, const struct handshake *handshake);

/* Fills handshake->front_leg where this is a back leg whose client was asked for a certificate and sent none:
 * with the latest front leg within which it begins, and whose server has the address of its client. Fills
 * handshake->twin with another connection that carries the same ClientHello. */
void legs_find(struct legs *legs, struct handshake *handshake);

#endif
