/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RUN_H
#define TLSWHY_RUN_H

/*
 * A run takes packets from its inputs, one after the other, through decode, connections and follow, has each
 * concluded handshake judged and reported, and adds up the totals. Each file is a capture of its own: its
 * packets, its TCP connections and its streams are numbered from the start, and what is open at its end is
 * finished there.
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
