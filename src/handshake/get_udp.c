/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts that only conversations over UDP have: DTLS's cookies and flights, QUIC's packets. */
#include "handshake/getters.h"

#include "base/clock.h"
#include "handshake/conclude_datagrams.h"
#include "quic/version.h"
#include <stdio.h>
#include <string.h>

static bool is_udp(const struct handshake *handshake)
{
    return handshake->connection->transport == SEGMENT_UDP;
}

struct value field_udp_client_packets(const struct handshake *handshake)
{
    return is_udp(handshake) ? value_of_count(handshake_half(handshake, SIDE_CLIENT)->packets)
                             : value_unknown();
}

struct value field_udp_server_packets(const struct handshake *handshake)
{
    return is_udp(handshake) ? value_of_count(handshake_half(handshake, SIDE_SERVER)->packets)
                             : value_unknown();
}

struct value field_udp_waited(const struct handshake *handshake)
{
    if (!is_udp(handshake) || handshake_half(handshake, SIDE_SERVER)->packets > 0)
        return value_unknown();
    return value_duration(clock_span(handshake->connection->first.time, handshake->connection->last.time));
}

/* ---- DTLS ---------------------------------------------------------------------------------------------- */

#define DTLS_FACT(name, result)                                                                              \
    struct value field_dtls_##name(const struct handshake *handshake)                                        \
    {                                                                                                        \
        const struct dtls_facts *dtls = handshake->dtls;                                                     \
        return dtls ? (result) : value_unknown();                                                            \
    }
DTLS_FACT(cookie_exchanges, value_integer(dtls->cookie_requests))
DTLS_FACT(cookie_request_packet, value_of_packet(dtls->cookie_request))
DTLS_FACT(client_repeats, value_integer(dtls->flight_repeats[SIDE_CLIENT]))
DTLS_FACT(server_repeats, value_integer(dtls->flight_repeats[SIDE_SERVER]))
DTLS_FACT(fragments_missing,
          value_integer(dtls->fragments_missing[SIDE_CLIENT] + dtls->fragments_missing[SIDE_SERVER]))
DTLS_FACT(vain_repeats, value_integer(dtls->vain_repeats))
DTLS_FACT(vain_by, dtls->vain_repeats > 0 ? value_of_side(dtls->vain_by) : value_unknown())
DTLS_FACT(vain_packet, dtls->vain_repeats > 0 ? value_of_packet(dtls->vain) : value_unknown())
DTLS_FACT(progress_packet, value_of_packet(dtls->progress))

struct value field_dtls_stalled_for(const struct handshake *handshake)
{
    const struct dtls_facts *dtls = handshake->dtls;
    if (!dtls || dtls->vain_repeats == 0)
        return value_unknown();
    return value_duration(clock_span(dtls->progress.time, dtls->vain.time));
}

/* ---- QUIC ---------------------------------------------------------------------------------------------- */

#define QUIC_FACT(name, result)                                                                              \
    struct value field_quic_##name(const struct handshake *handshake)                                        \
    {                                                                                                        \
        const struct quic_facts *quic = handshake->quic;                                                     \
        return quic ? (result) : value_unknown();                                                            \
    }
QUIC_FACT(version_negotiation, value_boolean(quic->version_negotiation.packet > 0))
QUIC_FACT(version_negotiation_packet, value_of_packet(quic->version_negotiation))
QUIC_FACT(retry, value_boolean(quic->retry.packet > 0))
QUIC_FACT(retry_packet, value_of_packet(quic->retry))
QUIC_FACT(bad_retry_packet, value_of_packet(quic->bad_retry))
QUIC_FACT(initials, value_integer(quic->side[SIDE_CLIENT].initials))
QUIC_FACT(initial_packet, value_of_packet(quic->side[SIDE_CLIENT].initial))
QUIC_FACT(server_packets, value_integer(quic->server_packets))
QUIC_FACT(client_handshake_packets, value_integer(quic->side[SIDE_CLIENT].handshakes))
QUIC_FACT(client_handshake_packet, value_of_packet(quic->side[SIDE_CLIENT].handshake))
QUIC_FACT(server_handshake_packets, value_integer(quic->side[SIDE_SERVER].handshakes))
QUIC_FACT(server_handshake_packet, value_of_packet(quic->side[SIDE_SERVER].handshake))
QUIC_FACT(client_data_packets, value_integer(quic->side[SIDE_CLIENT].one_rtt))
QUIC_FACT(server_data_packets, value_integer(quic->side[SIDE_SERVER].one_rtt))
QUIC_FACT(early_data_packets, value_integer(quic->side[SIDE_CLIENT].zero_rtt))
QUIC_FACT(gave_up, value_of_side(quic_gave_up(handshake)))
QUIC_FACT(last_word_packet, value_of_packet(handshake->connection->last))
QUIC_FACT(close_by, value_of_side(quic->close_by))
QUIC_FACT(close_code, quic->close.packet ? value_of_count(quic->close_code) : value_unknown())
QUIC_FACT(close_reason, value_of_octets(quic->close_reason))
QUIC_FACT(close_packet, value_of_packet(quic->close))

static struct value version_name(const struct handshake *handshake, uint32_t number)
{
    const struct quic_version *version = quic_version_find(number);
    if (version)
        return value_word(version->name);
    if (quic_version_is_grease(number))
        return value_word("GREASE");
    char text[sizeof "0x00000000"];
    snprintf(text, sizeof text, "0x%08x", number);
    return value_word(arena_copy(handshake->arena, text, strlen(text)));
}

struct value field_quic_version(const struct handshake *handshake)
{
    return handshake->quic ? version_name(handshake, handshake->quic->version) : value_unknown();
}

static struct value server_version_at(const void *owner, uint32_t index)
{
    const struct handshake *handshake = owner;
    return version_name(handshake, handshake->quic->server_versions[index]);
}

struct value field_quic_server_versions(const struct handshake *handshake)
{
    if (!handshake->quic || !handshake->quic->version_negotiation.packet)
        return value_unknown();
    return value_list_of(VALUE_TEXT, handshake->quic->server_version_count, server_version_at, handshake);
}
