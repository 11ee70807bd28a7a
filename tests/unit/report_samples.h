/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TESTS_REPORT_SAMPLES_H
#define TLSWHY_TESTS_REPORT_SAMPLES_H

/*
 * Handshakes made by hand, for the tests of reports: what one of them says is plain to see here. Each sample
 * is valid until the next call; a test may change it.
 */

#include "base/clock.h"
#include "handshake/handshake.h"
#include "report/report.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    struct handshake handshake;
    struct connection connection;
    struct client_hello client_hello;
    struct server_hello server_hello;
    struct certificate_message server_certificate, client_certificate;
    struct message messages[4];
    struct alert alerts[1];
    struct finding findings[2];
    struct evidence evidence[2];
    const char *causes[2], *fixes[2], *references[1];
};

/* 2026-01-31T10:32:07.123456Z */
#define SAMPLE_TIME INT64_C(1769855527123456000)

static inline struct moment sample_moment(uint64_t packet, int64_t micros)
{
    return (struct moment){packet, SAMPLE_TIME + micros * CLOCK_MICROSECOND};
}

static inline void sample_connection(struct connection *connection)
{
    *connection = (struct connection){.stream = 6,
                                      .transport = SEGMENT_TCP,
                                      .client = 0,
                                      .opened_by_syn = true,
                                      .first = sample_moment(1, 0),
                                      .last = sample_moment(9, 12345),
                                      .closed_by = 1,
                                      .how = CLOSE_FIN,
                                      .packets = 9,
                                      .bytes = 4000,
                                      .origin = "x.pcap"};
    connection->half[0].endpoint = (struct endpoint){{4, {192, 0, 2, 20}}, 51514};
    connection->half[1].endpoint = (struct endpoint){{6, {0x20, 1, 0xd, 0xb8, [15] = 1}}, 443};
    connection->half[0].syn = sample_moment(1, 0);
    connection->half[0].syn_count = 1;
    connection->half[1].syn = sample_moment(2, 100);
    connection->half[1].syn_count = 1;
    connection->half[1].fin = sample_moment(9, 12345);
}

/* TLS 1.2, completed. */
static inline struct sample *sample_healthy(void)
{
    static struct sample sample;
    arena_free(sample.handshake.arena);
    memset(&sample, 0, sizeof sample);
    sample.handshake.arena = arena_new(65536);
    sample_connection(&sample.connection);
    sample.client_hello.server_name = (struct octets){"server.test", 11};
    sample.client_hello.version = TLS_VERSION_1_2;
    sample.server_hello.version = sample.server_hello.selected_version = TLS_VERSION_1_2;
    sample.server_hello.cipher = 0xC030;
    sample.server_certificate.count = 2;
    struct handshake *handshake = &sample.handshake;
    handshake->connection = &sample.connection;
    handshake->number = 7;
    handshake->client_hello = &sample.client_hello;
    handshake->client_hello_seen = sample_moment(4, 300);
    handshake->server_hello = &sample.server_hello;
    handshake->server_hello_seen = sample_moment(6, 1200);
    handshake->version = TLS_VERSION_1_2;
    handshake->cipher = 0xC030;
    handshake->tls_seen = true;
    handshake->close_by = SIDE_SERVER;
    handshake->outcome = OUTCOME_SUCCESS;
    handshake->phase = PHASE_COMPLETE;
    handshake->messages = sample.messages;
    handshake->message_count = 2;
    sample.messages[0] = (struct message){.seen = sample_moment(4, 300),
                                          .from = SIDE_CLIENT,
                                          .code = TLS_HANDSHAKE_CLIENT_HELLO,
                                          .length = 512};
    sample.messages[1] = (struct message){.seen = sample_moment(6, 1200),
                                          .from = SIDE_SERVER,
                                          .code = TLS_HANDSHAKE_SERVER_HELLO,
                                          .length = 80};
    return &sample;
}

/* The server asked for a certificate, got an empty list, and refused. */
static inline struct sample *sample_failed(void)
{
    struct sample *sample = sample_healthy();
    struct handshake *handshake = &sample->handshake;
    handshake->outcome = OUTCOME_FAILURE;
    handshake->phase = PHASE_CLIENT_FLIGHT;
    handshake->certificate[SIDE_CLIENT] = &sample->client_certificate;
    sample->messages[2] = (struct message){
        .seen = sample_moment(7, 2000), .from = SIDE_CLIENT, .code = TLS_HANDSHAKE_CERTIFICATE, .length = 3};
    sample->messages[3] = (struct message){
        .seen = sample_moment(8, 5002300), .from = SIDE_SERVER, .kind = MESSAGE_ALERT, .length = 2};
    handshake->message_count = 4;
    sample->connection.last = sample->connection.half[1].fin = sample_moment(9, 5002400);
    sample->alerts[0] = (struct alert){.seen = sample_moment(8, 5002300),
                                       .from = SIDE_SERVER,
                                       .level = 2,
                                       .code = TLS_ALERT_HANDSHAKE_FAILURE};
    handshake->alerts = sample->alerts;
    handshake->alert_count = 1;
    sample->evidence[0] = (struct evidence){7, "an empty Certificate"};
    sample->evidence[1] = (struct evidence){8, "the \"alert\""};
    sample->causes[0] = "the client has no certificate";
    sample->causes[1] = "its key cannot be read";
    sample->fixes[0] = "give it one";
    sample->references[0] = "RFC 5246 7.4.6";
    sample->findings[0] = (struct finding){.id = "client-cert-absent",
                                           .severity = SEVERITY_ERROR,
                                           .confidence = CONFIDENCE_CERTAIN,
                                           .blame = BLAME_CLIENT,
                                           .title = "192.0.2.20 sent no certificate",
                                           .explanation = "The server asked for one.",
                                           .evidence = sample->evidence,
                                           .evidence_count = 2,
                                           .causes = sample->causes,
                                           .cause_count = 2,
                                           .fixes = sample->fixes,
                                           .fix_count = 1,
                                           .references = sample->references,
                                           .reference_count = 1};
    sample->findings[1] = (struct finding){.id = "generic-alert",
                                           .severity = SEVERITY_ERROR,
                                           .confidence = CONFIDENCE_LIKELY,
                                           .blame = BLAME_SERVER,
                                           .title = "the server sent an alert",
                                           .because_of = "client-cert-absent"};
    handshake->findings = sample->findings;
    handshake->finding_count = 2;
    handshake->has_verdict = true;
    handshake->summary = "no certificate";
    return sample;
}

/* What a format writes of some events, and at the end where `totals` is given. The caller frees it. */
static inline char *sample_write(const struct report_format *format, struct report_options options,
                                 const struct handshake *handshake, const struct totals *totals)
{
    char *text = NULL;
    size_t length;
    options.out = open_memstream(&text, &length);
    struct report *report = format->open(&options);
    if (handshake)
        format->event(report, handshake);
    if (totals)
        format->finish(report, totals);
    format->close(report);
    fclose(options.out);
    return text;
}

#endif
