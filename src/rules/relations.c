/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rule.h"

#include "base/nearest.h"
#include <stdlib.h>

/* ---- Names to rules ------------------------------------------------------------------------------------ */

static int by_id(const void *a, const void *b)
{
    const struct rule *const *left = a, *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static void sort_by_id(struct rules *rules)
{
    rules->by_id = arena_take(rules->arena, rules->count, sizeof *rules->by_id);
    for (size_t i = 0; i < rules->count; i++)
        rules->by_id[i] = rules->all[i];
    qsort(rules->by_id, rules->count, sizeof *rules->by_id, by_id);
}

static const struct rule *find(const struct rules *rules, const char *id)
{
    const struct rule key = {.id = id}, *key_pointer = &key;
    const struct rule **found =
        bsearch(&key_pointer, rules->by_id, rules->count, sizeof *rules->by_id, by_id);
    return found ? *found : NULL;
}

static void tell_unknown(struct rules *rules, const struct rule *rule, const struct relation_to *relation,
                         struct buffer *errors)
{
    const char **ids = arena_take(rules->arena, rules->count + 1, sizeof *ids);
    for (size_t i = 0; i < rules->count; i++)
        ids[i] = rules->by_id[i]->id;
    const char *near = nearest_word(ids, relation->id, strlen(relation->id));
    rules_tell(errors, rule->file, relation->line, relation->column, "there is no rule %s%s%s%s",
               relation->id, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static bool bind(struct rules *rules, const struct rule *rule, const struct list_of_relations *list,
                 struct buffer *errors)
{
    for (struct relation_to *relation = list->first; relation; relation = relation->next) {
        relation->rule = find(rules, relation->id);
        if (relation->rule)
            continue;
        tell_unknown(rules, rule, relation, errors);
        return false;
    }
    return true;
}

/* ---- Circles and order --------------------------------------------------------------------------------- */

enum mark { UNSEEN, BEGUN, DONE };

/* A walk along one kind of relation that comes to a rule after all those that it names. */
struct walk {
    bool silencing; /* along `unless`; else along `because-of` */
    enum mark *marks;
    const struct rule **order;
    size_t count;
    struct buffer *errors;
};

static const struct relation_to *relations_of(const struct walk *walk, const struct rule *rule)
{
    return walk->silencing ? rule->unless.first : rule->because_of.first;
}

/* As deep as the longest chain of rules, of which there are RULES_MOST at most. */
static bool visit(struct walk *walk, const struct rule *rule)
{
    walk->marks[rule->index] = BEGUN;
    for (const struct relation_to *to = relations_of(walk, rule); to; to = to->next) {
        enum mark mark = walk->marks[to->rule->index];
        if (mark == BEGUN) {
            rules_tell(walk->errors, rule->file, to->line, to->column,
                       "\"%s %s\" leads in a circle back to rule %s",
                       walk->silencing ? "unless" : "because-of", to->id, to->id);
            return false;
        }
        if (mark == UNSEEN && !visit(walk, to->rule))
            return false;
    }
    walk->marks[rule->index] = DONE;
    walk->order[walk->count++] = rule;
    return true;
}

/* The rules in order, those that are named first; NULL, and told, where they go in a circle. */
static const struct rule **sort_along(struct rules *rules, bool silencing, struct buffer *errors)
{
    struct walk walk = {.silencing = silencing, .errors = errors};
    walk.marks = arena_take(rules->arena, rules->count, sizeof *walk.marks);
    walk.order = arena_take(rules->arena, rules->count, sizeof *walk.order);
    for (size_t i = 0; i < rules->count; i++)
        if (walk.marks[i] == UNSEEN && !visit(&walk, rules->all[i]))
            return NULL;
    return walk.order;
}

bool rules_relate(struct rules *rules, struct buffer *errors)
{
    bool bound = true;
    sort_by_id(rules);
    for (size_t i = 0; i < rules->count; i++) {
        bound &= bind(rules, rules->all[i], &rules->all[i]->unless, errors);
        bound &= bind(rules, rules->all[i], &rules->all[i]->because_of, errors);
        bound &= bind(rules, rules->all[i], &rules->all[i]->confused, errors);
    }
    if (!bound)
        return false;
    const struct rule **order = sort_along(rules, true, errors);
    if (!order || !sort_along(rules, false, errors))
        return false;
    rules_ask_in_order(rules, order);
    return true;
}
