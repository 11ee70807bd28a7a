/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_NEAREST_H
#define TLSWHY_BASE_NEAREST_H

/*
 * The word that somebody meant who misspelt it: for messages that end in "did you mean ...?".
 */

#include <stddef.h>

/* The nearest of the NULL-terminated `words`; NULL when none is near. */
const char *nearest_word(const char *const *words, const char *word, size_t length);

#endif
