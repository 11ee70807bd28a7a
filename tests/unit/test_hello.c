/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/hello.h"

#include "base/buffer.h"
#include "tls_bytes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BODY(message) cursor_over((message) + 4, sizeof(message) - 4)

struct sample {
    const char *name;
    const uint8_t *body;
    size_t length;
};

#define SAMPLE(message)                                                                                      \
    {                                                                                                        \
#message, (message) + 4, sizeof(message) - 4                                                         \
    }

static const struct sample client_hellos[] = {
    SAMPLE(openssl_client_hello_13), SAMPLE(openssl_client_hello_12), SAMPLE(openssl_client_hello_psk),
    SAMPLE(java_client_hello_12),    SAMPLE(gnutls_client_hello_13),  SAMPLE(go_client_hello_13),
};

static const struct sample server_hellos[] = {
    SAMPLE(openssl_server_hello_13),
    SAMPLE(openssl_server_hello_12),
    SAMPLE(openssl_hello_retry_request),
    SAMPLE(openssl_server_hello_downgraded),
};

enum { CLIENT_HELLOS = sizeof client_hellos / sizeof client_hellos[0] };
enum { SERVER_HELLOS = sizeof server_hellos / sizeof server_hellos[0] };

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_codes(const struct code_list *list, const char *expected)
{
    struct buffer text = {0};
    buffer_add_string(&text, "");
    for (uint32_t i = 0; i < list->count; i++)
        buffer_add_format(&text, "%s%04X", i > 0 ? " " : "", list->codes[i]);
    assert_string_equal(text.bytes, expected);
    buffer_free(&text);
}

static void assert_octets(const struct octets *value, const char *expected)
{
    assert_non_null(value->bytes);
    assert_int_equal(value->length, strlen(expected));
    assert_string_equal(value->bytes, expected);
}

/* ---- What real stacks say ----------------------------------------------------------------------------- */

