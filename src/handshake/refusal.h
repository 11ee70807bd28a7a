/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_REFUSAL_H
#define TLSWHY_HANDSHAKE_REFUSAL_H

/*
 * How a client took the certificate that the server sent in the clear. Clients that do not like one say so in
 * an alert, in an encrypted alert behind their own Finished (NSS), by closing, or they complete the handshake
 * and leave without a byte of data (Node, curl). What is not one of these is no refusal, or is not known to
 * be one.
 */

#include "handshake/handshake.h"

enum refusal {
    REFUSAL_NONE,
    REFUSAL_BY_ALERT,        /* that speaks of certificates */
    REFUSAL_BY_HIDDEN_ALERT, /* where the client's Finished was due, or straight after it */
    REFUSAL_BY_CLOSE,        /* nothing was sent after the server's flight */
    REFUSAL_BY_LEAVING,      /* after the handshake, without data */
};

enum refusal refusal_of_server_certificate(const struct handshake *handshake);

/* "alert", "hidden_alert", "close", "leaving"; NULL for none. */
const char *refusal_word(enum refusal refusal);

#endif
