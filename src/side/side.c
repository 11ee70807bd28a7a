/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/side.h"

#include "base/memory.h"
#include <stdlib.h>

struct side_traffic *side_traffic_new(void)
{
    struct side_traffic *traffic = memory_new(1, sizeof *traffic);
    traffic->lookups = lookups_new();
    return traffic;
}

void side_traffic_free(struct side_traffic *traffic)
{
    if (!traffic)
        return;
    lookups_free(traffic->lookups);
    free(traffic);
}

void side_traffic_forget(struct side_traffic *traffic)
{
    lookups_forget(traffic->lookups);
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
