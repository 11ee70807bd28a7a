/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_parser.h"

#include "base/memory.h"
#include <stdlib.h>

enum { LONGEST_EXPRESSION = 65536, DEEPEST_NESTING = 64 };

/* ---- Operands ------------------------------------------------------------------------------------------ */

static struct node *parse_condition(struct parser *p, bool negated);

/* The place of a field among the columns of the rows at hand. */
static unsigned column_of(struct parser *p, const struct field *field, const struct token *at)
{
    struct rows *rows = p->rows;
    for (unsigned i = 0; i < rows->column_count; i++)
        if (rows->columns[i] == field)
            return i;
    const struct field *first = rows->columns[0];
    bool fits = !first || (first->rows && field->rows && strcmp(first->rows, field->rows) == 0);
    if (!fits)
        parser_fail(p, at,
                    "%s and %s are not columns of the same list, so they can't be looked at row by row",
                    first->name, field->name);
    else if (rows->column_count == ROWS_COLUMNS)
        parser_fail(p, at, "more than %d columns are looked at here", ROWS_COLUMNS);
    else
        rows->columns[rows->column_count++] = field;
    return rows->column_count - 1;
}

static struct literal *literal_new(struct parser *p, const struct literal *from)
{
    struct literal *literal = arena_take(p->expression->arena, 1, sizeof *literal);
    *literal = *from;
    return literal;
}

static struct operand operand_of_literal(struct parser *p, const struct literal *literal)
{
    return (struct operand){
        .kind = OPERAND_LITERAL, .type = literal->value.type, .literal = literal_new(p, literal)};
}

/* Inside any(), all() and count() the name of a list means its element in the row at hand. */
static struct operand operand_of_field(struct parser *p)
{
    struct token at = p->token;
    const struct field *field = parser_take_field(p);
    if (!field)
        return (struct operand){.type = VALUE_UNKNOWN};
    if (p->rows && field->type == VALUE_LIST)
        return (struct operand){
            .kind = OPERAND_COLUMN, .type = field->element, .column = column_of(p, field, &at)};
    return (struct operand){.kind = OPERAND_FIELD, .type = field->type, .field = field};
}

static struct rows *rows_begin(struct parser *p, const struct token *word)
{
    struct rows *rows = arena_take(p->expression->arena, 1, sizeof *rows);
    if (p->rows)
        parser_fail(p, word, "any(), all() and count() can't stand inside one another");
    p->rows = rows;
    parser_expect(p, TOKEN_OPEN, "\"(\"");
    return rows;
}

static void rows_end(struct parser *p, const struct token *word, const struct rows *rows)
{
    if (rows->column_count == 0)
        parser_fail(p, word, "%s() goes through a list, and there is none in it", parser_quote(word).text);
    p->rows = NULL;
    parser_expect(p, TOKEN_CLOSE, "\")\"");
}

/* A single name before the closing parenthesis: count(LIST). */
static bool is_single_name(const struct parser *p)
{
    struct lexer ahead = p->lexer;
    return p->token.kind == TOKEN_WORD && lexer_next(&ahead).kind == TOKEN_CLOSE;
}

/* count(LIST) counts all rows. Any other content is a condition, which is read twice: as it is and negated.
 */
static struct operand parse_count(struct parser *p)
{
    struct token word = p->token;
    parser_advance(p);
    struct rows *rows = rows_begin(p, &word);
    if (is_single_name(p)) {
        operand_of_field(p);
    } else {
        struct parser begin = *p;
        rows->condition = parse_condition(p, false);
        if (!p->failed) {
            *p = begin;
            rows->opposite = parse_condition(p, true);
        }
    }
    rows_end(p, &word, rows);
    return (struct operand){.kind = OPERAND_COUNT, .type = VALUE_INTEGER, .count = rows};
}

struct operand parse_operand(struct parser *p)
{
    if (p->token.kind == TOKEN_LITERAL) {
        struct operand operand = operand_of_literal(p, &p->token.literal);
        parser_advance(p);
        return operand;
    }
    if (parser_at_word(p, "true") || parser_at_word(p, "false")) {
        struct literal literal = {.value = value_boolean(parser_at_word(p, "true"))};
        parser_advance(p);
        return operand_of_literal(p, &literal);
    }
    if (parser_at_word(p, "count"))
        return parse_count(p);
    return operand_of_field(p);
}

