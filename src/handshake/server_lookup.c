/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/checks.h"

#include <string.h>

static bool gave(const struct lookup *lookup, const struct address *address)
{
    for (uint32_t i = 0; i < lookup->address_count; i++)
        if (lookup->addresses[i].family == address->family &&
            memcmp(lookup->addresses[i].bytes, address->bytes, sizeof address->bytes) == 0)
            return true;
    return false;
}

/* The client looked up the very name that it then asks the server for. */
static const struct lookup *lookup_of_name(const struct lookups *lookups, const struct handshake *handshake,
                                           const struct address *client, const struct address *server)
{
    char name[DNS_NAME_MOST];
    struct octets wanted = {0};
    if (handshake->client_hello)
        wanted = handshake->client_hello->server_name;
    if (wanted.length == 0 || wanted.length > sizeof name)
        return NULL;
    for (uint32_t i = 0; i < wanted.length; i++) {
        char c = wanted.bytes[i];
        name[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    enum { MOST = 64 };
    const struct lookup *lookup = NULL;
    int steps = 0;
    do
        lookup = steps++ < MOST ? lookups_find(lookups, client, name, wanted.length, lookup) : NULL;
    while (lookup && (!gave(lookup, server) || lookup->answered.time > handshake->connection->first.time));
    return lookup;
}

const struct lookup *checks_lookup_of_server(const struct handshake *handshake)
{
    if (!handshake->side || lookups_are_empty(handshake->side->traffic->lookups))
        return NULL;
    const struct lookups *lookups = handshake->side->traffic->lookups;
    const struct address *client = &handshake_half(handshake, SIDE_CLIENT)->endpoint.address;
    const struct address *server = &handshake_half(handshake, SIDE_SERVER)->endpoint.address;
    const struct lookup *lookup = lookup_of_name(lookups, handshake, client, server);
    return lookup ? lookup : lookups_of_address(lookups, server, client, handshake->connection->first.time);
}
