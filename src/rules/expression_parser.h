/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_EXPRESSION_PARSER_H
#define TLSWHY_RULES_EXPRESSION_PARSER_H

/*
 * The parser's hands: the token it looks at, the mistake it tells, the names it knows. It is a recursive
 * descent in three files: expression_parser.c (tokens, messages, names), expression_relation.c (what
 * compares) and expression_parse.c (operands and what joins conditions). Private to them.
 */

#include "rules/expression_tree.h"

struct parser {
    struct lexer lexer;
    struct token token; /* the one to look at next */
    struct expression *expression;
    struct rows *rows; /* inside any(), all() or count(); NULL elsewhere */
    unsigned depth;    /* of parentheses */
    const char *file;
    struct buffer *error;
    bool failed;
};

/* The first mistake is told; from there on the parser sees the end of the text and comes back. */
void parser_fail(struct parser *p, const struct token *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A token as it is shown in a message: escaped, and not too long. */
enum { LONGEST_QUOTE = 60 };
struct quote {
    char text[LONGEST_QUOTE * 10 + 4];
};
struct quote parser_quote(const struct token *token);

/* "a boolean", "an integer", ... */
const char *type_with_article(enum value_type type);

void parser_advance(struct parser *p);
bool parser_at_word(const struct parser *p, const char *word);
bool parser_take_word(struct parser *p, const char *word);
bool parser_take(struct parser *p, enum token_kind kind);
void parser_expect(struct parser *p, enum token_kind kind, const char *what);

/* What is written here instead of the next token, where that is a word of another language's; else NULL. */
const char *parser_foreign_word(const struct parser *p);

/* NULL, and told, where the next token names no field. */
const struct field *parser_take_field(struct parser *p);

struct node *node_new(struct parser *p, enum node_kind kind, bool negated);

/* A field, a constant, or count(...). (expression_parse.c) */
struct operand parse_operand(struct parser *p);

/* An operand and what it is compared with, or a boolean alone. What comes back after a mistake is of no use.
 * (expression_relation.c) */
struct node *parse_relation(struct parser *p, bool negated);

#endif
