/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A capture's whole way through the program: from the bytes of a file to a line of JSON and a block of text.
 */
#include "capture/decode.h"
#include "capture/source.h"
#include "handshake/follow.h"
#include "report/report.h"
#include "rules/rules.h"
#include "stream/connection.h"
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

static void read_all(struct source *source, struct connections *table, const struct follow *follow)
{
    struct packet packet;
    struct decoded decoded;
    while (source_next(source, &packet) == SOURCE_PACKET) {
        enum decode_outcome outcome = decode_packet(&packet, &decoded);
        if (outcome == DECODE_SEGMENT)
            connections_segment(table, &decoded.segment);
        else if (outcome == DECODE_ICMP_ERROR)
            connections_icmp(table, &decoded.icmp);
        connections_advance(table, packet.time);
        while (follow_is_crowded(follow) && connections_evict(table))
            continue;
    }
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
    struct connection_listener connection_listener = follow_connection_listener(follow);
    struct connections *table = connections_new(&connection_listener, NULL, NULL);
    read_all(source, table, follow);
    connections_finish(table);
    follow_finish(follow);
    connections_free(table);
    follow_free(follow);
    pipeline.json_format->close(pipeline.json);
    pipeline.text_format->close(pipeline.text);
    source_close(source);
    return 0;
}
