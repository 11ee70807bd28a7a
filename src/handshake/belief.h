/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_BELIEF_H
#define TLSWHY_HANDSHAKE_BELIEF_H

/*
 * What each side takes for true, step by step: a client of TLS 1.3 reports success when it has sent its
 * Finished, and hears of the server's refusal later (RFC 8446 section 4.4.4). A side believes what it said
 * itself, and of what the other said only what is proved to have reached it: by TCP's acknowledgment, or by
 * an answer that makes no sense without it. What the packets don't show stays at the step before.
 */

#include "handshake/handshake.h"

/* Writes handshake->beliefs down. After the outcome and what came late were concluded. */
void beliefs_draw(struct handshake *handshake);

/* The last step of a side, or its first with that belief; NULL: none. */
const struct belief_step *belief_last(const struct handshake *handshake, enum side side);
const struct belief_step *belief_find(const struct handshake *handshake, enum side side, enum belief belief);

/* "offered", "established", ... */
const char *belief_name(enum belief belief);

#endif
