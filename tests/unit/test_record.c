/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/record.h"

#include "base/buffer.h"
#include "tls_bytes.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What a stream handed out, as a line of text: type/length/captured, "!" for cut, "X" and the sample's length
 * for bytes that are not TLS. */
struct log {
    struct buffer text;
    struct buffer bodies;
};

static void log_record(void *user, const struct record *record)
{
    struct log *log = user;
    assert_true(record->body.left <= record->length);
    assert_int_equal(record->cut, record->body.uncaptured > 0);
    buffer_add_format(&log->text, "%s%u/%u/%zu%s ", record->ssl2 ? "v2:" : "", record->type, record->length,
                      record->body.left, record->cut ? "!" : "");
    buffer_add(&log->bodies, record->body.at, record->body.left);
}

static void log_not_tls(void *user, const uint8_t *bytes, size_t length)
{
    struct log *log = user;
    (void)bytes;
    buffer_add_format(&log->text, "X%zu ", length);
}

static const struct record_sink sink = {log_record, log_not_tls};

struct fixture {
    struct record_stream stream;
    struct log log;
};

static void feed(struct fixture *f, const void *bytes, size_t length)
{
    record_stream_bytes(&f->stream, bytes, length, &sink, &f->log);
}

static void gap(struct fixture *f, uint64_t missing)
{
    record_stream_gap(&f->stream, missing, &sink, &f->log);
}

static void end(struct fixture *f)
{
    record_stream_end(&f->stream, &sink, &f->log);
}

static void expect(struct fixture *f, const char *text)
{
    assert_string_equal(f->log.text.bytes ? f->log.text.bytes : "", text);
    buffer_clear(&f->log.text);
}

static void clean(struct fixture *f)
{
    record_stream_free(&f->stream);
    buffer_free(&f->log.text);
    buffer_free(&f->log.bodies);
    *f = (struct fixture){0};
}

/* A record of `length` bytes, each its index. */
static void add_record(struct buffer *out, uint8_t type, uint16_t length)
{
    const uint8_t header[] = {type, 3, 3, (uint8_t)(length >> 8), (uint8_t)length};
    buffer_add(out, header, sizeof header);
    for (unsigned i = 0; i < length; i++)
        buffer_add_char(out, (char)i);
}

/* Handshake, change cipher spec, data, alert; in chunks of every size the same comes out. */
static void splits_do_not_matter(void **state)
{
    struct buffer wire = {0};
    add_record(&wire, 22, 300);
    add_record(&wire, 20, 1);
    add_record(&wire, 23, 1200);
    add_record(&wire, 23, 0);
    add_record(&wire, 21, 2);
    for (size_t chunk = 1; chunk <= wire.length; chunk++) {
        struct fixture f = {0};
        for (size_t at = 0; at < wire.length; at += chunk)
            feed(&f, wire.bytes + at, at + chunk < wire.length ? chunk : wire.length - at);
        end(&f);
        assert_int_equal(f.log.bodies.length, 300 + 1 + 1200 + 2);
        for (size_t i = 0; i < 300; i++)
            assert_int_equal((uint8_t)f.log.bodies.bytes[i], (uint8_t)i);
        expect(&f, "22/300/300 20/1/1 23/1200/1200 23/0/0 21/2/2 ");
        clean(&f);
    }
    buffer_free(&wire);
    (void)state;
}

static void data_is_passed_over(void **state)
{
    struct buffer wire = {0};
    add_record(&wire, 22, 50);
    add_record(&wire, 23, 16384 + 256);
    add_record(&wire, 23, 100);
    add_record(&wire, 21, 26);
    for (size_t chunk = 1; chunk <= wire.length; chunk = chunk < 20 ? chunk + 1 : chunk * 2) {
        struct fixture f = {.stream.skip_data = true};
        for (size_t at = 0; at < wire.length; at += chunk)
            feed(&f, wire.bytes + at, at + chunk < wire.length ? chunk : wire.length - at);
        assert_true(f.stream.room <= 55);
        expect(&f, "22/50/50 23/16640/0 23/100/0 21/26/26 ");
        clean(&f);
    }
    buffer_free(&wire);
    (void)state;
}

