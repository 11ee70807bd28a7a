/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_RULE_STATEMENTS_H
#define TLSWHY_RULES_RULE_STATEMENTS_H

/*
 * The statements of a rule or a stack's signature: which there are, what each may say, and what a rule must
 * not lack. The reader (rule_reader.c) cuts a file into statements and hands them over. Private to these two.
 */

#include "rules/rule.h"
#include "rules/rule_text.h"

/* The reading of one text. */
struct reading {
    struct rules *rules;
    const char *file; /* lives as long as the rules */
    struct buffer *errors;
    unsigned mistakes;
};

/* So many mistakes of one text are told. */
enum { MISTAKES_MOST = 50 };

void reading_fail(struct reading *r, const struct rule_text *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A word for a message: escaped, and not too long. */
struct rule_word {
    char text[256];
};
struct rule_word rule_word(const struct rule_text *word);

/* False, and told, where it is none: lower-case letters, digits and hyphens. */
bool rule_id_check(struct reading *r, const struct rule_text *id);

struct statement;

/* NULL, and told, where there is no such statement in such a block. */
const struct statement *statement_find(struct reading *r, enum block block, const struct rule_text *word);

void statement_read(struct reading *r, struct rule *rule, const struct statement *statement,
                    const struct rule_text *word, struct rule_text text);

/* Before its first statement, and after its last: told is what it lacks. */
void rule_begin(struct rule *rule);
void rule_end(struct reading *r, struct rule *rule);

#endif
