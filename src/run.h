/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RUN_H
#define TLSWHY_RUN_H

/*
 * A run takes packets from its timeline (capture/timeline.h) through decode, connections and follow, has each
 * concluded handshake judged and reported, and adds up the totals. A connection that is open at the end of a
 * file goes on in the next, where both are one capture; else it is finished there.
 */

#include "base/notice.h"
#include "options.h"
#include "rules/rules.h"

enum run_status {
    RUN_FINE = 0,
    RUN_INCOMPLETE = 1, /* an input could not be read to its end, or the output not written */
    RUN_USAGE = 2,      /* a filter, an expression or a rule makes no sense */
    RUN_FOUND = 3,      /* --fail-on was met; outranks RUN_INCOMPLETE */
};

/* The rules that the options name, or those compiled in; NULL after a notice for each thing wrong. */
struct rules *run_load_rules(const struct options *options, const struct notice_sink *notices);

enum run_status run(const struct options *options, const struct notice_sink *notices);

#endif