/* The owner may stop caring in the middle of a record. */
static void skipping_begins_within_a_record(void **state)
{
    struct buffer wire = {0};
    struct fixture f = {0};
    add_record(&wire, 23, 100);
    add_record(&wire, 21, 2);
    feed(&f, wire.bytes, 40);
    f.stream.skip_data = true;
    feed(&f, wire.bytes + 40, wire.length - 40);
    expect(&f, "23/100/0 21/2/2 ");
    clean(&f);
    buffer_free(&wire);
    (void)state;
}

/* A record that lies whole in the chunk is not copied. */
static const uint8_t *where;

static void note_where(void *user, const struct record *record)
{
    (void)user;
    where = record->body.at;
}

static void whole_records_are_not_copied(void **state)
{
    static const struct record_sink noting = {note_where, log_not_tls};
    struct buffer wire = {0};
    struct record_stream stream = {0};
    add_record(&wire, 22, 300);
    record_stream_bytes(&stream, (const uint8_t *)wire.bytes, wire.length, &noting, NULL);
    assert_ptr_equal(where, wire.bytes + 5);
    assert_null(stream.partial);
    record_stream_free(&stream);
    buffer_free(&wire);
    (void)state;
}

static void gap_in_a_passed_over_record_keeps_step(void **state)
{
    struct buffer wire = {0};
    add_record(&wire, 23, 5000);
    add_record(&wire, 21, 2);
    for (size_t missing = 1; missing <= 4995; missing += 499) {
        struct fixture f = {.stream.skip_data = true};
        feed(&f, wire.bytes, 10);
        gap(&f, missing);
        feed(&f, wire.bytes + 10 + missing, wire.length - 10 - missing);
        expect(&f, "23/5000/0! 21/2/2 ");
        clean(&f);
    }
    buffer_free(&wire);
    (void)state;
}

/* Whoever passes a record over is told of it by its last byte, or by the end of what was captured. */
static void passed_over_records_come_when_they_are_complete(void **state)
{
    struct buffer wire = {0};
    struct fixture f = {.stream.skip_data = true};
    add_record(&wire, 23, 5000);
    feed(&f, wire.bytes, wire.length - 1);
    expect(&f, "");
    feed(&f, wire.bytes + wire.length - 1, 1);
    expect(&f, "23/5000/0 ");
    feed(&f, wire.bytes, 100);
    gap(&f, 0);
    expect(&f, "23/5000/0! ");
    feed(&f, wire.bytes, 100);
    end(&f);
    expect(&f, "23/5000/0! ");
    clean(&f);
    buffer_free(&wire);
    (void)state;
}

static void gap_in_a_partial_record_cuts_it(void **state)
{
    struct buffer wire = {0};
    struct fixture f = {0};
    add_record(&wire, 22, 1000);
    add_record(&wire, 21, 2);
    feed(&f, wire.bytes, 105);
    gap(&f, 300);
    expect(&f, "22/1000/100! ");
    feed(&f, wire.bytes + 405, wire.length - 405);
    expect(&f, "21/2/2 ");
    clean(&f);

    feed(&f, wire.bytes, 105);
    gap(&f, 900); /* up to the very end of the record */
    feed(&f, wire.bytes + 1005, wire.length - 1005);
    expect(&f, "22/1000/100! 21/2/2 ");
    clean(&f);
    buffer_free(&wire);
    (void)state;
}

static void behind_a_larger_gap_a_header_is_looked_for(void **state)
{
    struct buffer wire = {0};
    struct fixture f = {0};
    add_record(&wire, 22, 1000);
    feed(&f, wire.bytes, 105);
    gap(&f, 2000);
    expect(&f, "22/1000/100! ");
    feed(&f, "no header here, nor here", 24);
    feed(&f, "\x17\x03\x03\x40\x00 what looks like one", 12); /* accepted: nothing speaks against it */
    expect(&f, "");
    assert_false(f.stream.seeking);
    clean(&f);

    gap(&f, 0);
    feed(&f, "\x17\x03\x03\x00\x02xx\x99\x99\x99\x99\x99", 12); /* the next header gives it away */
    assert_true(f.stream.seeking);
    feed(&f, "\x17\x03\x09\x00\x02xx", 7); /* no such version */
    feed(&f, "\x17\x03\x03\x00", 4);       /* too short to tell */
    feed(&f, "\x15\x03\x03\x00\x02\x02\x28", 7);
    expect(&f, "21/2/2 ");
    clean(&f);
    buffer_free(&wire);
    (void)state;
}

