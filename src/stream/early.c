/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/early.h"

#include "base/clock.h"
#include "base/memory.h"
#include "stream/sequence.h"
#include <stdlib.h>
#include <string.h>

enum {
    WAITING_MOST = 16,
    PACKETS_PATIENCE = 8,   /* of the connection */
    DISAPPOINTMENTS = 3,    /* waits in vain, after which none is begun */
    FARTHEST_AHEAD = 65535, /* bytes that an acknowledgment may lie ahead: more is no reordering */
};

#define TIME_PATIENCE (CLOCK_SECOND / 2)

struct waiting_segment {
    struct segment segment;
    struct arrival arrival;
    uint8_t *payload;
    uint64_t missing; /* bytes that the peer's stream lacked when it came */
    uint32_t passed;  /* packets since then */
};

struct early {
    struct waiting_segment waiting[WAITING_MOST];
    uint32_t count, disappointments;
    uint64_t vain_packet; /* with which a wait last ended in vain, and those behind it with it */
    uint32_t excused[2];  /* up to there the bytes of that half are not waited for */
    bool has_excused[2];
    struct segment taken; /* last */
    uint8_t *taken_payload;
};

/* The number behind what has come of that half without a hole. */
static uint32_t complete_to(const struct tracked *t, int half)
{
    if (!t->stream || !reassembly_started(t->stream, half))
        return t->connection.half[half].next_sequence;
    uint32_t next = reassembly_next(t->stream, half);
    bool ended = t->connection.half[half].fin.packet && next == t->half[half].fin_sequence;
    return ended ? next + 1 : next;
}

static bool answers_the_unseen(const struct tracked *t, const struct arrival *a)
{
    int peer = 1 - a->half;
    uint32_t acknowledgment = a->segment->tcp.acknowledgment;
    if (!(a->segment->tcp.flags & TCP_ACK) || !t->half[peer].numbered)
        return false;
    uint32_t complete = complete_to(t, peer);
    return sequence_after(acknowledgment, complete) && acknowledgment - complete <= FARTHEST_AHEAD;
}

static bool is_worth_waiting(const struct tracked *t, const struct arrival *a)
{
    int peer = 1 - a->half;
    uint32_t acknowledgment = a->segment->tcp.acknowledgment;
    return !t->early || !t->early->has_excused[peer] ||
           sequence_after(acknowledgment, t->early->excused[peer]);
}

bool early_keep(struct tracked *t, const struct arrival *a)
{
    struct early *early = t->early;
    for (uint32_t i = 0; early && i < early->count; i++)
        early->waiting[i].passed++;
    if (!answers_the_unseen(t, a) || !is_worth_waiting(t, a))
        return false;
    if (!early)
        early = t->early = memory_new(1, sizeof *early);
    if (early->count == WAITING_MOST || early->disappointments >= DISAPPOINTMENTS)
        return false;
    struct waiting_segment *place = &early->waiting[early->count++];
    *place = (struct waiting_segment){
        .segment = *a->segment, .arrival = *a, .missing = t->connection.half[1 - a->half].missing_bytes};
    if (a->segment->captured > 0) {
        place->payload = memory_new(a->segment->captured, 1);
        memcpy(place->payload, a->segment->payload, a->segment->captured);
    }
    return true;
}

/* Index of the first segment that may go on, or `count`. */
static uint32_t find_ready(const struct tracked *t, struct moment now, bool end, bool *in_vain)
{
    const struct early *early = t->early;
    for (uint32_t i = 0; i < early->count; i++) {
        const struct waiting_segment *waiting = &early->waiting[i];
        struct arrival arrival = waiting->arrival;
        arrival.segment = &waiting->segment;
        *in_vain = answers_the_unseen(t, &arrival);
        bool too_long =
            waiting->passed >= PACKETS_PATIENCE || time_between(arrival.now.time, now.time) >= TIME_PATIENCE;
        if (!*in_vain || !is_worth_waiting(t, &arrival) || end || too_long)
            return i;
    }
    return early->count;
}

static void excuse(struct early *early, const struct arrival *a)
{
    int peer = 1 - a->half;
    uint32_t acknowledgment = a->segment->tcp.acknowledgment;
    if (early->has_excused[peer] && !sequence_after(acknowledgment, early->excused[peer]))
        return;
    early->excused[peer] = acknowledgment;
    early->has_excused[peer] = true;
    early->disappointments++;
}

bool early_take(struct tracked *t, struct moment now, bool end, struct arrival *a)
{
    struct early *early = t->early;
    bool in_vain = false;
    if (!early)
        return false;
    free(early->taken_payload);
    early->taken_payload = NULL;
    uint32_t at = find_ready(t, now, end, &in_vain);
    if (at == early->count)
        return false;
    early->taken = early->waiting[at].segment;
    early->taken.payload = early->taken_payload = early->waiting[at].payload;
    *a = early->waiting[at].arrival;
    a->segment = &early->taken;
    bool gap_grew = t->connection.half[1 - a->half].missing_bytes != early->waiting[at].missing;
    if (in_vain) {
        excuse(early, a);
        early->vain_packet = now.packet;
    } else if (!gap_grew && early->vain_packet != now.packet) {
        a->now = now;
    }
    early->count--;
    memmove(&early->waiting[at], &early->waiting[at + 1], (early->count - at) * sizeof *early->waiting);
    return true;
}

void early_free(struct tracked *t)
{
    if (!t->early)
        return;
    for (uint32_t i = 0; i < t->early->count; i++)
        free(t->early->waiting[i].payload);
    free(t->early->taken_payload);
    free(t->early);
    t->early = NULL;
}
