/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thumbprints as people write them, and how a certificate stands to those that are expected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate/expected.h"
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

static const char digits[] = "A909502DD82AE41433E6F83886B00D4277A32A7B";

/* ---- Thumbprints --------------------------------------------------------------------------------------- */

static void reads(const char *text, bool is_one, enum thumbprint_flaw flaw, const char *remarks)
{
    struct thumbprint thumbprint;
    struct buffer told = {0};
    enum thumbprint_flaw found = THUMBPRINT_CLEAN;
    assert_int_equal(thumbprint_read(&thumbprint, text, strlen(text), &found, &told), is_one);
    assert_string_equal(told.bytes ? told.bytes : "", remarks);
    if (is_one) {
        assert_int_equal(found, flaw);
        assert_int_equal(thumbprint.length, 20);
        assert_int_equal(thumbprint.bytes[0], 0xa9);
        assert_int_equal(thumbprint.bytes[19], 0x7b);
    }
    buffer_free(&told);
}

static void test_clean(void **state)
{
    (void)state;
    reads(digits, true, THUMBPRINT_CLEAN, "");
}

static void test_dressed(void **state)
{
    (void)state;
    reads("a909502dd82ae41433e6f83886b00d4277a32a7b", true, THUMBPRINT_DRESSED, "it has lower-case letters");
    reads("A9:09:50:2D D8-2A E4 14 33 E6 F8 38 86 B0 0D 42 77 A3 2A 7B", true, THUMBPRINT_DRESSED,
          "it has spaces, colons, hyphens");
}

static void test_hidden(void **state)
{
    (void)state;
    reads("\u200EA909502DD82AE41433E6F83886B00D4277A32A7B", true, THUMBPRINT_HIDDEN,
          "character 1 is U+200E LEFT-TO-RIGHT MARK, which the certificate dialog of Windows puts there and "
          "nobody sees");
    reads("A9\u00A009502DD82AE41433E6F83886B00D4277A32A7b\uFEFF", true, THUMBPRINT_HIDDEN,
          "character 3 is U+00A0 NO-BREAK SPACE; character 42 is U+FEFF ZERO WIDTH NO-BREAK SPACE (the byte "
          "order mark); it has lower-case letters");
    reads(
        "?A909502DD82AE41433E6F83886B00D4277A32A7B", true, THUMBPRINT_HIDDEN,
        "character 1 is \"?\", which is what the invisible U+200E of the certificate dialog turns into in a "
        "file that cannot hold it");
    reads(
        "\u200B\u200B\u200B\u200B\u200B\u200BA909502DD82AE41433E6F83886B00D4277A32A7B", true,
        THUMBPRINT_HIDDEN,
        "character 1 is U+200B ZERO WIDTH SPACE; character 2 is U+200B ZERO WIDTH SPACE; character 3 is "
        "U+200B ZERO WIDTH SPACE; character 4 is U+200B ZERO WIDTH SPACE; 2 more characters cannot be seen");
}

static void test_no_thumbprint(void **state)
{
    (void)state;
    reads("", false, THUMBPRINT_CLEAN, "it has no hexadecimal digits");
    reads("a", false, THUMBPRINT_CLEAN,
          "it has 1 hexadecimal digit, while a SHA-1 thumbprint has 40 and a SHA-256 thumbprint 64");
    reads("A909O", false, THUMBPRINT_CLEAN, "character 5 is \"O\", which is no hexadecimal digit");
    reads("A909\uFF10", false, THUMBPRINT_CLEAN, "character 5 is U+FF10, which is no hexadecimal digit");
    reads("A9\xa0", false, THUMBPRINT_CLEAN, "character 3 is the byte 0xA0, which is no UTF-8");
    reads("\u200ETHUMBPRINT", false, THUMBPRINT_CLEAN,
          "character 1 is U+200E LEFT-TO-RIGHT MARK, which the certificate dialog of Windows puts there and "
          "nobody sees; character 2 is \"T\", which is no hexadecimal digit");
    reads("A?909502DD82AE41433E6F83886B00D4277A32A7B", false, THUMBPRINT_CLEAN,
          "character 2 is \"?\", which is no hexadecimal digit");
}

static void test_too_long(void **state)
{
    (void)state;
    char text[4096];
    struct thumbprint thumbprint;
    struct buffer told = {0};
    enum thumbprint_flaw flaw;
    memset(text, 'F', sizeof text);
    assert_false(thumbprint_read(&thumbprint, text, sizeof text, &flaw, &told));
    assert_non_null(strstr(told.bytes, "it has 4096 hexadecimal digits"));
    buffer_free(&told);
}

/* ---- Certificates -------------------------------------------------------------------------------------- */

static EVP_PKEY *key, *other_key;

static int make_keys(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    other_key = EVP_EC_gen("P-256");
    return key && other_key ? 0 : -1;
}

