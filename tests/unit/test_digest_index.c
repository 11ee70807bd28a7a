/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void make(uint8_t digest[static DIGEST_LENGTH], uint32_t number)
{
    memset(digest, 0, DIGEST_LENGTH);
    memcpy(digest, &number, sizeof number);
}

static void numbers_in_order_and_bounds(void **state)
{
    enum { LIMIT = 10000 };
    (void)state;
    struct digest_index *index = digest_index_new(LIMIT);
    uint8_t digest[DIGEST_LENGTH];
    bool is_new;
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < LIMIT; i++) {
            make(digest, i);
            assert_int_equal(digest_index_number(index, digest, &is_new), i);
            assert_int_equal(is_new, round == 0);
        }
    make(digest, LIMIT);
    assert_int_equal(digest_index_number(index, digest, &is_new), DIGEST_INDEX_FULL);
    assert_false(is_new);
    make(digest, 7);
    assert_int_equal(digest_index_number(index, digest, &is_new), 7);
    digest_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_in_order_and_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
