/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/decode.h"

#include "capture/layer.h"
#include "capture/link_type.h"
#include <pcap/pcap.h>
#include <stdio.h>

/* Layers within layers; more than any network has, few enough that a made-up packet costs nothing. */
enum { DEEPEST = 16 };

enum decode_outcome decode_packet(const struct packet *packet, struct decoded *out)
{
    out->segment = (struct segment){0};
    struct walk walk = {.rest = cursor_over_cut(packet->bytes, packet->captured, packet->length),
                        .packet = packet,
                        .out = out,
                        .source = &out->segment.source,
                        .destination = &out->segment.destination,
                        .outcome = DECODE_OTHER};
    struct layer layer = layer_of_link_type(packet->link_type);
    if (!layer.open)
        return DECODE_UNKNOWN_LINK;
    for (int depth = 0; layer.open && depth < DEEPEST; depth++)
        layer = layer.open(&walk);
    return layer.open ? DECODE_MALFORMED : walk.outcome;
}

const char *decode_link_name(uint16_t link_type, char *scratch, size_t size)
{
    int dlt = link_type_to_dlt(link_type);
    const char *name = pcap_datalink_val_to_name(dlt);
    const char *description = pcap_datalink_val_to_description(dlt);
    if (name && description)
        snprintf(scratch, size, "%s (%s)", name, description);
    else
        snprintf(scratch, size, "link type %u", link_type);
    return scratch;
}
