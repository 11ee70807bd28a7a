/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NDJSON: one event a line, as the table of facts says (handshake/fields.h). The dotted names become a tree
 * once, when the report is opened; writing an event is a walk over it into one buffer. A member whose fact
 * is unknown, or an object with no member, is left out.
 */
#include "report/report.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/digits.h"
#include "base/escape.h"
#include "base/memory.h"
#include "handshake/fields.h"
#include "handshake/shown.h"
#include "report/code_texts.h"
#include "report/words.h"
#include <stdlib.h>
#include <string.h>

enum node_kind {
    NODE_OBJECT,
    NODE_FACT,
    NODE_ROWS,     /* an array of objects; the children are its columns */
    NODE_FINDINGS, /* an array of objects that hold arrays: no column tells it */
};

/* Of a member, as it is written. It is copied by whole blocks, the last of which reaches past its end. */
enum { KEY_BLOCK = 16 };
struct key {
    char *text; /* "server_name": */
    size_t length;
};

struct node {
    enum node_kind kind;
    struct key key;
    const struct field *field; /* NODE_FACT */
    struct code_texts *texts;  /* of a list of codes; NULL until there was one */
    struct value value;        /* a column's list, while its rows are written */
    struct node *first, *last, *next;
};

struct report {
    FILE *out;
    struct buffer line;
    struct node root;
};

static const char findings_name[] = "tlswhy.findings";

/* ---- The tree ------------------------------------------------------------------------------------------ */

/* The names are those of the table of facts: words with dots between them, nothing to escape. */
static struct key key_of(const char *name, size_t length)
{
    struct buffer key = {0};
    buffer_add_char(&key, '"');
    buffer_add(&key, name, length);
    buffer_add_string(&key, "\":");
    memset(buffer_reserve(&key, KEY_BLOCK), '\0', KEY_BLOCK);
    return (struct key){.text = key.bytes, .length = key.length};
}

static struct node *node_add(struct node *parent, struct key key)
{
    struct node *node = memory_new(1, sizeof *node);
    node->key = key;
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    return node;
}

static struct node *node_child(struct node *parent, const char *name, size_t length)
{
    struct key key = key_of(name, length);
    for (struct node *child = parent->first; child; child = child->next)
        if (strcmp(child->key.text, key.text) == 0) {
            free(key.text);
            return child;
        }
    return node_add(parent, key);
}

/* The node at the end of a dotted name; what is missing on the way is added. */
static struct node *node_at(struct node *root, const char *name)
{
    struct node *node = root;
    for (;;) {
        size_t length = strcspn(name, ".");
        node = node_child(node, name, length);
        if (name[length] == '\0')
            return node;
        name += length + 1;
    }
}

static void tree_add(struct node *root, const struct field *field, bool certificates)
{
    if (field->rows && strcmp(field->rows, findings_name) == 0) {
        node_at(root, findings_name)->kind = NODE_FINDINGS;
        return;
    }
    if (field->use == FIELD_NOT_IN_EVENT || (field->use == FIELD_ON_REQUEST && !certificates))
        return;
    if (field->rows)
        node_at(root, field->rows)->kind = NODE_ROWS;
    struct node *node = node_at(root, field->name);
    node->kind = NODE_FACT;
    node->field = field;
}

static void node_free_children(struct node *node)
{
    for (struct node *child = node->first, *next; child; child = next) {
        next = child->next;
        node_free_children(child);
        free(child->key.text);
        if (child->texts)
            code_texts_free(child->texts);
        free(child->texts);
        free(child);
    }
}

/* ---- Values -------------------------------------------------------------------------------------------- */

/* Every value is followed by a comma; the end of the object or array that it is in takes the last one back.
 */
static void add_end(struct buffer *line, char bracket)
{
    const char end[] = {bracket, ','};
    if (line->bytes[line->length - 1] == ',')
        line->length--;
    buffer_add(line, end, sizeof end);
}

static void add_text(struct buffer *line, const char *bytes, size_t length)
{
    buffer_add_char(line, '"');
    escape_json(line, bytes, length);
    buffer_add(line, "\",", 2);
}

/* Is there anything to tell? */
static bool is_told(const struct value *value)
{
    return value->type != VALUE_UNKNOWN && !(value->type == VALUE_TEXT && value->text.length == 0);
}

static char *put(char *at, const char *bytes, size_t length)
{
    if (length > 0)
        memcpy(at, bytes, length);
    return at + length;
}

static inline char *put_key(char *at, const struct key *key)
{
    for (size_t i = 0; i < key->length; i += KEY_BLOCK)
        memcpy(at + i, key->text + i, KEY_BLOCK);
    return at + key->length;
}

