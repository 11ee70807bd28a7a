/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_CONCLUDE_DATAGRAMS_H
#define TLSWHY_HANDSHAKE_CONCLUDE_DATAGRAMS_H

/*
 * What handshake/conclude.c concludes from TCP's closes and TLS's records, for conversations over UDP: DTLS
 * and QUIC show other things, and the end of a conversation is silence. For handshakes whose carrier is not
 * TLS only.
 */

#include "handshake/handshake.h"

enum phase datagrams_phase(const struct handshake *handshake);

/* After the phase. */
enum outcome datagrams_outcome(const struct handshake *handshake);

/* Something that the judgement rests on may be missing from the capture. */
bool datagrams_lack_evidence(const struct handshake *handshake);

/* Packets of one half only, although the other must have sent some. */
bool datagrams_are_one_sided(const struct handshake *handshake);

/* Whose last word, hidden by QUIC's encryption, looks like a refusal: the client's in place of its Finished,
 * or the server's few bytes after it, and nobody says more. After the phase. */
enum side quic_gave_up(const struct handshake *handshake);

#endif
