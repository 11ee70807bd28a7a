/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_INFERENCE_H
#define TLSWHY_HANDSHAKE_INFERENCE_H

/*
 * TLS 1.3 without keys: what the number, the order and the sizes of the encrypted records prove of the
 * messages inside. A Finished has a fixed size for the suite's hash (RFC 8446 section 4.4.4), an empty
 * Certificate and an alert have one too, and most stacks send one record a message and pad nothing (the JDK
 * pads each record by 16 bytes). What fits no reading stays unknown.
 */

#include "handshake/handshake.h"

/* Fills handshake->inference. Only for a handshake whose ServerHello chose TLS 1.3. */
void inference_draw(struct handshake *handshake);

/* Whatever the version, and whether the hellos were captured or not: after data of the client the server sent
 * more than an alert, as none does that refuses the client. */
bool inference_talks_on(const struct handshake *handshake);

#endif
