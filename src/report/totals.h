/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_TOTALS_H
#define TLSWHY_REPORT_TOTALS_H

/*
 * What a run adds up to: packets and why some could not be read, connections by outcome, verdicts by count.
 * Filled by run.c as the run goes on, read by the reports' summaries.
 */

#include "capture/fragments.h"
#include "handshake/handshake.h"
#include "report/talks.h"
#include "stream/connection.h"
#include "stream/datagrams.h"

/* A verdict of several severities is counted apart for each. */
struct verdict_count {
    const char *id; /* owned by the rules */
    enum severity severity;
    uint64_t count;
};

struct totals {
    uint64_t packets;                  /* read, without those that the capture filter left out */
    uint64_t filtered_out;             /* packets that the capture filter left out */
    uint64_t duplicates;               /* packets that another file held already, left out */
    uint64_t cut;                      /* packets that were captured in part only */
    uint64_t datagrams;                /* UDP, of `packets` */
    uint64_t decoded[DECODE_OUTCOMES]; /* by outcome */
    struct fragments_totals fragments; /* of IP, which decode alone cannot read */
    uint64_t dropped_by_kernel;
    uint64_t inputs, inputs_broken, inputs_unopened;
    uint16_t unknown_link_type; /* the first one met; meaningful with decoded[DECODE_UNKNOWN_LINK] */
    struct connections_totals connections;
    uint64_t conversations; /* DTLS and QUIC over UDP */
    uint64_t stray_quic;    /* datagrams of QUIC in no conversation: its beginning is not in the capture */
    uint64_t events;        /* connections reported */
    uint64_t events_unfit;  /* events that the filter -Y left out; in no other figure here */
    uint64_t outcomes[OUTCOME_FAILURE + 1];
    uint64_t candidacies[ANSWER_YES + 1]; /* would the user's certificate have been accepted, where asked */
    uint64_t incomplete;                  /* events whose capture lacks something */
    struct verdict_count *verdicts;       /* leading findings, most frequent first after totals_sort() */
    size_t verdict_count;
    struct handshake **absent; /* what should have been there, each with its findings; owned */
    size_t absent_count;
    struct talks talks;             /* who talks to whom; sorted after totals_sort() */
    int64_t first, last;            /* time of the earliest and of the latest packet */
    enum severity highest_severity; /* of the worst finding; 0: none */
    bool interrupted;               /* by the user or by -c, before a file ended */
};

/* A packet was read and decoded. */
struct packet;
void totals_add_packet(struct totals *totals, const struct packet *packet, enum decode_outcome outcome,
                       const struct decoded *decoded);

/* A table of connections, or of conversations over UDP, is done. */
void totals_add_connections(struct totals *totals, const struct connections_totals *connections);
void totals_add_datagrams(struct totals *totals, const struct datagrams_totals *datagrams);

/* A connection is reported. */
void totals_add(struct totals *totals, const struct handshake *handshake);

/* Something that should have been there, as a handshake that never was; takes it over. One without a finding
 * is freed at once. */
void totals_add_absent(struct totals *totals, struct handshake *handshake);

void totals_sort(struct totals *totals);
void totals_free(struct totals *totals); /* what it owns, not itself */

#endif
