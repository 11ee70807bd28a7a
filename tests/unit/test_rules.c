/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rules.h"

#include "fields_double.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- What the tests say -------------------------------------------------------------------------------- */

/* The parts that no rule may lack, but those that the test is about. */
#define SEVERITY "  severity error\n"
#define BLAME    "  blame client\n"
#define WHEN     "  when tls.established\n"
#define TITLE    "  title T\n"
#define EXPLAIN  "  explain E\n"
#define CAUSE    "  cause C\n"
#define FIX      "  fix any F\n"
#define COMPLETE SEVERITY BLAME WHEN TITLE EXPLAIN CAUSE FIX

static bool read_text(struct rules *rules, const char *file, const char *text, struct buffer *errors)
{
    return rules_read(rules, file, text, strlen(text), errors);
}

static struct rules *read_rules(const char *text)
{
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    if (!read_text(rules, "x.rules", text, &errors) || !rules_complete(rules, &errors))
        fail_msg("%s", errors.bytes);
    buffer_free(&errors);
    return rules;
}

/* The messages of reading or, where reading goes well, of completing. */
static void expect_errors(const char *text, const char *expected)
{
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    if (read_text(rules, "x.rules", text, &errors) && rules_complete(rules, &errors))
        fail_msg("no mistake found in: %s", text);
    assert_string_equal(errors.bytes, expected);
    buffer_free(&errors);
    rules_free(rules);
}

static void expect_texts(const char *const *texts, const char *first, const char *second)
{
    const char *expected[] = {first, second, NULL};
    size_t i = 0;
    for (; expected[i]; i++)
        assert_string_equal(texts[i], expected[i]);
    assert_null(texts[i]);
}

/* ---- What is read -------------------------------------------------------------------------------------- */

static void whole_rule_is_read(void **state)
{
    (void)state;
    struct rules *rules = read_rules("# about it\n"
                                     "\n"
                                     "rule other\n" COMPLETE "\n"
                                     "rule client-cert-absent\n"
                                     "  severity    warning when tls.established\n"
                                     "  severity    error\n"
                                     "  confidence  certain when tls.version != \"1.3\"\n"
                                     "  confidence  likely\n"
                                     "  blame       client\n"
                                     "  phase       client-certificate\n"
                                     "  absence\n"
                                     "  unless      other\n"
                                     "  because-of  other\n"
                                     "  when        tls.established and\n"
                                     "              # a comment within\n"
                                     "\n"
                                     "              source.port == 1\n"
                                     "  title       {source.ip} sent no certificate\n"
                                     "  explain     It was\n"
                                     "              asked {{ for.\n"
                                     "  evidence    hello.packet  the hello\n"
                                     "  cause       first\n"
                                     "  cause       [tls.version == \"]\"] second\n"
                                     "  fix any     do it\n"
                                     "  fix nginx   [tls.established] do that\n"
                                     "  wire        client ClientHello,\n"
                                     "              and more\n"
                                     "  wire        nothing for {5} s\n"
                                     "  log java    No X509Certificate {0}\n"
                                     "  log any     refused\n"
                                     "  confused    other there it\n"
                                     "              is not\n"
                                     "  reference   RFC 5246 7.4.6\n"
                                     "  test        a.pcap\n"
                                     "  test        b.pcap --keylog @b.keys\n");
    struct rule_facts facts_of_rule;
    assert_int_equal(rules_count(rules), 2);
    assert_true(rules_find(rules, "client-cert-absent", &facts_of_rule));
    assert_false(rules_find(rules, "client-cert", &facts_of_rule));
    facts_of_rule = rules_at(rules, 1);
    assert_string_equal(facts_of_rule.id, "client-cert-absent");
    assert_int_equal(facts_of_rule.severity, SEVERITY_ERROR);
    assert_string_equal(facts_of_rule.title, "{source.ip} sent no certificate");
    assert_string_equal(facts_of_rule.explanation, "It was asked {{ for.");
    assert_string_equal(facts_of_rule.file, "x.rules");
    assert_int_equal(facts_of_rule.line, 12);
    expect_texts(facts_of_rule.tests, "a.pcap", "b.pcap --keylog @b.keys");
    expect_texts(facts_of_rule.causes, "first", "second");
    expect_texts(facts_of_rule.fixes, "do it", "nginx: do that");
    expect_texts(facts_of_rule.references, "RFC 5246 7.4.6", NULL);
    expect_texts(facts_of_rule.unless, "other", NULL);
    expect_texts(facts_of_rule.because_of, "other", NULL);
    assert_string_equal(facts_of_rule.wire[0].text, "ClientHello, and more");
    assert_int_equal(facts_of_rule.wire[0].by, STEP_CLIENT);
    assert_string_equal(facts_of_rule.wire[1].text, "for {5} s");
    assert_int_equal(facts_of_rule.wire[1].by, STEP_NOTHING);
    assert_null(facts_of_rule.wire[2].text);
    assert_string_equal(facts_of_rule.logs[0].software, "Java");
    assert_string_equal(facts_of_rule.logs[0].text, "No X509Certificate {0}");
    assert_null(facts_of_rule.logs[1].software);
    assert_null(facts_of_rule.logs[2].text);
    assert_string_equal(facts_of_rule.confused[0].id, "other");
    assert_string_equal(facts_of_rule.confused[0].difference, "there it is not");
    assert_null(facts_of_rule.confused[1].id);
    rules_free(rules);
}

