/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/clock.h"
#include "base/escape.h"
#include "handshake/shown.h"
#include "report/text_ladder.h"
#include "report/words.h"
#include <string.h>
#include <strings.h>

enum { INDENT = 2, ITEM = 4 };

static void add_heading(struct page *page, const char *text)
{
    page_add_line(page);
    page_add_spaces(page, INDENT);
    page_add_inked(page, INK_STRONG, text);
    page_add_line(page);
}

/* ---- The verdict --------------------------------------------------------------------------------------- */

static const char *who_has_to_act(enum blame blame)
{
    static const char *const words[] = {
        [BLAME_CLIENT] = "the client's side has to act",
        [BLAME_SERVER] = "the server's side has to act",
        [BLAME_PATH] = "what stands between client and server has to be changed",
        [BLAME_CAPTURE] = "the capture has to be repeated",
    };
    return words[blame];
}

static const char *how_sure(const struct finding *finding)
{
    if (finding->weakened)
        return "possible, as the capture lacks something that this rests on";
    return words_confidence(finding->confidence);
}

/* The sentence first: severity in the margin, the rest hangs beside it. */
static void add_verdict(struct page *page, const struct finding *finding)
{
    static const char *const words[] = {
        [SEVERITY_NOTE] = "NOTE", [SEVERITY_WARNING] = "WARNING", [SEVERITY_ERROR] = "ERROR"};
    const char *word = words[finding->severity];
    unsigned column = (unsigned)strlen(word) + 2;
    page_add_inked(page, text_severity_ink(finding->severity), word);
    page_add_spaces(page, 2);
    page_ink(page, INK_STRONG);
    page_wrap(page, column, column, finding->title);
    page_ink(page, INK_PLAIN);

    struct buffer facts = {0};
    buffer_add_format(&facts, "%s\n%s\n%s\n", finding->id, how_sure(finding), who_has_to_act(finding->blame));
    page_add_spaces(page, INDENT);
    page_flow(page, INDENT, facts.bytes);
    buffer_free(&facts);
    if (finding->explanation && *finding->explanation) {
        page_add_line(page);
        page_add_spaces(page, INDENT);
        page_wrap(page, INDENT, INDENT, finding->explanation);
    }
}

static void add_no_verdict(struct page *page, const struct handshake *handshake)
{
    if (handshake->outcome == OUTCOME_SUCCESS) {
        page_add_inked(page, INK_GOOD, "HEALTHY");
        page_add(page, "  The handshake was completed by both sides.\n");
        return;
    }
    bool failed = handshake->outcome == OUTCOME_FAILURE;
    page_add_inked(page, failed ? INK_ERROR : INK_WARNING, failed ? "FAILED" : "UNKNOWN");
    page_add(page,
             failed ? "  The handshake failed, and no rule knows why: the packets below are all there is.\n"
                    : "  How the handshake went can't be told: ");
    if (failed)
        return;
    text_add_what_is_missing(&page->text, handshake);
    page_add(page, ".\n");
}

/* ---- The connection ------------------------------------------------------------------------------------ */

static void add_identity(struct page *page, const struct handshake *handshake, bool origin)
{
    const struct connection *connection = handshake->connection;
    struct buffer facts = {0};
    if (connection->transport == SEGMENT_TCP)
        buffer_add_format(&facts, "(tcp.stream %u)", connection->stream);
    else
        buffer_add_format(&facts, "(%s over UDP)", handshake->carrier == CARRIER_QUIC ? "QUIC" : "DTLS");
    if (origin && connection->origin) {
        buffer_add_string(&facts, " of ");
        escape_text(&facts, connection->origin, strlen(connection->origin));
    }
    buffer_add_char(&facts, '\n');
    clock_add_rfc3339(&facts, connection->first.time);
    buffer_add_string(&facts, "\nlasted ");
    clock_add_duration(&facts, clock_span(connection->first.time, connection->last.time));

    page_add_line(page);
    page_add_spaces(page, INDENT);
    page_ink(page, INK_STRONG);
    page_add(page, "Connection ");
    buffer_add_unsigned(&page->text, handshake->number);
    page_ink(page, INK_PLAIN);
    page_add_spaces(page, 1);
    page_flow(page, INDENT, facts.bytes);
    buffer_free(&facts);
}

