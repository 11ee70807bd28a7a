/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void finds_what_was_kept(void **state)
{
    (void)state;
    struct memo *memo = memo_new(sizeof(int));
    int one = 1, two = 2;
    assert_null(memo_find(memo, "client", 6));
    memo_keep(memo, "client", 6, &one);
    memo_keep(memo, "", 0, &two);
    assert_memory_equal(memo_find(memo, "client", 6), &one, sizeof one);
    assert_memory_equal(memo_find(memo, "", 0), &two, sizeof two);
    memo_keep(memo, "client", 6, &two);
    assert_memory_equal(memo_find(memo, "client", 6), &two, sizeof two);
    memo_free(memo);
}

/* Results may be of any type, whatever the length of the input is. */
static void aligns_results(void **state)
{
    (void)state;
    struct memo *memo = memo_new(sizeof(double));
    const double result = 1.5;
    for (size_t length = 0; length < 9; length++) {
        memo_keep(memo, "certificate", length, &result);
        const void *found = memo_find(memo, "certificate", length);
        assert_non_null(found);
        assert_int_equal((uintptr_t)found % _Alignof(double), 0);
        assert_memory_equal(found, &result, sizeof result);
    }
    memo_free(memo);
}

/* The place is decided by the last bytes, sameness by all of them. */
static void compares_all_bytes(void **state)
{
    (void)state;
    struct memo *memo = memo_new(1);
    char bytes[1000] = {0};
    memo_keep(memo, bytes, sizeof bytes, "1");
    bytes[0] = 1;
    assert_null(memo_find(memo, bytes, sizeof bytes));
    memo_keep(memo, bytes, sizeof bytes, "2");
    assert_memory_equal(memo_find(memo, bytes, sizeof bytes), "2", 1);
    assert_null(memo_find(memo, bytes, sizeof bytes - 1));
    memo_free(memo);
}

static void forgets_rather_than_grows(void **state)
{
    (void)state;
    enum { INPUTS = 2000, LONG = 100000 };
    static const uint8_t bytes[LONG];
    struct memo *memo = memo_new(sizeof(int));
    int found = 0;
    for (int i = 0; i < INPUTS; i++)
        memo_keep(memo, &i, sizeof i, &i);
    for (int i = 0; i < INPUTS; i++) {
        const void *result = memo_find(memo, &i, sizeof i);
        found += result != NULL;
        assert_true(!result || memcmp(result, &i, sizeof i) == 0);
    }
    assert_in_range(found, 1, 256);
    memo_keep(memo, bytes, LONG, &found);
    assert_null(memo_find(memo, bytes, LONG));
    memo_free(memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_kept),
        cmocka_unit_test(aligns_results),
        cmocka_unit_test(compares_all_bytes),
        cmocka_unit_test(forgets_rather_than_grows),
    };
    memo_free(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
