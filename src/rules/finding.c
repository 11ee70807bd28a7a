/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/finding.h"

/* What a finding is written with. */
struct writing {
    struct handshake *handshake;
    struct buffer *scratch;
    /* the software of each side that has to act; unknown where nobody knows */
    struct value stack[SIDES], program[SIDES];
    bool stacks_known; /* of all of them, and more than possible */
};

uint64_t rule_packet(const struct field *field, const struct handshake *handshake)
{
    struct value value = field->get(handshake);
    if (value.type == VALUE_LIST) {
        struct value_list list = value.list;
        value = value_unknown();
        for (uint32_t i = 0; i < list.count && value.type == VALUE_UNKNOWN; i++)
            value = list.at(list.owner, i);
    }
    return value.type == VALUE_INTEGER && value.integer > 0 ? (uint64_t)value.integer : 0;
}

/* ---- Texts --------------------------------------------------------------------------------------------- */

/* NULL where the arena is full. */
static const char *write_text(struct writing *w, const struct template *template, const char *prefix)
{
    buffer_clear(w->scratch);
    if (prefix)
        buffer_add_format(w->scratch, "%s: ", prefix);
    template_expand(template, w->handshake, w->scratch);
    return arena_copy(w->handshake->arena, w->scratch->bytes, w->scratch->length);
}

static const char *write_needed_text(struct writing *w, const struct template *template)
{
    const char *text = write_text(w, template, NULL);
    return text ? text : "";
}

/* Room for as many as the rule has. */
static const char **new_texts(struct writing *w, const struct list_of_advice *list)
{
    return list->count > 0 ? arena_take(w->handshake->arena, list->count, sizeof(const char *)) : NULL;
}

static void add_text(const char **texts, uint32_t *count, const char *text)
{
    if (text)
        texts[(*count)++] = text;
}

static const char **write_texts(struct writing *w, const struct list_of_advice *list, uint32_t *count)
{
    const char **texts = new_texts(w, list);
    for (const struct advice *advice = list->first; advice && texts; advice = advice->next)
        if (rule_guard_holds(advice->guard, w->handshake))
            add_text(texts, count, write_text(w, &advice->text, NULL));
    return texts;
}

/* ---- Fixes --------------------------------------------------------------------------------------------- */

static struct value ask(const struct field *field, const struct handshake *handshake)
{
    return field ? field->get(handshake) : value_unknown();
}

static bool value_is(const struct value *value, const char *word)
{
    return value->type == VALUE_TEXT && value->text.length == strlen(word) &&
           memcmp(value->text.bytes, word, value->text.length) == 0;
}

static void find_stacks(struct writing *w, const struct rules *rules, enum blame blame)
{
    w->stacks_known = true;
    for (int side = 0; side < SIDES; side++) {
        const struct told_by *by = &rules->told_by[side];
        w->stack[side] = w->program[side] = value_unknown();
        if (blame == (side == SIDE_CLIENT ? BLAME_SERVER : BLAME_CLIENT))
            continue;
        struct value confidence = ask(by->confidence, w->handshake);
        w->stack[side] = ask(by->stack, w->handshake);
        w->program[side] = ask(by->program, w->handshake);
        w->stacks_known &= w->stack[side].type == VALUE_TEXT && !value_is(&confidence, "possible");
    }
}

/* For whom a fix is; what comes first in the list of fixes comes first here. */
enum fit { FIT_RECOGNISED, FIT_ANY, FIT_MAY_BE, FIT_OTHER, FIT_NONE };

/* The stack is one that this program may be built on. */
static bool is_built_on(const struct stack *program, const struct value *stack)
{
    if (!program->on || stack->type != VALUE_TEXT)
        return false;
    for (const char *at = strchr(program->on, ' '); at[1]; at = strchr(at + 1, ' '))
        if (strncmp(at + 1, stack->text.bytes, stack->text.length) == 0 && at[stack->text.length + 1] == ' ')
            return true;
    return false;
}

