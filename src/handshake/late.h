/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_LATE_H
#define TLSWHY_HANDSHAKE_LATE_H

/*
 * Client authentication after the handshake, seen from outside: up to TLS 1.2 by renegotiation, whose records
 * keep their type, in TLS 1.3 post-handshake, whose records keep their sizes only. An empty Certificate has a
 * size of its own in both; the side's own Finished shows what a record adds to a message.
 */

#include "handshake/handshake.h"

/* Fills handshake->late. Only for a handshake that completed. */
void late_draw(struct handshake *handshake);

#endif
