/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each side takes for true: of its own words all, of the other's what reached it. */
#include "handshake/belief.h"
#include "handshake/conclude.h"
#include "handshake/transcript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { AES_256_GCM_SHA384 = 0x1302, CLIENT_HALF = 0, SERVER_HALF = 1, CHUNK = 100, UNKNOWN_CA = 48 };

/* A connection of which each step is a packet of CHUNK bytes. */
struct scene {
    struct connection connection;
    struct handshake *handshake;
    uint64_t packet;
};

static struct moment next(struct scene *scene)
{
    scene->packet++;
    return (struct moment){.packet = scene->packet, .time = (int64_t)scene->packet};
}

static struct moment says(struct scene *scene, enum side side)
{
    struct half *half = &scene->connection.half[side];
    struct direction *direction = &scene->handshake->direction[side];
    struct moment now = next(scene);
    half->next_sequence += CHUNK;
    half->packets++;
    half->payload_bytes += CHUNK;
    if (!half->first_payload.packet)
        half->first_payload = now;
    half->last_payload = now;
    if (!direction->first_tls.packet)
        direction->first_tls = now;
    direction->last_record = now;
    scene->connection.last = now;
    return now;
}

/* The side has all that the other one sent. */
static void acknowledges(struct scene *scene, enum side side)
{
    struct half *half = &scene->connection.half[side];
    half->sent_ack = true;
    half->acknowledged = scene->connection.half[1 - side].next_sequence;
    half->packets++;
}

static void record(struct scene *scene, enum side side, uint8_t type, uint32_t length)
{
    struct direction *direction = &scene->handshake->direction[side];
    struct moment now = says(scene, side);
    transcript_hidden(scene->handshake, side, type, length, now);
    if (type == TLS_CONTENT_HANDSHAKE) {
        direction->finished_seen = true;
        direction->finished = now;
        direction->hidden_handshake_records++;
    } else if (direction->data_records++ == 0) {
        direction->first_data = now;
    }
}

static void alert(struct scene *scene, enum side side, uint8_t code, bool encrypted)
{
    struct alert alert = {.from = side, .level = 2, .code = code, .encrypted = encrypted};
    alert.seen = says(scene, side);
    transcript_alert(scene->handshake, &alert);
}

static void closes(struct scene *scene, enum side side, enum close_how how)
{
    struct half *half = &scene->connection.half[side];
    struct moment now = next(scene);
    *(how == CLOSE_FIN ? &half->fin : &half->rst) = now;
    half->next_sequence += how == CLOSE_FIN;
    scene->connection.closed = now;
    scene->connection.closed_by = (int)side;
    scene->connection.how = how;
}

static void hello(struct scene *scene)
{
    struct handshake *handshake = scene->handshake;
    handshake->client_hello = arena_take(handshake->arena, 1, sizeof *handshake->client_hello);
    handshake->client_hello_seen = says(scene, SIDE_CLIENT);
    handshake->client_hello_end = scene->connection.half[CLIENT_HALF].next_sequence;
}

static void answer(struct scene *scene, uint16_t version)
{
    struct handshake *handshake = scene->handshake;
    handshake->server_hello = arena_take(handshake->arena, 1, sizeof *handshake->server_hello);
    handshake->server_hello->selected_version = version;
    handshake->server_hello->cipher = AES_256_GCM_SHA384;
    handshake->server_hello_seen = says(scene, SIDE_SERVER);
}

static void set_up(struct scene *scene)
{
    *scene = (struct scene){.connection = {.client = CLIENT_HALF, .closed_by = -1}};
    scene->connection.transport = SEGMENT_TCP;
    scene->handshake = handshake_new(&scene->connection);
    scene->handshake->tls_seen = true;
    hello(scene);
    acknowledges(scene, SIDE_SERVER);
}

/* As OpenSSL packs it: a server that asks for a certificate, a client that has none. */
static void flights_of_tls13(struct scene *scene)
{
    static const uint32_t server[] = {23, 122, 900, 281, 69}, client[] = {25, 69};
    answer(scene, TLS_VERSION_1_3);
    for (size_t i = 0; i < sizeof server / sizeof *server; i++)
        record(scene, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA, server[i]);
    acknowledges(scene, SIDE_CLIENT);
    for (size_t i = 0; i < sizeof client / sizeof *client; i++)
        record(scene, SIDE_CLIENT, TLS_CONTENT_APPLICATION_DATA, client[i]);
    acknowledges(scene, SIDE_SERVER);
}

