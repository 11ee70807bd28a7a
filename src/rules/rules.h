/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_RULES_H
#define TLSWHY_RULES_RULES_H

/*
 * A set of rules: the failure patterns, read from rule files (or from those compiled into the program), and
 * the engine that judges a handshake by them. doc/tlswhy-rules.5 describes the file format. The set owns its
 * rules; findings are written into the handshake's arena.
 */

#include "base/buffer.h"
#include "handshake/handshake.h"
#include <stdbool.h>
#include <stddef.h>

struct rules;

struct rules *rules_new(void);
void rules_free(struct rules *rules); /* NULL is fine */

/* Adds the rules of a text. False with messages "FILE:LINE:COLUMN: ..." (one a line, all that were found) in
 * `errors`. */
bool rules_read(struct rules *rules, const char *name, const char *text, size_t length,
                struct buffer *errors);
bool rules_read_file(struct rules *rules, const char *path,
                     struct buffer *errors); /* a file, or a directory's *.rules in order */
bool rules_read_builtin(struct rules *rules, struct buffer *errors);

/* The signatures of TLS stacks that are compiled in; they serve beside any rules. */
bool rules_read_builtin_stacks(struct rules *rules, struct buffer *errors);

/* After the last rules_read: checks the relations between rules (unless, because-of). Nothing may be read
 * after it. */
bool rules_complete(struct rules *rules, struct buffer *errors);

/*
 * Judges: fills findings, has_verdict and summary of the handshake. The verdict is the finding that explains
 * the failure: one that another finding's rule names in `because-of` is an effect of it; one that is named in
 * `unless` of another silences that one; then severity, confidence, the order of evidence in time; never the
 * order of files alone.
 */
void rules_judge(const struct rules *rules, struct handshake *handshake);

/* The same by one rule alone, if it is among them. Nothing else of the handshake needs to be known than what
 * the rule asks for. */
void rules_judge_by(const struct rules *rules, const char *id, struct handshake *handshake);

/* Who does something on the wire: one of the two ends, something between them, or nobody. */
enum rule_step { STEP_CLIENT, STEP_SERVER, STEP_PATH, STEP_NOTHING };

/* What it looks like on the wire, in the order of time. */
struct rule_wire {
    enum rule_step by;
    const char *text;
};

/* What a software says when it happens. */
struct rule_log {
    const char *software; /* its name; NULL: said by many */
    const char *text;
};

/* Another rule that this one may be taken for. */
struct rule_neighbour {
    const char *id, *difference;
};

/* For --list-rules and --explain. */
struct rule_facts {
    const char *id;
    enum severity severity;
    const char *title; /* with its placeholders */
    const char *explanation;
    const char *file;
    unsigned line;
    /* All end with NULL. A fix begins with its stack and ": " unless it is for any. */
    const char *const *tests; /* captures that fire it */
    const char *const *evidence, *const *causes, *const *fixes, *const *references;
    const char *const *unless, *const *because_of;
    const struct rule_wire *wire;          /* these three end with an element of NULLs */
    const struct rule_log *logs;           /* */
    const struct rule_neighbour *confused; /* */
};
size_t rules_count(const struct rules *rules);
struct rule_facts rules_at(const struct rules *rules, size_t index);
bool rules_find(const struct rules *rules, const char *id, struct rule_facts *facts);

/* A text with placeholders as it reads without a capture: {source.ip} is the client. */
void rules_teach(struct buffer *out, const char *text);

/* The name of a software from its word in rule files, "Java" of "java"; NULL for any and for what is none. */
const char *rules_software(const char *word);

#endif
