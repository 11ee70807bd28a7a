/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buffer.h"
#include "base/memory.h"
#include "capture/decompress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_LZ4
#include <lz4frame.h>
#endif
#ifdef HAVE_LZMA
#include <lzma.h>
#endif

enum { PLAIN = 200 * 1000, ROOM = PLAIN + PLAIN / 2 + 1024 };

static uint8_t plain[PLAIN];

/* Half of it compresses well, half not at all. */
static int make_plain(void **state)
{
    uint32_t random = 1;
    (void)state;
    for (size_t i = 0; i < PLAIN; i++) {
        random = random * 1664525 + 1013904223;
        plain[i] = i % 2000 < 1000 ? (uint8_t)(i / 100) : (uint8_t)(random >> 24);
    }
    return 0;
}

/* ---- Making compressed bytes --------------------------------------------------------------------------- */

#ifdef HAVE_ZLIB
static size_t gzip(uint8_t *out, const uint8_t *in, size_t length)
{
    z_stream stream = {0};
    union {
        const uint8_t *read;
        uint8_t *never_written;
    } bytes = {.read = in};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = bytes.never_written;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = ROOM;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}
#endif

#ifdef HAVE_ZSTD
static size_t zstd(uint8_t *out, const uint8_t *in, size_t length)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t size = ZSTD_compress2(context, out, ROOM, in, length);
    assert_false(ZSTD_isError(size));
    ZSTD_freeCCtx(context);
    return size;
}

static size_t pzstd(uint8_t *out, const uint8_t *in, size_t length)
{
    static const uint8_t frame_to_skip[] = {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
    memcpy(out, frame_to_skip, sizeof frame_to_skip);
    return sizeof frame_to_skip + zstd(out + sizeof frame_to_skip, in, length);
}
#endif

#ifdef HAVE_LZ4
static size_t lz4(uint8_t *out, const uint8_t *in, size_t length)
{
    LZ4F_preferences_t preferences = {0};
    preferences.frameInfo.blockSizeID = LZ4F_max64KB;
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    size_t size = LZ4F_compressFrame(out, ROOM, in, length, &preferences);
    assert_false(LZ4F_isError(size));
    return size;
}
#endif

#ifdef HAVE_LZMA
static size_t xz(uint8_t *out, const uint8_t *in, size_t length)
{
    size_t size = 0;
    assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, in, length, out, &size, ROOM),
                     LZMA_OK);
    return size;
}
#endif

static const struct compressor {
    const char *name;
    size_t (*compress)(uint8_t *out, const uint8_t *in, size_t length);
    size_t block; /* what comes out at once: so much before a break may be lost */
} compressors[] = {
#ifdef HAVE_ZLIB
    {"gzip", gzip, 1000},
#endif
#ifdef HAVE_ZSTD
    {"zstd", zstd, 128 * 1024},
    {"zstd", pzstd, 128 * 1024},
#endif
#ifdef HAVE_LZ4
    {"lz4", lz4, 64 * 1024},
#endif
#ifdef HAVE_LZMA
    {"xz", xz, 1000},
#endif
    {NULL, NULL, 0},
};

/* ---- Reading them -------------------------------------------------------------------------------------- */

/* Gives `step` bytes at a time, and says every other time that a signal came. */
struct drip {
    const uint8_t *bytes;
    size_t length, at, step;
    bool interrupts, dry;
    bool breaks; /* fails at its end */
};

static enum input_status drip_fill(void *state, uint8_t *room, size_t size, size_t *count)
{
    struct drip *drip = state;
    size_t left = drip->length - drip->at;
    drip->dry = drip->interrupts && !drip->dry;
    if (drip->dry)
        return INPUT_INTERRUPTED;
    if (left == 0)
        return drip->breaks ? INPUT_FAILED : INPUT_END;
    *count = drip->step < left ? drip->step : left;
    *count = *count < size ? *count : size;
    memcpy(room, drip->bytes + drip->at, *count);
    drip->at += *count;
    return INPUT_OK;
}

static const char *drip_failure(const void *state)
{
    (void)state;
    return "the drip broke";
}

static uint64_t drip_position(const void *state)
{
    return ((const struct drip *)state)->at;
}

static void drip_close(void *state)
{
    (void)state;
}

static const struct input_spring drip_spring = {.fill = drip_fill,
                                                .failure = drip_failure,
                                                .position = drip_position,
                                                .close = drip_close,
                                                .offsets_are = ""};

struct outcome {
    size_t length; /* of what came, which is a beginning of `plain` once or several times over */
    enum input_status status;
    char failure[256];
};

