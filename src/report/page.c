/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page.h"

#include "base/escape.h"
#include <stdint.h>
#include <string.h>

void page_add(struct page *page, const char *text)
{
    buffer_add_string(&page->text, text);
}

static void add_code(struct page *page, enum ink ink)
{
    static const char *const codes[INKS] = {
        [INK_PLAIN] = "\033[0m",    [INK_STRONG] = "\033[1m",     [INK_FAINT] = "\033[2m",
        [INK_ERROR] = "\033[1;31m", [INK_WARNING] = "\033[1;33m", [INK_NOTE] = "\033[36m",
        [INK_GOOD] = "\033[32m",
    };
    if (page->colour)
        page_add(page, codes[ink]);
}

void page_ink(struct page *page, enum ink ink)
{
    if (page->ink != ink)
        add_code(page, ink);
    page->ink = ink;
}

void page_add_inked(struct page *page, enum ink ink, const char *text)
{
    if (ink != INK_PLAIN)
        page_ink(page, ink);
    page_add(page, text);
    if (ink != INK_PLAIN)
        page_ink(page, INK_PLAIN);
}

void page_add_spaces(struct page *page, unsigned count)
{
    char *end = buffer_reserve(&page->text, count + 1);
    memset(end, ' ', count);
    end[count] = '\0';
    page->text.length += count;
}

void page_add_line(struct page *page)
{
    if (page->ink != INK_PLAIN)
        add_code(page, INK_PLAIN);
    buffer_add_char(&page->text, '\n');
    if (page->ink != INK_PLAIN)
        add_code(page, page->ink);
}

void page_add_sign(struct page *page, const char *unicode, const char *ascii)
{
    page_add(page, page->unicode ? unicode : ascii);
}

/* One column a character: wide ones (CJK) make a line end early or late, and nothing worse. */
unsigned page_columns(const char *text, size_t length)
{
    unsigned columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((uint8_t)text[i] & 0xc0) != 0x80;
    return columns;
}

/* Backslashes pass: they belong to escapes that were made when the wire's bytes came into the text. */
static void add_word(struct page *page, const char *word, size_t length)
{
    for (size_t start = 0; start <= length;) {
        const char *backslash = memchr(word + start, '\\', length - start);
        size_t end = backslash ? (size_t)(backslash - word) : length;
        escape_text(&page->text, word + start, end - start);
        if (backslash)
            buffer_add_char(&page->text, '\\');
        start = end + 1;
    }
}

static void new_line(struct page *page, unsigned indent)
{
    page_add_line(page);
    page_add_spaces(page, indent);
}

/* Steps over the blanks before a word; true where an empty line stands among them. */
static bool skip_blanks(const char **text)
{
    int newlines = 0;
    for (; **text == ' ' || **text == '\n' || **text == '\t'; (*text)++)
        newlines += **text == '\n';
    return newlines > 1;
}

/* A word behind others goes below when the line has no room; returns the column where it ends. */
static unsigned place_word(struct page *page, unsigned column, unsigned indent, const char *word,
                           size_t length)
{
    size_t before = page->text.length;
    page_add_spaces(page, 1);
    add_word(page, word, length);
    unsigned columns = page_columns(page->text.bytes + before, page->text.length - before);
    if (column + columns <= page->width)
        return column + columns;
    page->text.length = before;
    new_line(page, indent);
    add_word(page, word, length);
    return indent + columns - 1;
}

void page_wrap(struct page *page, unsigned column, unsigned indent, const char *text)
{
    bool first = true;
    skip_blanks(&text);
    while (*text) {
        size_t length = strcspn(text, " \n\t");
        if (first) {
            size_t before = page->text.length;
            add_word(page, text, length);
            column += page_columns(page->text.bytes + before, page->text.length - before);
        } else {
            column = place_word(page, column, indent, text, length);
        }
        text += length;
        first = skip_blanks(&text) && *text;
        if (first) {
            page_add_line(page);
            new_line(page, indent);
            column = indent;
        }
    }
    page_add_line(page);
}

void page_flow(struct page *page, unsigned indent, const char *facts)
{
    enum { SEPARATOR = 3 };
    unsigned column = indent;
    while (*facts) {
        size_t length = strcspn(facts, "\n");
        unsigned columns = page_columns(facts, length);
        if (column > indent && column + SEPARATOR + columns > page->width) {
            new_line(page, indent);
            column = indent;
        } else if (column > indent) {
            page_add_sign(page, " · ", " - ");
            column += SEPARATOR;
        }
        buffer_add(&page->text, facts, length);
        column += columns;
        facts += length + (facts[length] == '\n');
    }
    page_add_line(page);
}
