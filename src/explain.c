/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain.h"

#include "alert_meaning.h"
#include "alert_texts.h"
#include "base/escape.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "explain_search.h"
#include "report/arrow.h"
#include "report/text_parts.h"
#include "report/words.h"
#include "tls/names.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, ALERTS = 256 };

static void add_heading(struct page *page, const char *heading)
{
    page_add_line(page);
    page_add_inked(page, INK_STRONG, heading);
    page_add_line(page);
}

/* A text of a rule, wrapped, and the end of its line. */
static void add_taught(struct page *page, unsigned column, const char *text)
{
    struct buffer taught = {0};
    rules_teach(&taught, text);
    page_wrap(page, column, column, taught.bytes ? taught.bytes : "");
    buffer_free(&taught);
}

static void add_item(struct page *page, const char *lead, const char *text)
{
    page_add_spaces(page, INDENT);
    page_add(page, lead);
    add_taught(page, INDENT + page_columns(lead, strlen(lead)), text);
}

static void add_items(struct page *page, const char *heading, const char *const *items, bool numbered)
{
    if (!items || !items[0])
        return;
    add_heading(page, heading);
    for (unsigned i = 0; items[i]; i++) {
        struct buffer lead = {0};
        if (numbered)
            buffer_add_format(&lead, "%u. ", i + 1);
        add_item(page, numbered ? lead.bytes : "- ", items[i]);
        buffer_free(&lead);
    }
}

/* What stands behind a name: "NAME: text". */
static void add_named(struct page *page, const char *name, const char *text)
{
    struct buffer item = {0};
    if (name)
        buffer_add_format(&item, "%s: ", name);
    buffer_add_string(&item, text);
    page_add_spaces(page, INDENT);
    page_add(page, "- ");
    page_wrap(page, INDENT + 2, INDENT + 2, item.bytes);
    buffer_free(&item);
}

/* ---- Alerts in a rule's steps -------------------------------------------------------------------------- */

static bool is_in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The text names the alert as a word of its own. */
static bool names_alert(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
        if ((at == text || !is_in_name(at[-1])) && !is_in_name(at[length]))
            return true;
    return false;
}

static bool step_has_alert(const struct rule_wire *step, uint8_t code)
{
    const char *name = names_find(NAMES_ALERT, code);
    return name && code != 0 && (step->by == STEP_CLIENT || step->by == STEP_SERVER) &&
           names_alert(step->text, name);
}

/* ---- Rules --------------------------------------------------------------------------------------------- */

static void draw_step(struct page *page, unsigned lane, const struct rule_wire *step)
{
    static const enum side from[] = {
        [STEP_CLIENT] = SIDE_CLIENT, [STEP_SERVER] = SIDE_SERVER, [STEP_PATH] = SIDE_NOBODY};
    page_add_spaces(page, INDENT);
    if (step->by == STEP_NOTHING) {
        page_add_sign(page, "⋮ ", ": ");
        page_ink(page, INK_FAINT);
        page_add(page, "nothing ");
        page_wrap(page, INDENT + 2 + (unsigned)strlen("nothing "), INDENT + 2, step->text);
        page_ink(page, INK_PLAIN);
        return;
    }
    const char *more = arrow_draw(page, lane, from[step->by], INK_PLAIN, step->text);
    while (*more) {
        page_add_spaces(page, INDENT);
        more = arrow_draw_more(page, lane, INK_PLAIN, more);
    }
}

static void draw_wire(struct page *page, const struct rule_facts *rule)
{
    enum { WIDEST = 76, NARROWEST = 24 };
    if (!rule->wire[0].text)
        return;
    unsigned room = page->width > INDENT + 2 ? page->width - INDENT - 2 : 0;
    unsigned lane = room > WIDEST ? WIDEST : room < NARROWEST ? NARROWEST : room;
    add_heading(page, "On the wire");
    page_ink(page, INK_FAINT);
    page_add_spaces(page, INDENT);
    page_add(page, "client");
    page_add_spaces(page, lane + 2 - (unsigned)strlen("clientserver"));
    page_add(page, "server");
    page_ink(page, INK_PLAIN);
    page_add_line(page);
    for (const struct rule_wire *step = rule->wire; step->text; step++)
        draw_step(page, lane, step);
}

