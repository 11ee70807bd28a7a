/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What certificates say, remembered once each, and the names they speak for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate/certificates.h"
#include "certificate/idn.h"
#include "certificate/reference.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct made {
    unsigned char *der;
    int length;
    uint8_t sha1[20], sha256[32];
};

static EVP_PKEY *key;

static struct certificate_reader *reader;

static int set_up(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    reader = certificate_reader_new();
    return key ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    certificate_reader_free(reader);
    EVP_PKEY_free(key);
    return 0;
}

static void set_name(X509_NAME *name, const char *common_name)
{
    if (*common_name)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
}

static void add_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;
    if (extension)
        X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

/* A certificate signed with its own key; `alternatives` and `usage` as in openssl's configuration, or NULL.
 */
static struct made make(const char *subject, const char *issuer, const char *alternatives, const char *usage)
{
    struct made made = {0};
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 0xABC);
    ASN1_TIME_set_string(X509_getm_notBefore(x509), "20250101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x509), "99991231235959Z");
    set_name(X509_get_subject_name(x509), subject);
    set_name(X509_get_issuer_name(x509), issuer);
    X509_set_pubkey(x509, key);
    add_extension(x509, NID_subject_alt_name, alternatives);
    add_extension(x509, NID_ext_key_usage, usage);
    add_extension(x509, NID_tlsfeature, "status_request");
    add_extension(x509, NID_crl_distribution_points, "URI:http://ca.test/a.crl,URI:ldap:///cn=a");
    add_extension(x509, NID_info_access, "OCSP;URI:http://ocsp.test/,caIssuers;URI:http://ca.test/a.cer");
    X509_sign(x509, key, EVP_sha256());
    made.length = i2d_X509(x509, &made.der);
    X509_digest(x509, EVP_sha1(), made.sha1, NULL);
    X509_digest(x509, EVP_sha256(), made.sha256, NULL);
    X509_free(x509);
    assert_true(made.length > 0);
    return made;
}

static struct certificate *read_made(const struct made *made)
{
    return certificate_read(reader, made->der, (size_t)made->length, made->sha1, made->sha256);
}

static void says(struct octets text, const char *expected)
{
    assert_non_null(text.bytes);
    assert_int_equal(text.length, strlen(expected));
    assert_string_equal(text.bytes, expected);
}

static void test_facts(void **state)
{
    (void)state;
    struct made made =
        make("a.test", "a.test", "DNS:a.test,IP:192.0.2.1,URI:urn:x,email:a@b.test", "serverAuth,1.2.3.4");
    struct certificate *certificate = read_made(&made);
    assert_true(certificate->readable);
    says(certificate->subject, "CN=a.test");
    says(certificate->common_name, "a.test");
    assert_string_equal(certificate->serial, "0ABC");
    assert_int_equal(certificate->version, 3);
    assert_int_equal(certificate->not_before, 1735689600);
    assert_int_equal(certificate->not_after, 253402300799);
    assert_string_equal(certificate->key_algorithm, "ECDSA");
    assert_string_equal(certificate->key_curve, "nistp256");
    assert_int_equal(certificate->key_bits, 256);
    assert_string_equal(certificate->signature_algorithm, "ECDSA-SHA256");
    assert_int_equal(certificate->alternative_name_count, 4);
    says(certificate->alternative_names[1].text, "192.0.2.1");
    assert_int_equal(certificate->extended_key_usage.count, 2);
    says(certificate->extended_key_usage.items[1], "1.2.3.4");
    assert_true(certificate_allows(certificate, "serverAuth"));
    assert_false(certificate_allows(certificate, "clientAuth"));
    assert_true(certificate->self_signed && certificate->must_staple);
    assert_int_equal(certificate->crl_urls.count, 2);
    says(certificate->crl_urls.items[1], "ldap:///cn=a");
    says(certificate->ocsp_urls.items[0], "http://ocsp.test/");
    says(certificate->issuer_urls.items[0], "http://ca.test/a.cer");
    certificate_free(certificate);
    OPENSSL_free(made.der);
}

/* The names are the same, and yet nobody signed this with its own key. */
static void test_issued_by_namesake(void **state)
{
    (void)state;
    struct made made = make("a.test", "a.test", NULL, NULL);
    made.der[made.length - 1] ^= 1;
    struct certificate *certificate = read_made(&made);
    assert_true(certificate->readable && certificate->self_issued);
    assert_false(certificate->self_signed);
    assert_true(certificate_allows(certificate, "clientAuth"));
    certificate_free(certificate);
    OPENSSL_free(made.der);
}

/* Every prefix of a certificate, and one with a byte too many, is unreadable and harmless. */
static void test_no_certificate(void **state)
{
    (void)state;
    struct made made = make("a.test", "b.test", "DNS:a.test", NULL);
    for (int length = 0; length < made.length; length++) {
        struct certificate *certificate =
            certificate_read(reader, made.der, (size_t)length, made.sha1, made.sha256);
        assert_false(certificate->readable);
        assert_int_equal(reference_match(certificate, "a.test", 6), NAME_MATCHES_UNKNOWN);
        certificate_free(certificate);
    }
    OPENSSL_free(made.der);
}

