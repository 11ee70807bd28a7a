/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain.h"

#include "alert_texts.h"
#include "explain_search.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define REST "  severity error\n  blame client\n  when true\n  explain E.\n  fix any do\n"

static const char knowledge[] =
    "rule cert-absent\n" REST "  title {source.ip} sent no certificate\n"
    "  cause The {destination.ip}:{destination.port} is asked, {tls.cipher} {tls.version|any}. {source.ip} "
    "{{x}}\n"
    "  wire server CertificateRequest\n  wire client Certificate (empty)\n"
    "  wire nothing for 5 s\n  wire path the firewall says no\n  wire server Alert handshake_failure (40)\n"
    "  log openssl peer did not return a certificate\n"
    "  log schannel Could not create SSL/TLS secure channel\n"
    "  confused key-broken there the client closes\n"
    "rule key-broken\n" REST "  title its key cannot be used\n  cause C\n"
    "  log schannel Could not create SSL/TLS secure channel.\n"
    "  log java java.security.InvalidKeyException: No installed provider supports this key\n"
    "  because-of cert-absent\n";

static struct rules *read_knowledge(void)
{
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    if (!rules_read(rules, "x.rules", knowledge, strlen(knowledge), &errors) ||
        !rules_complete(rules, &errors))
        fail_msg("%s", errors.bytes);
    buffer_free(&errors);
    return rules;
}

static void expect_page(const char *what, unsigned width, const char *expected)
{
    struct rules *rules = read_knowledge();
    struct page page = {.width = width};
    struct buffer error = {0};
    assert_true(explain(&page, rules, what, &error));
    assert_string_equal(page.text.bytes, expected);
    buffer_free(&page.text);
    buffer_free(&error);
    rules_free(rules);
}

/* The first hit of a query: a rule's name, or an alert's code; NULL and 0 for none. */
static void expect_first(const char *query, const char *rule, uint8_t alert)
{
    struct rules *rules = read_knowledge();
    struct explain_hit hits[EXPLAIN_HITS];
    size_t count = explain_search(rules, query, hits);
    if (count == 0 || hits[0].fit < EXPLAIN_FITS_WELL)
        fail_msg("nothing fits \"%s\" well", query);
    if (rule)
        assert_string_equal(hits[0].rule, rule);
    else
        assert_null(hits[0].rule);
    assert_int_equal(hits[0].alert, alert);
    rules_free(rules);
}

static void rule_is_taught(void **state)
{
    (void)state;
    expect_page("cert-absent", 60,
                "cert-absent  error\n"
                "The client sent no certificate\n"
                "\n"
                "E.\n"
                "\n"
                "On the wire\n"
                "  client                                              server\n"
                "  |<-- CertificateRequest ---------------------------------|\n"
                "  |--- Certificate (empty) ------------------------------->|\n"
                "  : nothing for 5 s\n"
                "  |    the firewall says no                                |\n"
                "  |<-- Alert handshake_failure (40) -----------------------|\n"
                "\n"
                "What software says\n"
                "  - OpenSSL: peer did not return a certificate\n"
                "  - Windows (Schannel): Could not create SSL/TLS secure\n"
                "    channel\n"
                "  - The client, when the alert handshake_failure reaches it:\n"
                "    see tlswhy --explain handshake_failure\n"
                "\n"
                "Likeliest causes\n"
                "  1. The <server>:<port> is asked, <cipher> any. The client\n"
                "     {x}\n"
                "\n"
                "What to do\n"
                "  - do\n"
                "\n"
                "Easily taken for\n"
                "  - key-broken: there the client closes\n"
                "\n"
                "Explains\n"
                "  - key-broken\n"
                "\n"
                "Defined in x.rules:1\n");
}

static void alert_names_its_rules(void **state)
{
    (void)state;
    struct rules *rules = read_knowledge();
    struct page page = {.width = 100};
    struct buffer error = {0};
    assert_true(explain(&page, rules, "40", &error));
    assert_non_null(strstr(page.text.bytes, "\nFailures that show it\n  - cert-absent: The client sent no"));
    assert_non_null(strstr(page.text.bytes, "  - OpenSSL: sslv3 alert handshake failure\n"));
    assert_non_null(strstr(page.text.bytes, "  - Java: Received fatal alert: handshake_failure\n"));
    buffer_free(&page.text);
    rules_free(rules);
}

