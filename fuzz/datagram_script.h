/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_FUZZ_DATAGRAM_SCRIPT_H
#define TLSWHY_FUZZ_DATAGRAM_SCRIPT_H

/*
 * Bytes as the datagrams of one conversation: each has a byte whose lowest bit is the half that sends it and
 * whose second bit cuts the last bytes off as a short capture does, two bytes of length, and its payload.
 */

#include "base/cursor.h"
#include "capture/segment.h"

struct script {
    struct cursor rest;
    struct segment segment;
    int half;
};

static inline struct endpoint script_end(int half)
{
    return (struct endpoint){.address = {.family = 4, .bytes = {192, 0, 2, (uint8_t)(10 + half)}},
                             .port = half == 0 ? 50000 : 443};
}

/* The next datagram; false where there is none. */
static inline bool script_next(struct script *script)
{
    enum { CUT = 5 };
    struct segment *segment = &script->segment;
    uint8_t control;
    uint16_t length;
    cursor_u8(&script->rest, &control);
    if (!cursor_u16(&script->rest, &length))
        return false;
    if (length > script->rest.left)
        length = (uint16_t)script->rest.left;
    script->half = control & 1;
    segment->packet++;
    segment->time += INT64_C(1000000) << (control >> 4);
    segment->transport = SEGMENT_UDP;
    segment->source = script_end(script->half);
    segment->destination = script_end(1 - script->half);
    segment->payload = cursor_take(&script->rest, length);
    segment->length = segment->captured = length;
    if ((control & 2) && length > CUT)
        segment->captured = (uint32_t)length - CUT;
    segment->wire_length = segment->length + 28;
    return true;
}

#endif
