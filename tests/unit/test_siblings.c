/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of a connection's siblings, and the wait for those that are still to come. */
#include "base/clock.h"
#include "handshake/fields.h"
#include "handshake/follow.h"
#include "handshake/siblings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SUITE_A = 0x1301, SUITE_B = 0xC02F, SUITE_C = 0x002F };

/* One connection, and what is asked of it. */
struct attempt {
    struct connection connection;
    struct client_hello hello;
    struct server_hello answer;
    struct handshake handshake;
    struct sibling_view view;
    uint16_t suites[2], versions[2];
};

static struct siblings *memory;

static int start(void **state)
{
    (void)state;
    memory = siblings_new();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    siblings_free(memory);
    return 0;
}

/* TLS 1.2 up to `highest`, `time` in seconds; packet numbers follow the time. */
static void make(struct attempt *attempt, uint16_t client, int time, uint16_t highest, enum outcome outcome)
{
    *attempt = (struct attempt){.suites = {SUITE_A, SUITE_B}, .versions = {highest, TLS_VERSION_1_2}};
    struct moment first = {(uint64_t)time * 10 + 1, time * CLOCK_SECOND};
    attempt->connection = (struct connection){.transport = SEGMENT_TCP, .first = first, .last = first};
    struct endpoint *ends[] = {&attempt->connection.half[0].endpoint, &attempt->connection.half[1].endpoint};
    *ends[0] = (struct endpoint){{4, {192, 0, (uint8_t)(client >> 8), (uint8_t)client}}, 40000};
    *ends[1] = (struct endpoint){{4, {192, 0, 2, 1}}, 443};
    attempt->hello = (struct client_hello){.version = TLS_VERSION_1_2,
                                           .length = 300,
                                           .ciphers = {attempt->suites, 2},
                                           .versions = {attempt->versions, 2}};
    attempt->handshake = (struct handshake){.connection = &attempt->connection,
                                            .client_hello = &attempt->hello,
                                            .client_hello_seen = {first.packet + 3, first.time},
                                            .close_by = SIDE_NOBODY,
                                            .outcome = outcome,
                                            .siblings = &attempt->view};
    attempt->view.memory = memory;
    strcpy(attempt->handshake.ja4, "t13d0202h1_000000000000_000000000000");
}

static void choose(struct attempt *attempt, uint16_t version, uint16_t cipher)
{
    attempt->handshake.version = version;
    attempt->handshake.cipher = cipher;
    attempt->handshake.server_hello = &attempt->answer;
}

static void note(struct attempt *attempt)
{
    siblings_note(memory, &attempt->handshake);
}

/* One more connection, of which only the memory is kept. */
static void saw(uint16_t client, int time, uint16_t highest, enum outcome outcome)
{
    struct attempt attempt;
    make(&attempt, client, time, highest, outcome);
    if (outcome == OUTCOME_SUCCESS)
        choose(&attempt, highest, highest == TLS_VERSION_1_3 ? SUITE_A : SUITE_B);
    note(&attempt);
}

static struct value ask(struct attempt *attempt, const char *fact)
{
    const struct field *field = fields_find(fact, strlen(fact));
    if (!field)
        fail_msg("there is no %s", fact);
    attempt->view.drawn = false;
    return field->get(&attempt->handshake);
}

#define assert_unknown(attempt, fact) assert_int_equal(ask(attempt, fact).type, VALUE_UNKNOWN)
#define assert_integer(attempt, fact, expected)                                                              \
    do {                                                                                                     \
        struct value value = ask(attempt, fact);                                                             \
        assert_int_equal(value.type, VALUE_INTEGER);                                                         \
        assert_int_equal(value.integer, expected);                                                           \
    } while (0)
#define assert_answer(attempt, fact, expected)                                                               \
    do {                                                                                                     \
        struct value value = ask(attempt, fact);                                                             \
        assert_int_equal(value.type, VALUE_BOOLEAN);                                                         \
        assert_int_equal(value.boolean, expected);                                                           \
    } while (0)
