/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_DIGITS_H
#define TLSWHY_BASE_DIGITS_H

/*
 * Decimal digits, two at a time, written to where the caller has room for them; what is returned is the place
 * behind them.
 */

#include <stdint.h>
#include <string.h>

enum { DIGITS_MOST = 20 }; /* of 64 bits */

/* The last two digits of a number: "07" for 7. */
static inline char *digits_put_pair(char *at, unsigned value)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    memcpy(at, pairs + (size_t)2 * (value % 100), 2);
    return at + 2;
}

/* Without leading zeroes. */
static inline char *digits_put(char *at, uint64_t value)
{
    char text[DIGITS_MOST], *first = text + sizeof text;
    for (; value >= 100; value /= 100)
        digits_put_pair(first -= 2, (unsigned)(value % 100));
    if (value >= 10)
        digits_put_pair(first -= 2, (unsigned)value);
    else
        *--first = (char)('0' + value);
    size_t length = (size_t)(text + sizeof text - first);
    memcpy(at, first, length);
    return at + length;
}

/* Behind its sign, if it is less than zero. */
static inline char *digits_put_signed(char *at, int64_t value)
{
    if (value < 0)
        *at++ = '-';
    return digits_put(at, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/* Six of them. */
static inline char *digits_put_millionths(char *at, unsigned value)
{
    at = digits_put_pair(at, value / 10000);
    at = digits_put_pair(at, value / 100 % 100);
    return digits_put_pair(at, value % 100);
}

#endif
