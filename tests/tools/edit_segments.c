/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "edits.h"

#include <stdlib.h>
#include <string.h>

enum { SEQUENCE = 4, ACKNOWLEDGMENT = 8, FLAGS = 13, OPTIONS = 20 };

static uint32_t sequence_of(const struct packet *packet, const struct layout *layout)
{
    return get_u32(packet->bytes + layout->transport + SEQUENCE);
}

static uint8_t *flags_of(struct packet *packet, const struct layout *layout)
{
    return packet->bytes + layout->transport + FLAGS;
}

/* Bytes `from` to `to` of a segment's payload as a segment of their own; what ends it goes with its end. */
static void add_part(struct capture *to, const struct packet *packet, const struct layout *layout,
                     uint32_t from, uint32_t end)
{
    struct packet part = make_segment(packet, layout, sequence_of(packet, layout) + from,
                                      packet->bytes + layout->payload + from, end - from);
    if (end < layout->end - layout->payload) {
        *flags_of(&part, layout) &= (uint8_t) ~(FLAG_FIN | FLAG_PSH);
        struct layout whole = *layout;
        whole.end = part.captured;
        fix_checksums(&part, &whole);
    }
    if (to->count > 0 && part.time <= to->packets[to->count - 1].time)
        part.time = to->packets[to->count - 1].time + 1000;
    capture_add(to, part);
}

typedef void (*segment_editor)(struct capture *to, const struct packet *packet, const struct layout *layout,
                               uint32_t number, struct random *random);

/* Hands each segment with payload to the editor, and takes the rest over as it is. */
static bool each_segment(struct capture *capture, uint32_t number, segment_editor editor)
{
    struct capture edited = {.link = capture->link};
    struct random random = {number};
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        struct layout layout;
        if (find_layout(capture, packet, &layout) && has_whole_payload(packet, &layout)) {
            editor(&edited, packet, &layout, number, &random);
            continue;
        }
        struct packet same = packet_copy(packet);
        if (edited.count > 0 && same.time <= edited.packets[edited.count - 1].time)
            same.time = edited.packets[edited.count - 1].time + 1000;
        capture_add(&edited, same);
    }
    bool changed = edited.count > capture->count;
    capture_free(capture);
    *capture = edited;
    return changed;
}

static void split_segment(struct capture *to, const struct packet *packet, const struct layout *layout,
                          uint32_t number, struct random *random)
{
    enum { PIECES_MOST = 400 };
    uint32_t length = layout->end - layout->payload, size = number;
    (void)random;
    if (size < length / PIECES_MOST + 1)
        size = length / PIECES_MOST + 1;
    for (uint32_t from = 0; from < length; from += size)
        add_part(to, packet, layout, from, from + size < length ? from + size : length);
}

static bool split(struct capture *capture, uint32_t number)
{
    return each_segment(capture, number, split_segment);
}

static void overlap_segment(struct capture *to, const struct packet *packet, const struct layout *layout,
                            uint32_t number, struct random *random)
{
    uint32_t length = layout->end - layout->payload, middle = length / 2;
    (void)number;
    switch (length < 4 ? 0 : random_below(random, 5)) {
    case 1: /* the second half once more */
        add_part(to, packet, layout, 0, length);
        add_part(to, packet, layout, middle, length);
        return;
    case 2: /* half of it, then all of it */
        add_part(to, packet, layout, 0, middle);
        add_part(to, packet, layout, 0, length);
        return;
    case 3: /* two that share their middle */
        add_part(to, packet, layout, 0, middle + 1);
        add_part(to, packet, layout, middle / 2, length);
        return;
    case 4: /* the end first */
        add_part(to, packet, layout, middle, length);
        add_part(to, packet, layout, 0, length);
        return;
    default:
        add_part(to, packet, layout, 0, length);
    }
}

static bool overlap(struct capture *capture, uint32_t number)
{
    return each_segment(capture, number, overlap_segment);
}

/* ---- Merging ------------------------------------------------------------------------------------------- */

static bool continues(const struct packet *a, const struct layout *la, const struct packet *b,
                      const struct layout *lb)
{
    enum { MOST = 60000 };
    uint32_t length = la->end - la->payload;
    return is_same_flow(a, la, b, lb) && sequence_of(b, lb) == sequence_of(a, la) + length &&
           length + lb->end - lb->payload < MOST;
}

static void append(struct packet *packet, struct layout *layout, const struct packet *next,
                   const struct layout *next_layout)
{
    uint32_t length = layout->end - layout->payload, more = next_layout->end - next_layout->payload;
    uint8_t *both = malloc((size_t)length + more);
    if (!both)
        abort();
    memcpy(both, packet->bytes + layout->payload, length);
    memcpy(both + length, next->bytes + next_layout->payload, more);
    struct packet merged = make_segment(packet, layout, sequence_of(packet, layout), both, length + more);
    free(both);
    layout->end = merged.captured;
    *flags_of(&merged, layout) |= next->bytes[next_layout->transport + FLAGS];
    fix_checksums(&merged, layout);
    merged.time = next->time;
    free(packet->bytes);
    *packet = merged;
}

/* As segmentation offload shows them: neighbours of one direction in one large packet. */
static bool merge(struct capture *capture, uint32_t number)
{
    struct capture edited = {.link = capture->link};
    struct layout last = {0};
    bool open = false, changed = false;
    (void)number;
    for (size_t i = 0; i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        struct layout layout;
        bool whole = find_layout(capture, packet, &layout) && has_whole_payload(packet, &layout);
        if (whole && open && continues(&edited.packets[edited.count - 1], &last, packet, &layout)) {
            append(&edited.packets[edited.count - 1], &last, packet, &layout);
            changed = true;
            continue;
        }
        capture_add(&edited, packet_copy(packet));
        open = whole;
        last = layout;
    }
    capture_free(capture);
    *capture = edited;
    return changed;
}