/* A value whose length is known before it is written. */
static char *put_short(char *at, const struct value *value)
{
    switch (value->type) {
    case VALUE_BOOLEAN:
        return value->boolean ? put(at, "true", 4) : put(at, "false", 5);
    case VALUE_INTEGER:
        return digits_put_signed(at, value->integer);
    case VALUE_DURATION:
        return clock_put_seconds(at, value->integer);
    case VALUE_TIME:
        return put(clock_put_rfc3339(put(at, "\"", 1), value->integer), "\"", 1);
    case VALUE_TEXT:
        return put(put(put(at, "\"", 1), value->text.bytes, value->text.length), "\"", 1);
    default:
        return at;
    }
}

/* How many bytes it may take; 0 where it is not known yet. */
static size_t short_length(const struct value *value)
{
    static const uint8_t most[VALUE_TYPES] = {[VALUE_BOOLEAN] = 5,
                                              [VALUE_INTEGER] = 1 + DIGITS_MOST,
                                              [VALUE_DURATION] = CLOCK_TEXT_MOST,
                                              [VALUE_TIME] = CLOCK_TEXT_MOST + 2};
    if (value->type == VALUE_TEXT)
        return value->text.plain ? (size_t)value->text.length + 2 : 0;
    return most[value->type];
}

static void add_member(struct buffer *line, const struct key *key, const struct value *value);

static void add_list(struct buffer *line, const struct value_list *list)
{
    static const struct key none = {.length = 0};
    buffer_add_char(line, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        struct value element = list->at(list->owner, i);
        if (is_told(&element))
            add_member(line, &none, &element);
    }
    add_end(line, ']');
}

static void add_long(struct buffer *line, const struct value *value)
{
    if (value->type == VALUE_TEXT) {
        add_text(line, value->text.bytes, value->text.length);
    } else if (value->type == VALUE_LIST) {
        add_list(line, &value->list);
    } else if (value->type == VALUE_ADDRESS) {
        buffer_add_char(line, '"');
        value_print_address(line, value->address);
        buffer_add(line, "\",", 2);
    }
}

/* A value that has something to tell, behind its key. */
static void add_member(struct buffer *line, const struct key *key, const struct value *value)
{
    size_t length = short_length(value);
    char *at = put_key(buffer_reserve(line, key->length + KEY_BLOCK + length + sizeof ","), key);
    if (length > 0)
        at = put(put_short(at, value), ",", 1);
    *at = '\0';
    line->length = (size_t)(at - line->bytes);
    if (length == 0)
        add_long(line, value);
}

static void add_node_key(struct buffer *line, const struct node *node)
{
    char *end = put_key(buffer_reserve(line, node->key.length + KEY_BLOCK), &node->key);
    *end = '\0';
    line->length = (size_t)(end - line->bytes);
}

static void add_codes(struct buffer *line, struct node *node, const struct value_list *list)
{
    add_node_key(line, node);
    if (!node->texts)
        node->texts = memory_new(1, sizeof *node->texts);
    size_t begin = line->length;
    if (code_texts_add(node->texts, list->codes, list->count, line))
        return;
    add_list(line, list);
    code_texts_keep(node->texts, list->codes, list->count, line->bytes + begin, line->length - begin);
}

/* ---- Findings ------------------------------------------------------------------------------------------ */

static void add_key(struct buffer *line, const char *key)
{
    buffer_add_char(line, '"');
    buffer_add_string(line, key);
    buffer_add_string(line, "\":");
}

static void add_word(struct buffer *line, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    add_key(line, key);
    add_text(line, text, strlen(text));
}

static void add_words(struct buffer *line, const char *key, const char *const *texts, uint32_t count)
{
    add_key(line, key);
    buffer_add_char(line, '[');
    for (uint32_t i = 0; i < count; i++)
        add_text(line, texts[i], strlen(texts[i]));
    add_end(line, ']');
}

static void add_evidence(struct buffer *line, const struct finding *finding,
                         const struct handshake *handshake)
{
    add_key(line, "evidence");
    buffer_add_char(line, '[');
    for (uint32_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        uint64_t packet = shown_packet(handshake, evidence->packet);
        buffer_add_char(line, '{');
        if (packet > 0) {
            add_key(line, "packet");
            buffer_add_unsigned(line, packet);
            buffer_add_char(line, ',');
            add_word(line, "file", shown_file(handshake, evidence->packet));
        }
        add_word(line, "what", evidence->what);
        add_end(line, '}');
    }
    add_end(line, ']');
}

