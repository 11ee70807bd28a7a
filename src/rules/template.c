/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/template.h"

#include "base/clock.h"
#include "base/escape.h"
#include "handshake/shown.h"

/* A sentence stays readable: this much of a text from the wire, this many elements of a list. */
enum { LONGEST_VALUE = 256, MOST_ELEMENTS = 12 };

/* ---- Reading ------------------------------------------------------------------------------------------- */

struct compiler {
    struct rule_text text;
    struct arena *arena;
    struct template_part **end;
    struct buffer *error;
};

/* A line break and the indentation behind it are one space. */
static char next_char(struct rule_text *text)
{
    char c = *text->at;
    if (c == '\n')
        rule_text_skip_space(text);
    else
        rule_text_skip(text, 1);
    return c == '\n' ? ' ' : c;
}

static const char *on_one_line(struct rule_text text, struct arena *arena)
{
    char *line = arena_copy(arena, text.at, text.left);
    size_t length = 0;
    while (text.left > 0)
        line[length++] = next_char(&text);
    line[length] = '\0';
    return line;
}

static void add_part(struct compiler *c, const struct field *field, struct rule_text text)
{
    struct template_part *part = arena_take(c->arena, 1, sizeof *part);
    part->text = on_one_line(text, c->arena);
    part->length = strlen(part->text);
    part->field = field;
    *c->end = part;
    c->end = &part->next;
}

static bool is_doubled(const struct rule_text *text)
{
    return text->left > 1 && text->at[1] == text->at[0];
}

/* The text up to the next placeholder; a doubled brace ends it with one brace in it. */
static void compile_text(struct compiler *c)
{
    struct rule_text literal = c->text;
    while (c->text.left > 0 && *c->text.at != '{' && *c->text.at != '}')
        rule_text_skip(&c->text, 1);
    bool doubled = c->text.left > 0 && is_doubled(&c->text);
    literal.left = (size_t)(c->text.at - literal.at) + doubled;
    rule_text_skip(&c->text, doubled ? 2 : 0);
    if (literal.left > 0)
        add_part(c, NULL, literal);
}

static bool fail_at_name(struct compiler *c, const struct rule_text *name)
{
    const struct field *near = fields_nearest(name->at, name->left);
    buffer_add_string(c->error, "there is no field ");
    escape_text(c->error, name->at, name->left < LONGEST_VALUE ? name->left : LONGEST_VALUE);
    if (near)
        buffer_add_format(c->error, "; did you mean {%s}?", near->name);
    else
        buffer_add_string(c->error, "; a brace that is no placeholder is doubled: {{ }}");
    return false;
}

static bool compile_placeholder(struct compiler *c)
{
    struct rule_text name = c->text, fallback = {.at = "unknown", .left = 7};
    rule_text_skip(&name, 1);
    const char *close = memchr(name.at, '}', name.left);
    if (!close) {
        buffer_add_string(c->error, "the placeholder has no end: } is missing");
        return false;
    }
    name.left = (size_t)(close - name.at);
    rule_text_skip(&c->text, name.left + 2);
    const char *bar = memchr(name.at, '|', name.left);
    if (bar) {
        fallback = name;
        rule_text_skip(&fallback, (size_t)(bar + 1 - name.at));
        name.left = (size_t)(bar - name.at);
    }
    const struct field *field = fields_find(name.at, name.left);
    if (!field)
        return fail_at_name(c, &name);
    add_part(c, field, fallback);
    return true;
}

bool template_compile(struct template *template, struct rule_text text, struct arena *arena,
                      struct buffer *error, struct rule_text *at)
{
    struct compiler c = {.text = text, .arena = arena, .end = &template->parts, .error = error};
    template->source = on_one_line(text, arena);
    while (c.text.left > 0) {
        *at = c.text;
        if (*c.text.at == '{' && !is_doubled(&c.text)) {
            if (!compile_placeholder(&c))
                return false;
        } else if (*c.text.at == '}' && !is_doubled(&c.text)) {
            buffer_add_string(error, "} without {; a brace that is no placeholder is doubled: {{ }}");
            return false;
        } else {
            compile_text(&c);
        }
    }
    return true;
}

void template_plain(struct template *template, struct rule_text text, struct arena *arena)
{
    struct compiler c = {.text = text, .arena = arena, .end = &template->parts};
    template->source = on_one_line(text, arena);
    add_part(&c, NULL, text);
}

/* ---- Expanding ----------------------------------------------------------------------------------------- */

/* The cut falls between two characters of UTF-8. */
static void expand_text(struct buffer *out, const struct value *value)
{
    uint32_t shown = value->text.length;
    if (shown > LONGEST_VALUE)
        for (shown = LONGEST_VALUE; shown > LONGEST_VALUE - 4 && (value->text.bytes[shown] & 0xc0) == 0x80;)
            shown--;
    escape_text(out, value->text.bytes, shown);
    if (shown < value->text.length)
        buffer_add_string(out, "...");
}

static void expand_scalar(struct buffer *out, struct value value, const char *unknown)
{
    if (value.type == VALUE_UNKNOWN)
        buffer_add_string(out, unknown);
    else if (value.type == VALUE_TEXT)
        expand_text(out, &value);
    else if (value.type == VALUE_DURATION)
        clock_add_duration(out, value.integer);
    else
        value_print(out, value);
}

static void expand_list(struct buffer *out, const struct value_list *list)
{
    uint32_t shown = list->count <= MOST_ELEMENTS ? list->count : MOST_ELEMENTS - 1;
    for (uint32_t i = 0; i < shown; i++) {
        if (i > 0)
            buffer_add_string(out, ", ");
        expand_scalar(out, list->at(list->owner, i), "unknown");
    }
    if (list->count > shown)
        buffer_add_format(out, " and %u more", (unsigned)(list->count - shown));
    if (list->count == 0)
        buffer_add_string(out, "none");
}

void template_expand(const struct template *template, const struct handshake *handshake, struct buffer *out)
{
    for (const struct template_part *part = template->parts; part; part = part->next) {
        if (!part->field) {
            buffer_add(out, part->text, part->length);
            continue;
        }
        struct value value = shown_value(part->field, handshake);
        if (value.type == VALUE_LIST)
            expand_list(out, &value.list);
        else
            expand_scalar(out, value, part->text);
    }
}
