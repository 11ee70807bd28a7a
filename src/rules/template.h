/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_TEMPLATE_H
#define TLSWHY_RULES_TEMPLATE_H

/*
 * A text for a person with {field} in it, or {field|what to say where it is unknown}. A template is checked
 * against the table of fields when it is read; expanded, what came from the wire is escaped and not too long.
 * It lives in the arena that it was made in.
 */

#include "base/arena.h"
#include "base/buffer.h"
#include "handshake/fields.h"
#include "rules/rule_text.h"

struct template_part {
    const char *text; /* where there is a field: what stands for the unknown */
    size_t length;
    const struct field *field; /* NULL: text alone */
    struct template_part *next;
};

struct template
{
    const char *source; /* as written, on one line */
    struct template_part *parts;
};

/* False with a message in `error`, its place in `at`. */
bool template_compile(struct template *template, struct rule_text text, struct arena *arena,
                      struct buffer *error, struct rule_text *at);

/* Text without placeholders: braces mean nothing in it. */
void template_plain(struct template *template, struct rule_text text, struct arena *arena);

void template_expand(const struct template *template, const struct handshake *handshake, struct buffer *out);

#endif
