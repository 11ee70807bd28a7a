/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_EXPRESSION_GATE_H
#define TLSWHY_RULES_EXPRESSION_GATE_H

/*
 * The gate of an expression is the first of the conditions that all have to be true. Many rules begin with
 * the same one ("not established and ..."), so an engine that asks each gate once per connection need not
 * look at most of its rules at all.
 */

#include "rules/expression.h"

/* They ask the same. False where that is not obvious. */
bool expression_gates_equal(const struct expression *a, const struct expression *b);

bool expression_gate_holds(const struct expression *expression, const struct handshake *handshake);

/* The rest of it holds too; only where its gate does. */
bool expression_holds_behind_gate(const struct expression *expression, const struct handshake *handshake);

#endif
