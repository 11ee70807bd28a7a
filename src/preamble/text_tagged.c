/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protocols of text in which an answer can be told by itself: IMAP (RFC 2595, RFC 9051), ManageSieve (RFC
 * 5804), XMPP (RFC 6120), IRC (its "STARTTLS" extension).
 */
#include "preamble/protocol.h"
#include "preamble/text_line.h"
#include <string.h>

static enum recognition begins_with(struct cursor bytes, const char *word)
{
    size_t length = strlen(word), common = bytes.left < length ? bytes.left : length;
    if (memcmp(bytes.at, word, common) != 0)
        return RECOGNISED_NOT;
    return common == length ? RECOGNISED : RECOGNISED_PERHAPS;
}

static enum recognition begins_with_any(struct cursor bytes, const char *const *words)
{
    enum recognition best = RECOGNISED_NOT;
    for (; *words; words++) {
        enum recognition recognition = begins_with(bytes, *words);
        best = recognition > best ? recognition : best;
    }
    return best;
}

static void answer(struct preamble *preamble, struct cursor line, bool accepted)
{
    preamble_reply_text(preamble, line_trimmed(line));
    if (accepted)
        preamble_accept(preamble);
    else
        preamble_refuse(preamble);
}

/* ---- IMAP -----------------------------------------------------------------------------------------------
 */

static enum recognition imap_begins(enum speaker from, struct cursor bytes)
{
    static const char *const words[] = {"* OK", "* PREAUTH", "* BYE", NULL};
    return from == SPEAKER_SERVER ? begins_with_any(bytes, words) : RECOGNISED_NOT;
}

static void imap_take_command(struct preamble *preamble, struct cursor line)
{
    struct cursor tag = line_word(&line);
    struct cursor command = line_word(&line);
    if (line_word_is(command, "STARTTLS")) {
        preamble_ask(preamble);
        preamble->tag_length = (uint32_t)(tag.left < TAG_LIMIT ? tag.left : TAG_LIMIT);
        memcpy(preamble->tag, tag.at, preamble->tag_length);
    } else if (line_word_is(command, "LOGOUT")) {
        preamble_leave(preamble);
    } else if (line_word_is(command, "LOGIN") || line_word_is(command, "AUTHENTICATE")) {
        preamble_continue(preamble);
        preamble_give_up(preamble);
    }
}

/* "* CAPABILITY IMAP4rev1 STARTTLS", or the same in brackets of a greeting. */
static void imap_take_capabilities(struct preamble *preamble, struct cursor line)
{
    bool crossed = line_contains(line, "XXXXXXX") || line_contains(line, " XSTARTTLS");
    bool offered = line_contains(line, " STARTTLS");
    preamble->facts.masked |= crossed && !offered;
    if (offered || line.uncaptured == 0)
        preamble_offer(preamble, offered);
}

static void imap_take_reply(struct preamble *preamble, struct cursor line)
{
    struct cursor rest = line;
    struct cursor tag = line_word(&rest);
    if (line_contains(line, "CAPABILITY IMAP") || line_begins(line, "* CAPABILITY"))
        imap_take_capabilities(preamble, line);
    bool answered = preamble->facts.asked && preamble->tag_length > 0 && tag.left == preamble->tag_length &&
                    memcmp(tag.at, preamble->tag, preamble->tag_length) == 0;
    if (!answered)
        return;
    preamble->tag_length = 0;
    answer(preamble, line, line_word_is(line_word(&rest), "OK"));
}

static void imap_take(struct preamble *preamble, enum speaker from, struct cursor line)
{
    if (from == SPEAKER_CLIENT)
        imap_take_command(preamble, line);
    else
        imap_take_reply(preamble, line);
}

/* ---- ManageSieve ----------------------------------------------------------------------------------------
 */

static enum recognition sieve_begins(enum speaker from, struct cursor bytes)
{
    return from == SPEAKER_SERVER ? begins_with(bytes, "\"IMPLEMENTATION\"") : RECOGNISED_NOT;
}

static bool is_sieve_reply(struct cursor line)
{
    struct cursor word = line_word(&line);
    return line_word_is(word, "OK") || line_word_is(word, "NO") || line_word_is(word, "BYE");
}