static void add_fact(struct page *line, const struct text_facts *facts, enum text_fact fact,
                     const char *label, const struct handshake *handshake)
{
    struct value value = text_fact(facts, fact, handshake);
    if (value.type == VALUE_UNKNOWN || (value.type == VALUE_LIST && value.list.count == 0))
        return;
    page_add(line, label);
    value_print_in_sentence(&line->text, value);
    page_add_line(line);
}

/* The name that led to the address, where the client does not say it itself. */
static void add_domain(struct page *line, const struct text_facts *facts, const struct handshake *handshake)
{
    struct value named = text_fact(facts, TEXT_SERVER_NAME, handshake);
    struct value domain = text_fact(facts, TEXT_DESTINATION_DOMAIN, handshake);
    bool same = named.type == VALUE_TEXT && domain.type == VALUE_TEXT &&
                named.text.length == domain.text.length &&
                strncasecmp(named.text.bytes, domain.text.bytes, named.text.length) == 0;
    if (!same)
        add_fact(line, facts, TEXT_DESTINATION_DOMAIN, "in DNS ", handshake);
}

/* Each with a newline behind it. */
static void add_facts(struct page *line, const struct text_facts *facts, const struct handshake *handshake)
{
    text_add_ends(line, facts, handshake);
    page_add_line(line);
    add_fact(line, facts, TEXT_SERVER_NAME, "SNI ", handshake);
    if (handshake->client_hello && !handshake->client_hello->cut &&
        !handshake->client_hello->server_name.bytes)
        page_add(line, "no SNI\n");
    add_domain(line, facts, handshake);
    if (text_add_version(line, facts, handshake))
        page_add_line(line);
    else
        add_fact(line, facts, TEXT_OFFERED_VERSIONS, "versions offered: ", handshake);
    add_fact(line, facts, TEXT_CIPHER, "", handshake);
    add_fact(line, facts, TEXT_GROUP, "", handshake);
    add_fact(line, facts, TEXT_NEXT_PROTOCOL, "ALPN ", handshake);
    add_fact(line, facts, TEXT_STARTTLS, "TLS inside ", handshake);
    struct value resumed = text_fact(facts, TEXT_RESUMED, handshake);
    if (resumed.type == VALUE_BOOLEAN && resumed.boolean)
        page_add(line, "resumed\n");
}

static void add_connection(struct page *page, const struct text_facts *facts,
                           const struct handshake *handshake)
{
    struct page line = {.width = page->width, .unicode = page->unicode};
    add_facts(&line, facts, handshake);
    page_add_spaces(page, INDENT);
    page_flow(page, INDENT, line.text.bytes);
    buffer_free(&line.text);
}

static void add_loss(struct buffer *out, const struct half *half, const char *who)
{
    const struct {
        uint64_t count;
        const char *one, *many;
    } losses[] = {
        {half->retransmitted, "segment sent again", "segments sent again"},
        {half->missing_bytes, "byte missing in the capture", "bytes missing in the capture"},
        {half->zero_windows, "time out of receive buffer", "times out of receive buffer"},
    };
    bool first = true;
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        if (losses[i].count == 0)
            continue;
        buffer_add_string(out, first ? who : ", ");
        text_add_count(out, losses[i].count, losses[i].one, losses[i].many);
        first = false;
    }
    if (!first)
        buffer_add_string(out, ". ");
}

/* How far TCP and the capture can be trusted here; nothing where all is well. */
static void add_transport(struct page *page, const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    struct buffer text = {0};
    if (connection->one_sided)
        buffer_add_string(&text, "Only one direction was captured. ");
    else if (connection->midstream)
        buffer_add_string(&text, "The capture begins in the middle of this connection. ");
    add_loss(&text, handshake_half(handshake, SIDE_CLIENT), "From the client: ");
    add_loss(&text, handshake_half(handshake, SIDE_SERVER), "From the server: ");
    if (text.length > 0) {
        page_add_spaces(page, INDENT);
        page_ink(page, INK_FAINT);
        page_wrap(page, INDENT, INDENT, text.bytes);
        page_ink(page, INK_PLAIN);
    }
    buffer_free(&text);
}

/* ---- What the rule says -------------------------------------------------------------------------------- */

static void add_file(struct buffer *out, const char *file)
{
    buffer_add_string(out, " (in ");
    escape_text(out, file, strlen(file));
    buffer_add_char(out, ')');
}