/* What the side that receives a step's alert says of it. */
static void add_alert_logs(struct page *page, const struct rule_wire *step)
{
    for (unsigned code = 0; code < ALERTS; code++) {
        if (!step_has_alert(step, (uint8_t)code))
            continue;
        struct buffer text = {0};
        buffer_add_format(&text, "The %s, when the alert %s reaches it: see tlswhy --explain %s",
                          step->by == STEP_SERVER ? "client" : "server",
                          names_find(NAMES_ALERT, (uint16_t)code), names_find(NAMES_ALERT, (uint16_t)code));
        add_named(page, NULL, text.bytes);
        buffer_free(&text);
    }
}

static bool has_alert(const struct rule_facts *rule)
{
    for (const struct rule_wire *step = rule->wire; step->text; step++)
        for (unsigned code = 0; code < ALERTS; code++)
            if (step_has_alert(step, (uint8_t)code))
                return true;
    return false;
}

static void add_logs(struct page *page, const struct rule_facts *rule)
{
    if (!rule->logs[0].text && !has_alert(rule))
        return;
    add_heading(page, "What software says");
    for (const struct rule_log *log = rule->logs; log->text; log++)
        add_named(page, log->software, log->text);
    for (const struct rule_wire *step = rule->wire; step->text; step++)
        add_alert_logs(page, step);
}

static void add_neighbours(struct page *page, const struct rule_facts *rule)
{
    if (!rule->confused[0].id)
        return;
    add_heading(page, "Easily taken for");
    for (const struct rule_neighbour *neighbour = rule->confused; neighbour->id; neighbour++)
        add_named(page, neighbour->id, neighbour->difference);
}

static bool names(const char *const *ids, const char *id)
{
    for (; *ids; ids++)
        if (strcmp(*ids, id) == 0)
            return true;
    return false;
}

/* The other direction of a relation: the rules that name this one. */
static void add_namers(struct page *page, const char *heading, const struct rules *rules, const char *id,
                       bool silenced)
{
    bool any = false;
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule_facts other = rules_at(rules, i);
        if (!names(silenced ? other.unless : other.because_of, id))
            continue;
        if (!any)
            add_heading(page, heading);
        any = true;
        add_item(page, "- ", other.id);
    }
}

static void add_title(struct page *page, const struct rule_facts *rule)
{
    page_add_inked(page, INK_STRONG, rule->id);
    page_add(page, "  ");
    page_add_inked(page, text_severity_ink(rule->severity), words_severity(rule->severity));
    page_add_line(page);
}

static void add_rule(struct page *page, const struct rules *rules, const struct rule_facts *rule)
{
    add_title(page, rule);
    add_taught(page, 0, rule->title);
    page_add_line(page);
    add_taught(page, 0, rule->explanation);
    draw_wire(page, rule);
    add_items(page, "What proves it", rule->evidence, false);
    add_logs(page, rule);
    add_items(page, "Likeliest causes", rule->causes, true);
    add_items(page, "What to do", rule->fixes, false);
    add_neighbours(page, rule);
    add_items(page, "Gives way to", rule->unless, false);
    add_namers(page, "Takes the place of", rules, rule->id, true);
    add_items(page, "Follows from", rule->because_of, false);
    add_namers(page, "Explains", rules, rule->id, false);
    add_items(page, "Read more", rule->references, false);
    buffer_add_format(&page->text, "\nDefined in %s:%u\n", rule->file, rule->line);
}

/* ---- Alerts -------------------------------------------------------------------------------------------- */

static void add_alert_texts(struct page *page, uint8_t code)
{
    bool any = false;
    for (size_t i = 0; i < alert_texts_count; i++) {
        if (alert_texts[i].code != code)
            continue;
        if (!any)
            add_heading(page, "What software says that receives it");
        any = true;
        add_named(page, rules_software(alert_texts[i].software), alert_texts[i].text);
    }
}

static bool rule_has_alert(const struct rule_facts *rule, uint8_t code)
{
    for (const struct rule_wire *step = rule->wire; step->text; step++)
        if (step_has_alert(step, code))
            return true;
    return false;
}

static void add_rules_with(struct page *page, const struct rules *rules, uint8_t code)
{
    bool any = false;
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule_facts rule = rules_at(rules, i);
        if (!rule_has_alert(&rule, code))
            continue;
        if (!any)
            add_heading(page, "Failures that show it");
        any = true;
        struct buffer title = {0};
        rules_teach(&title, rule.title);
        add_named(page, rule.id, title.bytes);
        buffer_free(&title);
    }
}

