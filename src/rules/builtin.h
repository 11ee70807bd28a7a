/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_BUILTIN_H
#define TLSWHY_RULES_BUILTIN_H

/*
 * The files that were compiled into the program: the text of each *.rules and *.stacks of rules/, in the
 * order of their names. They go through the same reader as a file that the user names.
 */

#include <stddef.h>

struct builtin_rules {
    const char *name; /* the file's name, for messages: "client-certificate.rules" */
    const char *text; /* its bytes with a NUL behind them */
    size_t length;    /* bytes of `text`, without that NUL */
};

extern const struct builtin_rules builtin_rules[];
extern const size_t builtin_rules_count;

#endif
