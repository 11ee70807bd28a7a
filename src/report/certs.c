/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For people: every distinct certificate of the run, the one that expires first on top. */
#include "report/report.h"

#include "base/clock.h"
#include "base/memory.h"
#include "handshake/value.h"
#include "report/inventory.h"
#include "report/text_parts.h"
#include <stdlib.h>

enum {
    DAY = 24 * 60 * 60,
    SOON = 30, /* days */
    GAP = 2,
    LEFT = 7, /* "expired", "-1234 d" */
    DATE = 10,
    KEY = 12,
    COUNT = 11, /* "connections" */
    BEFORE_NAME = LEFT + GAP + DATE + GAP,
    BEHIND_NAME = GAP + KEY + GAP + COUNT,
    LABEL = 12,
};

struct report {
    FILE *out;
    struct page page;
    struct inventory *inventory;
    bool quiet, verbose;
};

static struct report *certs_open(const struct report_options *options)
{
    struct report *report = memory_new(1, sizeof *report);
    unsigned width = options->width ? options->width : PAGE_DEFAULT_WIDTH;
    report->out = options->out;
    report->page.width = width < PAGE_LEAST_WIDTH ? PAGE_LEAST_WIDTH : width;
    report->page.colour = options->colour;
    report->page.unicode = options->unicode;
    report->inventory = inventory_new();
    report->quiet = options->quiet;
    report->verbose = options->verbose;
    return report;
}

static void certs_event(struct report *report, const struct handshake *handshake)
{
    inventory_add(report->inventory, handshake);
}

/* ---- How long it is good ------------------------------------------------------------------------------- */

static bool is_expired(const struct inventory_item *item)
{
    return item->not_after != CERTIFICATE_TIME_UNKNOWN && item->not_after < item->last / CLOCK_SECOND;
}

static bool is_early(const struct inventory_item *item)
{
    return item->not_before != CERTIFICATE_TIME_UNKNOWN && item->not_before > item->last / CLOCK_SECOND;
}

/* Whole days from the last time that it was seen. */
static int64_t days_left(const struct inventory_item *item)
{
    return (item->not_after - item->last / CLOCK_SECOND) / DAY;
}

static enum ink ink_of(const struct inventory_item *item)
{
    if (is_expired(item))
        return INK_ERROR;
    if (is_early(item))
        return INK_WARNING;
    bool soon = item->not_after != CERTIFICATE_TIME_UNKNOWN && days_left(item) < SOON;
    return soon ? INK_WARNING : INK_PLAIN;
}

static void add_left(struct buffer *out, const struct inventory_item *item)
{
    if (item->not_after == CERTIFICATE_TIME_UNKNOWN)
        buffer_add_char(out, '?');
    else if (is_expired(item))
        buffer_add_string(out, "expired");
    else if (is_early(item))
        buffer_add_string(out, "not yet");
    else
        buffer_add_format(out, "%lld d", (long long)days_left(item));
}

/* ---- Cells --------------------------------------------------------------------------------------------- */

static void add_right(struct page *page, const char *text, unsigned width)
{
    unsigned columns = page_columns(text, strlen(text));
    page_add_spaces(page, columns < width ? width - columns : 0);
    page_add(page, text);
}

/* What does not fit is cut, and shows that it is. */
static void add_left_bound(struct page *page, const char *text, unsigned width)
{
    unsigned columns = page_columns(text, strlen(text));
    if (columns <= width) {
        page_add(page, text);
        page_add_spaces(page, width - columns);
        return;
    }
    unsigned sign = page->unicode ? 1 : 3, kept = 0;
    const char *end = text;
    while (kept < width - sign || ((uint8_t)*end & 0xc0) == 0x80) {
        kept += ((uint8_t)*end & 0xc0) != 0x80;
        if (kept > width - sign)
            break;
        end++;
    }
    buffer_add(&page->text, text, (size_t)(end - text));
    page_add_sign(page, "…", "...");
}

static void add_date(struct page *page, const char *text)
{
    size_t length = text ? strcspn(text, "T") : 0;
    buffer_add(&page->text, text ? text : "", length);
    page_add_spaces(page, length < DATE ? DATE - (unsigned)length : 0);
}

static void add_endpoint(struct buffer *out, const struct endpoint *end, bool udp)
{
    if (end->port > 0)
        text_add_server(out, &(struct talk){.server = *end, .udp = udp});
    else
        value_print_address(out, &end->address);
}

/* ---- Who presented it to whom -------------------------------------------------------------------------- */

/* The name that stands there already is not said again, and for issuers it plays no part. */
static void add_names(struct buffer *out, const struct inventory_use *use, const char *shown)
{
    if (use->as_issuer || use->name_count == 0)
        return;
    if (use->name_count == 1 && !use->more_names && strcmp(use->names[0], shown) == 0)
        return;
    for (uint32_t i = 0; i < use->name_count; i++)
        buffer_add_format(out, "%s%s", i ? ", " : " for ", use->names[i]);
    if (use->more_names)
        buffer_add_string(out, ", ...");
}

