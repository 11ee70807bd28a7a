/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nearest.h"

#include <string.h>

enum { LONGEST_WORD = 48 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, drop, change or swap with their neighbour (optimal string alignment). Both words are at
 * most LONGEST_WORD letters long. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST_WORD + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t changed = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = smaller(changed, smaller(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[b_length];
}

const char *nearest_word(const char *const *words, const char *word, size_t length)
{
    const char *nearest = NULL;
    size_t best = length / 3 + 1; /* as many slips as are still the same word */
    if (length > LONGEST_WORD)
        return NULL;
    for (; *words; words++) {
        size_t candidate = strlen(*words);
        size_t at_least = candidate > length ? candidate - length : length - candidate;
        if (candidate > LONGEST_WORD || at_least > best)
            continue;
        size_t slips = distance(word, length, *words, candidate);
        if (slips <= best && slips < candidate) {
            nearest = *words;
            best = slips > 0 ? slips - 1 : 0;
        }
    }
    return nearest;
}