/* ---- Conditions ---------------------------------------------------------------------------------------- */

/* any(...) or all(...); "not any" is "all not". */
static struct node *parse_quantifier(struct parser *p, bool negated, bool all)
{
    struct token word = p->token;
    parser_advance(p);
    struct rows *rows = rows_begin(p, &word);
    struct node *node = node_new(p, all != negated ? NODE_ALL : NODE_ANY, false);
    node->rows = rows;
    rows->condition = parse_condition(p, negated);
    rows_end(p, &word, rows);
    return node;
}

static struct node *parse_known(struct parser *p, bool negated)
{
    struct node *node = node_new(p, NODE_KNOWN, negated);
    parser_advance(p);
    parser_expect(p, TOKEN_OPEN, "\"(\"");
    node->left = operand_of_field(p);
    parser_expect(p, TOKEN_CLOSE, "\")\"");
    return node;
}

static struct node *parse_parentheses(struct parser *p, bool negated)
{
    struct node *node = NULL;
    parser_advance(p);
    if (++p->depth > DEEPEST_NESTING)
        parser_fail(p, &p->token, "parentheses stand more than %d deep", DEEPEST_NESTING);
    else
        node = parse_condition(p, negated);
    p->depth--;
    parser_expect(p, TOKEN_CLOSE, "\")\"");
    return node;
}

static struct node *parse_test(struct parser *p, bool negated)
{
    while (parser_take_word(p, "not"))
        negated = !negated;
    if (p->token.kind == TOKEN_OPEN)
        return parse_parentheses(p, negated);
    if (parser_at_word(p, "any") || parser_at_word(p, "all"))
        return parse_quantifier(p, negated, parser_at_word(p, "all"));
    if (parser_at_word(p, "known"))
        return parse_known(p, negated);
    return parse_relation(p, negated);
}

/* PART word PART word PART; one part alone stands for itself. */
static struct node *parse_series(struct parser *p, bool negated, const char *word, enum node_kind kind,
                                 struct node *(*parse_part)(struct parser *, bool))
{
    struct node *first = parse_part(p, negated);
    if (!parser_at_word(p, word))
        return first;
    struct node *series = node_new(p, kind, false), *last = first;
    series->parts = first;
    while (parser_take_word(p, word)) {
        struct node *part = parse_part(p, negated);
        if (p->failed)
            return NULL;
        last->next = part;
        last = part;
    }
    return series;
}

static struct node *parse_and(struct parser *p, bool negated)
{
    return parse_series(p, negated, "and", negated ? NODE_OR : NODE_AND, parse_test);
}

static struct node *parse_condition(struct parser *p, bool negated)
{
    return parse_series(p, negated, "or", negated ? NODE_AND : NODE_OR, parse_and);
}

static void parse_all(struct parser *p, size_t length)
{
    if (length > LONGEST_EXPRESSION)
        parser_fail(p, &p->token, "the expression is longer than %d bytes", LONGEST_EXPRESSION);
    parser_advance(p);
    p->expression->root = parse_condition(p, false);
    if (p->failed || p->token.kind == TOKEN_END)
        return;
    if (p->token.kind == TOKEN_WORD)
        parser_fail(p, &p->token, "\"and\", \"or\" or the end was expected, not %s",
                    parser_quote(&p->token).text);
    else
        parser_fail(p, &p->token, "%s does not belong here", parser_quote(&p->token).text);
}

struct expression *expression_compile(const char *text, size_t length, struct expression_place place,
                                      struct buffer *error)
{
    struct expression *expression = memory_new(1, sizeof *expression);
    expression->arena = arena_new(SIZE_MAX);
    struct parser p = {
        .lexer = {.at = text, .end = text + length, .line = place.line, .column = place.column},
        .expression = expression,
        .file = place.file,
        .error = error,
    };
    p.lexer.arena = expression->arena;
    p.token = (struct token){.line = place.line, .column = place.column};
    parse_all(&p, length);
    if (!p.failed)
        return expression;
    expression_free(expression);
    return NULL;
}

void expression_free(struct expression *expression)
{
    if (!expression)
        return;
    regex_free(expression->regexes);
    arena_free(expression->arena);
    free(expression);
}