static void sieve_take(struct preamble *preamble, enum speaker from, struct cursor line)
{
    if (from == SPEAKER_CLIENT) {
        preamble->due++;
        if (line_begins(line, "STARTTLS"))
            preamble_ask(preamble);
        else if (line_begins(line, "LOGOUT"))
            preamble_leave(preamble);
        else if (line_begins(line, "AUTHENTICATE"))
            preamble_continue(preamble);
    } else if (line_begins(line, "\"STARTTLS\"")) {
        preamble_offer(preamble, true);
    } else if (is_sieve_reply(line)) {
        preamble->due--;
        if (!preamble->facts.offered && !preamble->facts.not_offered)
            preamble_offer(preamble, false);
        if (preamble->due_until_answer > 0 && --preamble->due_until_answer == 0)
            answer(preamble, line, line_begins(line, "OK"));
    }
}

/* ---- XMPP: units are tags -------------------------------------------------------------------------------
 */

static enum recognition xmpp_begins(enum speaker from, struct cursor bytes)
{
    static const char *const words[] = {"<?xml ", "<stream:stream", NULL};
    return from == SPEAKER_CLIENT ? begins_with_any(bytes, words) : RECOGNISED_NOT;
}

/* A unit ends with a tag's '>' and may begin with text before it. */
static bool is_tag(struct cursor unit, const char *tag)
{
    unit = line_trimmed(unit);
    return line_begins(unit, tag);
}

static void xmpp_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    if (from == SPEAKER_CLIENT) {
        if (is_tag(unit, "<starttls"))
            preamble_ask(preamble);
        else if (is_tag(unit, "</stream:stream"))
            preamble_leave(preamble);
        else if (is_tag(unit, "<auth") || is_tag(unit, "<iq"))
            preamble_continue(preamble);
    } else if (is_tag(unit, "<starttls")) {
        preamble_offer(preamble, true);
    } else if (is_tag(unit, "</stream:features")) {
        if (!preamble->facts.offered)
            preamble_offer(preamble, false);
    } else if (preamble->facts.asked && (is_tag(unit, "<proceed") || is_tag(unit, "<failure"))) {
        answer(preamble, unit, is_tag(unit, "<proceed"));
    }
}

/* ---- IRC ------------------------------------------------------------------------------------------------
 */

enum { IRC_STARTTLS_OK = 670, IRC_STARTTLS_FAILED = 691, IRC_UNKNOWN_COMMAND = 421 };

static enum recognition irc_begins(enum speaker from, struct cursor bytes)
{
    static const char *const words[] = {"CAP LS", "NICK ", "STARTTLS", NULL};
    return from == SPEAKER_CLIENT ? begins_with_any(bytes, words) : RECOGNISED_NOT;
}

static void irc_take(struct preamble *preamble, enum speaker from, struct cursor line)
{
    if (from == SPEAKER_CLIENT) {
        if (line_begins(line, "STARTTLS"))
            preamble_ask(preamble);
        else if (line_begins(line, "USER ") || line_begins(line, "JOIN "))
            preamble_continue(preamble);
        return;
    }
    struct cursor rest = line;
    if (line.left > 0 && line.at[0] == ':')
        line_word(&rest);
    uint32_t code = line_number(line_word(&rest), 999);
    if (line_contains(line, " LS ") && line_contains(rest, "tls"))
        preamble_offer(preamble, true);
    bool answered = code == IRC_STARTTLS_OK || code == IRC_STARTTLS_FAILED ||
                    (code == IRC_UNKNOWN_COMMAND && line_contains(rest, "STARTTLS"));
    if (!preamble->facts.asked || !answered)
        return;
    preamble_reply_code(preamble, code);
    answer(preamble, line, code == IRC_STARTTLS_OK);
}

const struct protocol preamble_tagged[] = {
    {.name = "imap", .begins = imap_begins, .delimiter = '\n', .take = imap_take, .negotiates = true},
    {.name = "sieve", .begins = sieve_begins, .delimiter = '\n', .take = sieve_take, .negotiates = true},
    {.name = "xmpp", .begins = xmpp_begins, .delimiter = '>', .take = xmpp_take, .negotiates = true},
    {.name = "irc", .begins = irc_begins, .delimiter = '\n', .take = irc_take, .negotiates = true},
    {0},
};
