/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CHAINS_H
#define TLSWHY_HANDSHAKE_CHAINS_H

/*
 * The certificates that both sides showed, as facts: for each entry of the Certificate messages what
 * certificate/ knows of it. They belong to the run's certificates; a handshake only uses them, and gives
 * them back when it is freed.
 */

#include "certificate/certificates.h"
#include "handshake/handshake.h"

/* Fills handshake->chain. `certificates` must outlive the handshake. */
void chains_read(struct handshake *handshake, struct certificates *certificates);

/* Whether the chains lead to those whom handshake->told trusts; what it expects is remembered when it is
 * seen. */
void chains_judge(struct handshake *handshake);

/* Gives them back; does nothing where none were read. */
void chains_release(struct handshake *handshake);

/* The end-entity certificate of a side; NULL where it was not seen whole. It need not be readable. */
const struct certificate *chains_leaf(const struct handshake *handshake, enum side side);

/* The key that a side showed instead of a certificate, because both agreed on that (RFC 7250); or NULL. */
const struct certificate *chains_raw_key(const struct handshake *handshake, enum side side);

/* Each certificate of a side's chain was captured whole and can be read, and there is at least one. */
bool chains_readable(const struct handshake *handshake, enum side side);

/* The names that a side's chain leads through, from the leaf's own subject up by issuer, at most `limit`. 0
 * where a certificate of it was not captured whole or cannot be read. They belong to the certificates. */
uint32_t chains_names(const struct handshake *handshake, enum side side, struct octets *names,
                      uint32_t limit);

#endif
