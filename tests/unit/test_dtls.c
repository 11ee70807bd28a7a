/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/dtls_message.h"
#include "tls/dtls_record.h"
#include "tls/hello.h"

#include "base/buffer.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void add_number(struct buffer *out, uint64_t value, int width)
{
    for (int i = width - 1; i >= 0; i--)
        buffer_add_char(out, (char)(value >> (8 * i)));
}

static void add_record(struct buffer *out, uint8_t type, uint16_t version, uint16_t epoch, size_t length)
{
    add_number(out, type, 1);
    add_number(out, version, 2);
    add_number(out, epoch, 2);
    add_number(out, 77, 6);
    add_number(out, length, 2);
}

static void add_fragment(struct buffer *out, uint8_t type, uint32_t whole, uint16_t number, uint32_t offset,
                         const char *bytes, size_t length)
{
    add_number(out, type, 1);
    add_number(out, whole, 3);
    add_number(out, number, 2);
    add_number(out, offset, 3);
    add_number(out, length, 3);
    buffer_add(out, bytes, length);
}

/* ---- Records ------------------------------------------------------------------------------------------- */

static void test_records_of_a_datagram(void **state)
{
    struct buffer datagram = {0};
    struct dtls_record record;
    (void)state;
    add_record(&datagram, 22, 0xFEFD, 0, 3);
    buffer_add(&datagram, "abc", 3);
    add_record(&datagram, 23, 0xFEFD, 1, 1);
    buffer_add(&datagram, "d", 1);
    struct cursor at = cursor_over(datagram.bytes, datagram.length);
    assert_true(dtls_record_read(&at, 0, &record));
    assert_int_equal(record.type, 22);
    assert_int_equal(record.version, 0xFEFD);
    assert_int_equal(record.sequence, 77);
    assert_int_equal(record.body.left, 3);
    assert_true(dtls_record_read(&at, 0, &record));
    assert_int_equal(record.epoch, 1);
    assert_false(dtls_record_read(&at, 0, &record));
    buffer_free(&datagram);
}

static void test_cut_record(void **state)
{
    struct buffer datagram = {0};
    struct dtls_record record;
    (void)state;
    add_record(&datagram, 22, 0xFEFF, 0, 300);
    buffer_add(&datagram, "abc", 3);
    struct cursor at = cursor_over_cut(datagram.bytes, datagram.length, 313);
    assert_true(dtls_record_read(&at, 0, &record));
    assert_int_equal(record.body.left, 3);
    assert_int_equal(record.body.uncaptured, 297);
    at = cursor_over(datagram.bytes, datagram.length);
    assert_false(dtls_record_read(&at, 0, &record));
    buffer_free(&datagram);
}

/* RFC 9146 section 4: the id stands in front of the length. */
static void test_connection_id(void **state)
{
    static const uint8_t bytes[] = {25, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 9, 1, 2, 3, 0, 2, 'x', 'y'};
    struct dtls_record record;
    (void)state;
    struct cursor at = cursor_over(bytes, sizeof bytes);
    assert_true(dtls_record_read(&at, 3, &record));
    assert_int_equal(record.type, DTLS_CONTENT_CONNECTION_ID);
    assert_int_equal(record.length, 2);
    assert_memory_equal(record.body.at, "xy", 2);
    at = cursor_over(bytes, sizeof bytes);
    assert_true(dtls_record_read(&at, -1, &record));
    assert_int_equal(record.length, sizeof bytes - 11);
}

/* RFC 9147 section 4, figure 3: 001CSLEE. */
static void test_unified_header(void **state)
{
    static const uint8_t minimal[] = {0x22, 7, 'a', 'b'};
    static const uint8_t full[] = {0x3F, 'i', 'd', 1, 2, 0, 1, 'x', 0x2E, 0, 1, 0, 0};
    struct dtls_record record;
    (void)state;
    struct cursor at = cursor_over(minimal, sizeof minimal);
    assert_true(dtls_record_read(&at, 0, &record));
    assert_true(record.unified);
    assert_int_equal(record.epoch, 2);
    assert_int_equal(record.length, 2);
    at = cursor_over(full, sizeof full);
    assert_true(dtls_record_read(&at, 2, &record));
    assert_int_equal(record.epoch, 3);
    assert_int_equal(record.length, 1);
    assert_memory_equal(record.body.at, "x", 1);
    assert_true(dtls_record_read(&at, 2, &record));
    assert_int_equal(record.epoch, 2);
    assert_int_equal(record.length, 0);
    assert_false(dtls_record_read(&at, 2, &record));
}

