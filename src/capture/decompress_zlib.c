/* SPDX-License-Identifier: GPL-3.0-or-later */
#define ZLIB_CONST
#include "base/memory.h"
#include "capture/decompress_format.h"
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum { GZIP_ONLY = 16 + MAX_WBITS, WINDOW = 48 * 1024 };

static void *zlib_open(void)
{
    z_stream *stream = memory_new(1, sizeof *stream);
    if (inflateInit2(stream, GZIP_ONLY) != Z_OK)
        memory_exhausted("a gzip decompressor");
    return stream;
}

static uInt limited(size_t size)
{
    return size < UINT_MAX ? (uInt)size : UINT_MAX;
}

static enum decompress_step zlib_step(void *state, struct decompress_chunk *chunk, const char **why)
{
    z_stream *stream = state;
    uInt in = limited(chunk->in_left), out = limited(chunk->out_left);
    stream->next_in = chunk->in;
    stream->avail_in = in;
    stream->next_out = chunk->out;
    stream->avail_out = out;
    int status = inflate(stream, Z_NO_FLUSH);
    chunk->in += in - stream->avail_in;
    chunk->in_left -= in - stream->avail_in;
    chunk->out += out - stream->avail_out;
    chunk->out_left -= out - stream->avail_out;
    if (status == Z_OK || status == Z_BUF_ERROR)
        return DECOMPRESS_INSIDE;
    if (status == Z_STREAM_END && inflateReset(stream) == Z_OK)
        return DECOMPRESS_BETWEEN;
    *why = status == Z_NEED_DICT ? "needs a dictionary" : stream->msg;
    return DECOMPRESS_CORRUPT;
}

static uint64_t zlib_memory(const void *state)
{
    (void)state;
    return WINDOW;
}

static void zlib_close(void *state)
{
    inflateEnd(state);
    free(state);
}

static const char *version_of_zlib(void)
{
    return zlibVersion();
}

const struct decompress_library decompress_zlib = {
    .open = zlib_open,
    .step = zlib_step,
    .memory = zlib_memory,
    .close = zlib_close,
    .version = version_of_zlib,
};
