/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/certificate_messages.h"

#include "base/buffer.h"
#include "tls_bytes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BODY(message) cursor_over((message) + 4, sizeof(message) - 4)

enum { DER_LENGTH = 636 };
#define DER_12 (openssl_certificate_12 + 4 + 3 + 3)
#define DER_13 (openssl_certificate_13 + 4 + 1 + 3 + 3)

/* The name of the one issuer that OpenSSL's server asked for: CN=tlswhy test root. */
static const char issuer[] = "\x30\x1b\x31\x19\x30\x17\x06\x03\x55\x04\x03\x0c\x10"
                             "tlswhy test root";

static struct arena *arena;
static struct fingerprinter *hasher;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    hasher = fingerprinter_new();
    return 0;
}

static int finish(void **state)
{
    (void)state;
    arena_free(arena);
    fingerprinter_free(hasher);
    return 0;
}

static enum decode_result read_message(struct cursor body, uint16_t version,
                                       struct certificate_message *message)
{
    return certificate_message_decode(body, version, arena, hasher, message);
}

static void assert_hex(const uint8_t *bytes, size_t length, const char *expected)
{
    struct buffer hex = {0};
    buffer_add_hex(&hex, bytes, length, 0);
    assert_string_equal(hex.bytes, expected);
    buffer_free(&hex);
}

static void check_entry(const struct certificate_entry *entry)
{
    assert_true(entry->whole);
    assert_int_equal(entry->length, DER_LENGTH);
    assert_int_equal(entry->der.length, DER_LENGTH);
    assert_memory_equal(entry->der.bytes, DER_12, DER_LENGTH);
    assert_hex(entry->sha1, 20, "37ca03c12e53218333f63d4a935ef549a6ae6b0f");
    assert_hex(entry->sha256, 32, "ba7f37c58573298ecb2bbfd698f955f5221acc04d20382fccba116a047183af6");
}

static void hashes_a_certificate(void **state)
{
    struct certificate_message message;
    assert_int_equal(read_message(BODY(openssl_certificate_12), TLS_VERSION_1_2, &message), DECODE_WHOLE);
    assert_int_equal(message.count, 1);
    assert_int_equal(message.length, sizeof openssl_certificate_12 - 4);
    check_entry(&message.entries[0]);
    assert_int_equal(read_message(BODY(openssl_certificate_13), TLS_VERSION_1_3, &message), DECODE_WHOLE);
    assert_int_equal(message.count, 1);
    assert_non_null(message.context.bytes);
    assert_int_equal(message.context.length, 0);
    check_entry(&message.entries[0]);
    /* a draft's version has the same layout */
    assert_int_equal(read_message(BODY(openssl_certificate_13), 0x7F1C, &message), DECODE_WHOLE);
    (void)state;
}

static void layouts_are_not_mixed_up(void **state)
{
    struct certificate_message message;
    assert_int_equal(read_message(BODY(openssl_certificate_13), TLS_VERSION_1_2, &message), DECODE_BAD);
    assert_int_equal(read_message(BODY(openssl_certificate_12), TLS_VERSION_1_3, &message), DECODE_BAD);
    (void)state;
}

/* RFC 7250 section 3: in TLS 1.2 the key stands where the list of certificates would. */
static void raw_key_stands_alone(void **state)
{
    (void)state;
    static const char body[] = "\x00\x00\x05\x30\x03\x05\x01\x00";
    const size_t length = sizeof body - 1;
    struct certificate_message message;
    assert_int_equal(raw_public_key_decode(cursor_over(body, length), arena, hasher, &message), DECODE_WHOLE);
    assert_int_equal(message.type, TLS_CERTIFICATE_RAW_PUBLIC_KEY);
    assert_int_equal(message.count, 1);
    assert_true(message.entries[0].whole);
    assert_int_equal(message.entries[0].der.length, 5);
    assert_memory_equal(message.entries[0].der.bytes, body + 3, 5);
    for (size_t cut = 0; cut < length; cut++) {
        struct cursor rest = cursor_over_cut(body, cut, length);
        assert_int_equal(raw_public_key_decode(rest, arena, hasher, &message), DECODE_CUT);
        assert_false(message.count > 0 && message.entries[0].whole);
    }
    assert_int_equal(raw_public_key_decode(cursor_over(body, length - 1), arena, hasher, &message),
                     DECODE_BAD);
    assert_int_equal(raw_public_key_decode(cursor_over("\0\0\0", 3), arena, hasher, &message), DECODE_BAD);
}

