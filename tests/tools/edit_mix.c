/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "edits.h"

#include <stdlib.h>
#include <string.h>

/* Other addresses than the first capture has, and than another number gives. */
static void readdress(struct capture *capture, uint32_t number)
{
    for (size_t i = 0; i < capture->count; i++) {
        struct packet *packet = &capture->packets[i];
        struct layout layout;
        if (!find_layout(capture, packet, &layout))
            continue;
        for (uint32_t end = 0; end < 2; end++) {
            uint8_t *address =
                packet->bytes + layout.ip + (layout.version == 4 ? 12 + 4 * end : 8 + 16 * end);
            if (layout.version == 4)
                address[0] = 10;
            put_u16(address + (layout.version == 4 ? 1 : 6), number + 1);
        }
        fix_checksums(packet, &layout);
    }
}

static int by_time(const void *a, const void *b)
{
    const struct packet *one = a, *other = b;
    return (one->time > other->time) - (one->time < other->time);
}

bool edit_mix(struct capture *capture, const char *path, uint32_t number)
{
    struct capture other;
    if (!capture_read(&other, path))
        return false;
    if (other.link != capture->link || other.count == 0 || capture->count == 0) {
        capture_free(&other);
        return false;
    }
    struct random random = {number};
    int64_t shift = capture->packets[0].time - other.packets[0].time + random_below(&random, 20000000);
    for (size_t i = 0; i < other.count; i++)
        other.packets[i].time += shift;
    readdress(&other, number);
    capture_move(capture, &other);
    qsort(capture->packets, capture->count, sizeof *capture->packets, by_time);
    return true;
}