static void lines_may_end_and_indent_as_they_like(void **state)
{
    (void)state;
    struct rules *rules =
        read_rules("\xef\xbb\xbfrule a\r\n\tseverity note\r\n\tblame path\r\n\twhen true\r\n"
                   "\ttitle one\r\n"
                   "\t  two  \r\n"
                   "        \tthree\r\n"
                   "        explain E");
    assert_string_equal(rules_at(rules, 0).title, "one two three");
    assert_string_equal(rules_at(rules, 0).explanation, "E");
    assert_int_equal(rules_at(rules, 0).severity, SEVERITY_NOTE);
    rules_free(rules);
}

static void text_may_begin_on_the_next_line(void **state)
{
    (void)state;
    struct rules *rules =
        read_rules("rule a\n" SEVERITY BLAME TITLE CAUSE FIX "  when\n    true\n    and true\n"
                   "  explain\n    one\n    two\n");
    assert_string_equal(rules_at(rules, 0).explanation, "one two");
    rules_free(rules);
}

static void nothing_is_no_mistake(void **state)
{
    (void)state;
    struct rules *rules = read_rules("");
    assert_int_equal(rules_count(rules), 0);
    rules_free(rules);
    rules = read_rules("\n# nothing\n   # here\n");
    assert_int_equal(rules_count(rules), 0);
    rules_free(rules);
    rules_free(NULL);
}

static void later_source_replaces(void **state)
{
    (void)state;
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    assert_true(read_text(rules, "1.rules", "rule a\n" COMPLETE "rule b\n" COMPLETE, &errors));
    assert_true(read_text(rules, "2.rules", "rule a\n" SEVERITY BLAME WHEN EXPLAIN CAUSE FIX "  title new\n",
                          &errors));
    assert_true(rules_complete(rules, &errors));
    assert_int_equal(rules_count(rules), 2);
    assert_string_equal(rules_at(rules, 0).title, "new");
    assert_string_equal(rules_at(rules, 0).file, "2.rules");
    assert_string_equal(rules_at(rules, 1).file, "1.rules");
    rules_free(rules);
    buffer_free(&errors);
}

