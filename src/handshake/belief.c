/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/belief.h"

#include "handshake/alerts.h"
#include "stream/sequence.h"

static const struct moment never = {0};

static enum side other(enum side side)
{
    return side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

const struct belief_step *belief_last(const struct handshake *handshake, enum side side)
{
    for (uint32_t i = handshake->belief_count; i-- > 0;)
        if (handshake->beliefs[i].side == side)
            return &handshake->beliefs[i];
    return NULL;
}

const struct belief_step *belief_find(const struct handshake *handshake, enum side side, enum belief belief)
{
    for (uint32_t i = 0; i < handshake->belief_count; i++)
        if (handshake->beliefs[i].side == side && handshake->beliefs[i].belief == belief)
            return &handshake->beliefs[i];
    return NULL;
}

const char *belief_name(enum belief belief)
{
    static const char *const names[] = {
        [BELIEF_NOTHING] = "nothing",         [BELIEF_OFFERED] = "offered",
        [BELIEF_AGREED] = "agreed",           [BELIEF_WAITING] = "waiting",
        [BELIEF_ESTABLISHED] = "established", [BELIEF_REFUSED] = "refused",
        [BELIEF_WAS_REFUSED] = "was_refused", [BELIEF_GAVE_UP] = "gave_up",
        [BELIEF_WAS_LEFT] = "was_left",
    };
    return names[belief];
}

/* In the order of packets, those without one last. */
static void believe(struct handshake *handshake, enum side side, enum belief belief, struct moment since)
{
    uint32_t place = handshake->belief_count;
    if (place == BELIEFS_KEPT)
        return;
    for (; since.packet && place > 0; place--) {
        const struct belief_step *before = &handshake->beliefs[place - 1];
        if (before->since.packet && before->since.packet <= since.packet)
            break;
        handshake->beliefs[place] = *before;
    }
    handshake->beliefs[place] =
        (struct belief_step){.since = since, .side = (uint8_t)side, .belief = (uint8_t)belief};
    handshake->belief_count++;
}

/* ---- What reached the other side ----------------------------------------------------------------------- */

static bool acknowledges(const struct handshake *handshake, enum side from, uint32_t sequence)
{
    const struct half *peer = handshake_half(handshake, other(from));
    return handshake->connection->transport == SEGMENT_TCP && !handshake->connection->one_sided &&
           peer->sent_ack && !sequence_before(peer->acknowledged, sequence);
}

/* Every byte that the side sent. */
static bool all_arrived(const struct handshake *handshake, enum side from)
{
    const struct half *sender = handshake_half(handshake, from);
    return acknowledges(handshake, from, sender->next_sequence - (sender->fin.packet ? 1 : 0));
}

static bool close_arrived(const struct handshake *handshake, enum side from)
{
    const struct half *sender = handshake_half(handshake, from);
    return sender->fin.packet && acknowledges(handshake, from, sender->next_sequence);
}

static bool client_hello_arrived(const struct handshake *handshake)
{
    return handshake->direction[SIDE_SERVER].first_tls.packet > handshake->client_hello_seen.packet ||
           acknowledges(handshake, SIDE_CLIENT, handshake->client_hello_end);
}

/* The client's next step follows from it; early data and what precedes it do not. */
static bool server_hello_arrived(const struct handshake *handshake)
{
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    const struct alert *alert = handshake_fatal_alert(handshake);
    bool answered = handshake->inference.client_flight.packet || handshake->inference.client_alert.packet ||
                    client->certificate.packet || handshake->client_key_exchange_seen.packet ||
                    client->finished_seen || (alert && alert->from == SIDE_CLIENT) ||
                    (handshake->dtls && handshake->dtls->client_flight.packet) ||
                    (handshake->quic && handshake->quic->side[SIDE_CLIENT].handshakes > 0);
    return answered || all_arrived(handshake, SIDE_SERVER);
}

/* ---- The hellos ---------------------------------------------------------------------------------------- */

static void believe_client_hello(struct handshake *handshake)
{
    if (!handshake->client_hello)
        return;
    const struct connection *connection = handshake->connection;
    bool is_lost = connection->transport == SEGMENT_TCP && !connection->one_sided &&
                   handshake_half(handshake, SIDE_CLIENT)->retransmitted > 0;
    believe(handshake, SIDE_CLIENT, BELIEF_OFFERED, handshake->client_hello_seen);
    if (client_hello_arrived(handshake))
        believe(handshake, SIDE_SERVER, BELIEF_OFFERED, handshake->client_hello_seen);
    else if (is_lost)
        believe(handshake, SIDE_SERVER, BELIEF_NOTHING, never);
}

static void believe_server_hello(struct handshake *handshake)
{
    struct moment seen = handshake->server_hello_seen;
    if (!handshake->server_hello)
        return;
    believe(handshake, SIDE_SERVER, BELIEF_AGREED, seen);
    if (server_hello_arrived(handshake))
        believe(handshake, SIDE_CLIENT, BELIEF_AGREED, seen);
}

/* ---- The end of the handshake -------------------------------------------------------------------------- */

/* When each side took the handshake for done; meaningless where it did not. */
struct done {
    bool is[SIDES];
    struct moment since[SIDES];
};

/* RFC 5246 section 7.3: the server's Finished is the last word, in a resumed handshake the client's. A client
 * that sends data before that takes the handshake for done (RFC 7918). */
static struct done done_before_tls13(struct handshake *handshake)
{
    const struct direction *client = &handshake->direction[SIDE_CLIENT];
    const struct direction *server = &handshake->direction[SIDE_SERVER];
    enum side first = handshake->resumed == ANSWER_YES ? SIDE_SERVER : SIDE_CLIENT;
    const struct direction *waits = &handshake->direction[first], *ends = &handshake->direction[other(first)];
    struct done done = {0};
    if (waits->finished_seen)
        believe(handshake, first, BELIEF_WAITING, waits->finished);
    done.is[other(first)] = ends->finished_seen;
    done.since[other(first)] = ends->finished;
    done.is[first] = ends->finished_seen && all_arrived(handshake, other(first));
    done.since[first] = ends->finished;
    bool falsely_started = first == SIDE_CLIENT && client->finished_seen && client->first_data.packet &&
                           (!server->finished_seen || client->first_data.packet < server->finished.packet);
    if (falsely_started) {
        done.is[SIDE_CLIENT] = true;
        done.since[SIDE_CLIENT] = client->first_data;
    }
    return done;
}

static struct moment first_record_after(const struct handshake *handshake, enum side side,
                                        struct moment moment)
{
    for (uint32_t i = 0; i < handshake->hidden_count; i++)
        if (handshake->hidden[i].from == side && handshake->hidden[i].seen.packet > moment.packet)
            return handshake->hidden[i].seen;
    return moment;
}

static struct done done_in_tls13(const struct handshake *handshake)
{
    const struct inference *inference = &handshake->inference;
    struct moment finished = inference->finished_seen;
    struct done done = {0};
    done.is[SIDE_CLIENT] = inference->client_finished == ANSWER_YES;
    done.since[SIDE_CLIENT] = finished;
    if (finished.packet)
        done.since[SIDE_SERVER] = first_record_after(handshake, SIDE_SERVER, finished);
    return done;
}

static struct done done_in_dtls13(const struct handshake *handshake)
{
    const struct dtls_facts *facts = handshake->dtls;
    return (struct done){.is = {[SIDE_CLIENT] = facts->client_data.packet > 0},
                         .since = {[SIDE_CLIENT] = facts->client_data, [SIDE_SERVER] = facts->server_answer}};
}

/* A client sends short headers only when its handshake is done (RFC 9001 section 4.1.1). */
static struct done done_in_quic(const struct handshake *handshake)
{
    const struct quic_facts *facts = handshake->quic;
    const struct quic_side *client = &facts->side[SIDE_CLIENT];
    return (struct done){.is = {[SIDE_CLIENT] = client->one_rtt > 0},
                         .since = {[SIDE_CLIENT] = client->one_rtt_seen, [SIDE_SERVER] = facts->answer}};
}

static struct done done_of(struct handshake *handshake)
{
    if (handshake->quic)
        return done_in_quic(handshake);
    if (handshake->version != TLS_VERSION_1_3)
        return done_before_tls13(handshake);
    return handshake->dtls ? done_in_dtls13(handshake) : done_in_tls13(handshake);
}

static void believe_done(struct handshake *handshake)
{
    struct done done = done_of(handshake);
    bool succeeded = handshake->outcome == OUTCOME_SUCCESS;
    for (int side = 0; side < SIDES; side++)
        if (done.is[side] || succeeded)
            believe(handshake, (enum side)side, BELIEF_ESTABLISHED, done.since[side]);
}

/* ---- The refusal --------------------------------------------------------------------------------------- */

/* How it ended before its time, or was refused later. */
struct ending {
    enum side by; /* SIDE_NOBODY: it did not */
    struct moment seen;
    bool is_close; /* of the connection, and no message */
    enum belief believed, told;
};

static struct ending refusal(enum side by, struct moment seen)
{
    return (struct ending){.by = by, .seen = seen, .believed = BELIEF_REFUSED, .told = BELIEF_WAS_REFUSED};
}

static struct ending departure(enum side by, struct moment seen)
{
    return (struct ending){.by = by, .seen = seen, .believed = BELIEF_GAVE_UP, .told = BELIEF_WAS_LEFT};
}

static const struct ending no_ending = {.by = SIDE_NOBODY};

/* Whether a hidden alert refuses or only takes leave can't be seen. */
static struct ending ending_without_word(const struct handshake *handshake)
{
    const struct connection *connection = handshake->connection;
    const struct quic_facts *quic = handshake->quic;
    if (quic && quic->close.packet)
        return departure(quic->close_by, quic->close);
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        if (handshake->alerts[i].encrypted && !handshake->alerts[i].after_peer_close)
            return departure(handshake->alerts[i].from, handshake->alerts[i].seen);
    if (!connection->closed.packet || handshake->close_by == SIDE_NOBODY)
        return no_ending;
    struct ending ending = departure(handshake->close_by, connection->closed);
    ending.is_close = true;
    return ending;
}

static struct ending ending_of(const struct handshake *handshake)
{
    const struct inference *inference = &handshake->inference;
    const struct alert *alert = handshake_fatal_alert(handshake);
    if (handshake->late.refusal.packet)
        return refusal(SIDE_SERVER, handshake->late.refusal);
    if (handshake->outcome != OUTCOME_FAILURE)
        return no_ending;
    if (alert)
        return refusal(alert->from, alert->seen);
    if (inference->client_alert.packet)
        return refusal(SIDE_CLIENT, inference->client_alert);
    if (inference->server_alert.packet)
        return refusal(SIDE_SERVER, inference->server_alert);
    return ending_without_word(handshake);
}

/* A side that took another step after that had not heard yet: when it did is not known then. */
static struct moment heard(const struct handshake *handshake, enum side side, struct moment seen)
{
    const struct belief_step *last = belief_last(handshake, side);
    return last && last->since.packet > seen.packet ? never : seen;
}

static void believe_ending(struct handshake *handshake)
{
    struct ending ending = ending_of(handshake);
    if (ending.by == SIDE_NOBODY)
        return;
    enum side told = other(ending.by);
    bool arrived = ending.is_close ? close_arrived(handshake, ending.by) : all_arrived(handshake, ending.by);
    struct moment since = heard(handshake, told, ending.seen);
    believe(handshake, ending.by, ending.believed, ending.seen);
    if (arrived)
        believe(handshake, told, ending.told, since);
}

void beliefs_draw(struct handshake *handshake)
{
    if (!handshake->tls_seen)
        return;
    believe_client_hello(handshake);
    believe_server_hello(handshake);
    believe_done(handshake);
    believe_ending(handshake);
}
