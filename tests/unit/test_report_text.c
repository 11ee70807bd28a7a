/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page.h"
#include "report/text_ladder.h"
#include "report_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct report_options plain = {.width = 80}, pretty = {.width = 80, .unicode = true};

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" in:\n%s", part, text);
}

/* ---- The page ------------------------------------------------------------------------------------------ */

static void assert_wrapped(unsigned width, unsigned column, unsigned indent, const char *text,
                           const char *expected)
{
    struct page page = {.width = width};
    page_add_spaces(&page, column);
    page_wrap(&page, column, indent, text);
    assert_string_equal(page.text.bytes, expected);
    buffer_free(&page.text);
}

static void test_wrap(void **state)
{
    (void)state;
    assert_wrapped(10, 0, 0, "", "\n");
    assert_wrapped(10, 0, 2, "one two three", "one two\n  three\n");
    assert_wrapped(10, 0, 0, "1234567 90", "1234567 90\n");
    assert_wrapped(10, 0, 0, "1234567 901", "1234567\n901\n");
    assert_wrapped(10, 4, 4, "  one\n two   three ", "    one\n    two\n    three\n");
    assert_wrapped(10, 0, 0, "one\n\ntwo", "one\n\ntwo\n");
    assert_wrapped(10, 0, 2, "a very-long-word-indeed ok", "a\n  very-long-word-indeed\n  ok\n");
    assert_wrapped(7, 0, 0, "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc",
                   "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\xa4\xc3\xb6\xc3\xbc\n");
}

/* Escapes made before stay as they are; what nobody escaped is escaped here. */
static void test_wrap_is_safe(void **state)
{
    (void)state;
    assert_wrapped(80, 0, 0, "a\\x1B[31m C:\\temp", "a\\x1B[31m C:\\temp\n");
    assert_wrapped(80, 0, 0, "a\033[31m\x7f", "a\\x1B[31m\\x7F\n");
}

static void test_ink(void **state)
{
    (void)state;
    struct page page = {.width = 80};
    page_add_inked(&page, INK_ERROR, "x");
    assert_string_equal(page.text.bytes, "x");
    buffer_clear(&page.text);
    page.colour = true;
    page_add_inked(&page, INK_ERROR, "x");
    assert_string_equal(page.text.bytes, "\033[1;31mx\033[0m");
    buffer_clear(&page.text);
    page_ink(&page, INK_STRONG);
    page_add_line(&page);
    page_ink(&page, INK_PLAIN);
    assert_string_equal(page.text.bytes, "\033[1m\033[0m\n\033[1m\033[0m");
    buffer_free(&page.text);
}

/* ---- The ladder ---------------------------------------------------------------------------------------- */

static char *draw(unsigned width, bool unicode, const struct handshake *handshake)
{
    struct page page = {.width = width, .unicode = unicode};
    ladder_draw(&page, handshake);
    return page.text.bytes;
}

static void test_ladder(void **state)
{
    (void)state;
    char *text = draw(66, false, &sample_failed()->handshake);
    assert_string_equal(text, "    packet     seconds  client                              server\n"
                              "         1    0.000000  |--- SYN ------------------------------->|\n"
                              "         2    0.000100  |<-- SYN, ACK ---------------------------|\n"
                              "         4    0.000300  |--- client_hello ---------------------->|\n"
                              "         6    0.001200  |<-- server_hello -----------------------|\n"
                              "         7    0.002000  |--- certificate (empty) --------------->|\n"
                              "                        : 5.000 s later\n"
                              "         8    5.002300  |<-- alert: fatal handshake_failure -----|\n"
                              "         9    5.002400  |<-- FIN --------------------------------|\n");
    free(text);
    text = draw(66, true, &sample_healthy()->handshake);
    assert_has(text, "│─── client_hello ──────────────────────▶│\n");
    assert_has(text, "│◀── server_hello ───────────────────────│\n");
    free(text);
}

/* What one packet carries is one arrow; what does not fit stands below it. */
static void test_ladder_joins(void **state)
{
    (void)state;
    struct sample *sample = sample_healthy();
    sample->messages[2] = sample->messages[3] = sample->messages[1];
    sample->messages[2].code = TLS_HANDSHAKE_CERTIFICATE;
    sample->messages[3].code = TLS_HANDSHAKE_SERVER_HELLO_DONE;
    sample->handshake.message_count = 4;
    char *text = draw(66, false, &sample->handshake);
    assert_has(text, "         6    0.001200  |<-- server_hello, certificate, ---------|\n"
                     "                        |    server_hello_done                   |\n");
    free(text);
}

