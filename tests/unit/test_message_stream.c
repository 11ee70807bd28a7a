/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/message_stream.h"

#include "base/memory.h"
#include "tls_bytes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* Messages as text: type/length/captured, and what their bodies held. */
struct log {
    struct buffer text;
    struct buffer bodies;
    const uint8_t *last;
};

static void log_message(void *user, const struct handshake_message *message)
{
    struct log *log = user;
    assert_int_equal(message->body.left + message->body.uncaptured, message->length);
    buffer_add_format(&log->text, "%u/%u/%zu ", message->type, message->length, message->body.left);
    buffer_add(&log->bodies, message->body.at, message->body.left);
    log->last = message->body.at;
}

static void expect(struct log *log, const char *text)
{
    assert_string_equal(log->text.bytes ? log->text.bytes : "", text);
    buffer_clear(&log->text);
}

static void clean(struct message_stream *stream, struct log *log)
{
    message_stream_free(stream);
    buffer_free(&log->text);
    buffer_free(&log->bodies);
}

/* A server's flight: hello, key exchange, request for a certificate, and a ServerHelloDone without a body. */
static struct buffer flight(void)
{
    static const uint8_t done[] = {14, 0, 0, 0};
    struct buffer wire = {0};
    buffer_add(&wire, openssl_server_hello_12, sizeof openssl_server_hello_12);
    buffer_add(&wire, openssl_key_exchange_ecdhe_12, sizeof openssl_key_exchange_ecdhe_12);
    buffer_add(&wire, openssl_certificate_request_12, sizeof openssl_certificate_request_12);
    buffer_add(&wire, done, sizeof done);
    return wire;
}

static void splits_do_not_matter(void **state)
{
    struct buffer wire = flight();
    for (size_t chunk = 1; chunk <= wire.length; chunk++) {
        struct message_stream stream = {0};
        struct log log = {0};
        for (size_t at = 0; at < wire.length; at += chunk)
            message_stream_bytes(&stream, (const uint8_t *)wire.bytes + at,
                                 at + chunk < wire.length ? chunk : wire.length - at, false, log_message,
                                 &log);
        assert_false(message_stream_pending(&stream));
        expect(&log, "2/70/70 12/111/111 13/79/79 14/0/0 ");
        assert_memory_equal(log.bodies.bytes, openssl_server_hello_12 + 4, 70);
        assert_memory_equal(log.bodies.bytes + 70, openssl_key_exchange_ecdhe_12 + 4, 111);
        assert_memory_equal(log.bodies.bytes + 181, openssl_certificate_request_12 + 4, 79);
        clean(&stream, &log);
    }
    buffer_free(&wire);
    (void)state;
}

static void whole_messages_are_not_copied(void **state)
{
    struct message_stream stream = {0};
    struct log log = {0};
    message_stream_bytes(&stream, openssl_server_hello_12, sizeof openssl_server_hello_12, false, log_message,
                         &log);
    assert_ptr_equal(log.last, openssl_server_hello_12 + 4);
    assert_null(stream.partial.bytes);
    clean(&stream, &log);
    (void)state;
}

/* Where bytes are missing the message that was begun comes out cut, and the next record begins anew. */
static void cut_hands_out_what_is_there(void **state)
{
    struct buffer wire = flight();
    for (size_t have = 0; have <= wire.length; have++) {
        struct message_stream stream = {0};
        struct log log = {0};
        message_stream_bytes(&stream, (const uint8_t *)wire.bytes, have, true, log_message, &log);
        assert_false(message_stream_pending(&stream));
        if (have < 4)
            expect(&log, "");
        if (have == 4)
            expect(&log, "2/70/0 ");
        if (have == 74 + 20)
            expect(&log, "2/70/70 12/111/16 ");
        buffer_clear(&log.text);
        message_stream_bytes(&stream, openssl_server_hello_13, sizeof openssl_server_hello_13, false,
                             log_message, &log);
        expect(&log, "2/151/151 ");
        clean(&stream, &log);
    }
    buffer_free(&wire);
    (void)state;
}

static void begun_message_is_pending(void **state)
{
    struct message_stream stream = {0};
    struct log log = {0};
    message_stream_bytes(&stream, openssl_server_hello_12, 3, false, log_message, &log);
    assert_true(message_stream_pending(&stream));
    message_stream_bytes(&stream, openssl_server_hello_12 + 3, 40, false, log_message, &log);
    assert_true(message_stream_pending(&stream));
    message_stream_flush(&stream, log_message, &log);
    assert_false(message_stream_pending(&stream));
    expect(&log, "2/70/39 ");
    message_stream_flush(&stream, log_message, &log);
    expect(&log, "");
    clean(&stream, &log);
    (void)state;
}

/* Sixteen megabytes are announced; what is kept is bounded, and the stream goes on behind them. */
static void long_message_is_cut_at_the_limit(void **state)
{
    enum { ANNOUNCED = 0xFFFFFF, RECORD = 16384 };
    struct message_stream stream = {0};
    struct log log = {0};
    static const uint8_t header[] = {11, 0xFF, 0xFF, 0xFF};
    uint8_t *body = memory_new(RECORD, 1);
    message_stream_bytes(&stream, header, sizeof header, false, log_message, &log);
    for (size_t left = ANNOUNCED; left > 0;) {
        size_t now = left < RECORD ? left : RECORD;
        message_stream_bytes(&stream, body, now, false, log_message, &log);
        assert_true(stream.partial.room <= 2 * (MESSAGE_LIMIT + 64));
        left -= now;
    }
    assert_false(message_stream_pending(&stream));
    expect(&log, "11/16777215/131072 ");
    message_stream_bytes(&stream, openssl_server_hello_12, sizeof openssl_server_hello_12, false, log_message,
                         &log);
    expect(&log, "2/70/70 ");
    free(body);
    clean(&stream, &log);
    (void)state;
}

static void flush_within_handler(void *user, const struct handshake_message *message)
{
    struct message_stream *stream = user;
    assert_int_equal(message->body.left, 70);
    assert_memory_equal(message->body.at, openssl_server_hello_12 + 4, 70);
    message_stream_flush(stream, flush_within_handler, user);
    assert_int_equal(message->body.at[0], 3);
}

static void handler_may_flush(void **state)
{
    struct message_stream stream = {0};
    message_stream_bytes(&stream, openssl_server_hello_12, 30, false, flush_within_handler, &stream);
    message_stream_bytes(&stream, openssl_server_hello_12 + 30, sizeof openssl_server_hello_12 - 30, false,
                         flush_within_handler, &stream);
    assert_false(message_stream_pending(&stream));
    message_stream_free(&stream);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_do_not_matter),
        cmocka_unit_test(whole_messages_are_not_copied),
        cmocka_unit_test(cut_hands_out_what_is_there),
        cmocka_unit_test(begun_message_is_pending),
        cmocka_unit_test(long_message_is_cut_at_the_limit),
        cmocka_unit_test(handler_may_flush),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
