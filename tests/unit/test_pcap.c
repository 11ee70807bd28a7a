/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/source.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t first[] = {1, 2, 3, 4, 5, 6}, second[] = {7, 8, 9};

struct file {
    struct buffer bytes;
    struct heard heard;
    bool little;
    uint32_t magic;
};

static void put32(struct file *file, uint32_t value)
{
    put_number(&file->bytes, value, 4, file->little);
}

static void put_file_header(struct file *file, unsigned minor, uint32_t link_type)
{
    put32(file, file->magic);
    put_number(&file->bytes, 2, 2, file->little);
    put_number(&file->bytes, minor, 2, file->little);
    put32(file, 0);
    put32(file, 0);
    put32(file, 65535);
    put32(file, link_type);
    if (file->magic == 0x1c0001ab || file->magic == 0x1c0001ac)
        put32(file, 47); /* bytes of all records */
}

static void put_record(struct file *file, uint32_t seconds, uint32_t fraction, uint32_t captured,
                       uint32_t length)
{
    put32(file, seconds);
    put32(file, fraction);
    put32(file, captured);
    put32(file, length);
    if (file->magic == 0xa1b2cd34)
        put_zeroes(&file->bytes, 8);
}

static struct source *open_source(struct file *file)
{
    struct notice_sink sink = sink_of(&file->heard);
    return source_open_memory("test.pcap", bytes_of(&file->bytes), file->bytes.length, &sink);
}

static void check_two_packets(bool little, uint32_t magic, int64_t unit)
{
    struct file file = {.little = little, .magic = magic};
    put_file_header(&file, 4, 0xf4000071); /* frame check sequences of four bytes; LINUX_SLL */
    size_t begin = file.bytes.length;
    put_record(&file, 1700000000, 123456, sizeof first, 1500);
    buffer_add(&file.bytes, first, sizeof first);
    size_t offset = file.bytes.length;
    put_record(&file, 4294967295, 999999, sizeof second, sizeof second);
    buffer_add(&file.bytes, second, sizeof second);

    struct source *source = open_source(&file);
    struct packet packet;
    assert_non_null(source);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 1);
    assert_true(packet.time == INT64_C(1700000000000000000) + 123456 * unit);
    assert_int_equal(packet.captured, sizeof first);
    assert_int_equal(packet.length, 1500);
    assert_int_equal(packet.link_type, 113);
    assert_int_equal(packet.offset, begin);
    assert_string_equal(packet.origin, "test.pcap");
    assert_memory_equal(packet.bytes, first, sizeof first);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 2);
    assert_true(packet.time == INT64_C(4294967295000000000) + 999999 * unit);
    assert_int_equal(packet.offset, offset);
    assert_memory_equal(packet.bytes, second, sizeof second);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(source_packets(source), 2);
    assert_int_equal(file.heard.times, 0);
    source_close(source);
    buffer_free(&file.bytes);
}

static void reads_every_variant_in_both_byte_orders(void **state)
{
    (void)state;
    for (int little = 0; little < 2; little++) {
        check_two_packets(little, 0xa1b2c3d4, 1000);
        check_two_packets(little, 0xa1b23c4d, 1);
        check_two_packets(little, 0xa1b2cd34, 1000);
        check_two_packets(little, 0x1c0001ab, 1000);
        check_two_packets(little, 0x1c0001ac, 1);
    }
}

static void an_empty_capture_just_ends(void **state)
{
    (void)state;
    struct file file = {.magic = 0xa1b2c3d4};
    put_file_header(&file, 4, 1);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_non_null(source);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(file.heard.times, 0);
    source_close(source);
    buffer_free(&file.bytes);
}

static void more_captured_than_sent_is_all_sent(void **state)
{
    (void)state;
    struct file file = {.magic = 0xa1b2c3d4};
    put_file_header(&file, 4, 1);
    put_record(&file, 0, 0, sizeof first, 2);
    buffer_add(&file.bytes, first, sizeof first);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.captured, sizeof first);
    assert_int_equal(packet.length, sizeof first);
    source_close(source);
    buffer_free(&file.bytes);
}