/* Up to the client's Finished. */
static void flights_of_tls12(struct scene *scene)
{
    answer(scene, TLS_VERSION_1_2);
    scene->handshake->server_hello_done_seen = says(scene, SIDE_SERVER);
    acknowledges(scene, SIDE_CLIENT);
    scene->handshake->client_key_exchange_seen = says(scene, SIDE_CLIENT);
    record(scene, SIDE_CLIENT, TLS_CONTENT_HANDSHAKE, 40);
    acknowledges(scene, SIDE_SERVER);
}

static enum belief last(const struct scene *scene, enum side side)
{
    const struct belief_step *step = belief_last(scene->handshake, side);
    assert_non_null(step);
    return (enum belief)step->belief;
}

static bool was_done(const struct scene *scene, enum side side)
{
    return belief_find(scene->handshake, side, BELIEF_ESTABLISHED) != NULL;
}

static void test_client_of_tls13_is_mistaken(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    flights_of_tls13(&scene);
    uint64_t finished = scene.packet;
    record(&scene, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA, 19);
    uint64_t refusal = scene.packet;
    closes(&scene, SIDE_SERVER, CLOSE_FIN);
    acknowledges(&scene, SIDE_CLIENT);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->outcome, OUTCOME_FAILURE);
    assert_int_equal(belief_find(scene.handshake, SIDE_CLIENT, BELIEF_ESTABLISHED)->since.packet, finished);
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_WAS_REFUSED);
    assert_int_equal(belief_last(scene.handshake, SIDE_CLIENT)->since.packet, refusal);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_REFUSED);
    assert_false(was_done(&scene, SIDE_SERVER));
    handshake_free(scene.handshake);
}

static void test_refusal_that_nobody_acknowledges_reached_nobody(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    flights_of_tls13(&scene);
    record(&scene, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA, 19);
    closes(&scene, SIDE_SERVER, CLOSE_RST);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_ESTABLISHED);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_REFUSED);
    handshake_free(scene.handshake);
}

static void test_one_direction_proves_nothing_of_the_other(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    flights_of_tls13(&scene);
    record(&scene, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA, 19);
    acknowledges(&scene, SIDE_CLIENT);
    closes(&scene, SIDE_SERVER, CLOSE_RST);
    scene.connection.one_sided = true;
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_ESTABLISHED);
    handshake_free(scene.handshake);
}

static void test_client_of_tls12_waits_for_the_verdict(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    flights_of_tls12(&scene);
    alert(&scene, SIDE_SERVER, UNKNOWN_CA, false);
    closes(&scene, SIDE_SERVER, CLOSE_FIN);
    acknowledges(&scene, SIDE_CLIENT);
    handshake_conclude(scene.handshake, NULL);
    assert_false(was_done(&scene, SIDE_CLIENT));
    assert_non_null(belief_find(scene.handshake, SIDE_CLIENT, BELIEF_WAITING));
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_WAS_REFUSED);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_REFUSED);
    handshake_free(scene.handshake);
}

static void test_false_start_is_a_belief(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    flights_of_tls12(&scene);
    record(&scene, SIDE_CLIENT, TLS_CONTENT_APPLICATION_DATA, 300);
    uint64_t data = scene.packet;
    acknowledges(&scene, SIDE_SERVER);
    alert(&scene, SIDE_SERVER, UNKNOWN_CA, false);
    acknowledges(&scene, SIDE_CLIENT);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(belief_find(scene.handshake, SIDE_CLIENT, BELIEF_ESTABLISHED)->since.packet, data);
    handshake_free(scene.handshake);
}

static void test_both_are_done_with_the_last_finished(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    flights_of_tls12(&scene);
    record(&scene, SIDE_SERVER, TLS_CONTENT_HANDSHAKE, 40);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->outcome, OUTCOME_SUCCESS);
    assert_int_equal(belief_last(scene.handshake, SIDE_CLIENT)->since.packet, scene.packet);
    assert_int_equal(belief_last(scene.handshake, SIDE_SERVER)->since.packet, scene.packet);
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_ESTABLISHED);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_ESTABLISHED);
    handshake_free(scene.handshake);
}

static void test_resumption_turns_the_order_around(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    answer(&scene, TLS_VERSION_1_2);
    scene.handshake->direction[SIDE_SERVER].change_cipher_spec = scene.handshake->server_hello_seen;
    record(&scene, SIDE_SERVER, TLS_CONTENT_HANDSHAKE, 40);
    acknowledges(&scene, SIDE_CLIENT);
    alert(&scene, SIDE_CLIENT, UNKNOWN_CA, true);
    closes(&scene, SIDE_CLIENT, CLOSE_FIN);
    acknowledges(&scene, SIDE_SERVER);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->outcome, OUTCOME_FAILURE);
    assert_non_null(belief_find(scene.handshake, SIDE_SERVER, BELIEF_WAITING));
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_GAVE_UP);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_WAS_LEFT);
    handshake_free(scene.handshake);
}

