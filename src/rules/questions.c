/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every connection is asked. Of the conditions of a rule that all have to be true, the one that it
 * shares with the most other rules is its gate: a connection that is in good health leaves most rules at
 * once.
 */
#include "rules/rule.h"

#include "base/memory.h"
#include "rules/expression_gate.h"
#include <stdlib.h>

/* A condition, and how many times the rules make it. */
struct shared {
    const struct node *condition;
    size_t rules;
};

struct census {
    struct shared *items;
    size_t count, room;
};

static struct shared *find(const struct census *census, const struct node *condition)
{
    for (size_t i = 0; i < census->count; i++)
        if (expression_conditions_equal(census->items[i].condition, condition))
            return &census->items[i];
    return NULL;
}

static void count_condition(struct census *census, const struct node *condition)
{
    struct shared *known = find(census, condition);
    if (!known) {
        if (census->count == census->room) {
            census->room = census->room > 0 ? census->room * 2 : 256;
            census->items = memory_resize(census->items, census->room, sizeof *census->items);
        }
        known = &census->items[census->count++];
        *known = (struct shared){.condition = condition};
    }
    known->rules++;
}

static struct census take_census(const struct rules *rules)
{
    struct census census = {0};
    for (size_t i = 0; i < rules->count; i++) {
        const struct expression *when = rules->all[i]->when;
        for (const struct node *condition = expression_gate(when); condition;
             condition = expression_next_condition(when, condition))
            count_condition(&census, condition);
    }
    return census;
}

/* The first of those that the most rules make. */
static const struct node *most_shared(const struct census *census, const struct expression *when)
{
    const struct node *best = NULL;
    size_t most = 0;
    for (const struct node *condition = expression_gate(when); condition;
         condition = expression_next_condition(when, condition)) {
        const struct shared *known = find(census, condition);
        size_t rules = known ? known->rules : 1;
        if (rules > most) {
            most = rules;
            best = condition;
        }
    }
    return best;
}

static void choose_gates(const struct rules *rules)
{
    struct census census = take_census(rules);
    for (size_t i = 0; i < rules->count; i++)
        expression_set_gate(rules->all[i]->when, most_shared(&census, rules->all[i]->when));
    free(census.items);
}

/* The index of an expression's gate, which is a new one or that of an earlier rule. */
static uint32_t gate_of(struct rules *rules, const struct expression *expression)
{
    size_t gate = 0;
    while (gate < rules->gate_count &&
           !expression_conditions_equal(rules->gates[gate], expression_gate(expression)))
        gate++;
    if (gate == rules->gate_count)
        rules->gates[rules->gate_count++] = expression_gate(expression);
    return (uint32_t)gate;
}

void rules_ask_in_order(struct rules *rules, const struct rule *const *order)
{
    choose_gates(rules);
    rules->questions = arena_take(rules->arena, rules->count, sizeof *rules->questions);
    rules->gates = arena_take(rules->arena, rules->count, sizeof *rules->gates);
    for (size_t i = 0; i < rules->count; i++)
        rules->questions[i] = (struct rule_question){.when = order[i]->when,
                                                     .unless = order[i]->unless.first,
                                                     .index = order[i]->index,
                                                     .gate = gate_of(rules, order[i]->when)};
}
