/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_PROGRESS_H
#define TLSWHY_PROGRESS_H

/*
 * Progress is a line on a terminal that says how far the reading of files is. It is drawn over itself a few
 * times a second, not at all in the first half second, and must be hidden before anything else is printed
 * there.
 */

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress;

/* NULL where `terminal` is none, or can't erase a line. The other functions take NULL for an answer. */
struct progress *progress_on(FILE *terminal);

/* So many bytes of `all` (0: nobody knows) are read. Draws the line when it is time to. */
void progress_show(struct progress *progress, uint64_t done, uint64_t all);

/* Erases the line. */
void progress_hide(struct progress *progress);

void progress_free(struct progress *progress);

/* The line's text after `elapsed` ns: "42 % read, 310 MB/s, 3 s left". */
void progress_describe(struct buffer *out, uint64_t done, uint64_t all, int64_t elapsed);

#endif
