/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For people: who talks to whom with what result. A table of clients and servers where that fits the page,
 * and below it a line for each pair with a verdict; where it does not fit, a line for each pair.
 */
#include "report/report.h"

#include "base/memory.h"
#include "handshake/value.h"
#include "report/text_parts.h"
#include "report/words.h"
#include <stdlib.h>

enum { GAP = 2 };

struct report {
    FILE *out;
    struct page page;
    bool quiet;
};

/* The ends of the pairs, each once: positions among the talks. */
struct ends {
    uint32_t *clients, *servers;
    uint32_t client_count, server_count;
};

static struct report *matrix_open(const struct report_options *options)
{
    struct report *report = memory_new(1, sizeof *report);
    unsigned width = options->width ? options->width : PAGE_DEFAULT_WIDTH;
    report->out = options->out;
    report->page.width = width < PAGE_LEAST_WIDTH ? PAGE_LEAST_WIDTH : width;
    report->page.colour = options->colour;
    report->page.unicode = options->unicode;
    report->quiet = options->quiet;
    return report;
}

static void matrix_event(struct report *report, const struct handshake *handshake)
{
    (void)report, (void)handshake;
}

/* ---- The ends ------------------------------------------------------------------------------------------ */

static bool same_address(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static int compare_clients(const void *left, const void *right)
{
    const struct talk *const *a = left, *const *b = right;
    const struct address *x = &(*a)->client, *y = &(*b)->client;
    return x->family != y->family ? x->family - y->family : memcmp(x->bytes, y->bytes, sizeof x->bytes);
}

static void find_servers(const struct talks *talks, struct ends *ends)
{
    ends->servers = memory_new(talks->count, sizeof *ends->servers);
    for (uint32_t i = 0; i < talks->count; i++)
        if (i == 0 || !talk_same_server(&talks->items[i - 1], &talks->items[i]))
            ends->servers[ends->server_count++] = i;
}

static void find_clients(const struct talks *talks, struct ends *ends)
{
    const struct talk **all = memory_new(talks->count, sizeof(const struct talk *));
    ends->clients = memory_new(talks->count, sizeof *ends->clients);
    for (uint32_t i = 0; i < talks->count; i++)
        all[i] = &talks->items[i];
    qsort(all, talks->count, sizeof all[0], compare_clients);
    for (uint32_t i = 0; i < talks->count; i++)
        if (i == 0 || !same_address(&all[i - 1]->client, &all[i]->client))
            ends->clients[ends->client_count++] = (uint32_t)(all[i] - talks->items);
    free(all);
}

static const struct talk *talk_between(const struct talks *talks, const struct ends *ends, uint32_t client,
                                       uint32_t server)
{
    const struct address *wanted = &talks->items[ends->clients[client]].client;
    uint32_t end = server + 1 < ends->server_count ? ends->servers[server + 1] : talks->count;
    for (uint32_t i = ends->servers[server]; i < end; i++)
        if (same_address(&talks->items[i].client, wanted))
            return &talks->items[i];
    return NULL;
}

/* ---- A pair's result ----------------------------------------------------------------------------------- */

static const struct {
    enum outcome outcome;
    enum ink ink;
    const char *word;
} results[] = {{OUTCOME_SUCCESS, INK_GOOD, "ok"},
               {OUTCOME_FAILURE, INK_ERROR, "failed"},
               {OUTCOME_UNKNOWN, INK_FAINT, "unknown"}};

/* "16 ok, 41 failed"; the columns that it takes. */
static unsigned add_results(struct page *page, const struct talk *talk)
{
    unsigned columns = 0;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        struct buffer part = {0};
        uint64_t count = talk->outcomes[results[i].outcome];
        if (count == 0)
            continue;
        buffer_add_format(&part, "%llu %s", (unsigned long long)count, results[i].word);
        page_add(page, columns > 0 ? ", " : "");
        page_add_inked(page, results[i].ink, part.bytes);
        columns += (unsigned)part.length + (columns > 0 ? 2 : 0);
        buffer_free(&part);
    }
    return columns;
}

static unsigned result_columns(const struct talk *talk)
{
    struct page page = {.width = PAGE_DEFAULT_WIDTH};
    unsigned columns = talk ? add_results(&page, talk) : 1;
    buffer_free(&page.text);
    return columns;
}

static void add_client(struct buffer *out, const struct talk *talk)
{
    value_print_address(out, &talk->client);
}

static unsigned columns_of(void (*add)(struct buffer *, const struct talk *), const struct talk *talk)
{
    struct buffer text = {0};
    add(&text, talk);
    unsigned columns = (unsigned)text.length;
    buffer_free(&text);
    return columns;
}

/* ---- The table ----------------------------------------------------------------------------------------- */

