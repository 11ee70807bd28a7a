/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about the connection below TLS: TCP, ICMP, what the first bytes were, how the capture is. */
#include "handshake/getters.h"

#include "base/clock.h"
#include "capture/decode.h"
#include "handshake/exchange.h"
#include "handshake/first_bytes.h"

static const struct half *client_of(const struct handshake *handshake)
{
    return handshake_half(handshake, SIDE_CLIENT);
}

static const struct half *server_of(const struct handshake *handshake)
{
    return handshake_half(handshake, SIDE_SERVER);
}

/* Of UDP nothing here is known: neither that it opened nor that it did not. */
static bool is_tcp(const struct handshake *handshake)
{
    return handshake->connection->transport == SEGMENT_TCP;
}

struct value field_close_by(const struct handshake *handshake)
{
    return handshake->close_by == SIDE_NOBODY ? value_word("nobody") : value_of_side(handshake->close_by);
}

struct value field_close_how(const struct handshake *handshake)
{
    static const char *const names[] = {
        [CLOSE_OPEN] = "open", [CLOSE_FIN] = "fin", [CLOSE_RST] = "rst", [CLOSE_TIMEOUT] = "timeout"};
    return value_word(names[handshake->connection->how]);
}

struct value field_close_flag(const struct handshake *handshake)
{
    enum close_how how = handshake->connection->how;
    return how == CLOSE_FIN || how == CLOSE_RST ? value_word(how == CLOSE_FIN ? "FIN" : "RST")
                                                : value_unknown();
}

struct value field_close_packet(const struct handshake *handshake)
{
    return value_of_packet(handshake->connection->closed);
}

struct value field_close_delay(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    struct moment payload = connection->spoken.packet ? connection->spoken : connection->established;
    if (!connection->closed.packet || !payload.packet || payload.packet > connection->closed.packet)
        return value_unknown();
    return value_duration(clock_span(payload.time, connection->closed.time));
}

struct value field_client_first_bytes(const struct handshake *handshake)
{
    return value_word(first_bytes_name(handshake->direction[SIDE_CLIENT].first));
}

struct value field_server_first_bytes(const struct handshake *handshake)
{
    return value_word(first_bytes_name(handshake->direction[SIDE_SERVER].first));
}

static struct value first_line(struct octets bytes)
{
    enum { LONGEST = 120 };
    uint32_t length = 0;
    while (length < bytes.length && length < LONGEST && bytes.bytes[length] != '\r' &&
           bytes.bytes[length] != '\n')
        length++;
    return length > 0 ? value_text(bytes.bytes, length) : value_unknown();
}

struct value field_client_first_line(const struct handshake *handshake)
{
    return first_line(handshake->direction[SIDE_CLIENT].first_line);
}

struct value field_server_first_line(const struct handshake *handshake)
{
    return first_line(handshake->direction[SIDE_SERVER].first_line);
}

struct value field_server_first_text(const struct handshake *handshake)
{
    return value_of_octets(handshake->direction[SIDE_SERVER].first_line);
}

struct value field_client_first_payload_packet(const struct handshake *handshake)
{
    return value_of_packet(client_of(handshake)->first_payload);
}

struct value field_server_first_payload_packet(const struct handshake *handshake)
{
    return value_of_packet(server_of(handshake)->first_payload);
}

struct value field_server_spoke_first(const struct handshake *handshake)
{
    uint64_t server = server_of(handshake)->first_payload.packet,
             client = client_of(handshake)->first_payload.packet;
    if (handshake->connection->midstream || (!server && !client))
        return value_unknown();
    return value_boolean(server && (!client || server < client));
}

struct value field_client_data_records(const struct handshake *handshake)
{
    return value_of_count(handshake->direction[SIDE_CLIENT].data_records);
}

struct value field_server_data_records(const struct handshake *handshake)
{
    return value_of_count(handshake->direction[SIDE_SERVER].data_records);
}

