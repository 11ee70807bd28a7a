/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648 section 10. */
static void encodes_the_rfc_examples(void **state)
{
    static const char *const examples[][2] = {{"", ""},
                                              {"f", "Zg=="},
                                              {"fo", "Zm8="},
                                              {"foo", "Zm9v"},
                                              {"foob", "Zm9vYg=="},
                                              {"fooba", "Zm9vYmE="},
                                              {"foobar", "Zm9vYmFy"}};
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct buffer out = {0};
        base64_add(&out, examples[i][0], strlen(examples[i][0]));
        assert_string_equal(out.bytes, examples[i][1]);
        assert_int_equal(out.length, strlen(examples[i][1]));
        buffer_free(&out);
    }
}

static void uses_the_whole_alphabet(void **state)
{
    (void)state;
    struct buffer out = {0};
    const uint8_t bytes[] = {0xfb, 0xff, 0xbf, 0x00, 0x10, 0x83};
    base64_add(&out, bytes, sizeof bytes);
    assert_string_equal(out.bytes, "+/+/ABCD");
    buffer_free(&out);
}

static void breaks_pem_after_64_characters(void **state)
{
    (void)state;
    struct buffer out = {0};
    const char bytes[49] = {0};
    base64_add_pem(&out, "CERTIFICATE", bytes, sizeof bytes);
    assert_string_equal(out.bytes, "-----BEGIN CERTIFICATE-----\n"
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
                                   "AA==\n"
                                   "-----END CERTIFICATE-----\n");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_the_rfc_examples),
        cmocka_unit_test(uses_the_whole_alphabet),
        cmocka_unit_test(breaks_pem_after_64_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
