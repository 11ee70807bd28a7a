/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_DECOMPRESS_H
#define TLSWHY_CAPTURE_DECOMPRESS_H

/*
 * Decompresses gzip (RFC 1952), zstd (RFC 8878), lz4 (its frame format) and xz, told apart by content, from
 * front to back and in bounded memory. A compressed file may be several streams one behind the other; what a
 * stream that breaks off holds before the break is handed out.
 */

#include "base/buffer.h"
#include "capture/input.h"
#include <stdbool.h>

struct decompress_format;

/* What bytes that begin so are compressed with; NULL: nothing that is known here. */
const struct decompress_format *decompress_recognize(const uint8_t *bytes, size_t length);

const char *decompress_name(const struct decompress_format *format);

/* The command that does the same, to standard output, without the bound of memory. */
const char *decompress_tool(const struct decompress_format *format);

/* False: this build lacks the library, whose name is decompress_library(). */
bool decompress_is_built_in(const struct decompress_format *format);
const char *decompress_library(const struct decompress_format *format);

/* The bytes that `compressed`, which is taken over, holds in a format that is built in. */
struct input *decompress_input(struct input *compressed, const struct decompress_format *format);

/* A line for each library, with its version, or with what is missing without it. */
void decompress_describe(struct buffer *out);

#endif
