/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "side/fetches.h"
#include "side/url.h"
#include <stdlib.h>
#include <string.h>

/* ---- HTTP ---------------------------------------------------------------------------------------------- */

/* What a stream came to: its heads, and its bodies one behind the other. */
struct heard {
    struct http_head head;
    uint32_t heads, ends;
    bool lost;
    struct buffer body;
};

static void hear(struct http_stream *stream, struct heard *heard, const char *bytes, size_t length)
{
    struct cursor rest = cursor_over(bytes, length);
    enum http_step step;
    while ((step = http_read(stream, &rest)) != HTTP_MORE && step != HTTP_LOST) {
        if (step == HTTP_HEAD)
            heard->head = *stream->head;
        heard->heads += step == HTTP_HEAD;
        heard->ends += step == HTTP_END;
        if (step == HTTP_BODY)
            buffer_add(&heard->body, stream->body, stream->body_length);
    }
    heard->lost = step == HTTP_LOST;
}

/* The same whatever pieces it comes in. */
static void hear_in_pieces(const char *bytes, size_t piece, struct heard *heard)
{
    struct http_stream stream = {0};
    *heard = (struct heard){0};
    for (size_t at = 0, length = strlen(bytes); at < length; at += piece)
        hear(&stream, heard, bytes + at, length - at < piece ? length - at : piece);
    http_free(&stream);
}

static void reads_a_request(void **state)
{
    (void)state;
    struct heard heard;
    for (size_t piece = 1; piece < 80; piece += 13) {
        hear_in_pieces(
            "POST /ocsp HTTP/1.1\r\nHost: ocsp.example\r\ncontent-type: Application/OCSP-Request; a=b\r\n"
            "Content-Length: 3\r\n\r\nabcGET /x HTTP/1.0\r\n\r\n",
            piece, &heard);
        assert_int_equal(heard.heads, 2);
        assert_int_equal(heard.ends, 2);
        assert_string_equal(heard.body.bytes, "abc");
        assert_string_equal(heard.head.target, "/x");
        assert_true(heard.head.is_request);
        buffer_free(&heard.body);
    }
}

static void reads_headers(void **state)
{
    (void)state;
    struct heard heard;
    hear_in_pieces(
        "HTTP/1.1 404 Not Found\r\nContent-Type:text/HTML ; charset=x\r\nContent-Length: 2\r\n\r\nno", 200,
        &heard);
    assert_int_equal(heard.head.status, 404);
    assert_string_equal(heard.head.content_type, "text/html");
    assert_int_equal(heard.head.length, 2);
    assert_int_equal(heard.ends, 1);
    buffer_free(&heard.body);
}

static void reads_chunks(void **state)
{
    (void)state;
    struct heard heard;
    for (size_t piece = 1; piece < 100; piece += 9) {
        hear_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nA: b\r\n\r\n",
                       piece, &heard);
        assert_int_equal(heard.ends, 1);
        assert_string_equal(heard.body.bytes, "abcdefg");
        buffer_free(&heard.body);
    }
}

static void reads_up_to_the_close(void **state)
{
    (void)state;
    struct http_stream stream = {0};
    struct heard heard = {0};
    hear(&stream, &heard, "HTTP/1.0 200 OK\r\n\r\nabc", 22);
    assert_int_equal(heard.ends, 0);
    assert_string_equal(heard.body.bytes, "abc");
    assert_true(http_close(&stream));
    assert_false(http_close(&stream));
    buffer_free(&heard.body);
    http_free(&stream);
}

static void loses_what_is_no_http(void **state)
{
    (void)state;
    static const char *const others[] = {
        "\x16\x03\x01",
        "hello\r\n",
        "GET\r\n",
        "HTTP/1.1 x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1ffffffff\r\n"};
    struct heard heard;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        hear_in_pieces(others[i], 100, &heard);
        assert_true(heard.lost);
        buffer_free(&heard.body);
    }
}

static void bounds_lines_and_headers(void **state)
{
    (void)state;
    struct http_stream stream = {0};
    struct heard heard = {0};
    hear(&stream, &heard, "GET /", 5);
    for (int i = 0; i < 100000; i++)
        hear(&stream, &heard, "aaaaaaaaaa", 10);
    assert_true(stream.line.length <= HTTP_LINE_MOST);
    http_free(&stream);
    stream = (struct http_stream){0};
    hear(&stream, &heard, "GET / HTTP/1.1\r\n", 16);
    for (int i = 0; i < 2000 && !heard.lost; i++)
        hear(&stream, &heard, "A: b\r\n", 6);
    assert_true(heard.lost);
    http_free(&stream);
}

