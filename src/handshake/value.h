/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_VALUE_H
#define TLSWHY_HANDSHAKE_VALUE_H

/*
 * A value is one fact of one connection in the hand: what a field's getter returns, what an expression
 * computes with, what a report prints. Values borrow: text and lists belong to the connection they came from
 * and live as long as it does. VALUE_UNKNOWN is a fact that the capture does not tell; it is neither true nor
 * false, and satisfies no comparison.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "capture/segment.h"

enum value_type {
    VALUE_UNKNOWN,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_TEXT,
    VALUE_TIME,     /* ns since the epoch */
    VALUE_DURATION, /* ns */
    VALUE_ADDRESS,
    VALUE_LIST,
    VALUE_TYPES
};

struct value;

/* A list is read through a function, so nobody has to build it. Elements may be unknown. */
struct value_list {
    enum value_type element;
    uint32_t count;
    struct value (*at)(const void *owner, uint32_t index);
    const void *owner;
    const uint16_t *codes; /* what the elements are the names of; NULL: they are none, or of no use */
};

struct value {
    enum value_type type;
    union {
        bool boolean;
        int64_t integer; /* also VALUE_TIME and VALUE_DURATION */
        struct {
            const char *bytes;
            uint32_t length;
            bool plain; /* printable ASCII without quotation mark and backslash: nothing to escape */
        } text;
        const struct address *address;
        struct value_list list;
    };
};

static inline struct value value_unknown(void)
{
    return (struct value){.type = VALUE_UNKNOWN};
}

static inline struct value value_boolean(bool boolean)
{
    return (struct value){.type = VALUE_BOOLEAN, .boolean = boolean};
}

static inline struct value value_integer(int64_t integer)
{
    return (struct value){.type = VALUE_INTEGER, .integer = integer};
}

static inline struct value value_time(int64_t time)
{
    return (struct value){.type = VALUE_TIME, .integer = time};
}

static inline struct value value_duration(int64_t duration)
{
    return (struct value){.type = VALUE_DURATION, .integer = duration};
}

/* Unknown where `bytes` is NULL. */
static inline struct value value_text(const char *bytes, size_t length)
{
    if (!bytes)
        return value_unknown();
    uint32_t kept = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    return (struct value){.type = VALUE_TEXT, .text = {.bytes = bytes, .length = kept}};
}

static inline struct value value_string(const char *string)
{
    return value_text(string, string ? strlen(string) : 0);
}

/* A word of a table or of the program's own, a number's digits: text that is plain. */
static inline struct value value_word(const char *word)
{
    struct value value = value_string(word);
    if (word)
        value.text.plain = true;
    return value;
}

static inline struct value value_address(const struct address *address)
{
    return address->family ? (struct value){.type = VALUE_ADDRESS, .address = address} : value_unknown();
}

static inline struct value value_list_of(enum value_type element, uint32_t count,
                                         struct value (*at)(const void *, uint32_t), const void *owner)
{
    return (struct value){.type = VALUE_LIST,
                          .list = {.element = element, .count = count, .at = at, .owner = owner}};
}

/* "boolean", "integer", ...: for messages and documentation. */
const char *value_type_name(enum value_type type);

struct buffer;

/*
 * For people and for `-T fields`: text escaped (base/escape.h), times as RFC 3339, durations in seconds with
 * six decimals, booleans true/false, addresses as usual (RFC 5952), list elements joined by commas. Unknown
 * adds nothing.
 */
void value_print(struct buffer *out, struct value value);

/* The same with a blank behind each comma. */
void value_print_in_sentence(struct buffer *out, struct value value);

/* The text form of an address; `out` holds it. */
void value_print_address(struct buffer *out, const struct address *address);

#endif
