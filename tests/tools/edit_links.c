/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "edits.h"

#include "base/memory.h"
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, ETHERNET = 14, GRE = 47, IPIP = 4, IPV6_IN_IP = 41 };

/* The packet's IP header and what follows, as far as it was captured, without what pads the frame. */
struct content {
    const uint8_t *bytes;
    uint32_t captured, length;
    bool is_v6;
};

static bool content_of(const struct capture *capture, const struct packet *packet, struct content *content)
{
    bool found;
    uint32_t at = find_ip(capture, packet, &found), left = packet->captured - at;
    if (!found || left < IPV4_HEADER)
        return false;
    content->bytes = packet->bytes + at;
    content->is_v6 = content->bytes[0] >> 4 == 6;
    content->length =
        content->is_v6 ? IPV6_HEADER + get_u16(content->bytes + 4) : get_u16(content->bytes + 2);
    content->captured = left < content->length ? left : content->length;
    return true;
}

static uint32_t type_of(const struct content *content)
{
    return content->is_v6 ? 0x86DD : 0x0800;
}

/* Writes what stands before IP; returns how long it is. */
typedef uint32_t (*header_writer)(uint8_t *bytes, const struct content *content);

static bool wrap_all(struct capture *capture, int link, header_writer writer)
{
    enum { LONGEST = 128 };
    struct capture wrapped = {.link = link};
    for (size_t i = 0; i < capture->count; i++) {
        struct content content;
        uint8_t header[LONGEST] = {0};
        if (!content_of(capture, &capture->packets[i], &content))
            continue;
        uint32_t length = writer(header, &content);
        struct packet packet = {.time = capture->packets[i].time,
                                .captured = length + content.captured,
                                .length = length + content.length};
        packet.bytes = memory_new((size_t)packet.captured + 1, 1);
        memcpy(packet.bytes, header, length);
        memcpy(packet.bytes + length, content.bytes, content.captured);
        capture_add(&wrapped, packet);
    }
    capture_free(capture);
    *capture = wrapped;
    return wrapped.count > 0;
}

static uint32_t write_ethernet(uint8_t *bytes, uint32_t type)
{
    bytes[0] = bytes[6] = 2;
    bytes[5] = 1;
    put_u16(bytes + 12, type);
    return ETHERNET;
}

static uint32_t write_ipv4(uint8_t *bytes, uint32_t protocol, uint32_t length)
{
    bytes[0] = 0x45;
    put_u16(bytes + 2, IPV4_HEADER + length);
    bytes[8] = 64;
    bytes[9] = (uint8_t)protocol;
    put_u32(bytes + 12, 0xC6336401); /* 198.51.100.1 to .2 */
    put_u32(bytes + 16, 0xC6336402);
    put_u16(bytes + 10, checksum_finish(checksum_add(0, bytes, IPV4_HEADER)));
    return IPV4_HEADER;
}

static uint32_t write_nothing(uint8_t *bytes, const struct content *content)
{
    (void)bytes;
    (void)content;
    return 0;
}

static uint32_t write_plain_ethernet(uint8_t *bytes, const struct content *content)
{
    return write_ethernet(bytes, type_of(content));
}

static uint32_t write_sll(uint8_t *bytes, const struct content *content)
{
    put_u16(bytes + 2, 1);
    put_u16(bytes + 4, 6);
    bytes[6] = 2;
    put_u16(bytes + 14, type_of(content));
    return 16;
}

static uint32_t write_sll2(uint8_t *bytes, const struct content *content)
{
    put_u16(bytes, type_of(content));
    put_u32(bytes + 4, 3);
    put_u16(bytes + 8, 1);
    bytes[11] = 6;
    bytes[12] = 2;
    return 20;
}

static uint32_t write_null(uint8_t *bytes, const struct content *content)
{
    uint32_t family = content->is_v6 ? 30 : 2;
    memcpy(bytes, &family, sizeof family);
    return 4;
}

static uint32_t write_loop(uint8_t *bytes, const struct content *content)
{
    put_u32(bytes, content->is_v6 ? 24 : 2);
    return 4;
}

static uint32_t write_tag(uint8_t *bytes, uint32_t tag, uint32_t type)
{
    put_u16(bytes, tag);
    put_u16(bytes + 2, type);
    return 4;
}

static uint32_t write_vlan(uint8_t *bytes, const struct content *content)
{
    uint32_t length = write_ethernet(bytes, 0x8100);
    return length + write_tag(bytes + length, 42, type_of(content));
}

static uint32_t write_qinq(uint8_t *bytes, const struct content *content)
{
    uint32_t length = write_ethernet(bytes, 0x88A8);
    length += write_tag(bytes + length, 7, 0x8100);
    return length + write_tag(bytes + length, 42, type_of(content));
}

static uint32_t write_mpls(uint8_t *bytes, const struct content *content)
{
    uint32_t length = write_ethernet(bytes, 0x8847);
    (void)content;
    put_u32(bytes + length, 1000U << 12 | 0x1FF);
    return length + 4;
}

