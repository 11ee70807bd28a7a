/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "side/lookups.h"
#include <stdlib.h>
#include <string.h>

/* A string literal's bytes without its NUL. */
#define BYTES(text) (text), sizeof(text) - 1

#define QUESTION "\3crl\7example\0\0\1\0\1" /* crl.example, A, IN */

static bool read(const char *bytes, size_t length, struct dns_message *message)
{
    return dns_read(cursor_over(bytes, length), message);
}

static void assert_name(const struct dns_name *name, const char *expected)
{
    assert_int_equal(name->length, strlen(expected));
    assert_memory_equal(name->text, expected, name->length);
}

static void reads_a_question(void **state)
{
    (void)state;
    struct dns_message message;
    assert_true(read(BYTES("\x12\x34\1\0\0\1\0\0\0\0\0\0" QUESTION), &message));
    assert_int_equal(message.id, 0x1234);
    assert_false(message.is_answer);
    assert_int_equal(message.type, DNS_TYPE_A);
    assert_name(&message.name, "crl.example");
}

static void reads_an_answer_through_an_alias(void **state)
{
    (void)state;
    struct dns_message message;
    assert_true(read(BYTES("\x12\x34\x81\x80\0\1\0\3\0\0\0\0" QUESTION
                           "\xC0\x0C\0\5\0\1\0\0\0\x3C\0\6\3www\xC0\x10"      /* CNAME www.example */
                           "\3WWW\7Example\0\0\1\0\1\0\0\0\x3C\0\4\xC0\0\2\1" /* A 192.0.2.1 */
                           "\5other\0\0\1\0\1\0\0\0\x3C\0\4\xC0\0\2\2"),      /* no part of the answer */
                     &message));
    assert_true(message.is_answer);
    assert_int_equal(message.code, DNS_FINE);
    assert_int_equal(message.address_count, 1);
    assert_int_equal(message.addresses[0].family, 4);
    assert_memory_equal(message.addresses[0].bytes, "\xC0\0\2\1", 4);
}

static void reads_an_address_of_ipv6(void **state)
{
    (void)state;
    struct dns_message message;
    assert_true(read(BYTES("\0\1\x81\x80\0\1\0\1\0\0\0\0\1a\0\0\x1C\0\1"
                           "\xC0\x0C\0\x1C\0\1\0\0\0\1\0\x10\x20\1\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\7"),
                     &message));
    assert_int_equal(message.type, DNS_TYPE_AAAA);
    assert_int_equal(message.address_count, 1);
    assert_int_equal(message.addresses[0].family, 6);
    assert_int_equal(message.addresses[0].bytes[15], 7);
}

static void reads_the_code(void **state)
{
    (void)state;
    struct dns_message message;
    assert_true(read(BYTES("\0\1\x81\x83\0\1\0\0\0\0\0\0" QUESTION), &message));
    assert_int_equal(message.code, DNS_NO_SUCH_NAME);
    assert_false(message.truncated);
    assert_true(read(BYTES("\0\1\x83\x80\0\1\0\0\0\0\0\0" QUESTION), &message));
    assert_true(message.truncated);
}