static void old_versions_have_the_lengths_swapped(void **state)
{
    (void)state;
    for (unsigned minor = 2; minor <= 3; minor++) {
        struct file file = {.magic = 0xa1b2c3d4};
        put_file_header(&file, minor, 1);
        put_record(&file, 0, 0, 1500, sizeof first);
        buffer_add(&file.bytes, first, sizeof first);
        struct source *source = open_source(&file);
        struct packet packet;
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(packet.captured, sizeof first);
        assert_int_equal(packet.length, 1500);
        source_close(source);
        buffer_free(&file.bytes);
    }
}

/* AIX names link types by what kind of interface it is, and counts nanoseconds. */
static void reads_what_aix_writes(void **state)
{
    static const struct {
        unsigned interface_type, link_type;
        int64_t time;
    } cases[] = {{6, 1, 123456789}, {24, 0, 123456789}, {1, 1, INT64_C(123456789000)}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct file file = {.magic = 0xa1b2c3d4};
        put_file_header(&file, 2, cases[i].interface_type);
        put_record(&file, 0, 123456789, sizeof first, 1500);
        buffer_add(&file.bytes, first, sizeof first);
        struct source *source = open_source(&file);
        struct packet packet;
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(packet.link_type, cases[i].link_type);
        assert_true(packet.time == cases[i].time);
        assert_int_equal(packet.captured, sizeof first);
        assert_int_equal(packet.length, 1500);
        source_close(source);
        buffer_free(&file.bytes);
    }
}

/* One packet is whole; of the second there are fewer and fewer bytes. */
static void a_cut_file_gives_what_came_before(void **state)
{
    (void)state;
    for (size_t missing = 1; missing < 19; missing++) {
        struct file file = {.magic = 0xa1b2c3d4, .little = true};
        put_file_header(&file, 4, 1);
        put_record(&file, 0, 0, sizeof first, sizeof first);
        buffer_add(&file.bytes, first, sizeof first);
        put_record(&file, 0, 0, sizeof second, sizeof second);
        buffer_add(&file.bytes, second, sizeof second);
        file.bytes.length -= missing;
        struct source *source = open_source(&file);
        struct packet packet;
        char expected[128];
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        snprintf(expected, sizeof expected,
                 "test.pcap: packet 2 at offset 46: cut after %zu of %d bytes; what came before is reported",
                 19 - missing, missing > 3 ? 16 : 19);
        assert_string_equal(file.heard.text, expected);
        assert_int_equal(file.heard.times, 1);
        assert_int_equal(file.heard.level, NOTICE_ERROR);
        source_close(source);
        buffer_free(&file.bytes);
    }
}

static void a_length_that_cannot_be_is_corrupt(void **state)
{
    (void)state;
    struct file file = {.magic = 0xa1b2c3d4};
    put_file_header(&file, 4, 1);
    put_record(&file, 0, 0, 0xfffffff0, 0xfffffff0);
    put_zeroes(&file.bytes, 100);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
    assert_string_equal(file.heard.text,
                        "test.pcap: packet 1 at offset 24: corrupt: claims 4294967280 captured "
                        "bytes; what came before is reported");
    source_close(source);
    buffer_free(&file.bytes);
}

static void a_file_header_must_be_whole_and_known(void **state)
{
    (void)state;
    struct file file = {.magic = 0xa1b2c3d4};
    put_file_header(&file, 4, 1);
    file.bytes.length = 20;
    assert_null(open_source(&file));
    assert_string_equal(file.heard.text, "test.pcap: cut after 20 of the file header's 24 bytes");
    file.bytes.length = 24;
    file.bytes.bytes[5] = 3;
    assert_null(open_source(&file));
    assert_string_equal(file.heard.text, "test.pcap: pcap version 3.4 can't be read, only version 2");
    buffer_free(&file.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_variant_in_both_byte_orders),
        cmocka_unit_test(an_empty_capture_just_ends),
        cmocka_unit_test(more_captured_than_sent_is_all_sent),
        cmocka_unit_test(old_versions_have_the_lengths_swapped),
        cmocka_unit_test(reads_what_aix_writes),
        cmocka_unit_test(a_cut_file_gives_what_came_before),
        cmocka_unit_test(a_length_that_cannot_be_is_corrupt),
        cmocka_unit_test(a_file_header_must_be_whole_and_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