/* What is found after a gap may turn out wrong; the stream does not die of it. */
static void wrong_find_behind_a_gap_is_forgiven(void **state)
{
    struct fixture f = {0};
    gap(&f, 1);
    feed(&f, "\x17\x03\x03\x00\x02", 5);
    feed(&f, "xxHTTP/1.1 200 OK", 17);
    expect(&f, "23/2/2 ");
    feed(&f, "\x15\x03\x03\x00\x02\x02\x28", 7);
    expect(&f, "21/2/2 ");
    clean(&f);
    (void)state;
}

static void other_protocols_end_the_stream(void **state)
{
    struct fixture f = {0};
    feed(&f, "HTTP/1.1 400 Bad Request\r\n", 26);
    expect(&f, "X26 ");
    feed(&f, "\x15\x03\x03\x00\x02\x02\x28", 7);
    expect(&f, "");
    gap(&f, 10); /* a gap gives it another chance */
    feed(&f, "\x15\x03\x03\x00\x02\x02\x28", 7);
    expect(&f, "21/2/2 ");
    clean(&f);

    feed(&f, "HT", 2);
    expect(&f, "");
    feed(&f, "TP/1.1 400", 10);
    expect(&f, "X12 ");
    record_stream_restart(&f.stream);
    feed(&f, "\x15\x03\x03\x00\x02\x02\x28", 7);
    expect(&f, "21/2/2 ");
    clean(&f);

    feed(&f, "\x19\x03\x01\x00\x02", 5);
    expect(&f, "X5 ");
    clean(&f);
    (void)state;
}

/* Longer than any record may be: there are stacks that send such. */
static void overlong_records_are_read(void **state)
{
    struct buffer wire = {0};
    struct fixture f = {.stream.skip_data = true};
    add_record(&wire, 22, 24000);
    add_record(&wire, 23, 65535);
    add_record(&wire, 21, 2);
    feed(&f, wire.bytes, wire.length);
    expect(&f, "22/24000/24000 23/65535/0 21/2/2 ");
    clean(&f);
    buffer_free(&wire);
    (void)state;
}

static void end_hands_out_the_rest(void **state)
{
    struct fixture f = {0};
    feed(&f,
         "\x16\x03\x01\x00\x0A"
         "abc",
         8);
    end(&f);
    expect(&f, "22/10/3! ");
    clean(&f);
    feed(&f, "\x16\x03", 2);
    end(&f);
    expect(&f, "");
    clean(&f);
    feed(&f, "no\n", 3);
    end(&f);
    expect(&f, "X3 ");
    clean(&f);
    (void)state;
}

/* An SSLv2 CLIENT-HELLO, made by hand after RFC 5246 appendix E.2: three suites, no session id,
 * a challenge of 32 bytes. */
#define SSL2_HELLO(version)                                                                                  \
    "\x80\x32\x01" version "\x00\x09\x00\x00\x00\x20\x00\x00\x2F\x00\x00\x35\x01\x00\x80"                    \
    "0123456789ABCDEF0123456789ABCDEF"

static void ssl2_records_have_two_header_sizes(void **state)
{
    static const char wire[] = SSL2_HELLO("\x00\x02") "\x00\x06\x02"
                                                      "abcdef"
                                                      "\x80\x03xyz";
    for (size_t chunk = 1; chunk < sizeof wire; chunk++) {
        struct fixture f = {0};
        record_stream_use_ssl2(&f.stream);
        for (size_t at = 0; at < sizeof wire - 1; at += chunk)
            feed(&f, wire + at, at + chunk < sizeof wire - 1 ? chunk : sizeof wire - 1 - at);
        expect(&f, "v2:1/50/50 v2:97/6/6 v2:120/3/3 ");
        clean(&f);
    }
    (void)state;
}