static void steps_over_missing_bytes_of_a_body(void **state)
{
    (void)state;
    struct http_stream stream = {0};
    struct heard heard = {0};
    hear(&stream, &heard, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab", 41);
    assert_true(http_skip(&stream, 6));
    hear(&stream, &heard, "ij", 2);
    assert_int_equal(heard.ends, 1);
    assert_false(http_skip(&stream, 1));
    buffer_free(&heard.body);
    http_free(&stream);
}

/* ---- URLs ---------------------------------------------------------------------------------------------- */

static struct octets octets(const char *text)
{
    return (struct octets){.bytes = text, .length = (uint32_t)strlen(text)};
}

static void takes_urls_apart(void **state)
{
    (void)state;
    struct url url;
    assert_true(url_read(octets("http://CRL.Example.:8080/a/b.crl?x"), &url));
    assert_int_equal(url.scheme, URL_HTTP);
    assert_int_equal(url.port, 8080);
    assert_int_equal(url.host.length, 11);
    assert_memory_equal(url.host.text, "crl.example", 11);
    assert_string_equal(url.path.bytes, "/a/b.crl?x");
    assert_true(url_read(octets("http://[2001:db8::1]/x"), &url));
    assert_int_equal(url.address.family, 6);
    assert_int_equal(url.port, 80);
    assert_true(url_read(octets("ldap:///CN=x"), &url));
    assert_int_equal(url.host.length, 0);
    assert_int_equal(url.port, 389);
    assert_false(url_read(octets("urn:x"), &url));
    assert_false(url_read((struct octets){0}, &url));
}

static const char *reach(const char *one, const char *other)
{
    struct octets items[] = {octets(one), octets(other ? other : "")};
    struct octets_list list = {.items = items, .count = other ? 2 : 1};
    return url_reach_name(url_best_reach(&list));
}

static void judges_who_can_use_them(void **state)
{
    (void)state;
    const struct octets_list none = {0};
    assert_string_equal(url_reach_name(url_best_reach(&none)), "none");
    assert_string_equal(reach("http://crl.example.com/a.crl", NULL), "http");
    assert_string_equal(reach("http://192.0.2.1/a.crl", NULL), "http");
    assert_string_equal(reach("http://10.1.2.3/a.crl", NULL), "private_ip");
    assert_string_equal(reach("http://172.31.0.1/a.crl", NULL), "private_ip");
    assert_string_equal(reach("http://172.32.0.1/a.crl", NULL), "http");
    assert_string_equal(reach("http://[fd00::1]/a.crl", NULL), "private_ip");
    assert_string_equal(reach("http://pki/a.crl", NULL), "internal_name");
    assert_string_equal(reach("http://pki.firm.LOCAL/a.crl", NULL), "internal_name");
    assert_string_equal(reach("http://corp/a.crl", "http://pki.corp.example/a.crl"), "http");
    assert_string_equal(reach("ldap:///CN=x?certificateRevocationList", NULL), "ldap_only");
    assert_string_equal(reach("ldap:///CN=x", "http://pki/a.crl"), "internal_name");
    assert_string_equal(reach("file:////server/share/a.crl", NULL), "file");
}

/* ---- The memory ---------------------------------------------------------------------------------------- */

static const struct address host = {4, {192, 0, 2, 10}}, web = {4, {192, 0, 2, 80}};

static struct connection *begin(struct fetches *fetches, uint16_t port, uint64_t packet)
{
    struct connection *connection = calloc(1, sizeof *connection);
    assert_non_null(connection);
    connection->half[0].endpoint = (struct endpoint){.address = host, .port = port};
    connection->half[1].endpoint = (struct endpoint){.address = web, .port = 80};
    connection->first = (struct moment){.packet = packet, .time = (int64_t)packet};
    connection->last = connection->first;
    connection->half[0].syn_count = 1;
    fetches_begin(fetches, connection, 0);
    return connection;
}

static void say(struct fetches *fetches, struct connection *connection, int half, const void *bytes,
                size_t length)
{
    struct moment now = {.packet = ++connection->last.packet, .time = ++connection->last.time};
    fetches_bytes(fetches, connection, half, bytes, length, now);
}

static void end(struct fetches *fetches, struct connection *connection)
{
    fetches_over(fetches, connection);
    assert_null(connection->watched);
    free(connection);
}

static void on_fetched(void *user, struct request *request)
{
    uint32_t *count = user;
    assert_true(request->complete.packet > 0);
    (*count)++;
}

static void joins_request_and_answer(void **state)
{
    (void)state;
    uint32_t fetched = 0;
    struct fetches *fetches =
        fetches_new(&(struct fetches_listener){.fetched = on_fetched, .user = &fetched});
    struct connection *connection = begin(fetches, 1000, 1);
    static const char get[] = "GET /a.crl HTTP/1.1\r\nHost: crl.example\r\n\r\n";
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: 4\r\n\r\n\x30\x02"
        "ab";
    say(fetches, connection, 0, get, sizeof get - 1);
    const struct request *request = fetches_next_request(fetches, &host, INT64_MIN, NULL);
    assert_string_equal(request->url, "http://crl.example/a.crl");
    assert_int_equal(request->answered.packet, 0);
    say(fetches, connection, 1, answer, sizeof answer - 1);
    assert_int_equal(request->status, 200);
    assert_string_equal(request->content_type, "application/pkix-crl");
    assert_int_equal(request->body_length, 4);
    assert_true(request->whole_body);
    assert_int_equal(fetched, 1);
    assert_null(fetches_next_request(fetches, &host, INT64_MIN, request));
    assert_null(fetches_next_request(fetches, &web, INT64_MIN, NULL));
    end(fetches, connection);
    assert_true(fetches_next_request(fetches, &host, INT64_MIN, NULL)->complete.packet > 0);
    fetches_free(fetches);
}

static void knows_a_connection_while_it_is_under_way(void **state)
{
    (void)state;
    struct fetches *fetches = fetches_new(&(struct fetches_listener){0});
    struct dial dial;
    assert_true(fetches_are_empty(fetches));
    struct connection *connection = begin(fetches, 1000, 5);
    connection->half[0].syn_count = 3;
    uint64_t number = fetches_next_dial(fetches, &host, INT64_MIN, 0, &dial);
    assert_int_not_equal(number, 0);
    assert_int_equal(dial.syn_count, 3);
    assert_false(dial.answered);
    assert_int_equal(fetches_next_dial(fetches, &host, INT64_MIN, number, &dial), 0);
    end(fetches, connection);
    assert_int_not_equal(fetches_next_dial(fetches, &host, INT64_MIN, 0, &dial), 0);
    assert_int_equal(dial.syn_count, 3);
    connection = begin(fetches, 1001, 6);
    fetches_drop(fetches, connection); /* it carries TLS */
    assert_null(connection->watched);
    free(connection);
    fetches_next_dial(fetches, &host, INT64_MIN, 0, &dial);
    assert_int_equal(dial.client.port, 1000);
    fetches_free(fetches);
}

static void lets_the_oldest_give_way(void **state)
{
    (void)state;
    struct fetches *fetches = fetches_new(&(struct fetches_listener){0});
    struct connection *first = begin(fetches, 1, 1);
    for (uint16_t i = 2; i < 5000; i++) {
        struct connection *connection = begin(fetches, i, i);
        say(fetches, connection, 0, "GET / HTTP/1.0\r\n\r\n", 18);
        end(fetches, connection);
    }
    assert_null(first->watched);
    free(first);
    struct dial dial;
    uint64_t number = 0;
    uint32_t count = 0;
    while ((number = fetches_next_dial(fetches, &host, INT64_MIN, number, &dial)))
        count++;
    assert_int_equal(count, 2048);
    fetches_free(fetches);
}

/* Twenty bodies of which each alone is allowed. */
static void bounds_what_it_keeps_of_bodies(void **state)
{
    (void)state;
    enum { LENGTH = 900 * 1024 };
    struct fetches *fetches = fetches_new(&(struct fetches_listener){0});
    uint8_t *body = calloc(1, LENGTH);
    static const char head[] = "HTTP/1.0 200 OK\r\nContent-Length: 921600\r\n\r\n";
    assert_non_null(body);
    body[0] = 0x30;
    body[1] = 0x83;
    for (uint16_t i = 1; i <= 20; i++) {
        struct connection *connection = begin(fetches, i, i);
        say(fetches, connection, 0, "GET / HTTP/1.0\r\n\r\n", 18);
        say(fetches, connection, 1, head, sizeof head - 1);
        say(fetches, connection, 1, body, LENGTH);
        end(fetches, connection);
    }
    size_t kept = 0, whole = 0;
    for (const struct request *request = NULL;
         (request = fetches_next_request(fetches, &host, INT64_MIN, request));) {
        kept += request->body_length;
        whole += request->whole_body;
    }
    assert_true(kept <= 4 << 20);
    assert_int_equal(whole, 4);
    free(body);
    fetches_free(fetches);
}

static void stops_at_long_bodies_of_no_use(void **state)
{
    (void)state;
    struct fetches *fetches = fetches_new(&(struct fetches_listener){0});
    struct connection *connection = begin(fetches, 1, 1);
    char page[4096];
    memset(page, '<', sizeof page);
    say(fetches, connection, 0, "GET / HTTP/1.0\r\n\r\n", 18);
    say(fetches, connection, 1, "HTTP/1.0 200 OK\r\n\r\n", 19);
    assert_true(fetches_want(connection));
    for (int i = 0; i < 100; i++)
        say(fetches, connection, 1, page, sizeof page);
    assert_false(fetches_want(connection));
    end(fetches, connection);
    fetches_free(fetches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_request),
        cmocka_unit_test(reads_headers),
        cmocka_unit_test(reads_chunks),
        cmocka_unit_test(reads_up_to_the_close),
        cmocka_unit_test(loses_what_is_no_http),
        cmocka_unit_test(bounds_lines_and_headers),
        cmocka_unit_test(steps_over_missing_bytes_of_a_body),
        cmocka_unit_test(takes_urls_apart),
        cmocka_unit_test(judges_who_can_use_them),
        cmocka_unit_test(joins_request_and_answer),
        cmocka_unit_test(knows_a_connection_while_it_is_under_way),
        cmocka_unit_test(lets_the_oldest_give_way),
        cmocka_unit_test(bounds_what_it_keeps_of_bodies),
        cmocka_unit_test(stops_at_long_bodies_of_no_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
