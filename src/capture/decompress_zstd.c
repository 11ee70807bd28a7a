/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "capture/decompress_format.h"
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
    FIRST_BYTES = 5,
    LARGEST_WINDOW = 27, /* as a power of two: 128 MiB, what zstd itself takes without being told */
};

/* Where a step fails, what it had put out is lost. So each gets only the bytes of the next block, and of a
 * frame at first only the least that its header can be: a frame that were there as a whole would be one step.
 */
struct zstd {
    ZSTD_DCtx *context;
    size_t wanted;
};

static void *zstd_open(void)
{
    struct zstd *zstd = memory_new(1, sizeof *zstd);
    zstd->context = ZSTD_createDCtx();
    if (!zstd->context)
        memory_exhausted("a zstd decompressor");
    ZSTD_DCtx_setParameter(zstd->context, ZSTD_d_windowLogMax, LARGEST_WINDOW);
    zstd->wanted = FIRST_BYTES;
    return zstd;
}

static enum decompress_step failed(size_t code, const char **why)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge ||
        ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
        return DECOMPRESS_TOO_LARGE;
    *why = ZSTD_getErrorName(code);
    return DECOMPRESS_CORRUPT;
}

static enum decompress_step zstd_step(void *state, struct decompress_chunk *chunk, const char **why)
{
    struct zstd *zstd = state;
    size_t taken = chunk->in_left < zstd->wanted ? chunk->in_left : zstd->wanted;
    ZSTD_inBuffer in = {.src = chunk->in, .size = taken};
    ZSTD_outBuffer out = {.dst = chunk->out, .size = chunk->out_left};
    size_t result = ZSTD_decompressStream(zstd->context, &out, &in);
    if (ZSTD_isError(result))
        return failed(result, why);
    chunk->in += in.pos;
    chunk->in_left -= in.pos;
    chunk->out += out.pos;
    chunk->out_left -= out.pos;
    zstd->wanted = result > 0 ? result : FIRST_BYTES;
    return result > 0 ? DECOMPRESS_INSIDE : DECOMPRESS_BETWEEN;
}

static uint64_t zstd_memory(const void *state)
{
    return ZSTD_sizeof_DCtx(((const struct zstd *)state)->context);
}

static void zstd_close(void *state)
{
    ZSTD_freeDCtx(((struct zstd *)state)->context);
    free(state);
}

const struct decompress_library decompress_zstd = {
    .open = zstd_open,
    .step = zstd_step,
    .memory = zstd_memory,
    .close = zstd_close,
    .version = ZSTD_versionString,
};