/* ---- Files --------------------------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void remove_folder(const char *folder, const char *const *names)
{
    char path[200];
    for (; *names; names++) {
        snprintf(path, sizeof path, "%s/%s", folder, *names);
        unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

static void files_of_a_folder_are_read_in_order(void **state)
{
    (void)state;
    char folder[] = "rules-XXXXXX", path[200];
    const char *names[] = {"b.rules", "a.rules", "c.txt", ".hidden.rules", NULL};
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    assert_non_null(mkdtemp(folder));
    write_file(folder, "b.rules", "rule b\n" COMPLETE);
    write_file(folder, "a.rules", "rule a\n" COMPLETE);
    write_file(folder, "c.txt", "not a rule");
    write_file(folder, ".hidden.rules", "not a rule");
    assert_true(rules_read_file(rules, folder, &errors));
    snprintf(path, sizeof path, "%s/b.rules", folder);
    assert_true(rules_read_file(rules, path, &errors));
    assert_true(rules_complete(rules, &errors));
    assert_int_equal(rules_count(rules), 2);
    assert_string_equal(rules_at(rules, 0).id, "a");
    assert_string_equal(rules_at(rules, 1).file, path);
    remove_folder(folder, names);
    rules_free(rules);
    buffer_free(&errors);
}

static void same_rule_twice_in_a_folder_is_a_mistake(void **state)
{
    (void)state;
    char folder[] = "rules-XXXXXX", expected[200];
    const char *names[] = {"a.rules", "b.rules", NULL};
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    assert_non_null(mkdtemp(folder));
    write_file(folder, "a.rules", "rule a\n" COMPLETE);
    write_file(folder, "b.rules", "rule a\n" COMPLETE);
    assert_false(rules_read_file(rules, folder, &errors));
    snprintf(expected, sizeof expected, "%s/b.rules:1:1: rule a stands in %s/a.rules:1 already\n", folder,
             folder);
    assert_string_equal(errors.bytes, expected);
    remove_folder(folder, names);
    rules_free(rules);
    buffer_free(&errors);
}

static void files_that_are_not_there_are_told(void **state)
{
    (void)state;
    char folder[] = "rules-XXXXXX", expected[200];
    const char *names[] = {NULL};
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    assert_false(rules_read_file(rules, "no/such.rules", &errors));
    assert_string_equal(errors.bytes, "no/such.rules: No such file or directory\n");
    buffer_clear(&errors);
    assert_non_null(mkdtemp(folder));
    assert_false(rules_read_file(rules, folder, &errors));
    snprintf(expected, sizeof expected, "%s: there is no *.rules file in it\n", folder);
    assert_string_equal(errors.bytes, expected);
    remove_folder(folder, names);
    rules_free(rules);
    buffer_free(&errors);
}

static void endless_file_is_not_read_to_its_end(void **state)
{
    (void)state;
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    assert_false(rules_read_file(rules, "/dev/zero", &errors));
    assert_string_equal(errors.bytes, "/dev/zero:1:1: the file is longer than 4194304 bytes\n");
    rules_free(rules);
    buffer_free(&errors);
}

/* ---- Mistakes ------------------------------------------------------------------------------------------ */

static void missing_parts_are_named(void **state)
{
    (void)state;
    expect_errors("\nrule a\n  title T\n", "x.rules:2:1: rule a lacks: severity, blame, when, explain\n");
    expect_errors("rule a\n" SEVERITY BLAME WHEN TITLE EXPLAIN, "x.rules:1:1: rule a lacks: cause, fix\n");
    expect_errors("rule a\n" BLAME WHEN TITLE EXPLAIN CAUSE FIX "  severity error when true\n",
                  "x.rules:1:1: rule a lacks a severity without \"when\", for all other cases\n");
}

static void words_are_checked(void **state)
{
    (void)state;
    expect_errors("rule a\n" COMPLETE "  refrence R\n",
                  "x.rules:9:3: refrence is no part of a rule; did you mean reference?\n");
    expect_errors("rule a\n" SEVERITY WHEN TITLE EXPLAIN CAUSE FIX "  blame clinet\n",
                  "x.rules:8:9: clinet is no blame; did you mean client?\n");
    expect_errors("rule a\n" BLAME WHEN TITLE EXPLAIN CAUSE FIX "  severity\n",
                  "x.rules:8:11: nothing is no severity; there are note, warning, error\n");
    expect_errors("rule a\n" COMPLETE "  confidence 5\n",
                  "x.rules:9:14: 5 is no confidence; there are possible, likely, certain\n");
    expect_errors("rule a\n" COMPLETE "  phase hallo\n",
                  "x.rules:9:9: hallo is no phase; did you mean hello?\n");
    expect_errors("rule a\n" COMPLETE "  fix ngnix F\n",
                  "x.rules:9:7: ngnix is no software; did you mean nginx?\n");
    expect_errors("rule a\n" COMPLETE "  log opensl L\n",
                  "x.rules:9:7: opensl is no software; did you mean openssl?\n");
    expect_errors("rule a\n" COMPLETE "  wire sever W\n",
                  "x.rules:9:8: sever is no step on the wire; did you mean server?\n");
    expect_errors("rule a\n" COMPLETE "  wire server\n", "x.rules:9:14: the text is missing\n");
    expect_errors("rule a\n" COMPLETE "  absence of evidence\n",
                  "x.rules:9:11: nothing stands behind \"absence\"\n");
    expect_errors("rule a\n" COMPLETE "  confidence likely if true\n",
                  "x.rules:9:21: \"when\" was expected, not if\n");
}

