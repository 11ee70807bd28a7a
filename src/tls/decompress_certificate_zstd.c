/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/decompress_certificate.h"
#include <zstd.h>
#include <zstd_errors.h>

enum certificate_compression_fault certificate_decompress_zstd(const uint8_t *in, size_t in_length,
                                                               uint8_t *out, size_t length)
{
    size_t written = ZSTD_decompress(out, length, in, in_length);
    if (ZSTD_isError(written))
        return ZSTD_getErrorCode(written) == ZSTD_error_dstSize_tooSmall ? COMPRESSION_TOO_LONG
                                                                         : COMPRESSION_DAMAGED;
    return written < length ? COMPRESSION_TOO_SHORT : COMPRESSION_FINE;
}
