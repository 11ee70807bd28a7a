/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/escape.h"
#include "handshake/candidacy.h"
#include "handshake/told.h"
#include <string.h>

enum { INDENT = 2, ITEM = 4, LABEL = 21, ANSWER = 9 };

static const struct {
    const char *word;
    enum ink ink;
} answers[] = {
    [ANSWER_UNKNOWN] = {"unknown", INK_FAINT},
    [ANSWER_NO] = {"no", INK_ERROR},
    [ANSWER_YES] = {"yes", INK_GOOD},
};

static const char *const conclusions[] = {
    [ANSWER_UNKNOWN] = "That cannot be told for certain",
    [ANSWER_NO] = "No",
    [ANSWER_YES] = "Yes, as far as the request of the server tells",
};

static void add_padded(struct page *page, const char *text, unsigned width)
{
    page_add(page, text);
    page_add_spaces(page, width - (unsigned)strlen(text));
}

static void add_question(struct page *page, const char *label, enum answer answer, const char *reason)
{
    page_add_spaces(page, ITEM);
    add_padded(page, label, LABEL);
    page_ink(page, answers[answer].ink);
    add_padded(page, answers[answer].word, ANSWER);
    page_ink(page, INK_PLAIN);
    page_wrap(page, ITEM + LABEL + ANSWER, ITEM + LABEL + ANSWER, reason);
}

static void add_file(struct page *page, const struct handshake *handshake)
{
    const char *file = handshake->told->candidate->file;
    escape_text(&page->text, file, strlen(file));
}

static enum answer answer_of(const char *name, const struct handshake *handshake)
{
    const struct field *field = fields_find(name, strlen(name));
    struct value value = field ? field->get(handshake) : value_unknown();
    if (value.type != VALUE_BOOLEAN)
        return ANSWER_UNKNOWN;
    return value.boolean ? ANSWER_YES : ANSWER_NO;
}

/* What the client did with it, as far as packets show. */
static void add_use(struct page *page, const struct handshake *handshake)
{
    enum answer elsewhere = answer_of("tlswhy.try_cert.sent_elsewhere", handshake);
    bool here = answer_of("tlswhy.try_cert.sent", handshake) == ANSWER_YES;
    if (!here && elsewhere == ANSWER_UNKNOWN)
        return;
    page_add_spaces(page, ITEM);
    page_wrap(page, ITEM, ITEM,
              here ? "It is the certificate that the client sent here."
              : elsewhere == ANSWER_YES
                  ? "On another connection of this capture the same client did send it."
                  : "On another connection of this capture the same client sent another certificate.");
}

void text_add_candidacy(struct page *page, const struct handshake *handshake)
{
    static const char *const labels[CANDIDACY_QUESTIONS] = {
        [CANDIDACY_ISSUER] = "issuer is asked for", [CANDIDACY_KEY] = "key fits",
        [CANDIDACY_SIGNATURES] = "signatures fit",  [CANDIDACY_DATES] = "valid at that time",
        [CANDIDACY_PURPOSE] = "meant for clients",  [CANDIDACY_CHAIN] = "chain is complete",
        [CANDIDACY_TRUST] = "server trusts it",     [CANDIDACY_REVOCATION] = "not revoked",
    };
    const struct candidacy *candidacy = handshake->candidacy;
    if (!candidacy)
        return;
    page_add_line(page);
    page_add_spaces(page, INDENT);
    page_ink(page, INK_STRONG);
    page_add(page, "Would ");
    add_file(page, handshake);
    page_add(page, " have been accepted? ");
    page_add_inked(page, answers[candidacy->accepted].ink, conclusions[candidacy->accepted]);
    page_ink(page, INK_PLAIN);
    page_add_line(page);
    for (int i = 0; i < CANDIDACY_QUESTIONS; i++)
        add_question(page, labels[i], candidacy->told[i].answer, candidacy->told[i].reason);
    add_use(page, handshake);
}

void text_add_candidacy_line(struct page *page, const struct handshake *handshake)
{
    static const char *const words[] = {
        [ANSWER_UNKNOWN] = "whether it would have been accepted cannot be told for certain",
        [ANSWER_NO] = "would not have been accepted: ",
        [ANSWER_YES] = "would have been accepted, as far as the request of the server tells",
    };
    enum { COLUMN = 5 };
    const struct candidacy *candidacy = handshake->candidacy;
    if (!candidacy)
        return;
    struct buffer text = {0};
    escape_text(&text, handshake->told->candidate->file, strlen(handshake->told->candidate->file));
    buffer_add_format(&text, ": %s", words[candidacy->accepted]);
    for (int i = 0; candidacy->accepted == ANSWER_NO && i < CANDIDACY_QUESTIONS; i++)
        if (candidacy->told[i].answer == ANSWER_NO) {
            buffer_add_string(&text, candidacy->told[i].reason);
            break;
        }
    page_add_spaces(page, COLUMN);
    page_wrap(page, COLUMN, COLUMN, text.bytes);
    buffer_free(&text);
}
