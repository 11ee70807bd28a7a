/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A certificate in a file, and whether requests of servers ask for it. */
#include "base/clock.h"
#include "certificate/candidate.h"
#include "certificate/certificates.h"
#include "handshake/candidacy.h"
#include "handshake/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

static char path[64];
static EVP_PKEY *rsa, *issuer_key;
static X509 *leaf, *issuer;

static void set_name(X509_NAME *name, const char *common_name)
{
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
}

static void add_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(extension);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

/* Valid in 2025 and 2026. */
static X509 *make(const char *subject, const char *issuer_name, EVP_PKEY *key, bool is_ca)
{
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    ASN1_TIME_set_string(X509_getm_notBefore(x509), "20250101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x509), "20261231235959Z");
    set_name(X509_get_subject_name(x509), subject);
    set_name(X509_get_issuer_name(x509), issuer_name);
    X509_set_pubkey(x509, key);
    add_extension(x509, NID_basic_constraints, is_ca ? "critical,CA:true" : "CA:false");
    if (!is_ca)
        add_extension(x509, NID_ext_key_usage, "clientAuth");
    X509_sign(x509, issuer_key, EVP_sha256());
    return x509;
}

static int start(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "candidate-%ld", (long)getpid());
    rsa = EVP_RSA_gen(2048);
    issuer_key = EVP_EC_gen("P-256");
    leaf = make("client", "intermediate", rsa, false);
    issuer = make("intermediate", "root", issuer_key, true);
    return rsa && issuer_key ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    X509_free(leaf);
    X509_free(issuer);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(issuer_key);
    unlink(path);
    return 0;
}

static FILE *open_file(void)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static void write_pem(bool key, bool issuer_first, bool with_issuer)
{
    FILE *file = open_file();
    if (key)
        PEM_write_PrivateKey(file, rsa, EVP_aes_128_cbc(), (const unsigned char *)"secret", 6, NULL, NULL);
    if (with_issuer && issuer_first)
        PEM_write_X509(file, issuer);
    PEM_write_X509(file, leaf);
    if (with_issuer && !issuer_first)
        PEM_write_X509(file, issuer);
    fclose(file);
}

static void write_pkcs12(const char *password)
{
    FILE *file = open_file();
    STACK_OF(X509) *others = sk_X509_new_null();
    sk_X509_push(others, issuer);
    PKCS12 *store = PKCS12_create(password, "client", rsa, leaf, others, 0, 0, 0, 0, 0);
    i2d_PKCS12_fp(file, store);
    PKCS12_free(store);
    sk_X509_free(others);
    fclose(file);
}

static struct candidate *read_candidate(void)
{
    struct buffer error = {0};
    struct candidate *candidate = candidate_read(path, &error);
    assert_non_null(candidate);
    assert_int_equal(error.length, 0);
    return candidate;
}

static void check_read(uint32_t count, bool had_key)
{
    struct candidate *candidate = read_candidate();
    assert_int_equal(candidate->count, count);
    assert_int_equal(candidate->had_key, had_key);
    assert_string_equal(candidate->chain[0]->subject.bytes, "CN=client");
    candidate_free(candidate);
}

static void reads_files_of_all_kinds(void **state)
{
    (void)state;
    write_pem(false, false, false);
    check_read(1, false);
    write_pem(true, true, true); /* the key is encrypted: nobody is asked for its password */
    check_read(2, true);
    write_pkcs12(NULL);
    check_read(2, true);
    write_pkcs12("");
    check_read(2, true);
    FILE *file = open_file();
    i2d_X509_fp(file, leaf);
    fclose(file);
    check_read(1, false);
}

static void check_refused(const char *why)
{
    struct buffer error = {0};
    assert_null(candidate_read(path, &error));
    assert_non_null(strstr(error.bytes, path));
    assert_non_null(strstr(error.bytes, why));
    buffer_free(&error);
}

