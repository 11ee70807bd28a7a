/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/pcapng_time.h"

#include "base/clock.h"
#include "capture/packet.h"
#include "capture/reader.h"

enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14, MICROSECONDS = 6, BINARY = 0x80 };

static void read_offset(struct pcapng_clock *clock, struct cursor value, bool little)
{
    uint32_t first, second;
    reader_u32(&value, little, &first);
    reader_u32(&value, little, &second);
    if (cursor_finished(&value))
        clock->offset = (int64_t)(little ? (uint64_t)second << 32 | first : (uint64_t)first << 32 | second);
}

struct pcapng_clock pcapng_clock_read(struct cursor options, bool little)
{
    struct pcapng_clock clock = {.resolution = MICROSECONDS};
    while (cursor_more(&options)) {
        uint16_t code, length;
        struct cursor value;
        reader_u16(&options, little, &code);
        reader_u16(&options, little, &length);
        if (!cursor_child(&options, length, &value) || code == OPTION_END)
            break;
        if (code == OPTION_RESOLUTION && length == 1)
            cursor_u8(&value, &clock.resolution);
        else if (code == OPTION_OFFSET)
            read_offset(&clock, value, little);
        cursor_skip(&options, -(size_t)length % 4);
    }
    return clock;
}

/* Whole seconds, and the nanoseconds of the rest. */
struct parts {
    uint64_t seconds;
    uint64_t nanos;
};

/* The rest keeps 34 bits, as many as can be multiplied by a second's nanoseconds. */
static struct parts split_binary(uint64_t stamp, unsigned bits)
{
    enum { KEPT = 34 };
    struct parts parts = {.seconds = bits < 64 ? stamp >> bits : 0};
    uint64_t rest = bits < 64 ? stamp & ((UINT64_C(1) << bits) - 1) : stamp;
    if (bits > KEPT) {
        rest = bits - KEPT < 64 ? rest >> (bits - KEPT) : 0;
        bits = KEPT;
    }
    parts.nanos = rest * (uint64_t)CLOCK_SECOND >> bits;
    return parts;
}

static struct parts split_decimal(uint64_t stamp, unsigned digits)
{
    uint64_t unit = 1;
    for (; digits > 9; digits--)
        stamp /= 10;
    for (unsigned i = digits; i < 9; i++)
        unit *= 10;
    uint64_t in_second = (uint64_t)CLOCK_SECOND / unit;
    return (struct parts){.seconds = stamp / in_second, .nanos = stamp % in_second * unit};
}

int64_t pcapng_clock_time(const struct pcapng_clock *clock, uint64_t stamp)
{
    unsigned exponent = clock->resolution & ~(unsigned)BINARY;
    struct parts parts =
        clock->resolution & BINARY ? split_binary(stamp, exponent) : split_decimal(stamp, exponent);
    uint64_t most = (uint64_t)(PACKET_LATEST / CLOCK_SECOND);
    if (parts.seconds > 2 * most)
        parts.seconds = 2 * most;
    int64_t offset = clock->offset;
    if (offset > (int64_t)most)
        return PACKET_LATEST;
    if (offset < -3 * (int64_t)most)
        return PACKET_EARLIEST;
    int64_t seconds = (int64_t)parts.seconds + offset;
    if (seconds >= (int64_t)most)
        return PACKET_LATEST;
    if (seconds < -(int64_t)most)
        return PACKET_EARLIEST;
    return seconds * CLOCK_SECOND + (int64_t)parts.nanos;
}
