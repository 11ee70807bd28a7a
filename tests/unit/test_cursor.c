/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t eight[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};

static void reads_integers_in_network_order(void **state)
{
    (void)state;
    struct cursor c = cursor_over(eight, sizeof eight);
    uint8_t a;
    uint16_t b;
    uint32_t d;
    assert_true(cursor_u8(&c, &a));
    assert_true(cursor_u16(&c, &b));
    assert_true(cursor_u24(&c, &d));
    assert_int_equal(a, 0x01);
    assert_int_equal(b, 0x0203);
    assert_int_equal(d, 0x040506);
    assert_true(cursor_more(&c));
    assert_false(cursor_finished(&c));
    assert_true(cursor_skip(&c, 2));
    assert_false(cursor_more(&c));
    assert_true(cursor_finished(&c));
}

static void reads_wide_and_little_endian_integers(void **state)
{
    (void)state;
    struct cursor c = cursor_over(eight, sizeof eight);
    struct cursor again = c;
    uint64_t wide;
    uint32_t four;
    uint16_t two;
    assert_true(cursor_u64(&c, &wide));
    assert_true(wide == UINT64_C(0x0102030405060708));
    c = again;
    assert_true(cursor_u32(&c, &four));
    assert_int_equal(four, 0x01020304);
    c = again;
    assert_true(cursor_u32_little(&c, &four));
    assert_true(cursor_u16_little(&c, &two));
    assert_int_equal(four, 0x04030201);
    assert_int_equal(two, 0x0605);
    c = again;
    assert_true(cursor_unsigned(&c, 5, &wide));
    assert_true(wide == UINT64_C(0x0102030405));
}

static void stops_for_good_where_the_sender_left_no_room(void **state)
{
    (void)state;
    struct cursor c = cursor_over(eight, 3);
    uint32_t four = 7;
    uint8_t one = 7;
    assert_false(cursor_u32(&c, &four));
    assert_int_equal(four, 0);
    assert_int_equal(c.status, CURSOR_MALFORMED);
    assert_false(cursor_u8(&c, &one));
    assert_int_equal(one, 0);
    assert_false(cursor_more(&c));
    assert_false(cursor_finished(&c));
}

static void tells_not_captured_from_malformed(void **state)
{
    (void)state;
    struct cursor c = cursor_over_cut(eight, 3, 8);
    struct cursor again = c;
    assert_null(cursor_take(&c, 8));
    assert_int_equal(c.status, CURSOR_NOT_CAPTURED);
    assert_null(cursor_take(&again, 9));
    assert_int_equal(again.status, CURSOR_MALFORMED);
}

static void children_take_their_length_and_no_more(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x02, 0xaa, 0xbb, 0x00, 0x01, 0xcc, 0x00, 0x00, 0x00};
    struct cursor c = cursor_over(bytes, sizeof bytes), child;
    uint16_t pair;
    uint8_t one;
    assert_true(cursor_child_u8(&c, &child));
    assert_true(cursor_u16(&child, &pair));
    assert_int_equal(pair, 0xaabb);
    assert_true(cursor_finished(&child));
    assert_true(cursor_child_u16(&c, &child));
    assert_true(cursor_u8(&child, &one));
    assert_int_equal(one, 0xcc);
    assert_true(cursor_child_u24(&c, &child));
    assert_true(cursor_finished(&child));
    assert_true(cursor_finished(&c));
}

static void child_longer_than_its_parent_is_malformed(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x00, 0x05, 0xaa};
    struct cursor c = cursor_over(bytes, sizeof bytes), child;
    assert_false(cursor_child_u16(&c, &child));
    assert_int_equal(child.status, CURSOR_MALFORMED);
    assert_int_equal(c.status, CURSOR_MALFORMED);
    assert_false(cursor_finished(&child));
}

static void child_of_a_cut_parent_knows_of_the_rest(void **state)
{
    (void)state;
    struct cursor c = cursor_over_cut(eight, 4, 20), child;
    assert_true(cursor_child(&c, 10, &child));
    assert_int_equal(child.left, 4);
    assert_int_equal(child.uncaptured, 6);
    assert_int_equal(c.left, 0);
    assert_int_equal(c.uncaptured, 10);
    uint8_t one;
    assert_false(cursor_u8(&c, &one));
    assert_int_equal(c.status, CURSOR_NOT_CAPTURED);
    assert_true(cursor_skip(&child, 4));
    assert_true(cursor_more(&child));
    assert_false(cursor_finished(&child));
}

static void an_empty_cursor_is_finished(void **state)
{
    (void)state;
    struct cursor c = cursor_over(NULL, 0);
    assert_true(cursor_finished(&c));
    assert_false(cursor_more(&c));
    struct cursor child;
    assert_true(cursor_child(&c, 0, &child));
    assert_true(cursor_finished(&child));
    assert_false(cursor_skip(&c, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_integers_in_network_order),
        cmocka_unit_test(reads_wide_and_little_endian_integers),
        cmocka_unit_test(stops_for_good_where_the_sender_left_no_room),
        cmocka_unit_test(tells_not_captured_from_malformed),
        cmocka_unit_test(children_take_their_length_and_no_more),
        cmocka_unit_test(child_longer_than_its_parent_is_malformed),
        cmocka_unit_test(child_of_a_cut_parent_knows_of_the_rest),
        cmocka_unit_test(an_empty_cursor_is_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