static void reads_a_client_hello_of_13(void **state)
{
    struct client_hello hello;
    assert_int_equal(client_hello_decode(BODY(openssl_client_hello_13), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.version, TLS_VERSION_1_2);
    assert_int_equal(hello.length, sizeof openssl_client_hello_13 - 4);
    assert_false(hello.ssl2_format);
    assert_memory_equal(hello.random, openssl_client_hello_13 + 6, 32);
    assert_int_equal(hello.session_id.length, 32);
    assert_codes(&hello.ciphers, "1302 1303 1301 00FF");
    assert_codes(&hello.compressions, "0000");
    assert_true(hello.has_extensions);
    assert_codes(&hello.extensions, "0000 000B 000A 0023 0010 0016 0017 000D 002B 002D 0033");
    assert_octets(&hello.server_name, "server.test");
    assert_codes(&hello.versions, "0304");
    assert_codes(&hello.groups, "001D 0017 001E 0019 0018 0100 0101 0102 0103 0104");
    assert_codes(&hello.point_formats, "0000 0001 0002");
    assert_codes(&hello.key_shares, "001D");
    assert_codes(&hello.psk_modes, "0001");
    assert_int_equal(hello.signature_algorithms.count, 14);
    assert_int_equal(hello.signature_algorithms.codes[13], 0x0601);
    assert_int_equal(hello.alpn.count, 2);
    assert_octets(&hello.alpn.items[0], "h2");
    assert_octets(&hello.alpn.items[1], "http/1.1");
    assert_octets(&hello.session_ticket, "");
    assert_true(hello.has_extended_master_secret && hello.has_encrypt_then_mac);
    assert_false(hello.has_early_data || hello.has_ech || hello.has_status_request || hello.has_duplicate);
    assert_int_equal(client_hello_highest_version(&hello), TLS_VERSION_1_3);
    assert_int_equal(client_hello_lowest_version(&hello), TLS_VERSION_1_3);
    (void)state;
}

static void reads_a_client_hello_of_12(void **state)
{
    struct client_hello hello;
    assert_int_equal(client_hello_decode(BODY(java_client_hello_12), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.ciphers.count, 34);
    assert_codes(&hello.extensions, "0000 0005 000A 000B 0011 0017 0023 000D 002B 0032");
    assert_codes(&hello.versions, "0303");
    assert_true(hello.has_status_request);
    assert_int_equal(hello.signature_algorithms_cert.count, hello.signature_algorithms.count);
    assert_int_equal(client_hello_highest_version(&hello), TLS_VERSION_1_2);
    (void)state;
}

static void reads_a_resuming_client_hello(void **state)
{
    struct client_hello hello;
    assert_int_equal(client_hello_decode(BODY(openssl_client_hello_psk), arena, &hello), DECODE_WHOLE);
    assert_true(hello.has_early_data);
    assert_int_equal(hello.psk_identities, 1);
    assert_true(hello.psk_first_identity.length > 0);
    assert_int_equal(hello.extensions.codes[hello.extensions.count - 1], TLS_EXTENSION_PRE_SHARED_KEY);
    (void)state;
}

static void reads_server_hellos(void **state)
{
    struct server_hello hello;
    assert_int_equal(server_hello_decode(BODY(openssl_server_hello_13), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.version, TLS_VERSION_1_2);
    assert_int_equal(hello.selected_version, TLS_VERSION_1_3);
    assert_int_equal(hello.cipher, 0x1302);
    assert_int_equal(hello.key_share, 0x0017);
    assert_codes(&hello.extensions, "002B 0033");
    assert_false(hello.hello_retry_request);
    assert_int_equal(hello.downgrade, DOWNGRADE_NONE);

    assert_int_equal(server_hello_decode(BODY(openssl_hello_retry_request), arena, &hello), DECODE_WHOLE);
    assert_true(hello.hello_retry_request);
    assert_int_equal(hello.key_share, 0x0017);

    assert_int_equal(server_hello_decode(BODY(openssl_server_hello_12), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.selected_version, TLS_VERSION_1_2);
    assert_int_equal(hello.cipher, 0xC02C);
    assert_octets(&hello.alpn, "h2");
    assert_true(hello.has_renegotiation_info && hello.has_session_ticket && hello.has_extended_master_secret);
    assert_int_equal(hello.key_share, 0);
    assert_int_equal(hello.downgrade, DOWNGRADE_TO_1_2);

    assert_int_equal(server_hello_decode(BODY(openssl_server_hello_downgraded), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.downgrade, DOWNGRADE_TO_1_2);
    (void)state;
}

/* ---- What is not all there ---------------------------------------------------------------------------- */

/* Cut at any byte, a hello says that it is cut; what was read does not change with what is behind. */
static void cut_hellos_are_cut_not_bad(void **state)
{
    for (size_t s = 0; s < CLIENT_HELLOS; s++) {
        for (size_t have = 0; have < client_hellos[s].length; have++) {
            struct client_hello hello;
            struct arena *own = arena_new(1 << 20);
            uint8_t *copy = malloc(have + 1);
            memcpy(copy, client_hellos[s].body, have);
            struct cursor body = cursor_over_cut(copy, have, client_hellos[s].length);
            assert_int_equal(client_hello_decode(body, own, &hello), DECODE_CUT);
            assert_int_equal(hello.length, client_hellos[s].length);
            free(copy);
            arena_free(own);
        }
    }
    for (size_t s = 0; s < SERVER_HELLOS; s++) {
        for (size_t have = 0; have < server_hellos[s].length; have++) {
            struct server_hello hello;
            struct cursor body = cursor_over_cut(server_hellos[s].body, have, server_hellos[s].length);
            assert_int_equal(server_hello_decode(body, arena, &hello), DECODE_CUT);
        }
    }
    (void)state;
}

/* The same bytes, when the sender claims there are no more, are malformed: but for the two places where a
 * hello may end. */
static void short_hellos_are_bad(void **state)
{
    for (size_t s = 0; s < CLIENT_HELLOS; s++) {
        size_t whole = 0;
        for (size_t have = 0; have < client_hellos[s].length; have++) {
            struct client_hello hello;
            enum decode_result result =
                client_hello_decode(cursor_over(client_hellos[s].body, have), arena, &hello);
            assert_int_not_equal(result, DECODE_CUT);
            assert_true(result == DECODE_BAD || !hello.has_extensions);
            whole += result == DECODE_WHOLE;
        }
        assert_int_equal(whole, 1);
    }
    (void)state;
}

static void cut_hello_keeps_what_was_read(void **state)
{
    struct client_hello hello;
    const uint8_t *body = openssl_client_hello_13 + 4;
    size_t length = sizeof openssl_client_hello_13 - 4;
    size_t behind_ciphers = 2 + 32 + 1 + 32 + 2 + 8;
    assert_int_equal(client_hello_decode(cursor_over_cut(body, behind_ciphers - 3, length), arena, &hello),
                     DECODE_CUT);
    assert_codes(&hello.ciphers, "1302 1303");
    /* up to the middle of the name: half a name is none */
    size_t in_name = behind_ciphers + 2 + 2 + 4 + 5 + 6;
    assert_int_equal(client_hello_decode(cursor_over_cut(body, in_name, length), arena, &hello), DECODE_CUT);
    assert_codes(&hello.ciphers, "1302 1303 1301 00FF");
    assert_codes(&hello.extensions, "0000");
    assert_null(hello.server_name.bytes);
    assert_int_equal(client_hello_decode(cursor_over_cut(body, in_name + 20, length), arena, &hello),
                     DECODE_CUT);
    assert_octets(&hello.server_name, "server.test");
    (void)state;
}

/* Every byte in turn is set to values that lengths do not like. The sanitizers watch. */
static void flipped_bytes_do_no_harm(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
    for (size_t s = 0; s < CLIENT_HELLOS; s++) {
        uint8_t *copy = malloc(client_hellos[s].length);
        for (size_t i = 0; i < client_hellos[s].length * sizeof values; i++) {
            struct client_hello hello;
            struct arena *own = arena_new(1 << 16);
            memcpy(copy, client_hellos[s].body, client_hellos[s].length);
            copy[i / sizeof values] = values[i % sizeof values];
            client_hello_decode(cursor_over(copy, client_hellos[s].length), own, &hello);
            client_hello_highest_version(&hello);
            arena_free(own);
        }
        free(copy);
    }
    (void)state;
}

static void full_arena_loses_facts_only(void **state)
{
    for (size_t limit = 0; limit < 3000; limit += 50) {
        struct client_hello hello;
        struct arena *own = arena_new(limit);
        assert_int_equal(client_hello_decode(BODY(openssl_client_hello_13), own, &hello), DECODE_WHOLE);
        assert_int_equal(hello.version, TLS_VERSION_1_2);
        assert_true(hello.ciphers.count == 0 || hello.ciphers.count == 4);
        arena_free(own);
    }
    (void)state;
}

/* ---- Extensions, one by one --------------------------------------------------------------------------- */

/* The smallest ClientHello, with these extensions. */
static enum decode_result read_client(const void *extensions, size_t length, struct client_hello *hello)
{
    struct buffer body = {0};
    static const uint8_t start[2 + 32 + 1 + 4 + 2] = {3, 3, [35] = 0, 2, 0x13, 0x01, 1, 0};
    const uint8_t size[] = {(uint8_t)(length >> 8), (uint8_t)length};
    buffer_add(&body, start, sizeof start);
    buffer_add(&body, size, sizeof size);
    buffer_add(&body, extensions, length);
    enum decode_result result = client_hello_decode(cursor_over(body.bytes, body.length), arena, hello);
    buffer_free(&body);
    return result;
}

static enum decode_result read_server(const uint8_t random[32], const void *extensions, size_t length,
                                      struct server_hello *hello)
{
    static const uint8_t suite[] = {0, 0xC0, 0x2F, 0};
    struct buffer body = {0};
    const uint8_t size[] = {(uint8_t)(length >> 8), (uint8_t)length};
    buffer_add(&body, "\x03\x03", 2);
    buffer_add(&body, random, 32);
    buffer_add(&body, suite, sizeof suite);
    buffer_add(&body, size, sizeof size);
    buffer_add(&body, extensions, length);
    enum decode_result result = server_hello_decode(cursor_over(body.bytes, body.length), arena, hello);
    buffer_free(&body);
    return result;
}

#define CLIENT(bytes, hello) read_client(bytes, sizeof(bytes) - 1, hello)
#define SERVER(bytes, hello) read_server((const uint8_t[32]){0}, bytes, sizeof(bytes) - 1, hello)

static void reads_rarer_client_extensions(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\x00\x01\x00\x01\x02"
                            "\x00\x1C\x00\x02\x40\x01"
                            "\x00\x0F\x00\x01\x01"
                            "\x00\x12\x00\x00"
                            "\x00\x15\x00\x03\x00\x00\x00"
                            "\x00\x31\x00\x00"
                            "\xFF\x01\x00\x01\x00"
                            "\x00\x1B\x00\x03\x02\x00\x02"
                            "\x00\x2C\x00\x05\x00\x03xyz"
                            "\x00\x13\x00\x02\x01\x02"
                            "\x00\x14\x00\x03\x02\x02\x00"
                            "\x00\x39\x00\x02qq"
                            "\x00\x2F\x00\x08\x00\x06\x00\x01x\x00\x01y"
                            "\x00\x05\x00\x05\x01\x00\x00\x00\x00",
                            &hello),
                     DECODE_WHOLE);
    assert_int_equal(hello.max_fragment_length, 2);
    assert_int_equal(hello.record_size_limit, 0x4001);
    assert_true(hello.has_heartbeat && hello.has_sct && hello.has_post_handshake_auth);
    assert_int_equal(hello.padding, 3);
    assert_true(hello.has_renegotiation_info && hello.has_status_request);
    assert_int_equal(hello.renegotiation_info, 0);
    assert_codes(&hello.certificate_compressions, "0002");
    assert_octets(&hello.cookie, "xyz");
    assert_codes(&hello.client_certificate_types, "0002");
    assert_codes(&hello.server_certificate_types, "0002 0000");
    assert_true(hello.has_quic_transport_parameters);
    assert_int_equal(hello.certificate_authorities, 2);
    (void)state;
}

static void reads_encrypted_client_hello(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\xFE\x0D\x00\x0E\x00\x00\x01\x00\x01\x07\x00\x02kk\x00\x02pp", &hello),
                     DECODE_WHOLE);
    assert_true(hello.has_ech);
    assert_int_equal(hello.ech_type, 0);
    assert_int_equal(CLIENT("\xFE\x0D\x00\x01\x01", &hello), DECODE_WHOLE);
    assert_int_equal(hello.ech_type, 1);
    assert_int_equal(CLIENT("\xFE\x0D\x00\x00", &hello), DECODE_BAD);
    assert_false(hello.has_ech);
    (void)state;
}

static void renegotiating_hello_has_verify_data(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\xFF\x01\x00\x0D\x0C"
                            "0123456789AB",
                            &hello),
                     DECODE_WHOLE);
    assert_int_equal(hello.renegotiation_info, 12);
    (void)state;
}

