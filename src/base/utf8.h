/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_UTF8_H
#define TLSWHY_BASE_UTF8_H

/*
 * Characters of UTF-8 (RFC 3629), read one by one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads one character (section 4: no overlong form, no surrogate, nothing past U+10FFFF). Returns its bytes,
 * 0 when there is none. */
static inline size_t utf8_character(const uint8_t *at, size_t left, uint32_t *character)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = at[0];
    size_t length = lead < 0x80   ? 1
                    : lead < 0xc2 ? 0
                    : lead < 0xe0 ? 2
                    : lead < 0xf0 ? 3
                    : lead < 0xf5 ? 4
                                  : 0;
    if (length == 0 || length > left)
        return 0;
    *character = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *character = *character << 6 | (at[i] & 0x3fU);
    }
    bool surrogate = *character >= 0xd800 && *character <= 0xdfff;
    return *character < smallest[length] || *character > 0x10ffff || surrogate ? 0 : length;
}

/* Writes a character; returns its bytes. */
static inline size_t utf8_put(char at[static 4], uint32_t character)
{
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t length = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        at[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    at[0] = (char)(leads[length] | character);
    return length;
}

#endif
