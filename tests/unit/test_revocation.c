/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Revocation lists and OCSP responses, and what they say of a certificate at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certificate/ocsp.h"
#include "certificate/revocation.h"
#include "certificate/staple.h"
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 2026-01-01, and days of that year. */
enum { DAY = 86400 };
static const certificate_time year = 1767225600;

static EVP_PKEY *key, *other_key;
static struct certificate *issuer, *namesake; /* of the same name, with another key */

static void set_time(ASN1_TIME *time, int day)
{
    ASN1_TIME_set(time, (time_t)(year + (certificate_time)day * DAY));
}

static void add_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;
    if (extension)
        X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

static void set_name(X509_NAME *name, const char *common_name)
{
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
}

static X509 *make_x509(const char *subject, long serial, EVP_PKEY *own, const char *usage)
{
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
    set_time(X509_getm_notBefore(x509), -100);
    set_time(X509_getm_notAfter(x509), 1000);
    set_name(X509_get_subject_name(x509), subject);
    set_name(X509_get_issuer_name(x509), "The Issuer");
    X509_set_pubkey(x509, own);
    add_extension(x509, NID_crl_distribution_points, "URI:http://ca.test/part1.crl");
    add_extension(x509, NID_ext_key_usage, usage);
    X509_sign(x509, key, EVP_sha256());
    return x509;
}

static struct certificate_reader *reader;

static struct certificate *read_x509(X509 *x509)
{
    unsigned char *der = NULL;
    uint8_t sha1[20], sha256[32];
    int length = i2d_X509(x509, &der);
    X509_digest(x509, EVP_sha1(), sha1, NULL);
    X509_digest(x509, EVP_sha256(), sha256, NULL);
    struct certificate *certificate = certificate_read(reader, der, (size_t)length, sha1, sha256);
    OPENSSL_free(der);
    X509_free(x509);
    assert_true(certificate->readable);
    return certificate;
}

static struct certificate *make_leaf(long serial)
{
    return read_x509(make_x509("leaf", serial, other_key, NULL));
}

static int make_keys(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    other_key = EVP_EC_gen("P-256");
    issuer = read_x509(make_x509("The Issuer", 1, key, NULL));
    namesake = read_x509(make_x509("The Issuer", 2, other_key, NULL));
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    certificate_free(issuer);
    certificate_free(namesake);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);
    return 0;
}

/* ---- Lists --------------------------------------------------------------------------------------------- */

struct plan {
    int this_update, next_update; /* days; 0 next: it names none */
    long serial;                  /* the one it names; 0: none */
    int revoked, reason;          /* a day; RFC 5280's number, or -1 */
    const char *point;            /* issuing distribution point, as openssl's configuration says it */
    long delta;                   /* number of the list that it changes */
    uint32_t more;                /* other entries */
    const char *name;             /* of the issuer; NULL: the usual one */
};

static void add_entry(X509_CRL *crl, long serial, int day, int reason)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *time = ASN1_TIME_new();
    ASN1_INTEGER_set(number, serial);
    set_time(time, day);
    X509_REVOKED_set_serialNumber(entry, number);
    X509_REVOKED_set_revocationDate(entry, time);
    if (reason >= 0) {
        ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
        ASN1_ENUMERATED_set(code, reason);
        X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code, 0, 0);
        ASN1_ENUMERATED_free(code);
    }
    X509_CRL_add0_revoked(crl, entry);
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(time);
}

static void add_number(X509_CRL *crl, int nid, long value, int critical)
{
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_INTEGER_set(number, value);
    X509_CRL_add1_ext_i2d(crl, nid, number, critical, 0);
    ASN1_INTEGER_free(number);
}

