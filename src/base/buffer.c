/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buffer.h"

#include "base/digits.h"
#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SMALLEST_ROOM = 64 };

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

/* Doubles, so that adding bytes one by one stays linear. A length that overflows asks for the impossible, and
 * memory_resize() ends the program. */
char *buffer_grow(struct buffer *buffer, size_t more)
{
    size_t needed = more > SIZE_MAX - buffer->length ? SIZE_MAX : buffer->length + more;
    size_t room = buffer->room > 0 ? buffer->room : SMALLEST_ROOM;
    while (room < needed)
        room = room > SIZE_MAX / 2 ? SIZE_MAX : room * 2;
    buffer->bytes = memory_resize(buffer->bytes, room, 1);
    buffer->room = room;
    return buffer->bytes + buffer->length;
}

void buffer_add_unsigned(struct buffer *buffer, uint64_t value)
{
    char text[DIGITS_MOST];
    const char *end = digits_put(text, value);
    buffer_add(buffer, text, (size_t)(end - text));
}

void buffer_add_signed(struct buffer *buffer, int64_t value)
{
    char text[1 + DIGITS_MOST];
    const char *end = digits_put_signed(text, value);
    buffer_add(buffer, text, (size_t)(end - text));
}

void buffer_add_hex(struct buffer *buffer, const uint8_t *bytes, size_t length, int upper_case)
{
    const char *digits = upper_case ? "0123456789ABCDEF" : "0123456789abcdef";
    char *end = buffer_reserve(buffer, length > SIZE_MAX / 2 - 1 ? SIZE_MAX : length * 2 + 1);
    for (size_t i = 0; i < length; i++) {
        *end++ = digits[bytes[i] >> 4];
        *end++ = digits[bytes[i] & 0x0f];
    }
    *end = '\0';
    buffer->length += length * 2;
}

void buffer_add_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0) {
        char *end = buffer_reserve(buffer, (size_t)length + 1);
        vsnprintf(end, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void buffer_drop_front(struct buffer *buffer, size_t length)
{
    if (length > buffer->length)
        length = buffer->length;
    buffer->length -= length;
    if (length > 0 && buffer->length > 0)
        memmove(buffer->bytes, buffer->bytes + length, buffer->length);
    if (buffer->bytes)
        buffer->bytes[buffer->length] = '\0';
}
