/* SPDX-License-Identifier: GPL-3.0-or-later */

/* IEEE 802.11 data frames, and the headers that receivers put before them. What is encrypted stays unread. */

#include "capture/layer.h"

enum { TYPE = 0x0c, DATA = 0x08, NO_DATA = 0x40, QOS = 0x80 }; /* first byte of the frame control */
enum {                                                         /* second byte */
       TO_DISTRIBUTION = 0x01,
       FROM_DISTRIBUTION = 0x02,
       PROTECTED = 0x40,
       ORDER = 0x80
};

/* What stands behind the first of several frames, filled up to a multiple of four. Not where the bytes are
 * those of a datagram put together from fragments, which are gone by then, nor where there is one such packet
 * in another. */
static void note_further(struct walk *walk, uint32_t length)
{
    enum { HEADER = 14 };
    struct cursor rest = walk->rest;
    struct further_frames *further = &walk->out->further;
    size_t at = (size_t)(rest.at - walk->packet->bytes);
    if (further->length > 0 || walk->quoted || at > walk->packet->captured ||
        !cursor_skip(&rest, length + (4 - (HEADER + length) % 4) % 4) || !cursor_more(&rest))
        return;
    further->bytes = rest.at;
    further->captured = (uint32_t)rest.left;
    further->length = (uint32_t)(rest.left + rest.uncaptured);
    further->outside = walk->out->segment;
}

/* Several frames in one (section 9.3.2.2), each with two addresses, a length, and LLC. */
struct layer layer_wlan_aggregate(struct walk *walk)
{
    uint16_t length;
    cursor_skip(&walk->rest, 12);
    if (!cursor_u16(&walk->rest, &length))
        return layer_broken(walk);
    note_further(walk, length);
    layer_limit(walk, length);
    return (struct layer){layer_llc};
}

/* Duration, three addresses and the sequence number; four addresses between two access points. */
static bool skip_addresses(struct walk *walk, uint8_t flags, uint16_t *sequence)
{
    const uint8_t both = TO_DISTRIBUTION | FROM_DISTRIBUTION;
    cursor_skip(&walk->rest, 20);
    cursor_u16_little(&walk->rest, sequence);
    return cursor_skip(&walk->rest, (flags & both) == both ? 6 : 0);
}

/* Section 9.2 and 9.3.2.1. `padded`: the header was filled up to a multiple of four. */
static struct layer open_frame(struct walk *walk, uint8_t kind, uint8_t flags, bool padded)
{
    enum { AGGREGATE = 0x80, FRAGMENT_NUMBER = 0x0f };
    uint16_t sequence;
    uint8_t quality = 0;
    size_t before = walk->rest.left;
    if ((kind & TYPE) != DATA || kind & NO_DATA || flags & PROTECTED)
        return layer_end(walk, DECODE_OTHER);
    skip_addresses(walk, flags, &sequence);
    if (kind & QOS) {
        cursor_u8(&walk->rest, &quality);
        cursor_skip(&walk->rest, flags & ORDER ? 5 : 1); /* ORDER: HT control follows */
    }
    if (padded)
        cursor_skip(&walk->rest, (4 - (before - walk->rest.left + 2) % 4) % 4);
    if (walk->rest.status != CURSOR_OK)
        return layer_broken(walk);
    if (sequence & FRAGMENT_NUMBER)
        return layer_end(walk, DECODE_OTHER);
    layer_note(walk, LAYER_WLAN);
    return quality & AGGREGATE ? layer_wlan_aggregate(walk) : (struct layer){layer_llc};
}

static struct layer open_control(struct walk *walk, bool swapped, bool padded)
{
    uint8_t first, second;
    cursor_u8(&walk->rest, &first);
    if (!cursor_u8(&walk->rest, &second))
        return layer_broken(walk);
    return swapped ? open_frame(walk, second, first, padded) : open_frame(walk, first, second, padded);
}

struct layer layer_wlan(struct walk *walk)
{
    return open_control(walk, false, false);
}

struct layer layer_wlan_swapped(struct walk *walk)
{
    return open_control(walk, true, false);
}

/* Whether the header says that a frame's header is padded: among the fields that its first word announces the
 * first is a time of eight bytes, aligned so, and the second the flags (https://www.radiotap.org). */
static bool is_padded(struct cursor header)
{
    enum { HAS_TIME = 1, HAS_FLAGS = 2, PADDED = 0x20, START = 8 };
    const uint32_t more_words = UINT32_C(1) << 31;
    uint32_t present, next;
    uint8_t flags;
    size_t offset = START;
    cursor_skip(&header, 4);
    cursor_u32_little(&header, &present);
    for (next = present; next & more_words && cursor_u32_little(&header, &next);)
        offset += 4;
    if (present & HAS_TIME)
        cursor_skip(&header, (8 - offset % 8) % 8 + 8);
    return present & HAS_FLAGS && cursor_u8(&header, &flags) && flags & PADDED;
}

struct layer layer_wlan_radiotap(struct walk *walk)
{
    struct cursor ahead = walk->rest;
    uint16_t length;
    cursor_skip(&ahead, 2);
    cursor_u16_little(&ahead, &length);
    bool padded = is_padded(walk->rest);
    if (!cursor_skip(&walk->rest, length))
        return layer_broken(walk);
    return open_control(walk, false, padded);
}

/* A magic number and the header's length, in network order. */
struct layer layer_wlan_avs(struct walk *walk)
{
    uint32_t length;
    cursor_skip(&walk->rest, 4);
    if (!cursor_u32(&walk->rest, &length))
        return layer_broken(walk);
    if (length < 8)
        return layer_end(walk, DECODE_MALFORMED);
    if (!cursor_skip(&walk->rest, length - 8))
        return layer_broken(walk);
    return (struct layer){layer_wlan};
}

/* Where the message code 0x44 is in the byte order of whoever captured, its length is as well. Drivers wrote
 * the AVS header under this link type, too. */
struct layer layer_wlan_prism(struct walk *walk)
{
    const uint32_t avs = 0x80211000, avs_mask = 0xfffff000;
    struct cursor header = walk->rest;
    uint32_t code, length;
    cursor_u32(&header, &code);
    if ((code & avs_mask) == avs)
        return (struct layer){layer_wlan_avs};
    if (code > 0xffff)
        cursor_u32_little(&header, &length);
    else
        cursor_u32(&header, &length);
    if (header.status != CURSOR_OK || !cursor_skip(&walk->rest, length)) {
        walk->rest = header.status != CURSOR_OK ? header : walk->rest;
        return layer_broken(walk);
    }
    return (struct layer){layer_wlan};
}
