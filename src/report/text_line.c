/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/clock.h"
#include "base/escape.h"
#include "report/words.h"
#include <string.h>

static uint64_t missing_bytes(const struct connection *connection)
{
    return connection->half[0].missing_bytes + connection->half[1].missing_bytes;
}

static uint64_t cut_bytes(const struct connection *connection)
{
    return connection->half[0].cut_bytes + connection->half[1].cut_bytes;
}

static bool is_silent(const struct connection *connection)
{
    return connection->established.packet && !connection->midstream &&
           connection->half[0].payload_bytes + connection->half[1].payload_bytes == 0;
}

void text_add_what_is_missing(struct buffer *out, const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    uint64_t missing = missing_bytes(connection);
    if (!connection->one_sided && is_silent(connection)) {
        buffer_add_string(out, "TCP connected, and nothing was said");
    } else if (connection->one_sided) {
        buffer_add_string(out, "only one direction was captured");
    } else if (connection->midstream && !handshake->client_hello) {
        buffer_add_string(out, "met midway, its handshake is not in the capture");
    } else if (missing > 0 && cut_bytes(connection) == missing) {
        text_add_count(out, missing, "byte was", "bytes were");
        buffer_add_string(out, " cut off by the capture's snapshot length");
    } else if (missing > 0) {
        buffer_add_string(out, "the capture lacks ");
        text_add_count(out, missing, "byte", "bytes");
    } else if (connection->how == CLOSE_OPEN) {
        buffer_add_string(out, "the capture ends before the handshake does");
    } else {
        buffer_add_string(out, "what is in the clear does not tell how it went");
    }
}

static void add_gap(struct page *page)
{
    page_add_spaces(page, 2);
}

static void add_fact(struct page *page, const struct text_facts *facts, enum text_fact fact,
                     const struct handshake *handshake)
{
    struct value value = text_fact(facts, fact, handshake);
    if (value.type == VALUE_UNKNOWN)
        return;
    add_gap(page);
    value_print(&page->text, value);
}

static void add_facts(struct page *page, const struct text_facts *facts, const struct handshake *handshake)
{
    add_fact(page, facts, TEXT_SERVER_NAME, handshake);
    size_t before = page->text.length;
    add_gap(page);
    if (!text_add_version(page, facts, handshake))
        page->text.length = before;
    add_fact(page, facts, TEXT_CIPHER, handshake);
    add_fact(page, facts, TEXT_NEXT_PROTOCOL, handshake);
    struct value starttls = text_fact(facts, TEXT_STARTTLS, handshake);
    if (starttls.type == VALUE_TEXT) {
        page_add(page, "  TLS inside ");
        value_print(&page->text, starttls);
    }
    if (handshake->carrier == CARRIER_QUIC)
        page_add(page, "  QUIC");
    struct value resumed = text_fact(facts, TEXT_RESUMED, handshake);
    if (resumed.type == VALUE_BOOLEAN && resumed.boolean)
        page_add(page, "  resumed");
}

static const struct finding *verdict_of(const struct handshake *handshake)
{
    return handshake->has_verdict ? &handshake->findings[0] : NULL;
}

static void add_mark(struct page *page, const struct handshake *handshake)
{
    const struct finding *verdict = verdict_of(handshake);
    bool warned = verdict && verdict->severity >= SEVERITY_WARNING;
    enum ink ink = handshake->outcome == OUTCOME_FAILURE ? INK_ERROR : warned ? INK_WARNING : INK_GOOD;
    if (handshake->outcome == OUTCOME_UNKNOWN)
        ink = INK_FAINT;
    page_ink(page, ink);
    if (handshake->outcome == OUTCOME_FAILURE)
        page_add_sign(page, "✗ ", "x  ");
    else if (handshake->outcome == OUTCOME_UNKNOWN)
        page_add_sign(page, "? ", "?  ");
    else
        page_add_sign(page, "✓ ", "ok ");
    page_ink(page, INK_PLAIN);
}

/* What the capture lacks stands in the line itself, where that leaves the outcome unknown. */
static void add_warnings(struct page *page, const struct handshake *handshake)
{
    for (uint32_t i = 0; i < handshake->finding_count; i++) {
        const struct finding *finding = &handshake->findings[i];
        bool told = handshake->outcome == OUTCOME_UNKNOWN && finding->blame == BLAME_CAPTURE;
        if (finding->severity < SEVERITY_WARNING || told)
            continue;
        const char *word = words_severity(finding->severity);
        page_add_spaces(page, 5);
        page_add_inked(page, text_severity_ink(finding->severity), word);
        page_add(page, "  ");
        unsigned column = 5 + (unsigned)strlen(word) + 2;
        page_add(page, finding->id);
        page_add(page, ": ");
        page_wrap(page, column + (unsigned)strlen(finding->id) + 2, column, finding->title);
    }
}

void text_add_line(struct page *page, const struct text_facts *facts, const struct handshake *handshake,
                   bool origin)
{
    const struct connection *connection = handshake->connection;
    add_mark(page, handshake);
    clock_add_rfc3339(&page->text, connection->first.time);
    page_add(page, "  #");
    buffer_add_unsigned(&page->text, handshake->number);
    add_gap(page);
    text_add_ends(page, facts, handshake);
    add_facts(page, facts, handshake);
    add_gap(page);
    clock_add_duration(&page->text, clock_span(connection->first.time, connection->last.time));
    if (origin && connection->origin) {
        page_add(page, "  in ");
        escape_text(&page->text, connection->origin, strlen(connection->origin));
    }
    if (connection->midstream && handshake->outcome != OUTCOME_UNKNOWN)
        page_add(page, "  met midway");
    if (handshake->outcome == OUTCOME_UNKNOWN) {
        page_add(page, "  ");
        page_ink(page, INK_FAINT);
        text_add_what_is_missing(&page->text, handshake);
        page_ink(page, INK_PLAIN);
    }
    page_add_line(page);
    add_warnings(page, handshake);
    text_add_candidacy_line(page, handshake);
}
