/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_parser.h"

#include "base/nearest.h"
#include "handshake/shown.h"

/* ---- Relations ----------------------------------------------------------------------------------------- */

static bool has_order(enum value_type type)
{
    return type == VALUE_INTEGER || type == VALUE_TEXT || type == VALUE_TIME || type == VALUE_DURATION;
}

/* What the reader of a clash of types probably wants to know. */
static const char *type_hint(enum value_type left, enum value_type right)
{
    if (left == VALUE_DURATION && right == VALUE_INTEGER)
        return "; a duration has a unit: 5s, 200ms";
    if (left == VALUE_TEXT)
        return "; a text stands in quotes";
    return "";
}

static bool is_list(struct parser *p, const struct operand *operand, const struct token *at)
{
    if (operand->type == VALUE_LIST)
        parser_fail(p, at, "%s is a list: write any(%s ...), all(%s ...) or %s contains ...",
                    operand->field->name, operand->field->name, operand->field->name, operand->field->name);
    return operand->type == VALUE_LIST;
}

static bool same_type(struct parser *p, enum value_type left, enum value_type right, const struct token *at)
{
    if (p->failed || left == right)
        return !p->failed;
    parser_fail(p, at, "%s is %s, but %s is needed here%s", parser_quote(at).text, type_with_article(right),
                type_with_article(left), type_hint(left, right));
    return false;
}

static bool is_prefix(const struct operand *operand)
{
    return operand->kind == OPERAND_LITERAL && operand->literal->is_prefix;
}

/* Where a packet's number is compared with a constant, somebody read the constant in a report or in
 * Wireshark: it counts within the file. Two packets of a run are compared by their numbers in the run. */
static struct operand as_shown(const struct operand *operand, const struct rows *rows)
{
    struct operand shown = *operand;
    if (shown.kind == OPERAND_FIELD && shown_is_packet(shown.field))
        shown.kind = OPERAND_SHOWN_FIELD;
    else if (shown.kind == OPERAND_COLUMN && shown_is_packet(rows->columns[shown.column]))
        shown.kind = OPERAND_SHOWN_COLUMN;
    return shown;
}

static struct node *compare_new(struct parser *p, const struct rows *rows, bool negated,
                                enum relation relation, struct operand left, struct operand right)
{
    if (right.kind == OPERAND_LITERAL)
        left = as_shown(&left, rows);
    else if (left.kind == OPERAND_LITERAL)
        right = as_shown(&right, rows);
    struct node *node = node_new(p, NODE_COMPARE, false);
    node->relation = negated ? relation ^ RELATION_ANY : relation;
    node->left = is_prefix(&left) ? right : left;
    node->right = is_prefix(&left) ? left : right;
    return node;
}

static struct node *parse_compare(struct parser *p, bool negated, struct operand left,
                                  const struct token *at_left)
{
    struct token relation = p->token, at_right;
    parser_advance(p);
    at_right = p->token;
    struct operand right = parse_operand(p);
    bool equality = relation.relation == RELATION_EQUAL || relation.relation == RELATION_NOT_EQUAL;
    if (p->failed || is_list(p, &left, at_left) || is_list(p, &right, &at_right))
        return NULL;
    if (left.kind == OPERAND_LITERAL && right.kind == OPERAND_LITERAL)
        parser_fail(p, at_left, "both sides are constants");
    else if (left.kind == OPERAND_LITERAL)
        same_type(p, right.type, left.type, at_left);
    else
        same_type(p, left.type, right.type, &at_right);
    if (!equality && !has_order(left.type))
        parser_fail(p, &relation, "%s has no order: use == or !=", type_with_article(left.type));
    return compare_new(p, p->rows, negated, relation.relation, left, right);
}

/* LIST contains X is any(LIST == X). */
static struct node *parse_list_contains(struct parser *p, bool negated, const struct field *list)
{
    struct token at = p->token;
    struct operand element = {.kind = OPERAND_COLUMN, .type = list->element, .column = 0};
    struct operand sought = parse_operand(p);
    if (p->failed || is_list(p, &sought, &at) || !same_type(p, list->element, sought.type, &at))
        return NULL;
    struct rows *rows = arena_take(p->expression->arena, 1, sizeof *rows);
    rows->columns[rows->column_count++] = list;
    rows->condition = compare_new(p, rows, negated, RELATION_EQUAL, element, sought);
    struct node *node = node_new(p, negated ? NODE_ALL : NODE_ANY, false);
    node->rows = rows;
    return node;
}

static struct node *parse_contains(struct parser *p, bool negated, struct operand left,
                                   const struct token *at_left)
{
    parser_advance(p);
    if (left.type == VALUE_LIST)
        return parse_list_contains(p, negated, left.field);
    struct token at = p->token;
    struct node *node = node_new(p, NODE_CONTAINS, negated);
    node->left = left;
    node->right = parse_operand(p);
    if (left.type != VALUE_TEXT)
        parser_fail(p, at_left, "\"contains\" is for lists and texts, and %s is %s",
                    parser_quote(at_left).text, type_with_article(left.type));
    else
        same_type(p, VALUE_TEXT, node->right.type, &at);
    return node;
}

