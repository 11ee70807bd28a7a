/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_DECOMPRESS_FORMAT_H
#define TLSWHY_CAPTURE_DECOMPRESS_FORMAT_H

/*
 * What each compression library is wrapped into: one small file a library, and one row in decompress.c.
 * Nothing outside src/capture/decompress*.c includes this.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory that a decompressor may really use, and what a stream may declare: that costs nothing while it is
 * short. */
#define DECOMPRESS_MEMORY   (UINT64_C(18) << 20)
#define DECOMPRESS_DECLARED (UINT64_C(144) << 20)

/* Bytes to take and room to fill; a step moves both on. */
struct decompress_chunk {
    const uint8_t *in;
    size_t in_left;
    uint8_t *out;
    size_t out_left;
    bool at_end; /* nothing will ever come behind `in` */
};

enum decompress_step {
    DECOMPRESS_INSIDE,   /* a stream is under way, or nothing happened */
    DECOMPRESS_BETWEEN,  /* a stream ended where the input stands now; another may follow */
    DECOMPRESS_CORRUPT,  /* `why` says more, if it is not NULL */
    DECOMPRESS_TOO_LARGE /* declares that it takes more memory than DECOMPRESS_DECLARED */
};

struct decompress_library {
    void *(*open)(void);
    /* Takes some bytes or fills some room, if there are any. */
    enum decompress_step (*step)(void *state, struct decompress_chunk *chunk, const char **why);
    uint64_t (*memory)(const void *state); /* bytes that the stream at hand may take */
    void (*close)(void *state);
    const char *(*version)(void);
};

/* Each is there only where configure found the library. */
extern const struct decompress_library decompress_zlib, decompress_zstd, decompress_lz4, decompress_lzma;

#endif
