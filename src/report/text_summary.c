/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/clock.h"
#include "report/reason.h"
#include "report/words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, ITEM = 4 };

static void add_sentence(struct page *page, struct buffer *text)
{
    page_add_spaces(page, INDENT);
    page_wrap(page, INDENT, INDENT, text->bytes ? text->bytes : "");
    buffer_free(text);
}

static void add_reason(struct page *page, const struct totals *totals)
{
    struct buffer text = {0};
    reason_add(&text, totals);
    add_sentence(page, &text);
}

/* ---- Connections and verdicts -------------------------------------------------------------------------- */

static void add_part(struct buffer *out, uint64_t count, const char *what, bool *first)
{
    if (count == 0)
        return;
    buffer_add_format(out, "%s%llu %s", *first ? ": " : ", ", (unsigned long long)count, what);
    *first = false;
}

static void add_outcomes(struct page *page, const struct totals *totals)
{
    struct buffer text = {0};
    bool first = true;
    text_add_count(&text, totals->events, "connection", "connections");
    add_part(&text, totals->outcomes[OUTCOME_FAILURE], "failed", &first);
    add_part(&text, totals->outcomes[OUTCOME_SUCCESS], "completed the handshake", &first);
    add_part(&text, totals->outcomes[OUTCOME_UNKNOWN], "unknown", &first);
    if (totals->events_unfit > 0)
        buffer_add_format(&text, " (the filter -Y left out %llu more)",
                          (unsigned long long)totals->events_unfit);
    buffer_add_char(&text, '.');
    add_sentence(page, &text);
}

static void add_count_line(struct page *page, uint64_t count, enum severity severity, const char *what)
{
    const char *word = words_severity(severity);
    buffer_add_format(&page->text, "%*s%6llu  ", ITEM, "", (unsigned long long)count);
    page_add_inked(page, text_severity_ink(severity), word);
    page_add_spaces(page, (unsigned)(strlen("warning") + 2 - strlen(word)));
    page_add(page, what);
    page_add_line(page);
}

static uint64_t count_unexplained(const struct server_causes *causes)
{
    uint64_t count = 0;
    for (size_t i = 0; i < causes->count; i++)
        count += causes->items[i].cause.verdict ? 0 : causes->items[i].cause.count;
    return count;
}

/* Of a single connection all has been said above. */
static void add_verdicts(struct page *page, const struct totals *totals)
{
    bool several = totals->events > 1;
    struct server_causes causes = talks_causes(&totals->talks);
    for (size_t i = 0; i < totals->verdict_count; i++) {
        const struct verdict_count *verdict = &totals->verdicts[i];
        add_count_line(page, verdict->count, verdict->severity, verdict->id);
        if (several)
            text_add_causes(page, totals, &causes, verdict->id, verdict->severity);
    }
    uint64_t unexplained = count_unexplained(&causes);
    if (unexplained > 0)
        add_count_line(page, unexplained, SEVERITY_ERROR, "no known pattern fits");
    if (unexplained > 0 && several)
        text_add_causes(page, totals, &causes, NULL, SEVERITY_ERROR);
    free(causes.items);
}

/* ---- The capture's health ------------------------------------------------------------------------------ */

/* How the certificate that the user holds fared, where servers asked for one. */
static void add_candidacies(struct page *page, const struct totals *totals)
{
    const uint64_t *counts = totals->candidacies;
    uint64_t asked = counts[ANSWER_YES] + counts[ANSWER_NO] + counts[ANSWER_UNKNOWN];
    struct buffer text = {0};
    if (asked < 2)
        return;
    buffer_add_format(&text, "The certificate of --try-cert, on the %llu connections that asked for one",
                      (unsigned long long)asked);
    bool first = true;
    add_part(&text, counts[ANSWER_YES], "would have accepted it", &first);
    add_part(&text, counts[ANSWER_NO], "would not have", &first);
    add_part(&text, counts[ANSWER_UNKNOWN], "cannot be told", &first);
    buffer_add_char(&text, '.');
    add_sentence(page, &text);
}

static void add_packets(struct page *page, const struct totals *totals)
{
    struct buffer text = {0};
    text_add_count(&text, totals->packets, "packet", "packets");
    if (totals->filtered_out > 0)
        buffer_add_format(&text, " (%llu more left out by the capture filter)",
                          (unsigned long long)totals->filtered_out);
    if (totals->duplicates > 0)
        buffer_add_format(&text, " (%llu more were in two files)", (unsigned long long)totals->duplicates);
    if (totals->packets > 0) {
        buffer_add_string(&text, " from ");
        clock_add_rfc3339(&text, totals->first);
        buffer_add_string(&text, " on, ");
        clock_add_duration(&text, totals->last - totals->first);
    }
    buffer_add_string(&text, ", ");
    text_add_count(&text, totals->connections.connections, "TCP connection", "TCP connections");
    if (totals->conversations > 0) {
        buffer_add_string(&text, ", ");
        text_add_count(&text, totals->conversations, "conversation of DTLS or QUIC",
                       "conversations of DTLS or QUIC");
    }
    buffer_add_char(&text, '.');
    add_sentence(page, &text);
}

