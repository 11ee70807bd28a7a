/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_EXPLAIN_H
#define TLSWHY_EXPLAIN_H

/*
 * --explain: what is known of a failure, told without a capture.
 */

#include "report/page.h"
#include "rules/rules.h"
#include <stdbool.h>

/* `what`: a rule by its id, an alert by its name or number, or an error text of some software. False, with a
 * sentence for the user in `error`, when it is none of them. */
bool explain(struct page *page, const struct rules *rules, const char *what, struct buffer *error);

#endif
