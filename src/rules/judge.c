/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_gate.h"
#include "rules/finding.h"
#include "rules/recognise.h"
#include "rules/summary.h"

/* So many findings of one connection are kept, the leading ones. */
enum { FINDINGS_MOST = 64 };

/* A bit for each rule, or for each gate. */
struct bits {
    uint64_t words[RULES_MOST / 64];
};

static void clear(struct bits *bits, size_t count)
{
    memset(bits->words, 0, (count + 63) / 64 * sizeof bits->words[0]);
}

static void set(struct bits *bits, uint32_t index)
{
    bits->words[index / 64] |= UINT64_C(1) << index % 64;
}

static bool is_set(const struct bits *bits, uint32_t index)
{
    return bits->words[index / 64] >> index % 64 & 1;
}

/* The first of those that a rule names and that hold. */
static const struct rule *first_live(const struct bits *live, const struct relation_to *to)
{
    while (to && !is_set(live, to->rule->index))
        to = to->next;
    return to ? to->rule : NULL;
}

static void open_gates(const struct rules *rules, const struct handshake *handshake, struct bits *open)
{
    clear(open, rules->gate_count);
    for (uint32_t i = 0; i < rules->gate_count; i++)
        if (expression_gate_holds(rules->gates[i], handshake))
            set(open, i);
}

/* A rule is asked after all those that can silence it; one that was silenced silences nobody. */
static size_t find_live(const struct rules *rules, const struct handshake *handshake, struct bits *live)
{
    struct bits open;
    size_t count = 0;
    open_gates(rules, handshake, &open);
    clear(live, rules->count);
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_question *question = &rules->questions[i];
        if (!is_set(&open, question->gate) || first_live(live, question->unless) ||
            !expression_holds_behind_gate(question->when, handshake))
            continue;
        set(live, question->index);
        count++;
    }
    return count;
}

/* ---- What leads ---------------------------------------------------------------------------------------- */

static int choose(const struct list_of_choices *list, const struct handshake *handshake, int otherwise)
{
    for (const struct choice *choice = list->first; choice; choice = choice->next)
        if (rule_guard_holds(choice->when, handshake))
            return choice->value;
    return otherwise;
}

static uint64_t earliest_packet(const struct rule *rule, const struct handshake *handshake)
{
    uint64_t earliest = UINT64_MAX;
    for (const struct advice *evidence = rule->evidence.first; evidence; evidence = evidence->next) {
        uint64_t packet =
            rule_guard_holds(evidence->guard, handshake) ? rule_packet(evidence->packet, handshake) : 0;
        if (packet > 0 && packet < earliest)
            earliest = packet;
    }
    return earliest;
}

static struct candidate candidate_of(const struct rule *rule, const struct handshake *handshake,
                                     const struct bits *live)
{
    struct candidate candidate = {
        .rule = rule,
        .severity = (enum severity)choose(&rule->severity, handshake, SEVERITY_NOTE),
        .blame = (enum blame)choose(&rule->blame, handshake, BLAME_CAPTURE),
        .confidence = (enum confidence)choose(&rule->confidence, handshake, CONFIDENCE_LIKELY),
        .because_of = first_live(live, rule->because_of.first),
        .weakened = rule->absence && handshake->capture_incomplete,
        .packet = earliest_packet(rule, handshake),
    };
    bool may_hide_better = rule->unless.count > 0 && handshake->capture_incomplete;
    if (candidate.weakened || may_hide_better)
        candidate.confidence = CONFIDENCE_POSSIBLE;
    if (may_hide_better)
        candidate.blame = BLAME_CAPTURE;
    return candidate;
}

/* Failures that stand for themselves before those that may only seem so, notes behind them, effects last. */
static int standing(const struct candidate *candidate)
{
    if (candidate->because_of)
        return 0;
    if (candidate->severity == SEVERITY_NOTE)
        return 1;
    return candidate->weakened ? 2 : 3;
}

static bool leads(const struct candidate *a, const struct candidate *b)
{
    if (standing(a) != standing(b))
        return standing(a) > standing(b);
    if (a->severity != b->severity)
        return a->severity > b->severity;
    if (a->confidence != b->confidence)
        return a->confidence > b->confidence;
    if (a->packet != b->packet)
        return a->packet < b->packet;
    if (a->rule->phase != b->rule->phase)
        return a->rule->phase < b->rule->phase;
    return strcmp(a->rule->id, b->rule->id) < 0;
}

/* Puts a candidate in its place; the last one falls out of a full list. */
static size_t insert(struct candidate *candidates, size_t count, const struct candidate *new)
{
    size_t at = count;
    while (at > 0 && leads(new, &candidates[at - 1]))
        at--;
    if (at == FINDINGS_MOST)
        return count;
    count += count < FINDINGS_MOST;
    memmove(&candidates[at + 1], &candidates[at], (count - 1 - at) * sizeof *candidates);
    candidates[at] = *new;
    return count;
}

/* ---- The judgement ------------------------------------------------------------------------------------- */

static size_t find_candidates(const struct rules *rules, const struct handshake *handshake,
                              struct candidate candidates[static FINDINGS_MOST])
{
    struct bits live;
    size_t left = find_live(rules, handshake, &live), count = 0;
    for (size_t i = 0; left > 0; i++) {
        if (!is_set(&live, rules->all[i]->index))
            continue;
        struct candidate candidate = candidate_of(rules->all[i], handshake, &live);
        count = insert(candidates, count, &candidate);
        left--;
    }
    return count;
}

static void write_findings(const struct rules *rules, const struct candidate *candidates, size_t count,
                           struct handshake *handshake, struct buffer *scratch)
{
    if (count > 0)
        handshake->findings = arena_take(handshake->arena, count, sizeof *handshake->findings);
    for (size_t i = 0; i < count && handshake->findings; i++)
        finding_write(&handshake->findings[handshake->finding_count++], &candidates[i], rules, handshake,
                      scratch);
    handshake->has_verdict = handshake->finding_count > 0;
}

static void write_summary(struct handshake *handshake, struct buffer *scratch)
{
    if (handshake->has_verdict && handshake->findings[0].severity > SEVERITY_NOTE) {
        handshake->summary = handshake->findings[0].title;
        return;
    }
    buffer_clear(scratch);
    summary_write(handshake, scratch);
    handshake->summary = arena_copy(handshake->arena, scratch->bytes, scratch->length);
    if (!handshake->summary)
        handshake->summary = "";
}

void rules_judge(const struct rules *rules, struct handshake *handshake)
{
    struct candidate candidates[FINDINGS_MOST];
    struct buffer scratch = {0};
    recognise_later(rules, handshake);
    size_t count = find_candidates(rules, handshake, candidates);
    handshake->findings = NULL;
    handshake->finding_count = 0;
    write_findings(rules, candidates, count, handshake, &scratch);
    write_summary(handshake, &scratch);
    buffer_free(&scratch);
}

static const struct rule *find(const struct rules *rules, const char *id)
{
    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->all[i]->id, id) == 0)
            return rules->all[i];
    return NULL;
}

void rules_judge_by(const struct rules *rules, const char *id, struct handshake *handshake)
{
    const struct rule *rule = find(rules, id);
    struct buffer scratch = {0};
    struct bits live;
    clear(&live, rules->count);
    handshake->findings = NULL;
    handshake->finding_count = 0;
    handshake->has_verdict = false;
    if (rule && expression_holds(rule->when, handshake)) {
        struct candidate candidate = candidate_of(rule, handshake, &live);
        write_findings(rules, &candidate, 1, handshake, &scratch);
    }
    buffer_free(&scratch);
}
