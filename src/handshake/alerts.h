/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_ALERTS_H
#define TLSWHY_HANDSHAKE_ALERTS_H

/*
 * What a handshake's alerts say of it, for whatever carries it.
 */

#include "handshake/handshake.h"

/* The first alert that can have ended the handshake: fatal, readable, and not sent after the other side had
 * closed. NULL when there is none. RFC 8446 section 6: in 1.3 all but close_notify and user_canceled are. */
const struct alert *handshake_fatal_alert(const struct handshake *handshake);

/* An alert was sent that encryption hides. */
bool handshake_has_hidden_alert(const struct handshake *handshake);

#endif