static struct node *parse_matches(struct parser *p, bool negated, struct operand left,
                                  const struct token *at_left)
{
    parser_advance(p);
    struct token pattern = p->token;
    struct node *node = node_new(p, NODE_MATCHES, negated);
    char problem[200];
    node->left = left;
    if (is_list(p, &left, at_left))
        return NULL;
    if (left.type != VALUE_TEXT)
        parser_fail(p, at_left, "\"matches\" is for texts, and %s is %s", parser_quote(at_left).text,
                    type_with_article(left.type));
    else if (pattern.kind != TOKEN_LITERAL || pattern.literal.value.type != VALUE_TEXT)
        parser_fail(p, &pattern, "a regular expression in quotes was expected, not %s",
                    parser_quote(&pattern).text);
    else if (!(node->regex = regex_compile(p->expression, pattern.literal.value, problem, sizeof problem)))
        parser_fail(p, &pattern, "%s: %s", parser_quote(&pattern).text, problem);
    parser_advance(p);
    return node;
}

/* ---- Sets ---------------------------------------------------------------------------------------------- */

static struct literal parse_member(struct parser *p, enum value_type type)
{
    struct token at = p->token;
    if (at.kind != TOKEN_LITERAL)
        parser_fail(p, &at, "a constant was expected, not %s", parser_quote(&at).text);
    else if (same_type(p, type, at.literal.value.type, &at))
        parser_advance(p);
    return at.literal;
}

static struct range parse_range(struct parser *p, enum value_type type)
{
    struct token at = p->token;
    struct range range = {.low = parse_member(p, type)};
    range.high = range.low;
    if (!parser_take(p, TOKEN_DOTS))
        return range;
    range.high = parse_member(p, type);
    if (p->failed)
        return range;
    if (!has_order(type))
        parser_fail(p, &at, "%s has no order, so there are no ranges of them", type_with_article(type));
    else if (values_order(&range.low.value, &range.high.value, 0) == RELATION_GREATER)
        parser_fail(p, &at, "the range ends before it begins");
    return range;
}

/* Gathered in a buffer that doubles, then kept in the arena. */
static const struct set *parse_set(struct parser *p, enum value_type type)
{
    struct buffer ranges = {0};
    struct set *set = arena_take(p->expression->arena, 1, sizeof *set);
    parser_expect(p, TOKEN_OPEN_BRACE, "\"{\"");
    do {
        struct range range = parse_range(p, type);
        buffer_add(&ranges, &range, sizeof range);
    } while (parser_take(p, TOKEN_COMMA));
    parser_expect(p, TOKEN_CLOSE_BRACE, "\",\" or \"}\"");
    set->count = ranges.length / sizeof(struct range);
    set->ranges = arena_take(p->expression->arena, set->count, sizeof(struct range));
    memcpy(set->ranges, ranges.bytes, ranges.length);
    buffer_free(&ranges);
    return set;
}

static struct node *parse_in(struct parser *p, bool negated, struct operand left, const struct token *at_left)
{
    parser_advance(p);
    if (is_list(p, &left, at_left))
        return NULL;
    struct node *node = node_new(p, NODE_IN, negated);
    node->left = as_shown(&left, p->rows);
    node->set = parse_set(p, left.type);
    return node;
}

/* ---- One of them ------------------------------------------------------------------------------------------
 */

/* The word behind an operand that is no relation may be a misspelt one. */
static const char *misspelt_relation(const struct parser *p)
{
    static const char *const words[] = {"in", "contains", "matches", NULL};
    if (p->token.kind != TOKEN_WORD || parser_at_word(p, "and") || parser_at_word(p, "or"))
        return NULL;
    return nearest_word(words, p->token.text, p->token.length);
}

static struct node *parse_fact(struct parser *p, bool negated, struct operand left, const struct token *at)
{
    const char *foreign = parser_foreign_word(p), *meant = misspelt_relation(p);
    struct node *node = node_new(p, NODE_FACT, negated);
    node->left = left;
    if (foreign)
        parser_fail(p, &p->token, "%s: write \"%s\"", parser_quote(&p->token).text, foreign);
    else if (meant)
        parser_fail(p, &p->token, "did you mean %s instead of %s?", meant, parser_quote(&p->token).text);
    else if (left.type == VALUE_LIST)
        is_list(p, &left, at);
    else if (left.type != VALUE_BOOLEAN)
        parser_fail(p, at, "%s is %s, not a condition: compare it with something", parser_quote(at).text,
                    type_with_article(left.type));
    return node;
}

struct node *parse_relation(struct parser *p, bool negated)
{
    struct token at = p->token;
    struct operand left = parse_operand(p);
    if (p->failed)
        return NULL;
    if (p->token.kind == TOKEN_RELATION)
        return parse_compare(p, negated, left, &at);
    if (parser_at_word(p, "in"))
        return parse_in(p, negated, left, &at);
    if (parser_at_word(p, "contains"))
        return parse_contains(p, negated, left, &at);
    if (parser_at_word(p, "matches"))
        return parse_matches(p, negated, left, &at);
    return parse_fact(p, negated, left, &at);
}
