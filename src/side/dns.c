/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/dns.h"

#include <string.h>

enum {
    FLAG_ANSWER = 0x8000,
    FLAG_TRUNCATED = 0x0200,
    OPERATION = 0x7800,
    CODE = 0x000F,
    CLASS_IN = 1,
    POINTER = 0xC0,
    JUMPS = 16,   /* compression pointers followed within one name */
    RECORDS = 64, /* of an answer that are looked at */
    ALIASES = 8,
};

/* ---- Names --------------------------------------------------------------------------------------------- */

static char letter(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte + ('a' - 'A'));
    return byte > ' ' && byte < 0x7F && byte != '.' ? (char)byte : '?';
}

static bool add_label(struct dns_name *name, struct cursor label)
{
    size_t length = label.left;
    size_t dot = name->length > 0;
    if (name->length + dot + length > DNS_NAME_MOST - 1)
        return false;
    if (dot)
        name->text[name->length++] = '.';
    for (size_t i = 0; i < length; i++)
        name->text[name->length++] = letter(label.at[i]);
    return true;
}

/* A pointer leads to an earlier place of the message (RFC 1035 section 4.1.4). */
static bool follow_pointer(struct cursor message, struct cursor *at, uint8_t first)
{
    uint8_t second;
    if (!cursor_u8(at, &second))
        return false;
    *at = message;
    return cursor_skip(at, (size_t)(first & ~POINTER) << 8 | second);
}

static bool read_name(struct cursor message, struct cursor *at, struct dns_name *name)
{
    struct cursor reader = *at;
    uint32_t jumps = 0;
    uint8_t length;
    name->length = 0;
    while (cursor_u8(&reader, &length) && length > 0) {
        struct cursor label;
        if ((length & POINTER) == POINTER) {
            if (jumps == JUMPS || !follow_pointer(message, &reader, length))
                return false;
            if (jumps++ == 0)
                cursor_skip(at, 2);
        } else if ((length & POINTER) || !cursor_child(&reader, length, &label) || label.uncaptured > 0 ||
                   !add_label(name, label)) {
            return false;
        }
        if (jumps == 0)
            *at = reader;
    }
    if (jumps == 0)
        *at = reader;
    return reader.status == CURSOR_OK;
}

static bool is_same_name(const struct dns_name *a, const struct dns_name *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* ---- Answers ------------------------------------------------------------------------------------------- */

/* The names that the question leads to: itself, and what it is an alias of. */
struct aliases {
    struct dns_name names[ALIASES];
    uint32_t count;
};

static bool belongs(const struct aliases *aliases, const struct dns_name *name)
{
    for (uint32_t i = 0; i < aliases->count; i++)
        if (is_same_name(&aliases->names[i], name))
            return true;
    return false;
}

static void add_address(struct dns_message *out, uint8_t family, struct cursor data)
{
    size_t length = family == 4 ? 4 : 16;
    if (out->address_count == DNS_ADDRESSES || data.left != length || data.uncaptured > 0)
        return;
    struct address *address = &out->addresses[out->address_count++];
    address->family = family;
    memcpy(address->bytes, data.at, length);
}

/* `data` stands at the record's data, within the message. */
static void take_record(struct cursor message, uint16_t type, struct cursor data, struct aliases *aliases,
                        struct dns_message *out)
{
    if (type == DNS_TYPE_A || type == DNS_TYPE_AAAA)
        add_address(out, type == DNS_TYPE_A ? 4 : 6, data);
    else if (type == DNS_TYPE_CNAME && aliases->count < ALIASES &&
             read_name(message, &data, &aliases->names[aliases->count]))
        aliases->count++;
}

static bool read_record(struct cursor message, struct cursor *rest, struct aliases *aliases,
                        struct dns_message *out)
{
    struct dns_name owner;
    struct cursor data;
    uint16_t type, class;
    uint32_t time_to_live;
    bool whole = read_name(message, rest, &owner) && cursor_u16(rest, &type) && cursor_u16(rest, &class) &&
                 cursor_u32(rest, &time_to_live) && cursor_child_u16(rest, &data);
    if (!whole)
        return false;
    if (class == CLASS_IN && belongs(aliases, &owner))
        take_record(message, type, data, aliases, out);
    return true;
}

/* ---- The message --------------------------------------------------------------------------------------- */

static bool read_question(struct cursor message, struct cursor *rest, struct dns_message *out)
{
    uint16_t class;
    return read_name(message, rest, &out->name) && cursor_u16(rest, &out->type) && cursor_u16(rest, &class) &&
           class == CLASS_IN;
}

bool dns_read(struct cursor message, struct dns_message *out)
{
    struct cursor rest = message;
    uint16_t flags, questions, answers;
    memset(out, 0, sizeof *out);
    bool header = cursor_u16(&rest, &out->id) && cursor_u16(&rest, &flags) && cursor_u16(&rest, &questions) &&
                  cursor_u16(&rest, &answers) && cursor_skip(&rest, 4);
    if (!header || (flags & OPERATION) || questions != 1 || !read_question(message, &rest, out))
        return false;
    out->is_answer = flags & FLAG_ANSWER;
    out->truncated = flags & FLAG_TRUNCATED;
    out->code = flags & CODE;
    struct aliases aliases = {.count = 1};
    aliases.names[0] = out->name;
    for (uint32_t i = 0; out->is_answer && i < answers && i < RECORDS; i++)
        if (!read_record(message, &rest, &aliases, out))
            break;
    return true;
}
