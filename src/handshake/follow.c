/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/follow.h"

#include "base/clock.h"
#include "base/memory.h"
#include "handshake/candidacy.h"
#include "handshake/chains.h"
#include "handshake/checks.h"
#include "handshake/conclude.h"
#include "handshake/conclude_datagrams.h"
#include "handshake/datagram_reading.h"
#include "handshake/first_bytes.h"
#include "handshake/legs.h"
#include "handshake/queue.h"
#include "handshake/revoked.h"
#include "handshake/siblings.h"
#include "handshake/tracker.h"
#include "handshake/transcript.h"
#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, WAITING_LIMIT = 2048, MEMORY_LIMIT = 24 * 1024 * 1024, FILLING = 8 };

/* Failures wait for what their siblings do next, but so many at once, and so long behind their last packet.
 */
enum { HELD_LIMIT = 1024, HELD_BYTES_LIMIT = 4 * 1024 * 1024 };
#define HOLD (4 * CLOCK_SECOND)

/* Service names with TLS from the first byte (IANA service registry), and the customary second ports. */
static const uint16_t well_known_ports[] = {
    443,  465,  563,  614,  636,  684,  695,  832,  853,  989,  990,   992,
    993,  994,  995,  2083, 2087, 2096, 2376, 2484, 3269, 4443, 5061,  5223,
    5349, 5671, 5986, 6443, 6514, 6697, 8243, 8443, 8883, 9443, 10250, 10443,
};

struct follow {
    struct follow_listener listener;
    struct fingerprinter *hasher;
    struct quic_opener *opener;
    struct certificates *certificates;
    struct told told;
    size_t memory, memory_limit;
    uint64_t events;
    uint64_t stray_quic;
    struct queue waiting; /* failed before TLS and headed for a port of which nothing is known yet */
    struct queue held;    /* failed; noted, but not reported */
    bool ending;          /* what is finished now shares the capture's end: siblings first, reports then */
    struct siblings *siblings;
    struct legs *legs;
    struct sibling_view view; /* of the handshake being reported */
    struct side_traffic *side;
    struct side_view side_view; /* likewise */
    uint8_t tls_ports[PORTS / 8];
};

static bool is_tls_port(const struct follow *follow, uint16_t port)
{
    return follow->tls_ports[port / 8] >> (port % 8) & 1;
}

static void note_tls_port(struct follow *follow, uint16_t port)
{
    follow->tls_ports[port / 8] |= (uint8_t)(1 << (port % 8));
}

/* What somebody fetched about revocation counts as what the user gives does. */
static void on_fetched(void *user, struct request *request)
{
    const struct follow *follow = user;
    if (follow->told.revocation)
        checks_read_answer(request, follow->told.revocation);
}

struct follow *follow_new(const struct follow_options *options, const struct follow_listener *listener,
                          const struct notice_sink *notices)
{
    (void)notices;
    struct follow *follow = memory_new(1, sizeof *follow);
    follow->listener = *listener;
    follow->hasher = fingerprinter_new();
    follow->opener = quic_opener_new();
    follow->certificates = certificates_new(0);
    follow->siblings = siblings_new();
    follow->legs = legs_new();
    follow->side = side_traffic_new(&(struct fetches_listener){.fetched = on_fetched, .user = follow});
    if (options && options->told)
        follow->told = *options->told;
    follow->memory_limit = options && options->memory_limit ? options->memory_limit : MEMORY_LIMIT;
    for (size_t i = 0; i < sizeof well_known_ports / sizeof *well_known_ports; i++)
        note_tls_port(follow, well_known_ports[i]);
    for (size_t i = 0; options && i < options->tls_port_count; i++)
        note_tls_port(follow, options->tls_ports[i]);
    return follow;
}

static struct tracker *tracker_of(struct follow *follow, struct connection *connection)
{
    if (!connection->attached)
        connection->attached = tracker_new(connection, follow->hasher);
    return connection->attached;
}

/* A connection to a port where nobody is known to speak TLS may be beside the handshakes. */
static void on_begun(void *user, struct connection *connection, const struct segment *segment)
{
    struct follow *follow = user;
    if (!is_tls_port(follow, segment->destination.port) && !is_tls_port(follow, segment->source.port))
        side_traffic_begin(follow->side, connection, segment);
}

static void watch_bytes(struct follow *follow, struct connection *connection, int half, const uint8_t *bytes,
                        size_t length, struct moment now)
{
    if (tracker_has_tls(connection->attached))
        fetches_drop(follow->side->fetches, connection);
    else
        fetches_bytes(follow->side->fetches, connection, half, bytes, length, now);
}

static void on_bytes(void *user, struct connection *connection, int half, const uint8_t *bytes, size_t length,
                     struct moment now)
{
    struct follow *follow = user;
    struct tracker *tracker = tracker_of(follow, connection);
    tracker_bytes(tracker, half, bytes, length, now);
    follow->memory += tracker_growth(tracker);
    if (connection->watched)
        watch_bytes(follow, connection, half, bytes, length, now);
    if (tracker_is_done(tracker) && !fetches_want(connection))
        connection_ignore_bytes(connection);
}

