/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void tells_how_far_how_fast_and_how_long(void **state)
{
    static const struct {
        uint64_t done, all;
        int64_t elapsed;
        const char *text;
    } cases[] = {
        {420000000, 1000000000, CLOCK_SECOND, "42 % read, 420 MB/s, 1 s left"},
        {5000000, 100000000, CLOCK_SECOND, "5 % read, 5.0 MB/s, 19 s left"},
        {5000000, 10000000000, CLOCK_SECOND, "0 % read, 5.0 MB/s, 33 min left"},
        {5000000, 100000000000, CLOCK_SECOND, "0 % read, 5.0 MB/s, 5.6 h left"},
        {1000, 1000, CLOCK_SECOND, "100 % read, 0.0 MB/s, 0 s left"},
        {UINT64_MAX / 2, UINT64_MAX, CLOCK_SECOND, "50 % read, 9223372036855 MB/s, 1 s left"},
        {30000000, 0, 2 * CLOCK_SECOND, "30 MB read, 15 MB/s"},
        {30000000, 20000000, 2 * CLOCK_SECOND, "30 MB read, 15 MB/s"},
        {0, 1000, CLOCK_SECOND, "0 % read, 0.0 MB/s"},
        {0, 0, 0, "0 MB read, 0.0 MB/s"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer text = {0};
        progress_describe(&text, cases[i].done, cases[i].all, cases[i].elapsed);
        assert_string_equal(text.bytes, cases[i].text);
        buffer_free(&text);
    }
}

static void shows_nothing_where_there_is_no_terminal(void **state)
{
    FILE *file = tmpfile();
    (void)state;
    assert_non_null(file);
    assert_null(progress_on(file));
    progress_show(NULL, 1, 2);
    progress_hide(NULL);
    progress_free(NULL);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_far_how_fast_and_how_long),
        cmocka_unit_test(shows_nothing_where_there_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