/* However narrow the page, both rails of every arrow stand under each other. */
static void test_ladder_is_straight(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->handshake.direction[SIDE_SERVER].first = FIRST_TEXT;
    sample->handshake.direction[SIDE_SERVER].first_line =
        (struct octets){"a-line-without-any-blank-that-goes-on-and-on-and-on-and-on-and-on", 64};
    sample->connection.half[1].first_payload = sample_moment(5, 1000);
    for (unsigned width = 0; width < 120; width++) {
        char *text = draw(width, false, &sample->handshake), *rest = NULL;
        size_t columns = 0;
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
            if (line[24] != '|')
                continue;
            assert_int_equal(line[strlen(line) - 1], '|');
            assert_true(columns == 0 || columns == strlen(line));
            columns = strlen(line);
        }
        assert_true(columns > 24);
        free(text);
    }
}

static void test_ladder_of_a_refusal(void **state)
{
    (void)state;
    struct sample *sample = sample_healthy();
    struct connection *connection = &sample->connection;
    sample->handshake.message_count = 0;
    connection->half[0].syn_count = 4;
    connection->half[1].syn = connection->half[1].fin = (struct moment){0};
    connection->how = CLOSE_TIMEOUT;
    connection->icmp = (struct icmp_error){
        .packet = 3, .time = SAMPLE_TIME, .from = {4, {10, 0, 0, 254}}, .type = 3, .code = 13};
    char *text = draw(80, false, &sample->handshake);
    assert_has(text, "|--- SYN, sent 4 times ---");
    assert_has(text, "|    ICMP error from 10.0.0.254: administratively");
    assert_has(text, ": silence from here on\n");
    free(text);
}

/* Nobody reads ninety arrows: the beginning and the end stay. */
static void test_ladder_is_bounded(void **state)
{
    (void)state;
    enum { MANY = 90 };
    static struct message many[MANY];
    struct sample *sample = sample_healthy();
    for (unsigned i = 0; i < MANY; i++)
        many[i] = (struct message){
            .seen = sample_moment(10 + i, 2000), .from = SIDE_CLIENT, .kind = MESSAGE_HEARTBEAT};
    sample->handshake.messages = many;
    sample->handshake.message_count = MANY;
    sample->connection.half[1].fin = sample_moment(200, 3000);
    char *text = draw(80, false, &sample->handshake);
    assert_has(text, ": 49 more packets\n");
    assert_has(text, "       200    0.003000");
    free(text);
}

/* ---- Events -------------------------------------------------------------------------------------------- */

static void test_block(void **state)
{
    (void)state;
    char *text = sample_write(&report_text, plain, &sample_failed()->handshake, NULL);
    assert_ptr_equal(strstr(text, "ERROR  192.0.2.20 sent no certificate\n"), text);
    assert_has(text, "  client-cert-absent - certain - the client's side has to act\n");
    assert_has(text, "The server asked for one.");
    assert_has(text, "Connection 7 (tcp.stream 6) - 2026-01-31T10:32:07.123456Z - lasted 5.002 s\n");
    assert_has(text, "192.0.2.20:51514 -> [2001:db8::1]:443 - SNI server.test - TLS 1.2\n");
    assert_has(text, "\n    packet 7      an empty Certificate\n");
    assert_has(text, "\n    1. the client has no certificate\n    2. its key cannot be read\n");
    assert_has(text, "\n    - give it one\n");
    assert_has(text, "RFC 5246 7.4.6");
    assert_has(text, "error    generic-alert: the server sent an alert (follows from\n");
    assert_lacks(text, "\033");
    free(text);
}

static void test_failure_without_a_verdict(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->handshake.finding_count = 0;
    sample->handshake.has_verdict = false;
    char *text = sample_write(&report_text, plain, &sample->handshake, NULL);
    assert_ptr_equal(strstr(text, "FAILED  The handshake failed, and no rule knows why"), text);
    assert_has(text, "client_hello");
    free(text);
}

