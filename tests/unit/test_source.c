/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/source.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

/* Literal bytes with their length. */
#define BYTES(literal) literal, sizeof(literal) - 1

/* An Ethernet frame with a TCP segment to this port; nothing in it has to be right but what a filter reads.
 */
static void put_frame(struct buffer *out, unsigned port)
{
    put_zeroes(out, 12);
    put_u16(out, 0x0800);
    put_u32(out, 0x45000028);
    put_u32(out, 0);
    put_u32(out, 0x40060000);
    put_u32(out, 0x0a000001);
    put_u32(out, 0x0a000002);
    put_u16(out, 40000);
    put_u16(out, port);
    put_zeroes(out, 8);
    put_u32(out, 0x50020000);
    put_u32(out, 0);
}

static void put_packet(struct buffer *out, unsigned port)
{
    put_zeroes(out, 8);
    put_u32(out, 54);
    put_u32(out, 54);
    put_frame(out, port);
}

static void put_header(struct buffer *out, uint32_t link_type)
{
    put_u32(out, 0xa1b2c3d4);
    put_u16(out, 2);
    put_u16(out, 4);
    put_zeroes(out, 8);
    put_u32(out, 65535);
    put_u32(out, link_type);
}

static struct source *open_bytes(const char *bytes, size_t length, struct heard *heard)
{
    struct notice_sink sink = sink_of(heard);
    return source_open_memory("x", (const uint8_t *)bytes, length, &sink);
}

static void says_what_is_no_capture(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *notice;
    } cases[] = {
        {BYTES(""), "x: empty, not even a capture file's header"},
        {BYTES("\xa1"), "x: not a capture file: begins with a1"},
        {BYTES("PK\3\4\24\0\0\0"), "x: not a capture file: begins with 50 4b 03 04 (a zip archive)"},
        {BYTES("\xde\xad\xbe\xef\0"), "x: not a capture file: begins with de ad be ef"},
        {BYTES("#!/bin/sh\necho\n"), "x: not a capture file: begins with 23 21 2f 62 (text)"},
        {BYTES("BZh91AY"), "x: compressed with bzip2; decompress it first: bzip2 -dc FILE | tlswhy -r -"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct heard heard = {0};
        assert_null(open_bytes(cases[i].bytes, cases[i].length, &heard));
        assert_int_equal(heard.times, 1);
        assert_int_equal(heard.level, NOTICE_ERROR);
        assert_string_equal(heard.text, cases[i].notice);
    }
}

static void says_what_can_not_be_opened(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct notice_sink sink = sink_of(&heard);
    assert_null(source_open_file("/nonexistent/a.pcap", &sink));
    assert_string_equal(heard.text, "/nonexistent/a.pcap: No such file or directory");
    assert_null(source_open_file("/", &sink));
    assert_string_equal(heard.text, "/: a directory, not a capture file");
    assert_null(source_open_file("/dev/null", &sink));
    assert_string_equal(heard.text, "/dev/null: empty, not even a capture file's header");
    assert_null(source_open_file("/nonexistent/a.pcap", NULL));
}

/* Enough packets to go through the input's buffer several times. */
enum { MANY = 20000 };

static void check_packet(struct source *source, unsigned index)
{
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, index + 1);
    assert_int_equal(packet.offset, 24 + index * 70);
    assert_int_equal(packet.bytes[36] << 8 | packet.bytes[37], index);
}

static void check_end(struct source *source)
{
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(source_packets(source), MANY);
    assert_int_equal(source_dropped(source), 0);
    assert_null(source_secrets_at(source, 0));
    source_close(source);
}

static void put_many(struct buffer *out)
{
    put_header(out, 1);
    for (unsigned i = 0; i < MANY; i++)
        put_packet(out, i);
}

static void reads_a_file(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    char path[] = "/tmp/test_source.XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    put_many(&bytes);
    assert_int_equal(write(descriptor, bytes.bytes, bytes.length), bytes.length);
    close(descriptor);
    struct source *source = source_open_file(path, NULL);
    assert_non_null(source);
    assert_int_equal(source_descriptor(source), -1);
    for (unsigned i = 0; i < MANY; i++)
        check_packet(source, i);
    check_end(source);
    unlink(path);
    buffer_free(&bytes);
}

/* A pipe gives the bytes in small and odd pieces. After each, those packets are asked for that are whole, so
 * that nobody waits and no second process is needed. */
static void reads_standard_input(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct source *source = NULL;
    unsigned packets = 0;
    int ends[2], saved = dup(STDIN_FILENO);
    put_many(&bytes);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    for (size_t at = 0, piece = 31; at < bytes.length; at += piece, piece = piece * 5 % 9973) {
        piece = piece < bytes.length - at ? piece : bytes.length - at;
        assert_int_equal(write(ends[1], bytes.bytes + at, piece), piece);
        if (!source)
            source = source_open_file("-", NULL);
        assert_non_null(source);
        for (; 24 + (packets + 1) * 70 <= at + piece; packets++)
            check_packet(source, packets);
    }
    close(ends[1]);
    check_end(source);
    dup2(saved, STDIN_FILENO);
    close(saved);
    buffer_free(&bytes);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
    (void)number;
    alarms++;
}

static enum source_outcome next_of_pipe(struct source *source, struct packet *packet)
{
    enum source_outcome outcome;
    do
        outcome = source_next(source, packet);
    while (outcome == SOURCE_WAIT);
    return outcome;
}

