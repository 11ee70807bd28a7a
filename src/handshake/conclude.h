/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CONCLUDE_H
#define TLSWHY_HANDSHAKE_CONCLUDE_H

/*
 * What follows from a transcript once nothing more comes: version, suite, resumption, how far the handshake
 * came, whether it succeeded, and whether the capture lacks what that judgement rests on. Says only what the
 * packets prove: where they don't, the answer is unknown.
 */

#include "handshake/handshake.h"

/* `hasher` may be NULL: no fingerprints then. */
void handshake_conclude(struct handshake *handshake, struct fingerprinter *hasher);

/* The first alert that can have ended the handshake: fatal, readable, and not sent after the other side had
 * closed. NULL when there is none. RFC 8446 section 6: in 1.3 all but close_notify and user_canceled are. */
const struct alert *handshake_fatal_alert(const struct handshake *handshake);

#endif
