/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of signed certificate timestamps, and the messages that carry OCSP responses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "certificate/sct.h"
#include "certificate/staple.h"
#include "staple_bytes.h"
#include "tls/certificate_messages.h"
#include "tls/certificate_status.h"
#include <openssl/asn1.h>
#include <string.h>

/* RFC 6962 section 3.2: a timestamp of a log whose identifier is one byte over and over. */
static void add_sct(struct buffer *out, uint8_t version, uint8_t log, uint8_t seconds)
{
    static const char signature[] = "\4\3\0\4abcd";
    enum { LENGTH = 1 + 32 + 8 + 2 + 2 + 2 + 4 };
    buffer_add_char(out, 0);
    buffer_add_char(out, LENGTH);
    buffer_add_char(out, (char)version);
    for (int i = 0; i < 32; i++)
        buffer_add_char(out, (char)log);
    buffer_add(out, "\0\0\1\x8b\xcf\xe5\x68", 7);
    buffer_add_char(out, (char)seconds);
    buffer_add(out, "\0\0", 2);
    buffer_add(out, signature, sizeof signature - 1);
}

static void test_list(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct buffer list = {0};
    add_sct(&list, 0, 0xAB, 0);
    add_sct(&list, 9, 0xCD, 0); /* a version to come */
    add_sct(&list, 0, 0x01, 7);
    struct sct_list found = sct_list_read(cursor_over(list.bytes, list.length), arena);
    assert_int_equal(found.count, 2);
    assert_false(found.malformed);
    assert_int_equal(strlen(found.items[0].log_text), 64);
    assert_memory_equal(found.items[0].log_text, "abababab", 8);
    assert_memory_equal(found.items[1].log_text, "01010101", 8);
    assert_int_equal(found.items[0].time, 0x18bcfe56800);
    assert_int_equal(found.items[1].time, 0x18bcfe56807);
    assert_int_equal(sct_list_count(cursor_over(list.bytes, list.length)), 2);
    found = sct_list_read(cursor_over(list.bytes, list.length - 1), arena);
    assert_int_equal(found.count, 1);
    assert_true(found.malformed);
    list.bytes[1]--;
    assert_true(sct_list_read(cursor_over(list.bytes, list.length), arena).malformed);
    buffer_free(&list);
    arena_free(arena);
}

/* However many come, sixteen are kept. */
static void test_many(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct buffer list = {0};
    for (int i = 0; i < 40; i++)
        add_sct(&list, 0, (uint8_t)i, 0);
    assert_int_equal(sct_list_read(cursor_over(list.bytes, list.length), arena).count, 16);
    assert_int_equal(sct_list_count(cursor_over(list.bytes, list.length)), 40);
    buffer_free(&list);
    arena_free(arena);
}

static void test_extension(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct buffer list = {0}, der = {0};
    add_sct(&list, 0, 0x11, 0);
    buffer_add(&der, "\4\x37\0\x35", 4);
    buffer_add(&der, list.bytes, list.length);
    assert_int_equal(list.length, 0x35);
    ASN1_OCTET_STRING *extension = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(extension, (const unsigned char *)der.bytes, (int)der.length);
    assert_int_equal(sct_extension_read(extension, arena).count, 1);
    assert_int_equal(sct_extension_count(extension), 1);
    ASN1_OCTET_STRING_set(extension, (const unsigned char *)"no DER", 6);
    assert_int_equal(sct_extension_read(extension, arena).count, 0);
    ASN1_OCTET_STRING_free(extension);
    buffer_free(&list);
    buffer_free(&der);
    arena_free(arena);
}

static enum decode_result read_status(const void *bytes, size_t have, size_t length, struct arena *arena,
                                      struct certificate_status_message *message)
{
    return certificate_status_decode(cursor_over_cut(bytes, have, length), arena, message);
}

