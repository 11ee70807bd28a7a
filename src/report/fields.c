/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -T fields: one connection a line, the chosen fields with tabs between them. An unknown fact is empty. */
#include "report/report.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "handshake/fields.h"
#include "handshake/shown.h"
#include <stdlib.h>
#include <string.h>

struct report {
    FILE *out;
    struct buffer line;
    size_t count;
    const struct field *columns[];
};

static struct report *fields_open(const struct report_options *options)
{
    struct report *report = memory_new(1, sizeof *report + options->field_count * sizeof report->columns[0]);
    report->out = options->out;
    for (size_t i = 0; i < options->field_count; i++)
        report->columns[report->count++] = fields_find(options->fields[i], strlen(options->fields[i]));
    return report;
}

static void fields_event(struct report *report, const struct handshake *handshake)
{
    struct buffer *line = &report->line;
    buffer_clear(line);
    for (size_t i = 0; i < report->count; i++) {
        if (i > 0)
            buffer_add_char(line, '\t');
        if (report->columns[i])
            value_print(line, shown_value(report->columns[i], handshake));
    }
    buffer_add_char(line, '\n');
    fwrite(line->bytes, 1, line->length, report->out);
}

static void fields_finish(struct report *report, const struct totals *totals)
{
    (void)report;
    (void)totals;
}

static void fields_close(struct report *report)
{
    buffer_free(&report->line);
    free(report);
}

const struct report_format report_fields = {.name = "fields",
                                            .meaning = "the fields named with -e, tab-separated",
                                            .open = fields_open,
                                            .event = fields_event,
                                            .finish = fields_finish,
                                            .close = fields_close};
