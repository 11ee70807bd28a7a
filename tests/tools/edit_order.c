/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "edits.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

#define MILLISECOND INT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)

/* ---- Order --------------------------------------------------------------------------------------------- */

/* The clock goes on as it did: the packets change places, not times. */
static void exchange(struct capture *capture, size_t a, size_t b)
{
    struct packet packet = capture->packets[a];
    int64_t time = capture->packets[b].time;
    capture->packets[a] = capture->packets[b];
    capture->packets[a].time = packet.time;
    capture->packets[b] = packet;
    capture->packets[b].time = time;
}

static bool swap(struct capture *capture, uint32_t number)
{
    if (capture->count < 2)
        return false;
    size_t at = number % (capture->count - 1);
    exchange(capture, at, at + 1);
    return true;
}

static bool reorder(struct capture *capture, uint32_t number)
{
    enum { WINDOW = 3, ONE_IN = 4 };
    struct random random = {number};
    for (size_t i = 0; i + WINDOW < capture->count; i++)
        if (random_below(&random, ONE_IN) == 0)
            exchange(capture, i, i + 1 + random_below(&random, WINDOW));
    return capture->count > WINDOW;
}

static bool follows_in_flow(const struct capture *capture, size_t i)
{
    struct layout a, b;
    return find_layout(capture, &capture->packets[i], &a) &&
           find_layout(capture, &capture->packets[i + 1], &b) &&
           is_same_flow(&capture->packets[i], &a, &capture->packets[i + 1], &b);
}

/* Neighbours of one direction, as parallel paths do it. */
static bool swap_in_flow(struct capture *capture, uint32_t number)
{
    struct random random = {number};
    bool changed = false;
    for (size_t i = 0; i + 1 < capture->count; i++) {
        if (!follows_in_flow(capture, i) || random_below(&random, 2))
            continue;
        exchange(capture, i, i + 1);
        changed = true;
        i++;
    }
    return changed;
}

/* ---- Copies -------------------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct packet *one = a, *other = b;
    return (one->time > other->time) - (one->time < other->time);
}

static bool copy_all(struct capture *capture, int64_t later)
{
    size_t count = capture->count;
    for (size_t i = 0; i < count; i++) {
        struct packet copy = packet_copy(&capture->packets[i]);
        copy.time += later;
        capture_add(capture, copy);
    }
    qsort(capture->packets, capture->count, sizeof *capture->packets, by_time);
    return count > 0;
}

static bool copy(struct capture *capture, uint32_t number)
{
    return copy_all(capture, 1000 * (int64_t)(number % 90));
}

static bool copy_later(struct capture *capture, uint32_t number)
{
    return copy_all(capture, (1 + number % 4) * MILLISECOND);
}

/* Each packet twice: as it comes to a router and as it leaves, by then with a TTL less and other MACs. */
static bool bridge(struct capture *capture, uint32_t number)
{
    enum { TTL_V4 = 8, TTL_V6 = 7 };
    size_t count = capture->count;
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        struct layout layout;
        struct packet twin = packet_copy(&capture->packets[i]);
        if (find_layout(capture, &twin, &layout)) {
            twin.bytes[layout.ip + (layout.version == 4 ? TTL_V4 : TTL_V6)]--;
            for (uint32_t at = 3; layout.ip == 14 && at < 12; at++)
                twin.bytes[at] ^= 0x55;
            fix_checksums(&twin, &layout);
            changed = true;
        }
        twin.time += 1000 + 1000 * (int64_t)(number % 900);
        capture_add(capture, twin);
    }
    qsort(capture->packets, capture->count, sizeof *capture->packets, by_time);
    return changed;
}

/* Some segments are sent once more, after their time. */
static bool resend(struct capture *capture, uint32_t number)
{
    struct random random = {number};
    size_t count = capture->count;
    for (size_t i = 0; i < count; i++) {
        struct layout layout;
        const struct packet *packet = &capture->packets[i];
        if (!find_layout(capture, packet, &layout) || !has_whole_payload(packet, &layout) ||
            random_below(&random, 2))
            continue;
        struct packet again = make_segment(packet, &layout, get_u32(packet->bytes + layout.transport + 4),
                                           packet->bytes + layout.payload, layout.end - layout.payload);
        again.time += random_below(&random, 300) * MILLISECOND;
        capture_add(capture, again);
    }
    bool changed = capture->count > count;
    qsort(capture->packets, capture->count, sizeof *capture->packets, by_time);
    return changed;
}

/* ---- Loss ---------------------------------------------------------------------------------------------- */

