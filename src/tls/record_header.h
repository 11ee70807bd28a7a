/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_RECORD_HEADER_H
#define TLSWHY_TLS_RECORD_HEADER_H

/*
 * The five bytes in front of a record (RFC 8446 section 5.1), and the two or three of SSL 2.0, with what can
 * be told from them. Shared by the record stream and the guess; nobody else needs it.
 */

#include "base/cursor.h"
#include "tls/record.h"

enum { RECORD_HEADER_SIZE = 5 };

struct record_header {
    uint8_t type;
    uint16_t version;
    uint16_t length; /* of the body */
};

static inline bool record_header_read(struct cursor *c, struct record_header *header)
{
    cursor_u8(c, &header->type);
    cursor_u16(c, &header->version);
    return cursor_u16(c, &header->length);
}

/* What is taken for a header where one has to stand: any minor version, and any length, since stacks were met
 * that send more than is allowed. */
static inline bool record_header_fits(const struct record_header *header)
{
    return header->type >= TLS_CONTENT_CHANGE_CIPHER_SPEC && header->type <= TLS_CONTENT_HEARTBEAT &&
           (header->version >> 8 == 3 || header->version == TLS_VERSION_TLCP);
}

/* What is taken for a header where one is being looked for: nothing unusual. */
static inline bool record_header_convinces(const struct record_header *header)
{
    return record_header_fits(header) && header->version <= TLS_VERSION_1_3 && header->length > 0 &&
           header->length <= RECORD_BODY_LIMIT;
}

/* The record behind the header that was just read, or nothing in its place, does not speak against it. */
static inline bool record_header_followed_well(struct cursor behind_header, uint16_t length)
{
    struct record_header next;
    if (!cursor_skip(&behind_header, length))
        return true;
    return !record_header_read(&behind_header, &next) || record_header_convinces(&next);
}

struct ssl2_header {
    uint16_t length; /* of all that follows the header */
    uint8_t padding; /* of these, bytes at the end that mean nothing */
    bool escape;     /* a security escape: never defined, so never sent */
};

/* Two bytes where the first has its highest bit set, else three. */
static inline bool ssl2_header_read(struct cursor *c, struct ssl2_header *header)
{
    uint16_t start;
    bool read = cursor_u16(c, &start);
    bool padded = !(start & 0x8000);
    *header = (struct ssl2_header){.length = padded ? start & 0x3FFF : start & 0x7FFF,
                                   .escape = padded && (start & 0x4000)};
    return padded ? cursor_u8(c, &header->padding) : read;
}

#endif
