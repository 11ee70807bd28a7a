/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preamble/preamble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct preamble *preamble;
static uint64_t packet;

static int begin(void **state)
{
    (void)state;
    preamble = preamble_new(0);
    packet = 0;
    return 0;
}

static int finish(void **state)
{
    (void)state;
    preamble_free(preamble);
    return 0;
}

static const struct preamble_facts *facts(void)
{
    return preamble_facts(preamble);
}

/* Says these bytes in chunks of at most `chunk`; returns how many were read before TLS may begin, or all. */
static size_t say_in_chunks(enum speaker from, const void *bytes, size_t length, size_t chunk)
{
    const uint8_t *at = bytes;
    size_t done = 0;
    packet++;
    while (done < length) {
        size_t more = length - done < chunk ? length - done : chunk;
        struct preamble_step step =
            preamble_bytes(preamble, from, at + done, more, (struct moment){.packet = packet});
        assert_in_range(step.taken, 1, more);
        done += step.taken;
        if (step.tls_may_begin)
            return done;
    }
    return done;
}

static size_t say(enum speaker from, const char *text)
{
    return say_in_chunks(from, text, strlen(text), SIZE_MAX);
}

/* Byte by byte: what is split over segments is read all the same. */
static size_t drip(enum speaker from, const char *text)
{
    return say_in_chunks(from, text, strlen(text), 1);
}

#define SAY(from, bytes)  say_in_chunks(from, bytes, sizeof bytes - 1, SIZE_MAX)
#define DRIP(from, bytes) say_in_chunks(from, bytes, sizeof bytes - 1, 1)

static void assert_text(const struct preamble_text *text, const char *expected)
{
    assert_int_equal(text->length, strlen(expected));
    assert_memory_equal(text->bytes, expected, text->length);
}

/* ---- STARTTLS -------------------------------------------------------------------------------------------
 */

static void smtp_agrees(void **state)
{
    (void)state;
    drip(SPEAKER_SERVER, "220-mail.test ESMTP\r\n220 welcome\r\n");
    drip(SPEAKER_CLIENT, "EHLO client.test\r\n");
    drip(SPEAKER_SERVER, "250-mail.test\r\n250-STARTTLS\r\n250 HELP\r\n");
    assert_true(facts()->offered);
    assert_false(facts()->asked);
    assert_null(facts()->protocol);
    say(SPEAKER_CLIENT, "starttls\r\n");
    assert_true(facts()->asked);
    assert_false(facts()->accepted);
    assert_int_equal(say(SPEAKER_SERVER, "220 ready\r\n"), 11);
    assert_true(facts()->accepted);
    assert_string_equal(facts()->protocol, "smtp");
    assert_int_equal(facts()->reply_code, 220);
    assert_text(&facts()->reply, "220 ready");
    assert_int_equal(facts()->extra_bytes[SPEAKER_CLIENT] + facts()->extra_bytes[SPEAKER_SERVER], 0);
}

static void smtp_refuses(void **state)
{
    (void)state;
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    say(SPEAKER_CLIENT, "EHLO c\r\n");
    say(SPEAKER_SERVER, "250-mail.test\r\n250 STARTTLS\r\n");
    say(SPEAKER_CLIENT, "STARTTLS\r\n");
    say(SPEAKER_SERVER, "454 4.7.0 no\r\n");
    assert_true(facts()->refused);
    assert_int_equal(facts()->reply_code, 454);
    assert_true(preamble_failed(facts(), false));
    /* The session goes on in plain text: no failure of TLS. */
    say(SPEAKER_CLIENT, "MAIL FROM:<a@b>\r\n");
    assert_true(facts()->continued);
    assert_false(preamble_failed(facts(), true));
}

static void smtp_answers_a_pipelined_request_in_its_turn(void **state)
{
    (void)state;
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    say(SPEAKER_CLIENT, "EHLO c\r\n");
    say(SPEAKER_CLIENT, "NOOP\r\n");
    say(SPEAKER_CLIENT, "STARTTLS\r\n");
    say(SPEAKER_SERVER, "250 mail.test\r\n");
    assert_true(facts()->not_offered);
    say(SPEAKER_SERVER, "250 noop\r\n");
    assert_false(facts()->accepted || facts()->refused);
    say(SPEAKER_SERVER, "220 ready\r\n");
    assert_true(facts()->accepted);
}

