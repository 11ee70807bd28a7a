/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/tcp_facts.h"
#include "base/clock.h"
#include "stream/sequence.h"

enum {
    FARTHEST_JUMP = 1 << 24, /* of a sequence or acknowledgment number that needs no second witness */
    RST_WINDOW = 1 << 20,    /* how far an RST's sequence number may lie from what is known */
    WINDOW_UNSCALED = 65535
};

#define SILENCE            (60 * CLOCK_SECOND)     /* of a connection that timed out */
#define REORDERING_AT_MOST (3 * CLOCK_MILLISECOND) /* where the round-trip time is not known */

static bool has(const struct segment *segment, unsigned flags)
{
    return (segment->tcp.flags & flags) == flags;
}

static bool has_any(const struct segment *segment, unsigned flags)
{
    return (segment->tcp.flags & flags) != 0;
}

static bool never(const struct moment *moment)
{
    return moment->packet == 0;
}

static bool jump_is_plausible(uint32_t sequence, uint32_t next)
{
    return !sequence_after(sequence, next) || sequence - next <= FARTHEST_JUMP;
}

/* ---- Which connection --------------------------------------------------------------------------------- */

enum facts_belonging facts_belonging(const struct tracked *t, int half, const struct segment *segment)
{
    const struct connection *c = &t->connection;
    if (!has(segment, TCP_SYN) || !t->half[half].based ||
        segment->tcp.sequence == c->half[half].initial_sequence)
        return FACTS_SAME;
    if (!has(segment, TCP_ACK))
        return FACTS_REUSED;
    bool was_used = c->half[0].payload_bytes > 0 || c->half[1].payload_bytes > 0 || c->midstream;
    bool was_answered = !never(&c->closed) && !never(&c->half[half].syn);
    return was_used || was_answered ? FACTS_REOPENED : FACTS_SAME;
}

void facts_start(struct tracked *t, const struct segment *segment)
{
    struct connection *c = &t->connection;
    c->transport = segment->transport;
    c->half[0].endpoint = segment->source;
    c->half[1].endpoint = segment->destination;
    c->half[0].window_scale = c->half[1].window_scale = -1;
    c->client = -1;
    c->closed_by = -1;
    c->midstream = !has(segment, TCP_SYN);
    c->first = (struct moment){.packet = segment->packet, .time = segment->time};
    c->origin = segment->origin;
    c->around = segment->around;
}

/* ---- Opening ------------------------------------------------------------------------------------------ */

/* The number that the first byte follows, from whatever tells it first. */
static void note_base(struct tracked *t, int half, uint32_t initial_sequence)
{
    if (t->half[half].based)
        return;
    t->half[half].based = true;
    t->connection.half[half].initial_sequence = initial_sequence;
}

static void count_packet(struct tracked *t, const struct arrival *a)
{
    struct connection *c = &t->connection;
    struct half *half = &c->half[a->half];
    c->packets++;
    c->bytes += a->segment->wire_length;
    if (a->now.packet > c->last.packet)
        c->last = a->now;
    if (half->packets++ == 0)
        half->ttl = a->segment->ttl;
    if (a->segment->bad_checksum) {
        half->bad_checksums++;
        t->table->totals.bad_checksums++;
    }
    note_base(t, a->half, a->segment->tcp.sequence - (has(a->segment, TCP_SYN) ? 0 : 1));
    if (has(a->segment, TCP_ACK))
        note_base(t, 1 - a->half, a->segment->tcp.acknowledgment - 1);
}

static void note_syn(struct tracked *t, const struct arrival *a)
{
    struct connection *c = &t->connection;
    struct half *half = &c->half[a->half];
    const struct segment_tcp *tcp = &a->segment->tcp;
    if (!never(&half->syn)) {
        half->syn_count += tcp->sequence == half->initial_sequence;
        if (tcp->sequence != half->initial_sequence) {
            t->half[a->half].other_initial = tcp->sequence;
            t->half[a->half].has_other_initial = true;
        }
        return;
    }
    half->syn = a->now;
    half->syn_count = 1;
    half->initial_sequence = tcp->sequence;
    half->mss = tcp->option_mss;
    half->window_scale = tcp->option_window_scale;
    half->ttl = a->segment->ttl;
    c->midstream = false;
    if (!c->opened_by_syn) {
        c->opened_by_syn = true;
        c->client = has(a->segment, TCP_ACK) ? 1 - a->half : a->half;
    }
}

/* A SYN that comes twice may be answered twice, with two numbers, by two servers or by one that forgot. The
 * client's acknowledgment says which of them counts. */
