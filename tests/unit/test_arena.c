/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void hands_out_zeroed_aligned_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    for (size_t size = 1; size < 3000; size = size * 2 + 1) {
        uint8_t *bytes = arena_take(arena, 1, size);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, size);
    }
    arena_free(arena);
}

static void copies_with_a_nul_behind(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    char *first = arena_copy(arena, "server name", 6);
    char *second = arena_copy(arena, NULL, 0);
    char *third = arena_copy(arena, "x", 1);
    assert_string_equal(first, "server");
    assert_string_equal(second, "");
    assert_string_equal(third, "x");
    assert_string_equal(first, "server");
    arena_free(arena);
}

static void refuses_past_its_limit_and_goes_on_below_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new(8192);
    assert_null(arena_take(arena, 1, 9000));
    assert_null(arena_take(arena, SIZE_MAX, 2));
    assert_null(arena_take(arena, 1, SIZE_MAX));
    assert_null(arena_copy(arena, "", SIZE_MAX));
    size_t taken = 0;
    while (arena_take(arena, 1, 100))
        taken += 100;
    assert_in_range(taken, 6000, 8192);
    assert_in_range(arena_size(arena), taken, 8192);
    arena_free(arena);
}

static void takes_something_larger_than_a_block(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    char *large = arena_take(arena, 100, 1000);
    assert_non_null(large);
    memset(large, 1, 100000);
    assert_non_null(arena_take(arena, 1, 16));
    assert_true(arena_size(arena) >= 100016);
    arena_free(arena);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    arena_free(NULL);
    struct arena *arena = arena_new(0);
    assert_null(arena_take(arena, 1, 1));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_zeroed_aligned_bytes),
        cmocka_unit_test(copies_with_a_nul_behind),
        cmocka_unit_test(refuses_past_its_limit_and_goes_on_below_it),
        cmocka_unit_test(takes_something_larger_than_a_block),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