static void tls_follows_an_ssl2_hello(void **state)
{
    static const char wire[] = SSL2_HELLO("\x03\x01") "\x16\x03\x01\x00\x03"
                                                      "abc"
                                                      "\x14\x03\x01\x00\x01\x01";
    for (size_t chunk = 1; chunk < sizeof wire; chunk++) {
        struct fixture f = {0};
        record_stream_use_ssl2(&f.stream);
        for (size_t at = 0; at < sizeof wire - 1; at += chunk)
            feed(&f, wire + at, at + chunk < sizeof wire - 1 ? chunk : sizeof wire - 1 - at);
        expect(&f, "v2:1/50/50 22/3/3 20/1/1 ");
        clean(&f);
    }
    (void)state;
}

static void ssl2_keeps_step_or_stops(void **state)
{
    static const char wire[] = "\x80\x20"
                               "0123456789abcdef0123456789abcdef"
                               "\x80\x04wxyz"
                               "\x80\x04stuv";
    struct fixture f = {0};
    record_stream_use_ssl2(&f.stream);
    feed(&f, wire, 39);
    gap(&f, 1);
    feed(&f, wire + 40, 6);
    expect(&f, "v2:48/32/32 v2:119/4/3! v2:115/4/4 ");
    gap(&f, 0);
    feed(&f, wire, 34);
    expect(&f, "");
    clean(&f);

    record_stream_use_ssl2(&f.stream); /* what follows the first record is not known: it may be TLS */
    feed(&f, wire, 34);
    gap(&f, 9);
    feed(&f,
         "\x16\x03\x01\x00\x03"
         "abc",
         8);
    expect(&f, "v2:48/32/32 22/3/3 ");
    clean(&f);
    (void)state;
}

static enum record_guess guess(const void *bytes, size_t length)
{
    return record_guess(bytes, length);
}

/* The message in records of `size` bytes each. */
static struct buffer in_records(const uint8_t *message, size_t length, size_t size)
{
    struct buffer wire = {0};
    for (size_t at = 0; at < length; at += size) {
        size_t now = at + size < length ? size : length - at;
        const uint8_t header[] = {22, 3, 1, (uint8_t)(now >> 8), (uint8_t)now};
        buffer_add(&wire, header, sizeof header);
        buffer_add(&wire, message + at, now);
    }
    return wire;
}

static void check_hello_guess(const uint8_t *message, size_t length)
{
    for (size_t size = 1; size <= length; size = size < 16 ? size + 1 : size * 4) {
        struct buffer wire = in_records(message, length, size);
        size_t needed = 6 + 5 * ((6 + size - 1) / size);
        for (size_t have = 0; have < needed; have++)
            assert_int_equal(guess(wire.bytes, have), RECORD_GUESS_NEED_MORE);
        for (size_t have = needed; have <= wire.length; have++)
            assert_int_equal(guess(wire.bytes, have), RECORD_GUESS_TLS_HANDSHAKE);
        buffer_free(&wire);
    }
}

static void hellos_are_certain(void **state)
{
    check_hello_guess(openssl_client_hello_13, sizeof openssl_client_hello_13);
    check_hello_guess(openssl_server_hello_13, sizeof openssl_server_hello_13);
    check_hello_guess(openssl_server_hello_12, sizeof openssl_server_hello_12);
    check_hello_guess(java_client_hello_12, sizeof java_client_hello_12);
    (void)state;
}

