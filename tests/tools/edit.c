/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Makes a capture into another one that shows the same connections differently, or shows less of them:
 *
 *     edit IN OUT EDIT[:NUMBER]...
 *
 * The edits are done one after the other; mix:NUMBER:FILE lays another capture over this one. The same
 * arguments make the same file. Exit status 77: an edit has nothing to change here, and OUT is not written.
 */

#include "edits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTHING_TO_DO = 77, FAILED = 1, USAGE = 2 };

static const struct edit *const families[] = {order_edits, segment_edits, link_edits};

static void usage(void)
{
    fprintf(stderr, "usage: edit IN OUT EDIT[:NUMBER]...\n");
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const struct edit *edit = families[i]; edit->name; edit++)
            fprintf(stderr, "  %-13s %s\n", edit->name, edit->what);
    fprintf(stderr, "  %-13s %s\n", "mix:N:FILE", "another capture's packets among these (seed)");
}

static const struct edit *find_edit(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const struct edit *edit = families[i]; edit->name; edit++)
            if (strlen(edit->name) == length && memcmp(edit->name, name, length) == 0)
                return edit;
    return NULL;
}

static int apply(struct capture *capture, const char *words)
{
    size_t length = strcspn(words, ":");
    char *rest = NULL;
    uint32_t number = words[length] ? (uint32_t)strtoul(words + length + 1, &rest, 10) : 0;
    if (length == 3 && memcmp(words, "mix", length) == 0 && rest && *rest == ':')
        return edit_mix(capture, rest + 1, number) ? 0 : NOTHING_TO_DO;
    const struct edit *edit = find_edit(words, length);
    if (!edit) {
        usage();
        return USAGE;
    }
    return edit->apply(capture, number) ? 0 : NOTHING_TO_DO;
}

int main(int argc, char **argv)
{
    struct capture capture;
    if (argc < 4) {
        usage();
        return USAGE;
    }
    if (!capture_read(&capture, argv[1]))
        return FAILED;
    int status = 0;
    for (int i = 3; i < argc && status == 0; i++)
        status = apply(&capture, argv[i]);
    if (status == 0 && !capture_write(&capture, argv[2]))
        status = FAILED;
    capture_free(&capture);
    return status;
}