/* On one side: its stack, its program, or a program that it may well be, as its own is not known. */
static enum fit fit_of_side(const struct writing *w, int side, const struct stack *stack)
{
    if (value_is(&w->stack[side], stack->word) || value_is(&w->program[side], stack->word))
        return FIT_RECOGNISED;
    if (w->program[side].type != VALUE_TEXT && is_built_on(stack, &w->stack[side]))
        return FIT_MAY_BE;
    return FIT_NONE;
}

static enum fit fit_of(const struct writing *w, const struct stack *stack)
{
    if (!stack->name)
        return FIT_ANY;
    enum fit best = w->stacks_known ? FIT_NONE : FIT_OTHER;
    for (int side = 0; side < SIDES; side++) {
        enum fit fit = fit_of_side(w, side, stack);
        best = fit < best ? fit : best;
    }
    return best;
}

static const char **write_fixes(struct writing *w, const struct list_of_advice *list, uint32_t *count)
{
    const char **texts = new_texts(w, list);
    for (enum fit fit = FIT_RECOGNISED; fit < FIT_NONE && texts; fit++)
        for (const struct advice *fix = list->first; fix; fix = fix->next)
            if (fit_of(w, fix->stack) == fit && rule_guard_holds(fix->guard, w->handshake))
                add_text(texts, count, write_text(w, &fix->text, fix->stack->name));
    return texts;
}

/* ---- Evidence ------------------------------------------------------------------------------------------ */

/* In the order of packets, those of one packet in the order of the rule. */
static void insert_evidence(struct finding *finding, struct evidence new)
{
    uint32_t at = finding->evidence_count++;
    for (; at > 0 && finding->evidence[at - 1].packet > new.packet; at--)
        finding->evidence[at] = finding->evidence[at - 1];
    finding->evidence[at] = new;
}

static void write_evidence(struct writing *w, const struct list_of_advice *list, struct finding *finding)
{
    if (list->count > 0)
        finding->evidence = arena_take(w->handshake->arena, list->count, sizeof *finding->evidence);
    for (const struct advice *advice = list->first; advice && finding->evidence; advice = advice->next) {
        struct evidence evidence = {.packet = rule_packet(advice->packet, w->handshake)};
        if (evidence.packet == 0 || !rule_guard_holds(advice->guard, w->handshake))
            continue;
        evidence.what = write_text(w, &advice->text, NULL);
        if (evidence.what)
            insert_evidence(finding, evidence);
    }
}

/* ---- The finding --------------------------------------------------------------------------------------- */

/* References are the rule's own texts, the same for everybody. */
static void point_to_references(struct finding *finding, const struct rule *rule, struct writing *w)
{
    finding->references = new_texts(w, &rule->references);
    for (const struct advice *advice = rule->references.first; advice && finding->references;
         advice = advice->next)
        finding->references[finding->reference_count++] = advice->text.source;
}

void finding_write(struct finding *finding, const struct candidate *candidate, const struct rules *rules,
                   struct handshake *handshake, struct buffer *scratch)
{
    const struct rule *rule = candidate->rule;
    struct writing w = {.handshake = handshake, .scratch = scratch};
    *finding = (struct finding){
        .id = rule->id,
        .severity = candidate->severity,
        .confidence = candidate->confidence,
        .blame = candidate->blame,
        .because_of = candidate->because_of ? candidate->because_of->id : NULL,
        .weakened = candidate->weakened,
    };
    find_stacks(&w, rules, candidate->blame);
    finding->title = write_needed_text(&w, &rule->title);
    finding->explanation = write_needed_text(&w, &rule->explanation);
    write_evidence(&w, &rule->evidence, finding);
    finding->causes = write_texts(&w, &rule->causes, &finding->cause_count);
    finding->fixes = write_fixes(&w, &rule->fixes, &finding->fix_count);
    point_to_references(finding, rule, &w);
}
