/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/conclude.h"

#include "base/clock.h"
#include "certificate/name.h"
#include "handshake/alerts.h"
#include "handshake/belief.h"
#include "handshake/community_id.h"
#include "handshake/conclude_datagrams.h"
#include "handshake/exchange.h"
#include "handshake/inference.h"
#include "handshake/late.h"
#include "stream/sequence.h"

/* In 1.3 these messages are encrypted, or do not exist. */
static bool went_on_in_the_clear(const struct handshake *handshake)
{
    return handshake->certificate[SIDE_SERVER] || handshake->server_key_exchange_seen.packet ||
           handshake->server_hello_done_seen.packet || handshake->client_key_exchange_seen.packet ||
           (handshake->direction[SIDE_SERVER].hidden_handshake_records > 0 &&
            !(handshake->server_hello && handshake->server_hello->cut));
}

static void conclude_parameters(struct handshake *handshake)
{
    handshake->shapes = arena_take(handshake->arena, SHAPES, sizeof *handshake->shapes);
    const struct server_hello *hello = handshake->server_hello;
    if (handshake->ssl2_server_hello && !hello) {
        handshake->version = TLS_VERSION_SSL2;
        return;
    }
    if (!hello)
        return;
    handshake->version = tls_version_equivalent(hello->selected_version);
    if (!handshake->version && handshake->hello_retry_request)
        handshake->version = TLS_VERSION_1_3;
    if (!handshake->version && hello->version == TLS_VERSION_1_2 && went_on_in_the_clear(handshake))
        handshake->version = TLS_VERSION_1_2;
    handshake->draft = tls_version_draft(hello->selected_version);
    handshake->cipher = hello->cipher;
    handshake->group = hello->key_share;
    if (handshake->version != TLS_VERSION_1_3)
        handshake->group = handshake->server_key_exchange ? handshake->server_key_exchange->group : 0;
}

static bool offers_tls13(const struct client_hello *hello)
{
    return tls_version_equivalent(client_hello_highest_version(hello)) == TLS_VERSION_1_3;
}

/* A hello that offers 1.3 fills the session id for the sake of middleboxes (RFC 8446 appendix D.4): that
 * offers nothing. */
static enum resumption_kind resumption_offered(const struct client_hello *hello)
{
    if (!hello)
        return RESUMPTION_NONE;
    if (hello->psk_identities > 0)
        return RESUMPTION_PSK;
    if (hello->session_ticket.length > 0)
        return RESUMPTION_TICKET;
    return hello->session_id.length > 0 && !offers_tls13(hello) ? RESUMPTION_SESSION_ID : RESUMPTION_NONE;
}

/* Up to 1.2 a resumed handshake shows by what is not there: the server changes cipher straight after its
 * hello. */
static enum answer was_resumed_before_tls13(const struct handshake *handshake)
{
    bool full = handshake->certificate[SIDE_SERVER] || handshake->server_key_exchange_seen.packet ||
                handshake->server_hello_done_seen.packet || handshake->client_key_exchange_seen.packet;
    if (full)
        return ANSWER_NO;
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    if (!server->change_cipher_spec.packet || server->first_gap.packet)
        return ANSWER_UNKNOWN;
    return ANSWER_YES;
}

static void conclude_resumption(struct handshake *handshake)
{
    handshake->resumption_offered = resumption_offered(handshake->client_hello);
    if (!handshake->server_hello)
        return;
    if (handshake->version == TLS_VERSION_1_3)
        handshake->resumed = handshake->server_hello->has_pre_shared_key ? ANSWER_YES
                             : handshake->server_hello->cut              ? ANSWER_UNKNOWN
                                                                         : ANSWER_NO;
    else
        handshake->resumed = was_resumed_before_tls13(handshake);
    if (handshake->resumed != ANSWER_YES)
        return;
    bool by_psk = handshake->version == TLS_VERSION_1_3;
    bool by_ticket = handshake->client_hello && handshake->client_hello->session_ticket.length > 0;
    handshake->resumption = by_psk ? RESUMPTION_PSK : by_ticket ? RESUMPTION_TICKET : RESUMPTION_SESSION_ID;
}

static enum phase phase_by_hello(const struct handshake *handshake)
{
    if (handshake->server_hello || handshake->hello_retry_request || handshake->ssl2_server_hello)
        return PHASE_SERVER_HELLO;
    return handshake->client_hello ? PHASE_CLIENT_HELLO : PHASE_UNKNOWN;
}