static void add_finding(struct buffer *line, const struct finding *finding, const struct handshake *handshake)
{
    buffer_add_char(line, '{');
    add_word(line, "id", finding->id);
    add_word(line, "severity", words_severity(finding->severity));
    add_word(line, "confidence", words_confidence(finding->confidence));
    add_word(line, "blame", words_blame(finding->blame));
    add_word(line, "title", finding->title);
    add_word(line, "explanation", finding->explanation);
    add_word(line, "because_of", finding->because_of);
    add_evidence(line, finding, handshake);
    add_words(line, "causes", finding->causes, finding->cause_count);
    add_words(line, "fixes", finding->fixes, finding->fix_count);
    add_words(line, "references", finding->references, finding->reference_count);
    add_end(line, '}');
}

static void add_findings(struct buffer *line, struct node *node, const struct handshake *handshake)
{
    add_node_key(line, node);
    buffer_add_char(line, '[');
    for (uint32_t i = 0; i < handshake->finding_count; i++)
        add_finding(line, &handshake->findings[i], handshake);
    add_end(line, ']');
}

/* ---- Nodes --------------------------------------------------------------------------------------------- */

static void add_fact(struct buffer *line, struct node *node, const struct handshake *handshake)
{
    struct value value = shown_value(node->field, handshake);
    if (!is_told(&value))
        return;
    if (value.type == VALUE_LIST && value.list.codes)
        add_codes(line, node, &value.list);
    else
        add_member(line, &node->key, &value);
}

static void add_row(struct buffer *line, const struct node *node, uint32_t index)
{
    buffer_add_char(line, '{');
    for (const struct node *column = node->first; column; column = column->next) {
        const struct value_list *list = &column->value.list;
        if (column->value.type != VALUE_LIST || index >= list->count)
            continue;
        struct value cell = list->at(list->owner, index);
        if (!is_told(&cell))
            continue;
        add_member(line, &column->key, &cell);
    }
    add_end(line, '}');
}

/* Columns side by side; unknown when all of them are. */
static void add_rows(struct buffer *line, struct node *node, const struct handshake *handshake)
{
    uint32_t count = 0;
    bool known = false;
    for (struct node *column = node->first; column; column = column->next) {
        column->value = shown_value(column->field, handshake);
        if (column->value.type != VALUE_LIST)
            continue;
        known = true;
        if (column->value.list.count > count)
            count = column->value.list.count;
    }
    if (!known)
        return;
    add_node_key(line, node);
    buffer_add_char(line, '[');
    for (uint32_t i = 0; i < count; i++)
        add_row(line, node, i);
    add_end(line, ']');
}

static void add_object(struct buffer *line, struct node *node, const struct handshake *handshake);

static void add_node(struct buffer *line, struct node *node, const struct handshake *handshake)
{
    switch (node->kind) {
    case NODE_FACT:
        add_fact(line, node, handshake);
        break;
    case NODE_ROWS:
        add_rows(line, node, handshake);
        break;
    case NODE_FINDINGS:
        add_findings(line, node, handshake);
        break;
    case NODE_OBJECT:
        add_object(line, node, handshake);
        break;
    }
}

static void add_members(struct buffer *line, struct node *node, const struct handshake *handshake)
{
    for (struct node *child = node->first; child; child = child->next)
        add_node(line, child, handshake);
}

/* An object left with no member is taken back. */
static void add_object(struct buffer *line, struct node *node, const struct handshake *handshake)
{
    size_t before = line->length;
    add_node_key(line, node);
    buffer_add_char(line, '{');
    size_t empty = line->length;
    add_members(line, node, handshake);
    if (line->length > empty)
        add_end(line, '}');
    else
        line->length = before;
}

/* ---- The report ---------------------------------------------------------------------------------------- */

static struct report *json_open(const struct report_options *options)
{
    struct report *report = memory_new(1, sizeof *report);
    report->out = options->out;
    size_t count;
    const struct field *table = fields_table(&count);
    for (size_t i = 0; i < count; i++)
        tree_add(&report->root, &table[i], options->certificates);
    return report;
}

static void json_event(struct report *report, const struct handshake *handshake)
{
    struct buffer *line = &report->line;
    buffer_clear(line);
    buffer_add_char(line, '{');
    add_members(line, &report->root, handshake);
    add_end(line, '}');
    line->bytes[line->length - 1] = '\n'; /* in the place of the comma */
    fwrite(line->bytes, 1, line->length, report->out);
}

static void json_finish(struct report *report, const struct totals *totals)
{
    (void)report;
    (void)totals;
}

static void json_close(struct report *report)
{
    node_free_children(&report->root);
    buffer_free(&report->line);
    free(report);
}

const struct report_format report_json = {.name = "json",
                                          .meaning = "one event a line, in the names of --fields (NDJSON)",
                                          .open = json_open,
                                          .event = json_event,
                                          .finish = json_finish,
                                          .close = json_close};
