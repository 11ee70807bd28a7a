/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/thumbprint.h"

#include "base/utf8.h"
#include <string.h>

enum {
    SHA1_DIGITS = 40,
    SHA256_DIGITS = 64,
    NAMED_MOST = 4, /* hidden characters that are named one by one */
};

/* ---- Characters that nobody sees ----------------------------------------------------------------------- */

static const struct {
    uint32_t character;
    const char *name; /* Unicode's */
} hidden_characters[] = {
    {0x00a0, "NO-BREAK SPACE"},
    {0x00ad, "SOFT HYPHEN"},
    {0x034f, "COMBINING GRAPHEME JOINER"},
    {0x061c, "ARABIC LETTER MARK"},
    {0x180e, "MONGOLIAN VOWEL SEPARATOR"},
    {0x2002, "EN SPACE"},
    {0x2003, "EM SPACE"},
    {0x2007, "FIGURE SPACE"},
    {0x2009, "THIN SPACE"},
    {0x200a, "HAIR SPACE"},
    {0x200b, "ZERO WIDTH SPACE"},
    {0x200c, "ZERO WIDTH NON-JOINER"},
    {0x200d, "ZERO WIDTH JOINER"},
    {0x200e, "LEFT-TO-RIGHT MARK"},
    {0x200f, "RIGHT-TO-LEFT MARK"},
    {0x2028, "LINE SEPARATOR"},
    {0x2029, "PARAGRAPH SEPARATOR"},
    {0x202a, "LEFT-TO-RIGHT EMBEDDING"},
    {0x202b, "RIGHT-TO-LEFT EMBEDDING"},
    {0x202c, "POP DIRECTIONAL FORMATTING"},
    {0x202d, "LEFT-TO-RIGHT OVERRIDE"},
    {0x202e, "RIGHT-TO-LEFT OVERRIDE"},
    {0x202f, "NARROW NO-BREAK SPACE"},
    {0x2060, "WORD JOINER"},
    {0x2066, "LEFT-TO-RIGHT ISOLATE"},
    {0x2067, "RIGHT-TO-LEFT ISOLATE"},
    {0x2068, "FIRST STRONG ISOLATE"},
    {0x2069, "POP DIRECTIONAL ISOLATE"},
    {0x3000, "IDEOGRAPHIC SPACE"},
    {0xfeff, "ZERO WIDTH NO-BREAK SPACE (the byte order mark)"},
};

static const char *hidden_name(uint32_t character)
{
    for (size_t i = 0; i < sizeof hidden_characters / sizeof hidden_characters[0]; i++)
        if (hidden_characters[i].character == character)
            return hidden_characters[i].name;
    return character < 0x20 || (character >= 0x7f && character < 0xa0) ? "a control character" : NULL;
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

/* What was found so far. */
struct reading {
    struct thumbprint *thumbprint;
    struct buffer *remarks;
    size_t place;  /* of the character at hand, from 1 */
    size_t digits; /* all of them; only so many as fit are kept */
    size_t hidden;
    bool spaces, colons, hyphens, lower_case, question_mark;
};

static void separate(struct buffer *remarks)
{
    if (remarks->length > 0)
        buffer_add_string(remarks, "; ");
}

static void note_hidden(struct reading *reading, uint32_t character, const char *name)
{
    const uint32_t left_to_right_mark = 0x200e;
    if (reading->hidden++ >= NAMED_MOST)
        return;
    separate(reading->remarks);
    buffer_add_format(reading->remarks, "character %zu is U+%04X %s", reading->place, (unsigned)character,
                      name);
    if (character == left_to_right_mark && reading->place == 1)
        buffer_add_string(reading->remarks,
                          ", which the certificate dialog of Windows puts there and nobody sees");
}

/* What U+200E turns into where a program saves the text in a code page without it. */
static bool is_lost_mark(const struct reading *reading, uint32_t character)
{
    return character == '?' && reading->place == 1;
}

static int digit_of(uint32_t character)
{
    if (character >= '0' && character <= '9')
        return (int)character - '0';
    if (character >= 'A' && character <= 'F')
        return (int)character - 'A' + 10;
    return character >= 'a' && character <= 'f' ? (int)character - 'a' + 10 : -1;
}

static void take_digit(struct reading *reading, int digit)
{
    size_t at = reading->digits++ / 2;
    if (at < THUMBPRINT_LONGEST)
        reading->thumbprint->bytes[at] = (uint8_t)(reading->thumbprint->bytes[at] << 4 | digit);
}

/* False where the character has no business in a thumbprint. */
static bool take(struct reading *reading, uint32_t character)
{
    int digit = digit_of(character);
    const char *name = hidden_name(character);
    reading->lower_case |= character >= 'a' && character <= 'f';
    reading->colons |= character == ':';
    reading->hyphens |= character == '-';
    if (digit >= 0)
        take_digit(reading, digit);
    else if (character == ' ' || character == '\t' || character == '\n' || character == '\r')
        reading->spaces = true;
    else if (is_lost_mark(reading, character))
        reading->question_mark = true;
    else if (name)
        note_hidden(reading, character, name);
    else
        return character == ':' || character == '-';
    return true;
}

static bool refuse_character(const struct reading *reading, uint32_t character)
{
    bool ascii = character > 0x20 && character < 0x7f;
    separate(reading->remarks);
    if (ascii)
        buffer_add_format(reading->remarks, "character %zu is \"%c\", which is no hexadecimal digit",
                          reading->place, (int)character);
    else
        buffer_add_format(reading->remarks, "character %zu is U+%04X, which is no hexadecimal digit",
                          reading->place, (unsigned)character);
    return false;
}

static bool take_all(struct reading *reading, const char *text, size_t length)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t size;
    for (size_t i = 0; i < length; i += size) {
        uint32_t character;
        reading->place++;
        size = utf8_character(at + i, length - i, &character);
        if (size == 0) {
            separate(reading->remarks);
            buffer_add_format(reading->remarks, "character %zu is the byte 0x%02X, which is no UTF-8",
                              reading->place, at[i]);
            return false;
        }
        if (!take(reading, character))
            return refuse_character(reading, character);
    }
    return true;
}

