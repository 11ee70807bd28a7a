/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/fingerprint.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "tls_bytes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The expected values come from an implementation of its own, on the same messages; JA3 also from tshark. */

struct client_sample {
    const uint8_t *body;
    size_t length;
    const char *ja3, *ja4;
};

#define SAMPLE(message, ja3, ja4)                                                                            \
    {                                                                                                        \
        (message) + 4, sizeof(message) - 4, ja3, ja4                                                         \
    }

static const struct client_sample clients[] = {
    SAMPLE(openssl_client_hello_13, "9dffdb8b608a430b774a2ff7d36c1a0c",
           "t13d0411h2_16476d049b0b_78f1d400d464"),
    SAMPLE(openssl_client_hello_psk, "24f7cdd06e16ad467d45bc4196a60c7a",
           "t13d041200_16476d049b0b_2226a1d1dedf"),
    SAMPLE(openssl_client_hello_12, "22558766122974704364c9c75c5cce0a",
           "t12d2808h2_d943125447b4_e7e480e5a997"),
    SAMPLE(java_client_hello_12, "c6a1ca2ec5e244dddcac555d1bbb3700", "t12d341000_0ca14b6c4d46_1f7ae294493e"),
    SAMPLE(gnutls_client_hello_13, "1368b01c00c452d6bd572494ab93e89b",
           "t13d041300_9caa18292e23_2cc26d266019"),
    SAMPLE(go_client_hello_13, "473cd7cb9faa642487833865d516e578", "t13d190900_9dc949149365_97f8aa674fd9"),
};

static struct fingerprinter *f;

static int begin(void **state)
{
    (void)state;
    f = fingerprinter_new();
    return 0;
}

static int finish(void **state)
{
    (void)state;
    fingerprinter_free(f);
    return 0;
}

static void assert_ja3(const struct client_hello *hello, const char *expected)
{
    char ja3[33];
    /* computed, then remembered */
    for (int i = 0; i < 2; i++) {
        memset(ja3, 'x', sizeof ja3);
        fingerprint_ja3(f, hello, ja3);
        assert_string_equal(ja3, expected);
    }
}

static void assert_ja4(const struct client_hello *hello, char transport, const char *expected)
{
    char ja4[37];
    for (int i = 0; i < 2; i++) {
        memset(ja4, 'x', sizeof ja4);
        fingerprint_ja4(f, hello, transport, ja4);
        assert_string_equal(ja4, expected);
    }
}

static void real_clients(void **state)
{
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        struct client_hello hello;
        struct arena *arena = arena_new(1 << 16);
        client_hello_decode(cursor_over(clients[i].body, clients[i].length), arena, &hello);
        assert_ja3(&hello, clients[i].ja3);
        assert_ja4(&hello, 't', clients[i].ja4);
        arena_free(arena);
    }
    (void)state;
}

static void real_servers(void **state)
{
    struct server_hello hello;
    struct arena *arena = arena_new(1 << 16);
    char ja3s[33];
    server_hello_decode(cursor_over(openssl_server_hello_13 + 4, sizeof openssl_server_hello_13 - 4), arena,
                        &hello);
    fingerprint_ja3s(f, &hello, ja3s);
    assert_string_equal(ja3s, "15af977ce25de452b96affa2addb1036");
    server_hello_decode(cursor_over(openssl_server_hello_12 + 4, sizeof openssl_server_hello_12 - 4), arena,
                        &hello);
    fingerprint_ja3s(f, &hello, ja3s);
    assert_string_equal(ja3s, "e195432758194ce2d482396b82e0d48e");
    arena_free(arena);
    (void)state;
}

#define CODES(...)                                                                                           \
    {                                                                                                        \
        (uint16_t[]){__VA_ARGS__}, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t)                      \
    }

static void grease_is_left_out(void **state)
{
    struct client_hello hello = {
        .version = 0x0303,
        .ciphers = CODES(0x1A1A, 0x1301, 0xC02F),
        .extensions = CODES(0x3A3A, 0x000A, 0x9A9A),
        .groups = CODES(0x2A2A, 0x001D),
        .point_formats = CODES(0),
    };
    assert_ja3(&hello, "8179f03d28743d477cc1b55f2a5c51a8"); /* 771,4865-49199,10,29,0 */
    assert_ja4(&hello, 't', "t12i020100_c1929292aa6b_a8f3e973773c");
    hello.versions = (struct code_list)CODES(0x7A7A, 0x0304, 0x0303);
    assert_ja4(&hello, 'q', "q13i020100_c1929292aa6b_a8f3e973773c");
    (void)state;
}

static void signature_algorithms_follow_unsorted(void **state)
{
    struct client_hello hello = {
        .version = 0x0301,
        .ciphers = CODES(0xC02F, 0x1301),
        .extensions = CODES(0x0010, 0x000D, 0x0000, 0x000A),
        .signature_algorithms = CODES(0x0403, 0x5A5A, 0x0804),
    };
    assert_ja4(&hello, 't', "t10d020400_c1929292aa6b_4e0be11b965e");
    (void)state;
}

