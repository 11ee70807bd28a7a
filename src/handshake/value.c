/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/value.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/escape.h"

enum { IPV6_GROUPS = 8 };

const char *value_type_name(enum value_type type)
{
    static const char *const names[VALUE_TYPES] = {
        [VALUE_UNKNOWN] = "unknown", [VALUE_BOOLEAN] = "boolean", [VALUE_INTEGER] = "integer",
        [VALUE_TEXT] = "text",       [VALUE_TIME] = "time",       [VALUE_DURATION] = "duration",
        [VALUE_ADDRESS] = "address", [VALUE_LIST] = "list",
    };
    return type < VALUE_TYPES && names[type] ? names[type] : "unknown";
}

static void print_ipv4(struct buffer *out, const uint8_t *bytes)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            buffer_add_char(out, '.');
        buffer_add_unsigned(out, bytes[i]);
    }
}

static unsigned ipv6_group(const uint8_t *bytes, int index)
{
    return (unsigned)bytes[index * 2] << 8 | bytes[index * 2 + 1];
}

struct run {
    int begin, length;
};

/* The run of zero groups that becomes "::": the longest, the first of equals, never a single group (RFC 5952
 * section 4.2). */
static struct run longest_zeros(const uint8_t *bytes)
{
    struct run best = {-1, 1}, here = {0, 0};
    for (int i = 0; i < IPV6_GROUPS; i++) {
        if (ipv6_group(bytes, i) != 0) {
            here = (struct run){i + 1, 0};
            continue;
        }
        here.length++;
        if (here.length > best.length)
            best = here;
    }
    return best;
}

/* RFC 5952 section 4. */
static void print_ipv6(struct buffer *out, const uint8_t *bytes)
{
    struct run zeros = longest_zeros(bytes);
    for (int i = 0; i < IPV6_GROUPS; i++) {
        if (i == zeros.begin) {
            buffer_add_string(out, "::");
            i += zeros.length - 1;
            continue;
        }
        if (i > 0 && i != zeros.begin + zeros.length)
            buffer_add_char(out, ':');
        buffer_add_format(out, "%x", ipv6_group(bytes, i));
    }
}

void value_print_address(struct buffer *out, const struct address *address)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (address->family == 4) {
        print_ipv4(out, address->bytes);
    } else if (address->family == 6 && memcmp(address->bytes, mapped, sizeof mapped) == 0) {
        buffer_add_string(out, "::ffff:"); /* RFC 5952 section 5 */
        print_ipv4(out, address->bytes + sizeof mapped);
    } else if (address->family == 6) {
        print_ipv6(out, address->bytes);
    }
}

static void print_scalar(struct buffer *out, const struct value *value)
{
    switch (value->type) {
    case VALUE_BOOLEAN:
        buffer_add_string(out, value->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        buffer_add_signed(out, value->integer);
        break;
    case VALUE_TEXT:
        escape_text(out, value->text.bytes, value->text.length);
        break;
    case VALUE_TIME:
        clock_add_rfc3339(out, value->integer);
        break;
    case VALUE_DURATION:
        clock_add_seconds(out, value->integer);
        break;
    case VALUE_ADDRESS:
        value_print_address(out, value->address);
        break;
    case VALUE_LIST: /* a list holds no lists */
    case VALUE_UNKNOWN:
    case VALUE_TYPES:
        break;
    }
}

static void print_joined(struct buffer *out, struct value value, const char *separator)
{
    if (value.type != VALUE_LIST) {
        print_scalar(out, &value);
        return;
    }
    for (uint32_t i = 0; i < value.list.count; i++) {
        struct value element = value.list.at(value.list.owner, i);
        if (i > 0)
            buffer_add_string(out, separator);
        print_scalar(out, &element);
    }
}

void value_print(struct buffer *out, struct value value)
{
    print_joined(out, value, ",");
}

void value_print_in_sentence(struct buffer *out, struct value value)
{
    print_joined(out, value, ", ");
}
