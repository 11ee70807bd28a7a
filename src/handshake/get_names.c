/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about the names of the server: the one that its certificate has to have, and those that it has. */
#include "certificate/idn.h"
#include "certificate/reference.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/told.h"
#include <string.h>

static const struct certificate *readable_leaf(const struct handshake *handshake)
{
    const struct certificate *leaf = chains_leaf(handshake, SIDE_SERVER);
    return leaf && leaf->readable ? leaf : NULL;
}

/* ---- The name that it has to have ---------------------------------------------------------------------- */

static const char *expected_name(const struct handshake *handshake)
{
    return handshake->told ? handshake->told->name : NULL;
}

static bool is_true(struct value value)
{
    return value.type == VALUE_BOOLEAN && value.boolean;
}

/* A client that names no server, but asked DNS for the name that led it here. */
static struct octets looked_up(const struct handshake *handshake)
{
    struct value names = field_client_hello_names_server(handshake);
    if (names.type != VALUE_BOOLEAN || names.boolean || !is_true(field_dns_asked_by_client(handshake)))
        return (struct octets){.bytes = NULL};
    struct value name = field_dns_server_name(handshake);
    return (struct octets){.bytes = name.text.bytes, .length = name.text.length};
}

static struct octets reference_of(const struct handshake *handshake)
{
    const char *expected = expected_name(handshake);
    const struct client_hello *hello = handshake->client_hello;
    if (expected)
        return (struct octets){.bytes = expected, .length = (uint32_t)strlen(expected)};
    if (!hello)
        return (struct octets){.bytes = NULL};
    return hello->server_name.bytes ? hello->server_name : looked_up(handshake);
}

struct value field_reference_name(const struct handshake *handshake)
{
    return value_of_octets(reference_of(handshake));
}

/* A copy in the arena, with U-labels beside A-labels. */
static struct octets shown(const struct handshake *handshake, struct octets name)
{
    struct buffer text = {0};
    idn_show(&text, name.bytes, name.length);
    const char *copy = arena_copy(handshake->arena, text.bytes, text.length);
    struct octets result = {.bytes = copy, .length = (uint32_t)text.length};
    buffer_free(&text);
    return copy ? result : name;
}

struct value field_reference_shown(const struct handshake *handshake)
{
    struct octets name = reference_of(handshake);
    return name.bytes ? value_of_octets(shown(handshake, name)) : value_unknown();
}

struct value field_reference_expected(const struct handshake *handshake)
{
    return expected_name(handshake) ? value_boolean(true) : value_unknown();
}

struct value field_reference_from(const struct handshake *handshake)
{
    if (expected_name(handshake))
        return value_word("--expect-name");
    if (!reference_of(handshake).bytes)
        return value_unknown();
    return value_word(handshake->client_hello->server_name.bytes ? "the ClientHello" : "a DNS answer");
}

/* Of an address it is not asked: one of IPv6 has no dot either. */
struct value field_reference_single_label(const struct handshake *handshake)
{
    struct octets name = reference_of(handshake);
    if (!name.bytes || name.length == 0 || memchr(name.bytes, ':', name.length))
        return value_unknown();
    const char *dot = memchr(name.bytes, '.', name.length);
    return value_boolean(!dot || dot == name.bytes + name.length - 1);
}

struct value field_reference_wildcard(const struct handshake *handshake)
{
    struct octets name = reference_of(handshake);
    const char *dot = name.bytes ? memchr(name.bytes, '.', name.length) : NULL;
    if (!dot || name.length > UINT8_MAX)
        return value_unknown();
    size_t rest = (size_t)(name.bytes + name.length - dot);
    char text[UINT8_MAX + 2] = "*";
    memcpy(text + 1, dot, rest);
    if (!memchr(dot + 1, '.', rest - 1) || memchr(name.bytes, ':', name.length))
        return value_unknown();
    return value_string(arena_copy(handshake->arena, text, rest + 1));
}

/* ---- How the certificate stands to it ------------------------------------------------------------------ */

static enum name_match server_name_match(const struct handshake *handshake)
{
    const struct certificate *leaf = readable_leaf(handshake);
    struct octets name = reference_of(handshake);
    if (!leaf || !name.bytes || name.length == 0)
        return NAME_MATCHES_UNKNOWN;
    return reference_match(leaf, name.bytes, name.length);
}

struct value field_server_certificate_name_match(const struct handshake *handshake)
{
    return value_word(name_match_word(server_name_match(handshake)));
}

struct value field_server_certificate_names_address(const struct handshake *handshake)
{
    const struct certificate *leaf = readable_leaf(handshake);
    struct buffer text = {0};
    if (!leaf)
        return value_unknown();
    value_print_address(&text, &handshake_half(handshake, SIDE_SERVER)->endpoint.address);
    bool named = reference_match(leaf, text.bytes, text.length) == NAME_MATCHES;
    buffer_free(&text);
    return value_boolean(named);
}

/* A common name alone satisfies some clients and not others. */
struct value field_server_certificate_name_matches(const struct handshake *handshake)
{
    enum name_match match = server_name_match(handshake);
    if (match == NAME_MATCHES_UNKNOWN || match == NAME_COMMON_NAME_ONLY)
        return value_unknown();
    return value_boolean(match == NAME_MATCHES);
}

/* ---- The names that it has ----------------------------------------------------------------------------- */

static struct value name_at(const void *owner, uint32_t index)
{
    return value_of_octets(((const struct certificate *)owner)->alternative_names[index].text);
}

static struct value shown_at(const void *owner, uint32_t index)
{
    return value_of_octets(((const struct octets *)owner)[index]);
}

static bool has_a_label(const struct certificate *leaf)
{
    for (uint32_t i = 0; i < leaf->alternative_name_count; i++) {
        struct octets text = leaf->alternative_names[i].text;
        if (leaf->alternative_names[i].kind == ALTERNATIVE_DNS && text.length > 4 &&
            memmem(text.bytes, text.length, "--", 2))
            return true;
    }
    return false;
}

struct value field_server_certificate_names(const struct handshake *handshake)
{
    const struct certificate *leaf = readable_leaf(handshake);
    if (!leaf || leaf->alternative_name_count == 0)
        return value_unknown();
    uint32_t count = leaf->alternative_name_count;
    struct octets *names = has_a_label(leaf) ? arena_take(handshake->arena, count, sizeof *names) : NULL;
    if (!names)
        return value_list_of(VALUE_TEXT, count, name_at, leaf);
    for (uint32_t i = 0; i < count; i++)
        names[i] = leaf->alternative_names[i].kind == ALTERNATIVE_DNS
                       ? shown(handshake, leaf->alternative_names[i].text)
                       : leaf->alternative_names[i].text;
    return value_list_of(VALUE_TEXT, count, shown_at, names);
}

struct value field_server_certificate_u_label_in_dns_name(const struct handshake *handshake)
{
    const struct certificate *leaf = readable_leaf(handshake);
    if (!leaf)
        return value_unknown();
    for (uint32_t i = 0; i < leaf->alternative_name_count; i++) {
        const struct alternative_name *name = &leaf->alternative_names[i];
        if (name->kind == ALTERNATIVE_DNS && idn_needs_ascii(name->text.bytes, name->text.length))
            return value_boolean(true);
    }
    return value_boolean(false);
}
