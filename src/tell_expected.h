/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TELL_EXPECTED_H
#define TLSWHY_TELL_EXPECTED_H

/*
 * Loads what the options --expect-... and --connection-strings say; tell.h calls it.
 */

#include "base/notice.h"
#include "handshake/told.h"
#include "options.h"

/* False where something makes no sense or cannot be read; `notices` has told why, and what had to be cleaned.
 */
bool tell_load_expected(struct told *told, const struct options *options, const struct notice_sink *notices);
void tell_free_expected(struct told *told);

#endif