static void add_evidence(struct page *page, const struct finding *finding, const struct handshake *handshake)
{
    if (finding->evidence_count == 0)
        return;
    add_heading(page, "Evidence");
    for (uint32_t i = 0; i < finding->evidence_count; i++) {
        const struct evidence *evidence = &finding->evidence[i];
        const char *file = shown_file(handshake, evidence->packet);
        uint64_t packet = shown_packet(handshake, evidence->packet);
        struct buffer lead = {0}, what = {0};
        if (packet > 0)
            buffer_add_format(&lead, "packet %-6llu ", (unsigned long long)packet);
        else
            buffer_add_format(&lead, "%-14s", "");
        unsigned column = ITEM + (unsigned)lead.length;
        page_add_spaces(page, ITEM);
        page_add(page, lead.bytes);
        buffer_add_string(&what, evidence->what ? evidence->what : "");
        if (file)
            add_file(&what, file);
        page_wrap(page, column, column, what.bytes);
        buffer_free(&lead);
        buffer_free(&what);
    }
}

static void add_items(struct page *page, const char *heading, const char *const *items, uint32_t count,
                      bool numbered)
{
    if (count == 0)
        return;
    add_heading(page, heading);
    for (uint32_t i = 0; i < count; i++) {
        struct buffer lead = {0};
        if (numbered && count > 1)
            buffer_add_format(&lead, "%u. ", i + 1);
        else
            buffer_add_string(&lead, "- ");
        unsigned column = ITEM + (unsigned)lead.length;
        page_add_spaces(page, ITEM);
        page_add(page, lead.bytes);
        page_wrap(page, column, column, items[i]);
        buffer_free(&lead);
    }
}

static void add_references(struct page *page, const struct finding *finding)
{
    if (finding->reference_count == 0)
        return;
    struct buffer text = {0};
    for (uint32_t i = 0; i < finding->reference_count; i++) {
        buffer_add_string(&text, i ? "; " : "");
        buffer_add_string(&text, finding->references[i]);
    }
    add_heading(page, "Read more");
    page_add_spaces(page, ITEM);
    page_wrap(page, ITEM, ITEM, text.bytes);
    buffer_free(&text);
}

static void add_further_finding(struct page *page, const struct finding *finding)
{
    const char *word = words_severity(finding->severity);
    unsigned column = ITEM + (unsigned)strlen("warning") + 2;
    struct buffer text = {0};
    buffer_add_format(&text, "%s: %s", finding->id, finding->title);
    if (finding->because_of)
        buffer_add_format(&text, " (follows from %s)", finding->because_of);
    page_add_spaces(page, ITEM);
    page_add_inked(page, text_severity_ink(finding->severity), word);
    page_add_spaces(page, column - ITEM - (unsigned)strlen(word));
    page_wrap(page, column, column, text.bytes);
    buffer_free(&text);
}

static void add_further_findings(struct page *page, const struct handshake *handshake)
{
    uint32_t first = handshake->has_verdict ? 1 : 0;
    if (handshake->finding_count <= first)
        return;
    add_heading(page, "Also found");
    for (uint32_t i = first; i < handshake->finding_count; i++)
        add_further_finding(page, &handshake->findings[i]);
}

static void add_advice(struct page *page, const struct finding *finding, const struct handshake *handshake)
{
    add_evidence(page, finding, handshake);
    add_items(page, "Likeliest causes", finding->causes, finding->cause_count, true);
    add_items(page, "What to do", finding->fixes, finding->fix_count, false);
    add_references(page, finding);
}

void text_add_absent(struct page *page, const struct handshake *handshake)
{
    add_verdict(page, &handshake->findings[0]);
    add_advice(page, &handshake->findings[0], handshake);
}

void text_add_block(struct page *page, const struct text_facts *facts, const struct handshake *handshake,
                    bool origin, bool chains)
{
    const struct finding *verdict = handshake->has_verdict ? &handshake->findings[0] : NULL;
    if (verdict)
        add_verdict(page, verdict);
    else
        add_no_verdict(page, handshake);
    add_identity(page, handshake, origin);
    add_connection(page, facts, handshake);
    add_transport(page, handshake);
    page_add_line(page);
    ladder_draw(page, handshake);
    text_add_beliefs(page, handshake);
    if (chains)
        text_add_chains(page, handshake);
    text_add_candidacy(page, handshake);
    if (verdict)
        add_advice(page, verdict, handshake);
    add_further_findings(page, handshake);
}
