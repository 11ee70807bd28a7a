/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "describe.h"

#include "alert_meaning.h"
#include "base/escape.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "capture/decompress.h"
#include "handshake/fields.h"
#include "report/text_parts.h"
#include "report/words.h"
#include "tls/names.h"
#include <openssl/crypto.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, ITEM = 4 };

static void add_padded(struct page *page, const char *text, unsigned width)
{
    unsigned columns = page_columns(text, strlen(text));
    page_add(page, text);
    page_add_spaces(page, columns < width ? width - columns : 1);
}

/* ---- Fields -------------------------------------------------------------------------------------------- */

static void add_type(struct page *page, const struct field *field)
{
    char type[64];
    if (field->type == VALUE_LIST)
        snprintf(type, sizeof type, "list of %s", value_type_name(field->element));
    else
        snprintf(type, sizeof type, "%s", value_type_name(field->type));
    add_padded(page, type, 18);
}

static void add_field(struct page *page, const struct field *field)
{
    enum { NAME = 46, MEANING = NAME + 18 };
    size_t length = strlen(field->name);
    add_padded(page, field->name, NAME);
    add_type(page, field);
    page_wrap(page, MEANING + (length >= NAME ? (unsigned)length + 1 - NAME : 0), MEANING, field->meaning);
}

/* All of one use: findings are in the event too, in a shape of their own. */
static void add_fields(struct page *page, bool in_event)
{
    size_t count;
    const struct field *table = fields_table(&count);
    for (size_t i = 0; i < count; i++) {
        bool shown = table[i].use == FIELD_EVERYWHERE || table[i].rows;
        if (shown == in_event)
            add_field(page, &table[i]);
    }
}

void describe_fields(struct page *page)
{
    page_add_inked(page, INK_STRONG, "Everywhere (\"tlswhy.\" in front may be left out)\n");
    add_fields(page, true);
    page_add_line(page);
    page_add_inked(page, INK_STRONG, "In -e, -Y and rules, but not in the JSON\n");
    add_fields(page, false);
}

/* ---- Rules --------------------------------------------------------------------------------------------- */

void describe_rules(struct page *page, const struct rules *rules)
{
    enum { ID = 36, TITLE = ID + 9 };
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule_facts rule = rules_at(rules, i);
        add_padded(page, rule.id, ID);
        const char *word = words_severity(rule.severity);
        page_add_inked(page, text_severity_ink(rule.severity), word);
        page_add_spaces(page, TITLE - ID - (unsigned)strlen(word));
        page_wrap(page, TITLE, TITLE, rule.title);
    }
}

static void add_items(struct page *page, const char *heading, const char *const *items, bool numbered)
{
    if (!items || !items[0])
        return;
    page_add_line(page);
    page_add_inked(page, INK_STRONG, heading);
    page_add_line(page);
    for (unsigned i = 0; items[i]; i++) {
        struct buffer lead = {0};
        if (numbered)
            buffer_add_format(&lead, "%u. ", i + 1);
        else
            buffer_add_string(&lead, "- ");
        page_add_spaces(page, INDENT);
        page_add(page, lead.bytes);
        unsigned column = INDENT + (unsigned)lead.length;
        page_wrap(page, column, column, items[i]);
        buffer_free(&lead);
    }
}

static void add_rule(struct page *page, const struct rule_facts *rule)
{
    const char *word = words_severity(rule->severity);
    page_add_inked(page, INK_STRONG, rule->id);
    page_add(page, "  ");
    page_add_inked(page, text_severity_ink(rule->severity), word);
    page_add_line(page);
    page_wrap(page, 0, 0, rule->title);
    if (rule->explanation && *rule->explanation) {
        page_add_line(page);
        page_wrap(page, 0, 0, rule->explanation);
    }
    add_items(page, "Likeliest causes", rule->causes, true);
    add_items(page, "What to do", rule->fixes, false);
    add_items(page, "Gives way to", rule->unless, false);
    add_items(page, "Follows from", rule->because_of, false);
    add_items(page, "Read more", rule->references, false);
    buffer_add_format(&page->text, "\nDefined in %s:%u\n", rule->file, rule->line);
}

/* ---- Alerts -------------------------------------------------------------------------------------------- */

static void add_alert(struct page *page, uint8_t code)
{
    const struct alert_meaning *alert = alert_meaning(code);
    page_add_inked(page, INK_STRONG, names_find(NAMES_ALERT, code));
    buffer_add_format(&page->text, "  alert %u\n", code);
    if (!alert)
        return;
    page_wrap(page, 0, 0, alert->meaning);
    if (alert->practice) {
        page_add_line(page);
        page_add_inked(page, INK_STRONG, "In practice\n");
        page_add_spaces(page, INDENT);
        page_wrap(page, INDENT, INDENT, alert->practice);
    }
    const char *const references[] = {alert->reference, NULL};
    add_items(page, "Read more", references, false);
}

/* ---- Either, by its name ------------------------------------------------------------------------------- */

enum { ALERTS = 256 };

static void no_such_thing(const struct rules *rules, const char *id, struct buffer *error)
{
    size_t count = rules_count(rules), words = 0;
    const char **known = memory_new(count + ALERTS + 1, sizeof known[0]);
    for (size_t i = 0; i < count; i++)
        known[words++] = rules_at(rules, i).id;
    for (uint16_t code = 0; code < ALERTS; code++)
        if (names_find(NAMES_ALERT, code))
            known[words++] = names_find(NAMES_ALERT, code);
    const char *nearest = nearest_word(known, id, strlen(id));
    buffer_add_format(error, "there is no rule and no alert \"%s\" (--list-rules lists the rules)", id);
    if (nearest)
        buffer_add_format(error, "; did you mean %s?", nearest);
    free(known);
}

bool describe_explain(struct page *page, const struct rules *rules, const char *id, struct buffer *error)
{
    struct rule_facts rule;
    bool is_rule = rules_find(rules, id, &rule);
    int code = is_rule ? -1 : alert_code(id);
    if (is_rule)
        add_rule(page, &rule);
    else if (code >= 0)
        add_alert(page, (uint8_t)code);
    else
        no_such_thing(rules, id, error);
    return is_rule || code >= 0;
}

/* ---- The program and the machine ----------------------------------------------------------------------- */

void describe_version(struct page *page)
{
    buffer_add_format(&page->text, "tlswhy %s\n%s\n%s\n", PACKAGE_VERSION, pcap_lib_version(),
                      OpenSSL_version(OPENSSL_VERSION));
    decompress_describe(&page->text);
}

static void add_interface(struct page *page, const pcap_if_t *interface)
{
    struct buffer name = {0};
    escape_text(&name, interface->name, strlen(interface->name));
    add_padded(page, name.bytes, 20);
    buffer_free(&name);
    page_add(page, interface->flags & PCAP_IF_UP ? "up    " : "down  ");
    if (interface->description)
        escape_text(&page->text, interface->description, strlen(interface->description));
    else if (interface->flags & PCAP_IF_LOOPBACK)
        page_add(page, "loopback");
    page_add_line(page);
}

bool describe_interfaces(struct page *page, struct buffer *error)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_if_t *first;
    if (pcap_findalldevs(&first, reason) != 0) {
        buffer_add_format(error, "cannot list the interfaces: %s", reason);
        return false;
    }
    if (!first)
        buffer_add_string(error, "there is no interface that may be captured on (are you root?)");
    for (const pcap_if_t *interface = first; interface; interface = interface->next)
        add_interface(page, interface);
    bool any = first != NULL;
    pcap_freealldevs(first);
    return any;
}