static void empty_list_is_no_certificate(void **state)
{
    struct certificate_message message;
    assert_int_equal(read_message(cursor_over("\0\0\0", 3), TLS_VERSION_1_2, &message), DECODE_WHOLE);
    assert_int_equal(message.count, 0);
    assert_int_equal(message.length, 3);
    assert_int_equal(read_message(cursor_over("\4ABCD\0\0\0", 8), TLS_VERSION_1_3, &message), DECODE_WHOLE);
    assert_int_equal(message.count, 0);
    assert_string_equal(message.context.bytes, "ABCD");
    (void)state;
}

static void cut_certificate_has_no_hashes(void **state)
{
    static const uint8_t none[32];
    for (size_t have = 0; have < sizeof openssl_certificate_12 - 4; have++) {
        struct certificate_message message;
        struct arena *own = arena_new(1 << 16);
        struct cursor body =
            cursor_over_cut(openssl_certificate_12 + 4, have, sizeof openssl_certificate_12 - 4);
        assert_int_equal(certificate_message_decode(body, TLS_VERSION_1_2, own, hasher, &message),
                         DECODE_CUT);
        assert_int_equal(message.count, have >= 6 ? 1 : 0);
        if (have >= 6) {
            assert_int_equal(message.entries[0].length, DER_LENGTH);
            assert_false(message.entries[0].whole);
            assert_null(message.entries[0].der.bytes);
            assert_memory_equal(message.entries[0].sha256, none, 32);
        }
        arena_free(own);
    }
    for (size_t have = 0; have < sizeof openssl_certificate_13 - 4; have++) {
        struct certificate_message message;
        struct cursor body =
            cursor_over_cut(openssl_certificate_13 + 4, have, sizeof openssl_certificate_13 - 4);
        assert_int_equal(read_message(body, TLS_VERSION_1_3, &message), DECODE_CUT);
    }
    (void)state;
}

static void short_messages_are_bad(void **state)
{
    for (size_t have = 0; have < sizeof openssl_certificate_12 - 4; have++) {
        struct certificate_message message;
        assert_int_equal(
            read_message(cursor_over(openssl_certificate_12 + 4, have), TLS_VERSION_1_2, &message),
            DECODE_BAD);
    }
    (void)state;
}

/* The copy is given up, the hashes are not. */
static void full_arena_keeps_the_hashes(void **state)
{
    struct certificate_message message;
    struct arena *small = arena_new(512);
    assert_int_equal(
        certificate_message_decode(BODY(openssl_certificate_12), TLS_VERSION_1_2, small, hasher, &message),
        DECODE_WHOLE);
    assert_int_equal(message.count, 1);
    assert_true(message.entries[0].whole);
    assert_null(message.entries[0].der.bytes);
    assert_hex(message.entries[0].sha1, 20, "37ca03c12e53218333f63d4a935ef549a6ae6b0f");
    arena_free(small);
    (void)state;
}

/* Thousands of empty certificates: not allowed, and not kept either. */
static void absurd_list_is_bounded(void **state)
{
    enum { EMPTY = 40000 };
    struct certificate_message message;
    struct buffer body = {0};
    static const uint8_t length[] = {(EMPTY * 3) >> 16, ((EMPTY * 3) >> 8) & 255, (EMPTY * 3) & 255};
    buffer_add(&body, length, sizeof length);
    for (int i = 0; i < EMPTY; i++)
        buffer_add(&body, "\0\0\0", 3);
    assert_int_equal(read_message(cursor_over(body.bytes, body.length), TLS_VERSION_1_2, &message),
                     DECODE_BAD);
    assert_true(message.count > 0 && message.count <= 256);
    buffer_free(&body);
    (void)state;
}

static void check_authorities(const struct certificate_request *request)
{
    assert_int_equal(request->authorities.count, 1);
    assert_int_equal(request->authorities_length, 31);
    assert_int_equal(request->authorities.items[0].length, sizeof issuer - 1);
    assert_memory_equal(request->authorities.items[0].bytes, issuer, sizeof issuer - 1);
}

static void reads_a_request_of_12(void **state)
{
    struct certificate_request request;
    assert_int_equal(
        certificate_request_decode(BODY(openssl_certificate_request_12), TLS_VERSION_1_2, arena, &request),
        DECODE_WHOLE);
    assert_int_equal(request.certificate_types.count, 3);
    assert_int_equal(request.certificate_types.codes[2], 64);
    assert_int_equal(request.signature_algorithms.count, 20);
    assert_int_equal(request.signature_algorithms.codes[0], 0x0403);
    assert_int_equal(request.length, sizeof openssl_certificate_request_12 - 4);
    check_authorities(&request);
    (void)state;
}

