/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression.h"

#include "base/clock.h"
#include "fields_double.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct handshake handshake;

/* ---- What the tests say -------------------------------------------------------------------------------- */

static bool compiled_holds(const char *text)
{
    struct buffer error = {0};
    struct expression_place place = {.file = "test", .line = 1, .column = 1};
    struct expression *expression = expression_compile(text, strlen(text), place, &error);
    if (!expression)
        fail_msg("%s", error.bytes);
    bool holds = expression_holds(expression, &handshake);
    expression_free(expression);
    buffer_free(&error);
    return holds;
}

static void expect_true(const char *text)
{
    if (!compiled_holds(text))
        fail_msg("not true: %s", text);
}

static void expect_negated(const char *text, bool expected)
{
    char negated[2000];
    snprintf(negated, sizeof negated, "not (%s)", text);
    if (compiled_holds(negated) != expected)
        fail_msg("%s: %s", expected ? "not true" : "true", negated);
}

/* Its negation is true. */
static void expect_false(const char *text)
{
    if (compiled_holds(text))
        fail_msg("not false: %s", text);
    expect_negated(text, true);
}

/* Neither it nor its negation is true. */
static void expect_unknown(const char *text)
{
    if (compiled_holds(text))
        fail_msg("true, not unknown: %s", text);
    expect_negated(text, false);
}

static void expect_error(const char *text, const char *message)
{
    struct buffer error = {0};
    struct expression_place place = {.file = "test", .line = 1, .column = 1};
    struct expression *expression = expression_compile(text, strlen(text), place, &error);
    if (expression)
        fail_msg("compiled: %s", text);
    assert_string_equal(error.bytes, message);
    buffer_free(&error);
}

static int forget_facts(void **state)
{
    (void)state;
    memset(&facts, 0, sizeof facts);
    return 0;
}

static const struct address client = {.family = 4, .bytes = {10, 1, 2, 3}};
static const struct address server = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

/* ---- Scalars ------------------------------------------------------------------------------------------- */

static void booleans_stand_for_themselves(void **state)
{
    (void)state;
    facts.established = value_boolean(true);
    facts.resumed = value_boolean(false);
    expect_true("tls.established");
    expect_false("tls.resumed");
    expect_true("not tls.resumed");
    expect_true("not not tls.established");
    expect_true("tls.established == true");
    expect_true("tls.resumed != tls.established");
    expect_false("tls.resumed == true");
    expect_true("true");
    expect_false("false");
}

static void integers_compare(void **state)
{
    (void)state;
    facts.port = value_integer(8443);
    expect_true("source.port == 8443");
    expect_true("source.port == 0x20FB");
    expect_true("source.port == 0x20fb");
    expect_true("source.port != 443");
    expect_true("source.port > 8442");
    expect_true("source.port >= 8443");
    expect_true("source.port <= 8443");
    expect_false("source.port < 8443");
    expect_true("443 < source.port");
    expect_false("8443 < source.port");
    expect_true("source.port > -1");
    facts.port = value_integer(-3);
    expect_true("source.port == -3");
    expect_true("source.port < -0x2");
    facts.port = value_integer(INT64_MAX);
    expect_true("source.port == 9223372036854775807");
}

static void texts_compare(void **state)
{
    (void)state;
    facts.version = value_string("1.2");
    facts.server_name = value_string("a\"b\\c");
    expect_true("tls.version == \"1.2\"");
    expect_false("tls.version == \"1.2 \"");
    expect_true("tls.version < \"1.3\"");
    expect_true("tls.version > \"1\"");
    expect_unknown("tls.version contains tls.version_protocol");
    expect_true("tls.client.server_name == \"a\\\"b\\\\c\"");
    expect_true("tls.client.server_name contains \"\"");
    expect_true("tls.client.server_name contains \"b\\c\"");
    expect_false("tls.client.server_name contains \"B\"");
    facts.version = value_text("", 0);
    expect_true("tls.version == \"\"");
    expect_true("tls.version < \"1\"");
}

