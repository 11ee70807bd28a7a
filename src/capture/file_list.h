/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_FILE_LIST_H
#define TLSWHY_CAPTURE_FILE_LIST_H

/*
 * The files that paths stand for: a folder stands for the captures in it, ordered by name the way people
 * count (trace2 before trace10), all else for itself. Folders in a folder and hidden files are left alone,
 * and so is what its first bytes tell to be no capture.
 */

#include "base/notice.h"
#include <stdbool.h>
#include <stddef.h>

struct file_list {
    char **paths; /* owned */
    size_t count;
};

/* Adds what `path` stands for. False, after a notice, for a folder that can't be read or has no capture in
 * it. */
bool file_list_add(struct file_list *list, const char *path, const struct notice_sink *notices);

void file_list_free(struct file_list *list); /* what it owns, not itself */

/* As strcmp(), with runs of digits compared as numbers. */
int file_list_compare_names(const char *a, const char *b);

#endif
