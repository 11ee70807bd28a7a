/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_PCAPNG_TIME_H
#define TLSWHY_CAPTURE_PCAPNG_TIME_H

/*
 * The clock of an interface in a pcapng file: what its options say of the unit that its time stamps count and
 * of where they begin (draft-ietf-opsawg-pcapng section 4.2, if_tsresol and if_tsoffset).
 */

#include "base/cursor.h"

struct pcapng_clock {
    uint8_t resolution; /* as in the file: 10^-n seconds, or 2^-n with the highest bit set */
    int64_t offset;     /* seconds */
};

/* Reads an interface's options; what they don't say, or say wrongly, stays at the default of microseconds. */
struct pcapng_clock pcapng_clock_read(struct cursor options, bool little);

/* A time stamp in nanoseconds since the epoch, held within PACKET_EARLIEST and PACKET_LATEST. */
int64_t pcapng_clock_time(const struct pcapng_clock *clock, uint64_t stamp);

#endif
