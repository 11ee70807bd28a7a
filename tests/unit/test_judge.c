/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rules.h"

#include "base/clock.h"
#include "fields_double.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- What the tests say -------------------------------------------------------------------------------- */

static struct connection connection;
static struct handshake handshake;
static struct rules *rules;

static int begin(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    facts.established = value_boolean(true);
    connection = (struct connection){.how = CLOSE_FIN, .closed_by = 1};
    handshake = (struct handshake){.connection = &connection,
                                   .arena = arena_new(1 << 20),
                                   .tls_seen = true,
                                   .outcome = OUTCOME_FAILURE,
                                   .phase = PHASE_CLIENT_HELLO,
                                   .close_by = SIDE_SERVER};
    return 0;
}

static int end(void **state)
{
    (void)state;
    rules_free(rules);
    rules = NULL;
    arena_free(handshake.arena);
    return 0;
}

static void judge(const char *text)
{
    struct buffer errors = {0};
    rules_free(rules);
    rules = rules_new();
    if (!rules_read(rules, "x.rules", text, strlen(text), &errors) || !rules_complete(rules, &errors))
        fail_msg("%s", errors.bytes);
    buffer_free(&errors);
    rules_judge(rules, &handshake);
}

/* A rule that holds and says as little as it may; `more` are further lines, which may give its title. */
#define RULE(id, more)    "rule " id "\n  severity error\n" REST more
#define REST              "  blame server\n  when true\n  title T\n  explain E\n  cause C\n  fix any F\n"
#define WARNING(id, more) "rule " id "\n  severity warning\n" REST more
#define NOTE(id, more)    "rule " id "\n  severity note\n" REST more

/* The ids of the findings, the verdict first. */
static void expect_findings(const char *expected)
{
    struct buffer ids = {0};
    buffer_add_string(&ids, "");
    for (uint32_t i = 0; i < handshake.finding_count; i++)
        buffer_add_format(&ids, "%s%s", i > 0 ? " " : "", handshake.findings[i].id);
    assert_string_equal(ids.bytes, expected);
    assert_int_equal(handshake.has_verdict, handshake.finding_count > 0);
    buffer_free(&ids);
}

/* The same findings in whatever order the rules are read. */
static void expect_in_any_order(const char *const (*texts)[3], const char *expected)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t i = 0; i < 6; i++) {
        struct buffer text = {0};
        for (size_t j = 0; j < 3; j++)
            buffer_add_string(&text, (*texts)[orders[i][j]]);
        judge(text.bytes);
        expect_findings(expected);
        buffer_free(&text);
    }
}

static void expect_title(const char *title, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text,
             "rule a\n  severity error\n  blame server\n  when true\n  explain E\n  cause C\n  fix any F\n"
             "  title %s\n",
             title);
    judge(text);
    assert_int_equal(handshake.finding_count, 1);
    assert_string_equal(handshake.findings[0].title, expected);
}

/* ---- Texts --------------------------------------------------------------------------------------------- */

static const struct address client = {.family = 4, .bytes = {10, 1, 2, 3}};

static void placeholders_are_filled_in(void **state)
{
    (void)state;
    const struct value codes[] = {value_integer(40), value_unknown()};
    facts.source = value_address(&client);
    facts.port = value_integer(443);
    facts.duration = value_duration(21 * CLOCK_SECOND);
    facts.start = value_time(1769855527123456789);
    facts.alert_code = fact_list(VALUE_INTEGER, codes, 2);
    expect_title("{source.ip}:{source.port} waited {event.duration} from {event.start}",
                 "10.1.2.3:443 waited 21 s from 2026-01-31T10:32:07.123456Z");
    expect_title("alerts {alerts.code}", "alerts 40, unknown");
    expect_title("{tls.established}", "true");
    expect_title("{{source.ip}} {{{source.port}}}", "{source.ip} {443}");
    expect_title("no placeholder", "no placeholder");
}

static void unknown_facts_say_so(void **state)
{
    (void)state;
    expect_title("{tls.version} or {tls.version|something} or {tls.version|}", "unknown or something or ");
    expect_title("{alerts.code} or {alerts.code|hidden}", "unknown or hidden");
    facts.alert_code = fact_list(VALUE_INTEGER, NULL, 0);
    expect_title("{alerts.code|hidden}", "none");
}