/* A malformed extension does not take the others with it. */
static void bad_extension_leaves_the_rest(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\x00\x0A\x00\x04\x00\x09\x00\x1D"
                            "\x00\x2B\x00\x03\x02\x03\x04",
                            &hello),
                     DECODE_BAD);
    assert_codes(&hello.extensions, "000A 002B");
    assert_codes(&hello.versions, "0304");
    assert_codes(&hello.groups, "");
    /* bytes behind the list */
    assert_int_equal(CLIENT("\x00\x0A\x00\x05\x00\x02\x00\x1D\xFF"
                            "\x00\x17\x00\x00",
                            &hello),
                     DECODE_BAD);
    assert_codes(&hello.groups, "001D");
    assert_true(hello.has_extended_master_secret);
    /* half a code at the end */
    assert_int_equal(CLIENT("\x00\x0A\x00\x05\x00\x03\x00\x1D\x00"
                            "\x00\x17\x00\x00",
                            &hello),
                     DECODE_BAD);
    assert_codes(&hello.groups, "001D");
    assert_true(hello.has_extended_master_secret);
    /* data where none belongs */
    assert_int_equal(CLIENT("\x00\x17\x00\x01\x00"
                            "\x00\x16\x00\x00",
                            &hello),
                     DECODE_BAD);
    assert_true(hello.has_encrypt_then_mac);
    /* longer than the block */
    assert_int_equal(CLIENT("\x00\x16\x00\x00"
                            "\x00\x17\x00\x09",
                            &hello),
                     DECODE_BAD);
    assert_true(hello.has_encrypt_then_mac);
    assert_codes(&hello.extensions, "0016 0017");
    (void)state;
}

