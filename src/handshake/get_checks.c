/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about what the two sides asked others: DNS for the server, and whatever a certificate points to. */
#include "handshake/getters.h"

#include "handshake/checks.h"

struct value field_dns_server_name(const struct handshake *handshake)
{
    const struct lookup *lookup = checks_lookup_of_server(handshake);
    return lookup ? value_text(lookup->name.text, lookup->name.length) : value_unknown();
}

struct value field_dns_server_name_packet(const struct handshake *handshake)
{
    const struct lookup *lookup = checks_lookup_of_server(handshake);
    return lookup ? value_of_packet(lookup->answered) : value_unknown();
}

struct value field_dns_asked_by_client(const struct handshake *handshake)
{
    const struct lookup *lookup = checks_lookup_of_server(handshake);
    const struct address *client = &handshake_half(handshake, SIDE_CLIENT)->endpoint.address;
    if (!lookup)
        return value_unknown();
    return value_boolean(lookup->asker.family == client->family &&
                         memcmp(lookup->asker.bytes, client->bytes, sizeof client->bytes) == 0);
}
