/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A capture's whole way through the program: from the bytes of a file to a line of JSON and a block of text.
 */
#include "capture/decode.h"
#include "capture/fragments.h"
#include "capture/source.h"
#include "handshake/follow.h"
#include "report/report.h"
#include "rules/rules.h"
#include "stream/connection.h"
#include "stream/datagrams.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pipeline {
    struct rules *rules;
    const struct report_format *json_format, *text_format;
    struct report *json, *text;
};

static void on_event(void *user, struct handshake *handshake)
{
    struct pipeline *pipeline = user;
    rules_judge(pipeline->rules, handshake);
    pipeline->json_format->event(pipeline->json, handshake);
    pipeline->text_format->event(pipeline->text, handshake);
}

struct tables {
    struct fragments *fragments;
    struct connections *connections;
    struct datagrams *datagrams;
};

static void take_decoded(const struct tables *tables, enum decode_outcome outcome,
                         const struct decoded *decoded)
{
    if (outcome == DECODE_SEGMENT && decoded->segment.transport == SEGMENT_UDP)
        datagrams_segment(tables->datagrams, &decoded->segment);
    else if (outcome == DECODE_SEGMENT)
        connections_segment(tables->connections, &decoded->segment);
    else if (outcome == DECODE_ICMP_ERROR && decoded->icmp.transport == SEGMENT_UDP)
        datagrams_icmp(tables->datagrams, &decoded->icmp);
    else if (outcome == DECODE_ICMP_ERROR)
        connections_icmp(tables->connections, &decoded->icmp);
}

static void take_packet(const struct tables *tables, const struct packet *packet)
{
    struct decoded decoded;
    take_decoded(tables, fragments_decode(tables->fragments, packet, &decoded), &decoded);
    while (decoded.further.length > 0)
        take_decoded(tables, fragments_decode_further(tables->fragments, packet, &decoded), &decoded);
    connections_advance(tables->connections, packet->time);
    datagrams_advance(tables->datagrams, packet->time);
}

static void read_all(struct source *source, struct follow *follow)
{
    struct connection_listener listener = follow_connection_listener(follow);
    struct datagram_listener datagram_listener = follow_datagram_listener(follow);
    struct tables tables = {.fragments = fragments_new(),
                            .connections = connections_new(&listener, NULL, NULL),
                            .datagrams = datagrams_new(&datagram_listener, NULL)};
    struct packet packet;
    while (source_next(source, &packet) == SOURCE_PACKET) {
        take_packet(&tables, &packet);
        while (follow_is_crowded(follow) &&
               (datagrams_evict(tables.datagrams) || connections_evict(tables.connections)))
            continue;
    }
    connections_finish(tables.connections);
    datagrams_finish(tables.datagrams);
    follow_finish(follow);
    connections_free(tables.connections);
    datagrams_free(tables.datagrams);
    fragments_free(tables.fragments);
}

static struct rules *builtin(void)
{
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    if (!rules_read_builtin(rules, &errors) || !rules_complete(rules, &errors))
        abort();
    buffer_free(&errors);
    return rules;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rules *rules;
    static FILE *nowhere;
    if (!rules)
        rules = builtin();
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    struct source *source = source_open_memory("fuzz", data, size, NULL);
    if (!source || !nowhere) {
        source_close(source);
        return 0;
    }
    struct report_options options = {.out = nowhere, .verbose = true};
    struct pipeline pipeline = {
        .rules = rules, .json_format = report_format_find("json"), .text_format = report_format_find("text")};
    pipeline.json = pipeline.json_format->open(&options);
    pipeline.text = pipeline.text_format->open(&options);
    struct follow_listener listener = {.event = on_event, .user = &pipeline};
    struct follow *follow = follow_new(NULL, &listener, NULL);
    read_all(source, follow);
    follow_free(follow);
    pipeline.json_format->close(pipeline.json);
    pipeline.text_format->close(pipeline.text);
    source_close(source);
    return 0;
}
