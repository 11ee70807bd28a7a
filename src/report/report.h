/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_REPORT_H
#define TLSWHY_REPORT_REPORT_H

/*
 * A report is how results reach the outside: one small interface, a back end per format (report/text.c,
 * report/json.c, report/fields.c). A back end gets judged handshakes one by one and the run's totals at the
 * end; it writes to the stream it was given and decodes nothing. Every byte from the wire passes
 * base/escape.h. Whether the stream took what was written is for the stream's owner to ask.
 */

#include "handshake/handshake.h"
#include "report/totals.h"
#include <stdbool.h>
#include <stdio.h>

struct report;

struct report_options {
    FILE *out;
    bool colour;               /* text */
    bool unicode;              /* text: the reader's terminal shows UTF-8 */
    unsigned width;            /* text: columns to wrap at; 0: 100 */
    bool quiet;                /* text: failing connections only, no summary */
    bool verbose;              /* text, certs: all that is known, of healthy connections too */
    bool certificates;         /* json: the certificates themselves too */
    bool several_inputs;       /* text: packet numbers need the name of their file */
    const char *const *fields; /* -e: names, checked before */
    size_t field_count;
};

/* A format: a row of the table in report/report.c. */
struct report_format {
    const char *name;    /* as in -T */
    const char *meaning; /* for --help */
    bool summarizes;     /* it tells a person of the run, unless it is to be quiet */
    struct report *(*open)(const struct report_options *options);
    void (*event)(struct report *report, const struct handshake *handshake);
    void (*finish)(struct report *report, const struct totals *totals);
    void (*close)(struct report *report); /* frees it; does not close the stream */
};

const struct report_format *report_format_at(size_t index);       /* NULL behind the last */
const struct report_format *report_format_find(const char *name); /* NULL when unknown */

/* The back ends, one file each; report/report.c lists them. */
extern const struct report_format report_text, report_json, report_fields, report_matrix, report_certs;

#endif