static void add_peers(struct buffer *out, const struct inventory_use *use)
{
    enum { NAMED = 3 };
    bool clients = use->side == SIDE_SERVER;
    buffer_add_string(out, " to ");
    if (use->peer_count > NAMED || (clients && use->peer_count > 1)) {
        buffer_add_format(out, "%s%u %s", use->more_peers ? "more than " : "", use->peer_count,
                          clients ? "clients" : "servers");
        return;
    }
    for (uint32_t i = 0; i < use->peer_count; i++) {
        buffer_add_string(out, i ? ", " : "");
        add_endpoint(out, &use->peers[i], use->udp);
    }
}

static void add_use(struct buffer *out, const struct inventory_item *item, const struct inventory_use *use)
{
    buffer_add_string(out, use->as_issuer ? "issuer sent by " : "");
    buffer_add_string(out, use->side == SIDE_SERVER ? "server " : "client ");
    add_endpoint(out, &use->presenter, use->udp && use->side == SIDE_SERVER);
    add_names(out, use, item->name);
    add_peers(out, use);
}

static uint64_t count_other_uses(const struct inventory_item *item)
{
    return (item->use_count > 0 ? item->use_count - 1 : 0) + (item->uses_left_out > 0);
}

/* ---- The table ----------------------------------------------------------------------------------------- */

static unsigned name_width(const struct page *page)
{
    enum { LEAST = 12, MOST = 60 };
    unsigned taken = BEFORE_NAME + BEHIND_NAME;
    unsigned left = page->width > taken ? page->width - taken : 0;
    return left < LEAST ? LEAST : left > MOST ? MOST : left;
}

static void add_header(struct page *page)
{
    page_ink(page, INK_FAINT);
    add_right(page, "left", LEFT);
    page_add_spaces(page, GAP);
    add_left_bound(page, "expires", DATE);
    page_add_spaces(page, GAP);
    add_left_bound(page, "certificate", name_width(page));
    page_add_spaces(page, GAP);
    add_left_bound(page, "key", KEY);
    page_add_spaces(page, GAP);
    add_right(page, "connections", COUNT);
    page_ink(page, INK_PLAIN);
    page_add_line(page);
}

static void add_row(struct page *page, const struct inventory_item *item)
{
    struct buffer left = {0}, connections = {0};
    add_left(&left, item);
    buffer_add_unsigned(&connections, item->connections);
    page_ink(page, ink_of(item));
    add_right(page, left.bytes, LEFT);
    page_add_spaces(page, GAP);
    add_date(page, item->not_after_text);
    page_ink(page, INK_PLAIN);
    page_add_spaces(page, GAP);
    page_ink(page, INK_STRONG);
    add_left_bound(page, item->name, name_width(page));
    page_ink(page, INK_PLAIN);
    page_add_spaces(page, GAP);
    add_left_bound(page, item->key ? item->key : "", KEY);
    page_add_spaces(page, GAP);
    add_right(page, connections.bytes, COUNT);
    page_add_line(page);
    buffer_free(&left);
    buffer_free(&connections);
}

/* Below the row: its thumbprint's beginning, as in the names of --export-certs, and who shows it. */
static void add_row_uses(struct page *page, const struct inventory_item *item)
{
    enum { PRINT = 4 };
    struct buffer text = {0};
    buffer_add_hex(&text, item->sha1, PRINT, true);
    buffer_add_char(&text, ' ');
    if (item->use_count > 0)
        add_use(&text, item, &item->uses[0]);
    if (count_other_uses(item) > 0)
        buffer_add_format(&text, ", and %llu more", (unsigned long long)count_other_uses(item));
    page_add_spaces(page, BEFORE_NAME);
    page_ink(page, INK_FAINT);
    page_wrap(page, BEFORE_NAME, BEFORE_NAME, text.bytes);
    page_ink(page, INK_PLAIN);
    buffer_free(&text);
}

/* ---- All that is known of one -------------------------------------------------------------------------- */

static void add_line(struct page *page, const char *label, const char *text)
{
    if (!text)
        return;
    page_add_spaces(page, GAP);
    page_ink(page, INK_FAINT);
    add_left_bound(page, label, LABEL);
    page_ink(page, INK_PLAIN);
    page_wrap(page, GAP + LABEL, GAP + LABEL, text);
}

static void add_hex(struct page *page, const char *label, const uint8_t *bytes, size_t length)
{
    struct buffer text = {0};
    buffer_add_hex(&text, bytes, length, true);
    add_line(page, label, text.bytes);
    buffer_free(&text);
}

static void add_validity(struct page *page, const struct inventory_item *item)
{
    struct buffer text = {0};
    if (!item->not_before_text || !item->not_after_text)
        return;
    buffer_add_format(&text, "%s to %s, ", item->not_before_text, item->not_after_text);
    if (is_expired(item))
        buffer_add_format(&text, "expired %lld days before it was last seen", (long long)-days_left(item));
    else if (is_early(item))
        buffer_add_string(&text, "not valid yet when it was last seen");
    else
        buffer_add_format(&text, "%lld days left when it was last seen", (long long)days_left(item));
    add_line(page, "valid", text.bytes);
    buffer_free(&text);
}

