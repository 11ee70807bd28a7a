/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about the event as such, its ends and its judgement. */
#include "handshake/getters.h"

#include "base/clock.h"

struct value value_of_side(enum side side)
{
    static const char *const names[] = {[SIDE_CLIENT] = "client", [SIDE_SERVER] = "server"};
    return side < SIDES ? value_word(names[side]) : value_unknown();
}

struct value field_start(const struct handshake *handshake)
{
    return value_time(handshake->connection->first.time);
}

struct value field_end(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    return value_time(connection->first.time + clock_span(connection->first.time, connection->last.time));
}

struct value field_duration(const struct handshake *handshake)
{
    return value_integer(clock_span(handshake->connection->first.time, handshake->connection->last.time));
}

#define CONSTANT(name, text)                                                                                 \
    struct value field_##name(const struct handshake *handshake)                                             \
    {                                                                                                        \
        (void)handshake;                                                                                     \
        return value_word(text);                                                                             \
    }
CONSTANT(ecs_version, "8.17")
CONSTANT(event_kind, "event")
CONSTANT(event_dataset, "tlswhy.handshake")

static struct value category_at(const void *owner, uint32_t index)
{
    (void)owner;
    (void)index;
    return value_word("network");
}

struct value field_event_category(const struct handshake *handshake)
{
    return value_list_of(VALUE_TEXT, 1, category_at, handshake);
}

struct value field_outcome(const struct handshake *handshake)
{
    static const char *const names[] = {
        [OUTCOME_UNKNOWN] = "unknown", [OUTCOME_SUCCESS] = "success", [OUTCOME_FAILURE] = "failure"};
    return value_word(names[handshake->outcome]);
}

/* The SYN's sender; without a SYN whoever took the client's part in TLS. */
static const struct endpoint *end_of(const struct handshake *handshake, bool opener)
{
    const struct connection *connection = handshake->connection;
    int source =
        connection->opened_by_syn && connection->client >= 0 ? connection->client : handshake->client_half;
    return &connection->half[opener ? source : 1 - source].endpoint;
}

struct value field_source_ip(const struct handshake *handshake)
{
    return value_address(&end_of(handshake, true)->address);
}

struct value field_source_port(const struct handshake *handshake)
{
    return value_integer(end_of(handshake, true)->port);
}

struct value field_destination_ip(const struct handshake *handshake)
{
    return value_address(&end_of(handshake, false)->address);
}

struct value field_destination_port(const struct handshake *handshake)
{
    return value_integer(end_of(handshake, false)->port);
}

struct value field_network_type(const struct handshake *handshake)
{
    return value_word(handshake->connection->half[0].endpoint.address.family == 6 ? "ipv6" : "ipv4");
}

struct value field_network_transport(const struct handshake *handshake)
{
    return value_word(handshake->connection->transport == SEGMENT_UDP ? "udp" : "tcp");
}

struct value field_network_protocol(const struct handshake *handshake)
{
    static const char *const names[] = {
        [CARRIER_TLS] = "tls", [CARRIER_DTLS] = "dtls", [CARRIER_QUIC] = "quic"};
    return handshake->tls_seen ? value_word(names[handshake->carrier]) : value_unknown();
}

struct value field_network_community_id(const struct handshake *handshake)
{
    return handshake->community_id[0] ? value_word(handshake->community_id) : value_unknown();
}

struct value field_number(const struct handshake *handshake)
{
    return value_of_count(handshake->number);
}

struct value field_stream(const struct handshake *handshake)
{
    bool numbered = handshake->connection->transport == SEGMENT_TCP;
    return numbered ? value_integer(handshake->connection->stream) : value_unknown();
}

struct value field_origin(const struct handshake *handshake)
{
    return value_string(handshake->connection->origin);
}

struct value field_verdict(const struct handshake *handshake)
{
    return handshake->has_verdict ? value_string(handshake->findings[0].id) : value_unknown();
}

struct value field_summary(const struct handshake *handshake)
{
    return value_string(handshake->summary);
}

static const char *const severities[] = {
    [SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};
static const char *const confidences[] = {
    [CONFIDENCE_POSSIBLE] = "possible", [CONFIDENCE_LIKELY] = "likely", [CONFIDENCE_CERTAIN] = "certain"};
static const char *const blames[] = {
    [BLAME_CLIENT] = "client", [BLAME_SERVER] = "server", [BLAME_PATH] = "path", [BLAME_CAPTURE] = "capture"};

#define FINDING_COLUMN(column, text)                                                                         \
    static struct value finding_##column##_at(const void *owner, uint32_t index)                             \
    {                                                                                                        \
        const struct finding *finding = &((const struct handshake *)owner)->findings[index];                 \
        return value_string(text);                                                                           \
    }                                                                                                        \
    struct value field_finding_##column(const struct handshake *handshake)                                   \
    {                                                                                                        \
        return value_list_of(VALUE_TEXT, handshake->finding_count, finding_##column##_at, handshake);        \
    }
FINDING_COLUMN(ids, finding->id)
FINDING_COLUMN(titles, finding->title)
FINDING_COLUMN(severities, severities[finding->severity])
FINDING_COLUMN(confidences, confidences[finding->confidence])
FINDING_COLUMN(blames, blames[finding->blame])
