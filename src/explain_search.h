/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_EXPLAIN_SEARCH_H
#define TLSWHY_EXPLAIN_SEARCH_H

/*
 * From an error text, as somebody copied it out of a log or remembers it, to the rules and alerts behind it.
 * Case, quotes and punctuation don't matter, a part is enough, and so is a whole line with the text in it.
 */

#include "rules/rules.h"

enum { EXPLAIN_HITS = 8 };

struct explain_hit {
    const char *rule;     /* its id; NULL: an alert */
    uint8_t alert;        /* its code */
    const char *software; /* that says it; NULL: many, or the rule's own words */
    const char *text;     /* the best of its texts */
    double fit;           /* 0 to 1; from EXPLAIN_FITS_WELL on it is what was meant */
};

#define EXPLAIN_FITS_WELL 0.75

/* The best first, each rule and alert once; how many there are. Texts are those of the rules and tables. */
size_t explain_search(const struct rules *rules, const char *query, struct explain_hit hits[EXPLAIN_HITS]);

#endif
