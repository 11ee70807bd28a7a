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

/* For --list-rules and --explain. */
struct rule_facts {
    const char *id;
    enum severity severity;
    const char *title; /* with its placeholders */
    const char *explanation;
    const char *file;
    unsigned line;
    const char *const *tests; /* captures that fire it, NULL-terminated */
    const char *const *causes,
        *const *fixes, *const *references, *const *unless,
                                               *const *because_of; /* NULL-terminated; a fix begins with its
                                                                      stack and ": " unless any */
};
size_t rules_count(const struct rules *rules);
struct rule_facts rules_at(const struct rules *rules, size_t index);
bool rules_find(const struct rules *rules, const char *id, struct rule_facts *facts);

#endif
