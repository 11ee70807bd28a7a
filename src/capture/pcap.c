/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/pcap.h"

#include "base/clock.h"
#include "base/memory.h"
#include <inttypes.h>
#include <stdlib.h>

enum {
    FILE_HEADER = 24,
    IXIA_FILE_HEADER = 28,
    RECORD_HEADER = 16,
    PATCHED_RECORD_HEADER = 24,
    LONGEST_NAME = 48
};

struct variant {
    uint32_t magic;
    uint32_t fraction;     /* nanoseconds in the time stamps' second unit */
    uint8_t file_header;   /* bytes; the longer one ends in the length of all records */
    uint8_t record_header; /* bytes; the longer one ends in the interface, the protocol and the direction */
};

static const struct variant variants[] = {
    {0xa1b2c3d4, CLOCK_MICROSECOND, FILE_HEADER, RECORD_HEADER},
    {0xa1b23c4d, 1, FILE_HEADER, RECORD_HEADER},
    {0xa1b2cd34, CLOCK_MICROSECOND, FILE_HEADER, PATCHED_RECORD_HEADER}, /* Kuznetsov's patch */
    {0x1c0001ac, 1, IXIA_FILE_HEADER, RECORD_HEADER},                    /* Ixia, captured by hardware */
    {0x1c0001ab, CLOCK_MICROSECOND, IXIA_FILE_HEADER, RECORD_HEADER},    /* Ixia, captured by software */
};

/* AIX says version 2.2, names the link type by the interface's (RFC 1573), and counts nanoseconds. Here stand
 * the types that no other writer of that version meant. */
static const struct {
    uint16_t interface_type, link_type;
} aix_link_types[] = {
    {6, 1},  /* Ethernet */
    {24, 0}, /* loopback */
};

struct pcap_reader {
    struct reader *reader;
    const struct variant *variant;
    uint32_t fraction;
    bool little;
    bool lengths_swapped; /* up to version 2.3 the length on the wire can come first */
    uint16_t link_type;
};

static const struct variant *variant_of(const uint8_t *bytes, size_t length, bool *little)
{
    for (size_t i = 0; i < 2 * (sizeof variants / sizeof variants[0]); i++) {
        struct cursor c = cursor_over(bytes, length);
        uint32_t magic;
        *little = i % 2;
        if (reader_u32(&c, *little, &magic) && magic == variants[i / 2].magic)
            return &variants[i / 2];
    }
    return NULL;
}

bool pcap_recognizes(const uint8_t *bytes, size_t length)
{
    bool little;
    return variant_of(bytes, length, &little) != NULL;
}

static void heed_aix(struct pcap_reader *pcap)
{
    for (size_t i = 0; i < sizeof aix_link_types / sizeof aix_link_types[0]; i++)
        if (pcap->link_type == aix_link_types[i].interface_type) {
            pcap->link_type = aix_link_types[i].link_type;
            pcap->fraction = 1;
            return;
        }
}

/* The upper half of the link type's field says how long the frame check sequence is: it stands behind the IP
 * packet, whose own length leaves it out. */
static bool read_file_header(struct pcap_reader *pcap, struct cursor header)
{
    uint16_t major, minor;
    uint32_t link_type;
    cursor_skip(&header, 4);
    reader_u16(&header, pcap->little, &major);
    reader_u16(&header, pcap->little, &minor);
    cursor_skip(&header, 12);
    reader_u32(&header, pcap->little, &link_type);
    pcap->link_type = (uint16_t)link_type;
    pcap->fraction = pcap->variant->fraction;
    pcap->lengths_swapped = minor <= 3;
    if (minor == 2)
        heed_aix(pcap);
    if (major == 2)
        return true;
    notice_send(&pcap->reader->notices, NOTICE_ERROR, "%s: pcap version %u.%u can't be read, only version 2",
                pcap->reader->name, major, minor);
    return false;
}

struct pcap_reader *pcap_reader_new(struct reader *reader)
{
    bool little;
    const uint8_t *header = reader_peek_header(reader, FILE_HEADER);
    const struct variant *variant = header ? variant_of(header, FILE_HEADER, &little) : NULL;
    header = variant ? reader_peek_header(reader, variant->file_header) : NULL;
    if (!header)
        return NULL;
    struct pcap_reader *pcap = memory_new(1, sizeof *pcap);
    *pcap = (struct pcap_reader){.reader = reader, .variant = variant, .little = little};
    if (!read_file_header(pcap, cursor_over(header, FILE_HEADER))) {
        free(pcap);
        return NULL;
    }
    input_skip(reader->input, variant->file_header);
    return pcap;
}

static void read_record_header(const struct pcap_reader *pcap, const uint8_t *header, struct packet *packet)
{
    struct cursor c = cursor_over(header, RECORD_HEADER);
    uint32_t seconds, fraction, captured, length;
    reader_u32(&c, pcap->little, &seconds);
    reader_u32(&c, pcap->little, &fraction);
    reader_u32(&c, pcap->little, &captured);
    reader_u32(&c, pcap->little, &length);
    bool swapped = pcap->lengths_swapped && captured > length;
    packet->captured = swapped ? length : captured;
    packet->length = swapped || captured > length ? captured : length;
    packet->time = (int64_t)seconds * CLOCK_SECOND + (int64_t)fraction * pcap->fraction;
    packet->link_type = pcap->link_type;
    packet->offset = input_offset(pcap->reader->input);
    packet->number = pcap->reader->packets + 1;
}

static enum source_outcome cut_packet(const struct pcap_reader *pcap, size_t wanted)
{
    char name[READER_LONGEST_NAME];
    return reader_cut(pcap->reader, reader_name_packet(pcap->reader, name), input_offset(pcap->reader->input),
                      wanted);
}

static enum source_outcome corrupt_packet(const struct pcap_reader *pcap, uint32_t captured)
{
    char name[READER_LONGEST_NAME];
    return reader_break(pcap->reader, reader_name_packet(pcap->reader, name),
                        input_offset(pcap->reader->input), "corrupt: claims %" PRIu32 " captured bytes",
                        captured);
}

enum source_outcome pcap_reader_next(struct pcap_reader *pcap, struct packet *packet)
{
    struct input *input = pcap->reader->input;
    size_t header_size = pcap->variant->record_header;
    const uint8_t *record = input_peek(input, header_size);
    if (!record && input_status(input) == INPUT_END && input_available(input) == 0)
        return SOURCE_END;
    if (!record)
        return cut_packet(pcap, header_size);
    read_record_header(pcap, record, packet);
    if (packet->captured > READER_LARGEST_PACKET)
        return corrupt_packet(pcap, packet->captured);
    size_t size = header_size + packet->captured;
    record = input_peek(input, size);
    if (!record)
        return cut_packet(pcap, size);
    packet->bytes = record + header_size;
    input_skip(input, size);
    pcap->reader->packets++;
    return SOURCE_PACKET;
}

void pcap_reader_free(struct pcap_reader *pcap)
{
    free(pcap);
}
