/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/value.h"

#include "base/buffer.h"
#include "base/clock.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect_printed(struct value value, const char *expected)
{
    struct buffer out = {0};
    buffer_add_string(&out, "");
    value_print(&out, value);
    assert_string_equal(out.bytes, expected);
    buffer_free(&out);
}

static void prints_each_type(void **state)
{
    (void)state;
    expect_printed(value_unknown(), "");
    expect_printed(value_boolean(true), "true");
    expect_printed(value_boolean(false), "false");
    expect_printed(value_integer(-42), "-42");
    expect_printed(value_string("www.example.com"), "www.example.com");
    expect_printed(value_time(1769855527123456789), "2026-01-31T10:32:07.123456Z");
    expect_printed(value_duration(21 * CLOCK_SECOND + 5000), "21.000005");
}

static void escapes_text(void **state)
{
    (void)state;
    expect_printed(value_text("a\x1b[31mb\n\\", 9), "a\\x1B[31mb\\x0A\\\\");
    expect_printed(value_text("a\0b", 3), "a\\x00b");
}

static void text_without_bytes_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(value_string(NULL).type, VALUE_UNKNOWN);
    assert_int_equal(value_text(NULL, 5).type, VALUE_UNKNOWN);
    assert_int_equal(value_text("", 0).type, VALUE_TEXT);
    static const struct address empty;
    assert_int_equal(value_address(&empty).type, VALUE_UNKNOWN);
}

static struct value number_at(const void *owner, uint32_t index)
{
    int64_t number = ((const int64_t *)owner)[index];
    return number < 0 ? value_unknown() : value_integer(number);
}

static void joins_lists_with_commas(void **state)
{
    (void)state;
    static const int64_t numbers[] = {40, -1, 0};
    expect_printed(value_list_of(VALUE_INTEGER, 3, number_at, numbers), "40,,0");
    expect_printed(value_list_of(VALUE_INTEGER, 1, number_at, numbers), "40");
    expect_printed(value_list_of(VALUE_INTEGER, 0, number_at, numbers), "");
}

static void expect_address(uint8_t family, const uint8_t bytes[16], const char *expected)
{
    struct address address = {.family = family};
    memcpy(address.bytes, bytes, sizeof address.bytes);
    expect_printed(value_address(&address), expected);
}

/* The examples of RFC 5952 section 4 and the corners of its rules. */
static void prints_addresses_as_rfc_5952(void **state)
{
    (void)state;
    expect_address(4, (const uint8_t[16]){192, 0, 2, 1}, "192.0.2.1");
    expect_address(4, (const uint8_t[16]){0, 0, 0, 0}, "0.0.0.0");
    expect_address(6, (const uint8_t[16]){0}, "::");
    expect_address(6, (const uint8_t[16]){[15] = 1}, "::1");
    expect_address(6, (const uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [15] = 1}, "2001:db8::1");
    expect_address(6, (const uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [8] = 0, 1, [15] = 1}, "2001:db8::1:0:0:1");
    expect_address(6, (const uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
                   "2001:db8:0:1:1:1:1:1");
    expect_address(6, (const uint8_t[16]){0x20, 0x01, [6] = 0, 1, [15] = 1}, "2001:0:0:1::1");
    expect_address(6, (const uint8_t[16]){0xfe, 0x80}, "fe80::");
    expect_address(6, (const uint8_t[16]){0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0xab, 0xcd},
                   "1:2:3:4:5:6:7:abcd");
    expect_address(6, (const uint8_t[16]){[10] = 0xff, 0xff, 192, 0, 2, 1}, "::ffff:192.0.2.1");
}

static void names_its_types(void **state)
{
    (void)state;
    assert_string_equal(value_type_name(VALUE_BOOLEAN), "boolean");
    assert_string_equal(value_type_name(VALUE_LIST), "list");
    assert_string_equal(value_type_name(VALUE_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_each_type),
        cmocka_unit_test(escapes_text),
        cmocka_unit_test(text_without_bytes_is_unknown),
        cmocka_unit_test(joins_lists_with_commas),
        cmocka_unit_test(prints_addresses_as_rfc_5952),
        cmocka_unit_test(names_its_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
