/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_RULE_TEXT_H
#define TLSWHY_RULES_RULE_TEXT_H

/*
 * A piece of a rule file that knows where it stands, so that what is cut out of it can say where it is wrong.
 * It borrows its bytes. Lines end with '\n'; the indentation of continuation lines is still there.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct rule_text {
    const char *at;
    size_t left;
    unsigned line, column; /* of `at` */
};

static inline bool rule_text_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static inline void rule_text_skip(struct rule_text *text, size_t length)
{
    for (; length > 0; length--, text->left--, text->column++)
        if (*text->at++ == '\n') {
            text->line++;
            text->column = 0;
        }
}

static inline void rule_text_skip_space(struct rule_text *text)
{
    while (text->left > 0 && rule_text_is_space(*text->at))
        rule_text_skip(text, 1);
}

/* The next word, and past it and the space behind it; empty at the end. */
static inline struct rule_text rule_text_word(struct rule_text *text)
{
    struct rule_text word = *text;
    word.left = 0;
    while (word.left < text->left && !rule_text_is_space(word.at[word.left]))
        word.left++;
    rule_text_skip(text, word.left);
    rule_text_skip_space(text);
    return word;
}

static inline bool rule_text_is(const struct rule_text *text, const char *word)
{
    return text->left == strlen(word) && memcmp(text->at, word, text->left) == 0;
}

#endif