static void durations_have_units(void **state)
{
    (void)state;
    facts.duration = value_duration(90 * CLOCK_SECOND);
    expect_true("event.duration == 90s");
    expect_true("event.duration == 1.5min");
    expect_true("event.duration == 90000ms");
    expect_true("event.duration == 90000000us");
    expect_true("event.duration == 90000000000ns");
    expect_true("event.duration < 1h");
    expect_true("event.duration < 0.5d");
    expect_true("event.duration > -5s");
    expect_true("event.duration in {1s..2min}");
    facts.duration = value_duration(1234567890);
    expect_true("event.duration == 1.23456789s");
}

static void times_are_rfc_3339(void **state)
{
    (void)state;
    facts.start = value_time(1769855527000000000);
    expect_true("event.start == 2026-01-31T10:32:07Z");
    expect_true("event.start == 2026-01-31T10:32:07.000Z");
    expect_true("event.start > 2026-01-31");
    expect_true("event.start in {2026-01-31..2026-02-01}");
    expect_false("event.start in {2026-02-01..2026-03-01}");
}

static void addresses_compare_by_prefix(void **state)
{
    (void)state;
    facts.source = value_address(&client);
    facts.destination = value_address(&server);
    expect_true("source.ip == 10.1.2.3");
    expect_false("source.ip == 10.1.2.4");
    expect_true("source.ip == 10.0.0.0/8");
    expect_true("10.0.0.0/8 == source.ip");
    expect_false("source.ip == 10.1.2.4/31");
    expect_true("source.ip == 10.1.2.2/31");
    expect_true("source.ip == 0.0.0.0/0");
    expect_false("source.ip == ::/0");
    expect_true("source.ip != 11.0.0.0/8");
    expect_false("source.ip != 10.0.0.0/8");
    expect_true("source.ip in {10.0.0.0/8, ::1}");
    expect_false("source.ip in {192.168.0.0/16, ::1}");
    expect_true("destination.ip == 2001:db8::1");
    expect_true("destination.ip == 2001:db8::/32");
    expect_false("destination.ip == 2001:db9::/32");
    expect_false("destination.ip == source.ip");
    expect_true("source.ip == source.ip");
    facts.source =
        value_address(&(const struct address){.family = 6, .bytes = {[10] = 0xff, 0xff, 10, 1, 2, 3}});
    expect_true("source.ip == ::ffff:10.1.2.3");
    expect_false("source.ip == 10.1.2.3");
}

static void sets_mix_values_and_ranges(void **state)
{
    (void)state;
    facts.port = value_integer(8080);
    facts.version = value_string("1.1");
    expect_true("source.port in { 80, 8000..9000 }");
    expect_true("source.port in {8080}");
    expect_true("source.port in {8080..8080}");
    expect_false("source.port in { 80, 8081..9000,0x50 }");
    expect_true("not source.port in {80}");
    expect_true("tls.version in {\"1.0\", \"1.1\"}");
    expect_true("tls.version in {\"1.0\"..\"1.2\"}");
    expect_true("count(offered.alpn) in {0, 1} or true");
}

static void regular_expressions_match(void **state)
{
    (void)state;
    facts.server_name = value_string("host7.example.com");
    expect_true("tls.client.server_name matches \"^host\\d+\\.\"");
    expect_true("tls.client.server_name matches \"(?i)EXAMPLE\"");
    expect_false("tls.client.server_name matches \"EXAMPLE\"");
    expect_true("not tls.client.server_name matches \"^www\"");
    facts.server_name = value_text("a\0b\xff", 4);
    expect_true("tls.client.server_name matches \"\\x00b\\xff$\"");
    facts.server_name = value_unknown();
    expect_unknown("tls.client.server_name matches \"a\"");
}

