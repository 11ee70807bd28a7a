/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/pcapng.h"

#include "base/memory.h"
#include "capture/pcapng_time.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_FRAME = 12, /* type, length, and the length again */
    LARGEST_BLOCK = READER_LARGEST_PACKET + 1024 * 1024,
    MOST_INTERFACES = 65536,
    MOST_SECRETS = 16 * 1024 * 1024,
    SKIP_STEP = 64 * 1024,
    LONGEST_NAME = 64,
    SECTION_HEADER = 0x0a0d0d0a,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
};

struct interface {
    uint16_t link_type;
    uint32_t snapshot_length; /* 0: none */
    struct pcapng_clock clock;
};

struct pcapng_reader {
    struct reader *reader;
    bool little;
    struct interface *interfaces; /* of this section */
    size_t interface_count, interface_room;
    struct source_secrets **secrets;
    size_t secrets_count, secrets_size;
    bool secrets_left_out;
    int64_t last_time;  /* for packets without a time of their own */
    uint64_t block;     /* offset of the block at hand */
    uint32_t length;    /* its total length */
    uint32_t skip_left; /* of a block that is being skipped: bytes up to its last field */
};

static const char too_many_secrets[] = "more than 16 MiB of secrets in one file";

/* Of one block; BLOCK_DONE goes on to the next. */
enum block_outcome { BLOCK_DONE, BLOCK_PACKET, BLOCK_WAIT, BLOCK_END, BLOCK_BROKEN };

bool pcapng_recognizes(const uint8_t *bytes, size_t length)
{
    struct cursor c = cursor_over(bytes, length);
    uint32_t type;
    return cursor_u32(&c, &type) && type == SECTION_HEADER;
}

struct pcapng_reader *pcapng_reader_new(struct reader *reader)
{
    struct pcapng_reader *pcapng = memory_new(1, sizeof *pcapng);
    pcapng->reader = reader;
    return pcapng;
}

void pcapng_reader_free(struct pcapng_reader *pcapng)
{
    for (size_t i = 0; i < pcapng->secrets_count; i++)
        free(pcapng->secrets[i]);
    free(pcapng->secrets);
    free(pcapng->interfaces);
    free(pcapng);
}

const struct source_secrets *pcapng_reader_secrets_at(const struct pcapng_reader *pcapng, size_t index)
{
    return index < pcapng->secrets_count ? pcapng->secrets[index] : NULL;
}

/* "packet 7", or "block behind packet 6" for what is none. */
static const char *name_block(const struct pcapng_reader *pcapng, bool is_packet,
                              char name[static LONGEST_NAME])
{
    uint64_t packets = pcapng->reader->packets;
    snprintf(name, LONGEST_NAME, is_packet ? "packet %" PRIu64 : "block behind packet %" PRIu64,
             is_packet ? packets + 1 : packets);
    return name;
}

static enum block_outcome corrupt_block(const struct pcapng_reader *pcapng, const char *why)
{
    char name[LONGEST_NAME];
    reader_break(pcapng->reader, name_block(pcapng, false, name), pcapng->block, "corrupt: %s", why);
    return BLOCK_BROKEN;
}

static enum block_outcome corrupt_packet(const struct pcapng_reader *pcapng, const char *why, uint32_t value)
{
    char name[LONGEST_NAME];
    reader_break(pcapng->reader, name_block(pcapng, true, name), pcapng->block, "corrupt: %s %" PRIu32, why,
                 value);
    return BLOCK_BROKEN;
}

/* Section 4.1. The section's own length is a hint for those who seek; blocks carry all that is needed. */
static enum block_outcome read_section(struct pcapng_reader *pcapng, struct cursor *body,
                                       struct packet *packet)
{
    uint16_t major;
    (void)packet;
    cursor_skip(body, 4);
    if (!reader_u16(body, pcapng->little, &major) || !cursor_skip(body, 10))
        return corrupt_block(pcapng, "a section header that is too short");
    if (major != 1)
        return corrupt_block(pcapng, "a pcapng version that can't be read");
    pcapng->interface_count = 0;
    return BLOCK_DONE;
}

