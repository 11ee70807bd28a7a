/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers that should be contacted, and what shows whether they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "handshake/awaited.h"
#include <string.h>

static struct awaited *awaited;

static int begin(void **state)
{
    (void)state;
    awaited = awaited_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    awaited_free(awaited);
    return 0;
}

static const struct awaited_server *add(const char *text)
{
    struct buffer error = {0};
    bool fine = awaited_add(awaited, text, &error);
    buffer_free(&error);
    return fine ? awaited_at(awaited, awaited_count(awaited) - 1) : NULL;
}

static struct endpoint at(uint8_t last, uint16_t port)
{
    return (struct endpoint){.address = {.family = 4, .bytes = {192, 0, 2, last}}, .port = port};
}

static void tcp(struct endpoint from, struct endpoint to, uint8_t flags)
{
    struct segment segment = {
        .source = from, .destination = to, .transport = SEGMENT_TCP, .tcp = {.flags = flags}};
    awaited_see_segment(awaited, &segment);
}

static void udp(struct endpoint from, struct endpoint to, const void *bytes, uint32_t length)
{
    struct segment segment = {.source = from,
                              .destination = to,
                              .transport = SEGMENT_UDP,
                              .payload = bytes,
                              .captured = length,
                              .length = length};
    awaited_see_segment(awaited, &segment);
}

static void test_texts(void **state)
{
    (void)state;
    assert_int_equal(add("192.0.2.7")->port, 0);
    assert_int_equal(add("192.0.2.7:8443")->port, 8443);
    assert_int_equal(add("2001:db8::1")->address.family, 6);
    assert_int_equal(add("[2001:db8::1]:443")->port, 443);
    assert_int_equal(add("[2001:db8::1]")->port, 0);
    assert_string_equal(add("xconnect.")->name, "xconnect");
    assert_int_equal(add("xconnect:443")->address.family, 0);
    const char *const wrong[] = {"",       ":443",      "host:",       "host:0",         "host:65536",
                                 "host:x", "http://a",  "[192.0.2.7]", "[2001:db8::1",   "a b",
                                 ".a",     "host:443a", "[::1]443",    "192.0.2.7:443:1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (add(wrong[i]))
            fail_msg("\"%s\" is taken", wrong[i]);
}

static void test_too_many(void **state)
{
    (void)state;
    int count = 0;
    while (count < 1000 && add("a.test"))
        count++;
    assert_in_range(count, 16, 999);
}

static void test_any_port(void **state)
{
    (void)state;
    const struct awaited_server *server = add("192.0.2.10");
    tcp(at(10, 40000), at(20, 443), TCP_SYN); /* it is a client itself */
    tcp(at(20, 443), at(10, 40000), TCP_SYN | TCP_ACK);
    udp(at(20, 123), at(10, 123), "", 0);
    assert_false(server->contacted);
    tcp(at(20, 40000), at(10, 80), TCP_SYN);
    assert_true(server->contacted);
}

static void test_port(void **state)
{
    (void)state;
    const struct awaited_server *server = add("192.0.2.10:8443");
    tcp(at(20, 40000), at(10, 443), TCP_SYN);
    tcp(at(10, 443), at(20, 40000), TCP_SYN | TCP_ACK);
    assert_false(server->contacted);
    assert_int_equal(server->other_port, 443);
    tcp(at(10, 8443), at(20, 40000), TCP_ACK); /* met midway, one side alone */
    assert_true(server->contacted);
}

static void test_quic(void **state)
{
    (void)state;
    const struct awaited_server *server = add("192.0.2.10");
    udp(at(20, 40000), at(10, 443), "x", 1);
    assert_true(server->contacted);
}

/* A question for "a.test", and answers to it. */
#define HEAD(flags, answers)                                                                                 \
    "\0\1" flags "\0\1" answers "\0\0\0\0"                                                                   \
    "\1a\4test\0\0\1\0\1"

static void test_name(void **state)
{
    (void)state;
    static const char question[] = HEAD("\1\0", "\0\0"), no_such_name[] = HEAD("\x81\x83", "\0\0"),
                      failure[] = HEAD("\x81\x82", "\0\0"),
                      answer[] = HEAD("\x81\x80", "\0\1") "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x0a";
    const struct awaited_server *server = add("A.test"), *other = add("b.test"), *address = add("192.0.2.11");
    assert_int_equal(server->lookup, LOOKUP_NONE);
    udp(at(20, 40000), at(53, 53), question, sizeof question - 1);
    assert_int_equal(server->lookup, LOOKUP_ASKED);
    udp(at(53, 53), at(20, 40000), no_such_name, sizeof no_such_name - 1);
    assert_int_equal(server->lookup, LOOKUP_NO_SUCH_NAME);
    udp(at(53, 53), at(20, 40000), failure, sizeof failure - 1);
    assert_int_equal(server->lookup, LOOKUP_FAILED);
    udp(at(53, 53), at(20, 40000), answer, sizeof answer - 1);
    udp(at(53, 53), at(20, 40000), no_such_name, sizeof no_such_name - 1);
    assert_int_equal(server->lookup, LOOKUP_ANSWERED);
    assert_int_equal(server->resolved_count, 1);
    assert_int_equal(other->lookup, LOOKUP_NONE);
    assert_int_equal(address->lookup, LOOKUP_NONE);
    assert_false(server->contacted);
    tcp(at(20, 40000), at(10, 443), TCP_SYN);
    assert_true(server->contacted);
    assert_false(other->contacted);
}

static void test_broken_lookups(void **state)
{
    (void)state;
    static const char answer[] = HEAD("\x81\x80", "\0\1") "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x0a";
    add("a.test");
    for (uint32_t length = 0; length < sizeof answer - 1; length++)
        udp(at(53, 53), at(20, 40000), answer, length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_texts, begin, end),
        cmocka_unit_test_setup_teardown(test_too_many, begin, end),
        cmocka_unit_test_setup_teardown(test_any_port, begin, end),
        cmocka_unit_test_setup_teardown(test_port, begin, end),
        cmocka_unit_test_setup_teardown(test_quic, begin, end),
        cmocka_unit_test_setup_teardown(test_name, begin, end),
        cmocka_unit_test_setup_teardown(test_broken_lookups, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
