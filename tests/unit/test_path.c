/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The path that a chain makes by itself, and which of its certificates may not stand where it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate/path.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#define AUTHORITY "critical,CA:TRUE"

static EVP_PKEY *key;
static bool spoil; /* change what was signed */

static int make_key(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    return key ? 0 : -1;
}

static int free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    return 0;
}

static void set_name(X509_NAME *name, const char *common_name)
{
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
}

static void add_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;
    if (extension)
        X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

/* What an extension holds as in openssl's configuration; NULL: it is not there. */
struct wanted {
    const char *subject, *issuer, *constraints, *usage, *extended, *names, *alternatives;
    const EVP_MD *hash;
};

static struct certificate *make(struct wanted wanted)
{
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_TIME_set_string(X509_getm_notBefore(x509), "20250101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x509), "99991231235959Z");
    set_name(X509_get_subject_name(x509), wanted.subject);
    set_name(X509_get_issuer_name(x509), wanted.issuer);
    X509_set_pubkey(x509, key);
    add_extension(x509, NID_basic_constraints, wanted.constraints);
    add_extension(x509, NID_key_usage, wanted.usage);
    add_extension(x509, NID_ext_key_usage, wanted.extended);
    add_extension(x509, NID_name_constraints, wanted.names);
    add_extension(x509, NID_subject_alt_name, wanted.alternatives);
    X509_sign(x509, key, wanted.hash ? wanted.hash : EVP_sha256());
    uint8_t *der = NULL, hash[32] = {0};
    int length = i2d_X509(x509, &der);
    if (spoil)
        der[length / 2] ^= 1;
    X509_free(x509);
    assert_true(length > 0);
    struct certificate *certificate = certificate_read(NULL, der, (size_t)length, hash, hash);
    OPENSSL_free(der);
    return certificate;
}

static void free_all(struct certificate **chain, size_t count)
{
    for (size_t i = 0; i < count; i++)
        certificate_free(chain[i]);
}

static struct path find(struct certificate **chain, uint32_t count)
{
    return path_find((const struct certificate *const *)chain, count);
}

static void test_any_order(void **state)
{
    (void)state;
    struct certificate *chain[] = {
        make((struct wanted){.subject = "leaf", .issuer = "second"}),
        make((struct wanted){.subject = "first", .issuer = "root", .constraints = AUTHORITY}),
        make((struct wanted){.subject = "stranger", .issuer = "root", .constraints = AUTHORITY}),
        make((struct wanted){.subject = "second", .issuer = "first", .constraints = AUTHORITY}),
    };
    struct path path = find(chain, 4);
    assert_int_equal(path.length, 3);
    assert_int_equal(path.place[1], 3);
    assert_int_equal(path.place[2], 1);
    assert_memory_equal(path_missing(&path).bytes, "CN=root", 7);
    free_all(chain, 4);
}

static void test_ends(void **state)
{
    (void)state;
    struct certificate *chain[] = {
        make((struct wanted){.subject = "leaf", .issuer = "root"}),
        make((struct wanted){.subject = "root", .issuer = "root"}),
    };
    struct path path = find(chain, 2);
    assert_int_equal(path.length, 2);
    assert_null(path_missing(&path).bytes);
    assert_int_equal(path_fault(&path, 1, "serverAuth"), PATH_FINE);
    path = find(chain, 0);
    assert_int_equal(path.length, 0);
    assert_null(path_missing(&path).bytes);
    free_all(chain, 2);
}

/* Two authorities that issue each other lead nowhere, and do not go round for ever. */
static void test_circle(void **state)
{
    (void)state;
    struct certificate *chain[] = {
        make((struct wanted){.subject = "leaf", .issuer = "one"}),
        make((struct wanted){.subject = "one", .issuer = "other", .constraints = AUTHORITY}),
        make((struct wanted){.subject = "other", .issuer = "one", .constraints = AUTHORITY}),
    };
    assert_int_equal(find(chain, 3).length, 3);
    free_all(chain, 3);
}

static void finds(struct wanted issuer, enum path_fault expected)
{
    issuer.subject = "issuer";
    issuer.issuer = "root";
    struct certificate *chain[] = {
        make((struct wanted){.subject = "leaf", .issuer = "issuer", .alternatives = "DNS:a.test"}),
        make(issuer),
    };
    struct path path = find(chain, 2);
    assert_int_equal(path_fault(&path, 1, "serverAuth"), expected);
    free_all(chain, 2);
}

static void test_faults(void **state)
{
    (void)state;
    finds((struct wanted){.constraints = AUTHORITY, .usage = "keyCertSign"}, PATH_FINE);
    finds((struct wanted){.constraints = "CA:FALSE"}, PATH_NOT_AN_AUTHORITY);
    finds((struct wanted){.constraints = NULL}, PATH_NOT_AN_AUTHORITY);
    finds((struct wanted){.constraints = AUTHORITY, .usage = "cRLSign"}, PATH_MAY_NOT_SIGN);
    finds((struct wanted){.constraints = AUTHORITY, .extended = "clientAuth"}, PATH_WRONG_USAGE);
    finds((struct wanted){.constraints = AUTHORITY, .extended = "serverAuth"}, PATH_FINE);
    finds((struct wanted){.constraints = AUTHORITY, .names = "permitted;DNS:b.test"},
          PATH_NAME_NOT_PERMITTED);
    finds((struct wanted){.constraints = AUTHORITY, .names = "permitted;DNS:a.test"}, PATH_FINE);
    finds((struct wanted){.constraints = AUTHORITY, .hash = EVP_sha1()}, PATH_WEAK_SIGNATURE);
}

static void test_path_length(void **state)
{
    (void)state;
    struct certificate *chain[] = {
        make((struct wanted){.subject = "leaf", .issuer = "below"}),
        make((struct wanted){.subject = "below", .issuer = "above", .constraints = AUTHORITY}),
        make((struct wanted){.subject = "above", .issuer = "root", .constraints = AUTHORITY ",pathlen:0"}),
    };
    struct path path = find(chain, 3);
    assert_int_equal(path_fault(&path, 1, "serverAuth"), PATH_FINE);
    assert_int_equal(path_fault(&path, 2, "serverAuth"), PATH_TOO_LONG);
    assert_string_equal(path_fault_word(PATH_TOO_LONG), "too_long");
    assert_null(path_fault_word(PATH_FINE));
    free_all(chain, 3);
}

/* All of them are signed with one key, so a signature fits but where it was changed. */
static void test_signatures(void **state)
{
    (void)state;
    struct certificate *chain[] = {
        make((struct wanted){.subject = "leaf", .issuer = "first"}),
        make((struct wanted){.subject = "first", .issuer = "root", .constraints = AUTHORITY}),
    };
    struct path path = find(chain, 2);
    assert_int_equal(path_badly_signed(&path), 2);
    spoil = true;
    struct certificate *other = make((struct wanted){.subject = "leaf", .issuer = "first"});
    spoil = false;
    struct certificate *spoilt[] = {other, chain[1]};
    path = find(spoilt, 2);
    assert_int_equal(path_badly_signed(&path), 0);
    certificate_free(other);
    free_all(chain, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order),   cmocka_unit_test(test_ends),
        cmocka_unit_test(test_circle),      cmocka_unit_test(test_faults),
        cmocka_unit_test(test_path_length), cmocka_unit_test(test_signatures),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