struct value field_client_finished(const struct handshake *handshake)
{
    if (handshake->version == TLS_VERSION_1_3 && handshake->carrier != CARRIER_TLS)
        return handshake->phase == PHASE_CLIENT_DONE || handshake->phase == PHASE_COMPLETE
                   ? value_boolean(true)
                   : value_unknown();
    if (handshake->version == TLS_VERSION_1_3)
        return value_of_answer(handshake->inference.client_finished);
    return value_boolean(handshake->direction[SIDE_CLIENT].finished_seen);
}

/* Records are told of only where TLS has them to itself. */
static bool has_exchange(const struct handshake *handshake)
{
    return handshake->phase == PHASE_COMPLETE && handshake->carrier == CARRIER_TLS;
}

struct value field_exchange_requests(const struct handshake *handshake)
{
    return has_exchange(handshake) ? value_integer(handshake->exchange.requests) : value_unknown();
}

struct value field_exchange_answers(const struct handshake *handshake)
{
    return has_exchange(handshake) ? value_integer(handshake->exchange.answers) : value_unknown();
}

struct value field_exchange_last_answer_length(const struct handshake *handshake)
{
    const struct exchange *exchange = &handshake->exchange;
    return exchange->answers > 0 ? value_integer(exchange->last_answer_length) : value_unknown();
}

struct value field_exchange_last_answer_content(const struct handshake *handshake)
{
    const struct exchange *exchange = &handshake->exchange;
    uint32_t content = exchange_content(handshake, SIDE_SERVER, exchange->last_answer_length);
    return exchange->answers > 0 && content > 0 ? value_integer(content) : value_unknown();
}

struct value field_exchange_first_request_packet(const struct handshake *handshake)
{
    return value_of_packet(handshake->exchange.first_request);
}

struct value field_exchange_answers_to_request(const struct handshake *handshake)
{
    return has_exchange(handshake) ? value_integer(handshake->exchange.answers_to_request) : value_unknown();
}

struct value field_exchange_server_ended(const struct handshake *handshake)
{
    const struct moment ended = handshake->exchange.server_ended, answer = handshake->exchange.last_answer;
    if (!has_exchange(handshake) || handshake->exchange.answers == 0)
        return value_unknown();
    return value_boolean(ended.packet && clock_span(answer.time, ended.time) < CLOCK_SECOND / 2);
}

struct value field_exchange_client_ended(const struct handshake *handshake)
{
    return has_exchange(handshake) ? value_boolean(handshake->exchange.client_ended.packet) : value_unknown();
}

struct value field_exchange_announced(const struct handshake *handshake)
{
    return has_exchange(handshake) ? value_of_answer(handshake->exchange.announced) : value_unknown();
}

struct value field_exchange_answer_to_close(const struct handshake *handshake)
{
    const struct exchange *exchange = &handshake->exchange;
    const struct moment closed = handshake->connection->closed;
    if (exchange->answers == 0 || closed.packet < exchange->last_answer.packet)
        return value_unknown();
    return value_duration(clock_span(exchange->last_answer.time, closed.time));
}

struct value field_exchange_last_answer_packet(const struct handshake *handshake)
{
    return value_of_packet(handshake->exchange.last_answer);
}

struct value field_client_hello_acknowledged(const struct handshake *handshake)
{
    const struct half *server = server_of(handshake);
    if (!handshake->client_hello || handshake->connection->one_sided || !is_tcp(handshake))
        return value_unknown();
    if (!server->sent_ack)
        return value_boolean(false);
    return value_boolean((int32_t)(server->acknowledged - handshake->client_hello_end) >= 0);
}

/* What a server sends into a connection that is closed already is an answer to nobody. */
static bool closed_before_answer(const struct handshake *handshake)
{
    const struct moment closed = handshake->connection->closed;
    return closed.packet > handshake->client_hello_seen.packet &&
           closed.packet < server_of(handshake)->first_payload.packet;
}

