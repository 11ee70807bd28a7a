/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDEST = 1000 };

static unsigned width_of(int descriptor)
{
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    struct winsize size;
    if (width <= 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    return width <= 0 ? 0 : width > WIDEST ? WIDEST : (unsigned)width;
}

static bool colour_is_unwanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return (no_color && *no_color) || (term && strcmp(term, "dumb") == 0);
}

struct terminal terminal_of(FILE *stream)
{
    bool interactive = isatty(fileno(stream));
    return (struct terminal){
        .interactive = interactive,
        .colour = interactive && !colour_is_unwanted(),
        .unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .width = width_of(fileno(stream)),
    };
}
