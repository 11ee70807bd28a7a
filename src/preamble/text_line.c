/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preamble/text_line.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

bool line_begins(struct cursor line, const char *words)
{
    size_t length = strlen(words);
    const uint8_t *bytes = cursor_take(&line, length);
    return bytes && strncasecmp((const char *)bytes, words, length) == 0;
}

bool line_contains(struct cursor line, const char *words)
{
    while (line.left > 0) {
        if (line_begins(line, words))
            return true;
        cursor_skip(&line, 1);
    }
    return false;
}

struct cursor line_word(struct cursor *line)
{
    while (line->left > 0 && isspace(line->at[0]))
        cursor_skip(line, 1);
    struct cursor word = cursor_over(line->at, 0);
    while (line->left > 0 && !isspace(line->at[0])) {
        word.left++;
        cursor_skip(line, 1);
    }
    return word;
}

bool line_word_is(struct cursor word, const char *expected)
{
    return word.left == strlen(expected) && line_begins(word, expected);
}

struct cursor line_trimmed(struct cursor line)
{
    while (line.left > 0 && isspace(line.at[0]))
        cursor_skip(&line, 1);
    while (line.left > 0 && isspace(line.at[line.left - 1]))
        line.left--;
    return line;
}

uint32_t line_number(struct cursor word, uint32_t most)
{
    uint64_t number = 0;
    uint8_t digit;
    while (number <= most && cursor_u8(&word, &digit) && isdigit(digit))
        number = number * 10 + (uint64_t)(digit - '0');
    return number < most ? (uint32_t)number : most;
}

bool line_address(struct cursor word, struct address *address)
{
    char text[INET6_ADDRSTRLEN];
    if (word.left == 0 || word.left >= sizeof text)
        return false;
    memcpy(text, word.at, word.left);
    text[word.left] = '\0';
    *address = (struct address){0};
    if (inet_pton(AF_INET, text, address->bytes) == 1)
        address->family = 4;
    else if (inet_pton(AF_INET6, text, address->bytes) == 1)
        address->family = 6;
    return address->family != 0;
}