static void test_remembered(void **state)
{
    (void)state;
    struct certificates *certificates = certificates_new(16 * 1024);
    struct made first = make("first.test", "a.test", NULL, NULL);
    const struct certificate *kept =
        certificates_use(certificates, first.der, (size_t)first.length, first.sha1, first.sha256);
    for (int i = 0; i < 50; i++) {
        struct made other = make("other.test", "a.test", NULL, NULL);
        certificates_release(certificates, certificates_use(certificates, other.der, (size_t)other.length,
                                                            other.sha1, other.sha256));
        OPENSSL_free(other.der);
    }
    assert_ptr_equal(
        certificates_use(certificates, first.der, (size_t)first.length, first.sha1, first.sha256), kept);
    says(kept->common_name, "first.test");
    certificates_release(certificates, kept);
    certificates_release(certificates, kept);
    certificates_free(certificates);
    OPENSSL_free(first.der);
}

static void expect_match(const char *common_name, const char *alternatives, const char *name,
                         enum name_match expected)
{
    struct made made = make(common_name, "ca.test", alternatives, NULL);
    struct certificate *certificate = read_made(&made);
    enum name_match match = reference_match(certificate, name, strlen(name));
    if (match != expected)
        fail_msg("%s against %s: %s", name, alternatives ? alternatives : common_name,
                 name_match_word(match));
    certificate_free(certificate);
    OPENSSL_free(made.der);
}

/* RFC 9525 section 6.3 and 6.4. */
static void test_names(void **state)
{
    (void)state;
    expect_match("", "DNS:www.example.org", "WWW.example.ORG", NAME_MATCHES);
    expect_match("", "DNS:www.example.org", "www.example.org.", NAME_MATCHES);
    expect_match("", "DNS:www.example.org", "www.example.com", NAME_MISMATCH);
    expect_match("", "DNS:example.org", "www.example.org", NAME_MISMATCH);
    expect_match("", "DNS:*.example.org", "a.example.org", NAME_MATCHES);
    expect_match("", "DNS:*.example.org", "a.b.example.org", NAME_WILDCARD_TOO_DEEP);
    expect_match("", "DNS:*.example.org,DNS:a.b.example.org", "a.b.example.org", NAME_MATCHES);
    expect_match("", "DNS:*.example.org", "example.org", NAME_WILDCARD_APEX);
    expect_match("", "DNS:*.example.org", "badexample.org", NAME_MISMATCH);
    expect_match("", "DNS:*.example.org", ".example.org", NAME_WILDCARD_TOO_DEEP);
    expect_match("", "DNS:*.dev", "site.dev", NAME_WILDCARD_TOO_BROAD);
    expect_match("", "DNS:*", "site", NAME_WILDCARD_TOO_BROAD);
    expect_match("", "DNS:w*.example.org", "www.example.org", NAME_WILDCARD_PARTIAL);
    expect_match("", "DNS:w*w.example.org", "ww.example.org", NAME_WILDCARD_PARTIAL);
    expect_match("", "DNS:w*w.example.org", "w.example.org", NAME_MISMATCH);
    expect_match("", "DNS:w*.example.org", "a.example.org", NAME_MISMATCH);
    expect_match("", "DNS:w*.org", "www.org", NAME_MISMATCH);
    expect_match("www.example.org", NULL, "www.example.org", NAME_COMMON_NAME_ONLY);
    expect_match("www.example.org", "email:a@example.org", "www.example.org", NAME_COMMON_NAME_ONLY);
    expect_match("www.example.org", "DNS:other.test", "www.example.org", NAME_MISMATCH);
    expect_match("192.0.2.7", "DNS:192.0.2.7", "192.0.2.7", NAME_ADDRESS_MISSING);
    expect_match("", "IP:192.0.2.7", "192.0.2.7", NAME_MATCHES);
    expect_match("", "IP:2001:db8::1", "2001:DB8:0::1", NAME_MATCHES);
    expect_match("", "DNS:a.test", "", NAME_MISMATCH);
}

/* RFC 5890: letters beyond ASCII stand in certificates as A-labels. */
static void test_letters(void **state)
{
    (void)state;
    expect_match("", "DNS:xn--bcher-kva.test", "xn--bcher-kva.test", NAME_MATCHES);
    if (!idn_is_there())
        skip();
    expect_match("", "DNS:b\u00fccher.test", "xn--bcher-kva.test", NAME_U_LABEL);
    expect_match("",
                 "DNS:b\xfc"
                 "cher.test",
                 "xn--bcher-kva.test", NAME_U_LABEL);
    expect_match("b\u00fccher.test", NULL, "xn--bcher-kva.test", NAME_U_LABEL);
    expect_match("", "DNS:b\u00fccher.test", "xn--bchen-kva.test", NAME_MISMATCH);
    expect_match("", "DNS:\u200e\u202e.test", "xn--bcher-kva.test", NAME_MISMATCH);
}

static void show(const char *name, const char *expected)
{
    struct buffer text = {0};
    idn_show(&text, name, strlen(name));
    assert_string_equal(text.bytes, expected);
    buffer_free(&text);
}

static void test_letters_shown(void **state)
{
    (void)state;
    char longest[3000];
    memset(longest, 'x', sizeof longest - 1);
    memcpy(longest, "xn--", 4);
    longest[sizeof longest - 1] = '\0';
    show("example.test", "example.test");
    show(longest, longest);
    if (!idn_is_there())
        skip();
    show("*.xn--bcher-kva.test", "*.xn--bcher-kva.test (*.b\u00fccher.test)");
    show("xn--.test", "xn--.test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),          cmocka_unit_test(test_issued_by_namesake),
        cmocka_unit_test(test_no_certificate), cmocka_unit_test(test_remembered),
        cmocka_unit_test(test_names),          cmocka_unit_test(test_letters),
        cmocka_unit_test(test_letters_shown),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
