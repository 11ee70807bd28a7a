/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "tls/decompress_certificate.h"
#include <zlib.h>

/* One byte more than there is room for (`beyond`) tells a stream that goes on from one that ends. */
static enum certificate_compression_fault end_of(z_stream *stream, int result, uint8_t *beyond)
{
    if (result == Z_BUF_ERROR && stream->avail_out == 0) {
        stream->next_out = beyond;
        stream->avail_out = 1;
        result = inflate(stream, Z_FINISH);
        if (result != Z_STREAM_END)
            return stream->avail_out == 0 ? COMPRESSION_TOO_LONG : COMPRESSION_DAMAGED;
        if (stream->avail_out == 0)
            return COMPRESSION_TOO_LONG;
        stream->avail_out = 0;
    }
    if (result != Z_STREAM_END || stream->avail_in > 0)
        return COMPRESSION_DAMAGED;
    return stream->avail_out > 0 ? COMPRESSION_TOO_SHORT : COMPRESSION_FINE;
}

enum certificate_compression_fault certificate_decompress_zlib(const uint8_t *in, size_t in_length,
                                                               uint8_t *out, size_t length)
{
    /* zlib does not write into its input, but older ones do not say so. */
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)in,
                       .avail_in = (uInt)in_length,
                       .next_out = out,
                       .avail_out = (uInt)length};
    if (inflateInit(&stream) != Z_OK)
        memory_exhausted("a zlib decompressor");
    uint8_t beyond;
    enum certificate_compression_fault fault = end_of(&stream, inflate(&stream, Z_FINISH), &beyond);
    inflateEnd(&stream);
    return fault;
}