static void test_weakened(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->findings[0].weakened = true;
    sample->connection.half[1].missing_bytes = 1200;
    char *text = sample_write(&report_text, plain, &sample->handshake, NULL);
    assert_has(text, "possible, as the capture lacks something that this rests on");
    assert_has(text, "From the server: 1200 bytes missing in the capture.");
    free(text);
}

static void test_line(void **state)
{
    (void)state;
    char *text = sample_write(&report_text, pretty, &sample_healthy()->handshake, NULL);
    assert_string_equal(text, "✓ 2026-01-31T10:32:07.123456Z  #7  192.0.2.20:51514 → [2001:db8::1]:443  "
                              "server.test  TLS 1.2  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384  12 ms\n");
    free(text);
    struct sample *sample = sample_healthy();
    sample->handshake.outcome = OUTCOME_UNKNOWN;
    sample->connection.one_sided = true;
    text = sample_write(&report_text, plain, &sample->handshake, NULL);
    assert_has(text, "?  2026-01-31T10:32:07.123456Z");
    assert_has(text, "only one direction was captured\n");
    free(text);
}

/* The line says what the capture lacks; the finding that says the same adds nothing. */
static void test_line_of_an_incomplete_capture(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->handshake.outcome = OUTCOME_UNKNOWN;
    sample->connection.half[1].missing_bytes = 1;
    sample->findings[0].severity = sample->findings[1].severity = SEVERITY_WARNING;
    sample->findings[0].blame = BLAME_CAPTURE;
    char *text = sample_write(&report_text, plain, &sample->handshake, NULL);
    assert_has(text, "  the capture lacks 1 byte\n     warning  generic-alert: ");
    assert_lacks(text, "client-cert-absent");
    free(text);
}

static void test_healthy_with_a_warning(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->handshake.outcome = OUTCOME_SUCCESS;
    sample->findings[0].severity = SEVERITY_WARNING;
    sample->handshake.finding_count = 1;
    char *text = sample_write(&report_text, plain, &sample->handshake, NULL);
    assert_ptr_equal(strstr(text, "ok 2026-01-31"), text);
    assert_has(text, "\n     warning  client-cert-absent: 192.0.2.20 sent no certificate\n");
    free(text);
}

static void test_quiet_and_verbose(void **state)
{
    (void)state;
    struct totals totals = {.packets = 9, .events = 1};
    struct report_options quiet = {.width = 80, .quiet = true}, verbose = {.width = 80, .verbose = true};
    char *text = sample_write(&report_text, quiet, &sample_healthy()->handshake, &totals);
    assert_string_equal(text ? text : "", "");
    free(text);
    text = sample_write(&report_text, quiet, &sample_failed()->handshake, &totals);
    assert_has(text, "ERROR");
    assert_lacks(text, "Summary");
    free(text);
    text = sample_write(&report_text, verbose, &sample_healthy()->handshake, NULL);
    assert_ptr_equal(strstr(text, "HEALTHY  "), text);
    assert_has(text, "client_hello");
    free(text);
}

/* What a stranger chose reaches the terminal as visible characters only. */
static void test_hostile_text(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->client_hello.server_name = (struct octets){"x\033[2J\n\xe2\x80\xae", 9};
    sample->handshake.direction[SIDE_SERVER].first = FIRST_TEXT;
    sample->handshake.direction[SIDE_SERVER].first_line = (struct octets){"220 \033]0;y\a", 10};
    sample->connection.half[1].first_payload = sample_moment(5, 1000);
    sample->connection.origin = "a\033b.pcap";
    struct report_options options = plain;
    options.several_inputs = true;
    char *text = sample_write(&report_text, options, &sample->handshake, NULL);
    for (const char *at = text; *at; at++)
        assert_true(*at == '\n' || (unsigned char)*at >= ' ');
    assert_lacks(text, "\xe2\x80\xae");
    assert_has(text, "SNI x\\x1B[2J\\x0A\\u{202E}");
    assert_has(text, "220 \\x1B]0;y\\x07");
    assert_has(text, "of a\\x1Bb.pcap");
    free(text);
}

/* ---- The summary --------------------------------------------------------------------------------------- */