static void words_from_the_wire_are_escaped_and_cut(void **state)
{
    (void)state;
    static char longer[300];
    struct value many[20];
    facts.server_name = value_text("a\x1b[2J\\", 6);
    expect_title("{tls.client.server_name}", "a\\x1B[2J\\\\");
    memset(longer, 'x', sizeof longer);
    memcpy(longer + 255, "\xc3\xbc", 2);
    facts.server_name = value_text(longer, sizeof longer);
    char expected[300];
    memset(expected, 'x', 255);
    strcpy(expected + 255, "...");
    expect_title("{tls.client.server_name}", expected);
    for (size_t i = 0; i < 20; i++)
        many[i] = value_integer((int64_t)i);
    facts.alert_code = fact_list(VALUE_INTEGER, many, 20);
    expect_title("{alerts.code}", "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 9 more");
    facts.alert_code = fact_list(VALUE_INTEGER, many, 12);
    expect_title("{alerts.code}", "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11");
}

static void finding_holds_all_that_the_rule_says(void **state)
{
    (void)state;
    facts.port = value_integer(8443);
    facts.hello_packet = value_integer(4);
    judge("rule a\n"
          "  severity   warning\n"
          "  confidence certain\n"
          "  blame      path\n"
          "  when       tls.established\n"
          "  title      title {source.port}\n"
          "  explain    explained\n"
          "             {source.port}\n"
          "  evidence   close.packet never seen\n"
          "  evidence   hello.packet hello to {source.port}\n"
          "  cause      cause {source.port}\n"
          "  cause      [source.port == 1] left out\n"
          "  cause      [source.port == 8443] second\n"
          "  fix any    fix {source.port}\n"
          "  fix any    [not tls.established] left out\n"
          "  reference  RFC {8446}\n");
    const struct finding *finding = &handshake.findings[0];
    assert_int_equal(handshake.finding_count, 1);
    assert_string_equal(finding->id, "a");
    assert_int_equal(finding->severity, SEVERITY_WARNING);
    assert_int_equal(finding->confidence, CONFIDENCE_CERTAIN);
    assert_int_equal(finding->blame, BLAME_PATH);
    assert_string_equal(finding->title, "title 8443");
    assert_string_equal(finding->explanation, "explained 8443");
    assert_int_equal(finding->evidence_count, 1);
    assert_int_equal(finding->evidence[0].packet, 4);
    assert_string_equal(finding->evidence[0].what, "hello to 8443");
    assert_int_equal(finding->cause_count, 2);
    assert_string_equal(finding->causes[0], "cause 8443");
    assert_string_equal(finding->causes[1], "second");
    assert_int_equal(finding->fix_count, 1);
    assert_string_equal(finding->fixes[0], "fix 8443");
    assert_int_equal(finding->reference_count, 1);
    assert_string_equal(finding->references[0], "RFC {8446}");
    assert_null(finding->because_of);
    assert_false(finding->weakened);
    assert_string_equal(handshake.summary, "title 8443");
}

static void evidence_is_in_order_of_packets(void **state)
{
    (void)state;
    const struct value packets[] = {value_unknown(), value_integer(7), value_integer(3)};
    facts.hello_packet = value_integer(9);
    facts.close_packet = value_integer(7);
    facts.alert_packet = fact_list(VALUE_INTEGER, packets, 3);
    judge(RULE(
        "a", "  evidence hello.packet hello\n  evidence alerts.packet alert\n  evidence close.packet close\n"
             "  evidence close.packet [tls.resumed] left out\n"));
    const struct finding *finding = &handshake.findings[0];
    assert_int_equal(finding->evidence_count, 3);
    assert_int_equal(finding->evidence[0].packet, 7);
    assert_string_equal(finding->evidence[0].what, "alert");
    assert_string_equal(finding->evidence[1].what, "close");
    assert_int_equal(finding->evidence[2].packet, 9);
}