/* After CLIENT-MASTER-KEY the server sends SERVER-VERIFY and SERVER-FINISHED, the client CLIENT-FINISHED. */
static enum phase phase_of_ssl2(const struct handshake *handshake)
{
    if (!handshake->client_key_exchange_seen.packet)
        return PHASE_SERVER_FLIGHT;
    bool client_finished = handshake->direction[SIDE_CLIENT].data_records >= 1;
    bool server_finished = handshake->direction[SIDE_SERVER].data_records >= 2;
    if (client_finished && server_finished)
        return PHASE_COMPLETE;
    return client_finished ? PHASE_CLIENT_DONE : PHASE_CLIENT_FLIGHT;
}

/* Application data up to 1.2 is sent by who has seen the other's Finished; a false start is the client's (RFC
 * 7918). Where the version was not captured it may be 1.3, in which neither record says so. */
static bool is_finished(const struct handshake *handshake, enum side side)
{
    const struct direction *direction = &handshake->direction[side];
    if (direction->finished_seen)
        return true;
    bool before_tls13 = handshake->version != 0 || went_on_in_the_clear(handshake);
    return before_tls13 && direction->change_cipher_spec.packet && direction->first_data.packet &&
           direction->first_gap.packet;
}

static enum phase phase_before_tls13(const struct handshake *handshake)
{
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    bool client_finished = is_finished(handshake, SIDE_CLIENT),
         server_finished = is_finished(handshake, SIDE_SERVER);
    bool resumed = handshake->resumed == ANSWER_YES;
    /* What was not captured of the last step is proved by what can only follow it. */
    if (server_finished && !resumed && (client_finished || client->first_data.packet))
        return PHASE_COMPLETE;
    if (client_finished && resumed && (server_finished || server->first_data.packet))
        return PHASE_COMPLETE;
    if (server->first_data.packet && handshake->version != 0)
        return PHASE_COMPLETE;
    if (handshake->connection->one_sided && (client->first_data.packet || server->first_data.packet) &&
        (client_finished || server_finished))
        return PHASE_COMPLETE;
    if (client_finished)
        return PHASE_CLIENT_DONE;
    if (client->certificate.packet || handshake->client_key_exchange_seen.packet ||
        client->change_cipher_spec.packet)
        return PHASE_CLIENT_FLIGHT;
    if (handshake->server_hello_done_seen.packet || (resumed && server_finished))
        return PHASE_SERVER_FLIGHT;
    return phase_by_hello(handshake);
}

static enum phase phase_of_tls13(const struct handshake *handshake)
{
    const struct inference *inference = &handshake->inference;
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    if (inference->client_finished == ANSWER_YES) {
        if (inference->refused == ANSWER_YES)
            return PHASE_CLIENT_DONE;
        bool nothing_to_refuse = inference->asked == ANSWER_NO;
        return inference->refused == ANSWER_NO || nothing_to_refuse ? PHASE_COMPLETE : PHASE_CLIENT_DONE;
    }
    /* Sizes that fit no reading, but a conversation that goes back and forth. */
    if (inference->client_finished == ANSWER_UNKNOWN && client->data_records >= 2 &&
        server->data_records >= 2 && inference_talks_on(handshake) && !handshake_fatal_alert(handshake))
        return PHASE_COMPLETE;
    if (client->data_records > 0 && !inference->client_alert.packet)
        return PHASE_CLIENT_FLIGHT;
    return server->data_records >= 1 ? PHASE_SERVER_FLIGHT : PHASE_SERVER_HELLO;
}

/* The server closed while it was the client's turn; what the client sends after that reaches nobody. */
static bool server_gave_up(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    uint64_t client_flight = handshake->version == TLS_VERSION_1_3
                                 ? handshake->inference.client_flight.packet
                                 : handshake->client_key_exchange_seen.packet;
    return connection->closed.packet && handshake->close_by == SIDE_SERVER &&
           connection->closed.packet < client_flight;
}

static enum phase phase_of(const struct handshake *handshake)
{
    if (!handshake->tls_seen)
        return PHASE_NONE;
    if (handshake->carrier != CARRIER_TLS)
        return datagrams_phase(handshake);
    if (handshake->version == TLS_VERSION_SSL2)
        return phase_of_ssl2(handshake);
    if (server_gave_up(handshake))
        return PHASE_SERVER_FLIGHT;
    if (handshake->version == TLS_VERSION_1_3)
        return phase_of_tls13(handshake);
    return phase_before_tls13(handshake);
}

/* The hello was missed, but both sides send application data and nobody complains. */
static bool talks_on(const struct handshake *handshake)
{
    return handshake->phase == PHASE_UNKNOWN && inference_talks_on(handshake) &&
           !handshake_fatal_alert(handshake);
}

