/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/key_messages.h"

#include "tls_bytes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BODY(message) cursor_over((message) + 4, sizeof(message) - 4)

struct exchange_sample {
    const uint8_t *body;
    size_t length;
    uint16_t version, cipher;
    struct server_key_exchange expected;
};

#define EXCHANGE(message, version, cipher, ...)                                                              \
    {                                                                                                        \
        (message) + 4, sizeof(message) - 4, version, cipher,                                                 \
        {                                                                                                    \
            __VA_ARGS__                                                                                      \
        }                                                                                                    \
    }

static const struct exchange_sample exchanges[] = {
    EXCHANGE(openssl_key_exchange_ecdhe_12, TLS_VERSION_1_2, 0xC02C, .group = 29,
             .signature_algorithm = 0x0403),
    EXCHANGE(openssl_key_exchange_dhe_12, TLS_VERSION_1_2, 0x009E, .dh_bits = 2048,
             .signature_algorithm = 0x0804),
    EXCHANGE(openssl_key_exchange_ecdhe_10, TLS_VERSION_1_0, 0xC013, .group = 29),
    EXCHANGE(openssl_key_exchange_dhe_psk, TLS_VERSION_1_2, 0x00AA, .dh_bits = 2048),
    EXCHANGE(openssl_key_exchange_ecdhe_psk, TLS_VERSION_1_2, 0xC037, .group = 29),
    EXCHANGE(openssl_key_exchange_ecdh_anon, TLS_VERSION_1_2, 0xC018, .group = 29),
};

enum { EXCHANGES = sizeof exchanges / sizeof exchanges[0] };

static void reads_key_exchanges(void **state)
{
    for (size_t i = 0; i < EXCHANGES; i++) {
        const struct exchange_sample *sample = &exchanges[i];
        struct server_key_exchange message;
        assert_int_equal(server_key_exchange_decode(cursor_over(sample->body, sample->length),
                                                    sample->version, sample->cipher, &message),
                         DECODE_WHOLE);
        assert_int_equal(message.group, sample->expected.group);
        assert_int_equal(message.dh_bits, sample->expected.dh_bits);
        assert_int_equal(message.signature_algorithm, sample->expected.signature_algorithm);
    }
    (void)state;
}

static void cut_and_short_key_exchanges(void **state)
{
    for (size_t i = 0; i < EXCHANGES; i++) {
        const struct exchange_sample *sample = &exchanges[i];
        for (size_t have = 0; have < sample->length; have++) {
            struct server_key_exchange message;
            assert_int_equal(server_key_exchange_decode(cursor_over_cut(sample->body, have, sample->length),
                                                        sample->version, sample->cipher, &message),
                             DECODE_CUT);
            assert_int_equal(server_key_exchange_decode(cursor_over(sample->body, have), sample->version,
                                                        sample->cipher, &message),
                             DECODE_BAD);
        }
    }
    (void)state;
}

/* The first byte of the prime and its length are enough to know its size. */
static void size_of_a_prime(void **state)
{
    struct server_key_exchange message;
    struct cursor cut =
        cursor_over_cut(openssl_key_exchange_dhe_12 + 4, 3, sizeof openssl_key_exchange_dhe_12 - 4);
    assert_int_equal(server_key_exchange_decode(cut, TLS_VERSION_1_2, 0x009E, &message), DECODE_CUT);
    assert_int_equal(message.dh_bits, 2048);
    /* a leading zero and a half-full byte: 9 bits */
    static const char small[] = "\0\3\0\1\xFF"
                                "\0\1\2"
                                "\0\1\5"
                                "\0\0";
    assert_int_equal(
        server_key_exchange_decode(cursor_over(small, sizeof small - 1), TLS_VERSION_1_0, 0x0033, &message),
        DECODE_WHOLE);
    assert_int_equal(message.dh_bits, 9);
    assert_int_equal(message.signature_algorithm, 0);
    (void)state;
}

static void unknown_key_exchanges_have_no_facts(void **state)
{
    struct server_key_exchange message;
    static const uint16_t suites[] = {0x0081 /* GOST */, 0xC01D /* SRP */, 0x002F /* RSA */, 0xEEEE, 0x008C};
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        assert_int_equal(
            server_key_exchange_decode(cursor_over("anything", 8), TLS_VERSION_1_2, suites[i], &message),
            DECODE_WHOLE);
        assert_int_equal(message.group | message.dh_bits | message.signature_algorithm, 0);
    }
    (void)state;
}

static void explicit_curve_is_no_group(void **state)
{
    struct server_key_exchange message;
    assert_int_equal(
        server_key_exchange_decode(cursor_over("\1 explicit prime", 16), TLS_VERSION_1_2, 0xC02F, &message),
        DECODE_WHOLE);
    assert_int_equal(message.group, 0);
    (void)state;
}

static void reads_certificate_verify(void **state)
{
    struct certificate_verify message;
    assert_int_equal(
        certificate_verify_decode(BODY(openssl_certificate_verify_13), TLS_VERSION_1_3, &message),
        DECODE_WHOLE);
    assert_int_equal(message.signature_algorithm, 0x0403);
    assert_int_equal(message.signature_length, 0x48);
    assert_int_equal(
        certificate_verify_decode(BODY(openssl_certificate_verify_12), TLS_VERSION_1_2, &message),
        DECODE_WHOLE);
    assert_int_equal(message.signature_length, 0x47);
    assert_int_equal(certificate_verify_decode(cursor_over("\0\2ss", 4), TLS_VERSION_1_1, &message),
                     DECODE_WHOLE);
    assert_int_equal(message.signature_algorithm, 0);
    assert_int_equal(message.signature_length, 2);
    assert_int_equal(certificate_verify_decode(cursor_over("\0\3ss", 4), TLS_VERSION_1_1, &message),
                     DECODE_BAD);
    assert_int_equal(certificate_verify_decode(cursor_over_cut("\0\3ss", 4, 5), TLS_VERSION_1_1, &message),
                     DECODE_CUT);
    assert_int_equal(message.signature_length, 3);
    (void)state;
}