static void survives_pointers_that_go_round(void **state)
{
    (void)state;
    struct dns_message message;
    assert_false(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\xC0\x0C\0\1\0\1"), &message));
    assert_false(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\1a\xC0\x0C\0\1\0\1"), &message));
    assert_false(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\xFF\xFF\0\1\0\1"), &message));
    assert_false(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\x80\x0C\0\1\0\1"), &message));
}

static void keeps_what_came_before_a_bad_record(void **state)
{
    (void)state;
    struct dns_message message;
    assert_true(read(BYTES("\0\1\x81\x80\0\1\0\2\0\0\0\0" QUESTION
                           "\xC0\x0C\0\1\0\1\0\0\0\1\0\4\xC0\0\2\1\xC0\x0C\0\1\0\1\0\0\0\1\0\xFF\xC0"),
                     &message));
    assert_int_equal(message.address_count, 1);
}

static void refuses_what_is_no_question(void **state)
{
    (void)state;
    struct dns_message message;
    assert_false(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\3crl\7exam"), &message));
    assert_false(read(BYTES("\0\1\1\0\0\2\0\0\0\0\0\0" QUESTION QUESTION), &message));
    assert_false(read(BYTES("\0\1\x28\0\0\1\0\0\0\0\0\0" QUESTION), &message));   /* an update */
    assert_false(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\3"), &message)); /* class CHAOS */
    assert_false(read(BYTES(""), &message));
}

static void shows_odd_bytes_as_question_marks(void **state)
{
    (void)state;
    struct dns_message message;
    assert_true(read(BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\4a.\nZ\0\0\1\0\1"), &message));
    assert_name(&message.name, "a??z");
}

/* ---- The memory ---------------------------------------------------------------------------------------- */

static const struct endpoint host = {.address = {4, {192, 0, 2, 10}}, .port = 40000};
static const struct endpoint other_host = {.address = {4, {192, 0, 2, 11}}, .port = 40000};
static const struct endpoint server = {.address = {4, {192, 0, 2, 53}}, .port = 53};

static void send(struct lookups *lookups, uint64_t packet, struct endpoint from, struct endpoint to,
                 const char *bytes, size_t length)
{
    struct segment segment = {.packet = packet,
                              .time = (int64_t)packet * 1000,
                              .source = from,
                              .destination = to,
                              .transport = SEGMENT_UDP,
                              .payload = (const uint8_t *)bytes,
                              .captured = (uint32_t)length,
                              .length = (uint32_t)length};
    lookups_datagram(lookups, &segment);
}

#define ASK    BYTES("\0\1\1\0\0\1\0\0\0\0\0\0" QUESTION)
#define ANSWER BYTES("\0\1\x81\x80\0\1\0\1\0\0\0\0" QUESTION "\xC0\x0C\0\1\0\1\0\0\0\1\0\4\xC0\0\2\1")

static void joins_answer_and_question(void **state)
{
    (void)state;
    struct lookups *lookups = lookups_new();
    const struct address found = {4, {192, 0, 2, 1}};
    assert_true(lookups_are_empty(lookups));
    send(lookups, 1, host, server, ASK);
    send(lookups, 2, host, server, ASK);
    send(lookups, 3, server, host, ANSWER);
    const struct lookup *lookup = lookups_find(lookups, &host.address, BYTES("crl.example"), NULL);
    assert_non_null(lookup);
    assert_int_equal(lookup->times, 2);
    assert_int_equal(lookup->asked.packet, 1);
    assert_int_equal(lookup->asked_last.packet, 2);
    assert_int_equal(lookup->answered.packet, 3);
    assert_ptr_equal(lookups_of_address(lookups, &found, &host.address, 3000), lookup);
    assert_null(lookups_of_address(lookups, &found, &host.address, 2999));
    assert_null(lookups_find(lookups, &host.address, BYTES("crl.example"), lookup));
    assert_null(lookups_find(lookups, &other_host.address, BYTES("crl.example"), NULL));
    assert_null(lookups_find(lookups, &host.address, BYTES("crl.exampl"), NULL));
    lookups_free(lookups);
}

static void takes_an_answer_without_its_question(void **state)
{
    (void)state;
    struct lookups *lookups = lookups_new();
    send(lookups, 7, server, host, ANSWER);
    const struct lookup *lookup = lookups_find(lookups, &host.address, BYTES("crl.example"), NULL);
    assert_non_null(lookup);
    assert_int_equal(lookup->asked.packet, 0);
    assert_int_equal(lookup->address_count, 1);
    lookups_free(lookups);
}

static void prefers_who_asked_itself(void **state)
{
    (void)state;
    struct lookups *lookups = lookups_new();
    const struct address found = {4, {192, 0, 2, 1}};
    send(lookups, 1, server, host, ANSWER);
    send(lookups, 2, server, other_host, ANSWER);
    assert_int_equal(lookups_of_address(lookups, &found, &host.address, 9000)->answered.packet, 1);
    assert_int_equal(lookups_of_address(lookups, &found, &server.address, 9000)->answered.packet, 2);
    lookups_free(lookups);
}

static void notes_that_the_server_is_unreachable(void **state)
{
    (void)state;
    struct lookups *lookups = lookups_new();
    struct icmp_error error = {
        .packet = 2, .time = 2000, .transport = SEGMENT_UDP, .source = host, .destination = server};
    lookups_icmp(lookups, &error);
    send(lookups, 1, host, server, ASK);
    lookups_icmp(lookups, &error);
    const struct lookup *lookup = lookups_find(lookups, &host.address, BYTES("crl.example"), NULL);
    assert_int_equal(lookup->unreachable.packet, 2);
    lookups_free(lookups);
}

/* The same name, asked far more often than there is room. */
static void lets_the_oldest_give_way(void **state)
{
    (void)state;
    struct lookups *lookups = lookups_new();
    struct endpoint asker = host;
    for (uint64_t i = 1; i <= 10000; i++) {
        asker.port = (uint16_t)(i % 60000 + 1);
        send(lookups, i, asker, server, ASK);
        send(lookups, i, server, asker, ANSWER);
    }
    const struct lookup *lookup = lookups_find(lookups, &host.address, BYTES("crl.example"), NULL);
    assert_int_equal(lookup->asked.packet, 10000);
    lookups_forget(lookups);
    assert_null(lookups_find(lookups, &host.address, BYTES("crl.example"), NULL));
    lookups_free(lookups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_question),
        cmocka_unit_test(reads_an_answer_through_an_alias),
        cmocka_unit_test(reads_an_address_of_ipv6),
        cmocka_unit_test(reads_the_code),
        cmocka_unit_test(survives_pointers_that_go_round),
        cmocka_unit_test(keeps_what_came_before_a_bad_record),
        cmocka_unit_test(refuses_what_is_no_question),
        cmocka_unit_test(shows_odd_bytes_as_question_marks),
        cmocka_unit_test(joins_answer_and_question),
        cmocka_unit_test(takes_an_answer_without_its_question),
        cmocka_unit_test(prefers_who_asked_itself),
        cmocka_unit_test(notes_that_the_server_is_unreachable),
        cmocka_unit_test(lets_the_oldest_give_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