static void add_point(X509_CRL *crl, const char *text)
{
    ISSUING_DIST_POINT *point = ISSUING_DIST_POINT_new();
    point->onlyuser = strcmp(text, "user") == 0 ? 0xff : -1;
    point->onlyCA = strcmp(text, "ca") == 0 ? 0xff : -1;
    if (strncmp(text, "http:", 5) == 0) {
        GENERAL_NAME *name = a2i_GENERAL_NAME(NULL, NULL, NULL, GEN_URI, text, 0);
        point->distpoint = DIST_POINT_NAME_new();
        point->distpoint->type = 0;
        point->distpoint->name.fullname = GENERAL_NAMES_new();
        sk_GENERAL_NAME_push(point->distpoint->name.fullname, name);
    }
    X509_CRL_add1_ext_i2d(crl, NID_issuing_distribution_point, point, 1, 0);
    ISSUING_DIST_POINT_free(point);
}

static X509_CRL *make_crl(const struct plan *plan)
{
    X509_CRL *crl = X509_CRL_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_TIME *time = ASN1_TIME_new();
    set_name(name, plan->name ? plan->name : "The Issuer");
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, name);
    set_time(time, plan->this_update);
    X509_CRL_set1_lastUpdate(crl, time);
    set_time(time, plan->next_update);
    if (plan->next_update)
        X509_CRL_set1_nextUpdate(crl, time);
    if (plan->serial)
        add_entry(crl, plan->serial, plan->revoked, plan->reason);
    for (uint32_t i = 0; i < plan->more; i++)
        add_entry(crl, 1000000 + (long)i * 7, plan->revoked, plan->reason);
    if (plan->point)
        add_point(crl, plan->point);
    if (plan->delta)
        add_number(crl, NID_delta_crl, plan->delta, 1);
    add_number(crl, NID_crl_number, 1, 0);
    X509_CRL_sort(crl);
    X509_CRL_sign(crl, key, EVP_sha256());
    X509_NAME_free(name);
    ASN1_TIME_free(time);
    return crl;
}

static struct revocation_reading see(struct revocation *revocation, struct plan plan)
{
    unsigned char *der = NULL;
    X509_CRL *crl = make_crl(&plan);
    int length = i2d_X509_CRL(crl, &der);
    struct revocation_reading reading = revocation_add_crl(revocation, der, (size_t)length, year + 10 * DAY);
    OPENSSL_free(der);
    X509_CRL_free(crl);
    return reading;
}

/* A file with lists, in PEM or DER, and its name, to be unlinked and freed. */
static char *write_lists(const struct plan *plans, size_t count, bool pem)
{
    char *path = strdup("/tmp/test_revocation.XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    for (size_t i = 0; i < count; i++) {
        X509_CRL *crl = make_crl(&plans[i]);
        if (pem)
            fputs("Text before the list\n", file);
        assert_true(pem ? PEM_write_X509_CRL(file, crl) : i2d_X509_CRL_fp(file, crl));
        X509_CRL_free(crl);
    }
    fclose(file);
    return path;
}

static void give(struct revocation *revocation, const struct plan *plans, size_t count, bool pem)
{
    struct buffer error = {0};
    char *path = write_lists(plans, count, pem);
    assert_true(revocation_add_file(revocation, path, &error));
    assert_int_equal(error.length, 0);
    buffer_free(&error);
    unlink(path);
    free(path);
}

static struct revocation_answer ask(struct revocation *revocation, long serial, const struct certificate *of,
                                    int day)
{
    struct revocation_answer answer;
    struct certificate *leaf = make_leaf(serial);
    revocation_check(revocation, leaf, of, year + (certificate_time)day * DAY, &answer);
    certificate_free(leaf);
    return answer;
}

static void says(struct revocation *revocation, long serial, const struct certificate *of, int day,
                 enum revocation_word word)
{
    assert_int_equal(ask(revocation, serial, of, day).word, word);
}

static void test_nothing_known(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    says(revocation, 7, issuer, 10, REVOCATION_UNKNOWN);
    assert_null(revocation_word(REVOCATION_UNKNOWN));
    revocation_free(revocation);
}