static void smtp_capability_is_crossed_out(void **state)
{
    (void)state;
    say(SPEAKER_SERVER, "220 ****************\r\n");
    say(SPEAKER_CLIENT, "EHLO c\r\n");
    const char *reply = "250-mail.test\r\n250-XXXXXXXA\r\n250 HELP\r\n";
    for (size_t done = 0; done < strlen(reply);)
        done += say(SPEAKER_SERVER, reply + done);
    assert_true(facts()->masked);
    assert_true(facts()->not_offered);
    assert_true(preamble_failed(facts(), true));
}

static void a_session_that_never_asks_is_no_failure(void **state)
{
    (void)state;
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    say(SPEAKER_CLIENT, "EHLO c\r\n");
    drip(SPEAKER_SERVER, "250-mail.test\r\n250 STARTTLS\r\n");
    say(SPEAKER_CLIENT, "MAIL FROM:<a@b>\r\n");
    say(SPEAKER_CLIENT, "DATA\r\nSTARTTLS\r\n.\r\nQUIT\r\n");
    assert_false(facts()->asked);
    assert_false(preamble_failed(facts(), true));
    assert_null(facts()->protocol);
}

static void a_client_that_needs_tls_leaves(void **state)
{
    (void)state;
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    say(SPEAKER_CLIENT, "EHLO c\r\n");
    drip(SPEAKER_SERVER, "250-mail.test\r\n250 HELP\r\n");
    say(SPEAKER_CLIENT, "QUIT\r\n");
    assert_true(facts()->client_left);
    assert_true(preamble_failed(facts(), true));
}

static void commands_behind_the_request_are_extra(void **state)
{
    (void)state;
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    size_t read = say(SPEAKER_CLIENT, "STARTTLS\r\nRSET\r\n");
    assert_int_equal(read, 10);
    assert_int_equal(say(SPEAKER_CLIENT, "RSET\r\n"), 6);
    say(SPEAKER_SERVER, "220 go\r\n");
    assert_int_equal(facts()->extra_bytes[SPEAKER_CLIENT], 6);
    say(SPEAKER_SERVER, "250 too much\r\n");
    assert_int_equal(facts()->extra_bytes[SPEAKER_SERVER], 14);
    assert_int_equal(facts()->extra_seen.packet, 3);
}

/* Server greeting, request, answer, name, and whether that is a yes. */
static const struct exchange {
    const char *greeting, *request, *answer, *name;
    bool accepted;
} exchanges[] = {
    {"* OK ready\r\n", "a1 STARTTLS\r\n", "a1 OK go\r\n", "imap", true},
    {"* OK ready\r\n", "a1 starttls\r\n", "a1 BAD no\r\n", "imap", false},
    {"+OK ready\r\n", "STLS\r\n", "+OK go\r\n", "pop3", true},
    {"+OK ready\r\n", "STLS\r\n", "-ERR no\r\n", "pop3", false},
    {"220 ready\r\n", "AUTH TLS\r\n", "234 go\r\n", "ftp", true},
    {"220 ready\r\n", "AUTH SSL\r\n", "504 no\r\n", "ftp", false},
    {"220 ready\r\n", "STARTTLS\r\n", "220 go\r\n", "smtp", true},
    {"220 LMTP ready\r\n", "STARTTLS\r\n", "220 go\r\n", "lmtp", true},
    {"200 news\r\n", "STARTTLS\r\n", "382 go\r\n", "nntp", true},
    {"200 news\r\n", "STARTTLS\r\n", "580 no\r\n", "nntp", false},
    {"\"IMPLEMENTATION\" \"x\"\r\nOK\r\n", "STARTTLS\r\n", "OK\r\n", "sieve", true},
    {"\"IMPLEMENTATION\" \"x\"\r\nOK\r\n", "STARTTLS\r\n", "NO\r\n", "sieve", false},
    {"", "STARTTLS\r\n", ":irc 670 * :go\r\n", "irc", true},
    {"", "STARTTLS\r\n", ":irc 691 * :no\r\n", "irc", false},
    {"", "<?xml version='1.0'?><starttls xmlns='x'/>", "<proceed xmlns='x'/>", "xmpp", true},
    {"", "<stream:stream to='x'><starttls/>", "<failure/>", "xmpp", false},
    {"", "AMQP\2\1\1", "AMQP\2\1\1", "amqp", true},
};