#define assert_word(attempt, fact, expected)                                                                 \
    do {                                                                                                     \
        struct value value = ask(attempt, fact);                                                             \
        assert_int_equal(value.type, VALUE_TEXT);                                                            \
        assert_int_equal(value.text.length, strlen(expected));                                               \
        assert_memory_equal(value.text.bytes, expected, value.text.length);                                  \
    } while (0)

/* ---- What siblings tell -------------------------------------------------------------------------------- */

static void alone_nothing_is_known(void **state)
{
    (void)state;
    struct attempt attempt;
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&attempt);
    size_t count;
    const struct field *table = fields_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(table[i].name, "tlswhy.siblings.", strlen("tlswhy.siblings.")) != 0)
            continue;
        struct value value = ask(&attempt, table[i].name);
        if (value.type == VALUE_BOOLEAN)
            fail_msg("%s is known", table[i].name);
    }
    assert_integer(&attempt, "siblings.count", 0);
    assert_integer(&attempt, "siblings.clients", 1);
    assert_integer(&attempt, "siblings.clients_failing", 1);
    assert_integer(&attempt, "siblings.same_failure_count", 1);
}

static void without_a_memory_nothing_is_known(void **state)
{
    (void)state;
    struct attempt attempt;
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    attempt.handshake.siblings = NULL;
    assert_unknown(&attempt, "siblings.count");
    assert_unknown(&attempt, "siblings.later_success");
    assert_unknown(&attempt, "siblings.later_success_packet");
    assert_unknown(&attempt, "siblings.suite_of_others");
}

static void a_retry_with_less_is_told_to_both(void **state)
{
    (void)state;
    struct attempt first, second;
    make(&first, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&first);
    make(&second, 20, 101, TLS_VERSION_1_2, OUTCOME_SUCCESS);
    choose(&second, TLS_VERSION_1_2, SUITE_B);
    note(&second);
    assert_integer(&first, "siblings.count", 1);
    assert_integer(&first, "siblings.succeeded", 1);
    assert_answer(&first, "siblings.retry_lower_version", true);
    assert_integer(&first, "siblings.retry_lower_version_packet", 1014);
    assert_answer(&first, "siblings.lower_version_succeeded", true);
    assert_answer(&first, "siblings.later_success", true);
    assert_integer(&first, "siblings.later_success_packet", 1014);
    assert_unknown(&first, "siblings.earlier_success");
    assert_unknown(&first, "siblings.same_version_succeeded");
    assert_integer(&first, "siblings.server_version_number", TLS_VERSION_1_2);
    assert_answer(&second, "siblings.earlier_higher_version_failed", true);
    assert_integer(&second, "siblings.earlier_higher_version_failed_packet", 1004);
    assert_answer(&second, "siblings.earlier_success", false);
    assert_unknown(&second, "siblings.retry_lower_version");
}

static void a_retry_in_vain_is_no_success(void **state)
{
    (void)state;
    struct attempt first;
    make(&first, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&first);
    saw(20, 101, TLS_VERSION_1_2, OUTCOME_FAILURE);
    assert_answer(&first, "siblings.lower_version_succeeded", false);
    assert_answer(&first, "siblings.later_success", false);
    saw(20, 102, TLS_VERSION_1_2, OUTCOME_UNKNOWN);
    assert_answer(&first, "siblings.lower_version_succeeded", false);
    assert_integer(&first, "siblings.count", 2);
}

static void a_refused_fallback_shows_that_the_server_has_more(void **state)
{
    (void)state;
    struct attempt first, second;
    struct alert alert = {
        .from = SIDE_SERVER, .level = 2, .code = TLS_ALERT_INAPPROPRIATE_FALLBACK, .seen = {1016, 0}};
    make(&first, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&first);
    saw(20, 101, TLS_VERSION_1_2, OUTCOME_FAILURE);
    assert_unknown(&first, "siblings.fallback_refused");
    make(&second, 20, 102, TLS_VERSION_1_2, OUTCOME_FAILURE);
    second.handshake.alerts = &alert;
    second.handshake.alert_count = 1;
    note(&second);
    assert_answer(&first, "siblings.fallback_refused", true);
    assert_integer(&first, "siblings.fallback_refused_packet", 1024);
    assert_answer(&first, "siblings.lower_version_succeeded", false);
}

