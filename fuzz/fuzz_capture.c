/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Capture files of every format, compressed or not, with and without a filter: whatever the bytes, packets
 * lie within them, count upwards, and the same notice never comes without end. */

#include "capture/decompress.h"
#include "capture/source.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A few compressed bytes can be very many. */
enum { LONGEST_COMPRESSED = 4096 };

struct check {
    const uint8_t *bytes;
    size_t length;
    bool compressed; /* packets are elsewhere then */
    uint64_t last_number;
    uint64_t last_end;
    unsigned notices;
};

static void count_notice(void *user, enum notice_level level, const char *text)
{
    struct check *check = user;
    (void)level;
    (void)text;
    if (++check->notices > 100)
        abort();
}

static void check_place(const struct check *check, const struct packet *packet)
{
    size_t begin = (size_t)(packet->bytes - check->bytes);
    if (begin > check->length || packet->captured > check->length - begin)
        abort();
    if (packet->offset >= check->length)
        abort();
}

static void check_packet(struct check *check, const struct packet *packet)
{
    if (!check->compressed)
        check_place(check, packet);
    if (packet->captured > packet->length || packet->offset < check->last_end)
        abort();
    check->last_end = packet->offset + packet->captured;
    if (packet->time < PACKET_EARLIEST || packet->time > PACKET_LATEST)
        abort();
    if (packet->number <= check->last_number)
        abort();
    check->last_number = packet->number;
}

static void read_all(const uint8_t *bytes, size_t length, const char *filter)
{
    struct check check = {
        .bytes = bytes, .length = length, .compressed = decompress_recognize(bytes, length) != NULL};
    const struct notice_sink sink = {.tell = count_notice, .user = &check};
    struct source *source = source_open_memory("fuzz", bytes, length, &sink);
    struct packet packet;
    if (!source)
        return;
    if (filter && !source_set_filter(source, filter))
        abort();
    while (source_next(source, &packet) == SOURCE_PACKET)
        check_packet(&check, &packet);
    for (size_t i = 0; source_secrets_at(source, i) && !check.compressed; i++)
        if (source_secrets_at(source, i)->length > length)
            abort();
    source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > LONGEST_COMPRESSED && decompress_recognize(bytes, length))
        return 0;
    read_all(bytes, length, NULL);
    if (length % 2)
        read_all(bytes, length, "tcp");
    return 0;
}