static void stacks_have_parts_of_their_own(void **state)
{
    (void)state;
    static const char whole[] = "stack one\n  side server\n  is openssl\n  program nginx\n  version 3\n"
                                "  confidence possible\n  when true\n  reference R\n  test a.pcap\n";
    struct rules *rules = read_rules(whole);
    assert_int_equal(rules_count(rules), 0);
    rules_free(rules);
    expect_errors("stack one\n  when true\n", "x.rules:1:1: stack one lacks: side, is, reference\n");
    expect_errors("stack one\n  title T\n", "x.rules:2:3: title is no part of a stack; there are side, is, "
                                            "program, version, confidence, when, reference, test\n"
                                            "x.rules:1:1: stack one lacks: side, is, when, reference\n");
    expect_errors("stack one\n  side cilent\n  is any\n  when true\n  reference R\n",
                  "x.rules:2:8: cilent is no side; did you mean client?\n"
                  "x.rules:3:9: it is one software, not any\n");
    expect_errors("rule a\n" COMPLETE "  is openssl\n",
                  "x.rules:9:3: is is no part of a rule; there are "
                  "severity, confidence, blame, phase, absence, unless, "
                  "because-of, when, title, explain, evidence, cause, "
                  "fix, wire, log, confused, reference, test\n");
}

static void order_is_checked(void **state)
{
    (void)state;
    expect_errors("rule a\n" COMPLETE "  severity note\n",
                  "x.rules:9:12: this is never reached: the severity before it has no \"when\"\n");
    expect_errors("rule a\n" COMPLETE "  title again\n",
                  "x.rules:9:3: title stands here for the second time\n");
    expect_errors("  title T\n",
                  "x.rules:1:3: no rule has begun: \"rule NAME\" stands in the first column\n");
    expect_errors("title T\n",
                  "x.rules:1:1: title: \"rule NAME\" was expected in the first column; what belongs to a "
                  "rule is indented\n");
    expect_errors("rule a\n" COMPLETE "rule a\n" COMPLETE,
                  "x.rules:9:1: rule a stands in x.rules:1 already\n");
}

static void names_of_rules_are_checked(void **state)
{
    (void)state;
    expect_errors("rule Client_Cert\n" COMPLETE, "x.rules:1:6: Client_Cert is no name of a rule: lower-case "
                                                 "letters, digits and hyphens, 64 at most\n");
    expect_errors(
        "rule\n" COMPLETE,
        "x.rules:1:5: nothing is no name of a rule: lower-case letters, digits and hyphens, 64 at most\n");
    expect_errors("rule a b\n" COMPLETE, "x.rules:1:8: nothing stands behind a rule's name\n");
    expect_errors(
        "rule a\n" COMPLETE "  unless b, c\n",
        "x.rules:9:10: b, is no name of a rule: lower-case letters, digits and hyphens, 64 at most\n");
}

