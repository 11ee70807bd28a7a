/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/pcapng_time.h"
#include "capture/source.h"
#include "capture_bytes.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 2, SIMPLE = 3, NAMES = 4, ENHANCED = 6, SECRETS = 10 };

static const char payload[] = {1, 2, 3, 4, 5, 6, 7};

struct file {
    struct buffer bytes;
    struct buffer body; /* of the block that is being made */
    struct heard heard;
    bool little;
};

static void put(struct file *file, int width, uint64_t value)
{
    put_number(&file->body, value, width, file->little);
}

static void put_padded(struct file *file, const void *bytes, size_t length)
{
    buffer_add(&file->body, bytes, length);
    put_zeroes(&file->body, -length % 4);
}

static void end_block(struct file *file, uint32_t type)
{
    uint32_t length = (uint32_t)file->body.length + 12;
    put_number(&file->bytes, type, 4, file->little);
    put_number(&file->bytes, length, 4, file->little);
    buffer_add(&file->bytes, file->body.bytes, file->body.length);
    put_number(&file->bytes, length, 4, file->little);
    buffer_clear(&file->body);
}

static void put_section(struct file *file)
{
    put(file, 4, 0x1a2b3c4d);
    put(file, 2, 1);
    put(file, 2, 0);
    put(file, 8, UINT64_MAX);
    end_block(file, SECTION);
}

static void put_interface(struct file *file, unsigned link_type, uint32_t snapshot_length)
{
    put(file, 2, link_type);
    put(file, 2, 0);
    put(file, 4, snapshot_length);
    end_block(file, INTERFACE);
}

static void put_enhanced(struct file *file, uint32_t interface, uint64_t stamp, uint32_t captured,
                         uint32_t length)
{
    put(file, 4, interface);
    put(file, 4, stamp >> 32);
    put(file, 4, stamp & 0xffffffff);
    put(file, 4, captured);
    put(file, 4, length);
    put_padded(file, payload, captured <= sizeof payload ? captured : sizeof payload);
    end_block(file, ENHANCED);
}

static struct source *open_source(struct file *file)
{
    struct notice_sink sink = sink_of(&file->heard);
    struct source *source =
        source_open_memory("test.pcapng", bytes_of(&file->bytes), file->bytes.length, &sink);
    assert_non_null(source);
    return source;
}

static void close_all(struct source *source, struct file *file)
{
    source_close(source);
    buffer_free(&file->bytes);
    buffer_free(&file->body);
}

static void reads_enhanced_packets_in_both_byte_orders(void **state)
{
    (void)state;
    for (int little = 0; little < 2; little++) {
        struct file file = {.little = little};
        put_section(&file);
        put_interface(&file, 276, 0);
        put_enhanced(&file, 0, UINT64_C(1700000000123456), 7, 1500);
        struct source *source = open_source(&file);
        struct packet packet;
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(packet.number, 1);
        assert_true(packet.time == INT64_C(1700000000123456000));
        assert_int_equal(packet.captured, 7);
        assert_int_equal(packet.length, 1500);
        assert_int_equal(packet.link_type, 276);
        assert_int_equal(packet.offset, 28 + 20);
        assert_memory_equal(packet.bytes, payload, 7);
        assert_int_equal(source_next(source, &packet), SOURCE_END);
        assert_int_equal(file.heard.times, 0);
        close_all(source, &file);
    }
}

/* A section has its own byte order and its own interfaces, and the packets go on counting. */
static void sections_and_interfaces_are_kept_apart(void **state)
{
    (void)state;
    struct file file = {.little = true};
    put_section(&file);
    put_interface(&file, 1, 0);
    put_interface(&file, 101, 0);
    put_enhanced(&file, 1, 1, 7, 7);
    put_enhanced(&file, 0, 2, 7, 7);
    file.little = false;
    put_section(&file);
    put_interface(&file, 113, 0);
    put_enhanced(&file, 0, 3, 7, 7);
    put_enhanced(&file, 1, 4, 7, 7);
    struct source *source = open_source(&file);
    struct packet packet;
    const uint16_t link_types[] = {101, 1, 113};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(packet.number, i + 1);
        assert_int_equal(packet.link_type, link_types[i]);
        assert_true(packet.time == 1000 * ((int64_t)i + 1));
    }
    assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
    assert_non_null(strstr(file.heard.text, "packet 4 at offset"));
    assert_non_null(strstr(file.heard.text, "from an interface that was not described, number 1"));
    close_all(source, &file);
}

static void reads_simple_packets(void **state)
{
    (void)state;
    struct file file = {.little = true};
    put_section(&file);
    put_interface(&file, 1, 5);
    put(&file, 4, 1500);
    put_padded(&file, payload, 5);
    end_block(&file, SIMPLE);
    put(&file, 4, 3);
    put_padded(&file, payload, 3);
    end_block(&file, SIMPLE);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.captured, 5);
    assert_int_equal(packet.length, 1500);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.captured, 3);
    assert_int_equal(packet.length, 3);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    close_all(source, &file);
}