static void tells_why_a_file_is_refused(void **state)
{
    (void)state;
    write_pkcs12("secret");
    check_refused("password");
    FILE *file = open_file();
    PEM_write_PrivateKey(file, rsa, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    check_refused("no certificate");
    fclose(open_file());
    check_refused("no certificate");
    unlink(path);
    check_refused("No such file");
}

/* A server's request, and what becomes of the certificate in the file. */
struct bench {
    struct candidate *candidate;
    struct told told;
    struct connection connection;
    struct certificate_request request;
    struct handshake handshake;
    struct octets issuers[2];
    uint16_t types[2], schemes[4], certificate_schemes[2];
    const struct candidacy *candidacy;
};

static void prepare(struct bench *bench, uint16_t version)
{
    *bench = (struct bench){.candidate = read_candidate(),
                            .types = {1, 64},
                            .schemes = {0x0401, 0x0403, 0x0804},
                            .issuers = {{"CN=root", 7}, {"CN=intermediate", 15}}};
    bench->connection.first.time = INT64_C(1769855527) * CLOCK_SECOND; /* in 2026 */
    bench->request.signature_algorithms = (struct code_list){bench->schemes, 3};
    if (version < TLS_VERSION_1_3)
        bench->request.certificate_types = (struct code_list){bench->types, 2};
    bench->told.candidate = bench->candidate;
    bench->handshake = (struct handshake){.arena = arena_new(1 << 20),
                                          .connection = &bench->connection,
                                          .told = &bench->told,
                                          .version = version,
                                          .certificates = certificates_new(0),
                                          .certificate_request = &bench->request,
                                          .acceptable_issuers = {bench->issuers, 2}};
}

static enum answer judge(struct bench *bench, enum candidacy_question question)
{
    bench->candidacy = candidacy_judge(&bench->handshake);
    assert_non_null(bench->candidacy);
    assert_true(bench->candidacy->told[question].reason[0] != '\0');
    return bench->candidacy->told[question].answer;
}

static void finish(struct bench *bench)
{
    certificates_free(bench->handshake.certificates);
    arena_free(bench->handshake.arena);
    candidate_free(bench->candidate);
}

static void compares_issuers(void **state)
{
    (void)state;
    struct bench bench;
    write_pem(false, false, true);
    prepare(&bench, TLS_VERSION_1_2);
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_YES);
    assert_int_equal(bench.candidacy->accepted, ANSWER_YES);
    bench.handshake.acceptable_issuers.count = 1; /* the root alone: the file leads up to it */
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_YES);
    assert_int_equal(bench.candidacy->told[CANDIDACY_CHAIN].answer, ANSWER_YES);
    bench.issuers[0] = (struct octets){"CN=other", 8};
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_NO);
    assert_int_equal(bench.candidacy->accepted, ANSWER_NO);
    bench.request.cut = true;
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_UNKNOWN);
    bench.request.cut = false;
    bench.handshake.acceptable_issuers.count = 0;
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_YES);
    finish(&bench);
}

/* Who leaves the intermediate out does not show how its issuer is related to the root that the server names.
 */
static void needs_the_chain_to_reach_a_root(void **state)
{
    (void)state;
    struct bench bench;
    write_pem(false, false, false);
    prepare(&bench, TLS_VERSION_1_2);
    bench.handshake.acceptable_issuers.count = 1;
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_NO);
    assert_int_equal(bench.candidacy->told[CANDIDACY_CHAIN].answer, ANSWER_UNKNOWN);
    finish(&bench);
}

static void compares_keys(void **state)
{
    (void)state;
    struct bench bench;
    write_pem(false, false, true);
    prepare(&bench, TLS_VERSION_1_2);
    assert_int_equal(judge(&bench, CANDIDACY_KEY), ANSWER_YES);
    bench.types[0] = 64;
    assert_int_equal(judge(&bench, CANDIDACY_KEY), ANSWER_NO);
    bench.types[0] = 1;
    bench.schemes[0] = 0x0503;
    bench.schemes[2] = 0x0603;
    assert_int_equal(judge(&bench, CANDIDACY_KEY), ANSWER_NO);
    bench.request.signature_algorithms.count = 0; /* before TLS 1.2 */
    assert_int_equal(judge(&bench, CANDIDACY_KEY), ANSWER_YES);
    finish(&bench);
}

/* In 1.3 an RSA key signs with PSS only, and the certificates in the chain may have schemes of their own. */
static void judges_a_request_of_13(void **state)
{
    (void)state;
    struct bench bench;
    write_pem(false, false, true);
    prepare(&bench, TLS_VERSION_1_3);
    assert_int_equal(judge(&bench, CANDIDACY_KEY), ANSWER_YES);
    assert_int_equal(bench.candidacy->told[CANDIDACY_SIGNATURES].answer, ANSWER_YES);
    bench.certificate_schemes[0] = 0x0401;
    bench.request.signature_algorithms_cert = (struct code_list){bench.certificate_schemes, 1};
    assert_int_equal(judge(&bench, CANDIDACY_SIGNATURES), ANSWER_NO);
    assert_int_equal(bench.candidacy->accepted, ANSWER_UNKNOWN);
    bench.schemes[2] = 0x0403;
    assert_int_equal(judge(&bench, CANDIDACY_KEY), ANSWER_NO);
    finish(&bench);
}

static void keeps_what_is_hidden_open(void **state)
{
    (void)state;
    struct bench bench;
    write_pem(false, false, true);
    prepare(&bench, TLS_VERSION_1_3);
    bench.handshake.certificate_request = NULL;
    assert_null(candidacy_judge(&bench.handshake)); /* the server did not ask */
    bench.handshake.inference.asked = ANSWER_YES;
    bench.handshake.acceptable_issuers.count = 0;
    assert_int_equal(judge(&bench, CANDIDACY_ISSUER), ANSWER_UNKNOWN);
    assert_int_equal(bench.candidacy->accepted, ANSWER_UNKNOWN);
    bench.connection.first.time = INT64_C(1893456000) * CLOCK_SECOND; /* 2030 */
    assert_int_equal(judge(&bench, CANDIDACY_DATES), ANSWER_NO);
    assert_int_equal(bench.candidacy->accepted, ANSWER_NO);
    finish(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_files_of_all_kinds),
        cmocka_unit_test(tells_why_a_file_is_refused),
        cmocka_unit_test(compares_issuers),
        cmocka_unit_test(compares_keys),
        cmocka_unit_test(needs_the_chain_to_reach_a_root),
        cmocka_unit_test(judges_a_request_of_13),
        cmocka_unit_test(keeps_what_is_hidden_open),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