/* The program's loop gets a chance to stop while it waits for a pipe. The timer goes on until the end: a late
 * alarm may come at any place. */
static void a_signal_interrupts_the_wait_and_loses_nothing(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct packet packet;
    int ends[2];
    char path[32];
    struct sigaction action = {.sa_handler = on_alarm}, before;
    const struct itimerval soon = {.it_value = {.tv_usec = 20000}, .it_interval = {.tv_usec = 20000}},
                           never = {{0, 0}, {0, 0}};
    put_header(&bytes, 1);
    put_packet(&bytes, 443);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes.bytes, 60), 60);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    struct source *source = source_open_file(path, NULL);
    assert_non_null(source);
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_int_equal(source_next(source, &packet), SOURCE_WAIT);
    assert_true(alarms > 0);
    assert_int_equal(write(ends[1], bytes.bytes + 60, bytes.length - 60), bytes.length - 60);
    assert_int_equal(next_of_pipe(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 1);
    close(ends[1]);
    assert_int_equal(next_of_pipe(source, &packet), SOURCE_END);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    source_close(source);
    close(ends[0]);
    buffer_free(&bytes);
}

static void a_filter_skips_packets_but_not_their_numbers(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct heard heard = {0};
    struct packet packet;
    put_header(&bytes, 1);
    put_packet(&bytes, 80);
    put_packet(&bytes, 443);
    put_packet(&bytes, 80);
    put_packet(&bytes, 443);
    struct source *source = open_bytes(bytes.bytes, bytes.length, &heard);
    assert_true(source_set_filter(source, "tcp port 443"));
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 2);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 4);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(source_packets(source), 4);
    assert_int_equal(heard.times, 0);
    source_close(source);
    buffer_free(&bytes);
}

static void a_filter_that_does_not_compile_is_named(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct heard heard = {0};
    put_header(&bytes, 1);
    struct source *source = open_bytes(bytes.bytes, bytes.length, &heard);
    assert_false(source_set_filter(source, "tcp prot 443"));
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.level, NOTICE_ERROR);
    assert_ptr_equal(strstr(heard.text, "filter \"tcp prot 443\": "), heard.text);
    assert_true(strlen(heard.text) > strlen("filter \"tcp prot 443\": "));
    source_close(source);
    buffer_free(&bytes);
}

/* "ether host" compiles for Ethernet, but means nothing where there are no such addresses. */
static void a_filter_of_no_use_on_one_link_type_is_named_once(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct heard heard = {0};
    struct packet packet;
    put_header(&bytes, 101);
    put_packet(&bytes, 443);
    put_packet(&bytes, 443);
    struct source *source = open_bytes(bytes.bytes, bytes.length, &heard);
    assert_true(source_set_filter(source, "ether host 00:00:00:00:00:01"));
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.level, NOTICE_WARNING);
    assert_non_null(strstr(heard.text, "can't be used on RAW (Raw IP), whose packets are left out: "));
    source_close(source);
    buffer_free(&bytes);
}

/* Every packet of a new link type: the programs are bounded, and the notices with them. */
static void a_filter_survives_any_number_of_link_types(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct heard heard = {0};
    struct packet packet;
    static const uint8_t section[] = {0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d,
                                      0,    1,    0,    0,    0, 0, 0, 0,  0,    0,    0,    0};
    buffer_add(&bytes, section, sizeof section);
    put_u32(&bytes, 28);
    for (unsigned i = 0; i < 300; i++) {
        const uint32_t interface[] = {1, 20, i << 16, 0, 20};
        const uint32_t packet_block[] = {6, 36, i, 0, 0, 4, 4, 0x45000000, 36};
        for (size_t k = 0; k < 5; k++)
            put_u32(&bytes, interface[k]);
        for (size_t k = 0; k < 9; k++)
            put_u32(&bytes, packet_block[k]);
    }
    struct source *source = open_bytes(bytes.bytes, bytes.length, &heard);
    assert_true(source_set_filter(source, "greater 1"));
    while (source_next(source, &packet) == SOURCE_PACKET)
        continue;
    assert_int_equal(source_packets(source), 300);
    assert_in_range(heard.times, 1, 65);
    source_close(source);
    buffer_free(&bytes);
}

static void an_interface_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct heard heard = {0};
    struct notice_sink sink = sink_of(&heard);
    const struct source_live_options options = {0};
    assert_null(source_open_live("no-such-interface", NULL, &options, &sink));
    assert_int_equal(heard.times, 1);
    assert_ptr_equal(strstr(heard.text, "no-such-interface: "), heard.text);
}

static void closing_nothing_is_fine(void **state)
{
    (void)state;
    source_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_no_capture),
        cmocka_unit_test(says_what_can_not_be_opened),
        cmocka_unit_test(reads_a_file),
        cmocka_unit_test(reads_standard_input),
        cmocka_unit_test(a_signal_interrupts_the_wait_and_loses_nothing),
        cmocka_unit_test(a_filter_skips_packets_but_not_their_numbers),
        cmocka_unit_test(a_filter_that_does_not_compile_is_named),
        cmocka_unit_test(a_filter_of_no_use_on_one_link_type_is_named_once),
        cmocka_unit_test(a_filter_survives_any_number_of_link_types),
        cmocka_unit_test(an_interface_that_is_not_there_is_named),
        cmocka_unit_test(closing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