static void first_of_two_extensions_counts(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\x00\x1C\x00\x02\x00\x40"
                            "\x00\x17\x00\x00"
                            "\x00\x1C\x00\x02\x00\x80",
                            &hello),
                     DECODE_WHOLE);
    assert_true(hello.has_duplicate);
    assert_int_equal(hello.duplicate_extension, TLS_EXTENSION_RECORD_SIZE_LIMIT);
    assert_int_equal(hello.record_size_limit, 0x40);
    assert_codes(&hello.extensions, "001C 0017 001C");
    (void)state;
}

/* A draft's key_share had another number; with both there, an empty second one leaves nothing of the first.
 */
static void two_key_shares_do_not_mix(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\x00\x28\x00\x07\x00\x05\x00\x1D\x00\x01k"
                            "\x00\x33\x00\x02\x00\x00",
                            &hello),
                     DECODE_WHOLE);
    assert_codes(&hello.key_shares, "");
    assert_int_equal(CLIENT("\x00\x28\x00\x07\x00\x05\x00\x1D\x00\x01k", &hello), DECODE_WHOLE);
    assert_codes(&hello.key_shares, "001D");
    (void)state;
}

static void unknown_extensions_are_recorded(void **state)
{
    struct client_hello hello;
    assert_int_equal(CLIENT("\x3A\x3A\x00\x01\x00"
                            "\x12\x34\x00\x02zz",
                            &hello),
                     DECODE_WHOLE);
    assert_codes(&hello.extensions, "3A3A 1234");
    (void)state;
}