/* Reads all there is, in pieces of another size than those that go in. */
static struct outcome read_all(struct drip *drip)
{
    enum { PIECE = 777 };
    struct outcome outcome = {0};
    const struct decompress_format *format = decompress_recognize(drip->bytes, drip->length);
    assert_non_null(format);
    assert_true(decompress_is_built_in(format));
    struct input *input = decompress_input(input_over_spring(&drip_spring, drip), format);
    do {
        const uint8_t *bytes = input_peek(input, PIECE);
        outcome.status = input_status(input);
        if (!bytes && outcome.status == INPUT_INTERRUPTED)
            continue;
        size_t count = bytes ? PIECE : input_available(input);
        bytes = bytes ? bytes : input_peek(input, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(bytes[i], plain[(outcome.length + i) % PLAIN]);
        outcome.length += count;
        input_skip(input, count);
    } while (outcome.status == INPUT_OK || outcome.status == INPUT_INTERRUPTED);
    assert_int_equal(input_offset(input), outcome.length);
    assert_int_equal(input_position(input), drip->at);
    if (outcome.status == INPUT_FAILED)
        snprintf(outcome.failure, sizeof outcome.failure, "%s", input_failure(input));
    input_free(input);
    return outcome;
}

static void reads_every_format(void **state)
{
    static const size_t steps[] = {1, 7, 4096, ROOM};
    uint8_t *bytes = memory_new(ROOM, 1);
    (void)state;
    for (const struct compressor *c = compressors; c->name; c++)
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            size_t length = c->compress(bytes, plain, PLAIN);
            struct drip drip = {.bytes = bytes, .length = length, .step = steps[i], .interrupts = i % 2};
            assert_string_equal(decompress_name(decompress_recognize(bytes, length)), c->name);
            struct outcome outcome = read_all(&drip);
            assert_int_equal(outcome.status, INPUT_END);
            assert_int_equal(outcome.length, PLAIN);
        }
    free(bytes);
}

static void reads_streams_behind_each_other(void **state)
{
    uint8_t *bytes = memory_new(3 * ROOM, 1);
    (void)state;
    for (const struct compressor *c = compressors; c->name; c++) {
        size_t length = c->compress(bytes, plain, PLAIN);
        length += c->compress(bytes + length, plain, PLAIN / 2);
        length += c->compress(bytes + length, plain + PLAIN / 2, PLAIN - PLAIN / 2);
        struct drip drip = {.bytes = bytes, .length = length, .step = 5000};
        struct outcome outcome = read_all(&drip);
        assert_int_equal(outcome.status, INPUT_END);
        assert_int_equal(outcome.length, 2 * PLAIN);
    }
    free(bytes);
}

static void reads_no_bytes_from_an_empty_stream(void **state)
{
    uint8_t *bytes = memory_new(ROOM, 1);
    (void)state;
    for (const struct compressor *c = compressors; c->name; c++) {
        struct drip drip = {.bytes = bytes, .length = c->compress(bytes, plain, 0), .step = 3};
        struct outcome outcome = read_all(&drip);
        assert_int_equal(outcome.status, INPUT_END);
        assert_int_equal(outcome.length, 0);
    }
    free(bytes);
}

/* However far the file goes: what it holds whole comes out, then it is said to be cut, and where. */
static void tells_where_a_file_is_cut(void **state)
{
    uint8_t *bytes = memory_new(ROOM, 1);
    char expected[96];
    (void)state;
    for (const struct compressor *c = compressors; c->name; c++) {
        size_t length = c->compress(bytes, plain, PLAIN);
        for (size_t cut = 13; cut < length; cut += length / 40) {
            struct drip drip = {.bytes = bytes, .length = cut, .step = 2048};
            struct outcome outcome = read_all(&drip);
            assert_int_equal(outcome.status, INPUT_FAILED);
            assert_true(outcome.length <= PLAIN);
            assert_true(outcome.length + 2 * c->block + PLAIN / 8 >= PLAIN / length * cut);
            snprintf(expected, sizeof expected, "the %s data is cut at offset %zu of the file", c->name, cut);
            assert_string_equal(outcome.failure, expected);
        }
        struct drip drip = {.bytes = bytes, .length = length - 1, .step = length};
        struct outcome outcome = read_all(&drip);
        assert_int_equal(outcome.status, INPUT_FAILED);
        assert_int_equal(outcome.length, PLAIN);
    }
    free(bytes);
}

