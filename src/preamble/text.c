/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protocols of commands and replies in lines: SMTP and LMTP (RFC 3207), FTP (RFC 4217), NNTP (RFC 4642), POP3
 * (RFC 2595). Each reply answers one command, in order; the greeting answers none.
 */
#include "preamble/protocol.h"
#include "preamble/text_line.h"
#include <ctype.h>
#include <string.h>

/* What distinguishes them. */
struct dialect {
    const char *ask;                  /* the client's request for TLS begins with this */
    const char *accept;               /* the reply that agrees begins with this */
    const char *offer;                /* the capability's word */
    const char *list_reply;           /* what the reply that lists capabilities begins with */
    bool list_ends_with_dot;          /* or with the reply itself */
    const char *const *list_commands; /* commands that ask for that list */
    const char *const *login;         /* commands with which a client goes on without TLS */
};

static const char *const smtp_lists[] = {"EHLO", "LHLO", NULL};
static const char *const smtp_login[] = {"MAIL", "AUTH", "RCPT", NULL};
static const char *const ftp_lists[] = {"FEAT", NULL};
static const char *const ftp_login[] = {"USER", "PASS", NULL};
static const char *const nntp_lists[] = {"CAPABILITIES", NULL};
static const char *const nntp_login[] = {"AUTHINFO", "GROUP", "LIST", "POST", "ARTICLE", NULL};
static const char *const pop3_lists[] = {"CAPA", NULL};
static const char *const pop3_login[] = {"USER", "PASS", "APOP", "AUTH", NULL};

enum { SMTP, LMTP, FTP, NNTP, POP3, DIALECTS };

static const struct dialect dialects[DIALECTS] = {
    [SMTP] = {"STARTTLS", "220", "STARTTLS", "250", false, smtp_lists, smtp_login},
    [LMTP] = {"STARTTLS", "220", "STARTTLS", "250", false, smtp_lists, smtp_login},
    [FTP] = {"AUTH ", "234", "AUTH TLS", "211", false, ftp_lists, ftp_login},
    [NNTP] = {"STARTTLS", "382", "STARTTLS", "101", true, nntp_lists, nntp_login},
    [POP3] = {"STLS", "+OK", "STLS", "+OK", true, pop3_lists, pop3_login},
};

static const struct dialect *dialect_of(const struct preamble *preamble)
{
    return &dialects[preamble->protocol - preamble_text];
}

static bool is_one_of(struct cursor line, const char *const *words)
{
    struct cursor word = line_word(&line);
    for (; *words; words++)
        if (line_word_is(word, *words))
            return true;
    return false;
}

/* ---- Greetings ------------------------------------------------------------------------------------------
 */

/* "220 " and "220-": SMTP, LMTP or FTP, as the greeting's words, the port, or the first command says. */
static enum recognition code_begins(enum speaker from, struct cursor bytes, const char *code)
{
    if (from != SPEAKER_SERVER)
        return RECOGNISED_NOT;
    size_t length = strlen(code);
    size_t common = bytes.left < length ? bytes.left : length;
    if (memcmp(bytes.at, code, common) != 0)
        return RECOGNISED_NOT;
    if (bytes.left <= length)
        return RECOGNISED_PERHAPS;
    return isalnum(bytes.at[length]) ? RECOGNISED_NOT : RECOGNISED;
}

static enum recognition reply_220_begins(enum speaker from, struct cursor bytes)
{
    return code_begins(from, bytes, "220");
}

static enum recognition smtp_begins(enum speaker from, struct cursor bytes)
{
    static const char *const codes[] = {"220", "421", "554"};
    enum recognition best = RECOGNISED_NOT;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        enum recognition recognition = code_begins(from, bytes, codes[i]);
        best = recognition > best ? recognition : best;
    }
    return best;
}

static enum recognition nntp_begins(enum speaker from, struct cursor bytes)
{
    enum recognition posting = code_begins(from, bytes, "200"), reading = code_begins(from, bytes, "201");
    return posting > reading ? posting : reading;
}

static enum recognition pop3_begins(enum speaker from, struct cursor bytes)
{
    return code_begins(from, bytes, "+OK");
}

/* The first words that tell SMTP from FTP, which greet alike. */
static void settle_by_greeting(struct preamble *preamble, struct cursor line)
{
    if (line_contains(line, "LMTP"))
        preamble_turn_to(preamble, &preamble_text[LMTP]);
    else if (line_contains(line, "SMTP"))
        preamble_turn_to(preamble, &preamble_text[SMTP]);
    else if (line_contains(line, "FTP"))
        preamble_turn_to(preamble, &preamble_text[FTP]);
}

static void settle_by_command(struct preamble *preamble, struct cursor line)
{
    static const char *const ftp_first[] = {"USER", "FEAT", "AUTH", "SYST", NULL};
    bool greets_220 =
        preamble->protocol != &preamble_text[NNTP] && preamble->protocol != &preamble_text[POP3];
    if (!greets_220)
        return;
    if (line_begins(line, "LHLO"))
        preamble_turn_to(preamble, &preamble_text[LMTP]);
    else if (line_begins(line, "EHLO") || line_begins(line, "HELO"))
        preamble_turn_to(preamble, &preamble_text[SMTP]);
    else if (is_one_of(line, ftp_first))
        preamble_turn_to(preamble, &preamble_text[FTP]);
}

/* ---- Commands -------------------------------------------------------------------------------------------
 */

enum { LISTING_NOTHING, LIST_ASKED, LIST_RUNNING };