static void empty_block_is_not_no_block(void **state)
{
    struct client_hello hello;
    assert_int_equal(read_client("", 0, &hello), DECODE_WHOLE);
    assert_true(hello.has_extensions);
    static const uint8_t none[2 + 32 + 1 + 4 + 2] = {3, 0, [36] = 2, 0x00, 0x05, 1, 0};
    assert_int_equal(client_hello_decode(cursor_over(none, sizeof none), arena, &hello), DECODE_WHOLE);
    assert_false(hello.has_extensions);
    assert_int_equal(hello.version, TLS_VERSION_SSL3);
    assert_codes(&hello.ciphers, "0005");
    (void)state;
}

static void reads_rarer_server_extensions(void **state)
{
    struct server_hello hello;
    assert_int_equal(SERVER("\x00\x00\x00\x00"
                            "\x00\x05\x00\x00"
                            "\x00\x16\x00\x00"
                            "\x00\x0F\x00\x01\x01"
                            "\x00\x12\x00\x04\x00\x02ss"
                            "\x00\x13\x00\x01\x02"
                            "\x00\x1C\x00\x02\x04\x00"
                            "\x00\x01\x00\x01\x03"
                            "\x00\x2C\x00\x04\x00\x02"
                            "ck"
                            "\x00\x29\x00\x02\x00\x01"
                            "\x00\x2A\x00\x00",
                            &hello),
                     DECODE_WHOLE);
    assert_true(hello.has_server_name && hello.has_status_request && hello.has_encrypt_then_mac);
    assert_true(hello.has_heartbeat && hello.has_sct && hello.has_client_certificate_type);
    assert_true(hello.has_pre_shared_key && hello.has_early_data);
    assert_int_equal(hello.pre_shared_key, 1);
    assert_int_equal(hello.record_size_limit, 0x400);
    assert_int_equal(hello.max_fragment_length, 3);
    assert_octets(&hello.cookie, "ck");
    assert_int_equal(SERVER("\x00\x10\x00\x07\x00\x05\x02h2\x01x", &hello), DECODE_BAD); /* two protocols */
    (void)state;
}

/* ---- Versions ----------------------------------------------------------------------------------------- */

static void highest_version_minds_grease_and_drafts(void **state)
{
    struct client_hello hello;
    CLIENT("\x00\x2B\x00\x07\x06\x7A\x7A\x03\x03\x03\x02", &hello);
    assert_int_equal(client_hello_highest_version(&hello), TLS_VERSION_1_2);
    assert_int_equal(client_hello_lowest_version(&hello), TLS_VERSION_1_1);
    CLIENT("\x00\x2B\x00\x05\x04\x7F\x1C\x03\x01", &hello);
    assert_int_equal(client_hello_highest_version(&hello), TLS_VERSION_1_3);
    assert_int_equal(client_hello_lowest_version(&hello), TLS_VERSION_1_0);
    CLIENT("\x00\x2B\x00\x05\x04\x3A\x3A\x99\x99", &hello);
    assert_int_equal(client_hello_highest_version(&hello), 0);
    CLIENT("\x00\x17\x00\x00", &hello);
    assert_int_equal(client_hello_highest_version(&hello), TLS_VERSION_1_2);
    assert_int_equal(client_hello_lowest_version(&hello), TLS_VERSION_SSL3);
    assert_int_equal(tls_version_final(0x7F12), TLS_VERSION_1_3);
    assert_int_equal(tls_version_final(0x0302), 0x0302);
    assert_int_equal(tls_version_equivalent(0xFEFF), TLS_VERSION_1_1);
    assert_int_equal(tls_version_equivalent(0xFEFD), TLS_VERSION_1_2);
    (void)state;
}

