/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/libnids.h"
#include <nids.h>
#include <stdlib.h>
#include <string.h>

enum {
    IP_HEADER = 20,
    TCP_HEADER = 20,
    OPTION_LENGTH = 4,
    /* libnids charges a queued segment with its length, rounded up, plus sk_buff_size, and throws the queue
     * away beyond 64 KB. With this the charge of the longest segment is still below nothing. */
    NO_CHARGE = -(65536 + 64)
};

enum { FLAG_SYN = 0x02, FLAG_ACK = 0x10 };

/* One packet to compose. Addresses are in network order, as in a tuple4. */
struct header {
    uint32_t source, destination;
    uint16_t source_port, destination_port;
    uint32_t sequence, acknowledgment;
    uint8_t flags;
    uint32_t options; /* bytes of TCP options behind the header */
    uint32_t payload;
};

static struct {
    pcap_t *handle;
    uint64_t opened;          /* pairs so far: the address of the next */
    struct tcp_stream *newer; /* the pair that libnids has just established */
    struct pcap_pkthdr packet_header;
    union {
        uint32_t alignment;
        uint8_t bytes[IP_HEADER + TCP_HEADER + LIBNIDS_PAYLOAD_MAX];
    } packet;
} state;

static struct nids_chksum_ctl no_checksums = {.action = NIDS_DONT_CHKSUM};

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