static void first_alternative_that_holds_is_taken(void **state)
{
    (void)state;
    const char *text = "rule a\n  severity note when tls.resumed\n  severity warning when tls.established\n"
                       "  severity error\n  confidence certain when tls.resumed\n  confidence possible\n"
                       "  blame client when tls.version == \"1.2\"\n  blame server\n"
                       "  when true\n  title T\n  explain E\n  cause C\n  fix any F\n";
    judge(text);
    assert_int_equal(handshake.findings[0].severity, SEVERITY_WARNING);
    assert_int_equal(handshake.findings[0].confidence, CONFIDENCE_POSSIBLE);
    assert_int_equal(handshake.findings[0].blame, BLAME_SERVER);
    facts.resumed = value_boolean(true);
    facts.version = value_string("1.2");
    judge(text);
    assert_int_equal(handshake.findings[0].severity, SEVERITY_NOTE);
    assert_int_equal(handshake.findings[0].confidence, CONFIDENCE_CERTAIN);
    assert_int_equal(handshake.findings[0].blame, BLAME_CLIENT);
    facts.resumed = facts.established = value_unknown();
    judge(text);
    assert_int_equal(handshake.findings[0].severity, SEVERITY_ERROR);
    judge(RULE("a", ""));
    assert_int_equal(handshake.findings[0].confidence, CONFIDENCE_LIKELY);
}

/* ---- Fixes --------------------------------------------------------------------------------------------- */

#define FIXES                                                                                                \
    "  fix nginx on nginx\n  fix java in Java\n"                                                             \
    "  fix nginx once more\n"

static void expect_fixes(const char *first, const char *second, const char *third, const char *fourth)
{
    const char *expected[] = {first, second, third, fourth, NULL};
    const struct finding *finding = &handshake.findings[0];
    uint32_t i = 0;
    for (; expected[i]; i++) {
        assert_true(i < finding->fix_count);
        assert_string_equal(finding->fixes[i], expected[i]);
    }
    assert_int_equal(finding->fix_count, i);
}

static void fixes_of_the_software_seen_come_first(void **state)
{
    (void)state;
    judge(RULE("a", FIXES));
    expect_fixes("F", "nginx: on nginx", "Java: in Java", "nginx: once more");
    facts.stack_server = value_string("nginx");
    judge(RULE("a", FIXES));
    expect_fixes("nginx: on nginx", "nginx: once more", "F", NULL);
    facts.stack_server = value_string("gnutls");
    judge(RULE("a", FIXES));
    expect_fixes("F", NULL, NULL, NULL);
    facts.stack_server = value_unknown();
    facts.stack_client = value_string("java");
    judge(RULE("a", FIXES));
    expect_fixes("F", "nginx: on nginx", "Java: in Java", "nginx: once more");
}

/* A program that may be built on the stack that was seen, as long as its own is not known. */
static void fixes_for_what_is_built_on_the_stack_follow(void **state)
{
    (void)state;
    facts.stack_server = value_string("openssl");
    judge(RULE("a", FIXES));
    expect_fixes("F", "nginx: on nginx", "nginx: once more", NULL);
    facts.stack_server_program = value_string("haproxy");
    judge(RULE("a", FIXES));
    expect_fixes("F", NULL, NULL, NULL);
    facts.stack_server_program = value_string("nginx");
    judge(RULE("a", FIXES));
    expect_fixes("nginx: on nginx", "nginx: once more", "F", NULL);
}

/* What is possible only decides about the order. */
static void fixes_for_other_software_stay_where_the_guess_is_weak(void **state)
{
    (void)state;
    facts.stack_server = value_string("java");
    facts.stack_server_confidence = value_string("likely");
    judge(RULE("a", FIXES));
    expect_fixes("Java: in Java", "F", NULL, NULL);
    facts.stack_server_confidence = value_string("possible");
    judge(RULE("a", FIXES));
    expect_fixes("Java: in Java", "F", "nginx: on nginx", "nginx: once more");
}

