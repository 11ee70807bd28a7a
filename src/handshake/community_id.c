/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/community_id.h"

#include <openssl/evp.h>
#include <string.h>

static size_t address_length(const struct address *address)
{
    return address->family == 6 ? 16 : 4;
}

/* The smaller endpoint comes first: by address, then by port. */
static bool comes_first(const struct endpoint *one, const struct endpoint *other)
{
    int order = memcmp(one->address.bytes, other->address.bytes, address_length(&one->address));
    return order < 0 || (order == 0 && one->port < other->port);
}

static size_t add_port(uint8_t *at, uint16_t port)
{
    at[0] = (uint8_t)(port >> 8);
    at[1] = (uint8_t)port;
    return 2;
}

void community_id(struct fingerprinter *hasher, const struct endpoint *one, const struct endpoint *other,
                  enum segment_transport transport, char out[static COMMUNITY_ID_SIZE])
{
    const struct endpoint *first = comes_first(one, other) ? one : other;
    const struct endpoint *second = first == one ? other : one;
    size_t width = address_length(&first->address);
    uint8_t bytes[2 + 16 + 16 + 2 + 2 + 2] = {0}; /* the seed is the first two */
    size_t used = 2;
    memcpy(bytes + used, first->address.bytes, width);
    memcpy(bytes + used + width, second->address.bytes, width);
    used += 2 * width;
    bytes[used] = (uint8_t)transport;
    used += 2;
    used += add_port(bytes + used, first->port);
    used += add_port(bytes + used, second->port);
    uint8_t hash[20];
    fingerprint_sha1(hasher, bytes, used, hash);
    memcpy(out, "1:", 2);
    EVP_EncodeBlock((unsigned char *)out + 2, hash, sizeof hash);
}
