/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the walk ends: TCP (RFC 9293) and UDP (RFC 768). */

#include "capture/checksum.h"
#include "capture/layer.h"
#include <arpa/inet.h>

/* More than this in one segment was never on a wire as such; its checksum was made later. */
enum { LARGEST_SUMMED = 65536 };

/* The pseudo-header as RFC 8200 section 8.1 has it; for IPv4 (RFC 9293 section 3.1) the words differ only by
 * zeroes. */
static bool is_checksum_bad(const struct walk *walk, const struct cursor *whole)
{
    const struct segment *segment = &walk->out->segment;
    if (whole->uncaptured > 0 || walk->rerouted || segment->length > LARGEST_SUMMED)
        return false;
    size_t width = segment->source.address.family == 4 ? 4 : 16;
    uint64_t sum = htonl((uint32_t)whole->left) + (uint64_t)htonl((uint32_t)segment->transport);
    sum = checksum_add(sum, segment->source.address.bytes, width);
    sum = checksum_add(sum, segment->destination.address.bytes, width);
    return !checksum_is_right(checksum_add(sum, whole->at, whole->left));
}

static void fill_segment(const struct walk *walk, enum segment_transport transport,
                         const struct cursor *payload)
{
    struct segment *segment = &walk->out->segment;
    segment->packet = walk->packet->number;
    segment->time = walk->packet->time;
    segment->origin = walk->packet->origin;
    segment->input = walk->packet->input;
    segment->wire_length = walk->packet->length;
    segment->transport = transport;
    segment->payload = payload->at;
    segment->captured = (uint32_t)payload->left;
    segment->length = (uint32_t)(payload->left + payload->uncaptured);
}

static void read_mss(struct segment_tcp *tcp, struct cursor *value)
{
    cursor_u16(value, &tcp->option_mss);
}

static void read_window_scale(struct segment_tcp *tcp, struct cursor *value)
{
    uint8_t shift;
    cursor_u8(value, &shift);
    tcp->option_window_scale = (int8_t)(shift < 14 ? shift : 14); /* RFC 7323 section 2.3 */
}

static void read_sack_permitted(struct segment_tcp *tcp, struct cursor *value)
{
    (void)value;
    tcp->option_sack_permitted = true;
}

static void read_timestamps(struct segment_tcp *tcp, struct cursor *value)
{
    (void)value;
    tcp->option_timestamps = true;
}

/* RFC 9293 section 3.2, RFC 7323, RFC 2018; the length includes kind and length. */
static const struct tcp_option {
    uint8_t kind, length;
    void (*read)(struct segment_tcp *tcp, struct cursor *value);
} tcp_options[] = {
    {2, 4, read_mss}, {3, 3, read_window_scale}, {4, 2, read_sack_permitted}, {8, 10, read_timestamps}};

static void read_tcp_option(struct segment_tcp *tcp, uint8_t kind, struct cursor value)
{
    for (size_t i = 0; i < sizeof tcp_options / sizeof tcp_options[0]; i++)
        if (tcp_options[i].kind == kind && tcp_options[i].length == value.left + 2)
            tcp_options[i].read(tcp, &value);
}

/* A receiver reads the segment whatever its options say, so nothing in here makes the packet malformed. */
static void read_tcp_options(struct segment_tcp *tcp, struct cursor options)
{
    enum { END = 0, NO_OPERATION = 1 };
    tcp->option_window_scale = -1;
    while (cursor_more(&options)) {
        uint8_t kind, length;
        struct cursor value;
        cursor_u8(&options, &kind);
        if (kind == NO_OPERATION)
            continue;
        if (kind == END || !cursor_u8(&options, &length) || length < 2 ||
            !cursor_child(&options, length - 2U, &value))
            return;
        read_tcp_option(tcp, kind, value);
    }
}

/* RFC 792 and RFC 4443 quote at least eight bytes of this header. */
static struct layer open_quoted(struct walk *walk, enum segment_transport transport)
{
    struct icmp_error *icmp = &walk->out->icmp;
    icmp->transport = transport;
    cursor_u16(&walk->rest, &walk->source->port);
    cursor_u16(&walk->rest, &walk->destination->port);
    if (transport == SEGMENT_TCP)
        cursor_u32(&walk->rest, &icmp->sequence);
    return walk->rest.status == CURSOR_OK ? layer_end(walk, DECODE_ICMP_ERROR) : layer_broken(walk);
}

/* Options that were not captured leave the rest of the header as good as it is. */
struct layer layer_tcp(struct walk *walk)
{
    if (walk->quoted)
        return open_quoted(walk, SEGMENT_TCP);
    enum { HEADER = 20, FLAGS = 0x3f };
    struct cursor whole = walk->rest, *rest = &walk->rest, options;
    struct segment_tcp *tcp = &walk->out->segment.tcp;
    uint8_t offset;
    cursor_u16(rest, &walk->source->port);
    cursor_u16(rest, &walk->destination->port);
    cursor_u32(rest, &tcp->sequence);
    cursor_u32(rest, &tcp->acknowledgment);
    cursor_u8(rest, &offset);
    cursor_u8(rest, &tcp->flags);
    cursor_u16(rest, &tcp->window);
    cursor_u16(rest, &tcp->checksum);
    if (!cursor_skip(rest, 2))
        return layer_broken(walk);
    size_t header = (offset >> 4) * 4U;
    if (header < HEADER || !cursor_child(rest, header - HEADER, &options))
        return layer_broken(walk);
    tcp->flags &= FLAGS;
    read_tcp_options(tcp, options);
    fill_segment(walk, SEGMENT_TCP, rest);
    walk->out->segment.bad_checksum = is_checksum_bad(walk, &whole);
    return layer_end(walk, DECODE_SEGMENT);
}

/* A tunnel's port is that of the end which the datagram goes to, or which answers from it. */
static struct layer enter_tunnel(struct walk *walk, struct cursor payload)
{
    const uint16_t ports[] = {walk->destination->port, walk->source->port};
    for (size_t i = 0; i < 2; i++) {
        struct cursor inside = payload;
        enum segment_layer name;
        struct layer layer = layer_enter_udp_tunnel(ports[i], &inside, &name);
        if (layer.open) {
            walk->rest = inside;
            if (name != LAYER_NONE)
                layer_note(walk, name);
            return layer;
        }
    }
    return (struct layer){NULL};
}

struct layer layer_udp(struct walk *walk)
{
    if (walk->quoted)
        return open_quoted(walk, SEGMENT_UDP);
    enum { HEADER = 8 };
    struct cursor ahead = walk->rest, *rest = &walk->rest, whole;
    uint16_t length, checksum;
    cursor_skip(&ahead, 4);
    cursor_u16(&ahead, &length);
    /* Zero is a jumbogram (RFC 2675 section 4), or a large send that a network card cuts up. */
    if (!cursor_child(rest, length > 0 ? length : rest->left + rest->uncaptured, &whole))
        return layer_broken(walk);
    struct cursor payload = whole;
    cursor_u16(&payload, &walk->source->port);
    cursor_u16(&payload, &walk->destination->port);
    cursor_skip(&payload, 2);
    cursor_u16(&payload, &checksum);
    walk->rest = payload;
    if (payload.status != CURSOR_OK)
        return layer_broken(walk);
    struct layer tunnel = enter_tunnel(walk, payload);
    if (tunnel.open)
        return tunnel;
    fill_segment(walk, SEGMENT_UDP, &payload);
    walk->out->segment.bad_checksum = checksum != 0 && is_checksum_bad(walk, &whole);
    return layer_end(walk, DECODE_SEGMENT);
}
