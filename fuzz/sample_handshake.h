/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_FUZZ_SAMPLE_HANDSHAKE_H
#define TLSWHY_FUZZ_SAMPLE_HANDSHAKE_H

/*
 * Two handshakes for targets that need one: of the first next to nothing is known, the second is refused with
 * an alert and has something in every list.
 */

#include "handshake/handshake.h"
#include <string.h>

struct sample {
    struct connection connection;
    struct client_hello client_hello;
    struct server_hello server_hello;
    struct message messages[3];
    struct alert alerts[2];
    struct handshake handshake;
};

static inline void sample_unknown(struct sample *sample, struct arena *arena)
{
    memset(sample, 0, sizeof *sample);
    sample->connection.client = -1;
    sample->connection.closed_by = -1;
    sample->handshake.connection = &sample->connection;
    sample->handshake.arena = arena;
    sample->handshake.close_by = SIDE_NOBODY;
    sample->handshake.capture_incomplete = true;
}

static inline void sample_hellos(struct sample *sample)
{
    static uint16_t suites[] = {0x1301, 0x0a0a, 0xc02f}, groups[] = {0x001d, 0x0017};
    static struct octets protocols[] = {{"h2", 2}, {"http/1.1", 8}};
    static const char name[] = "www.example.com\x1b[31m";
    sample->client_hello.version = TLS_VERSION_1_2;
    sample->client_hello.ciphers = (struct code_list){suites, 3};
    sample->client_hello.groups = (struct code_list){groups, 2};
    sample->client_hello.alpn = (struct octets_list){protocols, 2};
    sample->client_hello.server_name = (struct octets){name, sizeof name - 1};
    sample->server_hello.version = sample->server_hello.selected_version = TLS_VERSION_1_2;
    sample->server_hello.cipher = 0xc02f;
    sample->handshake.client_hello = &sample->client_hello;
    sample->handshake.server_hello = &sample->server_hello;
    sample->handshake.client_hello_seen = (struct moment){4, 1000000000};
    sample->handshake.server_hello_seen = (struct moment){5, 1100000000};
}

static inline void sample_refused(struct sample *sample, struct arena *arena)
{
    static const struct message messages[] = {
        {.seen = {4, 1000000000}, .from = SIDE_CLIENT, .kind = MESSAGE_HANDSHAKE, .code = 1, .length = 200},
        {.seen = {5, 1100000000}, .from = SIDE_SERVER, .kind = MESSAGE_HANDSHAKE, .code = 2, .length = 80},
        {.seen = {7, 1200000000}, .from = SIDE_SERVER, .kind = MESSAGE_ALERT, .length = 2},
    };
    static const struct alert alerts[] = {
        {.seen = {7, 1200000000}, .from = SIDE_SERVER, .level = 2, .code = 40},
        {.seen = {9, 1300000000}, .from = SIDE_CLIENT, .encrypted = true, .after_peer_close = true},
    };
    sample_unknown(sample, arena);
    sample->connection.client = 0;
    sample->connection.half[0].endpoint = (struct endpoint){{4, {192, 0, 2, 20}}, 50000};
    sample->connection.half[1].endpoint = (struct endpoint){{6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, 443};
    sample->connection.first = (struct moment){1, 900000000};
    sample->connection.last = sample->connection.closed = (struct moment){8, 1300000000};
    sample->connection.how = CLOSE_RST;
    sample->connection.closed_by = 1;
    memcpy(sample->messages, messages, sizeof messages);
    memcpy(sample->alerts, alerts, sizeof alerts);
    sample_hellos(sample);
    sample->handshake.messages = sample->messages;
    sample->handshake.message_count = 3;
    sample->handshake.alerts = sample->alerts;
    sample->handshake.alert_count = 2;
    sample->handshake.tls_seen = true;
    sample->handshake.version = TLS_VERSION_1_2;
    sample->handshake.cipher = 0xc02f;
    sample->handshake.resumed = ANSWER_NO;
    sample->handshake.phase = PHASE_SERVER_FLIGHT;
    sample->handshake.outcome = OUTCOME_FAILURE;
    sample->handshake.close_by = SIDE_SERVER;
    sample->handshake.capture_incomplete = false;
}

#endif
