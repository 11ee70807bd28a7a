/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/decompress.h"

#include "base/memory.h"
#include "capture/decompress_format.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_ZLIB
#define ZLIB &decompress_zlib
#else
#define ZLIB NULL
#endif
#ifdef HAVE_ZSTD
#define ZSTD &decompress_zstd
#else
#define ZSTD NULL
#endif
#ifdef HAVE_LZ4
#define LZ4 &decompress_lz4
#else
#define LZ4 NULL
#endif
#ifdef HAVE_LZMA
#define LZMA &decompress_lzma
#else
#define LZMA NULL
#endif

enum { MIB = 1024 * 1024, LONGEST_REASON = 224 };

/* `magic` stands `at` bytes behind the beginning: pzstd puts a frame to be skipped before each of its own,
 * with 4 bytes in it, and the lower half of such a frame's first byte may be anything. */
static const struct decompress_format {
    const char *name, *tool;
    const char *library_name;
    const struct decompress_library *library; /* NULL: not built in */
    const char *magic;
    uint8_t length, at;
} formats[] = {
    {"gzip", "gzip -dc", "zlib", ZLIB, "\x1f\x8b", 2, 0},
    {"zstd", "zstd -dc --long=31", "libzstd", ZSTD, "\x28\xb5\x2f\xfd", 4, 0},
    {"zstd", "zstd -dc --long=31", "libzstd", ZSTD, "\x2a\x4d\x18\x04\0\0\0", 7, 1},
    {"lz4", "lz4 -dc", "liblz4", LZ4, "\x04\x22\x4d\x18", 4, 0},
    {"xz", "xz -dc", "liblzma", LZMA, "\xfd\x37zXZ\0", 6, 0},
};

struct decompressor {
    const struct decompress_format *format;
    struct input *compressed;
    void *state;
    uint64_t produced;
    bool between;             /* no stream is under way */
    bool may_hold;            /* more room may bring more bytes without any taken */
    enum input_status failed; /* INPUT_OK: not yet */
    char failure[LONGEST_REASON];
};

const struct decompress_format *decompress_recognize(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const struct decompress_format *format = &formats[i];
        if (length >= (size_t)format->at + format->length &&
            memcmp(bytes + format->at, format->magic, format->length) == 0)
            return format;
    }
    return NULL;
}

const char *decompress_name(const struct decompress_format *format)
{
    return format->name;
}

const char *decompress_tool(const struct decompress_format *format)
{
    return format->tool;
}

const char *decompress_library(const struct decompress_format *format)
{
    return format->library_name;
}

bool decompress_is_built_in(const struct decompress_format *format)
{
    return format->library != NULL;
}

void decompress_describe(struct buffer *out)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const struct decompress_format *format = &formats[i];
        if (i > 0 && strcmp(format->name, formats[i - 1].name) == 0)
            continue;
        if (format->library)
            buffer_add_format(out, "%s %s\n", format->library_name, format->library->version());
        else
            buffer_add_format(out, "no %s: cannot decompress %s\n", format->library_name, format->name);
    }
}

/* ---- From step to step --------------------------------------------------------------------------------- */