/* Whoever has to act is not one side: what is known of either counts, and what is not known stays open. */
static void fixes_for_the_path_look_at_both_sides(void **state)
{
    (void)state;
    const char *text =
        "rule a\n  severity error\n  blame path\n  when true\n  title T\n  explain E\n  cause C\n"
        "  fix any F\n" FIXES;
    facts.stack_client = value_string("java");
    judge(text);
    expect_fixes("Java: in Java", "F", "nginx: on nginx", "nginx: once more");
    facts.stack_server = value_string("gnutls");
    judge(text);
    expect_fixes("Java: in Java", "F", NULL, NULL);
}

/* ---- What leads ---------------------------------------------------------------------------------------- */

static void nothing_fires_on_what_is_unknown(void **state)
{
    (void)state;
    judge("rule a\n  severity error\n  blame client\n  when not tls.resumed\n  title T\n  explain E\n  cause "
          "C\n"
          "  fix any F\n");
    expect_findings("");
    assert_null(handshake.findings);
}

static void severity_decides_first(void **state)
{
    (void)state;
    const char *const texts[3] = {NOTE("a", "  confidence certain\n"), WARNING("b", "  confidence certain\n"),
                                  RULE("c", "  confidence possible\n")};
    expect_in_any_order(&texts, "c b a");
}

static void then_confidence(void **state)
{
    (void)state;
    const char *const texts[3] = {RULE("a", "  confidence possible\n"), RULE("b", "  confidence certain\n"),
                                  RULE("c", "  confidence likely\n")};
    expect_in_any_order(&texts, "b c a");
}

static void then_the_earliest_packet(void **state)
{
    (void)state;
    facts.hello_packet = value_integer(4);
    facts.close_packet = value_integer(20);
    const char *const texts[3] = {
        RULE("a", ""), RULE("b", "  evidence close.packet close\n"),
        RULE("c", "  evidence close.packet close\n  evidence hello.packet hello\n")};
    expect_in_any_order(&texts, "c b a");
    facts.hello_packet = value_unknown();
    expect_in_any_order(&texts, "b c a");
}

static void then_the_phase_and_then_the_name(void **state)
{
    (void)state;
    const char *const phases[3] = {RULE("a", "  phase application\n"), RULE("b", "  phase hello\n"),
                                   RULE("c", "")};
    expect_in_any_order(&phases, "b a c");
    const char *const names[3] = {RULE("c", ""), RULE("a", ""), RULE("b", "")};
    expect_in_any_order(&names, "a b c");
}

static void silenced_rules_say_nothing(void **state)
{
    (void)state;
    const char *const one[3] = {RULE("a", "  unless b\n"), NOTE("b", ""),
                                RULE("c", "  unless absent b\n"
                                          "rule absent\n  severity note\n"
                                          "  blame path\n  when false\n"
                                          "  title T\n  explain E\n")};
    expect_in_any_order(&one, "b");
}

/* What is silenced itself silences nobody. */
static void silence_does_not_spread(void **state)
{
    (void)state;
    const char *const chain[3] = {RULE("a", "  unless b\n"), RULE("b", "  unless c\n"), RULE("c", "")};
    expect_in_any_order(&chain, "a c");
}

static void effects_never_lead(void **state)
{
    (void)state;
    const char *const texts[3] = {RULE("a", "  because-of b\n  confidence certain\n"),
                                  NOTE("b", "  because-of c\n"), NOTE("c", "")};
    expect_in_any_order(&texts, "c a b");
    assert_null(handshake.findings[0].because_of);
    assert_string_equal(handshake.findings[1].because_of, "b");
    assert_string_equal(handshake.findings[2].because_of, "c");
}

/* A cause that was silenced or does not hold explains nothing. */
static void only_causes_that_hold_explain(void **state)
{
    (void)state;
    const char *const texts[3] = {RULE("a", "  because-of b\n"), RULE("b", "  unless c\n"), WARNING("c", "")};
    expect_in_any_order(&texts, "a c");
    assert_null(handshake.findings[0].because_of);
}

static void a_rule_judges_alone(void **state)
{
    (void)state;
    judge(RULE("a", "")
              WARNING("b", "") "rule c\n  severity error\n  when not tls.established\n  blame server\n"
                               "  title T\n  explain E\n  cause C\n  fix any F\n");
    expect_findings("a b");
    rules_judge_by(rules, "b", &handshake);
    expect_findings("b");
    rules_judge_by(rules, "c", &handshake);
    expect_findings("");
    rules_judge_by(rules, "d", &handshake);
    expect_findings("");
}

