/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_TEXT_PARTS_H
#define TLSWHY_REPORT_TEXT_PARTS_H

/*
 * The parts of the text report, each put together on a page without any output: the block of a connection
 * with a verdict, the line of a healthy or an undecided one, the summary of the run. What they print of a
 * connection they look up in the table of facts, so that it reads as it does everywhere else.
 */

#include "handshake/fields.h"
#include "handshake/handshake.h"
#include "report/page.h"
#include "report/totals.h"

enum text_fact {
    TEXT_SOURCE_ADDRESS,
    TEXT_SOURCE_PORT,
    TEXT_DESTINATION_ADDRESS,
    TEXT_DESTINATION_PORT,
    TEXT_SERVER_NAME,
    TEXT_DESTINATION_DOMAIN,
    TEXT_VERSION,
    TEXT_VERSION_PROTOCOL,
    TEXT_CIPHER,
    TEXT_GROUP,
    TEXT_NEXT_PROTOCOL,
    TEXT_RESUMED,
    TEXT_STARTTLS,
    TEXT_OFFERED_VERSIONS,
    TEXT_FACTS
};

/* The rows of the table of facts that the text report prints; found once. */
struct text_facts {
    const struct field *field[TEXT_FACTS];
};

struct text_facts text_facts(void);
struct value text_fact(const struct text_facts *facts, enum text_fact fact,
                       const struct handshake *handshake);

/* "192.0.2.20:51514 → [2001:db8::10]:443" */
void text_add_ends(struct page *page, const struct text_facts *facts, const struct handshake *handshake);

/* "TLS 1.3", "SSL 3.0"; false, with nothing added, while it is unknown. */
bool text_add_version(struct page *page, const struct text_facts *facts, const struct handshake *handshake);

/* "1 packet", "2 packets". */
void text_add_count(struct buffer *out, uint64_t count, const char *one, const char *many);

enum ink text_severity_ink(enum severity severity);

/* text_block.c: all there is to say. `origin` also names the capture, `chains` shows the certificates. */
void text_add_block(struct page *page, const struct text_facts *facts, const struct handshake *handshake,
                    bool origin, bool chains);

/* text_chains.c: the certificates that both sides sent, how they hang together, and what is missing. */
void text_add_chains(struct page *page, const struct handshake *handshake);

/* The same of what should have been there and was not (totals.h): it has no packets. */
void text_add_absent(struct page *page, const struct handshake *handshake);

/* text_beliefs.c: what each side took for true in the end, where the handshake failed or was refused later.
 */
void text_add_beliefs(struct page *page, const struct handshake *handshake);

/* text_candidacy.c: would the server have taken the certificate that the user holds; nothing where it did not
 * ask. As a section of a block, and as a line below a line. */
void text_add_candidacy(struct page *page, const struct handshake *handshake);
void text_add_candidacy_line(struct page *page, const struct handshake *handshake);

/* text_line.c: one line, and one more for each warning. */
void text_add_line(struct page *page, const struct text_facts *facts, const struct handshake *handshake,
                   bool origin);

/* What keeps the outcome unknown, as a part of a sentence. */
void text_add_what_is_missing(struct buffer *out, const struct handshake *handshake);

/* "192.0.2.10:443", "[2001:db8::10]:443 (UDP)". */
void text_add_server(struct buffer *out, const struct talk *talk);

/* text_causes.c: the servers at which a verdict was given; NULL: the failures without one. */
void text_add_causes(struct page *page, const struct totals *totals, const struct server_causes *causes,
                     const char *verdict, enum severity severity);

/* text_summary.c */
void text_add_summary(struct page *page, const struct totals *totals);

#endif
