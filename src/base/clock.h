/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_CLOCK_H
#define TLSWHY_BASE_CLOCK_H

/*
 * Times are nanoseconds since 1970-01-01T00:00:00Z in an int64_t (good until 2262), durations nanoseconds
 * too. The only clock that counts is the capture's; nothing here asks the system what time it is.
 */

#include "base/buffer.h"
#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND      INT64_C(1000000000)
#define CLOCK_MILLISECOND INT64_C(1000000)
#define CLOCK_MICROSECOND INT64_C(1000)

enum { CLOCK_TEXT_MOST = 32 }; /* characters of a time or of seconds */

/* RFC 3339 in UTC with six decimals: 2026-01-31T10:32:07.123456Z. Any int64_t is printed as some valid date.
 */
void clock_add_rfc3339(struct buffer *out, int64_t time);
char *clock_put_rfc3339(char *at, int64_t time); /* where there is room; returns the place behind it */

/* The same in whole seconds since the epoch: 2026-01-31T10:32:07Z. */
char *clock_put_rfc3339_seconds(char *at, int64_t seconds);

/* How long it took from the one to the other; none, where the clock ran backwards between them. */
static inline int64_t clock_span(int64_t from, int64_t to)
{
    return to > from ? to - from : 0;
}

/* For people: 0.000213 -> "213 us", 1.5 s -> "1.500 s", 21 s, 2 min 5 s. */
void clock_add_duration(struct buffer *out, int64_t duration);

/* Seconds with six decimals: -0.000213, 21.000000. */
void clock_add_seconds(struct buffer *out, int64_t duration);
char *clock_put_seconds(char *at, int64_t duration);

/* Reads 2026-01-31, 2026-01-31T10:32:07Z or with up to nine decimals; false when it is none of them. */
bool clock_parse_rfc3339(const char *text, size_t length, int64_t *time);

#endif
