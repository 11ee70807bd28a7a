/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/escape.h"

#include "base/utf8.h"
#include <stdbool.h>

/* Characters that hide or reorder the text around them. Unicode 15: Default_Ignorable_Code_Point,
 * Bidi_Control, the separators and the interlinear annotations, and the C1 controls. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x80, 0x9f},     {0xad, 0xad},       {0x34f, 0x34f},     {0x61c, 0x61c},     {0x115f, 0x1160},
    {0x17b4, 0x17b5}, {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},
    {0x3164, 0x3164}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
    {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_hidden(uint32_t character)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (character <= hidden[i].last)
            return character >= hidden[i].first;
    return false;
}

/* How one kind of output writes what can't stand for itself. */
struct style {
    void (*byte)(struct buffer *out, uint8_t byte);            /* not UTF-8 */
    void (*character)(struct buffer *out, uint32_t character); /* a control, a hidden one, or reserved */
    char reserved[2];                                          /* ASCII with a meaning of its own */
};

static bool stands_alone(const struct style *style, uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != (uint8_t)style->reserved[0] &&
           byte != (uint8_t)style->reserved[1];
}

/* The same byte eight times. */
static inline uint64_t repeat(char byte)
{
    return UINT64_C(0x0101010101010101) * (uint8_t)byte;
}

/* The highest bit of some byte is set when some byte is below `least`, which is at most 0x80. */
static inline uint64_t some_below(uint64_t word, char least)
{
    return (word - repeat(least)) & ~word;
}

static inline bool eight_stand_alone(const struct style *style, const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t special = word | some_below(word, 0x20) | some_below(word ^ repeat(0x7f), 1) |
                       some_below(word ^ repeat(style->reserved[0]), 1) |
                       some_below(word ^ repeat(style->reserved[1]), 1);
    return (special & UINT64_C(0x8080808080808080)) == 0;
}

/* How many bytes from here on stand for themselves. */
static size_t plain_run(const struct style *style, const uint8_t *at, size_t length)
{
    size_t run = 0;
    while (length - run >= 8 && eight_stand_alone(style, at + run))
        run += 8;
    while (run < length && stands_alone(style, at[run]))
        run++;
    return run;
}

/* Copies runs that need nothing at once: nearly all text is one run. */
static void escape(struct buffer *out, const char *bytes, size_t length, const struct style *style)
{
    const uint8_t *at = (const uint8_t *)bytes;
    size_t copied = 0, i = plain_run(style, at, length);
    while (i < length) {
        uint32_t character;
        size_t size = utf8_character(at + i, length - i, &character);
        if (size <= 1 || is_hidden(character)) {
            buffer_add(out, bytes + copied, i - copied);
            if (size == 0)
                style->byte(out, at[i]);
            else
                style->character(out, character);
            copied = i + (size > 0 ? size : 1);
        }
        i += size > 0 ? size : 1;
        i += plain_run(style, at + i, length - i);
    }
    if (length > copied)
        buffer_add(out, bytes + copied, length - copied);
}

static void text_byte(struct buffer *out, uint8_t byte)
{
    buffer_add(out, "\\x", 2);
    buffer_add_hex(out, &byte, 1, 1);
}

static void text_character(struct buffer *out, uint32_t character)
{
    if (character == '\\')
        buffer_add(out, "\\\\", 2);
    else if (character < 0x80)
        text_byte(out, (uint8_t)character);
    else
        buffer_add_format(out, "\\u{%04X}", (unsigned)character);
}

void escape_text(struct buffer *out, const char *bytes, size_t length)
{
    static const struct style text = {text_byte, text_character, {'\\', '\\'}};
    escape(out, bytes, length, &text);
}

static void json_byte(struct buffer *out, uint8_t byte)
{
    buffer_add(out, "\\\\x", 3);
    buffer_add_hex(out, &byte, 1, 1);
}

static void json_unit(struct buffer *out, uint32_t unit)
{
    const uint8_t bytes[2] = {(uint8_t)(unit >> 8), (uint8_t)unit};
    buffer_add(out, "\\u", 2);
    buffer_add_hex(out, bytes, sizeof bytes, 0);
}

static void json_character(struct buffer *out, uint32_t character)
{
    static const char letter[128] = {
        ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    if (character < sizeof letter && letter[character]) {
        const char pair[2] = {'\\', letter[character]};
        buffer_add(out, pair, sizeof pair);
    } else if (character < 0x10000) {
        json_unit(out, character);
    } else {
        json_unit(out, 0xd800 + ((character - 0x10000) >> 10));
        json_unit(out, 0xdc00 + ((character - 0x10000) & 0x3ff));
    }
}

void escape_json(struct buffer *out, const char *bytes, size_t length)
{
    static const struct style json = {json_byte, json_character, {'"', '\\'}};
    escape(out, bytes, length, &json);
}
