/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of another connection that carries the same TLS. */
#include "handshake/getters.h"
#include <string.h>

struct value field_twin_packet(const struct handshake *handshake)
{
    return value_of_packet(handshake->twin.hello);
}

struct value field_twin_client(const struct handshake *handshake)
{
    return handshake->twin.hello.packet ? value_address(&handshake->twin.client.address) : value_unknown();
}

struct value field_twin_server(const struct handshake *handshake)
{
    return handshake->twin.hello.packet ? value_address(&handshake->twin.server.address) : value_unknown();
}

static bool is_same(const struct address *one, const struct address *other)
{
    return one->family == other->family && memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

struct value field_twin_box(const struct handshake *handshake)
{
    const struct twin *twin = &handshake->twin;
    const struct address *client = &handshake_half(handshake, SIDE_CLIENT)->endpoint.address;
    const struct address *server = &handshake_half(handshake, SIDE_SERVER)->endpoint.address;
    if (!twin->hello.packet || is_same(client, server))
        return value_unknown();
    if (is_same(client, &twin->server.address))
        return value_address(client);
    return is_same(server, &twin->client.address) ? value_address(server) : value_unknown();
}
