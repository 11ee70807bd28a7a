/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "describe.h"

#include "base/escape.h"
#include "capture/decompress.h"
#include "handshake/fields.h"
#include "report/text_parts.h"
#include "report/words.h"
#include <openssl/crypto.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

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
        bool shown = table[i].use != FIELD_NOT_IN_EVENT || table[i].rows;
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
        struct buffer title = {0};
        rules_teach(&title, rule.title);
        page_wrap(page, TITLE, TITLE, title.bytes);
        buffer_free(&title);
    }
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
