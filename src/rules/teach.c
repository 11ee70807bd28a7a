/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rules.h"

#include <ctype.h>
#include <string.h>

/* A placeholder in a text: what it names, and the words for the unknown where there are any. */
struct placeholder {
    const char *name, *words;
    size_t name_length, words_length;
    char before;        /* the character in front of it */
    const char *behind; /* the text that follows */
    bool begins;        /* a sentence */
};

static bool is_called(const struct placeholder *placeholder, const char *name)
{
    return placeholder->name_length == strlen(name) &&
           memcmp(placeholder->name, name, placeholder->name_length) == 0;
}

/* In a command or an address it stands for one word. */
static bool stands_in_code(const struct placeholder *placeholder)
{
    bool joined = placeholder->behind[0] == ':' && placeholder->behind[1] && placeholder->behind[1] != ' ';
    return joined || placeholder->before == '/' || placeholder->before == '=';
}

static void add_side(struct buffer *out, const struct placeholder *placeholder, const char *side)
{
    if (stands_in_code(placeholder))
        buffer_add_format(out, "<%s>", side);
    else
        buffer_add_format(out, "%s %s", placeholder->begins ? "The" : "the", side);
}

/* What the last word of its name says of a field is too little of some. */
static const struct {
    const char *field, *word;
} known_as[] = {
    {"fatal_alert.description", "<alert>"},
    {"tls.client.server_name", "<name>"},
    {"server_certificate.count", "<number>"},
    {"client_certificate.count", "<number>"},
    {"certificate_request.ca_count", "<number>"},
    {"icmp.from", "<router>"},
    {"offered.alpn", "<protocols>"},
    {"offered.suite_count", "<number>"},
    {"offered.highest_name", "TLS <version>"},
    {"offered.lowest_name", "TLS <version>"},
    {"version_name", "TLS <version>"},
    {"client_hello.unanswered_for", "<time>"},
    {"turn.waited", "<time>"},
    {"tls.client.not_before", "<date>"},
    {"tls.client.not_after", "<date>"},
    {"tls.server.not_before", "<date>"},
    {"tls.server.not_after", "<date>"},
};

/* The last word of a field's name says what it is: <highest version>. */
static void add_name(struct buffer *out, const struct placeholder *placeholder)
{
    for (size_t i = 0; i < sizeof known_as / sizeof known_as[0]; i++)
        if (is_called(placeholder, known_as[i].field)) {
            buffer_add_string(out, known_as[i].word);
            return;
        }
    const char *last = placeholder->name + placeholder->name_length;
    while (last > placeholder->name && last[-1] != '.')
        last--;
    buffer_add_char(out, '<');
    for (; last < placeholder->name + placeholder->name_length; last++)
        buffer_add_char(out, *last == '_' ? ' ' : *last);
    buffer_add_char(out, '>');
}

static void add_placeholder(struct buffer *out, const struct placeholder *placeholder)
{
    static const char *const either[] = {"close.by",          "fatal_alert.by",  "turn.side",
                                         "starttls.extra_by", "hidden_alert.by", "quic.close_by"};
    for (size_t i = 0; i < sizeof either / sizeof either[0]; i++)
        if (is_called(placeholder, either[i])) {
            buffer_add_string(out, "client or server");
            return;
        }
    if (placeholder->words)
        buffer_add(out, placeholder->words, placeholder->words_length);
    else if (is_called(placeholder, "source.ip"))
        add_side(out, placeholder, "client");
    else if (is_called(placeholder, "destination.ip"))
        add_side(out, placeholder, "server");
    else
        add_name(out, placeholder);
}

static bool begins_sentence(const char *text, const char *at)
{
    while (at > text && at[-1] == ' ')
        at--;
    return at == text || at[-1] == '.';
}

/* Past the placeholder that begins at `at`; it is complete, as the rule's reader saw to. */
static const char *take(const char *text, const char *at, struct placeholder *placeholder)
{
    const char *end = strchr(at, '}'), *bar = memchr(at, '|', (size_t)(end - at));
    *placeholder = (struct placeholder){
        .name = at + 1,
        .name_length = (size_t)((bar ? bar : end) - at - 1),
        .words = bar ? bar + 1 : NULL,
        .words_length = bar ? (size_t)(end - bar - 1) : 0,
        .before = at > text ? at[-1] : '\0',
        .behind = end + 1,
        .begins = begins_sentence(text, at),
    };
    return end + 1;
}

void rules_teach(struct buffer *out, const char *text)
{
    for (const char *at = text; *at;) {
        bool doubled = (*at == '{' || *at == '}') && at[1] == at[0];
        if (*at == '{' && !doubled && strchr(at, '}')) {
            struct placeholder placeholder;
            at = take(text, at, &placeholder);
            add_placeholder(out, &placeholder);
        } else {
            buffer_add_char(out, *at);
            at += doubled ? 2 : 1;
        }
    }
}