static void test_lost_hello_reached_nobody(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    scene.connection.half[SERVER_HALF].acknowledged = CHUNK / 2;
    scene.connection.half[CLIENT_HALF].retransmitted = 4;
    closes(&scene, SIDE_CLIENT, CLOSE_FIN);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_GAVE_UP);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_NOTHING);
    handshake_free(scene.handshake);
}

static void test_server_flight_that_never_came(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    answer(&scene, TLS_VERSION_1_3);
    closes(&scene, SIDE_CLIENT, CLOSE_RST);
    handshake_conclude(scene.handshake, NULL);
    assert_null(belief_find(scene.handshake, SIDE_CLIENT, BELIEF_AGREED));
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_GAVE_UP);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_AGREED);
    handshake_free(scene.handshake);
}

/* RFC 8446 section 4.4.2.4: a server may judge the Certificate before the client's Finished comes. */
static void test_refusal_that_crosses_the_finished(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    answer(&scene, TLS_VERSION_1_3);
    static const uint32_t server[] = {23, 122, 900, 281, 69};
    for (size_t i = 0; i < sizeof server / sizeof *server; i++)
        record(&scene, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA, server[i]);
    record(&scene, SIDE_CLIENT, TLS_CONTENT_APPLICATION_DATA, 25);
    record(&scene, SIDE_SERVER, TLS_CONTENT_APPLICATION_DATA, 19);
    record(&scene, SIDE_CLIENT, TLS_CONTENT_APPLICATION_DATA, 69);
    closes(&scene, SIDE_SERVER, CLOSE_FIN);
    acknowledges(&scene, SIDE_CLIENT);
    handshake_conclude(scene.handshake, NULL);
    assert_true(was_done(&scene, SIDE_CLIENT));
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_WAS_REFUSED);
    assert_int_equal(belief_last(scene.handshake, SIDE_CLIENT)->since.packet, 0);
    handshake_free(scene.handshake);
}

static void test_nothing_is_believed_without_tls(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    scene.handshake->tls_seen = false;
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->belief_count, 0);
    handshake_free(scene.handshake);
}

/* Nobody acknowledges a datagram. */
static void test_datagram_is_proved_by_its_answer(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene);
    scene.connection.transport = SEGMENT_UDP;
    scene.handshake->carrier = CARRIER_QUIC;
    scene.handshake->quic = arena_take(scene.handshake->arena, 1, sizeof *scene.handshake->quic);
    scene.handshake->quic->close_by = SIDE_NOBODY;
    answer(&scene, TLS_VERSION_1_3);
    scene.handshake->quic->server_packets = 1;
    scene.handshake->quic->side[SIDE_CLIENT].handshakes = 1;
    scene.handshake->quic->side[SIDE_CLIENT].one_rtt = 1;
    scene.handshake->quic->side[SIDE_CLIENT].one_rtt_seen = says(&scene, SIDE_CLIENT);
    alert(&scene, SIDE_SERVER, UNKNOWN_CA, false);
    handshake_conclude(scene.handshake, NULL);
    assert_non_null(belief_find(scene.handshake, SIDE_CLIENT, BELIEF_AGREED));
    assert_int_equal(last(&scene, SIDE_CLIENT), BELIEF_ESTABLISHED);
    assert_int_equal(last(&scene, SIDE_SERVER), BELIEF_REFUSED);
    handshake_free(scene.handshake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_of_tls13_is_mistaken),
        cmocka_unit_test(test_refusal_that_nobody_acknowledges_reached_nobody),
        cmocka_unit_test(test_one_direction_proves_nothing_of_the_other),
        cmocka_unit_test(test_client_of_tls12_waits_for_the_verdict),
        cmocka_unit_test(test_false_start_is_a_belief),
        cmocka_unit_test(test_both_are_done_with_the_last_finished),
        cmocka_unit_test(test_resumption_turns_the_order_around),
        cmocka_unit_test(test_lost_hello_reached_nobody),
        cmocka_unit_test(test_server_flight_that_never_came),
        cmocka_unit_test(test_refusal_that_crosses_the_finished),
        cmocka_unit_test(test_nothing_is_believed_without_tls),
        cmocka_unit_test(test_datagram_is_proved_by_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
