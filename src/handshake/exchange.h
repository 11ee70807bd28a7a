/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_EXCHANGE_H
#define TLSWHY_HANDSHAKE_EXCHANGE_H

/*
 * What followed a completed handshake, as far as the order and the sizes of records tell without keys: who
 * asked, who answered, and whether the side that closed said so in TLS. A record's content is as long as the
 * record less what its suite adds, and in TLS 1.3 less what its sender pads.
 */

#include "handshake/handshake.h"

/* Fills handshake->exchange. Only for a handshake that completed; in TLS 1.3 after inference_draw(). */
void exchange_draw(struct handshake *handshake);

/* Bytes of content in an encrypted record of that side; 0 where the suite does not let it be told. */
uint32_t exchange_content(const struct handshake *handshake, enum side side, uint32_t length);

#endif
