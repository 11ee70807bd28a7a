/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates that are legal, or nearly, and seldom seen: each is a plain one with one part put in its
 * place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "certificate/certificate.h"
#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

/* ---- A small writer of DER ----------------------------------------------------------------------------- */

enum {
    INTEGER_TAG = 2,
    BITS = 3,
    OCTETS = 4,
    UTF8 = 0x0C,
    TELETEX = 0x14,
    BMP = 0x1E,
    UTC = 0x17,
    GENERAL = 0x18,
    SEQUENCE = 0x30,
    SET = 0x31
};

static void add(struct buffer *out, int tag, const void *bytes, size_t length)
{
    int width = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
    buffer_add_char(out, (char)tag);
    if (width > 0)
        buffer_add_char(out, (char)(0x80 | width));
    for (int i = width > 0 ? width - 1 : 0; i >= 0; i--)
        buffer_add_char(out, (char)(length >> (8 * i)));
    buffer_add(out, bytes, length);
}

/* Puts what was written since `begin` into a field of its own. */
static void wrap(struct buffer *out, int tag, size_t begin)
{
    size_t length = out->length - begin;
    char *inside = malloc(length + 1);
    memcpy(inside, out->bytes + begin, length);
    out->length = begin;
    add(out, tag, inside, length);
    free(inside);
}

static void add_oid(struct buffer *out, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    add(out, 6, OBJ_get0_data(object), OBJ_length(object));
    ASN1_OBJECT_free(object);
}

/* ---- A certificate of parts ---------------------------------------------------------------------------- */

#define BYTES(literal) (literal), sizeof(literal) - 1

struct part {
    const void *bytes;
    size_t length;
};

struct parts {
    int version;        /* -1: the field is left out */
    struct part serial; /* contents of the INTEGER */
    struct part name;   /* contents of the common name's string; bytes NULL: no subject at all */
    int name_tag;
    int date_tag;
    const char *from, *to;
    const char *algorithm;    /* of key and signature */
    struct part alternatives; /* the extension's value; bytes NULL: it is not there */
};

static const struct parts plain = {
    .version = 2,
    .serial = {BYTES("\x01")},
    .name = {BYTES("a")},
    .name_tag = UTF8,
    .date_tag = UTC,
    .from = "260101000000Z",
    .to = "300101000000Z",
    .algorithm = "1.2.840.10045.4.3.2",
};

static void add_algorithm(struct buffer *out, const char *oid)
{
    size_t begin = out->length;
    add_oid(out, oid);
    wrap(out, SEQUENCE, begin);
}

static void add_name(struct buffer *out, struct part name, int tag)
{
    size_t begin = out->length;
    if (name.bytes) {
        add_oid(out, "2.5.4.3");
        add(out, tag, name.bytes, name.length);
        wrap(out, SEQUENCE, begin);
        wrap(out, SET, begin);
    }
    wrap(out, SEQUENCE, begin);
}

static void add_key(struct buffer *out, const char *oid)
{
    size_t begin = out->length;
    add_algorithm(out, oid);
    add(out, BITS, BYTES("\0key"));
    wrap(out, SEQUENCE, begin);
}

static void add_extensions(struct buffer *out, struct part alternatives)
{
    size_t begin = out->length;
    if (!alternatives.bytes)
        return;
    add_oid(out, "2.5.29.17");
    add(out, OCTETS, alternatives.bytes, alternatives.length);
    wrap(out, SEQUENCE, begin);
    wrap(out, SEQUENCE, begin);
    wrap(out, 0xA3, begin);
}

