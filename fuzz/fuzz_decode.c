/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One packet: two bytes of link type, two of how many bytes there were on the wire beyond those captured,
 * then the packet. Whatever it is, a payload lies within it. */

#include "base/cursor.h"
#include "capture/decode.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_segment(const struct packet *packet, const struct segment *segment)
{
    size_t begin = (size_t)(segment->payload - packet->bytes);
    if (begin > packet->captured || segment->captured > packet->captured - begin)
        abort();
    if (segment->captured > segment->length || segment->packet != packet->number)
        abort();
    if (segment->source.address.family != 4 && segment->source.address.family != 6)
        abort();
    if (segment->bad_checksum && segment->captured != segment->length)
        abort();
}

static void check_error(const struct packet *packet, const struct icmp_error *icmp)
{
    if (icmp->packet != packet->number || icmp->from.family == 0 || icmp->source.address.family == 0)
        abort();
}

static void check_decoded(const struct packet *packet, enum decode_outcome outcome,
                          const struct decoded *decoded)
{
    if (outcome == DECODE_SEGMENT)
        check_segment(packet, &decoded->segment);
    else if (outcome == DECODE_ICMP_ERROR)
        check_error(packet, &decoded->icmp);
    else if (outcome >= DECODE_OUTCOMES)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cursor input = cursor_over(bytes, length);
    struct packet packet = {.number = 1};
    struct decoded decoded;
    uint16_t missing;
    cursor_u16(&input, &packet.link_type);
    if (!cursor_u16(&input, &missing))
        return 0;
    packet.bytes = input.at;
    packet.captured = (uint32_t)input.left;
    packet.length = packet.captured + missing;
    check_decoded(&packet, decode_packet(&packet, &decoded), &decoded);
    while (decoded.further.length > 0) {
        uint32_t before = decoded.further.length;
        check_decoded(&packet, decode_further(&packet, &decoded), &decoded);
        if (decoded.further.length >= before)
            abort();
    }
    return 0;
}
