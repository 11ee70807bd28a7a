/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pieces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 4096 };

static bool add(struct pieces *pieces, uint64_t offset, const char *text)
{
    return pieces_add(pieces, LIMIT, offset, (const uint8_t *)text, strlen(text));
}

static void expect(const struct pieces *pieces, const char *text)
{
    assert_int_equal(pieces_ready(pieces), strlen(text));
    if (*text)
        assert_memory_equal(pieces->bytes, text, strlen(text));
}

static void test_order(void **state)
{
    struct pieces pieces = {0};
    (void)state;
    expect(&pieces, "");
    assert_true(add(&pieces, 6, "world"));
    expect(&pieces, "");
    assert_true(add(&pieces, 0, "hell"));
    expect(&pieces, "hell");
    assert_true(add(&pieces, 4, "o "));
    expect(&pieces, "hello world");
    assert_int_equal(pieces.count, 1);
    pieces_free(&pieces);
    expect(&pieces, "");
}

static void test_first_bytes_stay(void **state)
{
    struct pieces pieces = {0};
    (void)state;
    add(&pieces, 2, "cd");
    add(&pieces, 6, "gh");
    assert_true(add(&pieces, 0, "XXXXXXXXXX"));
    expect(&pieces, "XXcdXXghXX");
    assert_true(add(&pieces, 0, "YYYYYYYYYYY"));
    expect(&pieces, "XXcdXXghXXY");
    pieces_free(&pieces);
}

static void test_have(void **state)
{
    struct pieces pieces = {0};
    (void)state;
    assert_false(pieces_have(&pieces, 0, 1));
    assert_true(pieces_have(&pieces, 5, 0));
    add(&pieces, 0, "ab");
    add(&pieces, 4, "ef");
    assert_true(pieces_have(&pieces, 4, 2));
    assert_false(pieces_have(&pieces, 4, 3));
    assert_false(pieces_have(&pieces, 1, 2));
    assert_false(pieces_have(&pieces, 2, 1));
    add(&pieces, 2, "cd");
    assert_true(pieces_have(&pieces, 1, 4));
    pieces_free(&pieces);
}

static void test_bounds(void **state)
{
    struct pieces pieces = {0};
    (void)state;
    assert_false(add(&pieces, LIMIT, "x"));
    assert_false(add(&pieces, UINT64_MAX, "x"));
    assert_true(add(&pieces, LIMIT - 1, "x"));
    assert_true(add(&pieces, LIMIT, ""));
    for (uint32_t i = 1; i < PIECES_HOLES; i++)
        assert_true(add(&pieces, 2 * i, "x"));
    assert_int_equal(pieces.count, PIECES_HOLES);
    assert_false(add(&pieces, 0, "x"));
    assert_true(pieces_size(&pieces) < 2 * LIMIT);
    pieces_free(&pieces);
}

/* Against a plain array: what is there, and what the first bytes were. */
static void test_random(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 200; round++) {
        struct pieces pieces = {0};
        uint8_t model[64] = {0};
        for (int step = 0; step < 30; step++) {
            uint8_t bytes[16];
            size_t offset = (size_t)rand() % 48, length = (size_t)rand() % sizeof bytes;
            memset(bytes, step + 1, sizeof bytes);
            assert_true(pieces_add(&pieces, sizeof model, offset, bytes, length));
            for (size_t i = offset; i < offset + length; i++)
                model[i] = model[i] ? model[i] : (uint8_t)(step + 1);
        }
        uint32_t ready = 0;
        for (uint32_t i = 0; i < sizeof model; i++) {
            assert_int_equal(pieces_have(&pieces, i, 1), model[i] != 0);
            if (model[i])
                assert_int_equal(pieces.bytes[i], model[i]);
        }
        while (ready < sizeof model && model[ready])
            ready++;
        assert_int_equal(pieces_ready(&pieces), ready);
        pieces_free(&pieces);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),  cmocka_unit_test(test_first_bytes_stay), cmocka_unit_test(test_have),
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