static void reads_obsolete_packets(void **state)
{
    (void)state;
    struct file file = {.little = false};
    put_section(&file);
    put_interface(&file, 1, 0);
    put(&file, 2, 0);
    put(&file, 2, 77);
    put(&file, 4, 0);
    put(&file, 4, 9);
    put(&file, 4, 7);
    put(&file, 4, 60);
    put_padded(&file, payload, 7);
    end_block(&file, PACKET);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_true(packet.time == 9000);
    assert_int_equal(packet.captured, 7);
    assert_int_equal(packet.length, 60);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    close_all(source, &file);
}

/* Options of an interface: time in nanoseconds, two hours later. */
static void reads_an_interfaces_clock(void **state)
{
    (void)state;
    struct file file = {.little = true};
    put_section(&file);
    put(&file, 2, 1);
    put(&file, 2, 0);
    put(&file, 4, 0);
    put(&file, 2, 2); /* if_name */
    put(&file, 2, 3);
    put_padded(&file, "en0", 3);
    put(&file, 2, 9); /* if_tsresol */
    put(&file, 2, 1);
    put_padded(&file, "\x09", 1);
    put(&file, 2, 14); /* if_tsoffset */
    put(&file, 2, 8);
    put(&file, 8, 7200);
    put(&file, 4, 0);
    end_block(&file, INTERFACE);
    put_enhanced(&file, 0, 5, 7, 7);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_true(packet.time == INT64_C(7200000000005));
    close_all(source, &file);
}