struct value field_client_hello_unanswered_for(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    if (!handshake->client_hello)
        return value_unknown();
    int64_t until = connection->last.time;
    if (connection->closed.packet)
        until = connection->closed.time;
    if (closed_before_answer(handshake))
        return value_duration(clock_span(handshake->client_hello_seen.time, until));
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    if (server_of(handshake)->first_payload.packet > handshake->client_hello_seen.packet)
        until = server_of(handshake)->first_payload.time;
    else if (server->first_tls.packet > handshake->client_hello_seen.packet)
        until = server->first_tls.time;
    return value_duration(clock_span(handshake->client_hello_seen.time, until));
}

struct value field_syn_packet(const struct handshake *handshake)
{
    return value_of_packet(client_of(handshake)->syn);
}

struct value field_syn_count(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_integer(client_of(handshake)->syn_count) : value_unknown();
}

struct value field_syn_ack_packet(const struct handshake *handshake)
{
    return value_of_packet(server_of(handshake)->syn);
}

struct value field_syn_ack_count(const struct handshake *handshake)
{
    return value_integer(server_of(handshake)->syn_count);
}

/* All that `sender` sent, as far as its sequence numbers tell, has been acknowledged by `receiver`. */
static struct value all_acknowledged(const struct handshake *handshake, const struct half *sender,
                                     const struct half *receiver)
{
    if (handshake->connection->one_sided || !receiver->sent_ack || sender->packets == 0)
        return value_unknown();
    return value_boolean((int32_t)(receiver->acknowledged - sender->next_sequence) >= 0);
}

struct value field_client_acknowledged(const struct handshake *handshake)
{
    return all_acknowledged(handshake, server_of(handshake), client_of(handshake));
}

struct value field_server_acknowledged(const struct handshake *handshake)
{
    return all_acknowledged(handshake, client_of(handshake), server_of(handshake));
}

struct value field_duplicates(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_of_count(handshake->connection->duplicates) : value_unknown();
}

struct value field_tunnel_source(const struct handshake *handshake)
{
    return value_address(&handshake->connection->around.source);
}

struct value field_tunnel_destination(const struct handshake *handshake)
{
    return value_address(&handshake->connection->around.destination);
}

static struct value tunnel_layer_at(const void *owner, uint32_t index)
{
    const struct handshake *handshake = owner;
    return value_word(decode_layer_name(handshake->connection->around.layers[index]));
}

struct value field_tunnel_layers(const struct handshake *handshake)
{
    const uint8_t *layers = handshake->connection->around.layers;
    uint32_t count = 0;
    while (count < sizeof handshake->connection->around.layers && layers[count] != LAYER_NONE)
        count++;
    return count > 0 ? value_list_of(VALUE_TEXT, count, tunnel_layer_at, handshake) : value_unknown();
}

struct value field_out_of_order(const struct handshake *handshake)
{
    return value_integer((int64_t)client_of(handshake)->out_of_order + server_of(handshake)->out_of_order);
}

struct value field_server_plain_status(const struct handshake *handshake)
{
    int status = first_bytes_http_status(&handshake->direction[SIDE_SERVER].first_line);
    return status ? value_integer(status) : value_unknown();
}

struct value field_syn_waited(const struct handshake *handshake)
{
    if (server_of(handshake)->packets > 0 || client_of(handshake)->syn_count == 0)
        return value_unknown();
    return value_duration(clock_span(handshake->connection->first.time, handshake->connection->last.time));
}

struct value field_refused_packet(const struct handshake *handshake)
{
    return value_of_packet(handshake->connection->refused);
}

struct value field_tcp_established(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_boolean(handshake->connection->established.packet > 0) : value_unknown();
}

struct value field_server_packets(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_of_count(server_of(handshake)->packets) : value_unknown();
}

struct value field_client_bytes(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_of_count(client_of(handshake)->payload_bytes) : value_unknown();
}

struct value field_server_bytes(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_of_count(server_of(handshake)->payload_bytes) : value_unknown();
}

struct value field_client_retransmissions(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_integer(client_of(handshake)->retransmitted) : value_unknown();
}

struct value field_server_unheard_retransmissions(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_integer(server_of(handshake)->unheard) : value_unknown();
}

