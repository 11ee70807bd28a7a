/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The summary's lines below a verdict: at which servers, how often, by whom, since when. */
#include "report/text_parts.h"

#include "base/clock.h"
#include <string.h>

enum { INDENT = 21, SERVERS_SHOWN = 4, SECONDS_LENGTH = 19, DATE_LENGTH = 10 };

/* "10:32:07Z"; the date too where the capture spans more than one day. */
static void add_time(struct buffer *out, int64_t time, const struct totals *totals)
{
    struct buffer text = {0};
    clock_add_rfc3339(&text, totals->first);
    clock_add_rfc3339(&text, totals->last);
    bool one_day = memcmp(text.bytes, text.bytes + text.length / 2, DATE_LENGTH) == 0;
    buffer_clear(&text);
    clock_add_rfc3339(&text, time);
    size_t from = one_day ? DATE_LENGTH + 1 : 0;
    buffer_add(out, text.bytes + from, SECONDS_LENGTH - from);
    buffer_add_char(out, 'Z');
    buffer_free(&text);
}

static void add_how_many(struct buffer *out, const struct server_cause *cause)
{
    if (cause->connections == 1)
        buffer_add_string(out, "the only connection");
    else if (cause->cause.count == cause->connections)
        buffer_add_format(out, "all %llu connections", (unsigned long long)cause->connections);
    else
        buffer_add_format(out, "%llu of %llu connections", (unsigned long long)cause->cause.count,
                          (unsigned long long)cause->connections);
    buffer_add_string(out, " to ");
    text_add_server(out, cause->talk);
}

static void add_who(struct buffer *out, const struct server_cause *cause)
{
    buffer_add_string(out, " from ");
    if (cause->clients == 1)
        value_print_address(out, &cause->talk->client);
    else
        buffer_add_format(out, "%lu clients", (unsigned long)cause->clients);
}

/* Many in a short while are one client that tries again and again. */
static bool is_burst(const struct server_cause *cause)
{
    enum { FEWEST = 3 };
    return cause->clients == 1 && cause->cause.count >= FEWEST && cause->cause.failed == cause->cause.count &&
           clock_span(cause->cause.first, cause->cause.last) <= 10 * CLOCK_SECOND;
}

static void add_when(struct buffer *out, const struct server_cause *cause, const struct totals *totals)
{
    const struct talk_cause *all = &cause->cause;
    if (is_burst(cause)) {
        buffer_add_format(out, ", the same failure %llu times in ", (unsigned long long)all->count);
        clock_add_duration(out, clock_span(all->first, all->last));
    }
    bool lasting = all->count > 1 && all->failed == all->count && !cause->served_after;
    buffer_add_string(out, all->count == 1 ? ", at " : lasting ? ", since " : ", from ");
    add_time(out, all->first, totals);
    if (all->count > 1 && !lasting) {
        buffer_add_string(out, " to ");
        add_time(out, all->last, totals);
    }
}

/* It worked, and then never again. */
static void add_until(struct buffer *out, const struct server_cause *cause, const struct totals *totals)
{
    if (cause->cause.failed < cause->cause.count || !cause->served_before || cause->served_after)
        return;
    buffer_add_string(out, cause->clients == 1 ? "; it was served until " : "; they were served until ");
    add_time(out, cause->served_until, totals);
    buffer_add_string(out, " and never after");
}

static void add_line(struct page *page, const struct server_cause *cause, const struct totals *totals)
{
    struct buffer text = {0};
    add_how_many(&text, cause);
    add_who(&text, cause);
    add_when(&text, cause, totals);
    add_until(&text, cause, totals);
    page_add_spaces(page, INDENT);
    page_wrap(page, INDENT, INDENT + 2, text.bytes);
    buffer_free(&text);
}

static bool is_of(const struct server_cause *cause, const char *verdict, enum severity severity)
{
    const char *own = cause->cause.verdict;
    if (!own || !verdict)
        return own == verdict;
    return cause->cause.severity == severity && strcmp(own, verdict) == 0;
}

static void add_rest(struct page *page, size_t servers)
{
    struct buffer text = {0};
    buffer_add_string(&text, "and at ");
    text_add_count(&text, servers, "more server", "more servers");
    page_add_spaces(page, INDENT);
    page_wrap(page, INDENT, INDENT, text.bytes);
    buffer_free(&text);
}

void text_add_causes(struct page *page, const struct totals *totals, const struct server_causes *causes,
                     const char *verdict, enum severity severity)
{
    size_t found = 0;
    for (size_t i = 0; i < causes->count; i++)
        if (is_of(&causes->items[i], verdict, severity) && found++ < SERVERS_SHOWN)
            add_line(page, &causes->items[i], totals);
    if (found > SERVERS_SHOWN)
        add_rest(page, found - SERVERS_SHOWN);
}