static enum input_status fail(struct decompressor *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum input_status fail(struct decompressor *d, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(d->failure, sizeof d->failure, format, arguments);
    va_end(arguments);
    d->failed = INPUT_FAILED;
    return INPUT_FAILED;
}

static enum input_status fail_as_corrupt(struct decompressor *d, const char *why)
{
    return fail(d, "the %s data is corrupt at offset %" PRIu64 " of the file%s%s%s", d->format->name,
                input_offset(d->compressed), why ? " (" : "", why ? why : "", why ? ")" : "");
}

static enum input_status fail_as_cut(struct decompressor *d)
{
    return fail(d, "the %s data is cut at offset %" PRIu64 " of the file", d->format->name,
                input_offset(d->compressed));
}

static enum input_status fail_as_large(struct decompressor *d)
{
    return fail(
        d, "the %s data takes more than %" PRIu64 " MiB of memory to decompress; use %s FILE | tlswhy -r -",
        d->format->name, DECOMPRESS_MEMORY / MIB, d->format->tool);
}

/* What a stream declares costs nothing until it is used. */
static bool uses_too_much(const struct decompressor *d)
{
    return d->produced > DECOMPRESS_MEMORY && d->format->library->memory(d->state) > DECOMPRESS_MEMORY;
}

/* Sees to it that there is something to take, unless the library may still have something to give. */
static enum input_status feed(struct decompressor *d, struct decompress_chunk *chunk)
{
    struct input *compressed = d->compressed;
    if (!d->may_hold && input_available(compressed) == 0 && !input_peek(compressed, 1)) {
        enum input_status status = input_status(compressed);
        if (status == INPUT_FAILED)
            return fail(d, "%s", input_failure(compressed));
        if (status == INPUT_INTERRUPTED)
            return status;
        chunk->at_end = true;
    }
    chunk->in = input_peek(compressed, 0);
    chunk->in_left = input_available(compressed);
    return INPUT_OK;
}

static enum input_status take_step(struct decompressor *d, struct decompress_chunk *chunk)
{
    size_t in = chunk->in_left, out = chunk->out_left;
    const char *why = NULL;
    enum decompress_step step = d->format->library->step(d->state, chunk, &why);
    bool moved = chunk->in_left < in || chunk->out_left < out;
    input_skip(d->compressed, in - chunk->in_left);
    d->produced += out - chunk->out_left;
    d->may_hold = chunk->out_left == 0;
    if (step == DECOMPRESS_CORRUPT)
        return fail_as_corrupt(d, why);
    if (step == DECOMPRESS_TOO_LARGE || uses_too_much(d))
        return fail_as_large(d);
    if (step == DECOMPRESS_BETWEEN || moved)
        d->between = step == DECOMPRESS_BETWEEN;
    return !moved && in > 0 ? fail_as_corrupt(d, "it leads nowhere") : INPUT_OK;
}

/* What came before a failure is handed out first. */
static enum input_status fill(void *state, uint8_t *room, size_t size, size_t *count)
{
    struct decompressor *d = state;
    struct decompress_chunk chunk = {.out = room, .out_left = size};
    while (d->failed == INPUT_OK) {
        enum input_status status = feed(d, &chunk);
        if (status == INPUT_OK)
            status = take_step(d, &chunk);
        *count = size - chunk.out_left;
        if (*count > 0)
            return INPUT_OK;
        if (status != INPUT_OK)
            return status;
        if (chunk.at_end)
            return d->between ? INPUT_END : fail_as_cut(d);
    }
    return d->failed;
}

/* ---- The spring ---------------------------------------------------------------------------------------- */

static const char *failure_of(const void *state)
{
    return ((const struct decompressor *)state)->failure;
}

static uint64_t position_of(const void *state)
{
    return input_position(((const struct decompressor *)state)->compressed);
}

static size_t memory_of(const void *state)
{
    const struct decompressor *d = state;
    uint64_t declared = d->format->library->memory(d->state);
    return input_memory(d->compressed) +
           (size_t)(declared < DECOMPRESS_MEMORY ? declared : DECOMPRESS_MEMORY);
}

static void close_decompressor(void *state)
{
    struct decompressor *d = state;
    d->format->library->close(d->state);
    input_free(d->compressed);
    free(d);
}

static const struct input_spring decompressed_spring = {
    .fill = fill,
    .failure = failure_of,
    .position = position_of,
    .memory = memory_of,
    .close = close_decompressor,
    .offsets_are = " of the decompressed bytes",
};

struct input *decompress_input(struct input *compressed, const struct decompress_format *format)
{
    struct decompressor *d = memory_new(1, sizeof *d);
    d->format = format;
    d->compressed = compressed;
    d->state = format->library->open();
    return input_over_spring(&decompressed_spring, d);
}