/* RFC 1071. */
static uint32_t header_checksum(const uint8_t *header)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < IP_HEADER; i += 2)
        sum += (uint32_t)(header[i] << 8 | header[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
    return ~(sum + (sum >> 16)) & 0xffff;
}

static void compose_ip(uint8_t *at, const struct header *header, uint32_t length)
{
    memset(at, 0, IP_HEADER);
    at[0] = 0x45; /* version 4, five words */
    put16(at + 2, length);
    at[8] = 64; /* time to live */
    at[9] = IPPROTO_TCP;
    memcpy(at + 12, &header->source, 4);
    memcpy(at + 16, &header->destination, 4);
    put16(at + 10, header_checksum(at));
}

static void compose_tcp(uint8_t *at, const struct header *header)
{
    put16(at, header->source_port);
    put16(at + 2, header->destination_port);
    put32(at + 4, header->sequence);
    put32(at + 8, header->acknowledgment);
    at[12] = (uint8_t)((TCP_HEADER + header->options) / 4 << 4);
    at[13] = header->flags;
    put16(at + 14, 65535); /* window */
    put32(at + 16, 0);     /* checksum, urgent pointer */
}

/* Sends the headers and whatever the caller has put behind them. */
static void send_packet(const struct header *header)
{
    uint32_t length = IP_HEADER + TCP_HEADER + header->options + header->payload;
    compose_ip(state.packet.bytes, header, length);
    compose_tcp(state.packet.bytes + IP_HEADER, header);
    state.packet_header.caplen = state.packet_header.len = length;
    nids_pcap_handler(NULL, &state.packet_header, state.packet.bytes);
}

/* libnids' listener: keeps hold of a new pair, and leaves complete bytes in their buffer for libnids_feed. */
static void listen_to(struct tcp_stream *pair, void **unused)
{
    (void)unused;
    if (pair->nids_state == NIDS_JUST_EST) {
        pair->client.collect = 1;
        pair->server.collect = 1;
        state.newer = pair;
    } else {
        nids_discard(pair, 0);
    }
}

static void keep_quiet(int type, int error, struct ip *ip, void *data)
{
    (void)type;
    (void)error;
    (void)ip;
    (void)data;
}

static void set_parameters(uint32_t pairs)
{
    nids_params.pcap_desc = state.handle;
    nids_params.n_tcp_streams = (int)(pairs + pairs / 3 + 4); /* libnids uses three quarters of them */
    nids_params.n_hosts = 1;                                  /* for IP fragments: there are none */
    nids_params.scan_num_hosts = 0;
    nids_params.syslog = keep_quiet;
    nids_params.sk_buff_size = NO_CHARGE;
    nids_params.dev_addon = 0;
    nids_params.multiproc = 0;
    nids_params.tcp_workarounds = 0; /* for streams that end by FIN: none does */
    nids_params.tcp_flow_timeout = 0;
    nids_register_chksum_ctl(&no_checksums, 1);
}

bool libnids_start(uint32_t pairs, const struct notice_sink *notices)
{
    state.handle = pcap_open_dead(DLT_RAW, 65535);
    if (!state.handle) {
        notice_send(notices, NOTICE_ERROR, "libpcap gives no handle to start libnids with");
        return false;
    }
    set_parameters(pairs);
    if (!nids_init()) {
        notice_send(notices, NOTICE_ERROR, "libnids does not start: %s", nids_errbuf);
        pcap_close(state.handle);
        state.handle = NULL;
        return false;
    }
    nids_register_tcp((void *)listen_to);
    return true;
}

void libnids_stop(void)
{
    if (!state.handle)
        return;
    nids_unregister_tcp((void *)listen_to);
    nids_exit();
    pcap_close(state.handle);
    state.handle = NULL;
    nids_params.pcap_desc = NULL;
}

static struct header header_from_client(const struct tuple4 *address)
{
    return (struct header){.source = address->saddr,
                           .destination = address->daddr,
                           .source_port = address->source,
                           .destination_port = address->dest};
}

static struct header header_from_server(const struct tuple4 *address)
{
    return (struct header){.source = address->daddr,
                           .destination = address->saddr,
                           .source_port = address->dest,
                           .destination_port = address->source};
}

/* The number of the pair is its address; the high bit of the other keeps both from being zero. */
static struct tuple4 next_address(void)
{
    uint64_t number = state.opened++;
    return (struct tuple4){.source = 1,
                           .dest = 2,
                           .saddr = (uint32_t)number,
                           .daddr = (uint32_t)(number >> 32) | UINT32_C(0x80000000)};
}

static void send_syn(struct header header, uint8_t flags, uint32_t acknowledgment)
{
    static const uint8_t window_scale[OPTION_LENGTH] = {3, 3, 14, 0}; /* RFC 7323 section 2.2 */
    header.flags = flags;
    header.acknowledgment = acknowledgment;
    header.options = OPTION_LENGTH;
    memcpy(state.packet.bytes + IP_HEADER + TCP_HEADER, window_scale, sizeof window_scale);
    send_packet(&header);
}

struct tcp_stream *libnids_open(void)
{
    struct tuple4 address = next_address();
    struct header acknowledge = header_from_client(&address);
    acknowledge.sequence = acknowledge.acknowledgment = 1;
    acknowledge.flags = FLAG_ACK;
    state.newer = NULL;
    send_syn(header_from_client(&address), FLAG_SYN, 0);
    send_syn(header_from_server(&address), FLAG_SYN | FLAG_ACK, 1);
    send_packet(&acknowledge);
    return state.newer;
}

void libnids_close(struct tcp_stream *pair)
{
    nids_free_tcp_stream(pair);
}

/* Half 1, which mostly answers with more than it was sent, is libnids' client: its segments are found at the
 * first look, those of the server at the second. */
static struct half_stream *sender_of(struct tcp_stream *pair, int half)
{
    return half == 1 ? &pair->client : &pair->server;
}

static struct half_stream *receiver_of(struct tcp_stream *pair, int half)
{
    return half == 1 ? &pair->server : &pair->client;
}

/* libnids awaits first_data_seq + count, and measures the window from the receiver's acknowledgment. */
void libnids_expect(struct tcp_stream *pair, int half, uint32_t sequence)
{
    struct half_stream *receiver = receiver_of(pair, half);
    receiver->count = receiver->offset = 0;
    receiver->ack_seq = sequence;
    sender_of(pair, half)->first_data_seq = sequence;
}

void libnids_feed(struct tcp_stream *pair, int half, uint32_t sequence, const uint8_t *payload,
                  uint32_t length, struct libnids_run *run)
{
    struct half_stream *receiver = receiver_of(pair, half);
    struct header header = half == 1 ? header_from_client(&pair->addr) : header_from_server(&pair->addr);
    header.sequence = sequence;
    header.acknowledgment = sender_of(pair, half)->ack_seq;
    header.flags = FLAG_ACK;
    header.payload = length;
    memcpy(state.packet.bytes + IP_HEADER + TCP_HEADER, payload, length);

    receiver->data = run->bytes;
    receiver->bufsize = run->room;
    send_packet(&header);
    *run = (struct libnids_run){
        .bytes = receiver->data, .length = (size_t)receiver->count, .room = receiver->bufsize};
    receiver->data = NULL;
    receiver->bufsize = 0;
    if (run->length > 0)
        libnids_expect(pair, half, receiver->ack_seq + (uint32_t)run->length);
}
