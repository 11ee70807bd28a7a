/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct heard {
    int times;
    enum notice_level level;
    char text[2048];
};

static void hear(void *user, enum notice_level level, const char *text)
{
    struct heard *heard = user;
    heard->times++;
    heard->level = level;
    strncpy(heard->text, text, sizeof heard->text - 1);
}

static void formats_and_escapes(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct notice_sink sink = {hear, &heard};
    notice_send(&sink, NOTICE_WARNING, "%s: packet %d", "a\033[2Jb", 17);
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.level, NOTICE_WARNING);
    assert_string_equal(heard.text, "a\\x1B[2Jb: packet 17");
    notice_send(&sink, NOTICE_ERROR, "%s", "");
    assert_string_equal(heard.text, "");
}

static void cuts_between_characters(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct notice_sink sink = {hear, &heard};
    char text[1500];
    memset(text, 'a', sizeof text);
    memcpy(text + 998, "\xe6\x9d\xb1", 3);
    text[sizeof text - 1] = '\0';
    notice_send(&sink, NOTICE_ERROR, "%s", text);
    assert_in_range(strlen(heard.text), 990, 1000);
    for (size_t i = 0; heard.text[i]; i++)
        assert_true((uint8_t)heard.text[i] < 0x80);
}

static void no_sink_is_silence(void **state)
{
    (void)state;
    notice_send(NULL, NOTICE_ERROR, "%s", "nobody hears this");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_and_escapes),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(no_sink_is_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