static void add_times(struct buffer *out, const struct inventory_use *use)
{
    buffer_add_string(out, ", ");
    text_add_count(out, use->connections, "connection", "connections");
    buffer_add_string(out, ", ");
    clock_add_rfc3339(out, use->first);
    if (use->last != use->first) {
        buffer_add_string(out, " to ");
        clock_add_rfc3339(out, use->last);
    }
}

static void add_all_uses(struct page *page, const struct inventory_item *item)
{
    for (uint32_t i = 0; i < item->use_count; i++) {
        struct buffer text = {0};
        add_use(&text, item, &item->uses[i]);
        add_times(&text, &item->uses[i]);
        add_line(page, i ? "" : "shown by", text.bytes);
        buffer_free(&text);
    }
    if (item->uses_left_out > 0) {
        struct buffer text = {0};
        text_add_count(&text, item->uses_left_out, "connection of further ends",
                       "connections of further ends");
        add_line(page, "", text.bytes);
        buffer_free(&text);
    }
}

static void add_everything(struct page *page, const struct inventory_item *item)
{
    page_ink(page, INK_STRONG);
    page_wrap(page, 0, GAP, item->name);
    page_ink(page, INK_PLAIN);
    page_ink(page, ink_of(item));
    add_validity(page, item);
    page_ink(page, INK_PLAIN);
    add_line(page, "subject", item->subject);
    add_line(page, "issuer", item->issuer);
    add_line(page, "names", item->alternative_names);
    add_line(page, "serial", item->serial);
    add_hex(page, "SHA-1", item->sha1, sizeof item->sha1);
    add_hex(page, "SHA-256", item->sha256, sizeof item->sha256);
    add_line(page, "key", item->key);
    add_line(page, "signature", item->signature);
    add_all_uses(page, item);
    page_add_line(page);
}

/* ---- The summary --------------------------------------------------------------------------------------- */

static void add_counts(struct buffer *out, const struct inventory_item *items, uint32_t count)
{
    uint64_t expired = 0, soon = 0;
    for (uint32_t i = 0; i < count; i++) {
        expired += is_expired(&items[i]);
        soon += !is_expired(&items[i]) && items[i].not_after != CERTIFICATE_TIME_UNKNOWN &&
                days_left(&items[i]) < SOON;
    }
    text_add_count(out, count, "certificate", "certificates");
    buffer_add_format(out,
                      ": %llu expired, %llu with less than %d days left, by the time each was last seen. ",
                      (unsigned long long)expired, (unsigned long long)soon, SOON);
}

static void add_summary(struct page *page, const struct inventory *inventory,
                        const struct inventory_item *items, uint32_t count)
{
    struct inventory_totals totals = inventory_totals(inventory);
    struct buffer text = {0};
    add_counts(&text, items, count);
    if (totals.hidden > 0) {
        text_add_count(&text, totals.hidden, "connection", "connections");
        buffer_add_string(&text, totals.hidden == 1 ? " of TLS 1.3 hid its certificates. "
                                                    : " of TLS 1.3 hid their certificates. ");
    }
    if (totals.resumed > 0) {
        text_add_count(&text, totals.resumed, "connection", "connections");
        buffer_add_string(&text, " resumed a session, for which no certificate is sent. ");
    }
    if (totals.left_out > 0)
        buffer_add_format(&text,
                          "There is room for no more certificates than these: further ones came %llu times. ",
                          (unsigned long long)totals.left_out);
    page_wrap(page, 0, 0, text.bytes);
    buffer_free(&text);
}

static void write_page(struct report *report)
{
    fwrite(report->page.text.bytes, 1, report->page.text.length, report->out);
    buffer_clear(&report->page.text);
}

static void add_item(struct report *report, const struct inventory_item *item)
{
    if (report->verbose) {
        add_everything(&report->page, item);
    } else {
        add_row(&report->page, item);
        add_row_uses(&report->page, item);
    }
    write_page(report);
}

static void certs_finish(struct report *report, const struct totals *totals)
{
    uint32_t count;
    const struct inventory_item *items = inventory_sorted(report->inventory, &count);
    if (count > 0 && !report->verbose)
        add_header(&report->page);
    for (uint32_t i = 0; i < count; i++)
        add_item(report, &items[i]);
    if (report->quiet)
        return;
    if (count > 0 && !report->verbose)
        page_add_line(&report->page);
    if (totals->events == 0)
        text_add_summary(&report->page, totals);
    else
        add_summary(&report->page, report->inventory, items, count);
    write_page(report);
}

static void certs_close(struct report *report)
{
    inventory_free(report->inventory);
    buffer_free(&report->page.text);
    free(report);
}

const struct report_format report_certs = {.name = "certs",
                                           .meaning =
                                               "for people: every certificate, the soonest to expire first",
                                           .summarizes = true,
                                           .open = certs_open,
                                           .event = certs_event,
                                           .finish = certs_finish,
                                           .close = certs_close};
