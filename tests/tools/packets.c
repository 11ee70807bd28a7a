/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "packets.h"

#include "base/memory.h"
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t random_below(struct random *random, uint32_t limit)
{
    random->state = random->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return limit ? (uint32_t)((random->state >> 33) % limit) : 0;
}

/* ---- Files --------------------------------------------------------------------------------------------- */

#define SECOND INT64_C(1000000000)

bool capture_read(struct capture *capture, const char *path)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *file = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, error);
        return false;
    }
    *capture = (struct capture){.link = pcap_datalink(file)};
    struct pcap_pkthdr *header;
    const u_char *bytes;
    int status;
    while ((status = pcap_next_ex(file, &header, &bytes)) == 1) {
        struct packet packet = {.time = header->ts.tv_sec * SECOND + header->ts.tv_usec,
                                .bytes = (uint8_t *)(uintptr_t)bytes,
                                .captured = header->caplen,
                                .length = header->len};
        capture_add(capture, packet_copy(&packet));
    }
    if (status == PCAP_ERROR)
        fprintf(stderr, "%s: %s\n", path, pcap_geterr(file));
    pcap_close(file);
    return status != PCAP_ERROR;
}

bool capture_write(const struct capture *capture, const char *path)
{
    enum { SNAPLEN = 262144 };
    pcap_t *dead = pcap_open_dead_with_tstamp_precision(capture->link, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
    pcap_dumper_t *file = pcap_dump_open(dead, path);
    for (size_t i = 0; file && i < capture->count; i++) {
        const struct packet *packet = &capture->packets[i];
        struct pcap_pkthdr header = {.caplen = packet->captured, .len = packet->length};
        header.ts.tv_sec = (time_t)(packet->time / SECOND);
        header.ts.tv_usec = (suseconds_t)(packet->time % SECOND);
        pcap_dump((u_char *)file, &header, packet->bytes);
    }
    bool written = file && pcap_dump_flush(file) == 0;
    if (!written)
        fprintf(stderr, "%s: %s\n", path, pcap_geterr(dead));
    if (file)
        pcap_dump_close(file);
    pcap_close(dead);
    return written;
}

void capture_free(struct capture *capture)
{
    for (size_t i = 0; i < capture->count; i++)
        free(capture->packets[i].bytes);
    free(capture->packets);
    *capture = (struct capture){.link = capture->link};
}

void capture_add(struct capture *capture, struct packet packet)
{
    if (capture->count == capture->room) {
        capture->room = capture->room ? capture->room * 2 : 64;
        capture->packets = memory_resize(capture->packets, capture->room, sizeof packet);
    }
    capture->packets[capture->count++] = packet;
}

struct packet packet_copy(const struct packet *packet)
{
    struct packet copy = *packet;
    copy.bytes = memory_new((size_t)packet->captured + 1, 1);
    if (packet->captured > 0)
        memcpy(copy.bytes, packet->bytes, packet->captured);
    return copy;
}

void capture_move(struct capture *to, struct capture *from)
{
    for (size_t i = 0; i < from->count; i++)
        capture_add(to, from->packets[i]);
    free(from->packets);
    *from = (struct capture){.link = from->link};
}

/* ---- Where headers lie --------------------------------------------------------------------------------- */

uint16_t get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

uint32_t get_u32(const uint8_t *bytes)
{
    return (uint32_t)get_u16(bytes) << 16 | get_u16(bytes + 2);
}

void put_u16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

void put_u32(uint8_t *bytes, uint32_t value)
{
    put_u16(bytes, value >> 16);
    put_u16(bytes + 2, value);
}

static bool is_ip_type(uint16_t type)
{
    return type == 0x0800 || type == 0x86DD;
}

uint32_t find_ip(const struct capture *capture, const struct packet *packet, bool *found)
{
    static const struct {
        int link;
        uint32_t header, type_at; /* offset of the EtherType; 0: none, what follows is IP */
    } links[] = {{DLT_EN10MB, 14, 12}, {DLT_RAW, 0, 0},  {DLT_IPV4, 0, 0},       {DLT_IPV6, 0, 0},
                 {DLT_NULL, 4, 0},     {DLT_LOOP, 4, 0}, {DLT_LINUX_SLL, 16, 14}};
    *found = false;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (links[i].link != capture->link || packet->captured <= links[i].header)
            continue;
        *found = links[i].type_at == 0 || is_ip_type(get_u16(packet->bytes + links[i].type_at));
        return links[i].header;
    }
    return 0;
}

