/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "capture/decompress_format.h"
#include <lzma.h>
#include <stdlib.h>

static const char *const reasons[] = {
    [LZMA_FORMAT_ERROR] = "not in the xz format",
    [LZMA_OPTIONS_ERROR] = "with an option of the format that is not known here",
    [LZMA_DATA_ERROR] = "its checksum or its structure is wrong",
};

static void *xz_open(void)
{
    lzma_stream *stream = memory_new(1, sizeof *stream);
    if (lzma_stream_decoder(stream, DECOMPRESS_DECLARED, LZMA_CONCATENATED) != LZMA_OK)
        memory_exhausted("a xz decompressor");
    return stream;
}

static enum decompress_step xz_step(void *state, struct decompress_chunk *chunk, const char **why)
{
    lzma_stream *stream = state;
    stream->next_in = chunk->in;
    stream->avail_in = chunk->in_left;
    stream->next_out = chunk->out;
    stream->avail_out = chunk->out_left;
    lzma_ret status = lzma_code(stream, chunk->at_end ? LZMA_FINISH : LZMA_RUN);
    chunk->in = stream->next_in;
    chunk->in_left = stream->avail_in;
    chunk->out = stream->next_out;
    chunk->out_left = stream->avail_out;
    switch (status) {
    case LZMA_STREAM_END:
        return DECOMPRESS_BETWEEN;
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        return DECOMPRESS_INSIDE;
    case LZMA_MEM_ERROR:
    case LZMA_MEMLIMIT_ERROR:
        return DECOMPRESS_TOO_LARGE;
    default:
        if ((size_t)status < sizeof reasons / sizeof reasons[0])
            *why = reasons[status];
        return DECOMPRESS_CORRUPT;
    }
}

static uint64_t xz_memory(const void *state)
{
    return lzma_memusage(state);
}

static void xz_close(void *state)
{
    lzma_end(state);
    free(state);
}

const struct decompress_library decompress_lzma = {
    .open = xz_open,
    .step = xz_step,
    .memory = xz_memory,
    .close = xz_close,
    .version = lzma_version_string,
};
