/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* A literal with its length, so that NUL bytes may stand inside. */
#define BYTES(literal) literal, sizeof(literal) - 1

static void check(void (*escape)(struct buffer *, const char *, size_t), const char *bytes, size_t length,
                  const char *expected)
{
    struct buffer out = {0};
    buffer_add_string(&out, "");
    escape(&out, bytes, length);
    assert_string_equal(out.bytes, expected);
    assert_int_equal(out.length, strlen(expected));
    buffer_free(&out);
}

static void plain_text_passes(void **state)
{
    (void)state;
    check(escape_text, BYTES("CN=example.test, \"O\"=Example/~"), "CN=example.test, \"O\"=Example/~");
    check(escape_json, BYTES("CN=example.test, O=Example/~"), "CN=example.test, O=Example/~");
    check(escape_text, BYTES("M\xc3\xbcnchen \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x94\x92"),
          "M\xc3\xbcnchen \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x94\x92");
    check(escape_json, BYTES("M\xc3\xbcnchen \xf0\x9f\x94\x92"), "M\xc3\xbcnchen \xf0\x9f\x94\x92");
    check(escape_text, BYTES(""), "");
}

static void controls_become_visible(void **state)
{
    (void)state;
    check(escape_text, BYTES("a\033[31mb\n\0\x7f\\"), "a\\x1B[31mb\\x0A\\x00\\x7F\\\\");
    check(escape_text, BYTES("\xc2\x9b"), "\\u{009B}");
    check(escape_json, BYTES("\033\"\\\b\f\n\r\t\0\x7f"), "\\u001b\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u007f");
    check(escape_json, BYTES("\xc2\x9b"), "\\u009b");
}

static void hidden_and_reordering_characters_become_visible(void **state)
{
    (void)state;
    check(escape_text,
          BYTES("a\xe2\x80\xae"
                "b"),
          "a\\u{202E}b");
    check(escape_text, BYTES("\xe2\x80\x8b\xe2\x81\xa6\xe2\x80\xa8\xef\xbb\xbf\xd8\x9c"),
          "\\u{200B}\\u{2066}\\u{2028}\\u{FEFF}\\u{061C}");
    check(escape_text, BYTES("\xf3\xa0\x81\x81"), "\\u{E0041}");
    check(escape_json, BYTES("\xf3\xa0\x81\x81\xe2\x80\xae"), "\\udb40\\udc41\\u202e");
}

static void bytes_that_are_not_utf8_become_visible(void **state)
{
    (void)state;
    check(escape_text, BYTES("a\xff\xfe"), "a\\xFF\\xFE");
    check(escape_text, BYTES("\xc0\xaf"), "\\xC0\\xAF");          /* overlong */
    check(escape_text, BYTES("\xe0\x80\xaf"), "\\xE0\\x80\\xAF"); /* overlong */
    check(escape_text, BYTES("\xf0\x80\x80\xaf"), "\\xF0\\x80\\x80\\xAF");
    check(escape_text, BYTES("\xed\xa0\x80"), "\\xED\\xA0\\x80");          /* surrogate */
    check(escape_text, BYTES("\xf4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80"); /* past U+10FFFF */
    check(escape_text, BYTES("\xe6\x9d"), "\\xE6\\x9D");                   /* cut off */
    check(escape_text, BYTES("\xe6\x9dx"), "\\xE6\\x9Dx");
    check(escape_json, BYTES("\x80"), "\\\\x80");
}

/* Eight bytes are looked at at once: a special one is found wherever it stands. */
static void no_position_hides_a_byte(void **state)
{
    (void)state;
    static const struct {
        char byte;
        const char *escaped;
    } special[] = {{'"', "\\\""},     {'\\', "\\\\"}, {0x1f, "\\u001f"},
                   {0x7f, "\\u007f"}, {0, "\\u0000"}, {(char)0x80, "\\\\x80"}};
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        for (int at = 0; at < 20; at++) {
            char text[21], expected[64];
            memset(text, ' ', sizeof text - 1);
            text[at] = special[i].byte;
            snprintf(expected, sizeof expected, "%*s%s%*s", at, "", special[i].escaped, 19 - at, "");
            check(escape_json, text, sizeof text - 1, expected);
        }
}

/* Whatever goes in, what comes out is printable ASCII or whole characters, and tells inputs apart. */
static void every_byte_is_safe_behind_plain_text(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        const char text[] = {'a', (char)byte, 'z'};
        struct buffer out = {0};
        escape_text(&out, text, sizeof text);
        for (size_t i = 0; i < out.length; i++)
            assert_in_range((uint8_t)out.bytes[i], 0x20, 0x7e);
        assert_int_equal(out.bytes[0], 'a');
        assert_int_equal(out.bytes[out.length - 1], 'z');
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_passes),
        cmocka_unit_test(controls_become_visible),
        cmocka_unit_test(hidden_and_reordering_characters_become_visible),
        cmocka_unit_test(bytes_that_are_not_utf8_become_visible),
        cmocka_unit_test(no_position_hides_a_byte),
        cmocka_unit_test(every_byte_is_safe_behind_plain_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
