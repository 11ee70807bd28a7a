/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_PAGE_H
#define TLSWHY_REPORT_PAGE_H

/*
 * A page is where text for people is put together before it is written: it wraps at the width, indents and
 * colours. It owns its text. A page of zeroes with a width is empty, plain and ASCII.
 */

#include "base/buffer.h"
#include <stdbool.h>

enum ink { INK_PLAIN, INK_STRONG, INK_FAINT, INK_ERROR, INK_WARNING, INK_NOTE, INK_GOOD, INKS };

struct page {
    struct buffer text;
    unsigned width; /* columns */
    bool colour;    /* INK_... become terminal escapes */
    bool unicode;   /* arrows and lines may be UTF-8 */
    enum ink ink;   /* the one in use */
};

enum { PAGE_DEFAULT_WIDTH = 100, PAGE_LEAST_WIDTH = 40 };

/* As it is: the caller's own words, or what base/escape.h made safe. */
void page_add(struct page *page, const char *text);
void page_add_inked(struct page *page, enum ink ink, const char *text);

/* Begins an ink; INK_PLAIN ends it. It pauses at the end of a line, since pagers see line by line. */
void page_ink(struct page *page, enum ink ink);

void page_add_spaces(struct page *page, unsigned count);
void page_add_line(struct page *page); /* ends the line */

/* One of two forms of a sign: what UTF-8 has, and what ASCII makes of it. */
void page_add_sign(struct page *page, const char *unicode, const char *ascii);

/*
 * A text of any length, wrapped between words, and the end of its line. The line stands at `column` already;
 * what does not fit goes on below, from column `indent`. A newline in the text is a blank, an empty line a
 * new paragraph. Control characters are escaped; escapes made before are left as they are.
 */
void page_wrap(struct page *page, unsigned column, unsigned indent, const char *text);

/* Facts that share lines with dots between them, and the end of the line. Each ends with a newline in
 * `facts`; none is broken in two. The line stands at `indent` already. */
void page_flow(struct page *page, unsigned indent, const char *facts);

/* Columns that a text takes on a terminal. */
unsigned page_columns(const char *text, size_t length);

#endif
