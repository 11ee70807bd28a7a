/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static void check(void (*add)(struct buffer *, int64_t), int64_t value, const char *expected)
{
    struct buffer out = {0};
    add(&out, value);
    assert_string_equal(out.bytes, expected);
    buffer_free(&out);
}

static void writes_rfc3339(void **state)
{
    (void)state;
    check(clock_add_rfc3339, 0, "1970-01-01T00:00:00.000000Z");
    check(clock_add_rfc3339, -1, "1969-12-31T23:59:59.999999Z");
    check(clock_add_rfc3339, INT64_C(1769855527123456789), "2026-01-31T10:32:07.123456Z");
    check(clock_add_rfc3339, INT64_C(951782400000000000), "2000-02-29T00:00:00.000000Z");
    check(clock_add_rfc3339, INT64_MAX, "2262-04-11T23:47:16.854775Z");
    check(clock_add_rfc3339, INT64_MIN, "1677-09-21T00:12:43.145224Z");
}

/* The C library is the second opinion, over 580 years in steps that hit every part of a date. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t seconds = -9200000000; seconds < 9200000000; seconds += 8640971) {
        time_t time = (time_t)seconds;
        struct tm tm;
        char expected[64];
        assert_non_null(gmtime_r(&time, &tm));
        strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
        check(clock_add_rfc3339, seconds * CLOCK_SECOND, expected);
        int64_t back;
        assert_true(clock_parse_rfc3339(expected, strlen(expected), &back));
        assert_true(back == seconds * CLOCK_SECOND);
    }
}

static void writes_durations(void **state)
{
    (void)state;
    check(clock_add_duration, 0, "0 us");
    check(clock_add_duration, 213 * CLOCK_MICROSECOND, "213 us");
    check(clock_add_duration, -213 * CLOCK_MICROSECOND, "-213 us");
    check(clock_add_duration, 1500 * CLOCK_MICROSECOND, "1.500 ms");
    check(clock_add_duration, 21 * CLOCK_MILLISECOND, "21 ms");
    check(clock_add_duration, 1500 * CLOCK_MILLISECOND, "1.500 s");
    check(clock_add_duration, 21 * CLOCK_SECOND, "21 s");
    check(clock_add_duration, 125 * CLOCK_SECOND, "2 min 5 s");
    check(clock_add_duration, 7260 * CLOCK_SECOND, "2 h 1 min");
    check(clock_add_duration, 7200 * CLOCK_SECOND, "2 h");
    check(clock_add_duration, 180000 * CLOCK_SECOND, "2 d 2 h");
    check(clock_add_duration, INT64_MIN, "-106751 d 23 h");
}

static void writes_seconds(void **state)
{
    (void)state;
    check(clock_add_seconds, -213 * CLOCK_MICROSECOND, "-0.000213");
    check(clock_add_seconds, 21 * CLOCK_SECOND, "21.000000");
    check(clock_add_seconds, INT64_MIN, "-9223372036.854775");
}

static void reads_dates_and_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time;
    } good[] = {
        {"2026-01-31", INT64_C(1769817600000000000)},
        {"2026-01-31T10:32:07Z", INT64_C(1769855527000000000)},
        {"2026-01-31T10:32:07.1Z", INT64_C(1769855527100000000)},
        {"2026-01-31T10:32:07.123456789Z", INT64_C(1769855527123456789)},
        {"1969-12-31T23:59:59.5Z", -500000000},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000000)},
        {"2000-02-29", INT64_C(951782400000000000)},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t time;
        assert_true(clock_parse_rfc3339(good[i].text, strlen(good[i].text), &time));
        assert_true(time == good[i].time);
    }
}

static void refuses_what_is_not_a_time(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026",
        "2026-1-31",
        "2026-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-01-31T",
        "2026-01-31T10:32Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T10:60:00Z",
        "2026-01-31T10:32:61Z",
        "2026-01-31T10:32:07",
        "2026-01-31T10:32:07.Z",
        "2026-01-31T10:32:07.1234567890Z",
        "2026-01-31T10:32:07Z ",
        "2026-01-31 10:32:07Z",
        "9999-01-01",
        "0001-01-01",
        "2262-04-12",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t time;
        if (clock_parse_rfc3339(bad[i], strlen(bad[i]), &time))
            fail_msg("read as a time: %s", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_rfc3339),        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(writes_durations),      cmocka_unit_test(writes_seconds),
        cmocka_unit_test(reads_dates_and_times), cmocka_unit_test(refuses_what_is_not_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