static bool find_transport(const struct packet *packet, struct layout *layout)
{
    enum { IPV4 = 20, IPV6 = 40, FRAGMENT = 0x3FFF };
    const uint8_t *ip = packet->bytes + layout->ip;
    uint32_t left = packet->captured - layout->ip;
    layout->version = ip[0] >> 4;
    if (layout->version == 4 && left >= IPV4 && !(get_u16(ip + 6) & FRAGMENT)) {
        layout->protocol = ip[9];
        layout->transport = layout->ip + (ip[0] & 15U) * 4;
        layout->end = layout->ip + get_u16(ip + 2);
        return true;
    }
    if (layout->version == 6 && left >= IPV6) {
        layout->protocol = ip[6];
        layout->transport = layout->ip + IPV6;
        layout->end = layout->transport + get_u16(ip + 4);
        return true;
    }
    return false;
}

bool find_layout(const struct capture *capture, const struct packet *packet, struct layout *layout)
{
    enum { TCP = 20, UDP = 8 };
    bool found;
    layout->ip = find_ip(capture, packet, &found);
    if (!found || !find_transport(packet, layout))
        return false;
    uint32_t least = layout->protocol == PROTOCOL_TCP ? TCP : UDP;
    if ((layout->protocol != PROTOCOL_TCP && layout->protocol != PROTOCOL_UDP) ||
        layout->transport + least > packet->captured)
        return false;
    layout->payload = layout->transport + UDP;
    if (layout->protocol == PROTOCOL_TCP)
        layout->payload = layout->transport + (packet->bytes[layout->transport + 12] >> 4) * 4U;
    return layout->payload <= packet->captured && layout->payload <= layout->end;
}

bool has_whole_payload(const struct packet *packet, const struct layout *layout)
{
    return layout->protocol == PROTOCOL_TCP && layout->end > layout->payload &&
           layout->end <= packet->captured && packet->captured == packet->length;
}

bool is_same_flow(const struct packet *a, const struct layout *la, const struct packet *b,
                  const struct layout *lb)
{
    uint32_t at = la->version == 4 ? 12 : 8, length = la->version == 4 ? 8 : 32;
    return la->version == lb->version && la->protocol == lb->protocol &&
           memcmp(a->bytes + la->ip + at, b->bytes + lb->ip + at, length) == 0 &&
           memcmp(a->bytes + la->transport, b->bytes + lb->transport, 4) == 0;
}

/* ---- Checksums and new segments ------------------------------------------------------------------------ */

uint32_t checksum_add(uint32_t sum, const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    return sum;
}

uint16_t checksum_finish(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

static void fix_ipv4(uint8_t *ip, uint32_t length)
{
    put_u16(ip + 10, 0);
    put_u16(ip + 10, checksum_finish(checksum_add(0, ip, length)));
}

void fix_checksums(struct packet *packet, const struct layout *layout)
{
    uint8_t *ip = packet->bytes + layout->ip, *transport = packet->bytes + layout->transport;
    if (layout->version == 4)
        fix_ipv4(ip, layout->transport - layout->ip);
    if (layout->end > packet->captured)
        return;
    uint32_t length = layout->end - layout->transport;
    uint8_t *place = transport + (layout->protocol == PROTOCOL_TCP ? 16 : 6);
    uint32_t sum = layout->protocol + length;
    sum = layout->version == 4 ? checksum_add(sum, ip + 12, 8) : checksum_add(sum, ip + 8, 32);
    put_u16(place, 0);
    put_u16(place, checksum_finish(checksum_add(sum, transport, length)));
}

struct packet make_segment(const struct packet *like, const struct layout *layout, uint32_t sequence,
                           const uint8_t *payload, uint32_t length)
{
    static uint32_t identification = 0x7700;
    struct packet made = {.time = like->time, .captured = layout->payload + length};
    struct layout whole = *layout;
    whole.end = made.length = made.captured;
    made.bytes = memory_new((size_t)made.captured + 1, 1);
    memcpy(made.bytes, like->bytes, layout->payload);
    memcpy(made.bytes + layout->payload, payload, length);
    uint8_t *ip = made.bytes + layout->ip;
    if (layout->version == 4) {
        put_u16(ip + 2, made.captured - layout->ip);
        put_u16(ip + 4, identification++);
    } else {
        put_u16(ip + 4, made.captured - layout->transport);
    }
    put_u32(made.bytes + layout->transport + 4, sequence);
    fix_checksums(&made, &whole);
    return made;
}
