/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_REASON_H
#define TLSWHY_REPORT_REASON_H

/* Why a run has nothing to report, in words for a person: nobody is to take silence for health. */

#include "base/buffer.h"
#include "report/totals.h"

/* "No TLS connection found. ...", for a run without events. */
void reason_add(struct buffer *out, const struct totals *totals);

/* Not one packet could be read, as tlswhy does not know their link type. */
bool reason_is_unknown_link(const struct totals *totals);

#endif