static unsigned wider(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned client_columns(const struct talks *talks, const struct ends *ends)
{
    unsigned columns = 0;
    for (uint32_t i = 0; i < ends->client_count; i++)
        columns = wider(columns, columns_of(add_client, &talks->items[ends->clients[i]]));
    return columns;
}

static unsigned server_columns(const struct talks *talks, const struct ends *ends, uint32_t server)
{
    uint32_t end = server + 1 < ends->server_count ? ends->servers[server + 1] : talks->count;
    unsigned columns = columns_of(text_add_server, &talks->items[ends->servers[server]]);
    for (uint32_t i = ends->servers[server]; i < end; i++)
        columns = wider(columns, result_columns(&talks->items[i]));
    return columns;
}

static bool fits(const struct page *page, const struct talks *talks, const struct ends *ends)
{
    unsigned columns = client_columns(talks, ends);
    for (uint32_t i = 0; i < ends->server_count && columns <= page->width; i++)
        columns += GAP + server_columns(talks, ends, i);
    return columns <= page->width;
}

static void add_header(struct page *page, const struct talks *talks, const struct ends *ends, unsigned first)
{
    page_add_spaces(page, first);
    for (uint32_t i = 0; i < ends->server_count; i++) {
        const struct talk *talk = &talks->items[ends->servers[i]];
        page_add_spaces(page, GAP);
        page_ink(page, INK_STRONG);
        text_add_server(&page->text, talk);
        page_ink(page, INK_PLAIN);
        if (i + 1 < ends->server_count)
            page_add_spaces(page, server_columns(talks, ends, i) - columns_of(text_add_server, talk));
    }
    page_add_line(page);
}

static void add_row(struct page *page, const struct talks *talks, const struct ends *ends, uint32_t client,
                    unsigned first)
{
    const struct talk *named = &talks->items[ends->clients[client]];
    page_ink(page, INK_STRONG);
    add_client(&page->text, named);
    page_ink(page, INK_PLAIN);
    page_add_spaces(page, first - columns_of(add_client, named));
    for (uint32_t i = 0; i < ends->server_count; i++) {
        const struct talk *talk = talk_between(talks, ends, client, i);
        page_add_spaces(page, GAP);
        unsigned columns = 1;
        if (talk)
            columns = add_results(page, talk);
        else
            page_add(page, "-");
        if (i + 1 < ends->server_count)
            page_add_spaces(page, server_columns(talks, ends, i) - columns);
    }
    page_add_line(page);
}

static void add_table(struct page *page, const struct talks *talks, const struct ends *ends)
{
    unsigned first = client_columns(talks, ends);
    add_header(page, talks, ends, first);
    for (uint32_t i = 0; i < ends->client_count; i++)
        add_row(page, talks, ends, i, first);
}

/* ---- The list ------------------------------------------------------------------------------------------ */

static void add_pair_causes(struct page *page, const struct talk *talk)
{
    for (uint32_t i = 0; i < talk->cause_count; i++) {
        const struct talk_cause *cause = &talk->causes[i];
        buffer_add_format(&page->text, "%*s%6llu  ", 2 * GAP, "", (unsigned long long)cause->count);
        page_add_inked(page, text_severity_ink(cause->severity), words_severity(cause->severity));
        page_add_spaces(page, (unsigned)(strlen("warning") + GAP - strlen(words_severity(cause->severity))));
        page_add(page, cause->verdict ? cause->verdict : "no known pattern fits");
        page_add_line(page);
    }
}

static void add_pair(struct page *page, const struct talk *talk)
{
    page_add_spaces(page, GAP);
    add_client(&page->text, talk);
    page_add_sign(page, " → ", " -> ");
    text_add_server(&page->text, talk);
    page_add(page, ": ");
    add_results(page, talk);
    page_add_line(page);
    add_pair_causes(page, talk);
}

static void add_list(struct page *page, const struct talks *talks, bool all)
{
    for (uint32_t i = 0; i < talks->count; i++)
        if (all || talks->items[i].cause_count > 0)
            add_pair(page, &talks->items[i]);
}

static void add_matrix(struct page *page, const struct talks *talks, bool quiet)
{
    struct ends ends = {0};
    find_servers(talks, &ends);
    find_clients(talks, &ends);
    bool table = !quiet && fits(page, talks, &ends);
    if (table) {
        add_table(page, talks, &ends);
        page_add_line(page);
    }
    add_list(page, talks, !quiet && !table);
    if (talks->left_out > 0) {
        buffer_add_format(&page->text, "%*s%llu more connections, of further pairs, are not shown", GAP, "",
                          (unsigned long long)talks->left_out);
        page_add_line(page);
    }
    free(ends.clients);
    free(ends.servers);
}

static void matrix_finish(struct report *report, const struct totals *totals)
{
    if (totals->talks.count > 0)
        add_matrix(&report->page, &totals->talks, report->quiet);
    else
        text_add_summary(&report->page, totals);
    fwrite(report->page.text.bytes, 1, report->page.text.length, report->out);
}

static void matrix_close(struct report *report)
{
    buffer_free(&report->page.text);
    free(report);
}

const struct report_format report_matrix = {.name = "matrix",
                                            .meaning = "for people: who talks to whom with what result",
                                            .summarizes = true,
                                            .open = matrix_open,
                                            .event = matrix_event,
                                            .finish = matrix_finish,
                                            .close = matrix_close};
