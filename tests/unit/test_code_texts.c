/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/code_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LISTS = 1000, LONG = 300 };

static bool adds(const struct code_texts *texts, const uint16_t *codes, uint32_t count, const char *expected)
{
    struct buffer out = {0};
    buffer_add_string(&out, "x");
    bool known = code_texts_add(texts, codes, count, &out);
    assert_int_equal(strncmp(out.bytes, "x", 1), 0);
    assert_string_equal(out.bytes + 1, known ? expected : "");
    buffer_free(&out);
    return known;
}

static void knows_what_was_kept(void **state)
{
    (void)state;
    static const uint16_t codes[] = {0x1301, 0x1302, 0xC02F};
    struct code_texts texts = {0};
    assert_false(adds(&texts, codes, 3, ""));
    code_texts_keep(&texts, codes, 3, "[1,2,3],", 8);
    assert_true(adds(&texts, codes, 3, "[1,2,3],"));
    assert_false(adds(&texts, codes, 2, ""));
    assert_false(adds(&texts, codes + 1, 2, ""));
    code_texts_free(&texts);
}

/* Whatever shares a place: what is told is the list's own text. */
static void never_mixes_lists_up(void **state)
{
    (void)state;
    struct code_texts texts = {0};
    for (uint16_t i = 0; i < LISTS; i++) {
        const uint16_t codes[] = {i, (uint16_t)(i * 7)};
        const char text[] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), '\0'};
        code_texts_keep(&texts, codes, 2, text, 2);
        assert_true(adds(&texts, codes, 2, text));
    }
    unsigned known = 0;
    for (uint16_t i = 0; i < LISTS; i++) {
        const uint16_t codes[] = {i, (uint16_t)(i * 7)};
        const char text[] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), '\0'};
        known += adds(&texts, codes, 2, text);
    }
    assert_in_range(known, 1, CODE_TEXTS);
    code_texts_free(&texts);
}

static void keeps_neither_empty_nor_long_lists(void **state)
{
    (void)state;
    static const uint16_t codes[LONG];
    struct code_texts texts = {0};
    code_texts_keep(&texts, codes, 0, "[],", 3);
    code_texts_keep(&texts, codes, LONG, "[0],", 4);
    assert_false(adds(&texts, codes, 0, ""));
    assert_false(adds(&texts, codes, LONG, ""));
    code_texts_free(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_was_kept),
        cmocka_unit_test(never_mixes_lists_up),
        cmocka_unit_test(keeps_neither_empty_nor_long_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
