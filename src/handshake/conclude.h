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

#endif