static void error_texts_are_found(void **state)
{
    (void)state;
    expect_first("peer did not return a certificate", "cert-absent", 0);
    expect_first("PEER did not return a certificate!", "cert-absent", 0);
    expect_first("did not return a certificate", "cert-absent", 0);
    expect_first("[SSL: PEER_DID_NOT_RETURN_A_CERTIFICATE] peer did not return a certificate (_ssl.c:992)",
                 "cert-absent", 0);
    expect_first("error:0A0000C7:SSL routines:tls_process_client_certificate:peer did not return a "
                 "certificate:../ssl/statem/statem_srvr.c:3511:",
                 "cert-absent", 0);
    expect_first("'could not create ssl/tls secure channel'", "cert-absent", 0);
    expect_first("InvalidKeyException: no installed provider", "key-broken", 0);
    expect_first("sslv3 alert bad certificate", NULL, 42);
    expect_first("remote error: tls: unknown certificate authority", NULL, 48);
    expect_first("TLS alert: 'ProtocolVersion'", NULL, 70);
    expect_first("The TLS protocol defined fatal alert code is 46", NULL, 46);
    expect_first("SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT", NULL, 116);
}

static void hits_are_ranked_and_each_thing_once(void **state)
{
    (void)state;
    struct rules *rules = read_knowledge();
    struct explain_hit hits[EXPLAIN_HITS];
    size_t count = explain_search(rules, "Could not create SSL/TLS secure channel", hits);
    assert_int_equal(count, 2);
    assert_string_equal(hits[0].rule, "cert-absent");
    assert_string_equal(hits[1].rule, "key-broken");
    assert_string_equal(hits[1].software, "Windows (Schannel)");
    count = explain_search(rules, "alert", hits);
    assert_int_equal(count, EXPLAIN_HITS);
    for (size_t i = 1; i < count; i++) {
        assert_true(hits[i - 1].fit >= hits[i].fit);
        for (size_t j = 0; j < i; j++)
            assert_true(hits[i].rule || hits[j].rule || hits[i].alert != hits[j].alert);
    }
    rules_free(rules);
}

static void what_is_nothing_is_an_error(void **state)
{
    static const char *const nothings[] = {"", " ", "!!", "xyzzy plugh", "zzzzzzzzzzzzzzzzzzzz"};
    (void)state;
    struct rules *rules = read_knowledge();
    for (size_t i = 0; i < sizeof nothings / sizeof nothings[0]; i++) {
        struct page page = {.width = 80};
        struct buffer error = {0};
        assert_false(explain(&page, rules, nothings[i], &error));
        assert_non_null(strstr(error.bytes, "there is no rule"));
        buffer_free(&page.text);
        buffer_free(&error);
    }
    rules_free(rules);
}

static void misspelt_name_is_told(void **state)
{
    (void)state;
    struct rules *rules = read_knowledge();
    struct page page = {.width = 80};
    struct buffer error = {0};
    assert_false(explain(&page, rules, "cert-absnt", &error));
    assert_non_null(strstr(error.bytes, "did you mean cert-absent?"));
    buffer_clear(&error);
    assert_false(explain(&page, rules, "handshake_failur", &error));
    assert_non_null(strstr(error.bytes, "did you mean handshake_failure?"));
    buffer_free(&page.text);
    buffer_free(&error);
    rules_free(rules);
}

/* The table's words for software are those of rule files. */
static void alert_texts_name_known_software(void **state)
{
    (void)state;
    assert_true(alert_texts_count > 100);
    for (size_t i = 0; i < alert_texts_count; i++)
        if (!rules_software(alert_texts[i].software))
            fail_msg("%s", alert_texts[i].software);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_is_taught),
        cmocka_unit_test(alert_names_its_rules),
        cmocka_unit_test(error_texts_are_found),
        cmocka_unit_test(hits_are_ranked_and_each_thing_once),
        cmocka_unit_test(what_is_nothing_is_an_error),
        cmocka_unit_test(misspelt_name_is_told),
        cmocka_unit_test(alert_texts_name_known_software),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