static void tells_where_a_file_is_corrupt(void **state)
{
    uint8_t *bytes = memory_new(ROOM, 1);
    char expected[96];
    (void)state;
    for (const struct compressor *c = compressors; c->name; c++) {
        size_t length = c->compress(bytes, plain, PLAIN);
        /* What a format ends in checks what came before. */
        for (size_t i = length - 4; i < length; i++) {
            bytes[i] ^= 0x55;
            struct drip drip = {.bytes = bytes, .length = length, .step = 1000};
            struct outcome outcome = read_all(&drip);
            assert_int_equal(outcome.status, INPUT_FAILED);
            snprintf(expected, sizeof expected, "the %s data is ", c->name);
            assert_memory_equal(outcome.failure, expected, strlen(expected));
            bytes[i] ^= 0x55;
        }
        bytes[length] = 'x';
        struct drip drip = {.bytes = bytes, .length = length + 1, .step = 1000};
        struct outcome outcome = read_all(&drip);
        assert_int_equal(outcome.status, INPUT_FAILED);
        assert_int_equal(outcome.length, PLAIN);
    }
    free(bytes);
}

static void passes_on_why_reading_failed(void **state)
{
    uint8_t *bytes = memory_new(ROOM, 1);
    (void)state;
    for (const struct compressor *c = compressors; c->name; c++) {
        size_t length = c->compress(bytes, plain, PLAIN);
        struct drip drip = {.bytes = bytes, .length = length / 2, .step = 1000, .breaks = true};
        struct outcome outcome = read_all(&drip);
        assert_int_equal(outcome.status, INPUT_FAILED);
        assert_string_equal(outcome.failure, "the drip broke");
    }
    free(bytes);
}

/* ---- Memory -------------------------------------------------------------------------------------------- */

#ifdef HAVE_ZSTD
static struct outcome read_with_large_window(const uint8_t *bytes, size_t length)
{
    struct drip drip = {.bytes = bytes, .length = length, .step = 65536};
    return read_all(&drip);
}

/* So many times `plain`, compressed with a window of 64 MiB. */
static size_t zstd_with_large_window(uint8_t *out, size_t room, unsigned rounds)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_outBuffer to = {.dst = out, .size = room};
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 26);
    for (unsigned i = 0; i < rounds; i++) {
        ZSTD_inBuffer from = {.src = plain, .size = PLAIN};
        assert_false(ZSTD_isError(
            ZSTD_compressStream2(context, &to, &from, i + 1 < rounds ? ZSTD_e_continue : ZSTD_e_end)));
        assert_int_equal(from.pos, PLAIN);
    }
    ZSTD_freeCCtx(context);
    return to.pos;
}
#endif

/* A short stream may declare what it likes; a long one is given up when it has used the bound. */
static void bounds_memory(void **state)
{
    (void)state;
#ifdef HAVE_ZSTD
    enum { MIB = 1024 * 1024 };
    size_t room = 4 * ROOM;
    uint8_t *bytes = memory_new(room, 1);
    struct outcome outcome = read_with_large_window(bytes, zstd_with_large_window(bytes, room, 10));
    assert_int_equal(outcome.status, INPUT_END);
    assert_int_equal(outcome.length, 10 * PLAIN);
    outcome = read_with_large_window(bytes, zstd_with_large_window(bytes, room, 200));
    assert_int_equal(outcome.status, INPUT_FAILED);
    assert_in_range(outcome.length, 17 * MIB, 20 * MIB);
    assert_string_equal(outcome.failure,
                        "the zstd data takes more than 18 MiB of memory to decompress; use zstd "
                        "-dc --long=31 FILE | tlswhy -r -");
    free(bytes);
#else
    skip();
#endif
}

/* ---- Recognising --------------------------------------------------------------------------------------- */

static void recognizes_by_content(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
    } cases[] = {
        {"\x1f\x8b\x08", 3, "gzip"},
        {"\x1f", 1, NULL},
        {"\x28\xb5\x2f\xfd", 4, "zstd"},
        {"\x28\xb5\x2f", 3, NULL},
        {"\x5f\x2a\x4d\x18\x04\0\0\0", 8, "zstd"},
        {"\x04\x22\x4d\x18", 4, "lz4"},
        {"\xfd\x37zXZ\0", 6, "xz"},
        {"BZh9", 4, NULL},
        {"\xa1\xb2\xc3\xd4\0\2\0\4", 8, NULL},
        {"", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct decompress_format *format =
            decompress_recognize((const uint8_t *)cases[i].bytes, cases[i].length);
        assert_int_equal(format != NULL, cases[i].name != NULL);
        if (format)
            assert_string_equal(decompress_name(format), cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_format),
        cmocka_unit_test(reads_streams_behind_each_other),
        cmocka_unit_test(reads_no_bytes_from_an_empty_stream),
        cmocka_unit_test(tells_where_a_file_is_cut),
        cmocka_unit_test(tells_where_a_file_is_corrupt),
        cmocka_unit_test(passes_on_why_reading_failed),
        cmocka_unit_test(bounds_memory),
        cmocka_unit_test(recognizes_by_content),
    };
    return cmocka_run_group_tests(tests, make_plain, NULL);
}