static void take_command(struct preamble *preamble, struct cursor line)
{
    const struct dialect *dialect = dialect_of(preamble);
    preamble->due++;
    if (line_begins(line, dialect->ask) && (preamble->protocol != &preamble_text[FTP] ||
                                            line_contains(line, "TLS") || line_contains(line, "SSL"))) {
        preamble_ask(preamble);
    } else if (is_one_of(line, dialect->list_commands)) {
        preamble->kind = LIST_ASKED;
        preamble->due_until_list = preamble->due;
    } else if (line_begins(line, "QUIT")) {
        preamble_leave(preamble);
    } else if (is_one_of(line, dialect->login)) {
        preamble_continue(preamble);
        /* Mail and articles follow, in which every line could stand. */
        preamble_give_up(preamble);
    }
}

/* ---- Replies --------------------------------------------------------------------------------------------
 */

/* An inspecting firewall overwrites the word: "XXXXXXXA", "XSTARTTLS", "STARTTLX". */
static bool is_masked(struct cursor word, const char *offer)
{
    size_t crosses = 0;
    for (size_t i = 0; i < word.left; i++)
        crosses += word.at[i] == 'X' || word.at[i] == '*';
    if (word.left >= 4 && crosses + 1 >= word.left)
        return true;
    return word.left == strlen(offer) + 1 && word.at[0] == 'X' &&
           line_begins(cursor_over(word.at + 1, word.left - 1), offer);
}

static void look_for_offer(struct preamble *preamble, struct cursor capability)
{
    const char *offer = dialect_of(preamble)->offer;
    capability = line_trimmed(capability);
    if (line_begins(capability, offer) && !preamble->facts.masked)
        preamble_offer(preamble, true);
    else if (is_masked(line_word(&capability), offer))
        preamble->facts.masked = true;
}

static void list_ended(struct preamble *preamble)
{
    preamble->kind = LISTING_NOTHING;
    if (!preamble->facts.offered)
        preamble_offer(preamble, false);
}

static bool is_pop3_reply(struct cursor line)
{
    return line_begins(line, "+OK") || line_begins(line, "-ERR") || line_begins(line, "+ ");
}

static bool has_code(struct cursor line)
{
    return line.left >= 3 && isdigit(line.at[0]) && isdigit(line.at[1]) && isdigit(line.at[2]);
}

static void take_answer(struct preamble *preamble, struct cursor line)
{
    if (has_code(line))
        preamble_reply_code(preamble, line_number(line, 999));
    preamble_reply_text(preamble, line_trimmed(line));
    if (line_begins(line, dialect_of(preamble)->accept))
        preamble_accept(preamble);
    else
        preamble_refuse(preamble);
}

/* The last line of a reply. */
static void take_reply(struct preamble *preamble, struct cursor line)
{
    const struct dialect *dialect = dialect_of(preamble);
    preamble->due--;
    bool to_list = preamble->due_until_list > 0 && --preamble->due_until_list == 0;
    if (to_list && preamble->kind == LIST_ASKED)
        preamble->kind = line_begins(line, dialect->list_reply) ? LIST_RUNNING : LISTING_NOTHING;
    if (preamble->due_until_answer > 0 && --preamble->due_until_answer == 0)
        take_answer(preamble, line);
}

static void take_reply_line(struct preamble *preamble, struct cursor line)
{
    const struct dialect *dialect = dialect_of(preamble);
    if (dialect->list_ends_with_dot && preamble->kind == LIST_RUNNING) {
        if (line_word_is(line_trimmed(line), "."))
            list_ended(preamble);
        else
            look_for_offer(preamble, line);
        return;
    }
    bool coded = has_code(line);
    bool last = preamble->protocol == &preamble_text[POP3] ? is_pop3_reply(line)
                                                           : coded && (line.left < 4 || line.at[3] != '-');
    bool listing = !dialect->list_ends_with_dot && preamble->kind == LIST_ASKED &&
                   preamble->due_until_list == 1 && (!coded || line_begins(line, dialect->list_reply));
    if (listing) {
        struct cursor capability = line;
        cursor_skip(&capability, coded && line.left > 4 ? 4 : 0);
        look_for_offer(preamble, capability);
    }
    if (last)
        take_reply(preamble, line);
    if (last && !dialect->list_ends_with_dot && preamble->kind == LIST_RUNNING)
        list_ended(preamble);
}

static void text_take(struct preamble *preamble, enum speaker from, struct cursor line)
{
    const struct lane *lane = &preamble->lane[from];
    if (from == SPEAKER_CLIENT && lane->units == 1)
        settle_by_command(preamble, line);
    else if (from == SPEAKER_SERVER && preamble->lane[SPEAKER_CLIENT].units == 0)
        settle_by_greeting(preamble, line);
    if (from == SPEAKER_CLIENT)
        take_command(preamble, line);
    else
        take_reply_line(preamble, line);
}

const struct protocol preamble_text[] = {
    [SMTP] =
        {.name = "smtp", .begins = smtp_begins, .delimiter = '\n', .take = text_take, .negotiates = true},
    [LMTP] = {.name = "lmtp",
              .begins = reply_220_begins,
              .delimiter = '\n',
              .take = text_take,
              .negotiates = true,
              .port = 24},
    [FTP] = {.name = "ftp",
             .begins = reply_220_begins,
             .delimiter = '\n',
             .take = text_take,
             .negotiates = true,
             .port = 21},
    [NNTP] = {.name = "nntp",
              .begins = nntp_begins,
              .delimiter = '\n',
              .take = text_take,
              .negotiates = true,
              .port = 119},
    [POP3] = {.name = "pop3",
              .begins = pop3_begins,
              .delimiter = '\n',
              .take = text_take,
              .negotiates = true,
              .port = 110},
    [DIALECTS] = {0},
};
