/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who talks to whom with what result: the summary's groups, and the matrix. */
#include "report/talks.h"
#include "report_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct report_options wide = {.width = 400}, narrow = {.width = 40};

static void assert_text(const struct report_format *format, struct report_options options,
                        const struct totals *totals, const char *part)
{
    char *text = sample_write(format, options, NULL, totals);
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
    free(text);
}

/* One more connection, `second` seconds after the first one. */
static void add_to(struct totals *totals, struct sample *sample, uint8_t client, uint8_t server, int second)
{
    sample->connection.half[0].endpoint.address = (struct address){4, {192, 0, 2, client}};
    sample->connection.half[1].endpoint = (struct endpoint){{4, {192, 0, 2, server}}, 443};
    sample->connection.first.time = SAMPLE_TIME + second * CLOCK_SECOND;
    totals_add(totals, &sample->handshake);
}

static struct totals begin(void)
{
    return (struct totals){.packets = 9, .first = SAMPLE_TIME, .last = SAMPLE_TIME + 600 * CLOCK_SECOND};
}

static void one_client_that_is_never_served_again(void **state)
{
    (void)state;
    struct totals totals = begin();
    add_to(&totals, sample_healthy(), 20, 1, 0);
    add_to(&totals, sample_failed(), 20, 1, 60);
    add_to(&totals, sample_failed(), 20, 1, 180);
    add_to(&totals, sample_healthy(), 21, 1, 200);
    totals_sort(&totals);
    assert_text(
        &report_text, wide, &totals,
        "         2  error    client-cert-absent\n"
        "                     2 of 4 connections to 192.0.2.1:443 from 192.0.2.20, since 10:33:07Z; it was "
        "served until 10:32:07Z and never after\n");
    totals_free(&totals);
}

static void it_works_now_and_then(void **state)
{
    (void)state;
    struct totals totals = begin();
    add_to(&totals, sample_failed(), 20, 1, 0);
    add_to(&totals, sample_healthy(), 20, 1, 60);
    add_to(&totals, sample_failed(), 21, 1, 120);
    totals_sort(&totals);
    assert_text(&report_text, wide, &totals,
                "2 of 3 connections to 192.0.2.1:443 from 2 clients, from 10:32:07Z to 10:34:07Z\n");
    totals_free(&totals);
}

static void the_same_again_and_again(void **state)
{
    (void)state;
    struct totals totals = begin();
    for (int i = 0; i < 5; i++)
        add_to(&totals, sample_failed(), 20, 1, i);
    add_to(&totals, sample_failed(), 20, 2, 5);
    totals_sort(&totals);
    assert_text(
        &report_text, wide, &totals,
        "all 5 connections to 192.0.2.1:443 from 192.0.2.20, the same failure 5 times in 4.000 s, since "
        "10:32:07Z\n");
    assert_text(&report_text, wide, &totals,
                "the only connection to 192.0.2.2:443 from 192.0.2.20, at 10:32:12Z\n");
    totals_free(&totals);
}

static void many_servers_are_not_all_named(void **state)
{
    (void)state;
    struct totals totals = begin();
    for (int i = 1; i <= 9; i++)
        add_to(&totals, sample_failed(), 20, (uint8_t)i, i);
    totals_sort(&totals);
    assert_text(&report_text, wide, &totals, "192.0.2.4:443 from 192.0.2.20, at 10:32:11Z\n");
    assert_text(&report_text, wide, &totals, "                     and at 5 more servers\n");
    totals_free(&totals);
}

static void severities_are_counted_apart(void **state)
{
    (void)state;
    struct totals totals = begin();
    add_to(&totals, sample_failed(), 20, 1, 0);
    struct sample *sample = sample_failed();
    sample->findings[0].severity = SEVERITY_NOTE;
    add_to(&totals, sample, 20, 1, 1);
    sample = sample_failed();
    sample->handshake.has_verdict = false;
    add_to(&totals, sample, 20, 1, 2);
    totals_sort(&totals);
    assert_text(&report_text, wide, &totals, "         1  error    client-cert-absent\n");
    assert_text(&report_text, wide, &totals, "         1  note     client-cert-absent\n");
    assert_text(&report_text, wide, &totals, "         1  error    no known pattern fits\n");
    totals_free(&totals);
}

