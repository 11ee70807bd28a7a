/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/foreign.h"

#include "base/buffer.h"
#include <stdbool.h>

enum { SHOWN = 4 };

/* `tool` unpacks it to standard output; NULL where the file is not just compressed. */
static const struct kind {
    const char *magic;
    size_t length;
    const char *name;
    const char *tool;
} kinds[] = {
    {"\x1f\x8b", 2, "gzip", "gzip -dc"},
    {"\x28\xb5\x2f\xfd", 4, "zstd", "zstd -dc"},
    {"\x04\x22\x4d\x18", 4, "lz4", "lz4 -dc"},
    {"\xfd\x37zXZ", 5, "xz", "xz -dc"},
    {"BZh", 3, "bzip2", "bzip2 -dc"},
    {"PK\x03\x04", 4, "a zip archive", NULL},
    {"GMBU", 4, "a Network Monitor capture, which editcap converts", NULL},
    {"RTSS", 4, "a Network Monitor capture, which editcap converts", NULL},
    {"TRSNIFF data", 12, "a Sniffer capture, which editcap converts", NULL},
    {"\x7f"
     "ELF",
     4, "a program", NULL},
    {"SQLite format 3", 15, "an SQLite database", NULL},
    {"-----BEGIN ", 11, "a key or certificate in PEM", NULL},
};

static const struct kind *kind_of(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (length >= kinds[i].length && memcmp(bytes, kinds[i].magic, kinds[i].length) == 0)
            return &kinds[i];
    return NULL;
}

static bool looks_like_text(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((bytes[i] < 0x20 && (bytes[i] < '\t' || bytes[i] > '\r')) || bytes[i] >= 0x7f)
            return false;
    return true;
}

static void add_first_bytes(struct buffer *out, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length && i < SHOWN; i++) {
        buffer_add_char(out, ' ');
        buffer_add_hex(out, bytes + i, 1, 0);
    }
}

void foreign_tell(const char *name, const uint8_t *bytes, size_t length, const struct notice_sink *notices)
{
    const struct kind *kind = kind_of(bytes, length);
    const char *what = kind ? kind->name : looks_like_text(bytes, length) ? "text" : NULL;
    if (length == 0) {
        notice_send(notices, NOTICE_ERROR, "%s: empty, not even a capture file's header", name);
        return;
    }
    if (kind && kind->tool) {
        notice_send(notices, NOTICE_ERROR,
                    "%s: compressed with %s; decompress it first: %s FILE | tlswhy -r -", name, kind->name,
                    kind->tool);
        return;
    }
    struct buffer first = {0};
    add_first_bytes(&first, bytes, length);
    notice_send(notices, NOTICE_ERROR, "%s: not a capture file: begins with%s%s%s%s", name, first.bytes,
                what ? " (" : "", what ? what : "", what ? ")" : "");
    buffer_free(&first);
}