static void on_gap(void *user, struct connection *connection, int half, uint64_t missing, struct moment now)
{
    struct follow *follow = user;
    struct tracker *tracker = tracker_of(follow, connection);
    tracker_gap(tracker, half, missing, now);
    if (connection->watched)
        fetches_gap(follow->side->fetches, connection, half, missing);
    follow->memory += tracker_growth(tracker);
}

static void tell(struct follow *follow, struct handshake *handshake)
{
    follow->view = (struct sibling_view){.memory = follow->siblings};
    handshake->siblings = &follow->view;
    follow->side_view.traffic = follow->side;
    follow->side_view.drawn = false;
    follow->side_view.count = 0;
    handshake->side = side_traffic_is_empty(follow->side) ? NULL : &follow->side_view;
    legs_find(follow->legs, handshake);
    handshake->number = ++follow->events;
    handshake->told = &follow->told;
    chains_judge(handshake);
    revoked_judge(handshake);
    handshake->candidacy = candidacy_judge(handshake);
    follow->listener.event(follow->listener.user, handshake);
    siblings_note_verdict(follow->siblings, handshake);
}

static void tell_first_held(struct follow *follow)
{
    struct queued *queued = queue_take(&follow->held);
    tell(follow, queued->handshake);
    queued_free(queued);
}

static void hold(struct follow *follow, struct handshake *handshake)
{
    queue_add(&follow->held, handshake, handshake->connection->last.time + HOLD);
    while (follow->held.count > HELD_LIMIT || follow->held.bytes > HELD_BYTES_LIMIT)
        tell_first_held(follow);
}

/* What succeeded waits for nothing, save at the end of the capture, where nobody waits any more. */
static void report(struct follow *follow, struct handshake *handshake)
{
    handshake_conclude(handshake, follow->hasher);
    chains_read(handshake, follow->certificates);
    siblings_note(follow->siblings, handshake);
    legs_note(follow->legs, handshake);
    if (follow->ending || handshake->outcome == OUTCOME_FAILURE) {
        hold(follow, handshake);
        return;
    }
    tell(follow, handshake);
    handshake_free(handshake);
}

static uint16_t server_port(const struct handshake *handshake)
{
    return handshake_half(handshake, SIDE_SERVER)->endpoint.port;
}

/* A server that expects TLS closes or stays silent, or says in plain HTTP that this was wrong or leads to
 * where it is right. */
static bool server_refuses_plain_text(const struct handshake *handshake)
{
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    if (server->first == FIRST_NONE)
        return handshake->connection->closed.packet;
    int status = first_bytes_http_status(&server->first_line);
    return status == 400 || (status > 300 && status < 309);
}

/* TCP connected, and the client never sent a byte: it waited, or somebody closed. */
static bool lacks_hello(const struct connection *connection)
{
    const int64_t patience = 3 * CLOCK_SECOND;
    if (!connection->established.packet ||
        connection->half[0].payload_bytes + connection->half[1].payload_bytes > 0)
        return false;
    return connection->closed.packet || connection->last.time - connection->established.time >= patience;
}

/* The client's first bytes were lost before the capture, and the server's TCP waits for them. */
static bool lost_hello(const struct handshake *handshake)
{
    const struct half *client = handshake_half(handshake, SIDE_CLIENT);
    const struct half *server = handshake_half(handshake, SIDE_SERVER);
    return handshake->direction[SIDE_CLIENT].first == FIRST_NONE && client->payload_bytes > 0 &&
           server->payload_bytes == 0;
}

/* Nobody spoke TLS; did the attempt fail in a way that can be told from a service that needs no TLS? */
static bool failed_before_tls(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    if (!handshake_half(handshake, SIDE_CLIENT)->syn_count)
        return false;
    if (connection->refused.packet || connection->icmp.packet)
        return client->first == FIRST_NONE;
    if (handshake_half(handshake, SIDE_SERVER)->packets == 0)
        return true;
    if (!connection->established.packet)
        return handshake_half(handshake, SIDE_CLIENT)->syn_count >= 2;
    bool plain = client->first == FIRST_HTTP || client->first == FIRST_TEXT || client->first == FIRST_SSH ||
                 client->first == FIRST_BINARY;
    return lacks_hello(connection) || lost_hello(handshake) ||
           (plain && server_refuses_plain_text(handshake));
}

/* HTTPS is what these ports are for, and the service gives its answers without. */
static bool serves_plain_http(const struct handshake *handshake)
{
    static const uint16_t https_ports[] = {443, 8443, 9443, 10443};
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    int status = first_bytes_http_status(&server->first_line);
    if (handshake->direction[SIDE_CLIENT].first != FIRST_HTTP || status < 200 || status > 299)
        return false;
    for (size_t i = 0; i < sizeof https_ports / sizeof *https_ports; i++)
        if (server_port(handshake) == https_ports[i])
            return true;
    return false;
}