/* A health check or a port scan: the client connects and leaves, and nobody says a word. */
static bool is_mere_visit(const struct connection *connection)
{
    return connection->established.packet && connection->closed.packet && connection->closed_by == 0 &&
           connection->half[0].payload_bytes == 0 && connection->half[1].payload_bytes == 0;
}

static enum outcome outcome_without_tls(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    bool refused = connection->refused.packet || connection->icmp.packet;
    if (is_mere_visit(connection) || (handshake->capture_incomplete && !refused))
        return OUTCOME_UNKNOWN;
    if (refused || connection->closed.packet || connection->timed_out)
        return OUTCOME_FAILURE;
    bool repeated = connection->half[0].syn_count >= 2 && !connection->established.packet;
    return repeated ? OUTCOME_FAILURE : OUTCOME_UNKNOWN;
}

/* Done with its part of TLS 1.3, the client left before the server can have said what it makes of its
 * certificate. */
static bool client_left_unjudged(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    const int64_t soon = 2500LL * 1000 * 1000;
    return handshake->version == TLS_VERSION_1_3 && handshake->phase == PHASE_CLIENT_DONE &&
           handshake->inference.refused == ANSWER_UNKNOWN && handshake->close_by == SIDE_CLIENT &&
           connection->closed.time - handshake->inference.finished_seen.time < soon;
}

static enum outcome outcome_of(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    if (!handshake->tls_seen)
        return outcome_without_tls(handshake);
    if (handshake->carrier != CARRIER_TLS)
        return datagrams_outcome(handshake);
    if (handshake->phase == PHASE_COMPLETE || talks_on(handshake))
        return OUTCOME_SUCCESS;
    if (handshake_fatal_alert(handshake) || handshake->inference.client_alert.packet ||
        handshake->inference.server_alert.packet)
        return OUTCOME_FAILURE;
    if (handshake->phase == PHASE_UNKNOWN || handshake->capture_incomplete || client_left_unjudged(handshake))
        return OUTCOME_UNKNOWN;
    bool ended = connection->closed.packet || connection->timed_out || handshake_has_hidden_alert(handshake);
    return ended ? OUTCOME_FAILURE : OUTCOME_UNKNOWN;
}

/* Bytes that are missing behind a side's Finished take nothing from what is said of the handshake. */
static bool lacks_handshake_bytes(const struct handshake *handshake, enum side side)
{
    const struct direction *direction = &handshake->direction[side];
    uint64_t finished = direction->finished.packet;
    if (handshake->version == TLS_VERSION_1_3 && side == SIDE_SERVER)
        return direction->first_gap.packet && handshake->inference.server_flight_records == 0;
    if (handshake->version == TLS_VERSION_1_3)
        finished = handshake->inference.finished_seen.packet;
    return direction->first_gap.packet && (!finished || direction->first_gap.packet <= finished);
}

/* It answered them, or its TCP acknowledged more than was captured. */
static bool server_got_missing_bytes(const struct handshake *handshake)
{
    const struct half *client = handshake_half(handshake, SIDE_CLIENT);
    const struct half *server = handshake_half(handshake, SIDE_SERVER);
    uint32_t first = client->initial_sequence + 1;
    bool more = server->sent_ack && sequence_after(server->acknowledged, first) &&
                server->acknowledged - first - (client->fin.packet ? 1 : 0) > client->payload_bytes;
    return client->missing_bytes > 0 && (server->payload_bytes > 0 || more);
}

/* Where the server's TCP waits for bytes too, they are missing on the wire. */
static bool lacks_plain_bytes(const struct handshake *handshake)
{
    const struct half *client = handshake_half(handshake, SIDE_CLIENT);
    const struct half *server = handshake_half(handshake, SIDE_SERVER);
    return server->missing_bytes > 0 || client->cut_bytes > 0 || server_got_missing_bytes(handshake);
}

/* The server is in its flight or behind it, and its hello is not there. */
static bool lacks_server_hello(const struct handshake *handshake)
{
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    return !handshake->server_hello && !handshake->hello_retry_request && !handshake->ssl2_server_hello &&
           (server->data_records > 0 || server->change_cipher_spec.packet || server->certificate.packet ||
            server->hidden_handshake_records > 0 || handshake->server_hello_done_seen.packet);
}

/* A client may leave straight behind its Finished, without waiting for the server's, which can still come;
 * when the capture ended it was not late yet. */