/* Section 4.2. Options that make no sense are left alone: the defaults then hold. */
static enum block_outcome read_interface(struct pcapng_reader *pcapng, struct cursor *body,
                                         struct packet *packet)
{
    struct interface interface = {0};
    (void)packet;
    reader_u16(body, pcapng->little, &interface.link_type);
    cursor_skip(body, 2);
    if (!reader_u32(body, pcapng->little, &interface.snapshot_length))
        return corrupt_block(pcapng, "an interface description that is too short");
    if (pcapng->interface_count == MOST_INTERFACES)
        return corrupt_block(pcapng, "more interfaces than can be");
    interface.clock = pcapng_clock_read(*body, pcapng->little);
    if (pcapng->interface_count == pcapng->interface_room) {
        pcapng->interface_room = pcapng->interface_room > 0 ? pcapng->interface_room * 2 : 4;
        pcapng->interfaces =
            memory_resize(pcapng->interfaces, pcapng->interface_room, sizeof *pcapng->interfaces);
    }
    pcapng->interfaces[pcapng->interface_count++] = interface;
    return BLOCK_DONE;
}

static enum block_outcome deliver(struct pcapng_reader *pcapng, struct packet *packet, struct cursor *body,
                                  const struct interface *interface)
{
    packet->bytes = cursor_take(body, packet->captured);
    if (packet->captured > READER_LARGEST_PACKET || !packet->bytes)
        return corrupt_packet(pcapng, "does not hold its captured bytes,", packet->captured);
    if (packet->length < packet->captured)
        packet->length = packet->captured;
    packet->number = ++pcapng->reader->packets;
    packet->link_type = interface->link_type;
    packet->offset = pcapng->block;
    pcapng->last_time = packet->time;
    return BLOCK_PACKET;
}

/* What Enhanced Packet Blocks (section 4.3) and obsolete Packet Blocks (appendix A) share from the time on.
 */
static enum block_outcome read_stamped(struct pcapng_reader *pcapng, struct cursor *body,
                                       struct packet *packet, uint32_t interface_number)
{
    uint32_t high, low;
    reader_u32(body, pcapng->little, &high);
    reader_u32(body, pcapng->little, &low);
    reader_u32(body, pcapng->little, &packet->captured);
    if (!reader_u32(body, pcapng->little, &packet->length))
        return corrupt_packet(pcapng, "too short with a block length of", pcapng->length);
    if (interface_number >= pcapng->interface_count)
        return corrupt_packet(pcapng, "from an interface that was not described, number", interface_number);
    const struct interface *interface = &pcapng->interfaces[interface_number];
    packet->time = pcapng_clock_time(&interface->clock, (uint64_t)high << 32 | low);
    return deliver(pcapng, packet, body, interface);
}

static enum block_outcome read_enhanced_packet(struct pcapng_reader *pcapng, struct cursor *body,
                                               struct packet *packet)
{
    uint32_t interface_number;
    reader_u32(body, pcapng->little, &interface_number);
    return read_stamped(pcapng, body, packet, interface_number);
}

static enum block_outcome read_obsolete_packet(struct pcapng_reader *pcapng, struct cursor *body,
                                               struct packet *packet)
{
    uint16_t interface_number;
    reader_u16(body, pcapng->little, &interface_number);
    cursor_skip(body, 2);
    return read_stamped(pcapng, body, packet, interface_number);
}

/* Section 4.4: interface 0, no time, and the captured length has to be found out. */
static enum block_outcome read_simple_packet(struct pcapng_reader *pcapng, struct cursor *body,
                                             struct packet *packet)
{
    if (!reader_u32(body, pcapng->little, &packet->length))
        return corrupt_packet(pcapng, "too short with a block length of", pcapng->length);
    if (pcapng->interface_count == 0)
        return corrupt_packet(pcapng, "from an interface that was not described, number", 0);
    const struct interface *interface = &pcapng->interfaces[0];
    packet->captured = packet->length;
    if (interface->snapshot_length > 0 && packet->captured > interface->snapshot_length)
        packet->captured = interface->snapshot_length;
    if (packet->captured > body->left)
        packet->captured = (uint32_t)body->left;
    packet->time = pcapng->last_time;
    return deliver(pcapng, packet, body, interface);
}

