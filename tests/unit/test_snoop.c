/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/source.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t content[] = {1, 2, 3, 4, 5, 6};

static void put_header(struct buffer *out, uint32_t version, uint32_t data_link)
{
    buffer_add(out, "snoop\0\0", 8);
    put_u32(out, version);
    put_u32(out, data_link);
}

static void put_record(struct buffer *out, uint32_t length, uint32_t captured, uint32_t padding,
                       uint32_t dropped)
{
    put_u32(out, length);
    put_u32(out, captured);
    put_u32(out, 24 + captured + padding);
    put_u32(out, dropped);
    put_u32(out, 1700000000);
    put_u32(out, 123456);
    buffer_add(out, content, captured);
    put_zeroes(out, padding);
}

static struct source *open_source(struct buffer *bytes, struct heard *heard)
{
    struct notice_sink sink = sink_of(heard);
    return source_open_memory("test.snoop", bytes_of(bytes), bytes->length, &sink);
}

static void reads_packets(void **state)
{
    struct buffer bytes = {0};
    struct heard heard = {0};
    struct packet packet;
    (void)state;
    put_header(&bytes, 2, 4);
    put_record(&bytes, 1500, 5, 3, 0);
    put_record(&bytes, 4, 6, 0, 7);
    struct source *source = open_source(&bytes, &heard);
    assert_non_null(source);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 1);
    assert_true(packet.time == INT64_C(1700000000123456000));
    assert_int_equal(packet.captured, 5);
    assert_int_equal(packet.length, 1500);
    assert_int_equal(packet.link_type, 1);
    assert_int_equal(packet.offset, 16);
    assert_memory_equal(packet.bytes, content, 5);
    assert_int_equal(source_dropped(source), 0);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 2);
    assert_int_equal(packet.captured, 6);
    assert_int_equal(packet.length, 6);
    assert_int_equal(packet.offset, 16 + 32);
    assert_int_equal(source_dropped(source), 7);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(heard.times, 0);
    source_close(source);
    buffer_free(&bytes);
}

static void a_cut_file_gives_what_came_before(void **state)
{
    struct buffer bytes = {0};
    (void)state;
    put_header(&bytes, 2, 4);
    put_record(&bytes, 6, 6, 2, 0);
    put_record(&bytes, 6, 6, 2, 0);
    for (size_t missing = 1; missing < 32; missing++) {
        struct heard heard = {0};
        struct packet packet;
        bytes.length--;
        struct source *source = open_source(&bytes, &heard);
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        char expected[128];
        snprintf(expected, sizeof expected,
                 "test.snoop: packet 2 at offset 48: cut after %zu of %d bytes; what came before is reported",
                 32 - missing, missing <= 8 ? 32 : 24);
        assert_string_equal(heard.text, expected);
        source_close(source);
    }
    buffer_free(&bytes);
}

static void lengths_that_cannot_be_are_corrupt(void **state)
{
    static const struct {
        uint32_t captured, size;
    } cases[] = {{6, 23}, {6, 29}, {0xffffffff, 30}, {6, 0xffffffff}, {0, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer bytes = {0};
        struct heard heard = {0};
        struct packet packet;
        put_header(&bytes, 2, 4);
        put_u32(&bytes, 6);
        put_u32(&bytes, cases[i].captured);
        put_u32(&bytes, cases[i].size);
        put_zeroes(&bytes, 12 + 6);
        struct source *source = open_source(&bytes, &heard);
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        char expected[128];
        snprintf(
            expected, sizeof expected,
            "test.snoop: packet 1 at offset 16: corrupt: claims %u captured bytes in %u; what came before is "
            "reported",
            (unsigned)cases[i].captured, (unsigned)cases[i].size);
        assert_string_equal(heard.text, expected);
        source_close(source);
        buffer_free(&bytes);
    }
}

static void a_file_header_must_be_whole_and_known(void **state)
{
    static const struct {
        uint32_t version, data_link;
        size_t missing;
        const char *notice;
    } cases[] = {
        {1, 4, 0, "test.snoop: snoop version 1 can't be read, only version 2"},
        {2, 99, 0, "test.snoop: snoop's data link type 99 can't be read"},
        {2, 4, 3, "test.snoop: cut after 13 of the file header's 16 bytes"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer bytes = {0};
        struct heard heard = {0};
        put_header(&bytes, cases[i].version, cases[i].data_link);
        bytes.length -= cases[i].missing;
        assert_null(open_source(&bytes, &heard));
        assert_string_equal(heard.text, cases[i].notice);
        buffer_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_packets),
        cmocka_unit_test(a_cut_file_gives_what_came_before),
        cmocka_unit_test(lengths_that_cannot_be_are_corrupt),
        cmocka_unit_test(a_file_header_must_be_whole_and_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
