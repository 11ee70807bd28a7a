/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "handshake/shown.h"
#include <ctype.h>
#include <string.h>

struct text_facts text_facts(void)
{
    static const char *const names[TEXT_FACTS] = {
        [TEXT_SOURCE_ADDRESS] = "source.ip",
        [TEXT_SOURCE_PORT] = "source.port",
        [TEXT_DESTINATION_ADDRESS] = "destination.ip",
        [TEXT_DESTINATION_PORT] = "destination.port",
        [TEXT_SERVER_NAME] = "tls.client.server_name",
        [TEXT_DESTINATION_DOMAIN] = "destination.domain",
        [TEXT_VERSION] = "tls.version",
        [TEXT_VERSION_PROTOCOL] = "tls.version_protocol",
        [TEXT_CIPHER] = "tls.cipher",
        [TEXT_GROUP] = "tls.curve",
        [TEXT_NEXT_PROTOCOL] = "tls.next_protocol",
        [TEXT_RESUMED] = "tls.resumed",
        [TEXT_STARTTLS] = "tlswhy.starttls",
        [TEXT_OFFERED_VERSIONS] = "tlswhy.offered.versions",
    };
    struct text_facts facts;
    for (int i = 0; i < TEXT_FACTS; i++)
        facts.field[i] = fields_find(names[i], strlen(names[i]));
    return facts;
}

struct value text_fact(const struct text_facts *facts, enum text_fact fact, const struct handshake *handshake)
{
    const struct field *field = facts->field[fact];
    return field ? shown_value(field, handshake) : value_unknown();
}

static void add_end(struct buffer *out, struct value address, struct value port)
{
    bool brackets = address.type == VALUE_ADDRESS && address.address->family == 6;
    if (brackets)
        buffer_add_char(out, '[');
    value_print(out, address);
    if (brackets)
        buffer_add_char(out, ']');
    buffer_add_char(out, ':');
    value_print(out, port);
}

void text_add_ends(struct page *page, const struct text_facts *facts, const struct handshake *handshake)
{
    add_end(&page->text, text_fact(facts, TEXT_SOURCE_ADDRESS, handshake),
            text_fact(facts, TEXT_SOURCE_PORT, handshake));
    page_add_sign(page, " → ", " -> ");
    add_end(&page->text, text_fact(facts, TEXT_DESTINATION_ADDRESS, handshake),
            text_fact(facts, TEXT_DESTINATION_PORT, handshake));
}

bool text_add_version(struct page *page, const struct text_facts *facts, const struct handshake *handshake)
{
    struct value version = text_fact(facts, TEXT_VERSION, handshake);
    struct value protocol = text_fact(facts, TEXT_VERSION_PROTOCOL, handshake);
    if (version.type != VALUE_TEXT)
        return false;
    size_t start = page->text.length;
    value_print(&page->text, protocol);
    for (size_t i = start; i < page->text.length; i++)
        page->text.bytes[i] = (char)toupper((unsigned char)page->text.bytes[i]);
    if (page->text.length > start)
        page_add_spaces(page, 1);
    value_print(&page->text, version);
    return true;
}

void text_add_server(struct buffer *out, const struct talk *talk)
{
    add_end(out, value_address(&talk->server.address), value_integer(talk->server.port));
    if (talk->udp)
        buffer_add_string(out, " (UDP)");
}

void text_add_count(struct buffer *out, uint64_t count, const char *one, const char *many)
{
    buffer_add_unsigned(out, count);
    buffer_add_char(out, ' ');
    buffer_add_string(out, count == 1 ? one : many);
}

enum ink text_severity_ink(enum severity severity)
{
    return severity == SEVERITY_ERROR ? INK_ERROR : severity == SEVERITY_WARNING ? INK_WARNING : INK_NOTE;
}
