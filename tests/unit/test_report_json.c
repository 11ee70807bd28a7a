/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/report.h"
#include "report_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- A strict reader of JSON (RFC 8259): tells whether a text is one value, and nothing else -------------
 */

static const char *skip_value(const char *at);

static const char *skip_string(const char *at)
{
    if (!at || *at++ != '"')
        return NULL;
    for (; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20)
            return NULL;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 'u' ? strspn(at + 1, "0123456789abcdefABCDEF") < 4 : !strchr("\"\\/bfnrt", *at) || !*at)
            return NULL;
    }
    return at + 1;
}

static const char *skip_number(const char *at)
{
    at += *at == '-';
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || (digits > 1 && *at == '0'))
        return NULL;
    at += digits;
    if (*at != '.')
        return at;
    digits = strspn(at + 1, "0123456789");
    return digits > 0 ? at + 1 + digits : NULL;
}

static const char *skip_members(const char *at, char end, bool named)
{
    if (*at == end)
        return at + 1;
    for (;;) {
        if (named) {
            at = skip_string(at);
            if (!at || *at++ != ':')
                return NULL;
        }
        at = skip_value(at);
        if (!at || *at == end)
            return at ? at + 1 : NULL;
        if (*at++ != ',')
            return NULL;
    }
}

static const char *skip_value(const char *at)
{
    if (*at == '{')
        return skip_members(at + 1, '}', true);
    if (*at == '[')
        return skip_members(at + 1, ']', false);
    if (*at == '"')
        return skip_string(at);
    if (strncmp(at, "true", 4) == 0)
        return at + 4;
    if (strncmp(at, "false", 5) == 0)
        return at + 5;
    return skip_number(at);
}

static bool is_one_line_of_json(const char *text)
{
    const char *end = *text == '{' ? skip_value(text) : NULL;
    return end && strcmp(end, "\n") == 0;
}

static char *json_of(const struct sample *sample)
{
    char *text = sample_write(&report_json, (struct report_options){0}, &sample->handshake, NULL);
    assert_true(is_one_line_of_json(text));
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("%s in %s", part, text);
}