static void the_day_is_told_where_it_matters(void **state)
{
    (void)state;
    struct totals totals = begin();
    totals.last += 86400 * CLOCK_SECOND;
    add_to(&totals, sample_failed(), 20, 1, 0);
    add_to(&totals, sample_failed(), 20, 1, 86400);
    totals_sort(&totals);
    assert_text(&report_text, wide, &totals, "since 2026-01-31T10:32:07Z\n");
    totals_free(&totals);
}

static void a_matrix_has_clients_and_servers(void **state)
{
    (void)state;
    struct totals totals = begin();
    add_to(&totals, sample_healthy(), 20, 1, 0);
    add_to(&totals, sample_healthy(), 20, 1, 0);
    add_to(&totals, sample_failed(), 20, 1, 1);
    add_to(&totals, sample_healthy(), 3, 2, 2);
    totals_sort(&totals);
    assert_text(&report_matrix, wide, &totals,
                "            192.0.2.1:443   192.0.2.2:443\n"
                "192.0.2.3   -               1 ok\n"
                "192.0.2.20  2 ok, 1 failed  -\n"
                "\n"
                "  192.0.2.20 -> 192.0.2.1:443: 2 ok, 1 failed\n"
                "         1  error    client-cert-absent\n");
    assert_text(&report_matrix, narrow, &totals,
                "  192.0.2.20 -> 192.0.2.1:443: 2 ok, 1 failed\n"
                "         1  error    client-cert-absent\n"
                "  192.0.2.3 -> 192.0.2.2:443: 1 ok\n");
    totals_free(&totals);
}

static void a_quiet_matrix_leaves_out_what_is_well(void **state)
{
    (void)state;
    struct totals totals = begin();
    struct report_options quiet = {.width = 400, .quiet = true};
    add_to(&totals, sample_healthy(), 3, 2, 2);
    add_to(&totals, sample_failed(), 20, 1, 1);
    totals_sort(&totals);
    char *text = sample_write(&report_matrix, quiet, NULL, &totals);
    assert_string_equal(text, "  192.0.2.20 -> 192.0.2.1:443: 1 failed\n"
                              "         1  error    client-cert-absent\n");
    free(text);
    totals_free(&totals);
}

static void a_matrix_of_nothing_says_why(void **state)
{
    (void)state;
    struct totals totals = {.inputs = 1};
    assert_text(&report_matrix, wide, &totals, "There are no packets in it.");
}

static void pairs_are_bounded(void **state)
{
    (void)state;
    enum { MOST = 8192 };
    struct totals totals = begin();
    struct sample *sample = sample_healthy();
    for (int i = 0; i < 2 * MOST; i++) {
        sample->connection.half[0].endpoint.address =
            (struct address){4, {10, 0, (uint8_t)(i >> 8), (uint8_t)i}};
        totals_add(&totals, &sample->handshake);
    }
    totals_sort(&totals);
    assert_int_equal(totals.talks.count, MOST);
    assert_int_equal(totals.talks.left_out, MOST);
    assert_text(&report_text, wide, &totals, "- 8192 connections are of clients and servers that");
    assert_text(&report_matrix, wide, &totals, "8192 more connections, of further pairs, are not shown\n");
    totals_free(&totals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_client_that_is_never_served_again),
        cmocka_unit_test(it_works_now_and_then),
        cmocka_unit_test(the_same_again_and_again),
        cmocka_unit_test(many_servers_are_not_all_named),
        cmocka_unit_test(severities_are_counted_apart),
        cmocka_unit_test(the_day_is_told_where_it_matters),
        cmocka_unit_test(a_matrix_has_clients_and_servers),
        cmocka_unit_test(a_quiet_matrix_leaves_out_what_is_well),
        cmocka_unit_test(a_matrix_of_nothing_says_why),
        cmocka_unit_test(pairs_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
