/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/decode.h"

#include "capture/layer.h"
#include "capture/link_type.h"
#include <pcap/pcap.h>
#include <stdio.h>

/* Layers within layers; more than any network has, few enough that a made-up packet costs nothing. */
enum { DEEPEST = 16 };

static enum decode_outcome take(struct walk *walk, struct layer layer)
{
    for (int depth = 0; layer.open && depth < DEEPEST; depth++)
        layer = layer.open(walk);
    return layer.open ? DECODE_MALFORMED : walk->outcome;
}

static struct walk walk_over(struct cursor bytes, const struct packet *packet, struct decoded *out)
{
    return (struct walk){.rest = bytes,
                         .packet = packet,
                         .out = out,
                         .source = &out->segment.source,
                         .destination = &out->segment.destination,
                         .outcome = DECODE_OTHER};
}

enum decode_outcome decode_packet(const struct packet *packet, struct decoded *out)
{
    out->segment = (struct segment){0};
    out->further.length = 0;
    struct walk walk =
        walk_over(cursor_over_cut(packet->bytes, packet->captured, packet->length), packet, out);
    struct layer layer = layer_of_link_type(packet->link_type);
    return layer.open ? take(&walk, layer) : DECODE_UNKNOWN_LINK;
}

enum decode_outcome decode_further(const struct packet *packet, struct decoded *out)
{
    const struct further_frames *further = &out->further;
    struct walk walk =
        walk_over(cursor_over_cut(further->bytes, further->captured, further->length), packet, out);
    out->segment = further->outside;
    out->further.length = 0;
    return take(&walk, (struct layer){layer_wlan_aggregate});
}

enum decode_outcome decode_datagram(const struct packet *packet, const struct fragment *whole,
                                    struct decoded *out)
{
    struct walk walk = walk_over(cursor_over_cut(whole->bytes, whole->captured, whole->length), packet, out);
    walk.rerouted = whole->rerouted;
    return take(&walk, layer_open_ip_protocol(&walk, whole->protocol));
}

const char *decode_layer_name(enum segment_layer layer)
{
    static const char *const names[LAYERS] = {
        [LAYER_NONE] = "none",     [LAYER_VLAN] = "vlan",       [LAYER_PROVIDER_BRIDGE] = "pbb",
        [LAYER_FABRIC] = "fabric", [LAYER_MACSEC] = "macsec",   [LAYER_NSH] = "nsh",
        [LAYER_MPLS] = "mpls",     [LAYER_PPPOE] = "pppoe",     [LAYER_PPP] = "ppp",
        [LAYER_WLAN] = "wlan",     [LAYER_IP] = "ip",           [LAYER_GRE] = "gre",
        [LAYER_ERSPAN] = "erspan", [LAYER_ETHERIP] = "etherip", [LAYER_L2TP] = "l2tp",
        [LAYER_VXLAN] = "vxlan",   [LAYER_GENEVE] = "geneve",   [LAYER_GTP] = "gtp",
        [LAYER_TEREDO] = "teredo", [LAYER_LISP] = "lisp",       [LAYER_CAPWAP] = "capwap",
        [LAYER_TZSP] = "tzsp"};
    return names[layer];
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