/* The same by their names only. */
static void add_ids_with(struct page *page, const struct rules *rules, uint8_t code)
{
    struct buffer ids = {0};
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule_facts rule = rules_at(rules, i);
        if (rule_has_alert(&rule, code))
            buffer_add_format(&ids, "%s %s", ids.length > 0 ? "," : "Failures that show it:", rule.id);
    }
    if (ids.length > 0) {
        page_add_spaces(page, INDENT);
        page_wrap(page, INDENT, INDENT, ids.bytes);
    }
    buffer_free(&ids);
}

static void add_alert(struct page *page, const struct rules *rules, uint8_t code)
{
    const struct alert_meaning *alert = alert_meaning(code);
    page_add_inked(page, INK_STRONG, names_find(NAMES_ALERT, code));
    buffer_add_format(&page->text, "  alert %u\n", code);
    if (alert)
        page_wrap(page, 0, 0, alert->meaning);
    if (alert && alert->practice) {
        add_heading(page, "In practice");
        page_add_spaces(page, INDENT);
        page_wrap(page, INDENT, INDENT, alert->practice);
    }
    add_rules_with(page, rules, code);
    add_alert_texts(page, code);
    const char *const references[] = {alert ? alert->reference : NULL, NULL};
    add_items(page, "Read more", references, false);
}

/* ---- Error texts --------------------------------------------------------------------------------------- */

static void add_hit(struct page *page, const struct rules *rules, const struct explain_hit *hit)
{
    struct rule_facts rule;
    page_add_line(page);
    if (hit->rule && rules_find(rules, hit->rule, &rule)) {
        add_title(page, &rule);
        page_add_spaces(page, INDENT);
        add_taught(page, INDENT, rule.title);
    } else {
        page_add_inked(page, INK_STRONG, names_find(NAMES_ALERT, hit->alert));
        buffer_add_format(&page->text, "  alert %u\n", hit->alert);
        const struct alert_meaning *alert = alert_meaning(hit->alert);
        page_add_spaces(page, INDENT);
        page_wrap(page, INDENT, INDENT, alert ? alert->meaning : "");
        add_ids_with(page, rules, hit->alert);
    }
    struct buffer text = {0};
    rules_teach(&text, hit->text);
    page_ink(page, INK_FAINT);
    add_named(page, hit->software, text.bytes);
    page_ink(page, INK_PLAIN);
    buffer_free(&text);
}

static void add_hits(struct page *page, const struct rules *rules, const struct explain_hit *hits,
                     size_t count)
{
    page_wrap(page, 0, 0,
              count == 1 ? "One thing goes with this text. tlswhy --explain NAME tells all about it."
                         : "These go with this text, the likeliest first. tlswhy --explain NAME tells all "
                           "about each.");
    for (size_t i = 0; i < count; i++)
        add_hit(page, rules, &hits[i]);
}

/* ---- Whatever it is ------------------------------------------------------------------------------------ */

static const char *nearest_name(const struct rules *rules, const char *what)
{
    size_t count = rules_count(rules), words = 0;
    const char **known = memory_new(count + ALERTS + 1, sizeof known[0]);
    for (size_t i = 0; i < count; i++)
        known[words++] = rules_at(rules, i).id;
    for (uint16_t code = 0; code < ALERTS; code++)
        if (names_find(NAMES_ALERT, code))
            known[words++] = names_find(NAMES_ALERT, code);
    const char *nearest = nearest_word(known, what, strlen(what));
    free(known);
    return nearest;
}

static bool search(struct page *page, const struct rules *rules, const char *what, struct buffer *error)
{
    struct explain_hit hits[EXPLAIN_HITS];
    size_t count = explain_search(rules, what, hits);
    const char *nearest = nearest_name(rules, what);
    if (count > 0 && (!nearest || hits[0].fit >= EXPLAIN_FITS_WELL)) {
        add_hits(page, rules, hits, count);
        return true;
    }
    buffer_add_string(error, "there is no rule, no alert and no error text \"");
    escape_text(error, what, strlen(what));
    buffer_add_string(error, "\" (--list-rules lists the rules)");
    if (nearest)
        buffer_add_format(error, "; did you mean %s?", nearest);
    return false;
}

bool explain(struct page *page, const struct rules *rules, const char *what, struct buffer *error)
{
    struct rule_facts rule;
    bool is_rule = rules_find(rules, what, &rule);
    int code = is_rule ? -1 : alert_code(what);
    if (is_rule)
        add_rule(page, rules, &rule);
    else if (code >= 0)
        add_alert(page, rules, (uint8_t)code);
    else
        return search(page, rules, what, error);
    return true;
}
