/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TELL_H
#define TLSWHY_TELL_H

/*
 * Loads what the command line tells about clients and servers: whom they trust, which is --ca-file, --ca-path
 * and --system-trust for both, --client-ca-file for what servers trust in clients, the revocation lists of
 * --crl-file, what the options --expect-... name, and which certificate a client holds (--try-cert).
 */

#include "base/notice.h"
#include "handshake/told.h"
#include "options.h"

/* False where something cannot be read; `notices` has told why. */
bool tell_load(struct told *told, const struct options *options, const struct notice_sink *notices);
void tell_free(struct told *told); /* what it owns */

#endif
