/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_gate.h"

#include "rules/expression_tree.h"

const struct node *expression_gate(const struct expression *expression)
{
    return expression->root->kind == NODE_AND ? expression->root->parts : expression->root;
}

const struct node *expression_next_condition(const struct expression *expression,
                                             const struct node *condition)
{
    return condition == expression->root ? NULL : condition->next;
}

static bool literals_equal(const struct literal *a, const struct literal *b)
{
    struct value left = literal_value(a), right = literal_value(b);
    return left.type == right.type && a->prefix_bits == b->prefix_bits &&
           values_order(&left, &right, a->prefix_bits) == RELATION_EQUAL;
}

static bool operands_equal(const struct operand *a, const struct operand *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == OPERAND_LITERAL)
        return literals_equal(a->literal, b->literal);
    return a->kind == OPERAND_FIELD && a->field == b->field;
}

static bool sets_equal(const struct set *a, const struct set *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = literals_equal(&a->ranges[i].low, &b->ranges[i].low) &&
                literals_equal(&a->ranges[i].high, &b->ranges[i].high);
    return equal;
}

bool expression_conditions_equal(const struct node *left, const struct node *right)
{
    if (left->kind != right->kind || left->negated != right->negated || left->relation != right->relation)
        return false;
    switch (left->kind) {
    case NODE_FACT:
    case NODE_KNOWN:
        return operands_equal(&left->left, &right->left);
    case NODE_COMPARE:
        return operands_equal(&left->left, &right->left) && operands_equal(&left->right, &right->right);
    case NODE_IN:
        return operands_equal(&left->left, &right->left) && sets_equal(left->set, right->set);
    default:
        return false;
    }
}

void expression_set_gate(struct expression *expression, const struct node *condition)
{
    struct node **at = &expression->root->parts;
    if (condition == expression_gate(expression))
        return;
    while (*at != condition)
        at = &(*at)->next;
    struct node *gate = *at;
    *at = gate->next;
    gate->next = expression->root->parts;
    expression->root->parts = gate;
}

bool expression_gate_holds(const struct node *gate, const struct handshake *handshake)
{
    return node_is_true(gate, handshake);
}

bool expression_holds_behind_gate(const struct expression *expression, const struct handshake *handshake)
{
    if (expression->root->kind != NODE_AND)
        return true;
    const struct node *part = expression->root->parts->next;
    while (part && node_is_true(part, handshake))
        part = part->next;
    return part == NULL;
}
