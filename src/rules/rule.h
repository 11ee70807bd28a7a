/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_RULE_H
#define TLSWHY_RULES_RULE_H

/*
 * What a rule is once it was read: made by rule_reader.c and rule_statements.c, related to others by
 * relations.c, used by judge.c. Private to rules/. Everything lives in the arena of the set, which has no
 * limit (the limits on files, rules and texts bound it), and expressions are freed with the set.
 */

#include "base/arena.h"
#include "rules/expression.h"
#include "rules/rules.h"
#include "rules/template.h"

enum { RULES_MOST = 4096, RULE_ID_LONGEST = 64, RULE_TEXT_LONGEST = 8192, RULE_FILE_LONGEST = 4 << 20 };

/* One of a property's alternatives: the first whose condition holds (or that has none) is the property. */
struct choice {
    int value;
    const struct expression *when; /* NULL: always */
    struct choice *next;
};

/* Whom a piece of advice is for, by the word in the file and by its name. A program is built on one of
 * several TLS stacks: `on` holds their words with blanks around each; NULL: on any, or it is a stack itself.
 */
struct stack {
    const char *word, *name, *on;
};
extern const struct stack stacks_table[]; /* ends with NULLs; the first is "any" */
enum { STACKS_MOST = 64 };

/* A cause, a fix, a piece of evidence, a step on the wire, a log's words, a reference. */
struct advice {
    const struct expression *guard; /* NULL: always */
    const struct stack *stack;      /* of a fix, of a log's words */
    const struct field *packet;     /* of evidence */
    enum rule_step step;            /* of a step on the wire */
    struct template text;
    struct advice *next;
};

/* Another rule that is named. */
struct relation_to {
    const char *id;
    unsigned line, column;
    const char *difference;  /* of one that this rule may be taken for: how to tell them apart */
    const struct rule *rule; /* set by rules_complete() */
    struct relation_to *next;
};

struct list_of_choices {
    struct choice *first, **end;
};
struct list_of_advice {
    struct advice *first, **end;
    size_t count;
};
struct list_of_relations {
    struct relation_to *first, **end;
    size_t count;
};

/* What a block of a file is: a failure, or the signature of a TLS stack. */
enum block { BLOCK_RULE, BLOCK_STACK };

struct rule {
    enum block block;
    const char *id, *file;
    unsigned line;
    unsigned source;  /* the call that read it: a later one may replace it */
    uint32_t index;   /* among the set's rules */
    int phase;        /* when in a connection's life its failure happens */
    bool absence;     /* rests on something that was not seen */
    uint32_t present; /* bit i: statement i of the table of statements was there */
    struct list_of_choices severity, confidence, blame;
    struct expression *when;
    struct template title, explanation;
    struct list_of_advice causes, fixes, evidence, wire, logs, references, tests;
    struct list_of_relations unless, because_of, confused;
    struct rule_facts facts; /* set by rules_complete() */

    /* of a signature */
    int side;
    const struct stack *stack, *program; /* NULL: no program is told */
    const char *version;                 /* as text for people; NULL: not told */
};

/* What the engine looks at of every rule for every connection, side by side in memory. */
struct rule_question {
    const struct expression *when;
    const struct relation_to *unless; /* the first */
    uint32_t index;                   /* of the rule */
    uint32_t gate;                    /* index of what has to be true first, among those of all rules */
};

/* Compiled expressions, for freeing. */
struct kept_expression {
    struct expression *expression;
    struct kept_expression *next;
};

/* Fields; NULL: there are none. */
struct told_by {
    const struct field *stack, *program, *confidence;
};

struct rules {
    struct arena *arena;
    struct kept_expression *expressions;
    struct rule **all; /* in the order in which they were read */
    size_t count;
    struct rule **signatures; /* the same */
    size_t signature_count;
    unsigned sources;                /* calls so far */
    struct rule_question *questions; /* set by rules_complete(): those that silence others come first */
    const struct node **gates;       /* each once; set by rules_complete() */
    size_t gate_count;
    const struct rule **by_id;     /* sorted; set by rules_complete() */
    struct told_by told_by[SIDES]; /* the facts that tell each side's software */
};

/* Reads the rules of one text. (rule_reader.c) */
bool rules_read_text(struct rules *rules, const char *file, const char *text, size_t length,
                     struct buffer *errors);

/* Binds rules to those they name and puts them in order. (relations.c) */
bool rules_relate(struct rules *rules, struct buffer *errors);

/* Prepares the questions that are asked in this order. (questions.c) */
void rules_ask_in_order(struct rules *rules, const struct rule *const *order);

/* Adds a message: "FILE:LINE:COLUMN: ..." and a newline. */
void rules_tell(struct buffer *errors, const char *file, unsigned line, unsigned column, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

#endif
