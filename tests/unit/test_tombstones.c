/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/tombstones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Spread as a keyed hash would be. */
static uint64_t hash_of(uint64_t number)
{
    number *= UINT64_C(0x9e3779b97f4a7c15);
    number ^= number >> 29;
    return number * UINT64_C(0xbf58476d1ce4e5b9);
}

static void finds_what_was_put_there(void **state)
{
    (void)state;
    struct tombstones tombstones = {0};
    assert_null(tombstones_find(&tombstones, hash_of(1)));
    tombstones_put(&tombstones, hash_of(1), TOMBSTONE_CLOSED, 0, 10);
    tombstones_put(&tombstones, hash_of(2), TOMBSTONE_SYN, 77, 11);
    const struct tombstone *one = tombstones_find(&tombstones, hash_of(1));
    assert_non_null(one);
    assert_int_equal(one->stream, 10);
    assert_true(tombstone_has(one, TOMBSTONE_CLOSED));
    assert_false(tombstone_has(one, TOMBSTONE_SYN));
    const struct tombstone *two = tombstones_find(&tombstones, hash_of(2));
    assert_int_equal(two->initial_sequence, 77);
    assert_false(tombstone_has(two, TOMBSTONE_CLOSED));
    assert_null(tombstones_find(&tombstones, hash_of(3)));
    tombstones_free(&tombstones);
}

static void replaces_the_tombstone_of_the_same_endpoints(void **state)
{
    (void)state;
    struct tombstones tombstones = {0};
    tombstones_put(&tombstones, hash_of(1), TOMBSTONE_CLOSED, 0, 10);
    tombstones_put(&tombstones, hash_of(1), TOMBSTONE_SYN, 5, 20);
    assert_int_equal(tombstones.count, 1);
    assert_int_equal(tombstones_find(&tombstones, hash_of(1))->stream, 20);
    assert_false(tombstone_has(tombstones_find(&tombstones, hash_of(1)), TOMBSTONE_CLOSED));
    tombstones_free(&tombstones);
}

static void keeps_all_while_it_grows(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct tombstones tombstones = {0};
    uint32_t found = 0;
    for (uint32_t i = 0; i < COUNT; i++)
        tombstones_put(&tombstones, hash_of(i), 0, 0, i);
    for (uint32_t i = 0; i < COUNT; i++) {
        const struct tombstone *tombstone = tombstones_find(&tombstones, hash_of(i));
        found += tombstone && tombstone->stream == i;
    }
    /* Sixteen neighbours that are all taken are rare at half load, not impossible. */
    assert_in_range(found, COUNT - COUNT / 1000, COUNT);
    assert_in_range(tombstones.room, COUNT, 8 * COUNT);
    for (uint32_t i = COUNT; i < 2 * COUNT; i++)
        assert_null(tombstones_find(&tombstones, hash_of(i)));
    tombstones_free(&tombstones);
}

static void lets_the_oldest_go_beyond_a_million(void **state)
{
    (void)state;
    enum { COUNT = 4000000, LATE = 100000 };
    struct tombstones tombstones = {0};
    uint32_t early = 0, late = 0;
    for (uint32_t i = 0; i < COUNT; i++)
        tombstones_put(&tombstones, hash_of(i), 0, 0, i);
    for (uint32_t i = 0; i < LATE; i++) {
        early += tombstones_find(&tombstones, hash_of(i)) != NULL;
        late += tombstones_find(&tombstones, hash_of(COUNT - 1 - i)) != NULL;
    }
    assert_int_equal(tombstones.room, 1 << 20);
    assert_int_equal(late, LATE);
    assert_in_range(early, 0, LATE / 10);
    tombstones_free(&tombstones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put_there),
        cmocka_unit_test(replaces_the_tombstone_of_the_same_endpoints),
        cmocka_unit_test(keeps_all_while_it_grows),
        cmocka_unit_test(lets_the_oldest_go_beyond_a_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
