/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/snoop.h"

#include "base/clock.h"
#include "base/memory.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_HEADER = 16, RECORD_HEADER = 24, VERSION = 2 };

static const char magic[8] = "snoop\0\0";

/* RFC 1761's data link types, and one that Solaris added. */
static const struct {
    uint32_t data_link;
    uint16_t link_type;
} link_types[] = {
    {0, 1},    /* IEEE 802.3 */
    {2, 6},    /* IEEE 802.5 */
    {4, 1},    /* Ethernet */
    {8, 10},   /* FDDI */
    {26, 226}, /* what Solaris zones have between them */
};

struct snoop_reader {
    struct reader *reader;
    uint16_t link_type;
    uint32_t dropped;
};

/* All but the padding. */
struct record {
    uint32_t length, captured, size, dropped, seconds, microseconds;
};

bool snoop_recognizes(const uint8_t *bytes, size_t length)
{
    return length >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}

static bool find_link_type(struct snoop_reader *snoop, uint32_t data_link)
{
    for (size_t i = 0; i < sizeof link_types / sizeof link_types[0]; i++)
        if (link_types[i].data_link == data_link) {
            snoop->link_type = link_types[i].link_type;
            return true;
        }
    notice_send(&snoop->reader->notices, NOTICE_ERROR, "%s: snoop's data link type %" PRIu32 " can't be read",
                snoop->reader->name, data_link);
    return false;
}

static bool read_file_header(struct snoop_reader *snoop)
{
    uint32_t version, data_link;
    const uint8_t *bytes = reader_peek_header(snoop->reader, FILE_HEADER);
    if (!bytes)
        return false;
    struct cursor header = cursor_over(bytes, FILE_HEADER);
    cursor_skip(&header, sizeof magic);
    cursor_u32(&header, &version);
    cursor_u32(&header, &data_link);
    input_skip(snoop->reader->input, FILE_HEADER);
    if (version == VERSION)
        return find_link_type(snoop, data_link);
    notice_send(&snoop->reader->notices, NOTICE_ERROR,
                "%s: snoop version %" PRIu32 " can't be read, only version %d", snoop->reader->name, version,
                VERSION);
    return false;
}

struct snoop_reader *snoop_reader_new(struct reader *reader)
{
    struct snoop_reader *snoop = memory_new(1, sizeof *snoop);
    snoop->reader = reader;
    if (read_file_header(snoop))
        return snoop;
    free(snoop);
    return NULL;
}

static enum source_outcome cut_packet(const struct snoop_reader *snoop, size_t wanted)
{
    char name[READER_LONGEST_NAME];
    return reader_cut(snoop->reader, reader_name_packet(snoop->reader, name),
                      input_offset(snoop->reader->input), wanted);
}

static struct record read_record(const uint8_t *bytes)
{
    struct record record;
    struct cursor c = cursor_over(bytes, RECORD_HEADER);
    cursor_u32(&c, &record.length);
    cursor_u32(&c, &record.captured);
    cursor_u32(&c, &record.size);
    cursor_u32(&c, &record.dropped);
    cursor_u32(&c, &record.seconds);
    cursor_u32(&c, &record.microseconds);
    return record;
}

static void fill(struct snoop_reader *snoop, const struct record *record, struct packet *packet)
{
    packet->number = ++snoop->reader->packets;
    packet->time =
        (int64_t)record->seconds * CLOCK_SECOND + (int64_t)record->microseconds * CLOCK_MICROSECOND;
    packet->captured = record->captured;
    packet->length = record->length > record->captured ? record->length : record->captured;
    packet->link_type = snoop->link_type;
    packet->offset = input_offset(snoop->reader->input);
    snoop->dropped = record->dropped;
}

enum source_outcome snoop_reader_next(struct snoop_reader *snoop, struct packet *packet)
{
    struct input *input = snoop->reader->input;
    char name[READER_LONGEST_NAME];
    const uint8_t *bytes = input_peek(input, RECORD_HEADER);
    if (!bytes && input_status(input) == INPUT_END && input_available(input) == 0)
        return SOURCE_END;
    if (!bytes)
        return cut_packet(snoop, RECORD_HEADER);
    struct record record = read_record(bytes);
    if (record.size > READER_LARGEST_PACKET || record.size < RECORD_HEADER ||
        record.captured > record.size - RECORD_HEADER)
        return reader_break(snoop->reader, reader_name_packet(snoop->reader, name), input_offset(input),
                            "corrupt: claims %" PRIu32 " captured bytes in %" PRIu32, record.captured,
                            record.size);
    bytes = input_peek(input, record.size);
    if (!bytes)
        return cut_packet(snoop, record.size);
    fill(snoop, &record, packet);
    packet->bytes = bytes + RECORD_HEADER;
    input_skip(input, record.size);
    return SOURCE_PACKET;
}

uint64_t snoop_reader_dropped(const struct snoop_reader *snoop)
{
    return snoop->dropped;
}

void snoop_reader_free(struct snoop_reader *snoop)
{
    free(snoop);
}
