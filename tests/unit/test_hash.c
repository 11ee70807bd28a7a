/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Computed with CPython 3.11 (PYTHONHASHSEED=0), whose hash() of bytes is SipHash-1-3 with a key of zeroes.
 */
static void agrees_with_another_siphash(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t hash;
    } known[] = {
        {"a", UINT64_C(0x407448d2b89b1813)},
        {"abcdefg", UINT64_C(0x6db12aae9070f506)},
        {"abcdefgh", UINT64_C(0x3f7b849c0b8e35ea)},
        {"client hello from 192.0.2.1", UINT64_C(0x6ecaed4b5030d2ac)},
    };
    struct hash_key zero = {{0, 0}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_true(hash_bytes(zero, known[i].text, strlen(known[i].text)) == known[i].hash);
}

static void depends_on_the_key(void **state)
{
    (void)state;
    struct hash_key first = hash_key_new(), second = hash_key_new();
    assert_memory_not_equal(&first, &second, sizeof first);
    assert_true(hash_bytes(first, "tlswhy", 6) == hash_bytes(first, "tlswhy", 6));
    assert_true(hash_bytes(first, "tlswhy", 6) != hash_bytes(second, "tlswhy", 6));
    assert_true(hash_bytes(first, "tlswhy", 6) != hash_bytes(first, "tlswhz", 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_another_siphash),
        cmocka_unit_test(depends_on_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
