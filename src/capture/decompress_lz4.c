/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "capture/decompress_format.h"
#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>

/* The frame header's shortest form; and two of the largest blocks with the 64 KiB before them. */
enum { FIRST_BYTES = 7, MEMORY = 2 * (4 * 1024 * 1024 + 64 * 1024) };

/* Where a step fails, what it had put out is lost. So each gets only the bytes of the next block. */
struct lz4 {
    LZ4F_dctx *context;
    size_t wanted;
};

static void *lz4_open(void)
{
    struct lz4 *lz4 = memory_new(1, sizeof *lz4);
    if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4->context, LZ4F_VERSION)))
        memory_exhausted("a lz4 decompressor");
    lz4->wanted = FIRST_BYTES;
    return lz4;
}

static enum decompress_step lz4_step(void *state, struct decompress_chunk *chunk, const char **why)
{
    struct lz4 *lz4 = state;
    size_t in = chunk->in_left < lz4->wanted ? chunk->in_left : lz4->wanted, out = chunk->out_left;
    size_t result = LZ4F_decompress(lz4->context, chunk->out, &out, chunk->in, &in, NULL);
    if (LZ4F_isError(result)) {
        *why = LZ4F_getErrorName(result);
        return DECOMPRESS_CORRUPT;
    }
    chunk->in += in;
    chunk->in_left -= in;
    chunk->out += out;
    chunk->out_left -= out;
    lz4->wanted = result > 0 ? result : FIRST_BYTES;
    return result > 0 ? DECOMPRESS_INSIDE : DECOMPRESS_BETWEEN;
}

static uint64_t lz4_memory(const void *state)
{
    (void)state;
    return MEMORY;
}

static void lz4_close(void *state)
{
    LZ4F_freeDecompressionContext(((struct lz4 *)state)->context);
    free(state);
}

const struct decompress_library decompress_lz4 = {
    .open = lz4_open,
    .step = lz4_step,
    .memory = lz4_memory,
    .close = lz4_close,
    .version = LZ4_versionString,
};
