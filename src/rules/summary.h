/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_SUMMARY_H
#define TLSWHY_RULES_SUMMARY_H

/*
 * The one sentence that says what became of a connection where no rule has a better one.
 */

#include "base/buffer.h"
#include "handshake/handshake.h"

void summary_write(const struct handshake *handshake, struct buffer *out);

#endif
