/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/arrow.h"

#include <string.h>

static void draw_rail(struct page *page)
{
    page_add_sign(page, "│", "|");
}

static void draw_line(struct page *page, unsigned columns)
{
    for (unsigned i = 0; i < columns; i++)
        page_add_sign(page, "─", "-");
}

/* How much of the text fits into `room` columns: up to a comma where there is one, else up to a blank. */
static size_t fitting(const char *text, unsigned room)
{
    size_t length = strlen(text), comma = 0, blank = 0, at = 0;
    if (page_columns(text, length) <= room)
        return length;
    for (; page_columns(text, at + 1) <= room; at++) {
        if (text[at] != ' ')
            continue;
        blank = at;
        if (at > 0 && text[at - 1] == ',')
            comma = at;
    }
    return comma > 0 ? comma : blank > 0 ? blank : at;
}

static void draw_text(struct page *page, enum ink ink, const char *text, size_t length)
{
    if (ink != INK_PLAIN)
        page_ink(page, ink);
    buffer_add(&page->text, text, length);
    if (ink != INK_PLAIN)
        page_ink(page, INK_PLAIN);
}

static const char *behind(const char *text, size_t length)
{
    for (text += length; *text == ' ';)
        text++;
    return text;
}

const char *arrow_draw(struct page *page, unsigned lane, enum side from, enum ink ink, const char *text)
{
    size_t length = fitting(text, lane - ARROW_LEAD - ARROW_TAIL);
    unsigned used = ARROW_LEAD + page_columns(text, length);
    draw_rail(page);
    if (from == SIDE_CLIENT)
        page_add_sign(page, "─── ", "--- ");
    else if (from == SIDE_SERVER)
        page_add_sign(page, "◀── ", "<-- ");
    else
        page_add_spaces(page, ARROW_LEAD);
    draw_text(page, ink, text, length);
    if (from == SIDE_NOBODY) {
        page_add_spaces(page, lane - used);
    } else {
        page_add_spaces(page, 1);
        draw_line(page, lane - used - 1 - (from == SIDE_CLIENT));
        if (from == SIDE_CLIENT)
            page_add_sign(page, "▶", ">");
    }
    draw_rail(page);
    page_add_line(page);
    return behind(text, length);
}

const char *arrow_draw_more(struct page *page, unsigned lane, enum ink ink, const char *text)
{
    size_t length = fitting(text, lane - ARROW_LEAD - ARROW_TAIL);
    draw_rail(page);
    page_add_spaces(page, ARROW_LEAD);
    draw_text(page, ink, text, length);
    page_add_spaces(page, lane - ARROW_LEAD - page_columns(text, length));
    draw_rail(page);
    page_add_line(page);
    return behind(text, length);
}
