/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS = 16, LONGEST = 64 };

static struct options options;
static struct buffer error;

/* Parses "tlswhy" and the words up to NULL; what options_parse() may do to them lasts until the next call. */
static bool parse_words(const char *const *words)
{
    static char texts[WORDS][LONGEST];
    static char *argv[WORDS + 1];
    int argc = 0;
    options_free(&options);
    buffer_free(&error);
    error = (struct buffer){0};
    snprintf(texts[0], LONGEST, "tlswhy");
    argv[argc++] = texts[0];
    for (; *words && argc < WORDS; words++, argc++) {
        snprintf(texts[argc], LONGEST, "%s", *words);
        argv[argc] = texts[argc];
    }
    argv[argc] = NULL;
    return options_parse(argc, argv, &options, &error);
}

static int clean(void **state)
{
    (void)state;
    options_free(&options);
    buffer_free(&error);
    return 0;
}

#define PARSE(...) parse_words((const char *const[]){__VA_ARGS__, NULL})

static void assert_refused(bool fine, const char *part)
{
    assert_false(fine);
    if (!error.bytes || !strstr(error.bytes, part))
        fail_msg("no \"%s\" in \"%s\"", part, error.bytes ? error.bytes : "");
}

static void test_files(void **state)
{
    (void)state;
    assert_true(PARSE("a.pcap"));
    assert_int_equal(options.task, TASK_RUN);
    assert_int_equal(options.inputs.count, 1);
    assert_string_equal(options.inputs.items[0], "a.pcap");
    assert_string_equal(options.format->name, "text");
    assert_int_equal(options.capture_filter.length, 0);
    assert_true(options.live.promiscuous);

    assert_true(PARSE("-r", "-", "b.pcap", "-q", "-rc.pcap"));
    assert_int_equal(options.inputs.count, 3);
    assert_string_equal(options.inputs.items[0], "-");
    assert_true(options.quiet);
}

static void test_capture_filter(void **state)
{
    (void)state;
    assert_true(PARSE("a.pcap", "-v", "--", "tcp", "port", "443"));
    assert_int_equal(options.inputs.count, 1);
    assert_string_equal(options.capture_filter.bytes, "tcp port 443");
    assert_true(PARSE("-i", "lo", "tcp", "port", "443"));
    assert_string_equal(options.interface, "lo");
    assert_int_equal(options.inputs.count, 0);
    assert_string_equal(options.capture_filter.bytes, "tcp port 443");
    assert_true(PARSE("-i", "lo", "tcp", "--", "port", "443", "-v"));
    assert_string_equal(options.capture_filter.bytes, "tcp port 443 -v");
    assert_false(options.verbose);
}

static void test_filter_file(void **state)
{
    (void)state;
    char path[] = "/tmp/tlswhy-filter-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "tcp port 443\n", 13), 13);
    close(descriptor);
    bool read = PARSE("a.pcap", "-F", path);
    bool twice = PARSE("a.pcap", "-F", path, "--", "udp");
    unlink(path);
    assert_true(read);
    assert_refused(twice, "given twice");
    assert_refused(PARSE("a.pcap", "-F", path), "No such file");
}

static void test_live(void **state)
{
    (void)state;
    assert_true(PARSE("-i", "eth0", "-p", "-s", "0", "-B", "4096", "-c", "100"));
    assert_false(options.live.promiscuous);
    assert_int_equal(options.live.snapshot_length, 0);
    assert_int_equal(options.live.buffer_kib, 4096);
    assert_int_equal(options.packet_limit, 100);
    assert_refused(PARSE("-i", "lo", "-i", "eth0"), "once");
    assert_refused(PARSE("-i", "lo", "-r", "x"), "exclude each other");
}

static void test_numbers(void **state)
{
    (void)state;
    assert_refused(PARSE("a", "-c", "0"), "-c needs a number from 1");
    assert_refused(PARSE("a", "-c", "12x"), "not \"12x\"");
    assert_refused(PARSE("a", "-c", "-1"), "not \"-1\"");
    assert_refused(PARSE("a", "-c", ""), "not \"\"");
    assert_refused(PARSE("a", "-c", "99999999999999999999"), "needs a number");
    assert_refused(PARSE("a", "--tls-port", "65536"), "from 1 to 65535");
    assert_true(PARSE("a", "--tls-port", "8443", "--tls-port=1"));
    assert_int_equal(options.tls_port_count, 2);
    assert_int_equal(options.tls_ports[0], 8443);
    assert_int_equal(options.tls_ports[1], 1);
}