static void assert_summary(const struct totals *totals, const char *part)
{
    struct report_options wide = {.width = 400};
    char *text = sample_write(&report_text, wide, NULL, totals);
    assert_has(text, part);
    free(text);
}

static void test_totals(void **state)
{
    (void)state;
    struct totals totals = {0};
    totals_add(&totals, &sample_healthy()->handshake);
    assert_int_equal(totals.highest_severity, 0);
    totals_add(&totals, &sample_failed()->handshake);
    totals_add(&totals, &sample_failed()->handshake);
    struct sample *sample = sample_failed();
    sample->findings[0].id = "another";
    sample->findings[0].severity = SEVERITY_WARNING;
    totals_add(&totals, &sample->handshake);
    totals_sort(&totals);
    assert_int_equal(totals.events, 4);
    assert_int_equal(totals.outcomes[OUTCOME_FAILURE], 3);
    assert_int_equal(totals.highest_severity, SEVERITY_ERROR);
    assert_int_equal(totals.verdict_count, 2);
    assert_string_equal(totals.verdicts[0].id, "client-cert-absent");
    assert_int_equal(totals.verdicts[0].count, 2);
    assert_summary(&totals, "  4 connections: 3 failed, 1 completed the handshake.\n"
                            "         2  error    client-cert-absent\n"
                            "                     2 of 4 connections to [2001:db8::1]:443 ");
    assert_summary(&totals, "         1  warning  another\n");
    totals_free(&totals);
}

static void test_why_there_is_nothing(void **state)
{
    (void)state;
    struct totals nothing = {.inputs = 1};
    assert_summary(&nothing, "No TLS connection found. There are no packets in it.");
    struct totals unopened = {.inputs = 1, .inputs_unopened = 1};
    assert_summary(&unopened, "Nothing could be read.");
    struct totals filtered = {.inputs = 1, .filtered_out = 12};
    assert_summary(&filtered, "The capture filter matches none of the 12 packets.");
    struct totals unknown = {.packets = 3, .decoded = {[DECODE_UNKNOWN_LINK] = 3}, .unknown_link_type = 147};
    assert_summary(&unknown, "which tlswhy cannot read");
    assert_summary(&unknown, "! 3 packets could not be read: ");
    struct totals udp = {.packets = 3, .datagrams = 2};
    assert_summary(&udp, "None of the 3 packets holds TCP; 2 are UDP");
    struct totals tcp = {.packets = 3, .connections = {.connections = 1}};
    assert_summary(&tcp, "1 TCP connection is there, but no TLS was seen on any");
    struct totals unfit = {.packets = 3, .connections = {.connections = 1}, .events_unfit = 2};
    assert_summary(&unfit, "No connection to report. The filter -Y left out 2 connections");
}

static void test_packets_are_counted(void **state)
{
    (void)state;
    struct totals totals = {0};
    struct decoded decoded = {.segment.transport = SEGMENT_UDP};
    struct packet packet = {.time = 50, .captured = 60, .length = 1500, .link_type = 1};
    totals_add_packet(&totals, &packet, DECODE_SEGMENT, &decoded);
    packet = (struct packet){.time = 20, .captured = 60, .length = 60, .link_type = 147};
    totals_add_packet(&totals, &packet, DECODE_UNKNOWN_LINK, &decoded);
    assert_int_equal(totals.packets, 2);
    assert_int_equal(totals.cut, 1);
    assert_int_equal(totals.datagrams, 1);
    assert_int_equal(totals.unknown_link_type, 147);
    assert_int_equal(totals.first, 20);
    assert_int_equal(totals.last, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_wrap_is_safe),
        cmocka_unit_test(test_ink),
        cmocka_unit_test(test_ladder),
        cmocka_unit_test(test_ladder_joins),
        cmocka_unit_test(test_ladder_is_straight),
        cmocka_unit_test(test_ladder_of_a_refusal),
        cmocka_unit_test(test_ladder_is_bounded),
        cmocka_unit_test(test_block),
        cmocka_unit_test(test_failure_without_a_verdict),
        cmocka_unit_test(test_weakened),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_line_of_an_incomplete_capture),
        cmocka_unit_test(test_healthy_with_a_warning),
        cmocka_unit_test(test_quiet_and_verbose),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_why_there_is_nothing),
        cmocka_unit_test(test_packets_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