static uint32_t write_pppoe(uint8_t *bytes, const struct content *content)
{
    uint32_t length = write_ethernet(bytes, 0x8864);
    bytes[length] = 0x11;
    put_u16(bytes + length + 2, 9);
    put_u16(bytes + length + 4, content->length + 2);
    put_u16(bytes + length + 6, content->is_v6 ? 0x57 : 0x21);
    return length + 8;
}

static uint32_t write_gre(uint8_t *bytes, const struct content *content)
{
    uint32_t length = write_ethernet(bytes, 0x0800);
    length += write_ipv4(bytes + length, GRE, 4 + content->length);
    put_u16(bytes + length + 2, type_of(content));
    return length + 4;
}

static uint32_t write_ipip(uint8_t *bytes, const struct content *content)
{
    uint32_t length = write_ethernet(bytes, 0x0800);
    return length + write_ipv4(bytes + length, content->is_v6 ? IPV6_IN_IP : IPIP, content->length);
}

static uint32_t write_vxlan(uint8_t *bytes, const struct content *content)
{
    enum { UDP = 8, VXLAN = 8 };
    uint32_t inner = UDP + VXLAN + ETHERNET + content->length;
    uint32_t length = write_ethernet(bytes, 0x0800);
    length += write_ipv4(bytes + length, PROTOCOL_UDP, inner);
    put_u16(bytes + length, 50000);
    put_u16(bytes + length + 2, 4789);
    put_u16(bytes + length + 4, inner);
    bytes[length + UDP] = 8;
    put_u32(bytes + length + UDP + 4, 99U << 8);
    length += UDP + VXLAN;
    return length + write_ethernet(bytes + length, type_of(content));
}

static const struct {
    int link;
    header_writer writer;
} links[] = {
    {DLT_RAW, write_nothing},   {DLT_EN10MB, write_plain_ethernet},
    {DLT_LINUX_SLL, write_sll}, {DLT_LINUX_SLL2, write_sll2},
    {DLT_NULL, write_null},     {DLT_LOOP, write_loop},
    {DLT_EN10MB, write_vlan},   {DLT_EN10MB, write_qinq},
    {DLT_EN10MB, write_mpls},   {DLT_EN10MB, write_pppoe},
    {DLT_EN10MB, write_gre},    {DLT_EN10MB, write_ipip},
    {DLT_EN10MB, write_vxlan},
};

static bool relink(struct capture *capture, uint32_t number)
{
    size_t which = number % (sizeof links / sizeof *links);
    return wrap_all(capture, links[which].link, links[which].writer);
}

/* ---- IPv6 in place of IPv4 ------------------------------------------------------------------------------
 */

static void write_ipv6(uint8_t *ip, const uint8_t *old, uint32_t length)
{
    static const uint8_t prefix[12] = {0x20, 0x01, 0x0D, 0xB8};
    ip[0] = 0x60;
    put_u16(ip + 4, length);
    ip[6] = old[9];
    ip[7] = old[8];
    for (uint32_t i = 0; i < 2; i++) {
        memcpy(ip + 8 + 16 * i, prefix, sizeof prefix);
        memcpy(ip + 20 + 16 * i, old + 12 + 4 * i, 4);
    }
}

static struct packet translate(const struct packet *packet, const struct layout *layout)
{
    uint32_t length = layout->end - layout->transport;
    struct packet made = {.time = packet->time, .captured = IPV6_HEADER + length};
    made.length = made.captured;
    made.bytes = memory_new((size_t)made.captured + 1, 1);
    write_ipv6(made.bytes, packet->bytes + layout->ip, length);
    memcpy(made.bytes + IPV6_HEADER, packet->bytes + layout->transport, length);
    struct layout whole = {
        .transport = IPV6_HEADER, .end = made.captured, .version = 6, .protocol = layout->protocol};
    fix_checksums(&made, &whole);
    return made;
}

static bool is_translatable(const struct capture *capture)
{
    for (size_t i = 0; i < capture->count; i++) {
        struct layout layout;
        if (!find_layout(capture, &capture->packets[i], &layout) || layout.version != 4 ||
            layout.end > capture->packets[i].captured)
            return false;
    }
    return capture->count > 0;
}

static bool to_ipv6(struct capture *capture, uint32_t number)
{
    struct capture edited = {.link = DLT_RAW};
    (void)number;
    if (!is_translatable(capture))
        return false;
    for (size_t i = 0; i < capture->count; i++) {
        struct layout layout;
        if (find_layout(capture, &capture->packets[i], &layout))
            capture_add(&edited, translate(&capture->packets[i], &layout));
    }
    capture_free(capture);
    *capture = edited;
    return true;
}

const struct edit link_edits[] = {
    {"relink", relink,
     "raw IP, Ethernet, SLL, SLL2, NULL, LOOP, VLAN, QinQ, MPLS, PPPoE, GRE, IP in IP, VXLAN (0 to 12)"},
    {"ipv6", to_ipv6, "IPv6 in place of IPv4"},
    {NULL, NULL, NULL},
};