static void reads_a_request_of_13(void **state)
{
    struct certificate_request request;
    assert_int_equal(
        certificate_request_decode(BODY(openssl_certificate_request_13), TLS_VERSION_1_3, arena, &request),
        DECODE_WHOLE);
    assert_int_equal(request.certificate_types.count, 0);
    assert_int_equal(request.extensions.count, 2);
    assert_int_equal(request.extensions.codes[1], TLS_EXTENSION_CERTIFICATE_AUTHORITIES);
    assert_int_equal(request.signature_algorithms.count, 16);
    check_authorities(&request);
    (void)state;
}

/* RFC 9345 section 4: beside the certificate stands a key that it signed. */
static void reads_a_delegated_credential(void **state)
{
    (void)state;
    static const char body[] = "\0\0\0\x1B\0\0\2\x30\0"         /* a list of one, its DER of two bytes */
                               "\0\x14\0\x22\0\x10"             /* one extension, 34 */
                               "\0\x09\x3A\x80\4\3\0\0\2\x30\0" /* a week, ecdsa_secp256r1_sha256, a key */
                               "\x08\x04\0\1S";                 /* signed with rsa_pss_rsae_sha256 */
    struct certificate_message message;
    assert_int_equal(read_message(cursor_over(body, sizeof body - 1), TLS_VERSION_1_3, &message),
                     DECODE_WHOLE);
    assert_int_equal(message.count, 1);
    assert_true(message.entries[0].has_credential);
    const struct delegated_credential *credential = &message.entries[0].credential;
    assert_int_equal(credential->valid_time, 604800);
    assert_int_equal(credential->verify_scheme, 0x0403);
    assert_int_equal(credential->key.length, 2);
    assert_int_equal(credential->scheme, 0x0804);
    assert_int_equal(credential->signature_length, 1);
}

/* Before 1.2 there were no signature algorithms. */
static void reads_a_request_of_10(void **state)
{
    struct certificate_request request;
    assert_int_equal(
        certificate_request_decode(cursor_over("\2\1\2\0\5\0\3abc", 10), TLS_VERSION_1_0, arena, &request),
        DECODE_WHOLE);
    assert_int_equal(request.certificate_types.count, 2);
    assert_string_equal(request.authorities.items[0].bytes, "abc");
    assert_int_equal(
        certificate_request_decode(cursor_over("\2\1\2\0\0", 5), TLS_VERSION_SSL3, arena, &request),
        DECODE_WHOLE);
    assert_int_equal(request.authorities.count, 0);
    (void)state;
}

static void cut_requests_are_cut(void **state)
{
    struct certificate_request request;
    for (size_t have = 0; have < sizeof openssl_certificate_request_12 - 4; have++)
        assert_int_equal(
            certificate_request_decode(cursor_over_cut(openssl_certificate_request_12 + 4, have,
                                                       sizeof openssl_certificate_request_12 - 4),
                                       TLS_VERSION_1_2, arena, &request),
            DECODE_CUT);
    for (size_t have = 0; have < sizeof openssl_certificate_request_13 - 4; have++)
        assert_int_equal(
            certificate_request_decode(cursor_over_cut(openssl_certificate_request_13 + 4, have,
                                                       sizeof openssl_certificate_request_13 - 4),
                                       TLS_VERSION_1_3, arena, &request),
            DECODE_CUT);
    assert_int_equal(request.authorities_length, 31); /* the length came, the name did not */
    assert_int_equal(request.authorities.count, 0);
    (void)state;
}

#define MESSAGE_TEST(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MESSAGE_TEST(hashes_a_certificate),         MESSAGE_TEST(layouts_are_not_mixed_up),
        MESSAGE_TEST(raw_key_stands_alone),         MESSAGE_TEST(reads_a_delegated_credential),
        MESSAGE_TEST(empty_list_is_no_certificate), MESSAGE_TEST(cut_certificate_has_no_hashes),
        MESSAGE_TEST(short_messages_are_bad),       MESSAGE_TEST(full_arena_keeps_the_hashes),
        MESSAGE_TEST(absurd_list_is_bounded),       MESSAGE_TEST(reads_a_request_of_12),
        MESSAGE_TEST(reads_a_request_of_13),        MESSAGE_TEST(reads_a_request_of_10),
        MESSAGE_TEST(cut_requests_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
