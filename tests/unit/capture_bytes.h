/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TESTS_CAPTURE_BYTES_H
#define TLSWHY_TESTS_CAPTURE_BYTES_H

/*
 * What the tests of src/capture share: putting bytes together in either byte order, and a sink that keeps the
 * notices.
 */

#include "base/buffer.h"
#include "base/notice.h"
#include <stdbool.h>
#include <stdio.h>

static inline void put_number(struct buffer *out, uint64_t value, int width, bool little)
{
    for (int i = 0; i < width; i++)
        buffer_add_char(out, (char)(value >> 8 * (little ? i : width - 1 - i)));
}

static inline void put_u8(struct buffer *out, unsigned value)
{
    put_number(out, value, 1, false);
}

static inline void put_u16(struct buffer *out, unsigned value)
{
    put_number(out, value, 2, false);
}

static inline void put_u32(struct buffer *out, uint32_t value)
{
    put_number(out, value, 4, false);
}

static inline void put_zeroes(struct buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_add_char(out, 0);
}

static inline const uint8_t *bytes_of(const struct buffer *buffer)
{
    return (const uint8_t *)buffer->bytes;
}

/* The notices of a test, and the last one's text. */
struct heard {
    int times;
    enum notice_level level;
    char text[1024];
};

static inline void hear(void *user, enum notice_level level, const char *text)
{
    struct heard *heard = user;
    heard->times++;
    heard->level = level;
    snprintf(heard->text, sizeof heard->text, "%s", text);
}

static inline struct notice_sink sink_of(struct heard *heard)
{
    return (struct notice_sink){.tell = hear, .user = heard};
}

#endif
