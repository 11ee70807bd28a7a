/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "tls/decompress_certificate.h"
#include <brotli/decode.h>

enum certificate_compression_fault certificate_decompress_brotli(const uint8_t *in, size_t in_length,
                                                                 uint8_t *out, size_t length)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!state)
        memory_exhausted("a brotli decompressor");
    size_t room = length;
    BrotliDecoderResult result = BrotliDecoderDecompressStream(state, &in_length, &in, &room, &out, NULL);
    BrotliDecoderDestroyInstance(state);
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)
        return COMPRESSION_TOO_LONG;
    if (result != BROTLI_DECODER_RESULT_SUCCESS || in_length > 0)
        return COMPRESSION_DAMAGED;
    return room > 0 ? COMPRESSION_TOO_SHORT : COMPRESSION_FINE;
}
