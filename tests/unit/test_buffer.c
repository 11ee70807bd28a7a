/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void grows_and_keeps_a_nul_behind(void **state)
{
    (void)state;
    struct buffer b = {0};
    for (int i = 0; i < 1000; i++)
        buffer_add_string(&b, "0123456789");
    assert_int_equal(b.length, 10000);
    assert_int_equal(strlen(b.bytes), 10000);
    assert_memory_equal(b.bytes + 9990, "0123456789", 10);
    buffer_clear(&b);
    assert_int_equal(b.length, 0);
    assert_string_equal(b.bytes, "");
    buffer_add_char(&b, 'x');
    assert_string_equal(b.bytes, "x");
    buffer_free(&b);
    assert_null(b.bytes);
    buffer_free(&b);
}

static void adds_nothing_to_an_empty_buffer(void **state)
{
    (void)state;
    struct buffer b = {0};
    buffer_add(&b, NULL, 0);
    assert_int_equal(b.length, 0);
    assert_string_equal(b.bytes, "");
    buffer_free(&b);
}

static void writes_numbers(void **state)
{
    (void)state;
    struct buffer b = {0};
    buffer_add_unsigned(&b, 0);
    buffer_add_char(&b, ' ');
    buffer_add_unsigned(&b, UINT64_MAX);
    buffer_add_char(&b, ' ');
    buffer_add_signed(&b, INT64_MIN);
    buffer_add_char(&b, ' ');
    buffer_add_signed(&b, -42);
    buffer_add_char(&b, ' ');
    buffer_add_signed(&b, 1000);
    assert_string_equal(b.bytes, "0 18446744073709551615 -9223372036854775808 -42 1000");
    buffer_free(&b);
}

static void writes_hexadecimal(void **state)
{
    (void)state;
    struct buffer b = {0};
    const uint8_t bytes[] = {0x00, 0x9f, 0xAb};
    buffer_add_hex(&b, bytes, sizeof bytes, 0);
    buffer_add_hex(&b, bytes, sizeof bytes, 1);
    buffer_add_hex(&b, bytes, 0, 1);
    assert_string_equal(b.bytes, "009fab009FAB");
    assert_int_equal(b.length, 12);
    buffer_free(&b);
}

static void formats_longer_than_its_room(void **state)
{
    (void)state;
    struct buffer b = {0};
    buffer_add_string(&b, "a");
    buffer_add_format(&b, "%0200d|%s", 7, "end");
    assert_int_equal(b.length, 205);
    assert_string_equal(b.bytes + 199, "07|end");
    buffer_free(&b);
}

static void drops_from_the_front(void **state)
{
    (void)state;
    struct buffer b = {0};
    buffer_drop_front(&b, 3);
    buffer_add_string(&b, "abcdef");
    buffer_drop_front(&b, 0);
    assert_string_equal(b.bytes, "abcdef");
    buffer_drop_front(&b, 2);
    assert_string_equal(b.bytes, "cdef");
    buffer_drop_front(&b, 100);
    assert_int_equal(b.length, 0);
    assert_string_equal(b.bytes, "");
    buffer_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_keeps_a_nul_behind),
        cmocka_unit_test(adds_nothing_to_an_empty_buffer),
        cmocka_unit_test(writes_numbers),
        cmocka_unit_test(writes_hexadecimal),
        cmocka_unit_test(formats_longer_than_its_room),
        cmocka_unit_test(drops_from_the_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
