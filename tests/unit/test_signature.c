/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of handshakes against the keys of certificates, and what is told of those that do not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate/signature.h"
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

static const char content[] = "what both sides said";

struct holder {
    EVP_PKEY *key;
    struct certificate *certificate;
};

static struct certificate_reader *reader;

static struct holder hold(EVP_PKEY *key)
{
    static const uint8_t no_hash[32];
    unsigned char *der = NULL;
    assert_non_null(key);
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    X509_set_pubkey(x509, key);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 1000);
    bool one_shot = EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
    assert_true(X509_sign(x509, key, one_shot ? NULL : EVP_sha256()) > 0);
    int length = i2d_X509(x509, &der);
    struct holder holder = {.key = key,
                            .certificate = certificate_read(reader, der, (size_t)length, no_hash, no_hash)};
    assert_true(holder.certificate->readable);
    OPENSSL_free(der);
    X509_free(x509);
    return holder;
}

static void let_go(struct holder *holder)
{
    certificate_free(holder->certificate);
    EVP_PKEY_free(holder->key);
}

/* How a key signs: `salt` other than 0 means RSA-PSS. */
struct way {
    EVP_PKEY *key;
    const char *digest;
    int salt;
    const char *text;
};

static struct octets sign(struct way way)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *padding;
    size_t length;
    assert_int_equal(EVP_DigestSignInit_ex(context, &padding, way.digest, NULL, NULL, way.key, NULL), 1);
    if (way.salt != 0) {
        assert_true(EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) > 0);
        assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, way.salt) > 0);
    }
    const unsigned char *text = (const unsigned char *)way.text;
    assert_int_equal(EVP_DigestSign(context, NULL, &length, text, strlen(way.text)), 1);
    unsigned char *bytes = malloc(length);
    assert_int_equal(EVP_DigestSign(context, bytes, &length, text, strlen(way.text)), 1);
    EVP_MD_CTX_free(context);
    return (struct octets){.bytes = (char *)bytes, .length = (uint32_t)length};
}

static enum signature_answer check(const struct holder *holder, uint16_t scheme, struct way way)
{
    struct signature signature = {
        .scheme = scheme,
        .content = {.bytes = content, .length = sizeof content - 1},
        .bytes = sign(way),
    };
    enum signature_answer answer = signature_check(holder->certificate, &signature);
    free((char *)(uintptr_t)signature.bytes.bytes);
    return answer;
}

static void rsa_tells_why(void **state)
{
    (void)state;
    struct holder one = hold(EVP_RSA_gen(2048)), other = hold(EVP_RSA_gen(2048));
    static const struct {
        uint16_t scheme;
        const char *digest;
        int salt;
    } rows[] = {{0, "MD5-SHA1", 0},
                {0x0201, "SHA1", 0},
                {0x0401, "SHA256", 0},
                {0x0501, "SHA384", 0},
                {0x0601, "SHA512", 0},
                {0x0804, "SHA256", RSA_PSS_SALTLEN_DIGEST},
                {0x0805, "SHA384", RSA_PSS_SALTLEN_DIGEST},
                {0x0806, "SHA512", RSA_PSS_SALTLEN_DIGEST}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct way right = {one.key, rows[i].digest, rows[i].salt, content};
        struct way foreign = {other.key, rows[i].digest, rows[i].salt, content};
        struct way changed = {one.key, rows[i].digest, rows[i].salt, "what one side heard"};
        assert_int_equal(check(&one, rows[i].scheme, right), SIGNATURE_VALID);
        assert_int_equal(check(&one, rows[i].scheme, foreign), SIGNATURE_OTHER_KEY);
        assert_int_equal(check(&one, rows[i].scheme, changed), SIGNATURE_OTHER_CONTENT);
    }
    struct way salted = {one.key, "SHA256", RSA_PSS_SALTLEN_MAX, content};
    assert_int_equal(check(&one, 0x0804, salted), SIGNATURE_OTHER_SALT);
    assert_int_equal(check(&one, 0x0403, salted), SIGNATURE_OTHER_KIND);
    assert_int_equal(check(&one, 0x0809, salted), SIGNATURE_OTHER_KIND);
    assert_int_equal(check(&one, 0xEEEE, salted), SIGNATURE_NOT_CHECKED);
    let_go(&one);
    let_go(&other);
}