static void note_choice(struct tracked *t, const struct arrival *a)
{
    struct half *peer = &t->connection.half[1 - a->half];
    struct tracked_half *state = &t->half[1 - a->half];
    if (!state->has_other_initial || !never(&peer->first_payload) ||
        a->segment->tcp.acknowledgment != state->other_initial + 1)
        return;
    peer->initial_sequence = state->other_initial;
    peer->next_sequence = state->other_initial + 1;
    state->has_other_initial = state->has_doubtful = false;
}

/* RFC 9293 section 3.5: the client's ACK is the third step, with or without data. A client that was refused
 * and tried again with the same SYN was not refused after all. */
static void note_established(struct tracked *t, const struct arrival *a)
{
    struct connection *c = &t->connection;
    if (!never(&c->established) || !has(a->segment, TCP_ACK) || has_any(a->segment, TCP_SYN))
        return;
    if (a->start == a->end && !(c->opened_by_syn && c->client == a->half))
        return;
    c->established = a->now;
    if (!never(&c->refused)) {
        c->refused = c->closed = (struct moment){0};
        c->closed_by = -1;
        c->how = CLOSE_OPEN;
    }
}

/* ---- Sizes of segments that arrived ------------------------------------------------------------------- */

/* Only the largest segment is followed, and the largest before it: acknowledgments are cumulative, so none
 * behind a lost one can be acknowledged first. Where it is sent again in smaller pieces nothing is known. */
static void note_size(struct unacknowledged *largest, uint32_t known, const struct arrival *a)
{
    uint32_t length = a->end - a->start;
    if (largest->length > length && sequence_before(a->start, largest->end) &&
        sequence_after(a->end, largest->end - largest->length))
        *largest = (struct unacknowledged){0};
    if (length > known && length > largest->length)
        *largest = (struct unacknowledged){.end = a->end, .length = length, .before = largest->length};
}

static void note_size_acknowledged(struct unacknowledged *largest, struct half *half, uint32_t acknowledged)
{
    if (largest->length == 0 || sequence_before(acknowledged, largest->end - largest->length))
        return;
    if (largest->before > half->max_payload)
        half->max_payload = largest->before;
    if (sequence_before(acknowledged, largest->end))
        return;
    half->max_payload = largest->length;
    *largest = (struct unacknowledged){0};
}

static void note_acknowledgment(struct tracked *t, const struct arrival *a)
{
    struct half *half = &t->connection.half[a->half], *peer = &t->connection.half[1 - a->half];
    struct tracked_half *peer_state = &t->half[1 - a->half];
    uint32_t acknowledgment = a->segment->tcp.acknowledgment;
    if (half->sent_ack && !sequence_after(acknowledgment, half->acknowledged))
        return;
    if (peer_state->numbered && !jump_is_plausible(acknowledgment, peer->next_sequence))
        return;
    if (!half->sent_ack)
        t->half[a->half].first_acknowledged = acknowledgment;
    half->sent_ack = true;
    half->acknowledged = acknowledgment;
    note_size_acknowledged(&peer_state->largest, peer, acknowledgment);
}

/* ---- Payload ------------------------------------------------------------------------------------------ */

/* One byte or none just before the next: asks for an answer, carries nothing (RFC 9293 section 3.8.4). */
static bool is_keep_alive(const struct tracked *t, const struct arrival *a)
{
    const struct half *half = &t->connection.half[a->half];
    return t->half[a->half].numbered && a->end - a->start <= 1 &&
           a->segment->tcp.sequence == half->next_sequence - 1 && never(&half->fin) &&
           !has_any(a->segment, TCP_SYN | TCP_FIN);
}

static int64_t reordering_at_most(const struct connection *c)
{
    if (!c->opened_by_syn || never(&c->established) || c->half[c->client].syn_count != 1)
        return REORDERING_AT_MOST;
    return time_between(c->half[c->client].syn.time, c->established.time);
}

static bool was_acknowledged(const struct half *peer, const struct arrival *a)
{
    return peer->sent_ack && !sequence_after(a->end, peer->acknowledged);
}

/* When a gap appeared in what the half sent, as near as that is known. */
static int64_t gap_since(const struct half *half, const struct hole *hole)
{
    if (hole->open)
        return hole->since;
    bool fin_is_later = !never(&half->fin) && half->fin.time > half->last_payload.time;
    return fin_is_later || never(&half->last_payload) ? half->fin.time : half->last_payload.time;
}

/* A segment that begins before the next one expected is new (and only came late) when the capture lacked its
 * bytes, and either they were acknowledged already or the gap is younger than a retransmission could be. */