static void clocks_count_in_any_unit(void **state)
{
    (void)state;
    static const struct {
        struct pcapng_clock clock;
        uint64_t stamp;
        int64_t time;
    } cases[] = {
        {{6, 0}, 1, 1000},
        {{0, 0}, 1700000000, INT64_C(1700000000000000000)},
        {{3, 0}, 1500, 1500000000},
        {{7, 0}, 12345678, 1234567800},
        {{9, 0}, 1700000000123456789, INT64_C(1700000000123456789)},
        {{12, 0}, 1234567890123456, INT64_C(1234567890123)},
        {{127, 0}, UINT64_MAX, 0},
        {{0x80, 0}, 3, 3000000000},
        {{0x80 | 1, 0}, 3, 1500000000},
        {{0x80 | 32, 0}, (UINT64_C(7) << 32) + (UINT64_C(1) << 31), 7500000000},
        {{0x80 | 40, 0}, (UINT64_C(7) << 40) + (UINT64_C(1) << 38), 7250000000},
        {{0x80 | 63, 0}, UINT64_C(3) << 62, 1500000000},
        {{0x80 | 64, 0}, UINT64_C(1) << 63, 500000000},
        {{0x80 | 127, 0}, UINT64_MAX, 0},
        {{6, -1}, 0, -1000000000},
        {{0, 0}, UINT64_MAX, PACKET_LATEST},
        {{0, INT64_MAX}, UINT64_MAX, PACKET_LATEST},
        {{0, INT64_MIN}, 0, PACKET_EARLIEST},
        {{0, INT64_MIN}, UINT64_MAX, PACKET_EARLIEST},
        {{9, 0}, UINT64_MAX, PACKET_LATEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(pcapng_clock_time(&cases[i].clock, cases[i].stamp) == cases[i].time);
}

/* Names, statistics and unknown blocks are passed over; those that Wireshark counts take a number. */
static void skips_what_it_does_not_know(void **state)
{
    (void)state;
    struct file file = {.little = true};
    put_section(&file);
    put_interface(&file, 1, 0);
    put_padded(&file, payload, 7);
    end_block(&file, NAMES);
    put_zeroes(&file.body, 200000);
    end_block(&file, 0x12345678);
    put_enhanced(&file, 0, 1, 7, 7);
    put(&file, 4, 32473);
    end_block(&file, 0xbad);
    put_enhanced(&file, 0, 1, 7, 7);
    struct source *source = open_source(&file);
    struct packet packet;
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 1);
    assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
    assert_int_equal(packet.number, 3);
    assert_int_equal(source_packets(source), 2);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_int_equal(file.heard.times, 0);
    close_all(source, &file);
}

static void put_secrets(struct file *file, uint32_t claimed, const char *secrets, size_t length)
{
    put(file, 4, 0x544c534b);
    put(file, 4, claimed);
    put_padded(file, secrets, length);
    end_block(file, SECRETS);
}

static void keeps_secrets(void **state)
{
    (void)state;
    struct file file = {.little = true};
    struct packet packet;
    put_section(&file);
    put_secrets(&file, 5, "first", 5);
    put_secrets(&file, 400, "short", 5);
    put_secrets(&file, 6, "second", 6);
    struct source *source = open_source(&file);
    assert_null(source_secrets_at(source, 0));
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    const struct source_secrets *secrets = source_secrets_at(source, 1);
    assert_int_equal(source_secrets_at(source, 0)->type, 0x544c534b);
    assert_int_equal(source_secrets_at(source, 0)->length, 5);
    assert_memory_equal(source_secrets_at(source, 0)->bytes, "first", 5);
    assert_memory_equal(secrets->bytes, "second", 6);
    assert_null(source_secrets_at(source, 2));
    assert_int_equal(file.heard.times, 1);
    assert_int_equal(file.heard.level, NOTICE_WARNING);
    assert_string_equal(file.heard.text,
                        "test.pcapng: secrets block at offset 56 is left out: it is corrupt");
    close_all(source, &file);
}

static void keeps_no_more_secrets_than_it_should(void **state)
{
    (void)state;
    enum { MIB = 1024 * 1024 };
    struct file file = {.little = true};
    struct packet packet;
    put_section(&file);
    for (int i = 0; i < 20; i++) {
        put(&file, 4, 1);
        put(&file, 4, MIB);
        put_zeroes(&file.body, MIB);
        end_block(&file, SECRETS);
    }
    struct source *source = open_source(&file);
    assert_int_equal(source_next(source, &packet), SOURCE_END);
    assert_non_null(source_secrets_at(source, 14));
    assert_null(source_secrets_at(source, 16));
    assert_int_equal(file.heard.times, 1);
    assert_non_null(strstr(file.heard.text, "more than 16 MiB of secrets"));
    close_all(source, &file);
}

/* Whatever the file lacks at its end, the first packet comes, and one notice says where the rest broke off.
 */
static void a_cut_file_gives_what_came_before(void **state)
{
    (void)state;
    for (size_t missing = 1; missing < 40; missing++) {
        struct file file = {.little = true};
        put_section(&file);
        put_interface(&file, 1, 0);
        put_enhanced(&file, 0, 1, 7, 7);
        put_enhanced(&file, 0, 2, 7, 7);
        file.bytes.length -= missing;
        struct source *source = open_source(&file);
        struct packet packet;
        char expected[128];
        assert_int_equal(source_next(source, &packet), SOURCE_PACKET);
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        snprintf(expected, sizeof expected,
                 "at offset 88: cut after %zu of %d bytes; what came before is reported", 40 - missing,
                 missing > 28 ? 12 : 40);
        assert_non_null(strstr(file.heard.text, expected));
        assert_int_equal(file.heard.times, 1);
        close_all(source, &file);
    }
}

/* Each byte of the headers is spoiled in turn: never more than one notice, never a crash. */
static void spoiled_headers_are_told_apart_from_ends(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint8_t value;
        const char *notice;
    } cases[] = {
        {4, 11, "block behind packet 0 at offset 0: corrupt: a length that can't be"},
        {4, 29, "block behind packet 0 at offset 0: corrupt: a length that can't be"},
        {8, 0, "block behind packet 0 at offset 0: corrupt: a section header without a byte order"},
        {12, 2, "block behind packet 0 at offset 0: corrupt: a pcapng version that can't be read"},
        {24, 32, "block behind packet 0 at offset 0: corrupt: its two lengths differ"},
        {32, 12, "block behind packet 0 at offset 28: corrupt: its two lengths differ"},
        {51, 0xff, "block behind packet 0 at offset 48: cut after 40 of"},
        {55, 0xff, "block behind packet 0 at offset 48: corrupt: a length that can't be"},
        {56, 1, "packet 1 at offset 48: corrupt: from an interface that was not described, number 1"},
        {68, 9, "packet 1 at offset 48: corrupt: does not hold its captured bytes, 9"},
        {71, 9, "packet 1 at offset 48: corrupt: does not hold its captured bytes, 150994951"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct file file = {.little = true};
        put_section(&file);
        put_interface(&file, 1, 0);
        put_enhanced(&file, 0, 1, 7, 7);
        file.bytes.bytes[cases[i].offset] = (char)cases[i].value;
        if (cases[i].offset == 51)
            file.bytes.bytes[53] = 1; /* an unknown block that is longer than the file */
        struct source *source = open_source(&file);
        struct packet packet;
        assert_int_equal(source_next(source, &packet), SOURCE_BROKEN);
        if (!strstr(file.heard.text, cases[i].notice))
            fail_msg("case %zu: %s", i, file.heard.text);
        assert_int_equal(file.heard.times, 1);
        close_all(source, &file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_enhanced_packets_in_both_byte_orders),
        cmocka_unit_test(sections_and_interfaces_are_kept_apart),
        cmocka_unit_test(reads_simple_packets),
        cmocka_unit_test(reads_obsolete_packets),
        cmocka_unit_test(reads_an_interfaces_clock),
        cmocka_unit_test(clocks_count_in_any_unit),
        cmocka_unit_test(skips_what_it_does_not_know),
        cmocka_unit_test(keeps_secrets),
        cmocka_unit_test(keeps_no_more_secrets_than_it_should),
        cmocka_unit_test(a_cut_file_gives_what_came_before),
        cmocka_unit_test(spoiled_headers_are_told_apart_from_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
