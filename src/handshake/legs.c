/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/legs.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum {
    REMEMBERED = 1024,
    RANDOM = 32,
    SLOTS = 512, /* a power of two */
    IN_SLOT = 4, /* the legs of a way with two boxes, and one to spare */
};

struct leg {
    struct endpoint client, server;
    struct moment hello; /* its ClientHello */
    int64_t last;        /* packet */
};

/* Of any handshake. */
struct told_random {
    uint8_t random[RANDOM];
    struct twin twin;
};

struct legs {
    struct leg leg[REMEMBERED];                 /* a ring */
    struct told_random randoms[SLOTS][IN_SLOT]; /* by the random value's last bytes, the latest first */
    uint32_t next, count;
};

struct legs *legs_new(void)
{
    return memory_new(1, sizeof(struct legs));
}

void legs_free(struct legs *legs)
{
    free(legs);
}

void legs_forget(struct legs *legs)
{
    legs->next = legs->count = 0;
    memset(legs->randoms, 0, sizeof legs->randoms);
}

static const uint8_t *random_of(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello && !hello->lacks_random && handshake->carrier == CARRIER_TLS ? hello->random : NULL;
}

/* The first bytes may be a time. */
static struct told_random *slot_of(struct legs *legs, const uint8_t *random)
{
    return legs->randoms[(random[RANDOM - 2] << 8 | random[RANDOM - 1]) & (SLOTS - 1)];
}

static void note_random(struct legs *legs, const struct handshake *handshake)
{
    const uint8_t *random = random_of(handshake);
    if (!random)
        return;
    struct told_random *slot = slot_of(legs, random);
    memmove(slot + 1, slot, (IN_SLOT - 1) * sizeof *slot);
    memcpy(slot->random, random, RANDOM);
    slot->twin = (struct twin){.hello = handshake->client_hello_seen,
                               .client = handshake_half(handshake, SIDE_CLIENT)->endpoint,
                               .server = handshake_half(handshake, SIDE_SERVER)->endpoint};
}

static void find_twin(struct legs *legs, struct handshake *handshake)
{
    const uint8_t *random = random_of(handshake);
    const struct told_random *slot = random ? slot_of(legs, random) : NULL;
    for (int i = 0; slot && i < IN_SLOT; i++)
        if (slot[i].twin.hello.packet && slot[i].twin.hello.packet != handshake->client_hello_seen.packet &&
            memcmp(slot[i].random, random, RANDOM) == 0)
            handshake->twin = slot[i].twin;
}

/* Up to 1.2 a request is in the clear. */
static bool was_not_asked(const struct handshake *handshake)
{
    if (handshake->late.asked == ANSWER_YES)
        return false;
    if (handshake->version == TLS_VERSION_1_3)
        return handshake->inference.asked == ANSWER_NO;
    return !handshake->certificate_request && handshake->server_hello_done_seen.packet;
}

void legs_note(struct legs *legs, const struct handshake *handshake)
{
    note_random(legs, handshake);
    if (handshake->outcome != OUTCOME_SUCCESS || handshake->carrier != CARRIER_TLS ||
        !handshake->client_hello || !was_not_asked(handshake))
        return;
    legs->leg[legs->next] = (struct leg){.client = handshake_half(handshake, SIDE_CLIENT)->endpoint,
                                         .server = handshake_half(handshake, SIDE_SERVER)->endpoint,
                                         .hello = handshake->client_hello_seen,
                                         .last = handshake->connection->last.time};
    legs->next = (legs->next + 1) % REMEMBERED;
    legs->count += legs->count < REMEMBERED;
}

static bool same_address(const struct endpoint *a, const struct endpoint *b)
{
    return a->address.family == b->address.family &&
           memcmp(a->address.bytes, b->address.bytes, sizeof a->address.bytes) == 0;
}

/* A box connects to the server behind it for a request that came in on the front leg. */
static bool begins_within(const struct leg *leg, const struct handshake *back)
{
    int64_t begin = back->connection->first.time;
    return begin >= leg->hello.time && begin <= leg->last &&
           same_address(&handshake_half(back, SIDE_CLIENT)->endpoint, &leg->server) &&
           !same_address(&leg->client, &leg->server);
}

/* Asked for a certificate, it sent none. */
static bool lacks_certificate(const struct handshake *handshake)
{
    const struct certificate_message *sent = handshake->certificate[SIDE_CLIENT];
    if (handshake->version == TLS_VERSION_1_3)
        return handshake->inference.asked == ANSWER_YES && handshake->inference.sent == ANSWER_NO;
    return handshake->certificate_request && (!sent || sent->count == 0);
}

void legs_find(struct legs *legs, struct handshake *handshake)
{
    const struct leg *found = NULL;
    find_twin(legs, handshake);
    if (!lacks_certificate(handshake))
        return;
    for (uint32_t i = 0; i < legs->count; i++) {
        const struct leg *leg = &legs->leg[i];
        if (begins_within(leg, handshake) && (!found || leg->hello.time > found->hello.time))
            found = leg;
    }
    if (found)
        handshake->front_leg = (struct front_leg){.hello = found->hello, .client = found->client};
}