static bool came_late(const struct tracked *t, const struct arrival *a)
{
    const struct connection *c = &t->connection;
    bool acknowledged = was_acknowledged(&c->half[1 - a->half], a);
    bool young = time_between(gap_since(&c->half[a->half], &t->half[a->half].hole), a->now.time) <=
                 reordering_at_most(c);
    if (!t->stream || !reassembly_started(t->stream, a->half))
        return !acknowledged && young;
    return !reassembly_holds(t->stream, a->half, a->start) && (acknowledged || young);
}

static void note_late(struct tracked *t, const struct arrival *a)
{
    struct half *half = &t->connection.half[a->half];
    if (came_late(t, a)) {
        half->out_of_order++;
        t->table->totals.out_of_order++;
    } else {
        half->retransmitted++;
        half->unheard += never(&t->connection.closed) &&
                         !was_acknowledged(&t->connection.half[1 - a->half], a) &&
                         time_between(half->last_payload.time, a->now.time) > REORDERING_AT_MOST;
        t->table->totals.retransmitted++;
    }
}

/* False: too far ahead to be believed before another segment continues there. */
static bool is_credible(struct tracked_half *state, const struct half *half, const struct arrival *a)
{
    bool confirmed = state->has_doubtful && sequence_distance(a->start, state->doubtful) <= WINDOW_UNSCALED;
    if (confirmed || jump_is_plausible(a->start, half->next_sequence)) {
        state->has_doubtful = false;
        return true;
    }
    state->has_doubtful = true;
    state->doubtful = a->end;
    return false;
}

/* Moves next_sequence on; returns how many bytes of this segment are new. */
static uint32_t advance(struct tracked *t, const struct arrival *a)
{
    struct half *half = &t->connection.half[a->half];
    struct tracked_half *state = &t->half[a->half];
    uint32_t length = a->end - a->start;
    uint32_t end = a->end + (has(a->segment, TCP_FIN) ? 1 : 0);
    if (!state->numbered) {
        state->numbered = true;
        half->next_sequence = end;
        half->payload_bytes += length;
        return length;
    }
    if (!sequence_after(end, half->next_sequence) || !is_credible(state, half, a))
        return 0;
    uint32_t sent = sequence_after(a->end, half->next_sequence) ? a->end - half->next_sequence : 0;
    half->next_sequence = end;
    if (length == 0 && sent == 1) /* a FIN that was not captured */
        return 0;
    half->payload_bytes += sent;
    return sent < length ? sent : length;
}

static void note_payload(struct tracked *t, const struct arrival *a)
{
    struct connection *c = &t->connection;
    struct half *half = &c->half[a->half];
    if (is_keep_alive(t, a)) {
        half->keep_alives++;
        return;
    }
    bool has_payload = a->start != a->end;
    if (has_payload && !has_any(a->segment, TCP_SYN) && t->half[a->half].numbered &&
        sequence_before(a->start, half->next_sequence))
        note_late(t, a);
    uint32_t new_bytes = advance(t, a);
    if (!has_payload)
        return;
    if (never(&half->first_payload))
        half->first_payload = a->now;
    half->last_payload = a->now;
    note_size(&t->half[a->half].largest, half->max_payload, a);
    if (!never(&c->closed) && c->closed_by != a->half)
        half->bytes_after_close += new_bytes;
}

static void note_window(struct tracked *t, const struct arrival *a)
{
    if (a->segment->tcp.window == 0 && !has_any(a->segment, TCP_SYN | TCP_FIN))
        t->connection.half[a->half].zero_windows++;
}

/* ---- Closing ------------------------------------------------------------------------------------------ */

static void close_with(struct connection *c, int half, struct moment when, enum close_how how)
{
    if (!never(&c->closed))
        return;
    struct moment one = c->half[0].last_payload, other = c->half[1].last_payload;
    c->closed = when;
    c->spoken = one.packet > other.packet ? one : other;
    c->closed_by = half;
    c->how = how;
}

/* It acknowledges one number more than was seen: the peer's FIN, which was not captured. */
static bool answers_unseen_fin(const struct tracked *t, const struct arrival *a)
{
    const struct half *peer = &t->connection.half[1 - a->half];
    return never(&peer->fin) && t->half[1 - a->half].numbered && has(a->segment, TCP_ACK) &&
           a->segment->tcp.acknowledgment == peer->next_sequence + 1;
}

static void note_fin(struct tracked *t, const struct arrival *a)
{
    struct half *half = &t->connection.half[a->half];
    if (never(&half->fin)) {
        half->fin = a->now;
        t->half[a->half].fin_sequence = a->end;
    }
    close_with(&t->connection, answers_unseen_fin(t, a) ? 1 - a->half : a->half, a->now, CLOSE_FIN);
}

