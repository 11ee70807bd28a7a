/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TRUSTED_H
#define TLSWHY_TRUSTED_H

/*
 * Whom clients and servers trust, as the command line says: --ca-file, --ca-path and --system-trust for
 * both, --client-ca-file for what servers trust in clients.
 */

#include "base/notice.h"
#include "certificate/trust.h"
#include "options.h"

struct trusted {
    struct trust *servers; /* judges what servers send; NULL: nobody said */
    struct trust *clients; /* judges what clients send; the same one where nothing else was said */
};

/* False where a store cannot be read; `notices` has told why. */
bool trusted_load(struct trusted *trusted, const struct options *options, const struct notice_sink *notices);
void trusted_free(struct trusted *trusted); /* what it owns */

#endif
