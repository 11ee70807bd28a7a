/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/totals.h"

#include "base/memory.h"
#include "handshake/candidacy.h"
#include <stdlib.h>
#include <string.h>

static void add_time(struct totals *totals, int64_t time)
{
    bool only = totals->packets == 1;
    if (only || time < totals->first)
        totals->first = time;
    if (only || time > totals->last)
        totals->last = time;
}

void totals_add_packet(struct totals *totals, const struct packet *packet, enum decode_outcome outcome,
                       const struct decoded *decoded)
{
    totals->packets++;
    add_time(totals, packet->time);
    totals->cut += packet->captured < packet->length;
    if (outcome == DECODE_UNKNOWN_LINK && totals->decoded[outcome] == 0)
        totals->unknown_link_type = packet->link_type;
    totals->decoded[outcome]++;
    totals->datagrams += outcome == DECODE_SEGMENT && decoded->segment.transport == SEGMENT_UDP;
}

void totals_add_connections(struct totals *totals, const struct connections_totals *connections)
{
    struct connections_totals *sum = &totals->connections;
    sum->connections += connections->connections;
    sum->evicted += connections->evicted;
    sum->bad_checksums += connections->bad_checksums;
    sum->retransmitted += connections->retransmitted;
    sum->out_of_order += connections->out_of_order;
    sum->missing_bytes += connections->missing_bytes;
    sum->duplicates += connections->duplicates;
    sum->stray += connections->stray;
}

void totals_add_datagrams(struct totals *totals, const struct datagrams_totals *datagrams)
{
    totals->conversations += datagrams->conversations;
    totals->connections.evicted += datagrams->evicted;
    totals->connections.duplicates += datagrams->duplicates;
}

/* The ids are the rules' own strings, so nearly always the pointers are equal already. */
static struct verdict_count *verdict_of(struct totals *totals, const struct finding *finding)
{
    for (size_t i = 0; i < totals->verdict_count; i++) {
        struct verdict_count *verdict = &totals->verdicts[i];
        if (verdict->severity == finding->severity &&
            (verdict->id == finding->id || strcmp(verdict->id, finding->id) == 0))
            return verdict;
    }
    totals->verdicts = memory_resize(totals->verdicts, totals->verdict_count + 1, sizeof totals->verdicts[0]);
    struct verdict_count *added = &totals->verdicts[totals->verdict_count++];
    *added = (struct verdict_count){.id = finding->id, .severity = finding->severity};
    return added;
}

static void add_severity(struct totals *totals, const struct handshake *handshake)
{
    for (uint32_t i = 0; i < handshake->finding_count; i++)
        if (handshake->findings[i].severity > totals->highest_severity)
            totals->highest_severity = handshake->findings[i].severity;
}

static void free_absent(struct handshake *handshake)
{
    arena_free(handshake->arena);
    free(handshake);
}

void totals_add_absent(struct totals *totals, struct handshake *handshake)
{
    if (!handshake->has_verdict) {
        free_absent(handshake);
        return;
    }
    totals->absent = memory_resize(totals->absent, totals->absent_count + 1, sizeof(struct handshake *));
    totals->absent[totals->absent_count++] = handshake;
    add_severity(totals, handshake);
}

void totals_add(struct totals *totals, const struct handshake *handshake)
{
    totals->events++;
    totals->outcomes[handshake->outcome]++;
    totals->incomplete += handshake->capture_incomplete;
    if (handshake->candidacy)
        totals->candidacies[handshake->candidacy->accepted]++;
    add_severity(totals, handshake);
    talks_add(&totals->talks, handshake);
    if (handshake->has_verdict)
        verdict_of(totals, &handshake->findings[0])->count++;
}

static int compare_verdicts(const void *left, const void *right)
{
    const struct verdict_count *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    return strcmp(a->id, b->id);
}

void totals_sort(struct totals *totals)
{
    if (totals->verdict_count > 0)
        qsort(totals->verdicts, totals->verdict_count, sizeof totals->verdicts[0], compare_verdicts);
    talks_sort(&totals->talks);
}

void totals_free(struct totals *totals)
{
    for (size_t i = 0; i < totals->absent_count; i++)
        free_absent(totals->absent[i]);
    free(totals->absent);
    free(totals->verdicts);
    talks_free(&totals->talks);
    *totals = (struct totals){0};
}
