/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_PREAMBLE_TEXT_LINE_H
#define TLSWHY_PREAMBLE_TEXT_LINE_H

/*
 * Looking at a line of text from the wire, a cursor over it with or without its end of line. Nothing here
 * minds upper or lower case.
 */

#include "base/cursor.h"
#include "capture/segment.h"

bool line_begins(struct cursor line, const char *words);
bool line_contains(struct cursor line, const char *words);

/* Takes blanks and the word behind them; empty where there is none. */
struct cursor line_word(struct cursor *line);
bool line_word_is(struct cursor word, const char *expected);

/* Without blanks and line ends around it. */
struct cursor line_trimmed(struct cursor line);

/* The decimal number that a word begins with, at most `most`; 0 where it is none. */
uint32_t line_number(struct cursor word, uint32_t most);

/* False where the word is no IPv4 or IPv6 address. */
bool line_address(struct cursor word, struct address *address);

#endif