static void as_much_succeeded(void **state)
{
    (void)state;
    struct attempt attempt;
    saw(20, 90, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    attempt.hello.length = 1800;
    note(&attempt);
    assert_answer(&attempt, "siblings.same_version_succeeded", true);
    assert_answer(&attempt, "siblings.smaller_hello_succeeded", true);
    assert_integer(&attempt, "siblings.smaller_hello_length", 300);
    assert_unknown(&attempt, "siblings.hello_as_long_succeeded");
    assert_answer(&attempt, "siblings.earlier_success", true);
    assert_word(&attempt, "siblings.server_version", "1.3");
}

static void tickets_are_told_apart(void **state)
{
    (void)state;
    struct attempt attempt;
    saw(20, 90, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    attempt.handshake.resumption_offered = RESUMPTION_TICKET;
    note(&attempt);
    assert_answer(&attempt, "siblings.success_without_ticket", true);
    assert_unknown(&attempt, "siblings.success_with_ticket");
    attempt.connection.first = (struct moment){1111, 111 * CLOCK_SECOND};
    note(&attempt);
    assert_answer(&attempt, "siblings.success_with_ticket", false);
    assert_integer(&attempt, "siblings.same_failure_count", 2);
}

static void the_same_failure_is_counted(void **state)
{
    (void)state;
    struct attempt attempt;
    for (int i = 0; i < 4; i++)
        saw(20, 100 + i, TLS_VERSION_1_3, OUTCOME_FAILURE);
    saw(21, 103, TLS_VERSION_1_3, OUTCOME_FAILURE);
    make(&attempt, 20, 104, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&attempt);
    assert_integer(&attempt, "siblings.same_failure_count", 5);
    assert_int_equal(ask(&attempt, "siblings.same_failure_span").integer, 4 * CLOCK_SECOND);
    assert_integer(&attempt, "siblings.failed", 4);
}

static void a_certificate_sent_elsewhere_is_told(void **state)
{
    (void)state;
    struct attempt other, attempt;
    make(&other, 20, 90, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    other.connection.half[1].endpoint.port = 8443;
    other.handshake.inference.asked = other.handshake.inference.sent = ANSWER_YES;
    note(&other);
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&attempt);
    assert_answer(&attempt, "siblings.sent_certificate", true);
    assert_integer(&attempt, "siblings.sent_certificate_packet", 904);
    assert_integer(&attempt, "siblings.count", 0);
    assert_unknown(&other, "siblings.sent_certificate");
}

static void the_verdict_of_the_first_attempt_is_told(void **state)
{
    (void)state;
    struct attempt first, second;
    struct finding finding = {.id = "hello-unanswered"};
    make(&first, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&first);
    first.handshake.findings = &finding;
    first.handshake.has_verdict = true;
    siblings_note_verdict(memory, &first.handshake);
    make(&second, 20, 101, TLS_VERSION_1_2, OUTCOME_FAILURE);
    note(&second);
    assert_word(&second, "siblings.higher_version_verdict", "hello-unanswered");
}

/* ---- Other clients ------------------------------------------------------------------------------------- */

static void other_clients_are_asked(void **state)
{
    (void)state;
    struct attempt attempt;
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&attempt);
    saw(21, 101, TLS_VERSION_1_3, OUTCOME_FAILURE);
    assert_answer(&attempt, "siblings.all_clients_fail", true);
    assert_answer(&attempt, "siblings.other_client_succeeded", false);
    saw(22, 102, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    assert_answer(&attempt, "siblings.all_clients_fail", false);
    assert_answer(&attempt, "siblings.other_client_succeeded", true);
    assert_integer(&attempt, "siblings.other_client_succeeded_packet", 1024);
    assert_integer(&attempt, "siblings.clients", 3);
    assert_integer(&attempt, "siblings.clients_failing", 2);
    assert_integer(&attempt, "siblings.count", 0);
    assert_unknown(&attempt, "siblings.later_success");
}

static void what_the_server_chose_is_compared(void **state)
{
    (void)state;
    struct attempt attempt;
    make(&attempt, 20, 100, TLS_VERSION_1_2, OUTCOME_FAILURE);
    attempt.suites[0] = attempt.suites[1] = SUITE_C;
    note(&attempt);
    assert_unknown(&attempt, "siblings.suite_of_others_offered");
    saw(21, 101, TLS_VERSION_1_3, OUTCOME_SUCCESS); /* of a version that is not offered here */
    assert_unknown(&attempt, "siblings.suite_of_others_offered");
    assert_answer(&attempt, "siblings.version_of_others_offered", false);
    assert_word(&attempt, "siblings.version_of_others", "1.3");
    saw(21, 102, TLS_VERSION_1_2, OUTCOME_SUCCESS);
    assert_answer(&attempt, "siblings.suite_of_others_offered", false);
    assert_word(&attempt, "siblings.suite_of_others", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    assert_integer(&attempt, "siblings.suite_of_others_offered_packet", 1024);
    attempt.suites[1] = SUITE_B;
    assert_answer(&attempt, "siblings.suite_of_others_offered", true);
}

static void transports_and_ports_are_told_apart(void **state)
{
    (void)state;
    struct attempt other, attempt;
    make(&other, 20, 90, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    other.connection.transport = SEGMENT_UDP;
    note(&other);
    other.connection.transport = SEGMENT_TCP;
    other.connection.half[1].endpoint.port = 444;
    note(&other);
    make(&attempt, 20, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&attempt);
    assert_integer(&attempt, "siblings.count", 0);
    assert_integer(&attempt, "siblings.clients", 1);
}

/* ---- Bounds -------------------------------------------------------------------------------------------- */

static void what_is_long_ago_is_forgotten(void **state)
{
    (void)state;
    struct attempt attempt;
    saw(20, 100, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    make(&attempt, 20, 401, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&attempt);
    assert_unknown(&attempt, "siblings.earlier_success");
    assert_integer(&attempt, "siblings.count", 0);
    attempt.connection.first.time = 400 * CLOCK_SECOND;
    assert_answer(&attempt, "siblings.earlier_success", true);
    siblings_forget(memory);
    assert_unknown(&attempt, "siblings.earlier_success");
}

static void many_kinds_of_attempts_leave_the_success(void **state)
{
    (void)state;
    struct attempt attempt;
    saw(20, 100, TLS_VERSION_1_3, OUTCOME_SUCCESS);
    for (int i = 0; i < 200; i++) {
        make(&attempt, 20, 101, TLS_VERSION_1_3, OUTCOME_FAILURE);
        attempt.hello.length = 400 + (uint32_t)i;
        attempt.connection.first.packet += (uint64_t)i;
        note(&attempt);
    }
    assert_answer(&attempt, "siblings.earlier_success", true);
    assert_integer(&attempt, "siblings.succeeded", 1);
    assert_integer(&attempt, "siblings.failed", 6);
}

static void many_clients_push_out_the_oldest(void **state)
{
    (void)state;
    struct attempt oldest, newest;
    make(&oldest, 1, 100, TLS_VERSION_1_3, OUTCOME_FAILURE);
    note(&oldest);
    saw(1, 101, TLS_VERSION_1_2, OUTCOME_SUCCESS);
    assert_integer(&oldest, "siblings.count", 1);
    for (int i = 2; i < 20000; i++)
        saw((uint16_t)i, 101, TLS_VERSION_1_3, OUTCOME_FAILURE);
    make(&newest, 19999, 102, TLS_VERSION_1_3, OUTCOME_FAILURE);
    assert_integer(&oldest, "siblings.count", 0);
    assert_unknown(&oldest, "siblings.later_success");
    assert_answer(&newest, "siblings.all_clients_fail", true);
    assert_true(ask(&newest, "siblings.clients").integer >= 32);
}

/* ---- The wait ------------------------------------------------------------------------------------------ */

struct reported {
    int times[4096];
    uint32_t count;
};

static void on_event(void *user, struct handshake *handshake)
{
    struct reported *told = user;
    assert_int_equal(handshake->number, told->count + 1);
    assert_non_null(siblings_of(handshake));
    told->times[told->count++] = (int)(handshake->connection->first.time / CLOCK_SECOND);
}

/* A connection that the server refused: it needs no bytes to be a failure. */
static void refuse(const struct connection_listener *listener, int time)
{
    struct attempt attempt;
    make(&attempt, 20, time, 0, OUTCOME_UNKNOWN);
    attempt.connection.client = 0;
    attempt.connection.opened_by_syn = true;
    attempt.connection.half[0].syn_count = 1;
    attempt.connection.half[0].packets = attempt.connection.half[1].packets = 1;
    attempt.connection.refused = attempt.connection.first;
    attempt.connection.closed_by = -1;
    attempt.connection.how = CLOSE_RST;
    listener->finished(listener->user, &attempt.connection);
}

static void failures_wait_for_their_siblings(void **state)
{
    (void)state;
    struct reported told = {.count = 0};
    struct follow_listener reports = {.event = on_event, .user = &told};
    struct follow *follow = follow_new(NULL, &reports, NULL);
    struct connection_listener listener = follow_connection_listener(follow);
    refuse(&listener, 100);
    follow_advance(follow, 103 * CLOCK_SECOND);
    assert_int_equal(told.count, 0);
    refuse(&listener, 103);
    follow_advance(follow, 104 * CLOCK_SECOND);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.times[0], 100);
    follow_end(follow);
    refuse(&listener, 104);
    assert_int_equal(told.count, 1);
    follow_finish(follow);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.times[1], 103);
    assert_int_equal(told.times[2], 104);
    follow_free(follow);
}

static void only_so_many_wait(void **state)
{
    (void)state;
    enum { ALL = 4000, HELD = 1024 };
    struct reported told = {.count = 0};
    struct follow_listener reports = {.event = on_event, .user = &told};
    struct follow *follow = follow_new(NULL, &reports, NULL);
    struct connection_listener listener = follow_connection_listener(follow);
    for (int i = 0; i < ALL; i++)
        refuse(&listener, i);
    assert_in_range(told.count, ALL - HELD, ALL - 1);
    follow_finish(follow);
    assert_int_equal(told.count, ALL);
    for (int i = 0; i < ALL; i++)
        assert_int_equal(told.times[i], i);
    refuse(&listener, ALL);
    follow_free(follow); /* what still waits goes untold */
    assert_int_equal(told.count, ALL);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(alone_nothing_is_known),
        CASE(without_a_memory_nothing_is_known),
        CASE(a_retry_with_less_is_told_to_both),
        CASE(a_retry_in_vain_is_no_success),
        CASE(a_refused_fallback_shows_that_the_server_has_more),
        CASE(as_much_succeeded),
        CASE(tickets_are_told_apart),
        CASE(the_same_failure_is_counted),
        CASE(a_certificate_sent_elsewhere_is_told),
        CASE(the_verdict_of_the_first_attempt_is_told),
        CASE(other_clients_are_asked),
        CASE(what_the_server_chose_is_compared),
        CASE(transports_and_ports_are_told_apart),
        CASE(what_is_long_ago_is_forgotten),
        CASE(many_kinds_of_attempts_leave_the_success),
        CASE(many_clients_push_out_the_oldest),
        CASE(failures_wait_for_their_siblings),
        CASE(only_so_many_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