static void absence_is_weak_where_the_capture_lacks_bytes(void **state)
{
    (void)state;
    const char *const texts[3] = {RULE("a", "  absence\n  confidence certain\n"),
                                  WARNING("b", "  confidence possible\n"),
                                  NOTE("c", "  confidence certain\n")};
    expect_in_any_order(&texts, "a b c");
    assert_false(handshake.findings[0].weakened);
    assert_int_equal(handshake.findings[0].confidence, CONFIDENCE_CERTAIN);
    handshake.capture_incomplete = true;
    expect_in_any_order(&texts, "b a c");
    assert_true(handshake.findings[1].weakened);
    assert_int_equal(handshake.findings[1].confidence, CONFIDENCE_POSSIBLE);
    assert_false(handshake.findings[0].weakened);
    judge(RULE("a", "  absence\n"));
    expect_findings("a");
}

/* The engine asks what rules begin with only once; what merely looks alike has to be asked for itself. */
static void rules_that_begin_alike_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *when;
        bool holds;
    } rows[] = {
        {"tls.established", true},
        {"not tls.established", false},
        {"tls.established and source.port == 1", true},
        {"tls.established and source.port == 2", false},
        {"source.port == 1", true},
        {"source.port == 2", false},
        {"source.port != 1", false},
        {"source.port >= 1", true},
        {"not source.port == 2", true},
        {"source.port in {1}", true},
        {"source.port in {2}", false},
        {"source.port in {1, 2}", true},
        {"source.port in {2, 1}", true},
        {"not source.port in {1}", false},
        {"source.port in {1..2}", true},
        {"source.port in {0..2}", true},
        {"source.port in {2..3}", false},
        {"source.ip == 10.0.0.0/8", true},
        {"source.ip == 10.0.0.0/16", false},
        {"source.ip == 10.0.0.0", false},
        {"source.ip == 11.0.0.0/8", false},
        {"tls.version == \"1.2\"", true},
        {"tls.version == \"1.3\"", false},
        {"tls.version contains \"1.2\"", true},
        {"tls.version contains \"1.3\"", false},
        {"tls.version matches \"2$\"", true},
        {"tls.version matches \"3$\"", false},
        {"known(tls.version)", true},
        {"known(tls.resumed)", false},
        {"not known(tls.resumed)", true},
        {"any(alerts.code == 40)", true},
        {"any(alerts.code == 41)", false},
        {"count(alerts.code) == 1", true},
        {"count(alerts.code == 41) == 1", false},
        {"tls.established or source.port == 2", true},
        {"source.port == 2 or source.port == 3", false},
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    const struct value codes[] = {value_integer(40)};
    struct buffer text = {0};
    facts.port = value_integer(1);
    facts.source = value_address(&client);
    facts.version = value_string("1.2");
    facts.alert_code = fact_list(VALUE_INTEGER, codes, 1);
    for (int i = 0; i < 2 * ROWS; i++)
        buffer_add_format(
            &text,
            "rule r%d\n  severity error\n  blame server\n  when %s\n  title T\n  explain E\n  cause C\n"
            "  fix any F\n",
            i, rows[i % ROWS].when);
    judge(text.bytes);
    for (int i = 0; i < 2 * ROWS; i++) {
        bool found = false;
        for (uint32_t j = 0; j < handshake.finding_count; j++)
            found |= atoi(handshake.findings[j].id + 1) == i;
        if (found != rows[i % ROWS].holds)
            fail_msg("%s: %s", found ? "fires" : "does not fire", rows[i % ROWS].when);
    }
    buffer_free(&text);
}

static void many_findings_keep_the_leading_ones(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 200; i++)
        buffer_add_format(&text, NOTE("note-%d", ""), i);
    buffer_add_string(&text, RULE("error", ""));
    for (int i = 0; i < 200; i++)
        buffer_add_format(&text, WARNING("warning-%d", ""), i);
    judge(text.bytes);
    assert_int_equal(handshake.finding_count, 64);
    assert_string_equal(handshake.findings[0].id, "error");
    assert_string_equal(handshake.findings[1].id, "warning-0");
    assert_int_equal(handshake.findings[63].severity, SEVERITY_WARNING);
    buffer_free(&text);
}

