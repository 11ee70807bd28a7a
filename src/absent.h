/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_ABSENT_H
#define TLSWHY_ABSENT_H

/*
 * What should have been in the capture and is not: the servers of --expect-server that nobody contacted, and
 * a client's certificate to compare with the expected one. Each is judged at the end of the run by the rule
 * for that, through a handshake that never was.
 */

#include "base/notice.h"
#include "handshake/told.h"
#include "report/totals.h"
#include "rules/rules.h"

/* Judges what is absent and puts it into the totals, which own it from then on. */
void absent_judge(const struct told *told, const struct rules *rules, struct totals *totals);

/* For those who read no summary: a notice for each. */
void absent_tell(const struct totals *totals, const struct notice_sink *notices);

#endif
