/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TERMINAL_H
#define TLSWHY_TERMINAL_H

/*
 * What a stream's reader can show. The locale must be set before (setlocale()).
 */

#include <stdbool.h>
#include <stdio.h>

struct terminal {
    bool interactive; /* a terminal, not a file or a pipe */
    bool colour;      /* interactive, and NO_COLOR (https://no-color.org) does not forbid it */
    bool unicode;     /* the locale's characters are UTF-8 */
    unsigned width;   /* columns, from $COLUMNS or the terminal itself; 0: unknown */
};

struct terminal terminal_of(FILE *stream);

#endif