static void alerts_are_plausible(void **state)
{
    assert_int_equal(guess("\x15\x03\x01\x00\x02\x02\x28", 7), RECORD_GUESS_TLS_ALERT);
    assert_int_equal(guess("\x15\x03\x01\x00\x02\x02", 6), RECORD_GUESS_NEED_MORE);
    assert_int_equal(guess("\x15\x03\x01\x00\x02\x02\x28\x15\x03\x01\x00\x02\x01\x00", 14),
                     RECORD_GUESS_TLS_ALERT);
    assert_int_equal(guess("\x15\x03\x01\x00\x02\x02\x28 something else", 22), RECORD_GUESS_NONE);
    assert_int_equal(guess("\x15\x03\x01\x00\x02\x03\x28", 7), RECORD_GUESS_TLS_OTHER);
    assert_int_equal(guess("\x15\x03\x01\x00\x02\x02\xC8", 7), RECORD_GUESS_TLS_OTHER);
    assert_int_equal(guess("\x15\x03\x03\x00\x1A", 5), RECORD_GUESS_TLS_OTHER);
    assert_int_equal(guess("\x14\x03\x03\x00\x01", 5), RECORD_GUESS_TLS_OTHER);
    assert_int_equal(guess("\x17\x03\x03\x40\x11", 5), RECORD_GUESS_TLS_OTHER);
    (void)state;
}

/* Whole records of any type, when nothing speaks against them. */
static void chains_of_records_are_told(void **state)
{
    assert_int_equal(guess("\x14\x03\x03\x00\x01\x01", 6), RECORD_GUESS_TLS_RECORDS);
    assert_int_equal(guess("\x14\x03\x03\x00\x01\x01\x16\x03\x03\x00\x28", 11), RECORD_GUESS_TLS_RECORDS);
    assert_int_equal(guess("\x14\x03\x03\x00\x01\x01\x16\x03", 8), RECORD_GUESS_TLS_OTHER);
    assert_int_equal(guess("\x14\x03\x03\x00\x01\x01 more", 11), RECORD_GUESS_NONE);
    assert_int_equal(guess("\x17\x03\x03\x00\x03"
                           "abc",
                           8),
                     RECORD_GUESS_TLS_RECORDS);
    assert_int_equal(guess("\x16\x03\x01\x00\x04\x00\x00\x00\x00", 9), RECORD_GUESS_TLS_RECORDS);
    (void)state;
}

static void relatives_are_told(void **state)
{
    static const char tlcp[] = "\x16\x01\x01\x00\x40\x01\x00\x00\x3C\x01\x01";
    assert_int_equal(guess(tlcp, sizeof tlcp - 1), RECORD_GUESS_TLS_HANDSHAKE);
    assert_int_equal(guess("\x80\x03\x00\x00\x01", 5), RECORD_GUESS_SSL2_ERROR);
    assert_int_equal(guess("\x80\x03\x00\x00\x03", 5), RECORD_GUESS_NONE);
    (void)state;
}

static void ssl2_hellos_are_told_apart(void **state)
{
    static const char client[] = SSL2_HELLO("\x00\x02"), newer[] = SSL2_HELLO("\x03\x03");
    static const char odd[] = SSL2_HELLO("\x04\x02");
    static const char padded[] = "\x00\x37\x05\x01\x00\x02\x00\x09\x00\x00\x00\x20";
    static const char server[] = "\x83\xAD\x04\x00\x01\x00\x02\x03\x87\x00\x0B\x00\x10";
    static const char server_good[] = "\x83\xAE\x04\x00\x01\x00\x02\x03\x87\x00\x0C\x00\x10";
    assert_int_equal(guess(client, sizeof client - 1), RECORD_GUESS_SSL2_CLIENT_HELLO);
    assert_int_equal(guess(newer, sizeof newer - 1), RECORD_GUESS_SSL2_CLIENT_HELLO);
    assert_int_equal(guess(odd, sizeof odd - 1), RECORD_GUESS_NONE);
    assert_int_equal(guess(client, 10), RECORD_GUESS_NEED_MORE);
    assert_int_equal(guess(padded, sizeof padded - 1), RECORD_GUESS_SSL2_CLIENT_HELLO);
    assert_int_equal(guess(server, sizeof server - 1), RECORD_GUESS_NONE); /* 11 is no multiple of 3 */
    assert_int_equal(guess(server_good, sizeof server_good - 1), RECORD_GUESS_SSL2_SERVER_HELLO);
    (void)state;
}

