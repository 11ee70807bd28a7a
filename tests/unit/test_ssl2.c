/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/messages.h"
#include "handshake/transcript.h"
#include "tls/ssl2.h"
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/*
 * SSL 2.0 is gone from every stack at hand, so these messages are made by hand, after its description and
 * RFC 5246 appendix E.2.
 */

/* RC4 and DES of SSL 2.0, two suites of SSL 3.0, the signal for secure renegotiation; session id and
 * challenge */
static const char client[] = "\x01\x03\x01\x00\x0F\x00\x10\x00\x18"
                             "\x01\x00\x80\x06\x00\x40\x00\x00\x2F\x00\x00\x35\x00\x00\xFF"
                             "session-id-of-16"
                             "challenge-of-24-bytes-ok";

static const char server[] = "\x04\x00\x01\x00\x02\x00\x05\x00\x06\x00\x10"
                             "\x30\x03\x02\x01\x07"
                             "\x01\x00\x80\x07\x00\xC0"
                             "connection-of-16";

enum { CLIENT_LENGTH = sizeof client - 1, SERVER_LENGTH = sizeof server - 1 };

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 18);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void reads_a_client_hello(void **state)
{
    struct client_hello hello;
    assert_int_equal(ssl2_client_hello_decode(cursor_over(client, CLIENT_LENGTH), arena, &hello),
                     DECODE_WHOLE);
    assert_true(hello.ssl2_format);
    assert_int_equal(hello.version, TLS_VERSION_1_0);
    assert_int_equal(hello.length, CLIENT_LENGTH);
    assert_int_equal(hello.ciphers.count, 3);
    assert_int_equal(hello.ciphers.codes[0], 0x002F);
    assert_int_equal(hello.ciphers.codes[2], TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
    assert_string_equal(hello.session_id.bytes, "session-id-of-16");
    static const uint8_t zeroes[8];
    assert_memory_equal(hello.random, zeroes, 8);
    assert_memory_equal(hello.random + 8, "challenge-of-24-bytes-ok", 24);
    assert_false(hello.has_extensions);
    assert_int_equal(client_hello_highest_version(&hello), TLS_VERSION_1_0);
    (void)state;
}

static void long_challenge_counts_from_its_end(void **state)
{
    struct client_hello hello;
    static const char body[] = "\x01\x00\x02\x00\x00\x00\x00\x00\x23"
                               "XYZ0123456789ABCDEF0123456789ABCDEF";
    assert_int_equal(ssl2_client_hello_decode(cursor_over(body, sizeof body - 1), arena, &hello),
                     DECODE_WHOLE);
    assert_memory_equal(hello.random, "0123456789ABCDEF0123456789ABCDEF", 32);
    assert_int_equal(hello.version, TLS_VERSION_SSL2);
    assert_int_equal(client_hello_lowest_version(&hello), TLS_VERSION_SSL2);
    assert_null(hello.session_id.bytes);
    (void)state;
}

static void reads_a_server_hello(void **state)
{
    struct ssl2_server_hello hello;
    assert_int_equal(ssl2_server_hello_decode(cursor_over(server, SERVER_LENGTH), arena, &hello),
                     DECODE_WHOLE);
    assert_false(hello.session_id_hit);
    assert_int_equal(hello.certificate_type, 1);
    assert_int_equal(hello.version, TLS_VERSION_SSL2);
    assert_int_equal(hello.certificate_length, 5);
    assert_memory_equal(hello.certificate.bytes, "\x30\x03\x02\x01\x07", 5);
    assert_int_equal(hello.cipher_count, 2);
    assert_string_equal(ssl2_cipher_name(hello.ciphers[0]), "SSL_CK_RC4_128_WITH_MD5");
    assert_string_equal(ssl2_cipher_name(hello.ciphers[1]), "SSL_CK_DES_192_EDE3_CBC_WITH_MD5");
    assert_null(ssl2_cipher_name(0x123456));
    (void)state;
}

static void cut_is_cut_and_short_is_bad(void **state)
{
    struct client_hello hello;
    struct ssl2_server_hello answer;
    for (size_t have = 0; have < CLIENT_LENGTH; have++) {
        assert_int_equal(
            ssl2_client_hello_decode(cursor_over_cut(client, have, CLIENT_LENGTH), arena, &hello),
            DECODE_CUT);
        assert_int_equal(ssl2_client_hello_decode(cursor_over(client, have), arena, &hello), DECODE_BAD);
    }
    for (size_t have = 0; have < SERVER_LENGTH; have++) {
        assert_int_equal(
            ssl2_server_hello_decode(cursor_over_cut(server, have, SERVER_LENGTH), arena, &answer),
            DECODE_CUT);
        assert_int_equal(ssl2_server_hello_decode(cursor_over(server, have), arena, &answer), DECODE_BAD);
    }
    (void)state;
}

/* It becomes the server's Certificate message, as if it had come in one. */
static void the_hello_brings_the_certificate(void **state)
{
    struct connection *connection = calloc(1, sizeof *connection);
    struct handshake *handshake = handshake_new(connection);
    struct fingerprinter *hasher = fingerprinter_new();
    struct message_context context = {
        .handshake = handshake, .connection = connection, .hasher = hasher, .now = {.packet = 4}};
    context.half = 1 - handshake->client_half;
    struct record record = {
        .ssl2 = true, .type = SSL2_SERVER_HELLO, .body = cursor_over(server, SERVER_LENGTH)};
    message_read_ssl2(&context, &record);
    const struct certificate_message *message = handshake->certificate[SIDE_SERVER];
    assert_non_null(message);
    assert_int_equal(message->count, 1);
    assert_true(message->entries[0].whole);
    assert_memory_equal(message->entries[0].der.bytes, "\x30\x03\x02\x01\x07", 5);
    assert_int_equal(handshake->direction[SIDE_SERVER].certificate.packet, 4);
    handshake_free(handshake);
    fingerprinter_free(hasher);
    free(connection);
    (void)state;
}

/* More kinds than the struct holds. */
static void many_kinds_are_bounded(void **state)
{
    struct ssl2_server_hello hello;
    uint8_t body[11 + 60 * 3] = {4, 0, 1, 0, 2, 0, 0, 0, 180, 0, 0};
    assert_int_equal(ssl2_server_hello_decode(cursor_over(body, sizeof body), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.cipher_count, 16);
    (void)state;
}

#define SSL2_TEST(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SSL2_TEST(reads_a_client_hello),   SSL2_TEST(long_challenge_counts_from_its_end),
        SSL2_TEST(reads_a_server_hello),   SSL2_TEST(cut_is_cut_and_short_is_bad),
        SSL2_TEST(many_kinds_are_bounded), SSL2_TEST(the_hello_brings_the_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