static void add_certificate(struct buffer *out, const struct parts *parts)
{
    char version = (char)parts->version;
    if (parts->version >= 0) {
        add(out, INTEGER_TAG, &version, 1);
        wrap(out, 0xA0, 0);
    }
    add(out, INTEGER_TAG, parts->serial.bytes, parts->serial.length);
    add_algorithm(out, parts->algorithm);
    add_name(out, plain.name, UTF8);
    size_t dates = out->length;
    add(out, parts->date_tag, parts->from, strlen(parts->from));
    add(out, parts->date_tag, parts->to, strlen(parts->to));
    wrap(out, SEQUENCE, dates);
    add_name(out, parts->name, parts->name_tag);
    add_key(out, parts->algorithm);
    add_extensions(out, parts->alternatives);
    wrap(out, SEQUENCE, 0);
    add_algorithm(out, parts->algorithm);
    add(out, BITS, BYTES("\0signature"));
    wrap(out, SEQUENCE, 0);
}

static struct certificate *read_bytes(const struct buffer *der)
{
    static const uint8_t no_hash[32];
    return certificate_read(NULL, der->bytes, der->length, no_hash, no_hash);
}

static struct certificate *read_parts(struct parts parts)
{
    struct buffer der = {0};
    add_certificate(&der, &parts);
    struct certificate *certificate = read_bytes(&der);
    buffer_free(&der);
    return certificate;
}

static struct parts with_dates(int tag, const char *from, const char *to)
{
    struct parts parts = plain;
    parts.date_tag = tag;
    parts.from = from;
    parts.to = to;
    return parts;
}

/* ---- Tests --------------------------------------------------------------------------------------------- */