/* RFC 9293 section 3.5.2: an RST counts when its sequence number is in the window. What the window was is not
 * always in the capture, so anything near what the half sent, or the peer acknowledged, will do. */
static bool reset_is_plausible(const struct tracked *t, const struct arrival *a)
{
    const struct half *half = &t->connection.half[a->half], *peer = &t->connection.half[1 - a->half];
    uint32_t sequence = a->segment->tcp.sequence;
    bool numbered = t->half[a->half].numbered;
    if (!numbered && !peer->sent_ack)
        return true;
    return (numbered && sequence_distance(sequence, half->next_sequence) <= RST_WINDOW) ||
           (peer->sent_ack && sequence_distance(sequence, peer->acknowledged) <= RST_WINDOW);
}

/* RFC 9293 section 3.10.7.3: the refusal of a SYN acknowledges it. */
static bool refuses(const struct tracked *t, const struct arrival *a)
{
    const struct connection *c = &t->connection;
    const struct half *client = &c->half[1 - a->half];
    if (!c->opened_by_syn || c->client == a->half || never(&client->syn) || c->half[a->half].packets > 1 ||
        !never(&c->established))
        return false;
    uint32_t acknowledged = a->segment->tcp.acknowledgment - client->initial_sequence;
    return !has(a->segment, TCP_ACK) ||
           (acknowledged > 0 && acknowledged <= client->next_sequence - client->initial_sequence);
}

static void note_reset(struct tracked *t, const struct arrival *a)
{
    struct connection *c = &t->connection;
    struct half *half = &c->half[a->half];
    if (never(&half->rst)) {
        half->rst = a->now;
        half->rst_ttl = a->segment->ttl;
    }
    if (never(&c->refused) && never(&c->closed) && refuses(t, a))
        c->refused = a->now;
    if (!reset_is_plausible(t, a))
        return;
    if (!t->half[a->half].has_rst_sequence)
        t->half[a->half].rst_sequence = a->segment->tcp.sequence;
    t->half[a->half].has_rst_sequence = true;
    close_with(c, a->half, a->now, CLOSE_RST);
}

void facts_segment(struct tracked *t, const struct arrival *a)
{
    count_packet(t, a);
    if (has(a->segment, TCP_RST)) {
        note_reset(t, a);
        return;
    }
    if (has(a->segment, TCP_SYN))
        note_syn(t, a);
    if (has(a->segment, TCP_ACK)) {
        note_choice(t, a);
        note_acknowledgment(t, a);
    }
    note_payload(t, a);
    note_established(t, a);
    note_window(t, a);
    if (has(a->segment, TCP_FIN))
        note_fin(t, a);
}

enum idle_class facts_idle_class(const struct tracked *t)
{
    const struct connection *c = &t->connection;
    if (never(&c->closed))
        return IDLE_OPEN;
    bool both = !never(&c->half[0].fin) && !never(&c->half[1].fin);
    bool reset = !never(&c->half[0].rst) || !never(&c->half[1].rst);
    return both || reset ? IDLE_CLOSED : IDLE_HALF_CLOSED;
}

/* ---- The end ------------------------------------------------------------------------------------------ */

/* An RST that seemed impossible did end the connection if nobody sent anything after it. */
static void believe_late_reset(struct connection *c)
{
    for (int i = 0; i < 2; i++) {
        const struct moment *rst = &c->half[i].rst;
        if (!never(rst) && rst->packet >= c->half[0].last_payload.packet &&
            rst->packet >= c->half[1].last_payload.packet)
            close_with(c, i, *rst, CLOSE_RST);
    }
}

/* No packet of the other half, although this one answered a SYN, took the third step, acknowledged something
 * new, or sent more than an unanswered sender may (RFC 6928: ten segments). */
static bool saw_one_side(const struct connection *c)
{
    if (c->half[0].packets > 0 && c->half[1].packets > 0)
        return false;
    int i = c->half[0].packets > 0 ? 0 : 1;
    const struct half *half = &c->half[i], *other = &c->half[1 - i];
    if (c->opened_by_syn)
        return c->client != i || !never(&c->established);
    return (half->sent_ack && half->acknowledged - 1 != other->initial_sequence) ||
           half->payload_bytes > WINDOW_UNSCALED;
}

void facts_finish(struct tracked *t, int64_t silence)
{
    struct connection *c = &t->connection;
    believe_late_reset(c);
    c->one_sided = saw_one_side(c);
    if (!never(&c->closed) || silence < SILENCE)
        return;
    c->timed_out = true;
    c->how = CLOSE_TIMEOUT;
}