/* The padded block of such a key begins in the middle of a byte, or is a byte shorter than the modulus. */
static void odd_moduli(void **state)
{
    (void)state;
    for (unsigned bits = 1025; bits <= 1033; bits += 4) {
        struct holder one = hold(EVP_RSA_gen(bits));
        struct way changed = {one.key, "SHA256", RSA_PSS_SALTLEN_DIGEST, "something else"};
        assert_int_equal(check(&one, 0x0804, changed), SIGNATURE_OTHER_CONTENT);
        let_go(&one);
    }
}

static void other_keys(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        uint16_t scheme;
        const char *digest;
    } rows[] = {{"P-256", 0x0403, "SHA256"},
                {"P-384", 0x0503, "SHA384"},
                {"P-256", 0, "SHA1"},
                {"ED25519", 0x0807, NULL},
                {"ED448", 0x0808, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool edwards = !rows[i].digest;
        struct holder one =
            hold(edwards ? EVP_PKEY_Q_keygen(NULL, NULL, rows[i].type) : EVP_EC_gen(rows[i].type));
        struct way right = {one.key, rows[i].digest, 0, content};
        struct way changed = {one.key, rows[i].digest, 0, "what one side heard"};
        assert_int_equal(check(&one, rows[i].scheme, right), SIGNATURE_VALID);
        assert_int_equal(check(&one, rows[i].scheme, changed), SIGNATURE_INVALID);
        let_go(&one);
    }
}

/* A signature of any length and content is an answer, never more. */
static void garbage(void **state)
{
    (void)state;
    struct holder rsa = hold(EVP_RSA_gen(1024)), ec = hold(EVP_EC_gen("P-256"));
    char bytes[300];
    memset(bytes, 0x5A, sizeof bytes);
    for (uint32_t length = 0; length < sizeof bytes; length++) {
        struct signature signature = {.content = {.bytes = content, .length = 4},
                                      .bytes = {.bytes = bytes, .length = length}};
        for (uint16_t scheme = 0; scheme <= 0x0804; scheme = scheme == 0 ? 0x0401 : scheme + 0x0403) {
            signature.scheme = scheme;
            assert_int_not_equal(signature_check(rsa.certificate, &signature), SIGNATURE_VALID);
            assert_int_not_equal(signature_check(ec.certificate, &signature), SIGNATURE_VALID);
        }
    }
    let_go(&rsa);
    let_go(&ec);
}

static void schemes_for_keys(void **state)
{
    (void)state;
    struct holder rsa = hold(EVP_RSA_gen(1024)), ec = hold(EVP_EC_gen("P-384"));
    assert_true(signature_scheme_fits(rsa.certificate, 0x0401, false));
    assert_false(signature_scheme_fits(rsa.certificate, 0x0401, true));
    assert_true(signature_scheme_fits(rsa.certificate, 0x0804, true));
    assert_false(signature_scheme_fits(rsa.certificate, 0x0403, false));
    assert_true(signature_scheme_fits(ec.certificate, 0x0403, false));
    assert_false(signature_scheme_fits(ec.certificate, 0x0403, true));
    assert_true(signature_scheme_fits(ec.certificate, 0x0503, true));
    assert_false(signature_scheme_fits(ec.certificate, 0x0807, false));
    let_go(&rsa);
    let_go(&ec);
}

static int set_up(void **state)
{
    (void)state;
    reader = certificate_reader_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    certificate_reader_free(reader);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_tells_why), cmocka_unit_test(odd_moduli),       cmocka_unit_test(other_keys),
        cmocka_unit_test(garbage),       cmocka_unit_test(schemes_for_keys),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