/* Secrets and what is said of them come in one allocation. */
static void keep_secrets(struct pcapng_reader *pcapng, uint32_t type, const uint8_t *bytes, size_t length)
{
    struct source_secrets *secrets = memory_new(1, sizeof *secrets + length);
    uint8_t *copy = (uint8_t *)(secrets + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    *secrets = (struct source_secrets){.type = type, .bytes = copy, .length = length};
    pcapng->secrets_size += sizeof *secrets + length;
    pcapng->secrets = memory_resize(pcapng->secrets, pcapng->secrets_count + 1, sizeof *pcapng->secrets);
    pcapng->secrets[pcapng->secrets_count++] = secrets;
}

static void leave_secrets_out(struct pcapng_reader *pcapng, const char *why)
{
    if (!pcapng->secrets_left_out)
        notice_send(&pcapng->reader->notices, NOTICE_WARNING,
                    "%s: secrets block at offset %" PRIu64 "%s is left out: %s", pcapng->reader->name,
                    pcapng->block, input_offsets_are(pcapng->reader->input), why);
    pcapng->secrets_left_out = true;
}

/* Section 4.7. Lost secrets cost only what they would have opened, so nothing here breaks the file off. */
static enum block_outcome read_secrets(struct pcapng_reader *pcapng, struct cursor *body,
                                       struct packet *packet)
{
    uint32_t type, length;
    (void)packet;
    reader_u32(body, pcapng->little, &type);
    reader_u32(body, pcapng->little, &length);
    const uint8_t *bytes = cursor_take(body, length);
    if (!bytes)
        leave_secrets_out(pcapng, "it is corrupt");
    else if (length + sizeof(struct source_secrets) > MOST_SECRETS - pcapng->secrets_size)
        leave_secrets_out(pcapng, too_many_secrets);
    else
        keep_secrets(pcapng, type, bytes, length);
    return BLOCK_DONE;
}

static const struct block_type {
    uint32_t type;
    enum block_outcome (*read)(struct pcapng_reader *pcapng, struct cursor *body, struct packet *packet);
    bool is_packet;
    bool has_number; /* Wireshark counts it as a frame, although nothing that TLS could be in */
} block_types[] = {
    {.type = 6, .read = read_enhanced_packet, .is_packet = true},
    {.type = 3, .read = read_simple_packet, .is_packet = true},
    {.type = 2, .read = read_obsolete_packet, .is_packet = true},
    {.type = 1, .read = read_interface},
    {.type = SECTION_HEADER, .read = read_section},
    {.type = 10, .read = read_secrets},
    {.type = 9, .has_number = true},          /* systemd journal export */
    {.type = 0x204, .has_number = true},      /* sysdig event */
    {.type = 0x0bad, .has_number = true},     /* custom */
    {.type = 0x40000bad, .has_number = true}, /* custom, not to be copied */
};

static const struct block_type *block_type_of(uint32_t type)
{
    for (size_t i = 0; i < sizeof block_types / sizeof block_types[0]; i++)
        if (block_types[i].type == type)
            return &block_types[i];
    return NULL;
}

static enum block_outcome cut_block(const struct pcapng_reader *pcapng, bool is_packet, uint64_t wanted)
{
    char name[LONGEST_NAME];
    name_block(pcapng, is_packet, name);
    return reader_cut(pcapng->reader, name, pcapng->block, wanted) == SOURCE_WAIT ? BLOCK_WAIT : BLOCK_BROKEN;
}

/* A section header is a palindrome and says in which order all else of its section is written. */
static bool read_frame(struct pcapng_reader *pcapng, const uint8_t *bytes, uint32_t *type)
{
    struct cursor c = cursor_over(bytes, BLOCK_FRAME), order;
    uint32_t magic;
    cursor_u32(&c, type);
    order = c;
    cursor_skip(&order, 4);
    cursor_u32(&order, &magic);
    if (*type == SECTION_HEADER)
        pcapng->little = magic != BYTE_ORDER_MAGIC;
    c = cursor_over(bytes, BLOCK_FRAME);
    reader_u32(&c, pcapng->little, type);
    reader_u32(&c, pcapng->little, &pcapng->length);
    order = cursor_over(bytes + 8, 4);
    reader_u32(&order, pcapng->little, &magic);
    return *type != SECTION_HEADER || magic == BYTE_ORDER_MAGIC;
}

static bool lengths_agree(const struct pcapng_reader *pcapng, const uint8_t *last_field)
{
    struct cursor c = cursor_over(last_field, 4);
    uint32_t again;
    reader_u32(&c, pcapng->little, &again);
    return again == pcapng->length;
}

/* In steps, so that a block of 4 GiB takes no memory, and so that a signal between two of them is heard. */
static enum block_outcome skip_block(struct pcapng_reader *pcapng)
{
    struct input *input = pcapng->reader->input;
    while (pcapng->skip_left > 0) {
        bool last = pcapng->skip_left == 4;
        size_t step = last ? 4 : pcapng->skip_left - 4 < SKIP_STEP ? pcapng->skip_left - 4 : SKIP_STEP;
        const uint8_t *bytes = input_peek(input, step);
        if (!bytes)
            return cut_block(pcapng, false, pcapng->length);
        if (last && !lengths_agree(pcapng, bytes))
            return corrupt_block(pcapng, "its two lengths differ");
        input_skip(input, step);
        pcapng->skip_left -= (uint32_t)step;
    }
    return BLOCK_DONE;
}

static enum block_outcome read_known_block(struct pcapng_reader *pcapng, const struct block_type *row,
                                           struct packet *packet)
{
    size_t length = pcapng->length;
    const uint8_t *bytes = input_peek(pcapng->reader->input, length);
    if (!bytes)
        return cut_block(pcapng, row->is_packet, length);
    if (!lengths_agree(pcapng, bytes + length - 4))
        return corrupt_block(pcapng, "its two lengths differ");
    input_skip(pcapng->reader->input, length);
    struct cursor body = cursor_over(bytes + 8, length - BLOCK_FRAME);
    return row->read(pcapng, &body, packet);
}

/* Reads or skips the block that the frame announced, by its row in the table; NULL: a type without one. */
static enum block_outcome open_block(struct pcapng_reader *pcapng, const struct block_type *row,
                                     struct packet *packet)
{
    bool too_large = pcapng->length > LARGEST_BLOCK;
    if (row && row->read && !too_large)
        return read_known_block(pcapng, row, packet);
    if (row && row->read == read_secrets)
        leave_secrets_out(pcapng, too_many_secrets);
    else if (row && row->read)
        return corrupt_block(pcapng, "a length that can't be");
    pcapng->reader->packets += row && row->has_number;
    pcapng->skip_left = pcapng->length;
    return skip_block(pcapng);
}

static enum block_outcome read_block(struct pcapng_reader *pcapng, struct packet *packet)
{
    struct input *input = pcapng->reader->input;
    uint32_t type;
    pcapng->block = input_offset(input);
    const uint8_t *frame = input_peek(input, BLOCK_FRAME);
    if (!frame && input_status(input) == INPUT_END && input_available(input) == 0)
        return BLOCK_END;
    if (!frame)
        return cut_block(pcapng, false, BLOCK_FRAME);
    if (!read_frame(pcapng, frame, &type))
        return corrupt_block(pcapng, "a section header without a byte order");
    if (pcapng->length < BLOCK_FRAME || pcapng->length % 4 != 0)
        return corrupt_block(pcapng, "a length that can't be");
    return open_block(pcapng, block_type_of(type), packet);
}

enum source_outcome pcapng_reader_next(struct pcapng_reader *pcapng, struct packet *packet)
{
    static const enum source_outcome outcomes[] = {[BLOCK_PACKET] = SOURCE_PACKET,
                                                   [BLOCK_WAIT] = SOURCE_WAIT,
                                                   [BLOCK_END] = SOURCE_END,
                                                   [BLOCK_BROKEN] = SOURCE_BROKEN};
    enum block_outcome outcome = skip_block(pcapng);
    while (outcome == BLOCK_DONE)
        outcome = read_block(pcapng, packet);
    return outcomes[outcome];
}