/* Without limits this one takes longer than anybody waits. */
static void hostile_regular_expression_gives_up(void **state)
{
    (void)state;
    static char text[4000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = 'x';
    facts.server_name = value_text(text, sizeof text);
    expect_unknown("tls.client.server_name matches \"(a+a+)+$\"");
    expect_true("tls.client.server_name matches \"^a+x$\"");
}

/* ---- Three values -------------------------------------------------------------------------------------- */

static void unknown_satisfies_nothing(void **state)
{
    (void)state;
    facts.established = value_boolean(true);
    expect_unknown("tls.resumed");
    expect_unknown("source.port == 1");
    expect_unknown("source.port != 1");
    expect_unknown("source.port < 1 or source.port >= 1");
    expect_unknown("source.port in {1..2}");
    expect_unknown("tls.version contains \"1\"");
    expect_unknown("source.ip == 0.0.0.0/0");
    expect_unknown("source.ip == destination.ip");
    facts.source = value_address(&client);
    expect_unknown("source.ip == destination.ip");
    expect_unknown("source.ip != destination.ip");
}

static void logic_is_kleene_s(void **state)
{
    (void)state;
    facts.established = value_boolean(true);
    expect_true("tls.established or tls.resumed");
    expect_true("tls.resumed or tls.established");
    expect_unknown("tls.established and tls.resumed");
    expect_unknown("tls.resumed and tls.established");
    expect_false("tls.resumed and not tls.established");
    expect_false("not tls.established and tls.resumed");
    expect_unknown("tls.resumed or not tls.established");
    expect_unknown("tls.resumed and tls.resumed");
    expect_unknown("tls.resumed or not tls.resumed");
    expect_true("not (tls.resumed and not tls.established)");
    expect_false("not (tls.established or tls.resumed)");
}

/* Every formula over three facts of three values against the definition of Kleene's logic. */
enum truth { NO, UNKNOWN, YES };

static enum truth smaller(enum truth a, enum truth b)
{
    return a < b ? a : b;
}

static enum truth larger(enum truth a, enum truth b)
{
    return a > b ? a : b;
}

static void expect_truth(const char *text, enum truth truth)
{
    if (truth == YES)
        expect_true(text);
    else if (truth == NO)
        expect_false(text);
    else
        expect_unknown(text);
}

static struct value truth_value(enum truth truth)
{
    return truth == UNKNOWN ? value_unknown() : value_boolean(truth == YES);
}

static void every_formula_agrees_with_the_definition(void **state)
{
    (void)state;
    for (int i = 0; i < 27; i++) {
        enum truth a = (enum truth)(i % 3), b = (enum truth)(i / 3 % 3), c = (enum truth)(i / 9);
        facts.established = truth_value(a);
        facts.resumed = truth_value(b);
        facts.port = c == UNKNOWN ? value_unknown() : value_integer(c == YES);
#define A "tls.established"
#define B "tls.resumed"
#define C "source.port == 1"
        expect_truth(A " and " B " or " C, larger(smaller(a, b), c));
        expect_truth(A " and (" B " or " C ")", smaller(a, larger(b, c)));
        expect_truth("not (" A " and not " B ") and " C, smaller(YES - smaller(a, YES - b), c));
        expect_truth("not (" A " or not (" B " and " C "))", YES - larger(a, YES - smaller(b, c)));
        expect_truth("not " A " or " B " and not " C, larger(YES - a, smaller(b, YES - c)));
    }
}

static void known_is_never_unknown(void **state)
{
    (void)state;
    expect_false("known(tls.version)");
    expect_false("known(messages.type)");
    facts.version = value_string("");
    facts.message_type = fact_list(VALUE_TEXT, NULL, 0);
    expect_true("known(tls.version)");
    expect_true("known(messages.type)");
    expect_true("not known(source.port) and known(tls.version)");
}

static void fact_of_another_type_is_unknown(void **state)
{
    (void)state;
    facts.port = value_string("443");
    facts.message_type = value_integer(3);
    expect_unknown("source.port == 443");
    expect_unknown("messages.type contains \"3\"");
}

/* ---- Lists --------------------------------------------------------------------------------------------- */

static void lists_contain(void **state)
{
    (void)state;
    const struct value alpn[] = {value_string("h2"), value_string("http/1.1")};
    const struct value peers[] = {value_address(&client), value_address(&server)};
    expect_unknown("offered.alpn contains \"h2\"");
    facts.alpn = fact_list(VALUE_TEXT, alpn, 2);
    facts.peers = fact_list(VALUE_ADDRESS, peers, 2);
    expect_true("offered.alpn contains \"h2\"");
    expect_false("offered.alpn contains \"h\"");
    expect_true("not offered.alpn contains \"h3\"");
    expect_true("peers contains 10.0.0.0/8");
    expect_true("peers contains 2001:db8::1");
    expect_false("peers contains 192.0.2.0/24");
    facts.version = value_string("h2");
    expect_true("offered.alpn contains tls.version");
    facts.alpn = fact_list(VALUE_TEXT, NULL, 0);
    expect_false("offered.alpn contains \"h2\"");
}

static const struct value codes[] = {
    {.type = VALUE_INTEGER, .integer = 40}, {.type = VALUE_UNKNOWN}, {.type = VALUE_INTEGER, .integer = 0}};

static void unknown_elements_leave_open(void **state)
{
    (void)state;
    facts.alert_code = fact_list(VALUE_INTEGER, codes, 3);
    expect_true("alerts.code contains 40");
    expect_unknown("alerts.code contains 42");
    expect_true("any(alerts.code < 10)");
    expect_unknown("any(alerts.code > 40)");
    expect_false("all(alerts.code == 40)");
    expect_unknown("all(alerts.code <= 40)");
    expect_true("any(not known(alerts.code))");
    expect_true("count(alerts.code) == 3");
    expect_unknown("count(alerts.code == 40) == 1");
    expect_true("count(known(alerts.code)) == 2");
    facts.alert_code = fact_list(VALUE_INTEGER, codes, 1);
    expect_true("all(alerts.code == 40)");
    expect_true("count(alerts.code == 40) == 1");
    expect_true("count(alerts.code in {41, 42}) == 0");
}

static void empty_and_unknown_lists_differ(void **state)
{
    (void)state;
    expect_unknown("any(alerts.code == 40)");
    expect_unknown("all(alerts.code == 40)");
    expect_unknown("count(alerts.code) == 0");
    expect_unknown("count(alerts.code == 40) == 0");
    facts.alert_code = fact_list(VALUE_INTEGER, NULL, 0);
    expect_false("any(alerts.code == 40)");
    expect_true("all(alerts.code == 40)");
    expect_true("count(alerts.code) == 0");
    expect_true("count(alerts.code == 40) == 0");
}

static void rows_are_looked_at_as_a_whole(void **state)
{
    (void)state;
    const struct value code[] = {value_integer(40), value_integer(0)};
    const struct value from[] = {value_string("client"), value_string("server")};
    const struct value fatal[] = {value_boolean(true), value_boolean(false)};
    facts.alert_code = fact_list(VALUE_INTEGER, code, 2);
    facts.alert_from = fact_list(VALUE_TEXT, from, 2);
    facts.alert_fatal = fact_list(VALUE_BOOLEAN, fatal, 2);
    facts.port = value_integer(40);
    expect_true("any(alerts.code == 40 and alerts.from == \"client\")");
    expect_false("any(alerts.code == 40 and alerts.from == \"server\")");
    expect_true("any(alerts.code == 40) and any(alerts.from == \"server\")");
    expect_true("all(alerts.fatal or alerts.code == 0)");
    expect_true("all(not alerts.fatal or (alerts.code == source.port and alerts.from contains \"cli\"))");
    expect_true("count(alerts.fatal == true) == 1");
    expect_true("count(alerts.fatal) == 2");
    expect_true("count(alerts.from in {\"client\", \"server\"} and not alerts.fatal) == 1");
    expect_false("not any(alerts.fatal)");
}

static void columns_that_are_shorter_or_missing_are_unknown_there(void **state)
{
    (void)state;
    const struct value code[] = {value_integer(40), value_integer(0)};
    const struct value from[] = {value_string("client")};
    facts.alert_code = fact_list(VALUE_INTEGER, code, 2);
    expect_unknown("any(alerts.code == 40 and alerts.from == \"client\")");
    expect_false("any(alerts.code == 1 and alerts.from == \"client\")");
    facts.alert_from = fact_list(VALUE_TEXT, from, 1);
    expect_true("any(alerts.code == 40 and alerts.from == \"client\")");
    expect_true("all(alerts.from == \"client\")");
    expect_unknown("all(alerts.from == \"client\" and alerts.code >= 0)");
}

static void precedence_is_not_and_or(void **state)
{
    (void)state;
    facts.established = value_boolean(true);
    facts.resumed = value_boolean(false);
    expect_true("tls.established or tls.established and tls.resumed");
    expect_false("(tls.established or tls.established) and tls.resumed");
    expect_true("not tls.resumed and tls.established");
    expect_false("not (tls.resumed or tls.established)");
}

/* ---- Mistakes ------------------------------------------------------------------------------------------ */

static void names_are_checked(void **state)
{
    (void)state;
    expect_error("tls.versoin == \"1.2\"",
                 "test:1:1: there is no field tls.versoin; did you mean tls.version?");
    expect_error("tls.established and\n  souce.port == 1",
                 "test:2:3: there is no field souce.port; did you mean source.port?");
    expect_error("tls.version == completely",
                 "test:1:16: there is no field completely; a text stands in quotes");
    expect_error("tls.established AND true", "test:1:17: AND: write \"and\"");
    expect_error("NOT tls.established", "test:1:1: NOT: write \"not\"");
    expect_error("tls.version eq \"1.2\"", "test:1:13: eq: write \"==\"");
    expect_error("(tls.established) xor true", "test:1:19: \"and\", \"or\" or the end was expected, not xor");
    expect_error("not and", "test:1:5: a field's name was expected, not and");
    expect_error("tls.version mathces \"a\"", "test:1:13: did you mean matches instead of mathces?");
    expect_error("a\x01z", "test:1:1: there is no field a; a text stands in quotes");
}

static void types_are_checked(void **state)
{
    (void)state;
    expect_error("source.port == \"443\"", "test:1:16: \"443\" is a text, but an integer is needed here");
    expect_error("tls.version == 12",
                 "test:1:16: 12 is an integer, but a text is needed here; a text stands in quotes");
    expect_error(
        "event.duration > 5",
        "test:1:18: 5 is an integer, but a duration is needed here; a duration has a unit: 5s, 200ms");
    expect_error(
        "5 < event.duration",
        "test:1:1: 5 is an integer, but a duration is needed here; a duration has a unit: 5s, 200ms");
    expect_error("messages.type == \"client_hello\"",
                 "test:1:1: tlswhy.messages.type is a list: write any(tlswhy.messages.type ...), "
                 "all(tlswhy.messages.type ...) or tlswhy.messages.type contains ...");
    expect_error("source.port",
                 "test:1:1: source.port is an integer, not a condition: compare it with something");
    expect_error("source.ip < 10.0.0.1", "test:1:11: an address has no order: use == or !=");
    expect_error("tls.established < true", "test:1:17: a boolean has no order: use == or !=");
    expect_error("1 == 1", "test:1:1: both sides are constants");
    expect_error("source.port contains 4",
                 "test:1:1: \"contains\" is for lists and texts, and source.port is an integer");
    expect_error("tls.version matches tls.version",
                 "test:1:21: a regular expression in quotes was expected, not tls.version");
    expect_error("messages.type matches \"a\"",
                 "test:1:1: tlswhy.messages.type is a list: write any(tlswhy.messages.type ...), "
                 "all(tlswhy.messages.type ...) or tlswhy.messages.type contains ...");
    expect_error("messages.type in {\"a\"}",
                 "test:1:1: tlswhy.messages.type is a list: write any(tlswhy.messages.type ...), "
                 "all(tlswhy.messages.type ...) or tlswhy.messages.type contains ...");
    expect_error("messages.type",
                 "test:1:1: tlswhy.messages.type is a list: write any(tlswhy.messages.type ...), "
                 "all(tlswhy.messages.type ...) or tlswhy.messages.type contains ...");
    expect_error("source.port in {1..\"a\"}", "test:1:20: \"a\" is a text, but an integer is needed here");
    expect_error("source.port matches \"4\"",
                 "test:1:1: \"matches\" is for texts, and source.port is an integer");
    expect_error("alerts.code contains \"40\"", "test:1:22: \"40\" is a text, but an integer is needed here");
    expect_error("source.port in {1, 5s}", "test:1:20: 5s is a duration, but an integer is needed here");
    expect_error("count(alerts.code)",
                 "test:1:1: count is an integer, not a condition: compare it with something");
}

/* In the run the packets of the second file go on from those of the first. */
static void packets_have_the_numbers_of_their_files(void **state)
{
    (void)state;
    static const char first[] = "a.pcap", second[] = "b.pcap";
    struct places *places = places_new();
    places_add(places, first, 1);
    places_add(places, first, 10);
    places_add(places, second, 1);
    const struct value packets[] = {value_integer(10), value_integer(12)};
    facts.hello_packet = value_integer(13);
    facts.close_packet = value_integer(9);
    facts.alert_packet = fact_list(VALUE_INTEGER, packets, 2);
    handshake.places = places;
    expect_true("hello.packet == 3 and 3 == hello.packet and close.packet == 9");
    expect_false("hello.packet == 13");
    expect_true("hello.packet in {2..4}");
    expect_true("hello.packet > close.packet"); /* later, though the number within the file is smaller */
    expect_true("alerts.packet contains 2 and alerts.packet contains 10 and any(alerts.packet == 2)");
    expect_false("alerts.packet contains 12");
    expect_true("all(alerts.packet < hello.packet)");
    handshake.places = NULL;
    places_free(places);
}

static void rows_are_checked(void **state)
{
    (void)state;
    expect_error("any(tls.established)", "test:1:1: any() goes through a list, and there is none in it");
    expect_error(
        "any(alerts.code == 1 and messages.type == \"alert\")",
        "test:1:26: tlswhy.alerts.code and tlswhy.messages.type are not columns of the same list, so they "
        "can't be looked at row by row");
    expect_error(
        "any(offered.alpn == \"h2\" or messages.type == \"alert\")",
        "test:1:29: tlswhy.offered.alpn and tlswhy.messages.type are not columns of the same list, so they "
        "can't be looked at row by row");
    expect_error("any(all(alerts.code == 1))",
                 "test:1:5: any(), all() and count() can't stand inside one another");
    expect_error("any(alerts.code)",
                 "test:1:5: alerts.code is an integer, not a condition: compare it with something");
    expect_error("count(source.port) > 1", "test:1:1: count() goes through a list, and there is none in it");
}

static void literals_are_checked(void **state)
{
    (void)state;
    expect_error("source.port == 9223372036854775808",
                 "test:1:16: 9223372036854775808: the number is too large");
    expect_error("source.port == 0x10000000000000000",
                 "test:1:16: 0x10000000000000000: the number is too large");
    expect_error("event.duration > 99999999999999h", "test:1:18: 99999999999999h: the number is too large");
    expect_error("tls.version == 1.2",
                 "test:1:16: 1.2: this is neither a number, a duration, a time nor an address; "
                 "a text stands in quotes, a duration has a unit (5s, 200ms)");
    expect_error("source.ip == 10.0.0.0/33", "test:1:14: 10.0.0.0/33: the prefix is longer than the address");
    expect_error("source.ip == 10.0.0.256",
                 "test:1:14: 10.0.0.256: this is neither a number, a duration, a time nor an "
                 "address; a text stands in quotes, a duration has a unit (5s, 200ms)");
    expect_error("tls.version == \"1.2", "test:1:16: \"1.2: the text has no end: \" is missing");
    expect_error("source.port in {9..1}", "test:1:17: the range ends before it begins");
    expect_error("source.ip in {::1..::2}",
                 "test:1:15: an address has no order, so there are no ranges of them");
    expect_error("tls.version matches \"a(\"",
                 "test:1:21: \"a(\": missing closing parenthesis (at character 3 of the "
                 "regular expression)");
    expect_error("event.start > 2026-02-30",
                 "test:1:15: 2026-02-30: this is neither a number, a duration, a time nor an "
                 "address; a text stands in quotes, a duration has a unit (5s, 200ms)");
}

static void syntax_is_checked(void **state)
{
    (void)state;
    expect_error("", "test:1:1: a field's name was expected, not the end");
    expect_error("tls.established and", "test:1:20: a field's name was expected, not the end");
    expect_error("(tls.established", "test:1:17: \")\" was expected, not the end");
    expect_error("tls.established)", "test:1:16: ) does not belong here");
    expect_error("tls.established && true", "test:1:17: &&: this does not belong here; write \"and\"");
    expect_error("!tls.established", "test:1:1: !: this does not belong here; write \"not\"");
    expect_error("tls.version = \"1.2\"", "test:1:13: =: this does not belong here; write \"==\"");
    expect_error("source.port in 5", "test:1:16: \"{\" was expected, not 5");
    expect_error("source.port in {}", "test:1:17: a constant was expected, not }");
    expect_error("source.port in {1 2}", "test:1:19: \",\" or \"}\" was expected, not 2");
    expect_error("(source.port == 1) == true", "test:1:20: == does not belong here");
    expect_error("source.port == 1 == 2", "test:1:18: == does not belong here");
    expect_error("known(5)", "test:1:7: a field's name was expected, not 5");
    expect_error("tls.version == \"a\x1b\"x", "test:1:20: \"and\", \"or\" or the end was expected, not x");
}

static void size_is_bounded(void **state)
{
    (void)state;
    static char text[70000];
    memset(text, '(', 1000);
    struct buffer error = {0};
    struct expression_place place = {.file = "test", .line = 1, .column = 1};
    assert_null(expression_compile(text, 1000, place, &error));
    assert_string_equal(error.bytes, "test:1:66: parentheses stand more than 64 deep");
    memset(text, ' ', sizeof text);
    buffer_clear(&error);
    assert_null(expression_compile(text, sizeof text, place, &error));
    assert_string_equal(error.bytes, "test:1:1: the expression is longer than 65536 bytes");
    buffer_free(&error);
}

/* Messages follow what stands in the buffer, and the place is where the text stands in its file. */
static void place_is_the_file_s(void **state)
{
    (void)state;
    struct buffer error = {0};
    struct expression_place place = {.file = "x.rules", .line = 12, .column = 15};
    buffer_add_string(&error, "before\n");
    assert_null(expression_compile("true or x", 9, place, &error));
    assert_string_equal(error.bytes, "before\nx.rules:12:23: there is no field x; a text stands in quotes");
    buffer_free(&error);
    expression_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(booleans_stand_for_themselves, forget_facts),
        cmocka_unit_test_setup(integers_compare, forget_facts),
        cmocka_unit_test_setup(texts_compare, forget_facts),
        cmocka_unit_test_setup(durations_have_units, forget_facts),
        cmocka_unit_test_setup(times_are_rfc_3339, forget_facts),
        cmocka_unit_test_setup(addresses_compare_by_prefix, forget_facts),
        cmocka_unit_test_setup(sets_mix_values_and_ranges, forget_facts),
        cmocka_unit_test_setup(regular_expressions_match, forget_facts),
        cmocka_unit_test_setup(hostile_regular_expression_gives_up, forget_facts),
        cmocka_unit_test_setup(unknown_satisfies_nothing, forget_facts),
        cmocka_unit_test_setup(logic_is_kleene_s, forget_facts),
        cmocka_unit_test_setup(every_formula_agrees_with_the_definition, forget_facts),
        cmocka_unit_test_setup(known_is_never_unknown, forget_facts),
        cmocka_unit_test_setup(fact_of_another_type_is_unknown, forget_facts),
        cmocka_unit_test_setup(lists_contain, forget_facts),
        cmocka_unit_test_setup(unknown_elements_leave_open, forget_facts),
        cmocka_unit_test_setup(empty_and_unknown_lists_differ, forget_facts),
        cmocka_unit_test_setup(rows_are_looked_at_as_a_whole, forget_facts),
        cmocka_unit_test_setup(columns_that_are_shorter_or_missing_are_unknown_there, forget_facts),
        cmocka_unit_test_setup(precedence_is_not_and_or, forget_facts),
        cmocka_unit_test_setup(names_are_checked, forget_facts),
        cmocka_unit_test_setup(types_are_checked, forget_facts),
        cmocka_unit_test_setup(packets_have_the_numbers_of_their_files, forget_facts),
        cmocka_unit_test_setup(rows_are_checked, forget_facts),
        cmocka_unit_test_setup(literals_are_checked, forget_facts),
        cmocka_unit_test_setup(syntax_is_checked, forget_facts),
        cmocka_unit_test_setup(size_is_bounded, forget_facts),
        cmocka_unit_test_setup(place_is_the_file_s, forget_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