static void nothing_is_zeroes(void **state)
{
    struct client_hello hello = {.version = 0x0002};
    assert_ja3(&hello, "ebd319fa8e3e1956278f639d75f61787"); /* 2,,,, */
    assert_ja4(&hello, 't', "ts2i000000_000000000000_000000000000");
    hello.extensions = (struct code_list)CODES(0x0000, 0x0010); /* both have their place in front */
    hello.version = 0x0309;
    assert_ja4(&hello, 't', "t00d000200_000000000000_000000000000");
    struct client_hello old = {.version = 0x0301, .ciphers = CODES(4, 47)};
    assert_ja3(&old, "6152418f9219f3e07011d82c3f047ba4"); /* 769,4-47,,, */
    (void)state;
}

static void dtls_versions_count_downwards(void **state)
{
    struct client_hello hello = {.version = 0xFEFD};
    assert_ja4(&hello, 'd', "dd2i000000_000000000000_000000000000");
    hello.versions = (struct code_list)CODES(0xFEFD, 0xFEFC);
    assert_ja4(&hello, 'd', "dd3i000000_000000000000_000000000000");
    hello.version = 0xFEFF;
    hello.versions.count = 0;
    assert_ja4(&hello, 'd', "dd1i000000_000000000000_000000000000");
    (void)state;
}

static void assert_alpn(const char *bytes, uint32_t length, const char *expected)
{
    struct octets item = {bytes, length};
    struct client_hello hello = {.version = 0x0303, .alpn = {&item, 1}};
    char ja4[37];
    fingerprint_ja4(f, &hello, 't', ja4);
    assert_memory_equal(ja4 + 8, expected, 2);
}

static void alpn_is_two_characters(void **state)
{
    assert_alpn("h2", 2, "h2");
    assert_alpn("http/1.1", 8, "h1");
    assert_alpn("z", 1, "zz");
    assert_alpn("", 0, "00");
    assert_alpn("\xC5", 1, "c5");
    assert_alpn("\x0A\x0A", 2, "0a");
    assert_alpn("a_", 2, "6f");
    assert_alpn(" 9", 2, "29");
    assert_alpn("Az\0Z", 4, "AZ");
    (void)state;
}

/* Counts stop at 99, and the order on the wire does not matter however long the list is. */
static void long_lists(void **state)
{
    enum { MANY = 30000 };
    uint16_t *codes = memory_new(MANY, sizeof *codes);
    char up[37], down[37], mixed[37];
    struct client_hello hello = {.version = 0x0303, .ciphers = {codes, MANY}};
    for (uint32_t i = 0; i < MANY; i++)
        codes[i] = (uint16_t)i;
    fingerprint_ja4(f, &hello, 't', up);
    for (uint32_t i = 0; i < MANY; i++)
        codes[i] = (uint16_t)(MANY - 1 - i);
    fingerprint_ja4(f, &hello, 't', down);
    for (uint32_t i = 0; i < MANY; i++)
        codes[i] = (uint16_t)((uint64_t)i * 7919 % MANY);
    fingerprint_ja4(f, &hello, 't', mixed);
    assert_memory_equal(up, "t12i990000_", 11);
    assert_string_equal(up, down);
    assert_string_equal(up, mixed);
    free(codes);
    (void)state;
}

static void assert_hex(const uint8_t *bytes, size_t length, const char *expected)
{
    struct buffer hex = {0};
    buffer_add_hex(&hex, bytes, length, 0);
    assert_string_equal(hex.bytes, expected);
    buffer_free(&hex);
}

/* FIPS 180-4's own example: "abc". */
static void hashes(void **state)
{
    uint8_t sha1[20], sha256[32];
    for (int again = 0; again < 2; again++) {
        fingerprint_sha1(f, "abc", 3, sha1);
        assert_hex(sha1, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
        fingerprint_sha256(f, "abc", 3, sha256);
        assert_hex(sha256, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        memset(sha1, 0, sizeof sha1);
        memset(sha256, 0, sizeof sha256);
        fingerprint_certificate(f, "abc", 3, sha1, sha256);
        assert_hex(sha1, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_hex(sha256, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
    fingerprinter_free(NULL);
    (void)state;
}

#define FINGERPRINT_TEST(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FINGERPRINT_TEST(real_clients),
        FINGERPRINT_TEST(real_servers),
        FINGERPRINT_TEST(grease_is_left_out),
        FINGERPRINT_TEST(signature_algorithms_follow_unsorted),
        FINGERPRINT_TEST(nothing_is_zeroes),
        FINGERPRINT_TEST(dtls_versions_count_downwards),
        FINGERPRINT_TEST(alpn_is_two_characters),
        FINGERPRINT_TEST(long_lists),
        FINGERPRINT_TEST(hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
