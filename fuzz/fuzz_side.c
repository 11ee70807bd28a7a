/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What hosts ask others, over any bytes: DNS messages, and connections that say HTTP or something like it.
 * The script is that of datagrams; bits 2 and 3 of the byte in front of each payload say what it is.
 */

#include "datagram_script.h"
#include "side/side.h"
#include "side/url.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { IS_DNS, IS_STREAM, IS_STREAM_WITH_GAP, IS_END };

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void begin(struct side_traffic *traffic, struct connection *connection)
{
    struct segment syn = {.tcp = {.flags = TCP_SYN}};
    *connection = (struct connection){
        .half = {{.endpoint = script_end(0)}, {.endpoint = script_end(1)}}, .client = 0, .closed_by = -1};
    side_traffic_begin(traffic, connection, &syn);
    check(connection->watched);
}

static void take(struct side_traffic *traffic, struct connection *connection, struct script *script, int what)
{
    struct segment *segment = &script->segment;
    struct moment now = {.packet = segment->packet, .time = segment->time};
    connection->last = now;
    if (what == IS_DNS) {
        (script->half == 0 ? &segment->destination : &segment->source)->port = DNS_PORT;
        side_traffic_datagram(traffic, segment);
        return;
    }
    if (what == IS_STREAM_WITH_GAP)
        fetches_gap(traffic->fetches, connection, script->half, segment->length);
    fetches_bytes(traffic->fetches, connection, script->half, segment->payload, segment->captured, now);
    if (what == IS_END) {
        fetches_over(traffic->fetches, connection);
        begin(traffic, connection);
    }
}

/* All that was remembered can be asked for. */
static void ask_lookups(const struct lookups *lookups)
{
    const struct lookup *lookup = NULL;
    while ((lookup = lookups_next(lookups, lookup))) {
        check(lookups_find(lookups, &lookup->asker, lookup->name.text, lookup->name.length, NULL));
        for (uint32_t i = 0; i < lookup->address_count; i++)
            check(lookups_of_address(lookups, &lookup->addresses[i], &lookup->asker, INT64_MAX));
    }
}

static void ask_fetches(const struct fetches *fetches)
{
    const struct address client = script_end(0).address;
    const struct request *request = NULL;
    struct dial dial;
    uint64_t number = 0;
    while ((number = fetches_next_dial(fetches, &client, INT64_MIN, number, &dial)))
        check(dial.server.port == script_end(1).port);
    while ((request = fetches_next_request(fetches, &client, INT64_MIN, request))) {
        struct url url;
        struct octets text = {.bytes = request->url, .length = (uint32_t)strlen(request->url)};
        struct octets_list urls = {.items = &text, .count = 1};
        check(request->body_length <= request->length && url_reach_name(url_best_reach(&urls)));
        if (url_read(text, &url))
            check(url.path.length <= text.length && url.host.length < DNS_NAME_MOST);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct side_traffic *traffic = side_traffic_new(&(struct fetches_listener){0});
    struct script script = {.rest = cursor_over(bytes, length)};
    struct connection connection;
    begin(traffic, &connection);
    while (script.rest.left > 0) {
        int what = script.rest.at[0] >> 2 & 3;
        if (!script_next(&script))
            break;
        take(traffic, &connection, &script, what);
    }
    ask_lookups(traffic->lookups);
    ask_fetches(traffic->fetches);
    fetches_over(traffic->fetches, &connection);
    side_traffic_free(traffic);
    return 0;
}