static void test_formats(void **state)
{
    (void)state;
    assert_true(PARSE("a", "-T", "json"));
    assert_string_equal(options.format->name, "json");
    assert_true(PARSE("a", "-e", "connection", "-e", "tlswhy.stream"));
    assert_string_equal(options.format->name, "fields");
    assert_int_equal(options.fields.count, 2);
    assert_true(PARSE("-T", "fields", "a", "-e", "connection"));
    assert_refused(PARSE("a", "-T", "jsn"), "did you mean json?");
    assert_refused(PARSE("a", "-T", "fields"), "at least one -e");
    assert_refused(PARSE("a", "-T", "json", "-e", "connection"), "not for -T json");
    assert_refused(PARSE("a", "-e", "tls.client.servername"), "did you mean tls.client.server_name?");
}

static void test_output(void **state)
{
    (void)state;
    assert_true(PARSE("a", "-o", "out", "-Y", "established", "--fail-on", "warning"));
    assert_string_equal(options.output, "out");
    assert_string_equal(options.event_filter, "established");
    assert_int_equal(options.fail_on, SEVERITY_WARNING);
    assert_refused(PARSE("a", "--fail-on", "fatal"), "note, warning or error");
    assert_refused(PARSE("a", "-q", "-v"), "exclude each other");
    assert_refused(PARSE("a", "-Y", "x", "-Y", "y"), "once");
}

static void test_tasks(void **state)
{
    (void)state;
    assert_true(PARSE("--help"));
    assert_int_equal(options.task, TASK_HELP);
    assert_true(PARSE("-V"));
    assert_int_equal(options.task, TASK_VERSION);
    assert_true(PARSE("-D"));
    assert_int_equal(options.task, TASK_LIST_INTERFACES);
    assert_true(PARSE("--fields"));
    assert_int_equal(options.task, TASK_FIELDS);
    assert_true(PARSE("--list-rules", "--rules", "x.rules", "--rules", "y"));
    assert_int_equal(options.task, TASK_LIST_RULES);
    assert_int_equal(options.rules.count, 2);
    assert_true(PARSE("--explain", "client-cert-absent"));
    assert_int_equal(options.task, TASK_EXPLAIN);
    assert_string_equal(options.explain, "client-cert-absent");
}

static void test_mistakes(void **state)
{
    (void)state;
    assert_refused(parse_words((const char *const[]){NULL}), "no input");
    assert_refused(PARSE("-q"), "no input");
    assert_refused(PARSE("a", "--qiet"), "did you mean --quiet?");
    assert_refused(PARSE("a", "--quiet=3"), "--quiet takes no argument");
    assert_refused(PARSE("a", "-Z"), "no option -Z");
    assert_refused(PARSE("a", "-r"), "-r needs an argument (FILE)");
    assert_refused(PARSE("a", "--explain"), "--explain needs an argument (WHAT)");
    assert_refused(PARSE("a", "-n"), "names are never looked up");
}

/* Every option of the table stands in the help, with its argument. */
static void test_help(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    options_print_help(out);
    fclose(out);
    static const char *const parts[] = {"-r, --read FILE", "-Y, --filter EXPRESSION", "--fail-on SEVERITY",
                                        "-h, --help",      "--tls-port PORT",         "Exit status"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_non_null(strstr(text, parts[i]));
    for (size_t i = 0; i < 16 && report_format_at(i); i++)
        assert_non_null(strstr(text, report_format_at(i)->name));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),       cmocka_unit_test(test_capture_filter),
        cmocka_unit_test(test_filter_file), cmocka_unit_test(test_live),
        cmocka_unit_test(test_numbers),     cmocka_unit_test(test_formats),
        cmocka_unit_test(test_output),      cmocka_unit_test(test_tasks),
        cmocka_unit_test(test_mistakes),    cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