struct sample {
    const char *bytes;
    size_t length;
};

#define SAMPLE(text)                                                                                         \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }

static void other_protocols_are_not_tls(void **state)
{
    static const struct sample samples[] = {
        SAMPLE("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        SAMPLE("HTTP/1.1 400 Bad Request\r\n"),
        SAMPLE("SSH-2.0-OpenSSH_9.2\r\n"),
        SAMPLE("220 mail.test ESMTP ready\r\n"),
        SAMPLE("* OK IMAP4rev1 ready\r\n"),
        SAMPLE("+OK POP3\r\n"),
        SAMPLE("\x03\x00\x00\x13\x0E\xE0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"), /* RDP */
        SAMPLE("\x4A\x00\x00\x00\x0A"
               "8.0.36\x00"),                                                       /* MySQL */
        SAMPLE("\x00\x00\x00\x08\x04\xD2\x16\x2F"),                                 /* PostgreSQL */
        SAMPLE("\x12\x01\x00\x2F\x00\x00\x01\x00\x00\x00\x1A\x00\x06\x01\x00\x20"), /* TDS */
        SAMPLE("\x30\x0C\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"),         /* LDAP */
        SAMPLE("\x05\x01\x00\x05\x01\x00\x01"),                                     /* SOCKS */
        SAMPLE("\x0D\x0A\x0D\x0A\x00\x0D\x0A\x51\x55\x49\x54\x0A\x21\x11\x00\x0C"), /* PROXY v2 */
        SAMPLE("\x00\x1E\x1A\x2B\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www"),  /* DNS */
        SAMPLE("\x16\xFE\xFD\x00\x00\x00\x00\x00\x00\x00\x00\x00\x5A\x01"),         /* DTLS */
        SAMPLE("\x16\x03\x01\x00\x00\x01\x00"),
        SAMPLE("\x16\x03\x05\x00\x10\x01\x00"),
        SAMPLE("\xFF\xFE\x01\x00\x00\x02\x00\x03"),
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        assert_int_equal(guess(samples[i].bytes, samples[i].length), RECORD_GUESS_NONE);
    (void)state;
}

/* Bytes of a linear congruential generator: at chance they are never taken for proof. */
static void noise_is_not_tls(void **state)
{
    uint32_t seed = 1;
    unsigned other = 0;
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[48];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)(seed >> 24);
        }
        enum record_guess made = guess(bytes, sizeof bytes);
        assert_true(made == RECORD_GUESS_NONE || made == RECORD_GUESS_TLS_OTHER);
        other += made == RECORD_GUESS_TLS_OTHER;
    }
    assert_true(other < 10);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_do_not_matter),
        cmocka_unit_test(data_is_passed_over),
        cmocka_unit_test(skipping_begins_within_a_record),
        cmocka_unit_test(whole_records_are_not_copied),
        cmocka_unit_test(gap_in_a_passed_over_record_keeps_step),
        cmocka_unit_test(passed_over_records_come_when_they_are_complete),
        cmocka_unit_test(gap_in_a_partial_record_cuts_it),
        cmocka_unit_test(behind_a_larger_gap_a_header_is_looked_for),
        cmocka_unit_test(wrong_find_behind_a_gap_is_forgiven),
        cmocka_unit_test(other_protocols_end_the_stream),
        cmocka_unit_test(overlong_records_are_read),
        cmocka_unit_test(end_hands_out_the_rest),
        cmocka_unit_test(ssl2_records_have_two_header_sizes),
        cmocka_unit_test(tls_follows_an_ssl2_hello),
        cmocka_unit_test(ssl2_keeps_step_or_stops),
        cmocka_unit_test(hellos_are_certain),
        cmocka_unit_test(alerts_are_plausible),
        cmocka_unit_test(chains_of_records_are_told),
        cmocka_unit_test(relatives_are_told),
        cmocka_unit_test(ssl2_hellos_are_told_apart),
        cmocka_unit_test(other_protocols_are_not_tls),
        cmocka_unit_test(noise_is_not_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