/* RFC 8446 section 4.1.3; where 1.3 was chosen the same bytes are chance. */
static void sentinel_counts_below_13_only(void **state)
{
    struct server_hello hello;
    uint8_t random[32] = {[24] = 'D', 'O', 'W', 'N', 'G', 'R', 'D', 1};
    read_server(random, "", 0, &hello);
    assert_int_equal(hello.downgrade, DOWNGRADE_TO_1_2);
    read_server(random, "\x00\x2B\x00\x02\x03\x04", 6, &hello);
    assert_int_equal(hello.downgrade, DOWNGRADE_NONE);
    random[31] = 0;
    read_server(random, "", 0, &hello);
    assert_int_equal(hello.downgrade, DOWNGRADE_TO_1_1);
    random[31] = 2;
    read_server(random, "", 0, &hello);
    assert_int_equal(hello.downgrade, DOWNGRADE_NONE);
    (void)state;
}

/* Draft 18: no session id in ServerHello, key_share had another number; HelloRetryRequest was type 6. */
static void drafts_are_read(void **state)
{
    static const uint8_t server[] = {0x7F, 0x12, [34] = 0x13, 0x01, 0, 9, 0, 40, 0, 5, 0, 0x1D, 0, 1, 0x55};
    static const uint8_t retry[] = {0x7F, 0x12, 0, 6, 0, 40, 0, 2, 0, 0x17};
    static const uint8_t retry_21[] = {0x7F, 0x15, 0x13, 0x02, 0, 6, 0, 40, 0, 2, 0, 0x17};
    struct server_hello hello;
    assert_int_equal(server_hello_decode(cursor_over(server, sizeof server), arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.selected_version, 0x7F12);
    assert_int_equal(hello.cipher, 0x1301);
    assert_int_equal(hello.key_share, 0x1D);
    assert_int_equal(hello_retry_request_decode(cursor_over(retry, sizeof retry), arena, &hello),
                     DECODE_WHOLE);
    assert_true(hello.hello_retry_request);
    assert_int_equal(hello.key_share, 0x17);
    assert_int_equal(hello_retry_request_decode(cursor_over(retry_21, sizeof retry_21), arena, &hello),
                     DECODE_WHOLE);
    assert_int_equal(hello.cipher, 0x1302);
    assert_int_equal(hello.key_share, 0x17);
    (void)state;
}

#define HELLO_TEST(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HELLO_TEST(reads_a_client_hello_of_13),
        HELLO_TEST(reads_a_client_hello_of_12),
        HELLO_TEST(reads_a_resuming_client_hello),
        HELLO_TEST(reads_server_hellos),
        HELLO_TEST(cut_hellos_are_cut_not_bad),
        HELLO_TEST(short_hellos_are_bad),
        HELLO_TEST(cut_hello_keeps_what_was_read),
        HELLO_TEST(flipped_bytes_do_no_harm),
        HELLO_TEST(full_arena_loses_facts_only),
        HELLO_TEST(reads_rarer_client_extensions),
        HELLO_TEST(reads_encrypted_client_hello),
        HELLO_TEST(renegotiating_hello_has_verify_data),
        HELLO_TEST(bad_extension_leaves_the_rest),
        HELLO_TEST(first_of_two_extensions_counts),
        HELLO_TEST(two_key_shares_do_not_mix),
        HELLO_TEST(unknown_extensions_are_recorded),
        HELLO_TEST(empty_block_is_not_no_block),
        HELLO_TEST(reads_rarer_server_extensions),
        HELLO_TEST(highest_version_minds_grease_and_drafts),
        HELLO_TEST(sentinel_counts_below_13_only),
        HELLO_TEST(drafts_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