static void wait_for_port(struct follow *follow, struct handshake *handshake)
{
    if (follow->waiting.count < WAITING_LIMIT)
        queue_add(&follow->waiting, handshake, 0);
    else
        handshake_free(handshake);
}

/* The bytes themselves say that TLS was wanted and did not come to be, whatever the port. */
static bool preamble_led_nowhere(const struct handshake *handshake)
{
    return handshake->preamble && preamble_failed(handshake->preamble, handshake->connection->closed.packet);
}

static void finish_without_tls(struct follow *follow, struct handshake *handshake)
{
    if (preamble_led_nowhere(handshake) || serves_plain_http(handshake))
        report(follow, handshake);
    else if (!failed_before_tls(handshake))
        handshake_free(handshake);
    else if (is_tls_port(follow, server_port(handshake)))
        report(follow, handshake);
    else
        wait_for_port(follow, handshake);
}

static void on_finished(void *user, struct connection *connection)
{
    struct follow *follow = user;
    struct tracker *tracker = connection->attached;
    if (connection->watched)
        fetches_over(follow->side->fetches, connection);
    if (tracker)
        follow->memory -= tracker_size(tracker);
    else
        tracker = tracker_new(connection, follow->hasher);
    connection->attached = NULL;
    struct handshake *handshake = tracker_finish(tracker);
    if (!handshake->tls_seen) {
        finish_without_tls(follow, handshake);
        return;
    }
    note_tls_port(follow, server_port(handshake));
    report(follow, handshake);
}

struct connection_listener follow_connection_listener(struct follow *follow)
{
    return (struct connection_listener){
        .begun = on_begun, .bytes = on_bytes, .gap = on_gap, .finished = on_finished, .user = follow};
}

/* ---- UDP ----------------------------------------------------------------------------------------------- */

static bool on_begins(void *user, const struct segment *segment)
{
    struct follow *follow = user;
    if (datagram_reading_begins(follow->opener, segment))
        return true;
    side_traffic_datagram(follow->side, segment);
    follow->stray_quic += datagram_is_stray_quic(segment);
    return false;
}

static enum datagram_use on_datagram(void *user, struct connection *connection, int half,
                                     const struct segment *segment)
{
    struct follow *follow = user;
    struct datagram_reading *reading = connection->attached;
    size_t before = reading ? datagram_reading_size(reading) : 0;
    if (!reading)
        connection->attached = reading =
            datagram_reading_new(connection, segment, follow->hasher, follow->opener);
    enum datagram_use use = datagram_reading_take(reading, half, segment);
    follow->memory += datagram_reading_size(reading);
    follow->memory -= before;
    return use;
}

static void on_datagrams_finished(void *user, struct connection *connection)
{
    struct follow *follow = user;
    struct datagram_reading *reading = connection->attached;
    connection->attached = NULL;
    if (!reading)
        return;
    follow->memory -= datagram_reading_size(reading);
    struct handshake *handshake = datagram_reading_finish(reading);
    if (!handshake)
        return;
    connection->one_sided = datagrams_are_one_sided(handshake);
    report(follow, handshake);
}

struct datagram_listener follow_datagram_listener(struct follow *follow)
{
    return (struct datagram_listener){
        .begins = on_begins, .datagram = on_datagram, .finished = on_datagrams_finished, .user = follow};
}

void follow_icmp(struct follow *follow, const struct icmp_error *error)
{
    side_traffic_icmp(follow->side, error);
}

uint64_t follow_stray_quic(const struct follow *follow)
{
    return follow->stray_quic;
}

bool follow_is_crowded(const struct follow *follow)
{
    return follow->memory > follow->memory_limit;
}

bool follow_is_filling(const struct follow *follow)
{
    return follow->memory > follow->memory_limit / FILLING;
}

void follow_advance(struct follow *follow, int64_t now)
{
    while (follow->held.first && follow->held.first->until <= now)
        tell_first_held(follow);
}

void follow_end(struct follow *follow)
{
    follow->ending = true;
}

static void report_waiting(struct follow *follow)
{
    struct queued *queued;
    while ((queued = queue_take(&follow->waiting))) {
        if (is_tls_port(follow, server_port(queued->handshake))) {
            report(follow, queued->handshake);
            queued->handshake = NULL;
        }
        queued_free(queued);
    }
}

void follow_finish(struct follow *follow)
{
    follow->ending = true;
    report_waiting(follow);
    while (follow->held.first)
        tell_first_held(follow);
    follow->ending = false;
    siblings_forget(follow->siblings);
    legs_forget(follow->legs);
    side_traffic_forget(follow->side);
}

void follow_free(struct follow *follow)
{
    if (!follow)
        return;
    queue_clear(&follow->waiting);
    queue_clear(&follow->held);
    siblings_free(follow->siblings);
    legs_free(follow->legs);
    side_traffic_free(follow->side);
    fingerprinter_free(follow->hasher);
    quic_opener_free(follow->opener);
    certificates_free(follow->certificates);
    free(follow);
}