static void test_beginnings(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool begins;
    } cases[] = {
        /* ClientHello of DTLS 1.2, whole header and version; of OpenSSL's old number; a HelloVerifyRequest */
        {"\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x0e\x01\0\0\x02\0\0\0\0\0\0\0\x02\xfe\xfd", 27, true},
        {"\x16\x01\x00\0\0\0\0\0\0\0\0\0\x0e\x01\0\0\x02\0\0\0\0\0\0\0\x02\x01\x00", 27, true},
        {"\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x0f\x03\0\0\x03\0\0\0\0\0\0\0\x03\xfe\xff\0", 28, true},
        /* epoch 1; another message; a fragment beyond its message; another version inside; too short */
        {"\x16\xfe\xff\0\1\0\0\0\0\0\0\0\x0e\x01\0\0\x02\0\0\0\0\0\0\0\x02\xfe\xfd", 27, false},
        {"\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x0e\x0b\0\0\x02\0\0\0\0\0\0\0\x02\xfe\xfd", 27, false},
        {"\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x0e\x01\0\0\x02\0\0\0\0\x01\0\0\x02\xfe\xfd", 27, false},
        {"\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x0e\x01\0\0\x02\0\0\0\0\0\0\0\x02\x03\x03", 27, false},
        {"\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x0e\x01\0\0", 16, false},
        {"\x16\x03\x01\0\0\0\0\0\0\0\0\0\x0e\x01\0\0\x02\0\0\0\0\0\0\0\x02\xfe\xfd", 27, false},
        {"", 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(dtls_begins(cursor_over(cases[i].bytes, cases[i].length)), cases[i].begins);
}

/* ---- Messages ------------------------------------------------------------------------------------------ */

static void log_message(void *user, const struct handshake_message *message)
{
    struct buffer *log = user;
    buffer_add_format(log, "%u:%.*s%s ", message->type, (int)message->body.left,
                      (const char *)message->body.at, message->body.uncaptured > 0 ? "!" : "");
    assert_int_equal(message->length, message->body.left + message->body.uncaptured);
}

struct fixture {
    struct dtls_messages messages;
    struct buffer log;
};

static bool give(struct fixture *f, uint8_t type, uint16_t number, uint32_t whole, uint32_t offset,
                 const char *bytes)
{
    struct buffer text = {0};
    struct dtls_fragment fragment;
    add_fragment(&text, type, whole, number, offset, bytes, strlen(bytes));
    struct cursor at = cursor_over(text.bytes, text.length);
    assert_true(dtls_fragment_read(&at, &fragment));
    bool new = dtls_messages_fragment(&f->messages, &fragment, log_message, &f->log);
    buffer_free(&text);
    return new;
}

static void expect(struct fixture *f, const char *text)
{
    assert_string_equal(f->log.bytes ? f->log.bytes : "", text);
    buffer_clear(&f->log);
}

static void finish(struct fixture *f)
{
    dtls_messages_free(&f->messages);
    buffer_free(&f->log);
}

static void test_order_of_messages(void **state)
{
    struct fixture f = {0};
    (void)state;
    assert_true(give(&f, 11, 1, 4, 2, "rt"));
    assert_true(give(&f, 14, 3, 0, 0, ""));
    expect(&f, "");
    assert_true(give(&f, 2, 0, 3, 0, "hel"));
    expect(&f, "2:hel ");
    assert_true(give(&f, 11, 1, 4, 0, "ce"));
    expect(&f, "11:cert ");
    assert_true(give(&f, 12, 2, 3, 0, "key"));
    expect(&f, "12:key 14: ");
    finish(&f);
}

static void test_repetitions(void **state)
{
    struct fixture f = {0};
    (void)state;
    give(&f, 1, 0, 2, 0, "h1");
    assert_false(give(&f, 1, 0, 2, 0, "h1"));
    assert_false(give(&f, 1, 0, 2, 0, "h1"));
    assert_int_equal(f.messages.repeats, 2);
    give(&f, 11, 1, 4, 0, "ab");
    give(&f, 11, 1, 4, 2, "cd");
    give(&f, 16, 2, 1, 0, "k");
    expect(&f, "1:h1 11:abcd 16:k ");
    /* the next flight again, in three pieces: one repetition */
    assert_false(give(&f, 11, 1, 4, 0, "ab"));
    assert_false(give(&f, 11, 1, 4, 2, "cd"));
    assert_false(give(&f, 16, 2, 1, 0, "k"));
    assert_int_equal(f.messages.repeats, 3);
    assert_false(give(&f, 11, 1, 4, 0, "abcd"));
    assert_int_equal(f.messages.repeats, 4);
    expect(&f, "");
    finish(&f);
}

/* A repetition that brings what was lost goes on as one. */
static void test_repetition_with_news(void **state)
{
    struct fixture f = {0};
    (void)state;
    give(&f, 2, 0, 2, 0, "sh");
    give(&f, 11, 1, 6, 0, "ab");
    give(&f, 11, 1, 6, 4, "ef");
    assert_false(give(&f, 2, 0, 2, 0, "sh"));
    assert_false(give(&f, 11, 1, 6, 0, "ab"));
    assert_true(give(&f, 11, 1, 6, 2, "cd"));
    assert_false(give(&f, 11, 1, 6, 4, "ef"));
    assert_int_equal(f.messages.repeats, 1);
    expect(&f, "2:sh 11:abcdef ");
    finish(&f);
}

/* A second ClientHello with the cookie, the first having been lost by the capture. */
static void test_hello_jumps(void **state)
{
    struct fixture f = {0};
    (void)state;
    give(&f, 1, 0, 4, 0, "lo");
    give(&f, 1, 1, 4, 0, "with");
    expect(&f, "1:with ");
    assert_false(give(&f, 1, 0, 4, 2, "st"));
    expect(&f, "");
    finish(&f);
}

static void test_missing_fragments(void **state)
{
    struct fixture f = {0};
    (void)state;
    give(&f, 2, 0, 2, 0, "sh");
    give(&f, 11, 1, 9, 0, "abc");
    give(&f, 11, 1, 9, 6, "ghi");
    give(&f, 14, 2, 0, 0, "");
    dtls_messages_flush(&f.messages, log_message, &f.log);
    expect(&f, "2:sh 11:abc! 14: ");
    assert_int_equal(f.messages.lost, 1);
    assert_false(give(&f, 11, 1, 9, 3, "def"));
    finish(&f);
}

static void test_bounded(void **state)
{
    struct fixture f = {0};
    (void)state;
    for (uint16_t i = 1; i < 40; i++)
        give(&f, 11, i, 10, 0, "x");
    assert_true(f.messages.dropped > 0);
    give(&f, 11, 1, 11, 5, "x"); /* of another length than its message */
    give(&f, 11, 2, 10, 5, "x");
    assert_int_equal(f.messages.dropped, 40 - 1 - DTLS_MESSAGES_AHEAD + 1);
    assert_true(dtls_messages_size(&f.messages) < 1024 * 1024);
    finish(&f);
}

static void test_bad_fragments(void **state)
{
    struct buffer text = {0};
    struct dtls_fragment fragment;
    (void)state;
    add_fragment(&text, 1, 4, 0, 3, "ab", 2);
    struct cursor at = cursor_over(text.bytes, text.length);
    assert_false(dtls_fragment_read(&at, &fragment));
    buffer_clear(&text);
    add_fragment(&text, 1, 0xFFFFFF, 0, 0xFFFFFF, "", 0);
    at = cursor_over(text.bytes, text.length);
    assert_true(dtls_fragment_read(&at, &fragment));
    at = cursor_over(text.bytes, 5);
    assert_false(dtls_fragment_read(&at, &fragment));
    buffer_free(&text);
}

/* ---- Hellos -------------------------------------------------------------------------------------------- */

static void test_hello_with_cookie(void **state)
{
    struct buffer text = {0};
    struct arena *arena = arena_new(65536);
    struct client_hello hello;
    (void)state;
    add_number(&text, 0xFEFD, 2);
    for (int i = 0; i < 32; i++)
        add_number(&text, 7, 1);
    buffer_add(&text,
               "\0\x04"
               "cook",
               6);
    buffer_add(&text, "\0\x02\xc0\x2f\x01\0\0\x05\0\x36\0\x01\0", 13);
    struct cursor body = cursor_over(text.bytes, text.length);
    assert_int_equal(dtls_client_hello_decode(body, arena, &hello), DECODE_WHOLE);
    assert_int_equal(hello.version, 0xFEFD);
    assert_int_equal(hello.cookie.length, 4);
    assert_memory_equal(hello.cookie.bytes, "cook", 4);
    assert_int_equal(hello.ciphers.count, 1);
    assert_int_equal(hello.ciphers.codes[0], 0xC02F);
    assert_true(hello.has_connection_id);
    assert_int_equal(hello.connection_id_length, 0);
    assert_int_equal(client_hello_lowest_version(&hello), 0xFEFF);
    assert_int_equal(client_hello_decode(body, arena, &hello), DECODE_BAD);
    buffer_free(&text);
    arena_free(arena);
}

static void test_hello_verify_request(void **state)
{
    struct hello_verify_request request;
    (void)state;
    struct cursor body = cursor_over("\xfe\xff\x03"
                                     "abc",
                                     6);
    assert_int_equal(hello_verify_request_decode(body, &request), DECODE_WHOLE);
    assert_int_equal(request.version, 0xFEFF);
    assert_int_equal(request.cookie_length, 3);
    body = cursor_over("\xfe\xff\x04"
                       "abc",
                       6);
    assert_int_equal(hello_verify_request_decode(body, &request), DECODE_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_of_a_datagram),
        cmocka_unit_test(test_cut_record),
        cmocka_unit_test(test_connection_id),
        cmocka_unit_test(test_unified_header),
        cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_order_of_messages),
        cmocka_unit_test(test_repetitions),
        cmocka_unit_test(test_repetition_with_news),
        cmocka_unit_test(test_hello_jumps),
        cmocka_unit_test(test_missing_fragments),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_bad_fragments),
        cmocka_unit_test(test_hello_with_cookie),
        cmocka_unit_test(test_hello_verify_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
