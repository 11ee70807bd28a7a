/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_BUFFER_H
#define TLSWHY_BASE_BUFFER_H

/*
 * A buffer is a growing run of bytes: a message being put together, a line being written. It owns its bytes.
 * A buffer of zeroes is empty and valid. The bytes always have a NUL behind them once something was added.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buffer {
    char *bytes;
    size_t length;
    size_t room;
};

void buffer_free(struct buffer *buffer);

/* What buffer_reserve() does when there is no room yet. */
char *buffer_grow(struct buffer *buffer, size_t more);

/* Makes room for `more` bytes behind those there are; returns where they go. */
static inline char *buffer_reserve(struct buffer *buffer, size_t more)
{
    if (more > buffer->room - buffer->length || !buffer->bytes)
        return buffer_grow(buffer, more);
    return buffer->bytes + buffer->length;
}

static inline void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->bytes)
        buffer->bytes[0] = '\0';
}

static inline void buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
    char *end = buffer_reserve(buffer, length + 1);
    if (length > 0)
        memcpy(end, bytes, length);
    end[length] = '\0';
    buffer->length += length;
}

static inline void buffer_add_string(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

static inline void buffer_add_char(struct buffer *buffer, char c)
{
    buffer_add(buffer, &c, 1);
}

/* Decimal digits, without printf's cost. */
void buffer_add_unsigned(struct buffer *buffer, uint64_t value);
void buffer_add_signed(struct buffer *buffer, int64_t value);

/* Two hexadecimal digits a byte, upper or lower case. */
void buffer_add_hex(struct buffer *buffer, const uint8_t *bytes, size_t length, int upper_case);

void buffer_add_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Drops the first `length` bytes and moves the rest to the front. */
void buffer_drop_front(struct buffer *buffer, size_t length);

#endif
