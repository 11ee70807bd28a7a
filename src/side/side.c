/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/side.h"

#include "base/memory.h"
#include <stdlib.h>

struct side_traffic *side_traffic_new(const struct fetches_listener *listener)
{
    struct side_traffic *traffic = memory_new(1, sizeof *traffic);
    traffic->lookups = lookups_new();
    traffic->fetches = fetches_new(listener);
    return traffic;
}

void side_traffic_free(struct side_traffic *traffic)
{
    if (!traffic)
        return;
    lookups_free(traffic->lookups);
    fetches_free(traffic->fetches);
    free(traffic);
}

void side_traffic_forget(struct side_traffic *traffic)
{
    lookups_forget(traffic->lookups);
    fetches_forget(traffic->fetches);
}

bool side_traffic_is_empty(const struct side_traffic *traffic)
{
    return fetches_are_empty(traffic->fetches) && lookups_are_empty(traffic->lookups);
}

void side_traffic_datagram(struct side_traffic *traffic, const struct segment *segment)
{
    if (segment->source.port == DNS_PORT || segment->destination.port == DNS_PORT)
        lookups_datagram(traffic->lookups, segment);
}

void side_traffic_icmp(struct side_traffic *traffic, const struct icmp_error *error)
{
    lookups_icmp(traffic->lookups, error);
}

/* Met midway, only the customary port of HTTP tells. */
void side_traffic_begin(struct side_traffic *traffic, struct connection *connection,
                        const struct segment *segment)
{
    const uint16_t http_port = 80;
    uint8_t flags = segment->tcp.flags & (TCP_SYN | TCP_ACK);
    if (flags == TCP_SYN)
        fetches_begin(traffic->fetches, connection, 0);
    else if (flags == (TCP_SYN | TCP_ACK) || segment->source.port == http_port)
        fetches_begin(traffic->fetches, connection, 1);
    else if (segment->destination.port == http_port)
        fetches_begin(traffic->fetches, connection, 0);
}