static void expressions_say_where_they_are_wrong(void **state)
{
    (void)state;
    expect_errors("rule a\n" SEVERITY BLAME TITLE EXPLAIN CAUSE FIX "  when tls.established and\n"
                  "       # tls.nothing\n"
                  "\n"
                  "       tls.versoin == \"1.2\"\n",
                  "x.rules:11:8: there is no field tls.versoin; did you mean tls.version?\n");
    expect_errors("rule a\n" COMPLETE "  confidence certain when tls.resumd\n  confidence likely\n",
                  "x.rules:9:27: there is no field tls.resumd; did you mean tls.resumed?\n");
    expect_errors("rule a\n" COMPLETE "  cause [tls.resumd] C\n",
                  "x.rules:9:10: there is no field tls.resumd; did you mean tls.resumed?\n");
    rules_free(read_rules("rule a\n" COMPLETE "  cause [tls.version == \"]\\\"]\"] C\n"));
    expect_errors("rule a\n" COMPLETE "  cause [tls.version == \"]\" C\n",
                  "x.rules:9:9: the condition in brackets has no end: ] is missing\n");
    expect_errors("rule a\n" SEVERITY BLAME TITLE EXPLAIN CAUSE FIX "  when\n",
                  "x.rules:8:7: a field's name was expected, not the end\n");
}

static void placeholders_are_checked(void **state)
{
    (void)state;
    expect_errors("rule a\n" SEVERITY BLAME WHEN TITLE CAUSE FIX "  explain one\n    two {tls.versoin}\n",
                  "x.rules:9:9: there is no field tls.versoin; did you mean {tls.version}?\n");
    expect_errors(
        "rule a\n" COMPLETE "  cause {zzzzzzzzzzzzzzzzzzzzzz|x}\n",
        "x.rules:9:9: there is no field zzzzzzzzzzzzzzzzzzzzzz; a brace that is no placeholder is doubled: "
        "{{ }}\n");
    expect_errors("rule a\n" COMPLETE "  cause a {tls.version\n",
                  "x.rules:9:11: the placeholder has no end: } is missing\n");
    expect_errors("rule a\n" COMPLETE "  cause a }\n",
                  "x.rules:9:11: } without {; a brace that is no placeholder is doubled: {{ }}\n");
    expect_errors("rule a\n" COMPLETE "  reference\n", "x.rules:9:12: the text is missing\n");
    expect_errors("rule a\n" COMPLETE "  evidence zzzzzzzzzzzzzzzzzzzzzz T\n",
                  "x.rules:9:12: there is no field zzzzzzzzzzzzzzzzzzzzzz\n");
    expect_errors("rule a\n" COMPLETE "  cause\n", "x.rules:9:8: the text is missing\n");
    expect_errors("rule a\n" COMPLETE "  evidence tls.version the version\n",
                  "x.rules:9:12: tls.version is no number of a packet: it is not an integer\n");
    expect_errors("rule a\n" COMPLETE "  evidence tlswhy.helo.packet the hello\n",
                  "x.rules:9:12: there is no field tlswhy.helo.packet; did you mean tlswhy.hello.packet?\n");
}

static void all_mistakes_are_told(void **state)
{
    (void)state;
    expect_errors(
        "rule a\n" COMPLETE "  cause {x\n  phase y\nrule b\n" COMPLETE "  tilte\nrule c\n",
        "x.rules:9:9: the placeholder has no end: } is missing\n"
        "x.rules:10:9: y is no phase; there are capture, transport, preface, hello, version, cipher, "
        "resumption, server-certificate, name, client-certificate, revocation, finish, application, "
        "weakness\n"
        "x.rules:19:3: tilte is no part of a rule; did you mean title?\n"
        "x.rules:20:1: rule c lacks: severity, blame, when, title, explain\n");
}