static void reads_new_session_tickets(void **state)
{
    struct new_session_ticket message;
    size_t length = sizeof openssl_new_session_ticket_13 - 4;
    assert_int_equal(
        new_session_ticket_decode(BODY(openssl_new_session_ticket_13), TLS_VERSION_1_3, &message),
        DECODE_WHOLE);
    assert_int_equal(message.lifetime, 7200);
    assert_int_equal(message.ticket_length, 208);
    assert_int_equal(
        new_session_ticket_decode(BODY(openssl_new_session_ticket_12), TLS_VERSION_1_2, &message),
        DECODE_WHOLE);
    assert_int_equal(message.lifetime, 7200);
    assert_int_equal(message.ticket_length, 176);
    for (size_t have = 0; have < length; have++)
        assert_int_equal(
            new_session_ticket_decode(cursor_over_cut(openssl_new_session_ticket_13 + 4, have, length),
                                      TLS_VERSION_1_3, &message),
            DECODE_CUT);
    (void)state;
}

static void reads_encrypted_extensions(void **state)
{
    struct encrypted_extensions message;
    struct arena *arena = arena_new(1 << 16);
    assert_int_equal(encrypted_extensions_decode(BODY(openssl_encrypted_extensions), arena, &message),
                     DECODE_WHOLE);
    assert_int_equal(message.extensions.count, 1);
    assert_int_equal(message.extensions.codes[0], TLS_EXTENSION_ALPN);
    assert_string_equal(message.alpn.bytes, "h2");
    assert_int_equal(encrypted_extensions_decode(cursor_over("\0\0", 2), arena, &message), DECODE_WHOLE);
    assert_null(message.alpn.bytes);
    assert_int_equal(encrypted_extensions_decode(cursor_over("", 0), arena, &message), DECODE_BAD);
    arena_free(arena);
    (void)state;
}

struct traits_sample {
    uint16_t cipher;
    struct cipher_traits traits;
};

static const struct traits_sample traits_samples[] = {
    {0x1301, {.known = 1, .tls13 = 1, .aead = 1}},
    {0x1302, {.known = 1, .tls13 = 1, .aead = 1, .sha384 = 1}},
    {0x1305, {.known = 1, .tls13 = 1, .aead = 1, .ccm8 = 1}},
    {0xC0B4, {.known = 1, .tls13 = 1, .null_cipher = 1}},
    {0x002F, {.known = 1, .rsa_key_exchange = 1, .rsa_authentication = 1, .cbc = 1}},
    {0x0005, {.known = 1, .rsa_key_exchange = 1, .rsa_authentication = 1, .rc4 = 1}},
    {0x0002, {.known = 1, .rsa_key_exchange = 1, .rsa_authentication = 1, .null_cipher = 1}},
    {0x0003, {.known = 1, .rsa_key_exchange = 1, .rsa_authentication = 1, .rc4 = 1, .export_grade = 1}},
    {0x0014, {.known = 1, .dhe = 1, .rsa_authentication = 1, .des = 1, .cbc = 1, .export_grade = 1}},
    {0x0016, {.known = 1, .dhe = 1, .rsa_authentication = 1, .triple_des = 1, .cbc = 1}},
    {0x0031, {.known = 1, .cbc = 1}}, /* static DH, certificate signed with RSA */
    {0x0034, {.known = 1, .dhe = 1, .anonymous = 1, .cbc = 1}},
    {0x0081, {.known = 1, .gost = 1}},
    {0x00AD, {.known = 1, .psk = 1, .rsa_authentication = 1, .aead = 1, .sha384 = 1}},
    {0xC004, {.known = 1, .ecdsa_authentication = 1, .cbc = 1}},
    {0xC018, {.known = 1, .ecdhe = 1, .anonymous = 1, .cbc = 1}},
    {0xC02C, {.known = 1, .ecdhe = 1, .ecdsa_authentication = 1, .aead = 1, .sha384 = 1}},
    {0xC0A1, {.known = 1, .rsa_key_exchange = 1, .rsa_authentication = 1, .aead = 1, .ccm8 = 1}},
    {0xC0AA, {.known = 1, .dhe = 1, .psk = 1, .aead = 1, .ccm8 = 1}}, /* named PSK_DHE */
    {0xCCA8, {.known = 1, .ecdhe = 1, .rsa_authentication = 1, .aead = 1}},
    {0x00FF, {0}},
    {0x5600, {0}},
    {0x0A0A, {0}},
    {0xEEEE, {0}},
};

static void traits_follow_from_names(void **state)
{
    for (size_t i = 0; i < sizeof traits_samples / sizeof traits_samples[0]; i++) {
        struct cipher_traits traits = cipher_traits(traits_samples[i].cipher);
        if (memcmp(&traits, &traits_samples[i].traits, sizeof traits) != 0)
            fail_msg("traits of %04X", traits_samples[i].cipher);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_key_exchanges),
        cmocka_unit_test(cut_and_short_key_exchanges),
        cmocka_unit_test(size_of_a_prime),
        cmocka_unit_test(unknown_key_exchanges_have_no_facts),
        cmocka_unit_test(explicit_curve_is_no_group),
        cmocka_unit_test(reads_certificate_verify),
        cmocka_unit_test(reads_new_session_tickets),
        cmocka_unit_test(reads_encrypted_extensions),
        cmocka_unit_test(traits_follow_from_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
