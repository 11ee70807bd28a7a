/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command for people to repeat a connection with: what it has to say for this transport, address and name.
 */
#include "handshake/getters.h"

#include "base/buffer.h"
#include "preamble/preamble.h"

/* Our words for plain protocols, and those of openssl s_client -starttls. */
static const struct {
    const char *protocol;
    const char *word;
} starttls_words[] = {
    {"smtp", "smtp"}, {"lmtp", "lmtp"},   {"imap", "imap"},   {"pop3", "pop3"},
    {"ftp", "ftp"},   {"ldap", "ldap"},   {"xmpp", "xmpp"},   {"irc", "irc"},
    {"nntp", "nntp"}, {"sieve", "sieve"}, {"mysql", "mysql"}, {"postgresql", "postgres"},
};

/* NULL where openssl does not speak the protocol. */
static const char *starttls_word(const char *protocol)
{
    for (size_t i = 0; i < sizeof starttls_words / sizeof *starttls_words; i++)
        if (strcmp(protocol, starttls_words[i].protocol) == 0)
            return starttls_words[i].word;
    return NULL;
}

/* A name that a shell takes as it is. The wire decides what it holds, and the command is meant to be pasted.
 */
static bool is_safe_word(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '_' && c != ':' && (c != '-' || i == 0))
            return false;
    }
    return length > 0;
}

static void add_endpoint(struct buffer *out, const struct handshake *handshake)
{
    const struct address *address = field_destination_ip(handshake).address;
    buffer_add_string(out, address->family == 6 ? "[" : "");
    value_print_address(out, address);
    buffer_add_string(out, address->family == 6 ? "]:" : ":");
    buffer_add_signed(out, field_destination_port(handshake).integer);
}

/* False where no option of openssl leads to TLS in the way that this connection took. */
static bool add_way(struct buffer *out, const struct handshake *handshake)
{
    const struct preamble_facts *facts = handshake->preamble;
    const char *protocol = facts ? facts->protocol : NULL;
    if (protocol && strcmp(protocol, "http-connect") == 0) {
        if (!is_safe_word(facts->target.bytes, facts->target.length))
            return false;
        buffer_add_string(out, " -proxy ");
        add_endpoint(out, handshake);
        buffer_add_string(out, " -connect ");
        buffer_add(out, facts->target.bytes, facts->target.length);
        return true;
    }
    const char *word = protocol ? starttls_word(protocol) : NULL;
    if (protocol && !word)
        return false;
    buffer_add_string(out, " -connect ");
    add_endpoint(out, handshake);
    if (word) {
        buffer_add_string(out, " -starttls ");
        buffer_add_string(out, word);
    }
    return true;
}

static void add_carrier(struct buffer *out, const struct handshake *handshake)
{
    if (handshake->connection->transport == SEGMENT_UDP)
        buffer_add_string(out, handshake->carrier == CARRIER_QUIC ? " -quic -alpn h3" : " -dtls");
}

static void add_name(struct buffer *out, const struct handshake *handshake)
{
    struct value name = field_client_server_name(handshake);
    if (name.type != VALUE_TEXT)
        return;
    buffer_add_string(out, " -servername ");
    if (is_safe_word(name.text.bytes, name.text.length))
        buffer_add(out, name.text.bytes, name.text.length);
    else
        buffer_add_string(out, "NAME");
}

static struct value probe(const struct handshake *handshake, bool named)
{
    struct buffer out = {0};
    struct value value = value_unknown();
    buffer_add_string(&out, "openssl s_client");
    add_carrier(&out, handshake);
    if (field_destination_ip(handshake).type == VALUE_ADDRESS && add_way(&out, handshake)) {
        if (named)
            add_name(&out, handshake);
        value = value_word(arena_copy(handshake->arena, out.bytes, out.length));
    }
    buffer_free(&out);
    return value;
}

struct value field_probe(const struct handshake *handshake)
{
    return probe(handshake, true);
}

struct value field_probe_unnamed(const struct handshake *handshake)
{
    return probe(handshake, false);
}
