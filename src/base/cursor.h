/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_BASE_CURSOR_H
#define TLSWHY_BASE_CURSOR_H

/*
 * A cursor reads bytes that came from the wire or from a file, and is the only thing that does. It borrows
 * the bytes; it owns nothing. Every read is checked here, in cursor_take(), and nowhere else.
 *
 * The first read that does not fit stops the cursor for good and says why: CURSOR_NOT_CAPTURED when the
 * bytes were on the wire but not in the capture, CURSOR_MALFORMED when the sender's own lengths leave no
 * room for them. A stopped cursor reads as empty: its getters return false and set their result to zero.
 *
 * A length-prefixed field becomes a child cursor. A child must end empty; cursor_finished() says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cursor_status { CURSOR_OK, CURSOR_NOT_CAPTURED, CURSOR_MALFORMED };

struct cursor {
    const uint8_t *at;         /* the next byte to read */
    size_t left;               /* captured bytes from `at` on */
    size_t uncaptured;         /* bytes behind those that were on the wire but not captured */
    enum cursor_status status; /* why the cursor stopped */
};

/* A cursor over `length` bytes that are all there. NULL is fine for no bytes. */
static inline struct cursor cursor_over(const void *bytes, size_t length)
{
    return (struct cursor){.at = bytes ? bytes : "", .left = length};
}

/* A cursor over a field of `length` bytes of which only the first `captured` (<= length) are there. */
static inline struct cursor cursor_over_cut(const void *bytes, size_t captured, size_t length)
{
    return (struct cursor){
        .at = bytes ? bytes : "", .left = captured, .uncaptured = length > captured ? length - captured : 0};
}

/* Takes `length` bytes and returns where they begin, or NULL (with the status set) when they do not fit. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t length)
{
    if (c->status != CURSOR_OK)
        return NULL;
    if (length > c->left) {
        c->status = length - c->left <= c->uncaptured ? CURSOR_NOT_CAPTURED : CURSOR_MALFORMED;
        c->left = 0;
        return NULL;
    }
    const uint8_t *bytes = c->at;
    c->at += length;
    c->left -= length;
    return bytes;
}

static inline bool cursor_skip(struct cursor *c, size_t length)
{
    return cursor_take(c, length) != NULL;
}

/* Reads an unsigned integer of `width` (1 to 8) bytes in network order. */
static inline bool cursor_unsigned(struct cursor *c, size_t width, uint64_t *value)
{
    const uint8_t *bytes = cursor_take(c, width);
    *value = 0;
    if (!bytes)
        return false;
    for (size_t i = 0; i < width; i++)
        *value = *value << 8 | bytes[i];
    return true;
}

static inline bool cursor_u8(struct cursor *c, uint8_t *value)
{
    const uint8_t *bytes = cursor_take(c, 1);
    *value = bytes ? bytes[0] : 0;
    return bytes != NULL;
}

static inline bool cursor_u16(struct cursor *c, uint16_t *value)
{
    const uint8_t *bytes = cursor_take(c, 2);
    *value = (uint16_t)(bytes ? bytes[0] << 8 | bytes[1] : 0);
    return bytes != NULL;
}

static inline bool cursor_u24(struct cursor *c, uint32_t *value)
{
    const uint8_t *bytes = cursor_take(c, 3);
    *value = bytes ? (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2] : 0;
    return bytes != NULL;
}

static inline bool cursor_u32(struct cursor *c, uint32_t *value)
{
    const uint8_t *bytes = cursor_take(c, 4);
    *value =
        bytes ? (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3] : 0;
    return bytes != NULL;
}

static inline bool cursor_u64(struct cursor *c, uint64_t *value)
{
    return cursor_unsigned(c, 8, value);
}

/* Little-endian twins, for file formats and the loopback link type of little-endian machines. */
static inline bool cursor_u16_little(struct cursor *c, uint16_t *value)
{
    const uint8_t *bytes = cursor_take(c, 2);
    *value = (uint16_t)(bytes ? bytes[1] << 8 | bytes[0] : 0);
    return bytes != NULL;
}

static inline bool cursor_u32_little(struct cursor *c, uint32_t *value)
{
    const uint8_t *bytes = cursor_take(c, 4);
    *value =
        bytes ? (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0] : 0;
    return bytes != NULL;
}

/*
 * Splits off the next `length` bytes as a child. When some of them were not captured the child gets what
 * there is and knows of the rest, and the parent ends there: whatever follows was not captured either.
 */
static inline bool cursor_child(struct cursor *c, size_t length, struct cursor *child)
{
    if (c->status == CURSOR_OK && length > c->left && length - c->left <= c->uncaptured) {
        *child = cursor_over_cut(c->at, c->left, length);
        c->uncaptured -= length - c->left;
        c->at += c->left;
        c->left = 0;
        return true;
    }
    const uint8_t *bytes = cursor_take(c, length);
    *child = cursor_over(bytes, bytes ? length : 0);
    child->status = c->status;
    return bytes != NULL;
}

/* Children behind a length of one, two or three bytes: the vectors of RFC 8446 section 3.4. */
static inline bool cursor_child_u8(struct cursor *c, struct cursor *child)
{
    uint8_t length;
    cursor_u8(c, &length);
    return cursor_child(c, length, child);
}

static inline bool cursor_child_u16(struct cursor *c, struct cursor *child)
{
    uint16_t length;
    cursor_u16(c, &length);
    return cursor_child(c, length, child);
}

static inline bool cursor_child_u24(struct cursor *c, struct cursor *child)
{
    uint32_t length;
    cursor_u24(c, &length);
    return cursor_child(c, length, child);
}

/* There is more to read: the condition of a loop over a list. */
static inline bool cursor_more(const struct cursor *c)
{
    return c->status == CURSOR_OK && (c->left > 0 || c->uncaptured > 0);
}

/* Everything was read and all of it fitted: what a child must say when its reader is done with it. */
static inline bool cursor_finished(const struct cursor *c)
{
    return c->status == CURSOR_OK && c->left == 0 && c->uncaptured == 0;
}

#endif