static void full_arena_leaves_texts_out(void **state)
{
    (void)state;
    size_t with_verdict = 0;
    facts.hello_packet = value_integer(4);
    for (size_t limit = 0; limit < 6000; limit += 8) {
        arena_free(handshake.arena);
        handshake.arena = arena_new(limit);
        judge(RULE("a", "  evidence hello.packet hello\n  reference R\n" FIXES) RULE("b", "  cause D\n"));
        assert_non_null(handshake.summary);
        for (uint32_t i = 0; i < handshake.finding_count; i++) {
            assert_non_null(handshake.findings[i].title);
            assert_non_null(handshake.findings[i].explanation);
        }
        with_verdict += handshake.has_verdict;
    }
    assert_in_range(with_verdict, 1, 749);
    assert_int_equal(handshake.findings[0].fix_count, 4);
}

/* ---- The summary --------------------------------------------------------------------------------------- */

static void expect_summary(const char *expected)
{
    judge("");
    assert_string_equal(handshake.summary, expected);
}

static void success_names_version_and_parameters(void **state)
{
    (void)state;
    struct server_hello hello = {0};
    handshake.outcome = OUTCOME_SUCCESS;
    handshake.phase = PHASE_COMPLETE;
    handshake.version = TLS_VERSION_1_3;
    handshake.cipher = 0x1301;
    handshake.group = 0x001d;
    handshake.server_hello = &hello;
    expect_summary("TLS 1.3 handshake completed (TLS_AES_128_GCM_SHA256, x25519)");
    handshake.draft = 28;
    handshake.resumed = ANSWER_YES;
    expect_summary("TLS 1.3 (draft 28) session resumed (TLS_AES_128_GCM_SHA256, x25519)");
    handshake.draft = 0;
    handshake.resumed = ANSWER_NO;
    handshake.carrier = CARRIER_QUIC;
    expect_summary("TLS 1.3 handshake completed over QUIC (TLS_AES_128_GCM_SHA256, x25519)");
    handshake.carrier = CARRIER_DTLS;
    expect_summary("DTLS 1.3 handshake completed (TLS_AES_128_GCM_SHA256, x25519)");
    handshake.carrier = CARRIER_TLS;
    handshake.version = TLS_VERSION_SSL3;
    handshake.cipher = 0xfafb;
    handshake.group = 0;
    expect_summary("SSL 3.0 handshake completed (0xFAFB)");
    handshake.server_hello = NULL;
    handshake.version = TLS_VERSION_SSL2;
    expect_summary("SSL 2.0 handshake completed");
    handshake.version = 0;
    expect_summary("TLS handshake completed");
    handshake.phase = PHASE_UNKNOWN;
    expect_summary("The hellos were not captured; both sides send application data");
    handshake.phase = PHASE_COMPLETE;
    judge(NOTE("a", ""));
    assert_string_equal(handshake.summary, "TLS handshake completed");
    assert_true(handshake.has_verdict);
    judge(WARNING("a", ""));
    assert_string_equal(handshake.summary, "T");
}

static void unexplained_failure_tells_its_course(void **state)
{
    (void)state;
    struct message messages[] = {
        {.from = SIDE_CLIENT, .kind = MESSAGE_HANDSHAKE, .code = TLS_HANDSHAKE_CLIENT_HELLO}};
    struct alert alert = {.from = SIDE_SERVER, .level = 2, .code = 40};
    expect_summary(
        "The handshake did not complete, and no known pattern fits: no message could be read, then the "
        "server closed the connection");
    handshake.messages = messages;
    handshake.message_count = 1;
    connection.how = CLOSE_RST;
    expect_summary(
        "The handshake did not complete, and no known pattern fits: the last message is client_hello from "
        "the client, then the server reset the connection");
    connection.how = CLOSE_TIMEOUT;
    expect_summary(
        "The handshake did not complete, and no known pattern fits: the last message is client_hello from "
        "the client, then nothing more was sent");
    handshake.alerts = &alert;
    handshake.alert_count = 1;
    expect_summary("The handshake did not complete, and no known pattern fits: the server sent the alert "
                   "handshake_failure");
}

