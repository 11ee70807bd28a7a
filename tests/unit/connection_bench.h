/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TESTS_CONNECTION_BENCH_H
#define TLSWHY_TESTS_CONNECTION_BENCH_H

/* A connection table with a listener that remembers what it was told, and ends A and B that send segments. */

#include "base/clock.h"
#include "stream/connection.h"

enum { A = 0, B = 1, CLIENT_ISN = 1000, SERVER_ISN = 5000, SERVER_PORT = 443 };

/* A finished connection, copied as it goes away: what its halves delivered is text, [n] a gap of n bytes. */
struct ended {
    struct connection connection;
    char half[2][256];
    char packets[2][256]; /* in which the bytes came, as far as they fit: " 4 7" */
};

enum { ENDED = 8 };

extern struct connections *table;
extern struct ended ended[ENDED]; /* the first eight, then in their place again */
extern unsigned ended_count;
extern int64_t now;   /* capture time; each segment adds a millisecond */
extern bool ignoring; /* the listener wants no more bytes after the first */
extern bool evicting; /* the listener evicts a connection whenever it gets bytes */

/* Setup and teardown of each test; start_with() puts another table in the place of a freed one. */
int start(void **state);
int stop(void **state);
void start_with(const struct connection_limits *limits);

/* The next segment; the client's port tells the connections apart. */
struct segment segment_of(int from, uint16_t port, uint8_t flags, uint32_t sequence, uint32_t acknowledgment,
                          const char *payload);
void send_from(int from, uint16_t port, uint8_t flags, uint32_t sequence, uint32_t acknowledgment,
               const char *payload);

/* On port 40000, with offsets from the first byte of each stream for numbers. */
void a_sends(uint32_t offset, uint32_t acknowledged, const char *payload);
void b_sends(uint32_t offset, uint32_t acknowledged, const char *payload);

/* The three steps of the handshake: packets 1, 2 and 3 of a test that begins with them. */
void open_port(uint16_t port);
void open_connection(void); /* on port 40000 */

void finish_all(void);
const struct connection *only(void); /* the only connection that has ended */
void expect_text(unsigned index, int half, const char *text);

#endif