static void keep(struct capture *capture, size_t from, size_t to)
{
    struct capture kept = {.link = capture->link};
    for (size_t i = from; i < to; i++)
        capture_add(&kept, packet_copy(&capture->packets[i]));
    capture_free(capture);
    *capture = kept;
}

static bool head(struct capture *capture, uint32_t number)
{
    bool changes = number > 0 && number < capture->count;
    if (changes)
        keep(capture, 0, number);
    return changes;
}

static bool tail(struct capture *capture, uint32_t number)
{
    bool changes = number > 0 && number < capture->count;
    if (changes)
        keep(capture, number, capture->count);
    return changes;
}

static void drop_at(struct capture *capture, size_t at)
{
    free(capture->packets[at].bytes);
    memmove(&capture->packets[at], &capture->packets[at + 1],
            (capture->count - at - 1) * sizeof *capture->packets);
    capture->count--;
}

static bool drop(struct capture *capture, uint32_t number)
{
    if (number >= capture->count || capture->count < 2)
        return false;
    drop_at(capture, number);
    return true;
}

static bool thin(struct capture *capture, uint32_t number)
{
    enum { ONE_IN = 8 };
    struct random random = {number};
    size_t count = capture->count;
    for (size_t i = capture->count; i-- > 0 && capture->count > 1;)
        if (random_below(&random, ONE_IN) == 0)
            drop_at(capture, i);
    return capture->count < count;
}

/* Only what goes from (0) or to (1) the end that has the higher port. */
static bool side(struct capture *capture, uint32_t number)
{
    size_t count = capture->count;
    for (size_t i = capture->count; i-- > 0;) {
        struct layout layout;
        const struct packet *packet = &capture->packets[i];
        if (!find_layout(capture, packet, &layout)) {
            drop_at(capture, i);
            continue;
        }
        const uint8_t *ports = packet->bytes + layout.transport;
        bool from_client = get_u16(ports) > get_u16(ports + 2);
        if (from_client == (number % 2 == 1))
            drop_at(capture, i);
    }
    return capture->count > 0 && capture->count < count;
}

static bool snap(struct capture *capture, uint32_t number)
{
    bool changed = false;
    for (size_t i = 0; i < capture->count; i++)
        if (capture->packets[i].captured > number) {
            capture->packets[i].captured = number;
            changed = true;
        }
    return changed;
}

/* Acknowledgments that carry nothing else, but for the handshake's third step. */
static bool quiet(struct capture *capture, uint32_t number)
{
    size_t count = capture->count;
    struct random random = {number};
    for (size_t i = capture->count; i-- > 3;) {
        struct layout layout;
        const struct packet *packet = &capture->packets[i];
        bool bare = find_layout(capture, packet, &layout) && layout.protocol == PROTOCOL_TCP &&
                    layout.payload == layout.end && packet->bytes[layout.transport + 13] == FLAG_ACK;
        if (bare && (number == 0 || random_below(&random, 2)))
            drop_at(capture, i);
    }
    return capture->count < count;
}

/* ---- Time ---------------------------------------------------------------------------------------------- */

/* The whole capture at another time, in days since 1970. */
static bool date(struct capture *capture, uint32_t number)
{
    int64_t shift = capture->count ? number * 86400 * SECOND - capture->packets[0].time : 0;
    for (size_t i = 0; i < capture->count; i++)
        capture->packets[i].time += shift;
    return capture->count > 0;
}

/* From that packet on the clock was set back by five seconds. */
static bool clock_back(struct capture *capture, uint32_t number)
{
    for (size_t i = number; i < capture->count; i++)
        capture->packets[i].time -= 5 * SECOND;
    return number > 0 && number < capture->count;
}

const struct edit order_edits[] = {
    {"swap", swap, "packets N and N+1 change places"},
    {"reorder", reorder, "packets change places within a window (seed)"},
    {"swap-in-flow", swap_in_flow, "neighbours of one direction change places (seed)"},
    {"copy", copy, "each packet twice, N us apart"},
    {"copy-later", copy_later, "each packet twice, some ms apart"},
    {"bridge", bridge, "each packet on both sides of a router, N us apart"},
    {"resend", resend, "segments sent again later (seed)"},
    {"head", head, "only the first N packets"},
    {"tail", tail, "without the first N packets"},
    {"drop", drop, "without packet N"},
    {"thin", thin, "without one packet in eight (seed)"},
    {"side", side, "only what the end with the higher (0) or lower (1) port sent"},
    {"snap", snap, "N bytes of each packet"},
    {"quiet", quiet, "without bare acknowledgments (0: all, else half of them)"},
    {"date", date, "as if captured N days after 1970 began"},
    {"clock-back", clock_back, "the clock goes back five seconds before packet N"},
    {NULL, NULL, NULL},
};