struct value field_server_retransmissions(const struct handshake *handshake)
{
    return is_tcp(handshake) ? value_integer(server_of(handshake)->retransmitted) : value_unknown();
}

struct value field_reset_ttl_difference(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    for (int half = 0; half < 2; half++)
        if (connection->half[half].rst.packet &&
            connection->half[half].rst.packet == connection->closed.packet)
            return value_integer(connection->half[half].rst_ttl - connection->half[half].ttl);
    return value_unknown();
}

struct value field_icmp_packet(const struct handshake *handshake)
{
    uint64_t packet = handshake->connection->icmp.packet;
    return packet ? value_of_count(packet) : value_unknown();
}

struct value field_icmp_from(const struct handshake *handshake)
{
    return value_address(&handshake->connection->icmp.from);
}

struct value field_icmp_type(const struct handshake *handshake)
{
    return handshake->connection->icmp.packet ? value_integer(handshake->connection->icmp.type)
                                              : value_unknown();
}

struct value field_icmp_code(const struct handshake *handshake)
{
    return handshake->connection->icmp.packet ? value_integer(handshake->connection->icmp.code)
                                              : value_unknown();
}

struct value field_capture_packets(const struct handshake *handshake)
{
    return value_of_count(handshake->connection->packets);
}

struct value field_capture_bytes(const struct handshake *handshake)
{
    return value_of_count(handshake->connection->bytes);
}

struct value field_capture_missing_bytes(const struct handshake *handshake)
{
    return value_of_count(handshake->connection->half[0].missing_bytes +
                          handshake->connection->half[1].missing_bytes);
}

struct value field_capture_truncated(const struct handshake *handshake)
{
    return value_boolean(handshake->connection->half[0].cut_bytes + handshake->connection->half[1].cut_bytes >
                         0);
}

struct value field_capture_midstream(const struct handshake *handshake)
{
    return value_boolean(handshake->connection->midstream);
}

struct value field_capture_one_sided(const struct handshake *handshake)
{
    return value_boolean(handshake->connection->one_sided);
}

struct value field_capture_incomplete(const struct handshake *handshake)
{
    return value_boolean(handshake->capture_incomplete);
}

#define SUM_OF_HALVES(field, member)                                                                         \
    struct value field_##field(const struct handshake *handshake)                                            \
    {                                                                                                        \
        const struct half *half = handshake->connection->half;                                               \
        return value_of_count((uint64_t)half[0].member + half[1].member);                                    \
    }
SUM_OF_HALVES(keep_alives, keep_alives)
SUM_OF_HALVES(zero_windows, zero_windows)
SUM_OF_HALVES(bad_checksums, bad_checksums)
SUM_OF_HALVES(data_after_close, bytes_after_close)

struct value field_client_mss(const struct handshake *handshake)
{
    uint16_t mss = client_of(handshake)->mss;
    return mss ? value_integer(mss) : value_unknown();
}

struct value field_server_mss(const struct handshake *handshake)
{
    uint16_t mss = server_of(handshake)->mss;
    return mss ? value_integer(mss) : value_unknown();
}

struct value field_icmp_mtu(const struct handshake *handshake)
{
    uint32_t mtu = handshake->connection->icmp.mtu;
    return mtu ? value_integer(mtu) : value_unknown();
}

struct value field_front_leg_packet(const struct handshake *handshake)
{
    return value_of_packet(handshake->front_leg.hello);
}

struct value field_front_leg_client(const struct handshake *handshake)
{
    return handshake->front_leg.hello.packet ? value_address(&handshake->front_leg.client.address)
                                             : value_unknown();
}

struct value field_terminator_ip(const struct handshake *handshake)
{
    return handshake->front_leg.hello.packet ? field_source_ip(handshake) : field_destination_ip(handshake);
}

struct value field_terminator_client(const struct handshake *handshake)
{
    return handshake->front_leg.hello.packet ? field_front_leg_client(handshake) : field_source_ip(handshake);
}
