/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

enum { GROUP = 3, LINE = 48 /* bytes that make 64 characters */ };

static void put_group(char out[static 4], const uint8_t *bytes, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t word = (uint32_t)bytes[0] << 16;
    if (length > 1)
        word |= (uint32_t)bytes[1] << 8;
    if (length > 2)
        word |= bytes[2];
    for (size_t i = 0; i < 4; i++)
        out[i] = i <= length ? letters[word >> (18 - 6 * i) & 63] : '=';
}

void base64_add(struct buffer *out, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    size_t groups = (length + GROUP - 1) / GROUP;
    char *at = buffer_reserve(out, groups * 4 + 1);
    for (size_t i = 0; i < groups; i++) {
        size_t left = length - i * GROUP;
        put_group(at + i * 4, from + i * GROUP, left < GROUP ? left : GROUP);
    }
    at[groups * 4] = '\0';
    out->length += groups * 4;
}

void base64_add_pem(struct buffer *out, const char *label, const void *bytes, size_t length)
{
    buffer_add_format(out, "-----BEGIN %s-----\n", label);
    for (size_t at = 0; at < length; at += LINE) {
        base64_add(out, (const uint8_t *)bytes + at, length - at < LINE ? length - at : LINE);
        buffer_add_char(out, '\n');
    }
    buffer_add_format(out, "-----END %s-----\n", label);
}
