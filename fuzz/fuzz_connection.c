/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Sends segments that the input describes through the connection table, with few endpoints, so that they
 * meet. The payload's bytes count up with the sequence number: what a half delivers must count up as well,
 * over gaps too, and each connection must end once. What the listener does back is the input's choice.
 *
 * Each step of the input is eight bytes.
 */

#include "base/clock.h"
#include "base/memory.h"
#include "stream/connection.h"
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { STEP = 8, LONGEST = 2048 };

/* What the listener keeps of a connection. */
struct heard {
    bool begun[2];
    uint8_t next[2]; /* the byte that must come */
};

struct run {
    struct connections *table;
    uint64_t finished;
    uint8_t mood; /* what the listener does in return for bytes */
};

static void check(int truth)
{
    if (!truth)
        abort();
}

static struct heard *heard_of(struct connection *connection)
{
    if (!connection->attached)
        connection->attached = memory_new(1, sizeof(struct heard));
    return connection->attached;
}

static void on_bytes(void *user, struct connection *connection, int half, const uint8_t *bytes, size_t length,
                     struct moment now)
{
    struct run *run = user;
    struct heard *heard = heard_of(connection);
    check(length > 0 && now.packet > 0);
    if (!heard->begun[half])
        heard->next[half] = bytes[0];
    heard->begun[half] = true;
    for (size_t i = 0; i < length; i++)
        check(bytes[i] == heard->next[half]++);
    if (run->mood == 1)
        connections_evict(run->table);
    if (run->mood == 2)
        connection_ignore_bytes(connection);
    if (run->mood == 3)
        connection_set_client(connection, half);
}

static void on_gap(void *user, struct connection *connection, int half, uint64_t missing, struct moment now)
{
    (void)user;
    check(missing > 0 && now.packet > 0);
    struct heard *heard = heard_of(connection);
    heard->next[half] = (uint8_t)(heard->next[half] + missing);
}

static void on_finished(void *user, struct connection *connection)
{
    struct run *run = user;
    run->finished++;
    check(connection->client >= -1 && connection->client <= 1);
    check((connection->closed.packet != 0) == (connection->closed_by >= 0));
    check(connection->packets == connection->half[0].packets + connection->half[1].packets);
    for (int i = 0; i < 2; i++)
        check(connection->half[i].cut_bytes <= connection->half[i].missing_bytes);
    free(connection->attached);
    connection->attached = NULL;
}

static struct endpoint endpoint_of(unsigned which)
{
    return (struct endpoint){.address = {.family = 4, .bytes = {192, 0, 2, (uint8_t)which}},
                             .port = (uint16_t)(which * 1000)};
}

/* Numbers near each other, near the wrap-around, or anywhere. */
static uint32_t number_of(uint8_t kind, uint8_t high, uint8_t low)
{
    uint32_t small = (uint32_t)(high << 8 | low);
    return kind & 1 ? small << 16 : kind & 2 ? small - 100 : small;
}

static void send_step(struct connections *table, const uint8_t *step, uint64_t packet, int64_t time)
{
    static uint8_t payload[LONGEST];
    bool turned = step[0] & 1;
    struct endpoint client = endpoint_of(1 + (step[0] >> 1 & 1)), server = endpoint_of(7);
    struct segment segment = {.packet = packet,
                              .time = time,
                              .source = turned ? server : client,
                              .destination = turned ? client : server,
                              .transport = SEGMENT_TCP,
                              .tcp = {.flags = step[1],
                                      .sequence = number_of(step[0] >> 4, step[2], step[3]),
                                      .acknowledgment = number_of(step[0] >> 6, step[4], step[5]),
                                      .window = step[4],
                                      .option_window_scale = -1},
                              .payload = payload,
                              .length = (uint32_t)(step[6] << 3)};
    segment.captured = step[0] & 4 ? segment.length / 2 : segment.length;
    uint32_t first = segment.tcp.sequence + (segment.tcp.flags & TCP_SYN ? 1 : 0);
    for (uint32_t i = 0; i < segment.captured; i++)
        payload[i] = (uint8_t)(first + i);
    connections_segment(table, &segment);
}

static void send_icmp(struct connections *table, const uint8_t *step, uint64_t packet, int64_t time)
{
    struct icmp_error error = {.packet = packet,
                               .time = time,
                               .transport = SEGMENT_TCP,
                               .source = endpoint_of(1 + (step[0] & 1)),
                               .destination = endpoint_of(7)};
    connections_icmp(table, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct run run = {0};
    struct connection_listener listener = {
        .bytes = on_bytes, .gap = on_gap, .finished = on_finished, .user = &run};
    struct connection_limits limits = {.connections = length > 0 && bytes[0] & 8 ? 1 : 0};
    run.table = connections_new(&listener, &limits, NULL);
    check(run.table != NULL);
    int64_t time = 0;
    for (uint64_t packet = 1; length >= STEP; packet++, length -= STEP, bytes += STEP) {
        run.mood = bytes[7] & 3;
        time += (int64_t)(bytes[7] >> 2) * (bytes[7] >> 2) * 10 * CLOCK_MILLISECOND;
        if (bytes[1] == 0xff)
            send_icmp(run.table, bytes, packet, time);
        else
            send_step(run.table, bytes, packet, time);
    }
    run.mood = 0;
    connections_finish(run.table);
    check(run.finished == connections_totals(run.table)->connections);
    connections_free(run.table);
    return 0;
}