/* The reader itself must refuse what is no JSON, or it proves nothing. */
static void test_reader(void **state)
{
    (void)state;
    assert_true(is_one_line_of_json("{\"a\":[1,-2.5,true,\"\\u00e4\\n\"],\"b\":{}}\n"));
    static const char *const wrong[] = {"{\"a\":1,}\n",       "{\"a\":[,1]}\n",    "{\"a\":01}\n",  "{a:1}\n",
                                        "{\"a\":\"\x01\"}\n", "{\"a\":\"\\x\"}\n", "{\"a\":1}{}\n", "[1]\n",
                                        "{\"a\":null}\n",     "{\"a\":}\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(is_one_line_of_json(wrong[i]));
}

static void test_nesting(void **state)
{
    (void)state;
    char *text = json_of(sample_healthy());
    assert_has(text, "{\"@timestamp\":\"2026-01-31T10:32:07.123456Z\",");
    assert_has(text, "\"source\":{\"ip\":\"192.0.2.20\",\"port\":51514}");
    assert_has(text, "\"destination\":{\"ip\":\"2001:db8::1\",\"port\":443}");
    assert_has(text, "\"server_name\":\"server.test\"");
    assert_has(text, "\"event\":{\"kind\":\"event\",\"category\":[\"network\"],");
    assert_has(text, "\"duration\":12345000");
    assert_has(text, "\"established\":true");
    assert_has(text, "\"connection\":7");
    free(text);
}

/* No key may stand twice in an object: each object of the event is opened once. */
static void test_objects_are_opened_once(void **state)
{
    (void)state;
    char *text = json_of(sample_failed());
    static const char *const keys[] = {"\"tls\":{", "\"tlswhy\":{", "\"event\":{", "\"close\":{"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *first = strstr(text, keys[i]);
        assert_non_null(first);
        assert_null(strstr(first + 1, keys[i]));
    }
    free(text);
}

static void test_unknown_is_left_out(void **state)
{
    (void)state;
    struct sample *sample = sample_healthy();
    sample->client_hello.server_name = (struct octets){0};
    sample->handshake.version = 0;
    sample->handshake.server_hello = NULL;
    char *text = json_of(sample);
    assert_lacks(text, "server_name");
    assert_lacks(text, "null");
    assert_lacks(text, "\"\"");
    assert_lacks(text, "{}");
    assert_lacks(text, "\"verdict\"");
    free(text);
}

/* An empty name is no name; a hostile one stays inside its string. */
static void test_text(void **state)
{
    (void)state;
    struct sample *sample = sample_healthy();
    sample->client_hello.server_name = (struct octets){"", 0};
    char *text = json_of(sample);
    assert_lacks(text, "server_name");
    free(text);
    sample->client_hello.server_name = (struct octets){"a\"b\\c\n\xff\x1b[31m\xe2\x80\xae", 15};
    text = json_of(sample);
    assert_has(text, "\"server_name\":\"a\\\"b\\\\c\\n\\\\xFF\\u001b[31m\\u202e\"");
    free(text);
}

static void test_rows(void **state)
{
    (void)state;
    char *text = json_of(sample_failed());
    assert_has(text,
               "\"messages\":[{\"packet\":4,\"time\":0.000300,\"from\":\"client\",\"type\":\"client_hello\","
               "\"length\":512},{");
    assert_has(text, "\"alerts\":[{\"packet\":8,\"from\":\"server\",\"level\":\"fatal\","
                     "\"description\":\"handshake_failure\",\"code\":40}]");
    free(text);
}

/* A cell that is not known leaves its row, and takes no neighbour with it. */
static void test_cells(void **state)
{
    (void)state;
    struct sample *sample = sample_failed();
    sample->alerts[0].encrypted = true;
    char *text = json_of(sample);
    assert_has(text, "\"alerts\":[{\"packet\":8,\"from\":\"server\",\"encrypted\":true}]");
    free(text);
    text = json_of(sample_healthy());
    assert_has(text, "\"alerts\":[]");
    assert_has(text, "\"findings\":[]");
    free(text);
}

static void test_findings(void **state)
{
    (void)state;
    char *text = json_of(sample_failed());
    assert_has(text, "\"verdict\":\"client-cert-absent\"");
    assert_has(
        text,
        "\"findings\":[{\"id\":\"client-cert-absent\",\"severity\":\"error\",\"confidence\":\"certain\","
        "\"blame\":\"client\",\"title\":\"192.0.2.20 sent no certificate\","
        "\"explanation\":\"The server asked for one.\","
        "\"evidence\":[{\"packet\":7,\"what\":\"an empty Certificate\"},"
        "{\"packet\":8,\"what\":\"the \\\"alert\\\"\"}],"
        "\"causes\":[\"the client has no certificate\",\"its key cannot be read\"],"
        "\"fixes\":[\"give it one\"],\"references\":[\"RFC 5246 7.4.6\"]},{");
    assert_has(text, "\"because_of\":\"client-cert-absent\",\"evidence\":[],\"causes\":[],\"fixes\":[],");
    free(text);
}

/* Events share one buffer: the second must hold nothing of the first. */
static void test_events_follow_each_other(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length;
    struct report_options options = {.out = open_memstream(&text, &length)};
    struct report *report = report_json.open(&options);
    report_json.event(report, &sample_failed()->handshake);
    report_json.event(report, &sample_healthy()->handshake);
    report_json.close(report);
    fclose(options.out);
    char *second = strchr(text, '\n') + 1;
    char *alone = json_of(sample_healthy());
    assert_string_equal(second, alone);
    *second = '\0';
    assert_true(is_one_line_of_json(text));
    free(alone);
    free(text);
}

static void test_fields(void **state)
{
    (void)state;
    static const char *const names[] = {"connection", "tls.client.server_name", "tls.curve", "messages.type"};
    struct report_options options = {.fields = names, .field_count = 4};
    struct sample *sample = sample_failed();
    sample->client_hello.server_name = (struct octets){"a\tb\nc", 5};
    char *text = sample_write(&report_fields, options, &sample->handshake, NULL);
    assert_string_equal(text, "7\ta\\x09b\\x0Ac\t\tclient_hello,server_hello,certificate,alert\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_objects_are_opened_once),
        cmocka_unit_test(test_unknown_is_left_out),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_events_follow_each_other),
        cmocka_unit_test(test_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