static void test_status_message(void **state)
{
    (void)state;
    static const char one[] = "\1\0\0\3abc", several[] = "\2\0\0\xb\0\0\2de\0\0\0\0\0\0", other[] = "\7what";
    struct certificate_status_message message;
    struct arena *arena = arena_new(1 << 16);
    assert_int_equal(read_status(one, 7, 7, arena, &message), DECODE_WHOLE);
    assert_int_equal(message.responses.count, 1);
    assert_string_equal(message.responses.items[0].bytes, "abc");
    assert_int_equal(read_status(one, 6, 7, arena, &message), DECODE_CUT);
    assert_true(message.cut);
    assert_int_equal(read_status(one, 6, 6, arena, &message), DECODE_BAD);
    assert_int_equal(read_status(several, 15, 15, arena, &message), DECODE_WHOLE);
    assert_int_equal(message.responses.count, 3);
    assert_string_equal(message.responses.items[0].bytes, "de");
    assert_int_equal(message.responses.items[1].length, 0);
    assert_int_equal(read_status(other, 5, 5, arena, &message), DECODE_WHOLE);
    assert_int_equal(message.type, 7);
    assert_int_equal(message.responses.count, 0);
    assert_int_equal(read_status(one, 0, 0, arena, &message), DECODE_BAD);
    arena_free(arena);
}

/* RFC 8446 section 4.4.2: the certificate's own extensions carry both. */
static void test_entry(void **state)
{
    (void)state;
    static const char body[] = "\0"
                               "\0\0\x25"
                               "\0\0\3der"
                               "\0\x11"
                               "\0\5\0\7\1\0\0\3abc"
                               "\0\x12\0\2\0\0"
                               "\0\0\3ca1"
                               "\0\4"
                               "\xff\x7f\0\0";
    struct certificate_message message;
    struct arena *arena = arena_new(1 << 16);
    struct fingerprinter *hasher = fingerprinter_new();
    assert_int_equal(certificate_message_decode(cursor_over(body, sizeof body - 1), TLS_VERSION_1_3, arena,
                                                hasher, &message),
                     DECODE_WHOLE);
    assert_int_equal(message.count, 2);
    assert_true(message.entries[0].has_status);
    assert_string_equal(message.entries[0].status.responses.items[0].bytes, "abc");
    assert_non_null(message.entries[0].timestamps.bytes);
    assert_false(message.entries[1].has_status);
    fingerprinter_free(hasher);
    arena_free(arena);
}

/* What OpenSSL staples in TLS 1.3 is judged as what comes in a message of its own before. */
static void test_stapled_13(void **state)
{
    (void)state;
    enum { HEADER = 4, DAY = 86400 };
    const certificate_time end_of_2026 = 1798675200;
    struct certificate_message message;
    struct staple staple;
    struct arena *arena = arena_new(1 << 16);
    struct fingerprinter *hasher = fingerprinter_new();
    struct cursor body =
        cursor_over(openssl_certificate_stapled_13 + HEADER, sizeof openssl_certificate_stapled_13 - HEADER);
    assert_int_equal(certificate_message_decode(body, TLS_VERSION_1_3, arena, hasher, &message),
                     DECODE_WHOLE);
    assert_int_equal(message.count, 1);
    const struct certificate_entry *entry = &message.entries[0];
    assert_true(entry->has_status);
    assert_int_equal(entry->status.type, CERTIFICATE_STATUS_OCSP);
    struct certificate *leaf =
        certificate_read(NULL, entry->der.bytes, entry->der.length, entry->sha1, entry->sha256);
    assert_true(leaf->must_staple);
    staple_read(NULL, entry->status.responses.items[0], leaf, NULL, &staple);
    assert_int_equal(staple.response_status, 0);
    assert_int_equal(staple.status.word, STATUS_GOOD);
    assert_int_equal(staple_problem(&staple, end_of_2026), STAPLE_FINE);
    assert_int_equal(staple_problem(&staple, end_of_2026 - 60 * DAY), STAPLE_NOT_YET_VALID);
    assert_int_equal(staple_problem(&staple, end_of_2026 + 4000L * DAY), STAPLE_EXPIRED);
    certificate_free(leaf);
    fingerprinter_free(hasher);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),      cmocka_unit_test(test_many),
        cmocka_unit_test(test_extension), cmocka_unit_test(test_status_message),
        cmocka_unit_test(test_entry),     cmocka_unit_test(test_stapled_13),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
