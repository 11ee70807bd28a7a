/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_ladder.h"

#include "base/clock.h"
#include "base/escape.h"
#include "handshake/shown.h"
#include "report/arrow.h"
#include "report/text_rungs.h"
#include <string.h>

struct ladder {
    const struct handshake *handshake;
    struct rungs rungs;
    unsigned lane;    /* columns between the two rails */
    int64_t previous; /* time of the rung drawn last */
    const char *file; /* that its packet is in; NULL: the connection's origin */
};

enum {
    LANE_WIDEST = 72,
    LANE_NARROWEST = 24,
    GUTTER = 24, /* columns before the first rail */
    KEPT_FIRST = 32,
    KEPT_LAST = 12,
};

static void add_padded(struct page *page, const char *text, unsigned width)
{
    unsigned columns = page_columns(text, strlen(text));
    page_add_spaces(page, columns < width ? width - columns : 0);
    page_add(page, text);
}

static void draw_gutter(struct page *page, const struct ladder *ladder, const struct moment *seen)
{
    struct buffer number = {0}, time = {0};
    if (seen) {
        buffer_add_unsigned(&number, shown_packet(ladder->handshake, seen->packet));
        clock_add_seconds(&time, clock_span(ladder->handshake->connection->first.time, seen->time));
    }
    page_ink(page, INK_FAINT);
    add_padded(page, seen ? number.bytes : "", 10);
    add_padded(page, seen ? time.bytes : "", 12);
    page_ink(page, INK_PLAIN);
    page_add_spaces(page, 2);
    buffer_free(&number);
    buffer_free(&time);
}

/* What the arrow had no room for stands below it. */
static void draw_more(struct page *page, const struct ladder *ladder, enum ink ink, const char *text)
{
    while (*text) {
        draw_gutter(page, ladder, NULL);
        text = arrow_draw_more(page, ladder->lane, ink, text);
    }
}

static void draw_remark(struct page *page, const struct ladder *ladder, const char *text)
{
    draw_gutter(page, ladder, NULL);
    page_add_sign(page, "⋮ ", ": ");
    page_add_inked(page, INK_FAINT, text);
    page_add_line(page);
}

/* Silence is often the finding itself. */
static void draw_silence(struct page *page, const struct ladder *ladder, int64_t time)
{
    if (time - ladder->previous < CLOCK_SECOND)
        return;
    struct buffer text = {0};
    clock_add_duration(&text, time - ladder->previous);
    buffer_add_string(&text, " later");
    draw_remark(page, ladder, text.bytes);
    buffer_free(&text);
}

/* A connection that goes on in another file: from here on the numbers are that file's. */
static void draw_file(struct page *page, struct ladder *ladder, uint64_t packet)
{
    const char *file = shown_file(ladder->handshake, packet);
    if (file == ladder->file)
        return;
    const char *name = file ? file : ladder->handshake->connection->origin;
    struct buffer text = {0};
    buffer_add_string(&text, "in ");
    escape_text(&text, name, strlen(name));
    draw_remark(page, ladder, text.bytes);
    buffer_free(&text);
    ladder->file = file;
}

static bool same_packet(const struct rung *a, const struct rung *b)
{
    return a->seen.packet == b->seen.packet && a->from == b->from;
}

/* Draws the rungs of one packet as one arrow; returns the index behind them. */
static size_t draw_packet(struct page *page, struct ladder *ladder, size_t at)
{
    const struct rung *first = &ladder->rungs.items[at];
    struct buffer text = {0};
    enum ink ink = INK_PLAIN;
    for (; at < ladder->rungs.count && same_packet(first, &ladder->rungs.items[at]); at++) {
        const struct rung *rung = &ladder->rungs.items[at];
        if (text.length > 0)
            buffer_add_string(&text, ", ");
        buffer_add_string(&text, rungs_text(&ladder->rungs, at));
        if (ink == INK_PLAIN || rung->ink == INK_ERROR)
            ink = rung->ink;
    }
    draw_silence(page, ladder, first->seen.time);
    draw_file(page, ladder, first->seen.packet);
    draw_gutter(page, ladder, &first->seen);
    draw_more(page, ladder, ink, arrow_draw(page, ladder->lane, first->from, ink, text.bytes));
    ladder->previous = first->seen.time;
    buffer_free(&text);
    return at;
}

static size_t count_packets(const struct ladder *ladder)
{
    size_t packets = 0;
    for (size_t i = 0; i < ladder->rungs.count; i++)
        packets += i == 0 || !same_packet(&ladder->rungs.items[i - 1], &ladder->rungs.items[i]);
    return packets;
}

static void draw_heading(struct page *page, const struct ladder *ladder)
{
    page_ink(page, INK_FAINT);
    add_padded(page, "packet", 10);
    add_padded(page, "seconds", 12);
    page_add(page, "  client");
    add_padded(page, "server", ladder->lane + 2 - (unsigned)strlen("client"));
    page_ink(page, INK_PLAIN);
    page_add_line(page);
}

/* A very long transcript keeps its beginning and its end. */
static void draw_packets(struct page *page, struct ladder *ladder)
{
    size_t packets = count_packets(ladder), at = 0;
    bool all = packets <= KEPT_FIRST + KEPT_LAST;
    for (size_t packet = 0; at < ladder->rungs.count; packet++) {
        bool left_out = !all && packet >= KEPT_FIRST && packet < packets - KEPT_LAST;
        if (!left_out) {
            at = draw_packet(page, ladder, at);
            continue;
        }
        if (packet == KEPT_FIRST) {
            struct buffer text = {0};
            buffer_add_format(&text, "%zu more packets", packets - KEPT_FIRST - KEPT_LAST);
            draw_remark(page, ladder, text.bytes);
            buffer_free(&text);
        }
        const struct rung *first = &ladder->rungs.items[at];
        while (at < ladder->rungs.count && same_packet(first, &ladder->rungs.items[at]))
            ladder->previous = ladder->rungs.items[at++].seen.time;
    }
}

static void draw_end(struct page *page, struct ladder *ladder)
{
    const struct connection *connection = ladder->handshake->connection;
    draw_silence(page, ladder, connection->last.time);
    if (connection->how == CLOSE_OPEN && connection->transport == SEGMENT_TCP)
        draw_remark(page, ladder, "nobody closed before the capture's end");
    else if (connection->how == CLOSE_TIMEOUT)
        draw_remark(page, ladder, "silence from here on");
}

static unsigned lane_width(unsigned page_width)
{
    unsigned left = page_width > GUTTER + 2 ? page_width - GUTTER - 2 : 0;
    return left > LANE_WIDEST ? LANE_WIDEST : left < LANE_NARROWEST ? LANE_NARROWEST : left;
}

void ladder_draw(struct page *page, const struct handshake *handshake)
{
    struct ladder ladder = {.handshake = handshake,
                            .lane = lane_width(page->width),
                            .previous = handshake->connection->first.time};
    rungs_collect(&ladder.rungs, handshake);
    if (ladder.rungs.count > 0) {
        draw_heading(page, &ladder);
        draw_packets(page, &ladder);
        draw_end(page, &ladder);
    }
    rungs_free(&ladder.rungs);
}