/* ---- Sequence numbers ---------------------------------------------------------------------------------- */

enum { FLOWS = 256 };

/* What is added to the numbers of one direction. */
struct shift {
    size_t packet; /* one of that direction */
    struct layout layout;
    uint32_t by;
};

static bool is_reverse(const struct packet *a, const struct layout *la, const struct packet *b,
                       const struct layout *lb)
{
    uint32_t at = la->version == 4 ? 12 : 8, size = la->version == 4 ? 4 : 16;
    const uint8_t *one = a->bytes + la->ip + at, *other = b->bytes + lb->ip + at;
    return la->version == lb->version && la->protocol == lb->protocol &&
           memcmp(one, other + size, size) == 0 && memcmp(one + size, other, size) == 0 &&
           memcmp(a->bytes + la->transport, b->bytes + lb->transport + 2, 2) == 0 &&
           memcmp(a->bytes + la->transport + 2, b->bytes + lb->transport, 2) == 0;
}

static void shift_blocks(uint8_t *option, uint32_t by)
{
    for (uint32_t at = 2; at + 4 <= option[1]; at += 4)
        put_u32(option + at, get_u32(option + at) + by);
}

static void shift_selective(struct packet *packet, const struct layout *layout, uint32_t by)
{
    enum { END = 0, NONE = 1, SELECTIVE = 5 };
    uint32_t at = layout->transport + OPTIONS;
    while (at + 1 < layout->payload && packet->bytes[at] != END) {
        uint8_t *option = packet->bytes + at;
        if (option[0] == NONE) {
            at++;
            continue;
        }
        if (option[1] < 2 || at + option[1] > layout->payload)
            return;
        if (option[0] == SELECTIVE)
            shift_blocks(option, by);
        at += option[1];
    }
}

static struct shift *shift_of(struct shift *shifts, size_t *count, struct capture *capture, size_t i,
                              const struct layout *layout, uint32_t number)
{
    for (size_t j = 0; j < *count; j++)
        if (is_same_flow(&capture->packets[i], layout, &capture->packets[shifts[j].packet],
                         &shifts[j].layout))
            return &shifts[j];
    if (*count == FLOWS)
        return NULL;
    shifts[*count].packet = i;
    shifts[*count].layout = *layout;
    shifts[*count].by = 0 - sequence_of(&capture->packets[i], layout) - 1 - number;
    return &shifts[(*count)++];
}

static void shift_acknowledgments(struct capture *capture, const struct shift *shifts, size_t count)
{
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        struct layout layout;
        if (!find_layout(capture, packet, &layout) || layout.protocol != PROTOCOL_TCP)
            continue;
        uint8_t *number = packet->bytes + layout.transport + ACKNOWLEDGMENT;
        for (size_t j = 0; j < count && (*flags_of(packet, &layout) & FLAG_ACK); j++)
            if (is_reverse(packet, &layout, &capture->packets[shifts[j].packet], &shifts[j].layout)) {
                put_u32(number, get_u32(number) + shifts[j].by);
                shift_selective(packet, &layout, shifts[j].by);
                break;
            }
        fix_checksums(packet, &layout);
    }
}

/* Each direction's numbers begin N + 1 below 2^32. */
static bool wrap(struct capture *capture, uint32_t number)
{
    static struct shift shifts[FLOWS];
    size_t count = 0;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        struct layout layout;
        if (!find_layout(capture, packet, &layout) || layout.protocol != PROTOCOL_TCP)
            continue;
        struct shift *shift = shift_of(shifts, &count, capture, i, &layout, number);
        uint8_t *sequence = packet->bytes + layout.transport + SEQUENCE;
        bool unnumbered =
            (*flags_of(packet, &layout) & (FLAG_RST | FLAG_ACK)) == FLAG_RST && get_u32(sequence) == 0;
        if (shift && !unnumbered)
            put_u32(sequence, get_u32(sequence) + shift->by);
    }
    shift_acknowledgments(capture, shifts, count);
    return count > 0;
}

/* The whole capture once more, N ms later: the same ports, other sequence numbers. */
static bool again(struct capture *capture, uint32_t number)
{
    struct capture later = {.link = capture->link};
    if (capture->count == 0)
        return false;
    int64_t after =
        capture->packets[capture->count - 1].time - capture->packets[0].time + (int64_t)number * 1000000;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet packet = packet_copy(&capture->packets[i]);
        packet.time += after;
        capture_add(&later, packet);
    }
    bool changed = wrap(&later, 0x40000000);
    capture_move(capture, &later);
    return changed;
}

/* Checksums that a network card was to fill in. */
static bool offload(struct capture *capture, uint32_t number)
{
    bool changed = false;
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        struct layout layout;
        if (!find_layout(capture, packet, &layout) || layout.protocol != PROTOCOL_TCP)
            continue;
        const uint8_t *ports = packet->bytes + layout.transport;
        if ((get_u16(ports) > get_u16(ports + 2)) != (number % 2 == 0))
            continue;
        put_u16(packet->bytes + layout.transport + 16, 0xBAD0 + number);
        changed = true;
    }
    return changed;
}

const struct edit segment_edits[] = {
    {"split", split, "segments of at most N bytes"},
    {"overlap", overlap, "segments that cover each other in part (seed)"},
    {"merge", merge, "neighbours of one direction become one segment"},
    {"wrap", wrap, "sequence numbers that pass 2^32 after N bytes"},
    {"again", again, "the same ports once more, N ms later"},
    {"offload", offload, "the checksums of one direction are wrong"},
    {NULL, NULL, NULL},
};
