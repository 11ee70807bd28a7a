/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TESTS_TOOLS_PACKETS_H
#define TLSWHY_TESTS_TOOLS_PACKETS_H

/*
 * A capture in memory, to be edited: its packets, where their headers lie, and how to make new ones from
 * them. The capture owns its packets' bytes. What is no whole TCP or UDP packet over IP has no layout, and
 * the edits leave it as it is.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet {
    int64_t time; /* ns since 1970 */
    uint8_t *bytes;
    uint32_t captured, length;
};

struct capture {
    int link; /* DLT_ */
    struct packet *packets;
    size_t count, room;
};

/* Offsets in a packet, from its first byte. */
struct layout {
    uint32_t ip, transport, payload, end; /* `end`: of the payload, also where it was not captured */
    uint8_t version, protocol;
};

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_PSH = 8, FLAG_ACK = 16 };

/* Deterministic: the same seed, the same numbers. */
struct random {
    uint64_t state;
};
uint32_t random_below(struct random *random, uint32_t limit);

/* False after saying why on standard error. */
bool capture_read(struct capture *capture, const char *path);
bool capture_write(const struct capture *capture, const char *path);
void capture_free(struct capture *capture);

/* Appends a packet; the capture takes over its bytes. */
void capture_add(struct capture *capture, struct packet packet);
struct packet packet_copy(const struct packet *packet);

/* Moves everything of `from` behind what `to` holds; `from` is empty then. */
void capture_move(struct capture *to, struct capture *from);

uint16_t get_u16(const uint8_t *bytes);
uint32_t get_u32(const uint8_t *bytes);
void put_u16(uint8_t *bytes, uint32_t value);
void put_u32(uint8_t *bytes, uint32_t value);

/* The offset of the IP header, or 0 with *found false. */
uint32_t find_ip(const struct capture *capture, const struct packet *packet, bool *found);
bool find_layout(const struct capture *capture, const struct packet *packet, struct layout *layout);

/* TCP, with all of its payload captured, and payload there is. */
bool has_whole_payload(const struct packet *packet, const struct layout *layout);

/* The same endpoints in the same direction. */
bool is_same_flow(const struct packet *a, const struct layout *la, const struct packet *b,
                  const struct layout *lb);

/* After a change: the checksums of IPv4, TCP and UDP of a packet that was captured whole. */
void fix_checksums(struct packet *packet, const struct layout *layout);
uint32_t checksum_add(uint32_t sum, const uint8_t *bytes, uint32_t length);
uint16_t checksum_finish(uint32_t sum);

/* A TCP segment like `like`, with that payload at that sequence number. It has an IP identification of its
 * own, as what is sent again has. */
struct packet make_segment(const struct packet *like, const struct layout *layout, uint32_t sequence,
                           const uint8_t *payload, uint32_t length);

#endif
