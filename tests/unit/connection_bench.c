/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "connection_bench.h"
#include "base/buffer.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What the listener was told of a connection: the bytes of each half, with [n] for a gap. */
struct story {
    struct buffer half[2];
    struct buffer packets[2]; /* in which they came: " 4 7" */
};

struct connections *table;
struct ended ended[ENDED];
unsigned ended_count;
bool ignoring, evicting;
static uint64_t packet;
int64_t now;

static struct story *story_of(struct connection *connection)
{
    if (!connection->attached)
        connection->attached = memory_new(1, sizeof(struct story));
    return connection->attached;
}

static void on_bytes(void *user, struct connection *connection, int half, const uint8_t *bytes, size_t length,
                     struct moment when)
{
    assert_ptr_equal(user, &ended);
    assert_true(when.packet > 0 && when.packet <= connection->last.packet);
    buffer_add(&story_of(connection)->half[half], bytes, length);
    buffer_add_format(&story_of(connection)->packets[half], " %lu", (unsigned long)when.packet);
    if (ignoring)
        connection_ignore_bytes(connection);
    if (evicting)
        connections_evict(table);
}

static void on_gap(void *user, struct connection *connection, int half, uint64_t missing, struct moment when)
{
    assert_ptr_equal(user, &ended);
    assert_true(missing > 0);
    (void)when;
    buffer_add_format(&story_of(connection)->half[half], "[%lu]", (unsigned long)missing);
}

static const char *text_of(const struct buffer *buffer)
{
    return buffer->bytes ? buffer->bytes : "";
}

static void on_finished(void *user, struct connection *connection)
{
    assert_ptr_equal(user, &ended);
    struct story *story = story_of(connection);
    struct ended *slot = &ended[ended_count++ % ENDED];
    slot->connection = *connection;
    for (int i = 0; i < 2; i++) {
        strncpy(slot->half[i], text_of(&story->half[i]), sizeof slot->half[i] - 1);
        strncpy(slot->packets[i], text_of(&story->packets[i]), sizeof slot->packets[i] - 1);
        buffer_free(&story->half[i]);
        buffer_free(&story->packets[i]);
    }
    free(story);
    connection->attached = NULL;
}

void start_with(const struct connection_limits *limits)
{
    static const struct connection_listener listener = {
        .bytes = on_bytes, .gap = on_gap, .finished = on_finished, .user = &ended};
    table = connections_new(&listener, limits, NULL);
    assert_non_null(table);
}

int start(void **state)
{
    (void)state;
    memset(ended, 0, sizeof ended);
    ended_count = 0;
    ignoring = evicting = false;
    packet = 0;
    now = CLOCK_SECOND * 1700000000;
    start_with(NULL);
    return 0;
}

int stop(void **state)
{
    (void)state;
    connections_finish(table);
    connections_free(table);
    return 0;
}

/* ---- Segments ----------------------------------------------------------------------------------------- */

/* The next segment: `from` one of the two ends, the other end's port telling the connections apart. */
struct segment segment_of(int from, uint16_t port, uint8_t flags, uint32_t sequence, uint32_t acknowledgment,
                          const char *payload)
{
    struct endpoint client = {.address = {.family = 4, .bytes = {192, 0, 2, 1}}, .port = port};
    struct endpoint server = {.address = {.family = 4, .bytes = {198, 51, 100, 7}}, .port = SERVER_PORT};
    uint32_t length = (uint32_t)strlen(payload);
    now += CLOCK_MILLISECOND;
    return (struct segment){
        .packet = ++packet,
        .time = now,
        .source = from == A ? client : server,
        .destination = from == A ? server : client,
        .transport = SEGMENT_TCP,
        .tcp = {.sequence = sequence,
                .acknowledgment = acknowledgment,
                .flags = flags,
                .window = 1000,
                .option_window_scale = -1},
        .payload = (const uint8_t *)payload,
        .captured = length,
        .length = length,
        .ttl = from == A ? 64 : 57,
        .wire_length = length + 54,
    };
}

void send_from(int from, uint16_t port, uint8_t flags, uint32_t sequence, uint32_t acknowledgment,
               const char *payload)
{
    struct segment segment = segment_of(from, port, flags, sequence, acknowledgment, payload);
    connections_segment(table, &segment);
}

/* Offsets from the first byte of each stream keep the tests readable. */
void a_sends(uint32_t offset, uint32_t acknowledged, const char *payload)
{
    send_from(A, 40000, TCP_ACK, CLIENT_ISN + 1 + offset, SERVER_ISN + 1 + acknowledged, payload);
}

void b_sends(uint32_t offset, uint32_t acknowledged, const char *payload)
{
    send_from(B, 40000, TCP_ACK, SERVER_ISN + 1 + offset, CLIENT_ISN + 1 + acknowledged, payload);
}

void open_port(uint16_t port)
{
    send_from(A, port, TCP_SYN, CLIENT_ISN, 0, "");
    send_from(B, port, TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1, "");
    send_from(A, port, TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1, "");
}

void open_connection(void)
{
    open_port(40000);
}

void finish_all(void)
{
    connections_finish(table);
}

/* The only connection that has ended. */
const struct connection *only(void)
{
    assert_int_equal(ended_count, 1);
    return &ended[0].connection;
}

void expect_text(unsigned index, int half, const char *text)
{
    assert_string_equal(ended[index].half[half], text);
}
