/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_SEQUENCE_H
#define TLSWHY_STREAM_SEQUENCE_H

/*
 * TCP sequence numbers wrap around at 2^32 (RFC 9293 section 3.4): of two numbers, that one is later which is
 * less than 2^31 steps ahead.
 */

#include <stdbool.h>
#include <stdint.h>

static inline bool sequence_after(uint32_t a, uint32_t b)
{
    return a != b && a - b < UINT32_C(0x80000000);
}

static inline bool sequence_before(uint32_t a, uint32_t b)
{
    return sequence_after(b, a);
}

/* How far a lies from b, in either direction. */
static inline uint32_t sequence_distance(uint32_t a, uint32_t b)
{
    return a - b < UINT32_C(0x80000000) ? a - b : b - a;
}

#endif
