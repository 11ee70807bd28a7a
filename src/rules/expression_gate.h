/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_EXPRESSION_GATE_H
#define TLSWHY_RULES_EXPRESSION_GATE_H

/*
 * The gate of an expression is one of the conditions that all have to be true: at first the one that was
 * written first. Many rules share one ("not established and ..."), so an engine that asks each gate once per
 * connection need not look at most of its rules at all.
 */

#include "rules/expression.h"

struct node;

const struct node *expression_gate(const struct expression *expression);
bool expression_gate_holds(const struct node *gate, const struct handshake *handshake);

/* The conditions, from the gate on; NULL behind the last. */
const struct node *expression_next_condition(const struct expression *expression,
                                             const struct node *condition);

/* They ask the same. False where that is not obvious. */
bool expression_conditions_equal(const struct node *left, const struct node *right);

/* Another of its conditions becomes the gate: what is asked first changes no answer. */
void expression_set_gate(struct expression *expression, const struct node *condition);

/* The rest of it holds too; only where its gate does. */
bool expression_holds_behind_gate(const struct expression *expression, const struct handshake *handshake);

#endif