static void check_exchange(const struct exchange *exchange, size_t (*speak)(enum speaker, const char *))
{
    begin(NULL);
    speak(SPEAKER_SERVER, exchange->greeting);
    if (strcmp(exchange->name, "amqp") == 0) {
        SAY(SPEAKER_CLIENT, "AMQP\2\1\0\0");
        SAY(SPEAKER_SERVER, "AMQP\2\1\0\0");
    } else {
        for (size_t done = 0; done < strlen(exchange->request);)
            done += speak(SPEAKER_CLIENT, exchange->request + done);
        for (size_t done = 0; done < strlen(exchange->answer);)
            done += speak(SPEAKER_SERVER, exchange->answer + done);
    }
    assert_string_equal(facts()->protocol, exchange->name);
    assert_true(facts()->asked);
    assert_int_equal(facts()->accepted, exchange->accepted);
    assert_int_equal(facts()->refused, !exchange->accepted);
    assert_int_equal(facts()->extra_bytes[0] + facts()->extra_bytes[1], 0);
    finish(NULL);
}

static void each_protocol_agrees_and_refuses(void **state)
{
    (void)state;
    finish(NULL);
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
        check_exchange(&exchanges[i], say);
        check_exchange(&exchanges[i], drip);
    }
    begin(NULL);
}

/* ---- Binary protocols -----------------------------------------------------------------------------------
 */