static void test_given_lists(void **state)
{
    const struct plan plans[] = {
        {.this_update = 5, .next_update = 30, .serial = 7, .revoked = 4, .reason = 1},
        {.this_update = 5, .next_update = 30, .name = "Somebody Else"},
    };
    for (int pem = 0; pem < 2; pem++) {
        struct revocation *revocation = revocation_new();
        give(revocation, plans, 2, pem);
        says(revocation, 8, issuer, 10, REVOCATION_GOOD);
        says(revocation, 7, issuer, 3, REVOCATION_LATER);
        says(revocation, 8, issuer, 31, REVOCATION_LIST_EXPIRED);
        struct revocation_answer answer = ask(revocation, 7, issuer, 10);
        assert_int_equal(answer.word, REVOCATION_REVOKED);
        assert_int_equal(answer.attested, ATTESTED_YES);
        assert_true(answer.given);
        assert_false(answer.by_ocsp || answer.list_expired);
        assert_int_equal(answer.status.revoked_at, year + 4 * DAY);
        assert_int_equal(answer.status.next_update, year + 30 * DAY);
        assert_string_equal(status_reason_word(answer.status.reason), "key_compromise");
        answer = ask(revocation, 7, NULL, 31);
        assert_int_equal(answer.word, REVOCATION_REVOKED);
        assert_int_equal(answer.attested, ATTESTED_UNKNOWN);
        assert_true(answer.list_expired);
        revocation_free(revocation);
    }
    (void)state;
}

static void test_other_issuers_list(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    see(revocation, (struct plan){.this_update = 5, .name = "Somebody Else"});
    says(revocation, 7, issuer, 10, REVOCATION_UNKNOWN); /* strangers' lists are not all there are */
    give(revocation, &(struct plan){.this_update = 5, .name = "Somebody Else"}, 1, true);
    says(revocation, 7, issuer, 10, REVOCATION_NO_LIST);
    revocation_free(revocation);
}

static void test_signature(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    give(revocation, &(struct plan){.this_update = 5, .next_update = 30}, 1, false);
    says(revocation, 7, namesake, 10, REVOCATION_BAD_SIGNATURE);
    says(revocation, 7, namesake, 10, REVOCATION_BAD_SIGNATURE); /* remembered */
    says(revocation, 7, issuer, 10, REVOCATION_GOOD);
    assert_int_equal(ask(revocation, 7, NULL, 10).attested, ATTESTED_UNKNOWN);
    revocation_free(revocation);
}

