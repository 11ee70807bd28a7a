/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For people: a block for each connection that failed (or whose verdict is an error), a line for each other
 * one, and a summary at the end.
 */
#include "report/report.h"

#include "base/memory.h"
#include "report/text_parts.h"
#include <stdlib.h>

struct report {
    FILE *out;
    struct page page;
    struct text_facts facts;
    bool quiet, verbose, several_inputs;
    bool block_before; /* what was written last is a block */
    bool anything;     /* was written */
};

static struct report *text_open(const struct report_options *options)
{
    struct report *report = memory_new(1, sizeof *report);
    unsigned width = options->width ? options->width : PAGE_DEFAULT_WIDTH;
    report->out = options->out;
    report->page.width = width < PAGE_LEAST_WIDTH ? PAGE_LEAST_WIDTH : width;
    report->page.colour = options->colour;
    report->page.unicode = options->unicode;
    report->facts = text_facts();
    report->quiet = options->quiet;
    report->verbose = options->verbose;
    report->several_inputs = options->several_inputs;
    return report;
}

static void write_page(struct report *report)
{
    fwrite(report->page.text.bytes, 1, report->page.text.length, report->out);
    buffer_clear(&report->page.text);
    report->anything = true;
}

static bool is_trouble(const struct handshake *handshake)
{
    bool error = handshake->has_verdict && handshake->findings[0].severity == SEVERITY_ERROR;
    return handshake->outcome == OUTCOME_FAILURE || error;
}

static void text_event(struct report *report, const struct handshake *handshake)
{
    bool trouble = is_trouble(handshake);
    bool block = trouble || report->verbose;
    if (report->quiet && !trouble)
        return;
    if (report->anything && (block || report->block_before))
        page_add_line(&report->page);
    if (block)
        text_add_block(&report->page, &report->facts, handshake, report->several_inputs, report->verbose);
    else
        text_add_line(&report->page, &report->facts, handshake, report->several_inputs);
    report->block_before = block;
    write_page(report);
}

static void text_finish(struct report *report, const struct totals *totals)
{
    if (report->quiet)
        return;
    if (report->anything)
        page_add_line(&report->page);
    for (size_t i = 0; i < totals->absent_count; i++) {
        text_add_absent(&report->page, totals->absent[i]);
        page_add_line(&report->page);
    }
    text_add_summary(&report->page, totals);
    write_page(report);
}

static void text_close(struct report *report)
{
    buffer_free(&report->page.text);
    free(report);
}

const struct report_format report_text = {.name = "text",
                                          .meaning = "for people: verdicts first, then a summary",
                                          .summarizes = true,
                                          .open = text_open,
                                          .event = text_event,
                                          .finish = text_finish,
                                          .close = text_close};