static bool check_length(const struct reading *reading)
{
    struct buffer *remarks = reading->remarks;
    size_t digits = reading->digits;
    if (digits == SHA1_DIGITS || digits == SHA256_DIGITS)
        return true;
    separate(remarks);
    if (digits == 0)
        buffer_add_string(remarks, "it has no hexadecimal digits");
    else
        buffer_add_format(remarks,
                          "it has %zu hexadecimal digit%s, while a SHA-1 thumbprint has 40 and a "
                          "SHA-256 thumbprint 64",
                          digits, digits == 1 ? "" : "s");
    return false;
}

/* ---- What had to be left out --------------------------------------------------------------------------- */

static void add_part(struct buffer *remarks, const char *what, size_t *count)
{
    if (*count == 0)
        separate(remarks);
    buffer_add_format(remarks, "%s%s", (*count)++ == 0 ? "it has " : ", ", what);
}

static void remark_dress(const struct reading *reading)
{
    size_t count = 0;
    if (reading->spaces)
        add_part(reading->remarks, "spaces", &count);
    if (reading->colons)
        add_part(reading->remarks, "colons", &count);
    if (reading->hyphens)
        add_part(reading->remarks, "hyphens", &count);
    if (reading->lower_case)
        add_part(reading->remarks, "lower-case letters", &count);
}

static void remark(const struct reading *reading)
{
    struct buffer *remarks = reading->remarks;
    if (reading->hidden > NAMED_MOST)
        buffer_add_format(remarks, "; %zu more characters cannot be seen", reading->hidden - NAMED_MOST);
    if (reading->question_mark) {
        separate(remarks);
        buffer_add_string(remarks,
                          "character 1 is \"?\", which is what the invisible U+200E of the certificate "
                          "dialog turns into in a file that cannot hold it");
    }
    remark_dress(reading);
}

bool thumbprint_read(struct thumbprint *thumbprint, const char *text, size_t length,
                     enum thumbprint_flaw *flaw, struct buffer *remarks)
{
    struct reading reading = {.thumbprint = thumbprint, .remarks = remarks};
    *thumbprint = (struct thumbprint){.length = 0};
    if (!take_all(&reading, text, length) || !check_length(&reading))
        return false;
    thumbprint->length = (uint8_t)(reading.digits / 2);
    remark(&reading);
    *flaw = reading.hidden > 0 || reading.question_mark ? THUMBPRINT_HIDDEN
            : remarks->length > 0                       ? THUMBPRINT_DRESSED
                                                        : THUMBPRINT_CLEAN;
    return true;
}

bool thumbprint_is_of(const struct thumbprint *thumbprint, const struct certificate *certificate)
{
    const uint8_t *hash =
        thumbprint->length == sizeof certificate->sha1 ? certificate->sha1 : certificate->sha256;
    return memcmp(thumbprint->bytes, hash, thumbprint->length) == 0;
}