/* What hides something from the verdicts is a trouble; what is merely so is not. */
static void add_remark(struct page *page, bool trouble, uint64_t count, const char *one, const char *many)
{
    if (count == 0)
        return;
    struct buffer text = {0};
    text_add_count(&text, count, one, many);
    page_add_spaces(page, ITEM);
    page_add_inked(page, trouble ? INK_WARNING : INK_FAINT, trouble ? "! " : "- ");
    page_wrap(page, ITEM + 2, ITEM + 2, text.bytes);
    buffer_free(&text);
}

static void add_unknown_link(struct page *page, const struct totals *totals)
{
    char scratch[64], one[128], many[128];
    const char *name = decode_link_name(totals->unknown_link_type, scratch, sizeof scratch);
    snprintf(one, sizeof one, "packet could not be read: %s is not known here", name);
    snprintf(many, sizeof many, "packets could not be read: %s is not known here", name);
    add_remark(page, true, totals->decoded[DECODE_UNKNOWN_LINK], one, many);
}

static void add_troubles(struct page *page, const struct totals *totals)
{
    const struct {
        uint64_t count;
        const char *one, *many;
    } troubles[] = {
        {totals->inputs_unopened, "input could not be opened", "inputs could not be opened"},
        {totals->inputs_broken, "input broke off before its end", "inputs broke off before their end"},
        {totals->dropped_by_kernel, "packet was dropped by the kernel before it could be read (see -B)",
         "packets were dropped by the kernel before they could be read (see -B)"},
        {totals->cut, "packet was captured in part only (snapshot length)",
         "packets were captured in part only (snapshot length)"},
        {totals->decoded[DECODE_NOT_CAPTURED], "packet was cut within its headers",
         "packets were cut within their headers"},
        {totals->decoded[DECODE_MALFORMED], "packet's headers contradict themselves",
         "packets' headers contradict themselves"},
        {totals->fragments.lost, "IP fragment could not be read, as others of its datagram are missing",
         "IP fragments could not be read, as others of their datagrams are missing"},
        {totals->fragments.overlapping, "IP fragment contradicts an earlier one, which counts",
         "IP fragments contradict earlier ones, which count"},
        {totals->stray_quic,
         "datagram is QUIC, but of a connection whose first packets are not in the capture, or of a version "
         "before TLS",
         "datagrams are QUIC, but of connections whose first packets are not in the capture, or of versions "
         "before TLS"},
        {totals->connections.missing_bytes, "byte of TCP streams is not in the capture",
         "bytes of TCP streams are not in the capture"},
        {totals->connections.evicted, "connection was finished early, as too many were open at once",
         "connections were finished early, as too many were open at once"},
    };
    if (totals->decoded[DECODE_UNKNOWN_LINK] > 0)
        add_unknown_link(page, totals);
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++)
        add_remark(page, true, troubles[i].count, troubles[i].one, troubles[i].many);
}

static void add_tcp(struct page *page, const struct connections_totals *tcp)
{
    add_remark(page, false, tcp->retransmitted, "segment was sent again", "segments were sent again");
    add_remark(
        page, false, tcp->duplicates,
        "packet was captured twice, as on both sides of a bridge or router; its copy is left out",
        "packets were captured twice, as on both sides of a bridge or router; their copies are left out");
    add_remark(page, false, tcp->bad_checksums,
               "segment has a wrong checksum, as on a sending host that leaves it to the network card",
               "segments have a wrong checksum, as on a sending host that leaves it to the network card");
}

void text_add_summary(struct page *page, const struct totals *totals)
{
    page_add_inked(page, INK_STRONG, "Summary");
    if (totals->interrupted)
        page_add(page, " of what was read so far");
    page_add_line(page);
    if (totals->events == 0)
        add_reason(page, totals);
    else
        add_outcomes(page, totals);
    add_verdicts(page, totals);
    add_candidacies(page, totals);
    add_remark(page, false, totals->talks.left_out,
               "connection is of a client and server that are not told apart above, as there are too many",
               "connections are of clients and servers that are not told apart above, as there are too many");
    add_packets(page, totals);
    add_troubles(page, totals);
    add_remark(page, false, totals->fragments.whole, "IP datagram was put together from fragments",
               "IP datagrams were put together from fragments");
    add_tcp(page, &totals->connections);
}
