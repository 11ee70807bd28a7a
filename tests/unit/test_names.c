/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/names.h"

#include "tls/names_tables.h"
#include "tls/protocol.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct sample {
    enum names_table table;
    uint16_t code;
    const char *name;
};

static const struct sample samples[] = {
    {NAMES_CIPHER_SUITE, 0x0000, "TLS_NULL_WITH_NULL_NULL"},
    {NAMES_CIPHER_SUITE, 0x1301, "TLS_AES_128_GCM_SHA256"},
    {NAMES_CIPHER_SUITE, 0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"},
    {NAMES_CIPHER_SUITE, 0x5600, "TLS_FALLBACK_SCSV"},
    {NAMES_CIPHER_SUITE, 0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {NAMES_CIPHER_SUITE, 0x0A0A, "GREASE"},
    {NAMES_CIPHER_SUITE, 0xEEEE, NULL},
    {NAMES_EXTENSION, 0x0000, "server_name"},
    {NAMES_EXTENSION, 0xFF01, "renegotiation_info"},
    {NAMES_EXTENSION, 0xFFFF, NULL},
    {NAMES_EXTENSION, 0x8A8A, "GREASE"},
    {NAMES_GROUP, 0x001D, "x25519"},
    {NAMES_GROUP, 0x11EC, "X25519MLKEM768"},
    {NAMES_GROUP, 0x0000, NULL},
    {NAMES_SIGNATURE_SCHEME, 0x0804, "rsa_pss_rsae_sha256"},
    {NAMES_ALERT, 0, "close_notify"},
    {NAMES_ALERT, 40, "handshake_failure"},
    {NAMES_ALERT, 120, "no_application_protocol"},
    {NAMES_ALERT, 39, NULL},
    {NAMES_VERSION, 0x0002, "2.0"},
    {NAMES_VERSION, 0x0300, "3.0"},
    {NAMES_VERSION, 0x0304, "1.3"},
    {NAMES_VERSION, 0xFEFF, "1.0"},
    {NAMES_VERSION, 0xFEFD, "1.2"},
    {NAMES_VERSION, 0x0305, NULL},
    {NAMES_CONTENT_TYPE, 20, "change_cipher_spec"},
    {NAMES_CONTENT_TYPE, 24, "heartbeat"},
    {NAMES_CONTENT_TYPE, 19, NULL},
    {NAMES_HANDSHAKE_TYPE, 0, "hello_request"},
    {NAMES_HANDSHAKE_TYPE, 1, "client_hello"},
    {NAMES_HANDSHAKE_TYPE, 14, "server_hello_done"},
    {NAMES_HANDSHAKE_TYPE, 254, "message_hash"},
    {NAMES_HANDSHAKE_TYPE, 7, NULL},
    {NAMES_HANDSHAKE_TYPE, 255, NULL},
};

static void finds_names(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const char *name = names_find(samples[i].table, samples[i].code);
        if (samples[i].name)
            assert_string_equal(name, samples[i].name);
        else
            assert_null(name);
    }
    (void)state;
}

/* Every row is found by its code, and nothing but the rows is. */
static void finds_exactly_the_rows(void **state)
{
    size_t found = 0;
    for (size_t i = 0; i < names_ciphersuites.count; i++)
        assert_ptr_equal(names_find(NAMES_CIPHER_SUITE, names_ciphersuites.rows[i].code),
                         names_ciphersuites.rows[i].name);
    for (uint32_t code = 0; code <= 0xFFFF; code++)
        found += !tls_is_grease((uint16_t)code) && names_find(NAMES_CIPHER_SUITE, (uint16_t)code);
    assert_int_equal(found, names_ciphersuites.count);
    (void)state;
}

static void unknown_codes_are_hexadecimal(void **state)
{
    char scratch[8];
    assert_string_equal(names_or_hex(NAMES_CIPHER_SUITE, 0xEEEE, scratch), "0xEEEE");
    assert_string_equal(names_or_hex(NAMES_GROUP, 0x0000, scratch), "0x0000");
    assert_string_equal(names_or_hex(NAMES_EXTENSION, 0x12AF, scratch), "0x12AF");
    assert_string_equal(names_or_hex(NAMES_GROUP, 0x001D, scratch), "x25519");
    (void)state;
}

static void finds_codes(void **state)
{
    assert_int_equal(names_code(NAMES_ALERT, "unknown_ca"), 48);
    assert_int_equal(names_code(NAMES_ALERT, "Unknown_CA"), 48);
    assert_int_equal(names_code(NAMES_GROUP, "SECP256R1"), 23);
    assert_int_equal(names_code(NAMES_VERSION, "1.2"), 0x0303);
    assert_int_equal(names_code(NAMES_VERSION, "1.0"), 0x0301);
    assert_int_equal(names_code(NAMES_CIPHER_SUITE, "TLS_NULL_WITH_NULL_NULL"), 0);
    assert_int_equal(names_code(NAMES_ALERT, "unknown"), -1);
    assert_int_equal(names_code(NAMES_ALERT, ""), -1);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_names),
        cmocka_unit_test(finds_exactly_the_rows),
        cmocka_unit_test(unknown_codes_are_hexadecimal),
        cmocka_unit_test(finds_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
