/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/conclude_datagrams.h"

#include "handshake/alerts.h"

enum {
    VAIN_REPEATS = 2, /* flights sent again without an answer, after which nobody is expected to answer */
    UNANSWERED_INITIALS = 3,
    REFUSAL_LIMIT = 200, /* bytes of short headers that can be a refusal with its reason, sent twice */
    CONVERSATION = 4,    /* changes of direction that no refusal makes */
};

static enum phase phase_by_hello(const struct handshake *handshake)
{
    if (handshake->server_hello || handshake->hello_retry_request)
        return PHASE_SERVER_HELLO;
    return handshake->client_hello ? PHASE_CLIENT_HELLO : PHASE_UNKNOWN;
}

/* ---- DTLS ---------------------------------------------------------------------------------------------- */

/* Up to 1.2 the last word is the server's, in a resumed handshake the client's. */
static enum phase phase_before_dtls13(const struct handshake *handshake)
{
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    bool resumed = handshake->resumed == ANSWER_YES;
    bool last_word = resumed ? client->finished_seen || server->first_data.packet
                             : server->finished_seen || client->first_data.packet;
    if (client->finished_seen + server->finished_seen > 0 && last_word &&
        (client->finished_seen || client->first_data.packet || resumed))
        return PHASE_COMPLETE;
    if (client->finished_seen)
        return PHASE_CLIENT_DONE;
    if (client->certificate.packet || handshake->client_key_exchange_seen.packet ||
        client->change_cipher_spec.packet)
        return PHASE_CLIENT_FLIGHT;
    if (handshake->server_hello_done_seen.packet || (resumed && server->finished_seen))
        return PHASE_SERVER_FLIGHT;
    return phase_by_hello(handshake);
}

static enum phase phase_of_dtls13(const struct handshake *handshake)
{
    const struct dtls_facts *facts = handshake->dtls;
    if (facts->client_flight.packet && facts->server_answer.packet)
        return PHASE_COMPLETE;
    if (facts->client_data.packet)
        return PHASE_CLIENT_DONE;
    if (facts->client_flight.packet)
        return PHASE_CLIENT_FLIGHT;
    return handshake->direction[SIDE_SERVER].encrypted_since.packet ? PHASE_SERVER_FLIGHT
                                                                    : phase_by_hello(handshake);
}

static bool repeats_in_vain(const struct handshake *handshake)
{
    return handshake->dtls && handshake->dtls->vain_repeats >= VAIN_REPEATS;
}

/* ---- QUIC ---------------------------------------------------------------------------------------------- */

/* A client sends short headers once it has finished; whether the server agreed shows in what follows. */
static bool server_agreed(const struct quic_facts *facts)
{
    if (!facts->answer.packet || !facts->side[SIDE_CLIENT].one_rtt)
        return false;
    return facts->answer_bytes > REFUSAL_LIMIT || facts->turns >= CONVERSATION;
}

enum side quic_gave_up(const struct handshake *handshake)
{
    const struct quic_facts *facts = handshake->quic;
    uint64_t client = handshake_half(handshake, SIDE_CLIENT)->last_payload.packet;
    uint64_t server = handshake_half(handshake, SIDE_SERVER)->last_payload.packet;
    if (!facts || facts->close.packet || !handshake->server_hello || handshake->connection->one_sided)
        return SIDE_NOBODY;
    if (handshake->phase == PHASE_CLIENT_FLIGHT && client > server)
        return SIDE_CLIENT;
    if (handshake->phase == PHASE_CLIENT_DONE && facts->answer.packet && server > client)
        return SIDE_SERVER;
    return SIDE_NOBODY;
}

static enum phase phase_of_quic(const struct handshake *handshake)
{
    const struct quic_facts *facts = handshake->quic;
    const struct quic_side *client = &facts->side[SIDE_CLIENT], *server = &facts->side[SIDE_SERVER];
    if (server_agreed(facts) && !facts->close.packet)
        return PHASE_COMPLETE;
    if (client->one_rtt > 0)
        return PHASE_CLIENT_DONE;
    if (client->handshakes > 0)
        return PHASE_CLIENT_FLIGHT;
    if (server->handshakes > 0 && handshake->server_hello)
        return PHASE_SERVER_FLIGHT;
    if (handshake->client_hello || handshake->server_hello)
        return phase_by_hello(handshake);
    return facts->version_negotiation.packet ? PHASE_CLIENT_HELLO : PHASE_UNKNOWN;
}

/* The client offers again after the server named its versions, or it gives up. */
static bool version_was_refused(const struct quic_facts *facts)
{
    return facts->version_negotiation.packet && facts->side[SIDE_SERVER].initials == 0;
}

static bool is_unanswered(const struct handshake *handshake)
{
    const struct quic_facts *facts = handshake->quic;
    return facts && facts->server_packets == 0 && facts->side[SIDE_CLIENT].initials >= UNANSWERED_INITIALS;
}

/* ---- Both ---------------------------------------------------------------------------------------------- */

enum phase datagrams_phase(const struct handshake *handshake)
{
    if (handshake->quic)
        return phase_of_quic(handshake);
    return handshake->version == TLS_VERSION_1_3 ? phase_of_dtls13(handshake)
                                                 : phase_before_dtls13(handshake);
}

static bool was_refused(const struct handshake *handshake)
{
    const struct quic_facts *quic = handshake->quic;
    return handshake_fatal_alert(handshake) || handshake->connection->icmp.packet ||
           (quic && (quic->close.packet || version_was_refused(quic)));
}

enum outcome datagrams_outcome(const struct handshake *handshake)
{
    if (handshake->phase == PHASE_COMPLETE)
        return OUTCOME_SUCCESS;
    if (was_refused(handshake))
        return OUTCOME_FAILURE;
    if (handshake->phase == PHASE_UNKNOWN || handshake->capture_incomplete)
        return OUTCOME_UNKNOWN;
    bool ended = handshake->connection->timed_out || handshake_has_hidden_alert(handshake) ||
                 repeats_in_vain(handshake) || is_unanswered(handshake);
    return ended ? OUTCOME_FAILURE : OUTCOME_UNKNOWN;
}

/* A side that goes on with its part has heard the other. */
bool datagrams_are_one_sided(const struct handshake *handshake)
{
    const struct half *client = handshake_half(handshake, SIDE_CLIENT);
    const struct half *server = handshake_half(handshake, SIDE_SERVER);
    bool client_went_on = handshake->client_key_exchange_seen.packet ||
                          handshake->direction[SIDE_CLIENT].encrypted_since.packet ||
                          (handshake->quic && (handshake->quic->side[SIDE_CLIENT].handshakes > 0 ||
                                               handshake->quic->side[SIDE_CLIENT].heard_peer));
    return (server->packets > 0 && client->packets == 0) || (server->packets == 0 && client_went_on);
}

bool datagrams_lack_evidence(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    if (handshake->phase == PHASE_COMPLETE && handshake->client_hello && handshake->server_hello)
        return handshake->cut_messages > 0;
    return (connection->midstream && !handshake->client_hello) || connection->one_sided ||
           handshake->cut_messages > 0 || connection->half[0].cut_bytes + connection->half[1].cut_bytes > 0;
}
