/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_EXPRESSION_H
#define TLSWHY_RULES_EXPRESSION_H

/*
 * The expression language of filters (-Y) and of rules' conditions, over the facts of one connection
 * (handshake/fields.h). doc/tlswhy-rules.5 is its manual. An expression is compiled once, type-checked
 * against the table, and evaluated without allocating.
 *
 *   not, and, or, ( )               == != < <= > >=            in { a, b, 1..5 }
 *   LIST contains X                 TEXT contains "part"       TEXT matches "regex" (PCRE2)
 *   any(LIST op X)  all(LIST op X)  count(LIST)  count(LIST op X)  known(FIELD)
 *   integers (10, 0x0304), texts ("..."), booleans, durations (5s, 200ms, 2min), times
 * (2026-01-31T10:32:07Z), addresses and prefixes (10.1.2.3, 10.0.0.0/8, ::1), names of fields
 *
 * Three values: a comparison with an unknown fact is unknown; `not unknown` is unknown; an expression holds
 * only when it is true.
 */

#include "base/buffer.h"
#include "handshake/handshake.h"
#include <stdbool.h>
#include <stddef.h>

struct expression;

/* Where an expression stands, for messages: "rules/x.rules", line 12, column of its first character. */
struct expression_place {
    const char *file;
    unsigned line, column;
};

/* NULL with "FILE:LINE:COLUMN: what is wrong; did you mean ...?" in `error`. */
struct expression *expression_compile(const char *text, size_t length, struct expression_place place,
                                      struct buffer *error);
bool expression_holds(const struct expression *expression, const struct handshake *handshake);
void expression_free(struct expression *expression); /* NULL is fine */

#endif