static bool ends_before_the_answer(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    const struct half *server = handshake_half(handshake, SIDE_SERVER);
    if (handshake->phase != PHASE_CLIENT_DONE || handshake->version == TLS_VERSION_1_3)
        return false;
    int64_t waited = connection->last.time - handshake->client_key_exchange_seen.time;
    bool client_left = connection->how == CLOSE_FIN && handshake->close_by == SIDE_CLIENT;
    bool answered = server->fin.packet || server->rst.packet ||
                    server->last_payload.packet > handshake->client_key_exchange_seen.packet;
    return client_left && !answered && waited < CLOCK_SECOND;
}

static bool lacks_evidence(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    if (!handshake->tls_seen)
        return connection->midstream || connection->one_sided || lacks_plain_bytes(handshake);
    if (handshake->carrier != CARRIER_TLS)
        return datagrams_lack_evidence(handshake);
    bool hellos = handshake->phase != PHASE_COMPLETE || handshake->ssl2_server_hello ||
                  (handshake->client_hello && handshake->server_hello);
    bool midway = connection->midstream && !handshake->client_hello;
    bool hello_in_part = !handshake->client_hello && lacks_plain_bytes(handshake);
    return midway || hello_in_part || !hellos || lacks_server_hello(handshake) || connection->one_sided ||
           handshake->cut_messages > 0 || ends_before_the_answer(handshake) ||
           lacks_handshake_bytes(handshake, SIDE_CLIENT) || lacks_handshake_bytes(handshake, SIDE_SERVER);
}

static void conclude_close(struct handshake *handshake)
{
    int half = handshake->connection->closed_by;
    if (handshake->connection->closed.packet && half >= 0)
        handshake->close_by = handshake_side(handshake, half);
}

/* JA4's letter for what carries TLS. */
static char carrier_letter(const struct handshake *handshake)
{
    static const char letters[] = {[CARRIER_TLS] = 't', [CARRIER_DTLS] = 'd', [CARRIER_QUIC] = 'q'};
    return letters[handshake->carrier];
}

/* One of half a hello would be that of another client; for SSLv2's format none is defined. */
static bool has_fingerprint(const struct client_hello *hello)
{
    return hello && !hello->cut && !hello->lacks_random && !hello->ssl2_format;
}

static void conclude_fingerprints(struct handshake *handshake, struct fingerprinter *hasher)
{
    const struct connection *connection = handshake->connection;
    community_id(hasher, &connection->half[0].endpoint, &connection->half[1].endpoint, connection->transport,
                 handshake->community_id);
    if (has_fingerprint(handshake->client_hello)) {
        fingerprint_ja3(hasher, handshake->client_hello, handshake->ja3);
        fingerprint_ja4(hasher, handshake->client_hello, carrier_letter(handshake), handshake->ja4);
    }
    if (handshake->server_hello && !handshake->server_hello->cut)
        fingerprint_ja3s(hasher, handshake->server_hello, handshake->ja3s);
}

/* A name that libcrypto can't read leaves an empty place, so that the count stays right. */
static void conclude_issuers(struct handshake *handshake)
{
    const struct certificate_request *request = handshake->certificate_request;
    uint32_t count = request ? request->authorities.count : 0;
    struct octets *names = count > 0 ? arena_take(handshake->arena, count, sizeof *names) : NULL;
    if (!names)
        return;
    struct buffer text = {0};
    for (uint32_t i = 0; i < count; i++) {
        buffer_clear(&text);
        const struct octets *der = &request->authorities.items[i];
        if (!certificate_name_print(&text, der->bytes, der->length))
            continue;
        names[i].bytes = arena_copy(handshake->arena, text.bytes, text.length);
        names[i].length = names[i].bytes ? (uint32_t)text.length : 0;
    }
    buffer_free(&text);
    handshake->acceptable_issuers = (struct octets_list){.items = names, .count = count};
}

void handshake_conclude(struct handshake *handshake, struct fingerprinter *hasher)
{
    conclude_parameters(handshake);
    conclude_resumption(handshake);
    conclude_close(handshake);
    conclude_issuers(handshake);
    if (handshake->version == TLS_VERSION_1_3 && handshake->carrier == CARRIER_TLS)
        inference_draw(handshake);
    handshake->phase = phase_of(handshake);
    handshake->capture_incomplete = lacks_evidence(handshake);
    handshake->outcome = outcome_of(handshake);
    if (handshake->phase == PHASE_COMPLETE) {
        exchange_draw(handshake);
        late_draw(handshake);
    }
    beliefs_draw(handshake);
    if (hasher)
        conclude_fingerprints(handshake, hasher);
}