/* RFC 5280 section 5.2.5. */
static void test_scope(void **state)
{
    static const struct {
        const char *point;
        enum revocation_word word;
    } cases[] = {
        {"user", REVOCATION_REVOKED},
        {"ca", REVOCATION_NO_LIST},
        {"http://ca.test/part1.crl", REVOCATION_REVOKED},
        {"http://ca.test/part2.crl", REVOCATION_NO_LIST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct revocation *revocation = revocation_new();
        struct plan plan = {
            .this_update = 5, .serial = 7, .revoked = 4, .reason = -1, .point = cases[i].point};
        give(revocation, &plan, 1, false);
        says(revocation, 7, issuer, 10, cases[i].word);
        revocation_free(revocation);
    }
    (void)state;
}

static void test_delta(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    see(revocation, (struct plan){.this_update = 1, .next_update = 30, .serial = 7, .reason = 6});
    struct revocation_answer answer = ask(revocation, 7, issuer, 10);
    assert_int_equal(answer.word, REVOCATION_REVOKED);
    assert_string_equal(status_reason_word(answer.status.reason), "certificate_hold");
    see(revocation, (struct plan){.this_update = 2, .next_update = 30, .serial = 7, .reason = 8, .delta = 1});
    says(revocation, 7, issuer, 10, REVOCATION_GOOD);
    says(revocation, 8, issuer, 10, REVOCATION_GOOD);
    see(revocation, (struct plan){.this_update = 3, .next_update = 30, .serial = 8, .reason = 4, .delta = 1});
    says(revocation, 8, issuer, 10, REVOCATION_REVOKED);
    revocation_free(revocation);
}

/* The list that held at the time counts, a stranger's unsigned one never against the user's. */
static void test_several(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    see(revocation, (struct plan){.this_update = 1, .next_update = 8});
    see(revocation,
        (struct plan){.this_update = 5, .next_update = 12, .serial = 7, .revoked = 4, .reason = 6});
    see(revocation, (struct plan){.this_update = 9, .next_update = 16});
    says(revocation, 7, issuer, 2, REVOCATION_GOOD);
    says(revocation, 7, issuer, 6, REVOCATION_REVOKED);
    says(revocation, 7, issuer, 10, REVOCATION_GOOD);
    give(revocation, &(struct plan){.this_update = 2, .serial = 8, .revoked = 1, .reason = -1}, 1, true);
    says(revocation, 8, NULL, 10, REVOCATION_REVOKED);
    says(revocation, 8, issuer, 10, REVOCATION_GOOD);
    revocation_free(revocation);
}

static void test_reading(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    struct revocation_reading reading =
        see(revocation, (struct plan){.this_update = 5, .next_update = 30, .serial = 7, .reason = -1});
    assert_int_equal(reading.input, REVOCATION_CURRENT);
    assert_int_equal(reading.count, 1);
    assert_int_equal(reading.this_update, year + 5 * DAY);
    assert_int_equal(see(revocation, (struct plan){.this_update = 5, .next_update = 9}).input,
                     REVOCATION_EXPIRED);
    assert_int_equal(see(revocation, (struct plan){.this_update = 11, .next_update = 19}).input,
                     REVOCATION_NOT_YET_VALID);
    assert_int_equal(see(revocation, (struct plan){.this_update = 5}).input, REVOCATION_CURRENT);
    assert_int_equal(revocation_add_crl(revocation, "<html>", 6, year).input, REVOCATION_NOT_ONE);
    assert_int_equal(revocation_add_crl(revocation, NULL, 0, year).input, REVOCATION_NOT_ONE);
    assert_int_equal(revocation_add_ocsp(revocation, "<html>", 6, year).input, REVOCATION_NOT_ONE);
    assert_string_equal(revocation_input_word(REVOCATION_EXPIRED), "expired");
    revocation_free(revocation);
}

static void test_bad_files(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    struct buffer error = {0};
    assert_false(revocation_add_file(revocation, "/no/such/file.crl", &error));
    assert_non_null(strstr(error.bytes, "/no/such/file.crl: No such file"));
    buffer_clear(&error);
    assert_false(revocation_add_file(revocation, "/", &error));
    buffer_clear(&error);
    assert_false(revocation_add_file(revocation, "/dev/null", &error));
    assert_non_null(strstr(error.bytes, "no list"));
    buffer_free(&error);
    revocation_free(revocation);
}

/* Strangers cannot fill the memory: of one issuer the latest lists are kept. */
static void test_crowd(void **state)
{
    (void)state;
    enum { LISTS = 40 };
    struct revocation *revocation = revocation_new();
    see(revocation, (struct plan){.this_update = 1, .next_update = 2, .serial = 7, .reason = -1});
    says(revocation, 7, issuer, 1, REVOCATION_REVOKED);
    for (int i = 0; i < LISTS; i++)
        see(revocation, (struct plan){.this_update = 30 + i, .next_update = 100 + i});
    says(revocation, 7, issuer, 1, REVOCATION_GOOD);
    revocation_free(revocation);
}

static void test_huge(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    const struct plan plan = {.this_update = 5, .reason = 4, .revoked = 1, .more = 100000};
    give(revocation, &plan, 1, false);
    says(revocation, 1000000 + 99999L * 7, issuer, 10, REVOCATION_REVOKED);
    says(revocation, 1000001, issuer, 10, REVOCATION_GOOD);
    revocation_free(revocation);
}

/* ---- OCSP ---------------------------------------------------------------------------------------------- */

struct reply {
    long serial;
    int status, reason, revoked;
    int this_update, next_update;
    X509 *signer; /* NULL: the issuer */
    EVP_PKEY *signer_key;
};

static unsigned char *make_ocsp(struct reply reply, int *length)
{
    unsigned char *der = NULL;
    struct certificate *leaf = make_leaf(reply.serial);
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id =
        OCSP_cert_to_id(EVP_sha1(), certificate_for_checks(leaf), certificate_for_checks(issuer));
    ASN1_TIME *this_update = ASN1_TIME_new(), *next_update = ASN1_TIME_new(), *revoked = ASN1_TIME_new();
    set_time(this_update, reply.this_update);
    set_time(next_update, reply.next_update);
    set_time(revoked, reply.revoked);
    OCSP_basic_add1_status(basic, id, reply.status, reply.reason, revoked, this_update, next_update);
    OCSP_basic_sign(basic, reply.signer ? reply.signer : certificate_for_checks(issuer),
                    reply.signer_key ? reply.signer_key : key, EVP_sha256(), NULL, 0);
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    *length = i2d_OCSP_RESPONSE(response, &der);
    OCSP_RESPONSE_free(response);
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    ASN1_TIME_free(this_update);
    ASN1_TIME_free(next_update);
    ASN1_TIME_free(revoked);
    certificate_free(leaf);
    return der;
}

static struct revocation_reading see_ocsp(struct revocation *revocation, struct reply reply)
{
    int length;
    unsigned char *der = make_ocsp(reply, &length);
    struct revocation_reading reading = revocation_add_ocsp(revocation, der, (size_t)length, year + 10 * DAY);
    OPENSSL_free(der);
    return reading;
}

static void test_ocsp(void **state)
{
    (void)state;
    struct revocation *revocation = revocation_new();
    struct revocation_reading reading =
        see_ocsp(revocation, (struct reply){.serial = 7,
                                            .status = V_OCSP_CERTSTATUS_REVOKED,
                                            .reason = 5,
                                            .revoked = 3,
                                            .this_update = 9,
                                            .next_update = 20});
    assert_int_equal(reading.input, REVOCATION_CURRENT);
    assert_int_equal(reading.first, STATUS_REVOKED);
    assert_int_equal(reading.count, 1);
    struct revocation_answer answer = ask(revocation, 7, issuer, 10);
    assert_int_equal(answer.word, REVOCATION_REVOKED);
    assert_int_equal(answer.attested, ATTESTED_YES);
    assert_true(answer.by_ocsp);
    assert_string_equal(status_reason_word(answer.status.reason), "cessation_of_operation");
    says(revocation, 8, issuer, 10, REVOCATION_UNKNOWN);
    says(revocation, 7, namesake, 10, REVOCATION_UNKNOWN);
    reading = see_ocsp(revocation, (struct reply){.serial = 8, .this_update = 9, .next_update = 20});
    says(revocation, 8, issuer, 10, REVOCATION_GOOD);
    assert_int_equal(
        see_ocsp(revocation, (struct reply){.serial = 8, .this_update = 1, .next_update = 9}).input,
        REVOCATION_EXPIRED);
    revocation_free(revocation);
}

static void test_ocsp_without_answer(void **state)
{
    (void)state;
    static const uint8_t try_later[] = {0x30, 0x03, 0x0a, 0x01, 0x03};
    struct revocation *revocation = revocation_new();
    struct revocation_reading reading = revocation_add_ocsp(revocation, try_later, sizeof try_later, year);
    assert_int_equal(reading.input, REVOCATION_UNSUCCESSFUL);
    assert_string_equal(ocsp_response_status_word(reading.response_status), "try_later");
    revocation_free(revocation);
}

static enum attested signed_by(struct reply reply)
{
    int length;
    unsigned char *der = make_ocsp(reply, &length);
    struct ocsp *ocsp = ocsp_read(der, (size_t)length);
    assert_non_null(ocsp);
    enum attested attested = ocsp_signed_by(ocsp, issuer);
    assert_int_equal(ocsp_signed_by(ocsp, issuer), attested);
    ocsp_free(ocsp);
    OPENSSL_free(der);
    return attested;
}

/* RFC 6960 section 4.2.2.2. */
static void test_delegates(void **state)
{
    (void)state;
    X509 *delegate = make_x509("Responder", 50, other_key, "OCSPSigning");
    X509 *server = make_x509("A server", 51, other_key, "serverAuth");
    struct reply reply = {.serial = 7, .this_update = 9, .next_update = 20};
    assert_int_equal(signed_by(reply), ATTESTED_YES);
    reply.signer_key = other_key;
    reply.signer = delegate;
    assert_int_equal(signed_by(reply), ATTESTED_YES);
    reply.signer = server;
    assert_int_equal(signed_by(reply), ATTESTED_NO);
    reply.signer = certificate_for_checks(namesake);
    assert_int_equal(signed_by(reply), ATTESTED_NO);
    X509_free(delegate);
    X509_free(server);
}

/* ---- Staples ------------------------------------------------------------------------------------------- */

static enum staple_problem problem_of(const void *bytes, size_t length, long serial, int day)
{
    struct staple staple, again;
    struct staples *staples = staples_new();
    struct certificate *leaf = make_leaf(serial);
    struct octets response = {.bytes = bytes, .length = (uint32_t)length};
    staple_read(staples, response, leaf, issuer, &staple);
    staple_read(staples, response, leaf, issuer, &again);
    enum staple_problem problem = staple_problem(&staple, year + (certificate_time)day * DAY);
    assert_int_equal(staple_problem(&again, year + (certificate_time)day * DAY), problem);
    assert_int_equal(staple_signed_by(staples, response, NULL), ATTESTED_UNKNOWN);
    certificate_free(leaf);
    staples_free(staples);
    return problem;
}

static enum staple_problem problem_of_reply(struct reply reply, long serial, int day)
{
    int length;
    unsigned char *der = make_ocsp(reply, &length);
    enum staple_problem problem = problem_of(der, (size_t)length, serial, day);
    OPENSSL_free(der);
    return problem;
}

static enum attested signer_of(struct reply reply)
{
    int length;
    struct staples *staples = staples_new();
    unsigned char *der = make_ocsp(reply, &length);
    struct octets response = {.bytes = (const char *)der, .length = (uint32_t)length};
    enum attested attested = staple_signed_by(staples, response, issuer);
    assert_int_equal(staple_signed_by(staples, response, issuer), attested);
    OPENSSL_free(der);
    staples_free(staples);
    return attested;
}

static void test_staples(void **state)
{
    (void)state;
    struct reply good = {.serial = 7, .this_update = 9, .next_update = 20};
    struct reply revoked = good, unknown = good, forged = good;
    revoked.status = V_OCSP_CERTSTATUS_REVOKED;
    unknown.status = V_OCSP_CERTSTATUS_UNKNOWN;
    forged.signer = certificate_for_checks(namesake);
    forged.signer_key = other_key;
    assert_int_equal(problem_of_reply(good, 7, 10), STAPLE_FINE);
    assert_int_equal(problem_of_reply(good, 8, 10), STAPLE_OTHER_CERTIFICATE);
    assert_int_equal(problem_of_reply(good, 7, 21), STAPLE_EXPIRED);
    assert_int_equal(problem_of_reply(good, 7, 8), STAPLE_NOT_YET_VALID);
    assert_int_equal(problem_of_reply(revoked, 7, 10), STAPLE_REVOKED);
    assert_int_equal(problem_of_reply(unknown, 7, 10), STAPLE_UNKNOWN);
    assert_int_equal(problem_of_reply(forged, 7, 10), STAPLE_FINE);
    assert_int_equal(signer_of(forged), ATTESTED_NO);
    assert_int_equal(signer_of(good), ATTESTED_YES);
    assert_int_equal(problem_of("<html>", 6, 7, 10), STAPLE_NOT_ONE);
    assert_int_equal(problem_of("", 0, 7, 10), STAPLE_NOT_ONE);
    assert_int_equal(problem_of("\x30\x03\x0a\x01\x06", 5, 7, 10), STAPLE_UNSUCCESSFUL);
    assert_string_equal(staple_problem_word(STAPLE_OTHER_CERTIFICATE), "other_certificate");
    assert_null(staple_problem_word(STAPLE_FINE));
}

static int set_up(void **state)
{
    reader = certificate_reader_new();
    return make_keys(state);
}

static int tear_down(void **state)
{
    certificate_reader_free(reader);
    return free_keys(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_given_lists),
        cmocka_unit_test(test_other_issuers_list),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_delta),
        cmocka_unit_test(test_several),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_ocsp),
        cmocka_unit_test(test_ocsp_without_answer),
        cmocka_unit_test(test_delegates),
        cmocka_unit_test(test_staples),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
