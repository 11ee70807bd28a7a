/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_parser.h"

#include "base/escape.h"
#include <stdarg.h>
#include <stdio.h>

/* ---- Messages ------------------------------------------------------------------------------------------ */

void parser_fail(struct parser *p, const struct token *at, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (!p->failed)
        buffer_add_format(p->error, "%s:%u:%u: %s", p->file, at->line, at->column, message);
    p->failed = true;
    p->lexer.at = p->lexer.end;
    p->token = (struct token){.text = p->lexer.end, .line = at->line, .column = at->column};
}

struct quote parser_quote(const struct token *token)
{
    struct buffer escaped = {0};
    struct quote quote;
    bool cut = token->length > LONGEST_QUOTE;
    escape_text(&escaped, token->text, cut ? LONGEST_QUOTE : token->length);
    snprintf(quote.text, sizeof quote.text, "%s%s", token->length > 0 ? escaped.bytes : "the end",
             cut ? "..." : "");
    buffer_free(&escaped);
    return quote;
}

const char *type_with_article(enum value_type type)
{
    static const char *const words[VALUE_TYPES] = {
        [VALUE_UNKNOWN] = "unknown",    [VALUE_BOOLEAN] = "a boolean", [VALUE_INTEGER] = "an integer",
        [VALUE_TEXT] = "a text",        [VALUE_TIME] = "a time",       [VALUE_DURATION] = "a duration",
        [VALUE_ADDRESS] = "an address", [VALUE_LIST] = "a list",
    };
    return words[type];
}

/* ---- Tokens -------------------------------------------------------------------------------------------- */

void parser_advance(struct parser *p)
{
    p->token = lexer_next(&p->lexer);
    if (p->token.kind != TOKEN_BAD)
        return;
    struct token bad = p->token;
    parser_fail(p, &bad, "%s: %s%s%s", parser_quote(&bad).text, bad.problem, bad.hint ? "; " : "",
                bad.hint ? bad.hint : "");
}

bool parser_at_word(const struct parser *p, const char *word)
{
    return p->token.kind == TOKEN_WORD && p->token.length == strlen(word) &&
           memcmp(p->token.text, word, p->token.length) == 0;
}

bool parser_take_word(struct parser *p, const char *word)
{
    bool there = parser_at_word(p, word);
    if (there)
        parser_advance(p);
    return there;
}

bool parser_take(struct parser *p, enum token_kind kind)
{
    bool there = p->token.kind == kind;
    if (there)
        parser_advance(p);
    return there;
}

void parser_expect(struct parser *p, enum token_kind kind, const char *what)
{
    if (!parser_take(p, kind))
        parser_fail(p, &p->token, "%s was expected, not %s", what, parser_quote(&p->token).text);
}

/* ---- Names --------------------------------------------------------------------------------------------- */

const char *parser_foreign_word(const struct parser *p)
{
    static const struct {
        char word[8], ours[8];
    } habits[] = {
        {"eq", "=="},     {"ne", "!="},       {"lt", "<"},      {"le", "<="},       {"gt", ">"},
        {"ge", ">="},     {"AND", "and"},     {"OR", "or"},     {"NOT", "not"},     {"IN", "in"},
        {"TRUE", "true"}, {"FALSE", "false"}, {"True", "true"}, {"False", "false"},
    };
    for (size_t i = 0; i < sizeof habits / sizeof habits[0]; i++)
        if (parser_at_word(p, habits[i].word))
            return habits[i].ours;
    return NULL;
}

static bool at_own_word(const struct parser *p)
{
    static const char *const words[] = {"and",     "or",  "not", "in",   "contains",
                                        "matches", "any", "all", "known"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (parser_at_word(p, words[i]))
            return true;
    return false;
}

static void fail_at_name(struct parser *p)
{
    const struct token *name = &p->token;
    const char *foreign = parser_foreign_word(p);
    const struct field *near = fields_nearest(name->text, name->length);
    if (at_own_word(p))
        parser_fail(p, name, "a field's name was expected, not %s", parser_quote(name).text);
    else if (foreign)
        parser_fail(p, name, "%s: write \"%s\"", parser_quote(name).text, foreign);
    else if (near)
        parser_fail(p, name, "there is no field %s; did you mean %s?", parser_quote(name).text, near->name);
    else
        parser_fail(p, name, "there is no field %s; a text stands in quotes", parser_quote(name).text);
}

const struct field *parser_take_field(struct parser *p)
{
    const struct field *field = NULL;
    if (p->token.kind != TOKEN_WORD)
        parser_fail(p, &p->token, "a field's name was expected, not %s", parser_quote(&p->token).text);
    else if (!(field = fields_find(p->token.text, p->token.length)))
        fail_at_name(p);
    else
        parser_advance(p);
    return field;
}

struct node *node_new(struct parser *p, enum node_kind kind, bool negated)
{
    struct node *node = arena_take(p->expression->arena, 1, sizeof *node);
    node->kind = kind;
    node->negated = negated;
    return node;
}
