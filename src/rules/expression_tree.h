/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_EXPRESSION_TREE_H
#define TLSWHY_RULES_EXPRESSION_TREE_H

/*
 * What the parts of the expression language share: tokens, and the tree that the parser builds and the
 * evaluator walks. Private to expression_*.c.
 *
 * The tree holds no "not": while parsing, a negation is carried down to the leaves (by De Morgan's laws,
 * which Kleene's three-valued logic keeps; "not any" becomes "all not"). So a node needs to know one thing
 * only, whether it is true: "and" is true where all its parts are, "or" where one is, and a leaf is true
 * where its facts are known and satisfy it, negated or not. An unknown fact makes nothing true.
 *
 * All of it lives in the expression's arena, which has no limit: the length of the text bounds it.
 */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/arena.h"
#include "capture/segment.h"
#include "handshake/fields.h"
#include "handshake/value.h"
#include "rules/expression.h"
#include <pcre2.h>

/* A constant. The numbers of its value never change, its address moves with the token: the value of an
 * address literal is made when it is used (literal_value). */
struct literal {
    struct value value;
    struct address address;
    uint8_t prefix_bits; /* of an address; fewer than all make it a prefix */
    bool is_prefix;
};

/* ---- Tokens (expression_lexer.c) ----------------------------------------------------------------------- */

enum token_kind {
    TOKEN_END,
    TOKEN_WORD, /* a name of a field, or a word of the language */
    TOKEN_LITERAL,
    TOKEN_OPEN,        /* ( */
    TOKEN_CLOSE,       /* ) */
    TOKEN_OPEN_BRACE,  /* { */
    TOKEN_CLOSE_BRACE, /* } */
    TOKEN_COMMA,
    TOKEN_DOTS, /* .. */
    TOKEN_RELATION,
    TOKEN_BAD, /* `problem` says what is wrong with it */
};

/* Which of less, equal and greater a relation accepts. */
enum relation {
    RELATION_LESS = 1,
    RELATION_EQUAL = 2,
    RELATION_GREATER = 4,
    RELATION_NOT_EQUAL = RELATION_LESS | RELATION_GREATER,
    RELATION_ANY = RELATION_LESS | RELATION_EQUAL | RELATION_GREATER,
};

struct token {
    enum token_kind kind;
    const char *text; /* as written */
    size_t length;
    unsigned line, column;
    enum relation relation;
    struct literal literal;
    const char *problem; /* of TOKEN_BAD */
    const char *hint;    /* of TOKEN_BAD: what is to be written instead; NULL */
};

struct lexer {
    const char *at, *end;
    unsigned line, column; /* of `at` */
    struct arena *arena;   /* for texts with escapes */
};

struct token lexer_next(struct lexer *lexer);

/* ---- The tree ------------------------------------------------------------------------------------------ */

enum { ROWS_COLUMNS = 8 };

/* The rows that any(), all() or count() goes through: a list, or several columns of one array. */
struct rows {
    const struct field *columns[ROWS_COLUMNS];
    unsigned column_count;
    struct node *condition; /* NULL: count() of all rows */
    struct node *opposite;  /* of count(): the condition negated */
};

enum operand_kind {
    OPERAND_LITERAL,
    OPERAND_FIELD,
    OPERAND_COLUMN,
    OPERAND_SHOWN_FIELD, /* a packet's number within its file, as people know it */
    OPERAND_SHOWN_COLUMN,
    OPERAND_COUNT
};

struct operand {
    enum operand_kind kind;
    enum value_type type;
    union {
        const struct field *field;
        const struct literal *literal;
        const struct rows *count;
        unsigned column; /* index among the columns of the rows */
    };
};

/* What a value can be in: single values are ranges whose ends are the same. */
struct range {
    struct literal low, high;
};

struct set {
    struct range *ranges;
    size_t count;
};

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    struct memo *results; /* of the texts that were tried last */
    struct regex *next;   /* of the expression's, for freeing */
};

enum node_kind {
    NODE_AND,
    NODE_OR,
    NODE_FACT,     /* the left operand, a boolean */
    NODE_KNOWN,    /* the left operand is known */
    NODE_COMPARE,  /* left, relation, right */
    NODE_IN,       /* left, set */
    NODE_CONTAINS, /* left, right: texts */
    NODE_MATCHES,  /* left, regex */
    NODE_ANY,      /* rows */
    NODE_ALL,      /* rows */
};

/* Small, since all rules' conditions are walked through at every connection's end. */
struct node {
    enum node_kind kind;
    enum relation relation; /* NODE_COMPARE */
    struct node *next;      /* of the same parent's parts */
    struct operand left;
    union {
        struct operand right;
        const struct set *set;
        const struct regex *regex;
        const struct rows *rows;
        struct node *parts; /* NODE_AND, NODE_OR */
    };
    bool negated; /* a leaf's; a comparison turns its relation around instead */
};

struct expression {
    struct arena *arena;
    struct node *root;
    struct regex *regexes;
};

static inline struct value literal_value(const struct literal *literal)
{
    return literal->value.type == VALUE_ADDRESS ? value_address(&literal->address) : literal->value;
}

/* What stands inside any(), all() or count() is not asked by itself. (expression_evaluate.c) */
bool node_is_true(const struct node *node, const struct handshake *handshake);

/* How two values of the same type stand to each other. Of addresses the first `prefix_bits` bits are looked
 * at; they have no order, only RELATION_EQUAL or not. (expression_evaluate.c) */
enum relation values_order(const struct value *a, const struct value *b, unsigned prefix_bits);

/* Compiles a regular expression; NULL with `problem` of `room` bytes filled. (expression_regex.c) */
struct regex *regex_compile(struct expression *expression, struct value pattern, char *problem, size_t room);

enum regex_result { REGEX_NO_MATCH, REGEX_MATCH, REGEX_GAVE_UP };
enum regex_result regex_match(const struct regex *regex, const char *bytes, size_t length);
void regex_free(struct regex *regex);

#endif
