/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_TOTALS_H
#define TLSWHY_REPORT_TOTALS_H

/*
 * What a run adds up to: packets and why some could not be read, connections by outcome, verdicts by count.
 * Filled by run.c as the run goes on, read by the reports' summaries.
 */

#include "capture/decode.h"
#include "handshake/handshake.h"
#include "stream/connection.h"

struct verdict_count {
    const char *id; /* owned by the rules */
    enum severity severity;
    uint64_t count;
};

struct totals {
    uint64_t packets;                  /* read */
    uint64_t decoded[DECODE_OUTCOMES]; /* by outcome */
    uint64_t dropped_by_kernel;
    uint64_t inputs, inputs_broken;
    uint16_t unknown_link_type; /* the first one met; meaningful with decoded[DECODE_UNKNOWN_LINK] */
    struct connections_totals connections;
    uint64_t events; /* connections reported */
    uint64_t outcomes[OUTCOME_FAILURE + 1];
    uint64_t incomplete;            /* events whose capture lacks something */
    struct verdict_count *verdicts; /* leading findings, most frequent first after totals_sort() */
    size_t verdict_count;
    int64_t first, last;       /* time of the first and last packet */
    uint64_t highest_severity; /* enum severity of the worst finding; 0: none */
};

void totals_add(struct totals *totals, const struct handshake *handshake);
void totals_sort(struct totals *totals);
void totals_free(struct totals *totals); /* what it owns, not itself */

#endif
