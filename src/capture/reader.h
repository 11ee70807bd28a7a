/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_READER_H
#define TLSWHY_CAPTURE_READER_H

/*
 * What the readers of capture file formats share: the input, the name that messages give it, the count of
 * packets, and how a reader breaks off. The source owns the input; the name and the reader live as long as
 * it.
 */

#include "base/cursor.h"
#include "base/notice.h"
#include "capture/input.h"
#include "capture/source.h"
#include <stdbool.h>

/* No link layer that carries TLS has larger packets: BIG TCP ends at 512 KiB. */
enum { READER_LARGEST_PACKET = 16 * 1024 * 1024 };

struct reader {
    struct input *input;
    const char *name;
    struct notice_sink notices;
    uint64_t packets; /* numbers given so far */
};

/* The same two integers in the byte order that the file declared. */
static inline bool reader_u16(struct cursor *c, bool little, uint16_t *value)
{
    return little ? cursor_u16_little(c, value) : cursor_u16(c, value);
}

static inline bool reader_u32(struct cursor *c, bool little, uint32_t *value)
{
    return little ? cursor_u32_little(c, value) : cursor_u32(c, value);
}

/* input_peek() for the beginning of a file, which a signal does not keep from being read. */
const uint8_t *reader_peek_first(struct reader *reader, size_t wanted);

/* The same for a file header, with a notice when it is not there as a whole. */
const uint8_t *reader_peek_header(struct reader *reader, size_t length);

enum { READER_LONGEST_NAME = 48 };

/* The next packet in messages: "packet 7", or "behind packet 6" when nothing of another is there. */
const char *reader_name_packet(const struct reader *reader, char name[static READER_LONGEST_NAME]);

/* What `what` names, which begins at `begin`, is corrupt: one notice, "FILE: WHAT at offset BEGIN: <why>;
 * what came before is reported". */
enum source_outcome reader_break(const struct reader *reader, const char *what, uint64_t begin,
                                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* input_peek() did not get all of the `wanted` bytes of it: SOURCE_WAIT after a signal, else one notice and
 * SOURCE_BROKEN. */
enum source_outcome reader_cut(const struct reader *reader, const char *what, uint64_t begin,
                               uint64_t wanted);

#endif