static void serials(void **state)
{
    (void)state;
    static const struct {
        struct part bytes;
        const char *expected;
    } rows[] = {{{BYTES("\0")}, "00"},
                {{BYTES("\x0A")}, "0A"},
                {{BYTES("\0\x80")}, "80"},
                {{BYTES("\xFF")}, "-01"},
                {{BYTES("\x80\x01")}, "-7FFF"},
                {{BYTES("\x7F\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\x11\x12\x13")},
                 "7F0102030405060708090A0B0C0D0E0F10111213"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parts parts = plain;
        parts.serial = rows[i].bytes;
        struct certificate *certificate = read_parts(parts);
        assert_string_equal(certificate->serial, rows[i].expected);
        certificate_free(certificate);
    }
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        int tag;
        const char *from, *to, *expected_from, *expected_to;
    } rows[] = {
        {UTC, "500101000000Z", "491231235959Z", "1950-01-01T00:00:00Z", "2049-12-31T23:59:59Z"},
        {GENERAL, "19691231235959Z", "99991231235959Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
        {UTC, "2601010000Z", "300101000000+0100", "2026-01-01T00:00:00Z", "2029-12-31T23:00:00Z"},
        {UTC, "261301000000Z", "", NULL, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct certificate *certificate = read_parts(with_dates(rows[i].tag, rows[i].from, rows[i].to));
        assert_true(certificate->readable);
        if (rows[i].expected_from) {
            assert_string_equal(certificate->not_before_text, rows[i].expected_from);
            assert_string_equal(certificate->not_after_text, rows[i].expected_to);
        } else {
            assert_null(certificate->not_before_text);
            assert_int_equal(certificate->not_after, CERTIFICATE_TIME_UNKNOWN);
        }
        certificate_free(certificate);
    }
}

static void strings(void **state)
{
    (void)state;
    static const struct {
        struct part bytes;
        int tag;
        struct part expected; /* as common name, in UTF-8 */
    } rows[] = {{{BYTES("\0P\0r\0\xFC\x20\xAC")}, BMP, {BYTES("Pr\xC3\xBC\xE2\x82\xAC")}},
                {{BYTES("M\xFCller")}, TELETEX, {BYTES("M\xC3\xBCller")}},
                {{BYTES("\xE6\x97\xA5\xE6\x9C\xAC")}, UTF8, {BYTES("\xE6\x97\xA5\xE6\x9C\xAC")}},
                {{BYTES("good.test\0.evil.test")}, UTF8, {BYTES("good.test\0.evil.test")}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parts parts = plain;
        parts.name = rows[i].bytes;
        parts.name_tag = rows[i].tag;
        struct certificate *certificate = read_parts(parts);
        assert_int_equal(certificate->common_name.length, rows[i].expected.length);
        assert_memory_equal(certificate->common_name.bytes, rows[i].expected.bytes, rows[i].expected.length);
        certificate_free(certificate);
    }
    struct parts nameless = plain;
    nameless.name.bytes = NULL;
    struct certificate *certificate = read_parts(nameless);
    assert_true(certificate->readable);
    assert_int_equal(certificate->subject.length, 0);
    assert_null(certificate->common_name.bytes);
    certificate_free(certificate);
}

static void versions(void **state)
{
    (void)state;
    for (int version = -1; version <= 2; version += version < 0 ? 2 : 1) {
        struct parts parts = plain;
        parts.version = version;
        struct certificate *certificate = read_parts(parts);
        assert_int_equal(certificate->version, version < 0 ? 1 : version + 1);
        certificate_free(certificate);
    }
}

static void algorithms(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
                                          {"1.2.3.4.5", "1.2.3.4.5"},
                                          {"1.2.643.7.1.1.1.1", "GOST R 34.10-2012 with 256 bit modulus"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parts parts = plain;
        parts.algorithm = rows[i][0];
        struct certificate *certificate = read_parts(parts);
        assert_true(certificate->readable);
        assert_string_equal(certificate->key_algorithm, rows[i][1]);
        assert_string_equal(certificate->signature_algorithm, rows[i][1]);
        assert_int_equal(certificate->key_bits, 0);
        assert_null(certificate_key(certificate));
        certificate_free(certificate);
    }
}

/* None of them is lost to the bound on what one certificate may keep. */
static void thousands_of_names(void **state)
{
    (void)state;
    enum { NAMES = 5000 };
    struct buffer names = {0};
    for (int i = 0; i < NAMES; i++) {
        char name[32];
        int length = snprintf(name, sizeof name, "h%d.example.test", i);
        add(&names, 0x82, name, (size_t)length);
    }
    wrap(&names, SEQUENCE, 0);
    struct parts parts = plain;
    parts.alternatives = (struct part){names.bytes, names.length};
    struct certificate *certificate = read_parts(parts);
    assert_int_equal(certificate->alternative_name_count, NAMES);
    assert_string_equal(certificate->alternative_names[NAMES - 1].text.bytes, "h4999.example.test");
    certificate_free(certificate);
    buffer_free(&names);
}

static void keys_alone(void **state)
{
    (void)state;
    static const uint8_t bytes[32] = {9};
    struct buffer der = {0}, point = {0};
    add_algorithm(&der, "1.3.101.112");
    buffer_add_char(&point, '\0');
    buffer_add(&point, bytes, sizeof bytes);
    add(&der, BITS, point.bytes, point.length);
    wrap(&der, SEQUENCE, 0);
    struct certificate *certificate = read_bytes(&der);
    assert_false(certificate->readable);
    assert_non_null(certificate->raw_key);
    assert_non_null(certificate_key(certificate));
    assert_string_equal(certificate->key_algorithm, "Ed25519");
    assert_int_equal(certificate->key_bits, 256);
    certificate_free(certificate);
    buffer_add_char(&der, '\0');
    certificate = read_bytes(&der);
    assert_null(certificate->raw_key);
    certificate_free(certificate);
    buffer_free(&der);
    buffer_free(&point);
}

static void faults(void **state)
{
    (void)state;
    struct buffer der = {0};
    add_certificate(&der, &plain);
    buffer_add_char(&der, '\0');
    struct certificate *certificate = read_bytes(&der);
    assert_false(certificate->readable);
    assert_string_equal(certificate->fault, "bytes behind its end");
    certificate_free(certificate);
    for (der.length -= 2; der.length > 0; der.length--) {
        certificate = read_bytes(&der);
        assert_false(certificate->readable);
        assert_non_null(certificate->fault);
        certificate_free(certificate);
    }
    buffer_free(&der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serials),    cmocka_unit_test(dates),      cmocka_unit_test(strings),
        cmocka_unit_test(versions),   cmocka_unit_test(algorithms), cmocka_unit_test(thousands_of_names),
        cmocka_unit_test(keys_alone), cmocka_unit_test(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
