/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sizes of encrypted records prove: sizes as they stand in captures of the stacks that are named. */
#include "handshake/conclude.h"
#include "handshake/inference.h"
#include "handshake/transcript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { AES_128_GCM_SHA256 = 0x1301, AES_256_GCM_SHA384 = 0x1302, CLIENT_HALF = 0, SERVER_HALF = 1 };

struct line {
    enum side from;
    uint32_t length;
};

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

static void set_up(struct scene *scene, uint16_t cipher)
{
    *scene = (struct scene){.connection = {.client = CLIENT_HALF, .closed_by = -1}};
    scene->handshake = handshake_new(&scene->connection);
    struct handshake *handshake = scene->handshake;
    handshake->tls_seen = true;
    handshake->client_hello = arena_take(handshake->arena, 1, sizeof *handshake->client_hello);
    handshake->client_hello_seen = next(scene);
    handshake->server_hello = arena_take(handshake->arena, 1, sizeof *handshake->server_hello);
    handshake->server_hello->selected_version = TLS_VERSION_1_3;
    handshake->server_hello->cipher = cipher;
    handshake->server_hello_seen = next(scene);
}

static void records(struct scene *scene, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct direction *direction = &scene->handshake->direction[lines[i].from];
        struct moment now = next(scene);
        transcript_hidden(scene->handshake, lines[i].from, TLS_CONTENT_APPLICATION_DATA, lines[i].length,
                          now);
        direction->data_records++;
        direction->last_record = now;
        if (!direction->first_data.packet)
            direction->first_data = now;
    }
}

static void closes(struct scene *scene, int half)
{
    scene->connection.closed = next(scene);
    scene->connection.closed_by = half;
    scene->connection.how = CLOSE_FIN;
    scene->connection.last = scene->connection.closed;
}

#define RECORDS(scene, ...)                                                                                  \
    records(scene, (const struct line[]){__VA_ARGS__},                                                       \
            sizeof((const struct line[]){__VA_ARGS__}) / sizeof(struct line))
#define C SIDE_CLIENT
#define S SIDE_SERVER

static void test_openssl_empty_certificate_is_refused(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_256_GCM_SHA384);
    RECORDS(&scene, {S, 23}, {S, 122}, {S, 900}, {S, 281}, {S, 69}, {C, 25}, {C, 69}, {C, 100}, {S, 19});
    closes(&scene, SERVER_HALF);
    handshake_conclude(scene.handshake, NULL);
    const struct inference *inference = &scene.handshake->inference;
    assert_int_equal(inference->asked, ANSWER_YES);
    assert_int_equal(inference->sent, ANSWER_NO);
    assert_int_equal(inference->refused, ANSWER_YES);
    assert_int_equal(scene.handshake->outcome, OUTCOME_FAILURE);
    handshake_free(scene.handshake);
}

static void test_java_pads_each_record(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_256_GCM_SHA384);
    RECORDS(&scene, {S, 65}, {S, 138}, {S, 916}, {S, 297}, {S, 85}, {C, 41}, {C, 85}, {S, 35});
    closes(&scene, SERVER_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->inference.padding[SIDE_SERVER], 16);
    assert_int_equal(scene.handshake->inference.sent, ANSWER_NO);
    assert_int_equal(scene.handshake->inference.refused, ANSWER_YES);
    handshake_free(scene.handshake);
}

static void test_certificate_is_accepted(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_128_GCM_SHA256);
    RECORDS(&scene, {S, 23}, {S, 122}, {S, 900}, {S, 281}, {S, 53}, {C, 880}, {C, 281}, {C, 53}, {S, 1200},
            {C, 100}, {S, 300});
    closes(&scene, CLIENT_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->inference.sent, ANSWER_YES);
    assert_int_equal(scene.handshake->inference.refused, ANSWER_NO);
    assert_int_equal(scene.handshake->phase, PHASE_COMPLETE);
    assert_int_equal(scene.handshake->outcome, OUTCOME_SUCCESS);
    handshake_free(scene.handshake);
}

static void test_nobody_asks(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_128_GCM_SHA256);
    RECORDS(&scene, {S, 23}, {S, 900}, {S, 281}, {S, 53}, {C, 53});
    closes(&scene, CLIENT_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->inference.asked, ANSWER_NO);
    assert_int_equal(scene.handshake->outcome, OUTCOME_SUCCESS);
    handshake_free(scene.handshake);
}

static void test_client_gives_up_after_the_request(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_128_GCM_SHA256);
    RECORDS(&scene, {S, 23}, {S, 122}, {S, 900}, {S, 281}, {S, 53});
    closes(&scene, CLIENT_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->inference.asked, ANSWER_YES);
    assert_int_equal(scene.handshake->inference.sent, ANSWER_UNKNOWN);
    assert_int_equal(scene.handshake->phase, PHASE_SERVER_FLIGHT);
    assert_int_equal(scene.handshake->outcome, OUTCOME_FAILURE);
    handshake_free(scene.handshake);
}

static void test_client_refuses_with_an_alert(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_128_GCM_SHA256);
    RECORDS(&scene, {S, 23}, {S, 900}, {S, 281}, {S, 53}, {C, 19});
    closes(&scene, CLIENT_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_true(scene.handshake->inference.client_alert.packet > 0);
    assert_int_equal(scene.handshake->outcome, OUTCOME_FAILURE);
    handshake_free(scene.handshake);
}

static void test_one_record_for_all_of_the_flight(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_128_GCM_SHA256);
    RECORDS(&scene, {S, 1400}, {C, 61}, {S, 19});
    closes(&scene, SERVER_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->inference.asked, ANSWER_YES);
    assert_int_equal(scene.handshake->inference.sent, ANSWER_NO);
    assert_int_equal(scene.handshake->inference.refused, ANSWER_YES);
    handshake_free(scene.handshake);
}

static void test_a_gap_makes_counts_worthless(void **state)
{
    struct scene scene;
    (void)state;
    set_up(&scene, AES_128_GCM_SHA256);
    scene.handshake->direction[SIDE_SERVER].first_gap = next(&scene);
    scene.handshake->direction[SIDE_SERVER].missing_bytes = 500;
    RECORDS(&scene, {S, 23}, {S, 900}, {S, 281}, {S, 53});
    closes(&scene, CLIENT_HALF);
    handshake_conclude(scene.handshake, NULL);
    assert_int_equal(scene.handshake->inference.asked, ANSWER_UNKNOWN);
    assert_true(scene.handshake->capture_incomplete);
    assert_int_equal(scene.handshake->outcome, OUTCOME_UNKNOWN);
    handshake_free(scene.handshake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_openssl_empty_certificate_is_refused),
        cmocka_unit_test(test_java_pads_each_record),
        cmocka_unit_test(test_certificate_is_accepted),
        cmocka_unit_test(test_nobody_asks),
        cmocka_unit_test(test_client_gives_up_after_the_request),
        cmocka_unit_test(test_client_refuses_with_an_alert),
        cmocka_unit_test(test_one_record_for_all_of_the_flight),
        cmocka_unit_test(test_a_gap_makes_counts_worthless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
