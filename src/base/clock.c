/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include "base/digits.h"

#define SECONDS_A_DAY 86400

struct date {
    int64_t year;
    unsigned month, day; /* from 1 */
};

/* The Gregorian calendar by eras of 400 years that begin on 1 March, so that the leap day comes last. */
enum { DAYS_AN_ERA = 146097, DAYS_TO_1970 = 719468 };

static struct date date_of_day(int64_t days)
{
    days += DAYS_TO_1970;
    int64_t era = (days >= 0 ? days : days - (DAYS_AN_ERA - 1)) / DAYS_AN_ERA;
    unsigned in_era = (unsigned)(days - era * DAYS_AN_ERA);
    unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / (DAYS_AN_ERA - 1)) / 365;
    unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned from_march = (5 * in_year + 2) / 153;
    struct date date = {.month = from_march < 10 ? from_march + 3 : from_march - 9,
                        .day = in_year - (153 * from_march + 2) / 5 + 1};
    date.year = (int64_t)year + era * 400 + (date.month <= 2);
    return date;
}

static int64_t day_of_date(struct date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t in_era = year - era * 400;
    unsigned from_march = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t in_year = (153 * from_march + 2) / 5 + date.day - 1;
    return era * DAYS_AN_ERA + in_era * 365 + in_era / 4 - in_era / 100 + in_year - DAYS_TO_1970;
}

static char *put_char(char *at, char c)
{
    *at = c;
    return at + 1;
}

/* 2026-01-31T10:32:07 */
static char *put_date_and_time(char *at, int64_t seconds)
{
    int64_t days = seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0);
    unsigned of_day = (unsigned)(seconds - days * SECONDS_A_DAY);
    struct date date = date_of_day(days);
    at = digits_put_pair(digits_put_pair(at, (unsigned)(date.year / 100)), (unsigned)(date.year % 100));
    at = digits_put_pair(put_char(at, '-'), date.month);
    at = digits_put_pair(put_char(at, '-'), date.day);
    at = digits_put_pair(put_char(at, 'T'), of_day / 3600);
    at = digits_put_pair(put_char(at, ':'), of_day / 60 % 60);
    return digits_put_pair(put_char(at, ':'), of_day % 60);
}

char *clock_put_rfc3339_seconds(char *at, int64_t seconds)
{
    return put_char(put_date_and_time(at, seconds), 'Z');
}

char *clock_put_rfc3339(char *at, int64_t time)
{
    int64_t seconds = time / CLOCK_SECOND - (time % CLOCK_SECOND < 0);
    unsigned micros = (unsigned)((uint64_t)time - (uint64_t)seconds * CLOCK_SECOND) / 1000;
    at = put_char(put_date_and_time(at, seconds), '.');
    return put_char(digits_put_millionths(at, micros), 'Z');
}

void clock_add_rfc3339(struct buffer *out, int64_t time)
{
    char text[CLOCK_TEXT_MOST];
    buffer_add(out, text, (size_t)(clock_put_rfc3339(text, time) - text));
}

/* The sign goes out, the size comes back: INT64_MIN has no positive twin. */
static uint64_t add_sign(struct buffer *out, int64_t duration)
{
    if (duration >= 0)
        return (uint64_t)duration;
    buffer_add_char(out, '-');
    return 0 - (uint64_t)duration;
}

static void add_pair(struct buffer *out, uint64_t first, const char *unit, uint64_t second,
                     const char *smaller)
{
    buffer_add_unsigned(out, first);
    buffer_add_string(out, unit);
    if (second == 0)
        return;
    buffer_add_char(out, ' ');
    buffer_add_unsigned(out, second);
    buffer_add_string(out, smaller);
}

/* Three decimals below ten, none from there on: nobody needs more to see what took long. */
static void add_scaled(struct buffer *out, uint64_t thousandths, const char *unit)
{
    buffer_add_unsigned(out, thousandths / 1000);
    if (thousandths < 10000) {
        unsigned decimals = (unsigned)(thousandths % 1000);
        char text[4] = {'.', (char)('0' + decimals / 100)};
        digits_put_pair(text + 2, decimals % 100);
        buffer_add(out, text, sizeof text);
    }
    buffer_add_string(out, unit);
}