static int free_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);
    return 0;
}

/* Of this subject and key, valid from `day` on. */
static struct certificate *make(const char *subject, EVP_PKEY *of, int day)
{
    uint8_t *der = NULL, sha1[20], sha256[32];
    X509 *x509 = X509_new();
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                               (const unsigned char *)subject, -1, -1, 0);
    X509_NAME_add_entry_by_txt(X509_get_issuer_name(x509), "CN", MBSTRING_UTF8, (const unsigned char *)"CA",
                               -1, -1, 0);
    X509_time_adj_ex(X509_getm_notBefore(x509), day, 0, &(time_t){1700000000});
    X509_time_adj_ex(X509_getm_notAfter(x509), day + 90, 0, &(time_t){1700000000});
    X509_set_pubkey(x509, of);
    X509_sign(x509, key, EVP_sha256());
    int length = i2d_X509(x509, &der);
    assert_true(length > 0);
    SHA1(der, (size_t)length, sha1);
    SHA256(der, (size_t)length, sha256);
    struct certificate *made = certificate_read(NULL, der, (size_t)length, sha1, sha256);
    assert_true(made->readable);
    OPENSSL_free(der);
    X509_free(x509);
    return made;
}

static void expect(struct expected *expected, const struct certificate *certificate, bool long_one)
{
    struct buffer text = {0};
    buffer_add_hex(&text, long_one ? certificate->sha256 : certificate->sha1, long_one ? 32 : 20, 1);
    assert_non_null(expected_add(expected, text.bytes, text.length, "a test", &(struct buffer){0}));
    buffer_free(&text);
}

static void is(const struct expected *expected, const struct certificate *certificate, const char *word)
{
    const struct expected_certificate *which;
    enum expected_match match = expected_compare(expected, certificate, &which);
    assert_string_equal(expected_word(match), word);
    assert_non_null(which);
}

static void test_compare(void **state)
{
    (void)state;
    struct certificate *wanted = make("client", key, 0), *renewed = make("client", other_key, 80),
                       *rekeyed = make("another name", key, 80), *old = make("client", other_key, -80),
                       *twin = make("client", other_key, 0), *stranger = make("stranger", other_key, 80);
    struct expected *expected = expected_new();
    expect(expected, wanted, false);
    is(expected, wanted, "yes");
    is(expected, renewed, "no"); /* nobody knows yet what was renewed */
    expected_learn(expected, stranger);
    is(expected, renewed, "no");
    expected_learn(expected, wanted);
    is(expected, renewed, "renewed");
    is(expected, rekeyed, "renewed");
    is(expected, old, "predecessor");
    is(expected, twin, "same_subject");
    is(expected, stranger, "no");
    expect(expected, stranger, true);
    is(expected, stranger, "yes");
    is(expected, renewed, "renewed");
    expected_free(expected);
    certificate_free(wanted);
    certificate_free(renewed);
    certificate_free(rekeyed);
    certificate_free(old);
    certificate_free(twin);
    certificate_free(stranger);
}

static void test_unreadable(void **state)
{
    (void)state;
    const uint8_t sha1[20] = {1}, sha256[32] = {2};
    struct certificate *garbage = certificate_read(NULL, "garbage", 7, sha1, sha256);
    struct expected *expected = expected_new();
    expect(expected, garbage, false);
    expected_learn(expected, garbage);
    is(expected, garbage, "yes");
    assert_null(expected_at(expected, 0)->certificate);
    expected_free(expected);
    certificate_free(garbage);
}

/* The same thumbprint twice is one; the worse writing is what somebody has to mend. */
static void test_written_twice(void **state)
{
    (void)state;
    struct buffer error = {0};
    struct expected *expected = expected_new();
    const char hidden[] = "\u200EA909502DD82AE41433E6F83886B00D4277A32A7B";
    expected_add(expected, digits, sizeof digits - 1, "here", &error);
    expected_add(expected, hidden, sizeof hidden - 1, "there", &error);
    expected_add(expected, digits, sizeof digits - 1, "elsewhere", &error);
    assert_int_equal(expected_count(expected), 1);
    assert_string_equal(expected_at(expected, 0)->text, digits);
    assert_string_equal(expected_at(expected, 0)->from, "there");
    assert_int_equal(expected_at(expected, 0)->flaw, THUMBPRINT_HIDDEN);
    assert_null(expected_add(expected, "x", 1, "nowhere", &error));
    assert_string_equal(error.bytes, "character 1 is \"x\", which is no hexadecimal digit");
    expected_free(expected);
    buffer_free(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),      cmocka_unit_test(test_dressed),
        cmocka_unit_test(test_hidden),     cmocka_unit_test(test_no_thumbprint),
        cmocka_unit_test(test_too_long),   cmocka_unit_test(test_compare),
        cmocka_unit_test(test_unreadable), cmocka_unit_test(test_written_twice),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