static void open_handshake_is_no_failure(void **state)
{
    (void)state;
    struct message messages[] = {{.from = SIDE_SERVER, .kind = MESSAGE_CHANGE_CIPHER_SPEC}};
    handshake.messages = messages;
    handshake.message_count = 1;
    handshake.outcome = OUTCOME_UNKNOWN;
    connection.how = CLOSE_OPEN;
    expect_summary(
        "The handshake is still open where the capture ends: the last message is change_cipher_spec from "
        "the server");
    connection.how = CLOSE_FIN;
    handshake.close_by = SIDE_CLIENT;
    expect_summary("The capture does not tell whether the handshake completed: the last message is "
                   "change_cipher_spec from the server, then the client closed the connection");
    handshake.phase = PHASE_UNKNOWN;
    expect_summary("The hellos were not captured, so nothing can be said of the handshake");
}

static void connection_without_tls_tells_tcp_s_end(void **state)
{
    (void)state;
    handshake.tls_seen = false;
    handshake.phase = PHASE_NONE;
    connection.half[1].packets = 1;
    expect_summary("No TLS was seen on this connection: the server closed the connection");
    connection.how = CLOSE_OPEN;
    expect_summary("No TLS was seen on this connection: the capture ends");
    connection.icmp.packet = 3;
    expect_summary("An ICMP error came in answer to the first packet");
    connection.established.packet = 2;
    connection.how = CLOSE_TIMEOUT;
    expect_summary("No TLS was seen on this connection: nothing more was sent");
    connection.established.packet = connection.icmp.packet = 0;
    connection.half[0].syn.packet = 1;
    connection.half[1].packets = 0;
    expect_summary("Nobody answered the TCP connection");
    connection.refused.packet = 2;
    expect_summary("The server refused the TCP connection");
}

static void every_state_has_a_sentence(void **state)
{
    (void)state;
    judge("");
    for (int i = 0; i < 2 * 3 * 8 * 4 * 3; i++) {
        handshake.tls_seen = i % 2;
        handshake.outcome = (enum outcome)(i / 2 % 3);
        handshake.phase = (enum phase)(i / 6 % 8);
        connection.how = (enum close_how)(i / 48 % 4);
        handshake.close_by = (enum side)(i / 192);
        rules_judge(rules, &handshake);
        assert_true(strlen(handshake.summary) > 20);
        assert_null(strstr(handshake.summary, "nobody"));
        assert_null(strstr(handshake.summary, "(null)"));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(placeholders_are_filled_in),
        TEST(unknown_facts_say_so),
        TEST(words_from_the_wire_are_escaped_and_cut),
        TEST(finding_holds_all_that_the_rule_says),
        TEST(evidence_is_in_order_of_packets),
        TEST(first_alternative_that_holds_is_taken),
        TEST(fixes_of_the_software_seen_come_first),
        TEST(fixes_for_what_is_built_on_the_stack_follow),
        TEST(fixes_for_other_software_stay_where_the_guess_is_weak),
        TEST(fixes_for_the_path_look_at_both_sides),
        TEST(nothing_fires_on_what_is_unknown),
        TEST(severity_decides_first),
        TEST(then_confidence),
        TEST(then_the_earliest_packet),
        TEST(then_the_phase_and_then_the_name),
        TEST(silenced_rules_say_nothing),
        TEST(silence_does_not_spread),
        TEST(effects_never_lead),
        TEST(only_causes_that_hold_explain),
        TEST(a_rule_judges_alone),
        TEST(absence_is_weak_where_the_capture_lacks_bytes),
        TEST(rules_that_begin_alike_are_told_apart),
        TEST(many_findings_keep_the_leading_ones),
        TEST(full_arena_leaves_texts_out),
        TEST(success_names_version_and_parameters),
        TEST(unexplained_failure_tells_its_course),
        TEST(open_handshake_is_no_failure),
        TEST(connection_without_tls_tells_tcp_s_end),
        TEST(every_state_has_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