static void what_a_terminal_must_not_get_is_refused(void **state)
{
    (void)state;
    const char *message =
        "x.rules:2:1: the line holds a control character, a hidden one, or bytes that are not UTF-8\n";
    expect_errors("rule a\n  title a\x1b[31m\n" SEVERITY BLAME WHEN "  title T\n" EXPLAIN CAUSE FIX, message);
    expect_errors("rule a\n  title a\xff\n" COMPLETE, message);
    expect_errors("rule a\n  title a\xe2\x80\xae\n" COMPLETE, message);
    struct rules *rules =
        read_rules("rule a\n" SEVERITY BLAME WHEN EXPLAIN CAUSE FIX "  title Gr\xc3\xbc\xc3\x9f"
                   "e\\n\tT\n");
    assert_string_equal(rules_at(rules, 0).title, "Gr\xc3\xbc\xc3\x9f"
                                                  "e\\n\tT");
    rules_free(rules);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_add_string(&text, "rule a\n" COMPLETE "  cause ");
    for (int i = 0; i < 9000; i++)
        buffer_add_string(&text, i % 100 == 0 ? "\n   x" : "x");
    expect_errors(text.bytes, "x.rules:10:4: the text is longer than 8192 bytes\n");
    buffer_clear(&text);
    for (int i = 0; i < 4097; i++)
        buffer_add_format(&text, "rule a%d\n" COMPLETE, i);
    expect_errors(text.bytes, "x.rules:32769:1: there are more than 4096 rules\n");
    buffer_clear(&text);
    for (int i = 0; i < 1000; i++)
        buffer_add_string(&text, "x\n");
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    assert_false(rules_read(rules, "x.rules", text.bytes, text.length, &errors));
    const char *end = "x.rules:51:1: there are more mistakes than are told\n";
    assert_true(errors.length > strlen(end));
    assert_string_equal(errors.bytes + errors.length - strlen(end), end);
    rules_free(rules);
    buffer_free(&errors);
    buffer_free(&text);
}

/* ---- Relations ----------------------------------------------------------------------------------------- */

static void relations_are_checked(void **state)
{
    (void)state;
    expect_errors("rule first\n" COMPLETE "  unless second sceond\nrule second\n" COMPLETE,
                  "x.rules:9:17: there is no rule sceond; did you mean second?\n");
    expect_errors("rule first\n" COMPLETE "  confused sceond it differs\nrule second\n" COMPLETE,
                  "x.rules:9:12: there is no rule sceond; did you mean second?\n");
    expect_errors("rule first\n" COMPLETE "  confused second\nrule second\n" COMPLETE,
                  "x.rules:9:18: it lacks how to tell the two apart\n");
    expect_errors("rule first\n" COMPLETE "  because-of qqqqqqqqqqqqqqqqqq\n",
                  "x.rules:9:14: there is no rule qqqqqqqqqqqqqqqqqq\n");
    expect_errors("rule a\n" COMPLETE "  unless a\n",
                  "x.rules:9:10: \"unless a\" leads in a circle back to rule a\n");
    expect_errors("rule a\n" COMPLETE "  unless b\nrule b\n" COMPLETE "  unless c\nrule c\n" COMPLETE
                  "  unless a\n",
                  "x.rules:27:10: \"unless a\" leads in a circle back to rule a\n");
    expect_errors("rule a\n" COMPLETE "  because-of b\nrule b\n" COMPLETE "  because-of a\n",
                  "x.rules:18:14: \"because-of a\" leads in a circle back to rule a\n");
}

/* A long chain is no circle, whichever end is read first. */
static void long_chains_are_fine(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 4000; i++)
        buffer_add_format(&text, "rule a%d\n" COMPLETE "  unless a%d\n  because-of a%d\n", i, i + 1, i + 1);
    buffer_add_string(&text, "rule a4000\n" COMPLETE);
    rules_free(read_rules(text.bytes));
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_rule_is_read),
        cmocka_unit_test(lines_may_end_and_indent_as_they_like),
        cmocka_unit_test(text_may_begin_on_the_next_line),
        cmocka_unit_test(nothing_is_no_mistake),
        cmocka_unit_test(later_source_replaces),
        cmocka_unit_test(files_of_a_folder_are_read_in_order),
        cmocka_unit_test(same_rule_twice_in_a_folder_is_a_mistake),
        cmocka_unit_test(files_that_are_not_there_are_told),
        cmocka_unit_test(endless_file_is_not_read_to_its_end),
        cmocka_unit_test(missing_parts_are_named),
        cmocka_unit_test(words_are_checked),
        cmocka_unit_test(stacks_have_parts_of_their_own),
        cmocka_unit_test(order_is_checked),
        cmocka_unit_test(names_of_rules_are_checked),
        cmocka_unit_test(expressions_say_where_they_are_wrong),
        cmocka_unit_test(placeholders_are_checked),
        cmocka_unit_test(all_mistakes_are_told),
        cmocka_unit_test(what_a_terminal_must_not_get_is_refused),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(relations_are_checked),
        cmocka_unit_test(long_chains_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