static void ldap_agrees(void **state)
{
    (void)state;
    DRIP(SPEAKER_CLIENT, "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
                         "1.3.6.1.4.1.1466.20037");
    assert_true(facts()->asked);
    SAY(SPEAKER_SERVER, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00");
    assert_true(facts()->accepted);
    assert_int_equal(facts()->reply_code, 0);
}

static void ldap_refuses(void **state)
{
    (void)state;
    SAY(SPEAKER_CLIENT, "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
                        "1.3.6.1.4.1.1466.20037");
    DRIP(SPEAKER_SERVER, "\x30\x0e\x02\x01\x01\x78\x09\x0a\x01\x34\x04\x00\x04\x02no");
    assert_true(facts()->refused);
    assert_int_equal(facts()->reply_code, 52);
    assert_text(&facts()->reply, "no");
}

static void postgresql_answers(void **state)
{
    (void)state;
    DRIP(SPEAKER_CLIENT, "\0\0\0\x08\x04\xd2\x16\x30");
    SAY(SPEAKER_SERVER, "N");
    assert_false(facts()->asked);
    SAY(SPEAKER_CLIENT, "\0\0\0\x08\x04\xd2\x16\x2f");
    assert_true(facts()->asked);
    SAY(SPEAKER_SERVER, "N");
    assert_true(preamble_failed(facts(), true));
    SAY(SPEAKER_CLIENT, "\0\0\0\x10\0\3\0\0user\0a\0\0");
    assert_false(preamble_failed(facts(), true));
}

static const char mysql_greeting[] = "\x4a\0\0\0\x0a"
                                     "8.0.36\0\7\0\0\0abcdefgh\0\xff\xff\x21\2\0\xff\xc1\x15"
                                     "\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0mysql_native_password\0";

static void mysql_switches_without_an_answer(void **state)
{
    (void)state;
    SAY(SPEAKER_SERVER, mysql_greeting);
    assert_true(facts()->offered);
    static const char request[36] = "\x20\0\0\1\x05\xae";
    say_in_chunks(SPEAKER_CLIENT, request, sizeof request, 5);
    assert_true(facts()->asked && facts()->accepted);
    assert_string_equal(facts()->protocol, "mysql");
}

static void rdp_fails(void **state)
{
    (void)state;
    DRIP(SPEAKER_CLIENT, "\3\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0");
    assert_true(facts()->asked);
    SAY(SPEAKER_SERVER, "\3\0\0\x13\x0e\xd0\0\0\x12\x34\0\3\0\x08\0\5\0\0\0");
    assert_true(facts()->refused);
    assert_int_equal(facts()->reply_code, 5);
    assert_string_equal(facts()->protocol, "rdp");
}

static const char tds_prelogin[] = "\x12\1\0\x1a\0\0\1\0\0\0\x0b\0\6\1\0\x11\0\1\xff\x0f\0\x07\xd0\0\0\1";
static const char tds_answer[] = "\4\1\0\x1a\0\0\1\0\0\0\x0b\0\6\1\0\x11\0\1\xff\x0f\0\x07\xd0\0\0\1";

/* Collects the bytes of TLS. */
static size_t unwrap(enum speaker from, const char *bytes, size_t length, size_t chunk, char *inner)
{
    size_t have = 0;
    for (size_t done = 0; done < length;) {
        size_t more = length - done < chunk ? length - done : chunk;
        struct preamble_step step =
            preamble_bytes(preamble, from, (const uint8_t *)bytes + done, more, (struct moment){.packet = 9});
        assert_in_range(step.taken, 1, more);
        memcpy(inner + have, step.inner ? step.inner : (const uint8_t *)"", step.inner_length);
        have += step.inner_length;
        done += step.taken;
    }
    return have;
}

static void tds_is_unwrapped(void **state)
{
    (void)state;
    static const char wrapped[] = "\x12\0\0\x0c\0\0\1\0\x16\3\3\0\x12\1\0\x0b\0\0\1\0\2ab"
                                  "\x17\3\3\0\2cd\x17\3\3\0\1e";
    static const char plain[] = "\x16\3\3\0\2ab\x17\3\3\0\2cd\x17\3\3\0\1e";
    SAY(SPEAKER_CLIENT, tds_prelogin);
    DRIP(SPEAKER_SERVER, tds_answer);
    assert_true(facts()->accepted);
    for (int i = 0; i < 2; i++) {
        char inner[64];
        enum speaker from = i ? SPEAKER_SERVER : SPEAKER_CLIENT;
        assert_true(preamble_wraps(preamble, from));
        assert_int_equal(unwrap(from, wrapped, sizeof wrapped - 1, i ? 3 : SIZE_MAX, inner),
                         sizeof plain - 1);
        assert_memory_equal(inner, plain, sizeof plain - 1);
    }
}

/* ---- Proxies --------------------------------------------------------------------------------------------
 */

static void proxy_header_v1(void **state)
{
    (void)state;
    static const char header[] = "PROXY TCP4 192.0.2.77 192.0.2.1 56324 443\r\n\x16\3\1";
    static const uint8_t client[] = {192, 0, 2, 77};
    assert_int_equal(SAY(SPEAKER_CLIENT, header), sizeof header - 4);
    assert_int_equal(facts()->proxy_header_version, 1);
    assert_int_equal(facts()->proxied_client.address.family, 4);
    assert_memory_equal(facts()->proxied_client.address.bytes, client, 4);
    assert_int_equal(facts()->proxied_client.port, 56324);
    assert_string_equal(facts()->protocol, "proxy-protocol");
}

static void proxy_header_v2(void **state)
{
    (void)state;
    static const char header[] =
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f\xc0\0\2\x4d\xc0\0\2\1\xdc\4\1\xbb\4\0\0\x16";
    assert_int_equal(DRIP(SPEAKER_CLIENT, header), sizeof header - 2);
    assert_int_equal(facts()->proxy_header_version, 2);
    assert_int_equal(facts()->proxied_client.port, 56324);
}

static void starttls_behind_a_proxy_header(void **state)
{
    (void)state;
    say(SPEAKER_CLIENT, "PROXY TCP6 2001:db8::7 2001:db8::1 1024 25\r\n");
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    say(SPEAKER_CLIENT, "STARTTLS\r\n");
    say(SPEAKER_SERVER, "220 go\r\n");
    assert_string_equal(facts()->protocol, "smtp");
    assert_true(facts()->accepted);
    assert_int_equal(facts()->proxied_client.address.family, 6);
}

static void connect_opens_a_tunnel_at_the_second_try(void **state)
{
    (void)state;
    drip(SPEAKER_CLIENT, "CONNECT server.test:443 HTTP/1.1\r\n");
    drip(SPEAKER_CLIENT, "Host: server.test\r\n");
    drip(SPEAKER_CLIENT, "\r\n");
    drip(SPEAKER_SERVER, "HTTP/1.1 407 Who are you\r\nContent-Length: 6\r\n\r\ndenied");
    assert_int_equal(facts()->tunnel_status, 407);
    assert_true(preamble_failed(facts(), false));
    drip(SPEAKER_CLIENT, "CONNECT server.test:443 HTTP/1.1\r\n\r\n");
    assert_false(facts()->tunnel_answered);
    struct preamble_step step = {0};
    static const char reply[] = "HTTP/1.1 200 OK\r\n\r\n";
    for (size_t done = 0; done < sizeof reply - 1; done += step.taken)
        step = preamble_bytes(preamble, SPEAKER_SERVER, (const uint8_t *)reply + done,
                              sizeof reply - 1 - done, (struct moment){.packet = 9});
    assert_true(step.begins_anew);
    assert_true(facts()->tunnel_opened);
    assert_text(&facts()->target, "server.test:443");
    assert_false(preamble_failed(facts(), true));
}

static void socks5_opens_a_tunnel(void **state)
{
    (void)state;
    DRIP(SPEAKER_CLIENT, "\5\1\0");
    DRIP(SPEAKER_SERVER, "\5\0");
    DRIP(SPEAKER_CLIENT, "\5\1\0\3\x0bserver.test\1\xbb");
    assert_text(&facts()->target, "server.test:443");
    DRIP(SPEAKER_SERVER, "\5\0\0\1\0\0\0\0\0\0");
    assert_true(facts()->tunnel_opened);
    assert_string_equal(facts()->protocol, "socks");
}

/* The request comes along with the methods, before the server has chosen one. */
static void socks5_client_may_be_hasty(void **state)
{
    (void)state;
    SAY(SPEAKER_CLIENT, "\5\1\0\5\1\0\3\x0bserver.test\1\xbb");
    assert_text(&facts()->target, "server.test:443");
    SAY(SPEAKER_SERVER, "\5\0\5\0\0\1\0\0\0\0\0\0");
    assert_true(facts()->tunnel_opened);
}

static void socks4_refuses(void **state)
{
    (void)state;
    DRIP(SPEAKER_CLIENT, "\4\1\1\xbb\0\0\0\1me\0server.test\0");
    assert_text(&facts()->target, "server.test:443");
    DRIP(SPEAKER_SERVER, "\0\x5b\0\0\0\0\0\0");
    assert_true(facts()->tunnel_answered);
    assert_false(facts()->tunnel_opened);
    assert_int_equal(facts()->tunnel_status, 91);
}

/* ---- Others ---------------------------------------------------------------------------------------------
 */

static void upgrade_is_agreed_to(void **state)
{
    (void)state;
    drip(SPEAKER_CLIENT, "OPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.0\r\n\r\n");
    drip(SPEAKER_SERVER, "HTTP/1.1 101 Switching\r\nUpgrade: TLS/1.0\r\n\r\n");
    assert_true(facts()->accepted);
    assert_string_equal(facts()->protocol, "http-upgrade");
}

static void neighbours_are_only_named(void **state)
{
    (void)state;
    SAY(SPEAKER_CLIENT, "\x10\x0e\0\4MQTT\4\2\0\x3c\0\2id");
    assert_string_equal(facts()->spoken, "mqtt");
    assert_null(facts()->protocol);
    assert_false(preamble_failed(facts(), true));
}

static void long_lines_and_gaps_do_no_harm(void **state)
{
    (void)state;
    static char line[5000];
    memset(line, 'x', sizeof line);
    say(SPEAKER_SERVER, "220 mail.test ESMTP\r\n");
    say_in_chunks(SPEAKER_CLIENT, line, sizeof line, 100);
    say(SPEAKER_CLIENT, "\r\n");
    say(SPEAKER_SERVER, "500 what\r\n");
    preamble_gap(preamble, SPEAKER_CLIENT);
    say(SPEAKER_CLIENT, "half a line STARTTLS\r\n");
    assert_false(facts()->asked);
    say(SPEAKER_CLIENT, "STARTTLS\r\n");
    assert_true(facts()->asked);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(smtp_agrees),
        TEST(smtp_refuses),
        TEST(smtp_answers_a_pipelined_request_in_its_turn),
        TEST(smtp_capability_is_crossed_out),
        TEST(a_session_that_never_asks_is_no_failure),
        TEST(a_client_that_needs_tls_leaves),
        TEST(commands_behind_the_request_are_extra),
        TEST(each_protocol_agrees_and_refuses),
        TEST(ldap_agrees),
        TEST(ldap_refuses),
        TEST(postgresql_answers),
        TEST(mysql_switches_without_an_answer),
        TEST(rdp_fails),
        TEST(tds_is_unwrapped),
        TEST(proxy_header_v1),
        TEST(proxy_header_v2),
        TEST(starttls_behind_a_proxy_header),
        TEST(connect_opens_a_tunnel_at_the_second_try),
        TEST(socks5_opens_a_tunnel),
        TEST(socks5_client_may_be_hasty),
        TEST(socks4_refuses),
        TEST(upgrade_is_agreed_to),
        TEST(neighbours_are_only_named),
        TEST(long_lines_and_gaps_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
