/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/compressed_certificate.h"

#include "base/memory.h"
#include "tls/decompress_certificate.h"
#include "tls/vector.h"
#include <stdlib.h>
#include <string.h>

/* IANA TLS Certificate Compression Algorithm IDs */
static const struct {
    uint16_t algorithm;
    const char *name;
    certificate_decompressor *decompress; /* NULL: not built in */
} algorithms[] = {
#ifdef HAVE_ZLIB
    {1, "zlib", certificate_decompress_zlib},
#else
    {1, "zlib", NULL},
#endif
#ifdef HAVE_BROTLI
    {2, "brotli", certificate_decompress_brotli},
#else
    {2, "brotli", NULL},
#endif
#ifdef HAVE_ZSTD
    {3, "zstd", certificate_decompress_zstd},
#else
    {3, "zstd", NULL},
#endif
};

enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

const char *certificate_compression_name(uint16_t algorithm)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].algorithm == algorithm)
            return algorithms[i].name;
    return NULL;
}

static enum certificate_compression_fault decompress(uint16_t algorithm, struct cursor in, uint8_t *out,
                                                     size_t length)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].algorithm == algorithm)
            return algorithms[i].decompress ? algorithms[i].decompress(in.at, in.left, out, length)
                                            : COMPRESSION_NOT_BUILT_IN;
    return COMPRESSION_UNKNOWN;
}

/* The struct says why, and that there may be certificates. */
static enum decode_result unread(struct certificate_message *message,
                                 enum certificate_compression_fault fault, enum decode_result result)
{
    message->cut = true;
    message->compression_fault = fault;
    return result;
}

/* As a Certificate of its own that happens to have come compressed. */
static enum decode_result read_inside(struct cursor compressed, uint32_t announced, uint16_t version,
                                      struct arena *arena, struct fingerprinter *hasher,
                                      struct certificate_message *message)
{
    struct certificate_message outside = *message;
    uint8_t *bytes = memory_new(announced > 0 ? announced : 1, 1);
    enum decode_result result;
    enum certificate_compression_fault fault = decompress(outside.compression, compressed, bytes, announced);
    if (fault == COMPRESSION_FINE) {
        result = certificate_message_decode(cursor_over(bytes, announced), version, arena, hasher, message);
        message->compression = outside.compression;
        message->compressed_length = outside.compressed_length;
    } else {
        bool ours = fault == COMPRESSION_NOT_BUILT_IN || fault == COMPRESSION_UNKNOWN;
        result = unread(message, fault, ours ? DECODE_WHOLE : DECODE_BAD);
    }
    free(bytes);
    return result;
}

enum decode_result compressed_certificate_decode(struct cursor body, uint16_t version, struct arena *arena,
                                                 struct fingerprinter *hasher,
                                                 struct certificate_message *message)
{
    uint32_t announced;
    struct cursor compressed;
    memset(message, 0, sizeof *message);
    message->length = vector_announced(&body);
    cursor_u16(&body, &message->compression);
    cursor_u24(&body, &announced);
    vector_open(&body, 3, &compressed);
    message->compressed_length = vector_announced(&compressed);
    enum decode_result result = vector_result(&body);
    if (result == DECODE_WHOLE && compressed.uncaptured > 0)
        result = DECODE_CUT;
    if (result != DECODE_WHOLE)
        return unread(message, COMPRESSION_FINE, result);
    if (announced > CERTIFICATE_UNCOMPRESSED_MOST)
        return unread(message, COMPRESSION_TOO_LARGE, DECODE_WHOLE);
    return read_inside(compressed, announced, version, arena, hasher, message);
}

const char *certificate_compression_fault_word(enum certificate_compression_fault fault)
{
    static const char *const words[] = {
        [COMPRESSION_FINE] = NULL,
        [COMPRESSION_UNKNOWN] = "unknown_algorithm",
        [COMPRESSION_NOT_BUILT_IN] = "not_built_in",
        [COMPRESSION_DAMAGED] = "damaged",
        [COMPRESSION_TOO_LONG] = "too_long",
        [COMPRESSION_TOO_SHORT] = "too_short",
        [COMPRESSION_TOO_LARGE] = "too_large",
    };
    return words[fault];
}