void clock_add_duration(struct buffer *out, int64_t duration)
{
    uint64_t micros = add_sign(out, duration) / 1000;
    uint64_t seconds = micros / 1000000;
    if (micros < 1000)
        add_pair(out, micros, " us", 0, "");
    else if (seconds < 1)
        add_scaled(out, micros, " ms");
    else if (seconds < 60)
        add_scaled(out, micros / 1000, " s");
    else if (seconds < 3600)
        add_pair(out, seconds / 60, " min", seconds % 60, " s");
    else if (seconds < SECONDS_A_DAY)
        add_pair(out, seconds / 3600, " h", seconds / 60 % 60, " min");
    else
        add_pair(out, seconds / SECONDS_A_DAY, " d", seconds / 3600 % 24, " h");
}

char *clock_put_seconds(char *at, int64_t duration)
{
    uint64_t size = duration < 0 ? 0 - (uint64_t)duration : (uint64_t)duration;
    uint64_t micros = size / 1000;
    if (duration < 0)
        at = put_char(at, '-');
    at = put_char(digits_put(at, micros / 1000000), '.');
    return digits_put_millionths(at, (unsigned)(micros % 1000000));
}

void clock_add_seconds(struct buffer *out, int64_t duration)
{
    char text[CLOCK_TEXT_MOST];
    buffer_add(out, text, (size_t)(clock_put_seconds(text, duration) - text));
}

/* Text that a person or a file wrote, taken piece by piece. */
struct text {
    const char *at;
    size_t left;
};

static bool take_char(struct text *text, char c)
{
    if (text->left == 0 || *text->at != c)
        return false;
    text->at++;
    text->left--;
    return true;
}

static bool take_digit(struct text *text, unsigned *digit)
{
    if (text->left == 0 || *text->at < '0' || *text->at > '9')
        return false;
    *digit = (unsigned)(*text->at - '0');
    return take_char(text, *text->at);
}

static bool take_number(struct text *text, int digits, unsigned *number)
{
    unsigned digit;
    *number = 0;
    for (int i = 0; i < digits; i++) {
        if (!take_digit(text, &digit))
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool take_date(struct text *text, int64_t *days)
{
    unsigned year, month, day;
    if (!take_number(text, 4, &year) || !take_char(text, '-') || !take_number(text, 2, &month) ||
        !take_char(text, '-') || !take_number(text, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *days = day_of_date((struct date){.year = year, .month = month, .day = day});
    return true;
}

/* A second of 60 is a leap second (RFC 3339 section 5.7); it counts as the one after it. */
static bool take_time(struct text *text, int64_t *seconds)
{
    unsigned hour, minute, second;
    if (!take_number(text, 2, &hour) || !take_char(text, ':') || !take_number(text, 2, &minute) ||
        !take_char(text, ':') || !take_number(text, 2, &second))
        return false;
    *seconds = (int64_t)hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second <= 60;
}

static bool take_fraction(struct text *text, int64_t *nanos)
{
    unsigned digit;
    int64_t unit = CLOCK_SECOND;
    *nanos = 0;
    if (!take_char(text, '.'))
        return true;
    while (take_digit(text, &digit)) {
        unit /= 10;
        if (unit == 0)
            return false;
        *nanos += unit * digit;
    }
    return unit < CLOCK_SECOND;
}

bool clock_parse_rfc3339(const char *text, size_t length, int64_t *time)
{
    struct text rest = {text, length};
    int64_t days, seconds = 0, nanos = 0;
    if (!take_date(&rest, &days))
        return false;
    if (rest.left > 0 && !(take_char(&rest, 'T') && take_time(&rest, &seconds) &&
                           take_fraction(&rest, &nanos) && take_char(&rest, 'Z')))
        return false;
    seconds += days * SECONDS_A_DAY;
    bool fits = seconds >= INT64_MIN / CLOCK_SECOND && seconds < INT64_MAX / CLOCK_SECOND;
    if (rest.left > 0 || !fits)
        return false;
    *time = seconds * CLOCK_SECOND + nanos;
    return true;
}
