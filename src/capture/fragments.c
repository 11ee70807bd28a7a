/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/fragments.h"

#include "base/clock.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum {
    DATAGRAMS = 256,
    LARGEST = 65535, /* bytes of a datagram */
    UNIT = 8,        /* what offsets are multiples of */
    UNITS = LARGEST / UNIT + 1,
    MEMORY = 2 * 1024 * 1024,
    STEP = 4096, /* by which a datagram's memory grows */
    NESTED = 4   /* fragmented datagrams within each other */
};

#define PATIENCE (30 * CLOCK_SECOND)
#define COPIES   (50 * CLOCK_MILLISECOND) /* for how long pieces of a whole datagram may be seen again */

/* What the pieces of a datagram have in common; with IPv6 not the protocol. */
struct key {
    struct address source, destination;
    uint32_t identification;
    uint8_t protocol;
};

struct datagram {
    struct key key;
    int64_t since; /* time of its first piece; when whole, of its last */
    uint8_t *bytes;
    uint32_t room;     /* bytes that there is memory for */
    uint32_t length;   /* 0: the last piece has not come */
    uint32_t end;      /* of the piece that reaches farthest */
    uint32_t captured; /* behind it something was on the wire that is not in the capture */
    uint32_t units, pieces;
    uint8_t protocol;            /* from the first piece */
    bool rerouted;               /* likewise */
    bool used, whole;            /* `whole`: given out already, kept to know copies by */
    uint8_t came[UNITS / 8 + 1]; /* a bit for each unit */
};

struct fragments {
    struct datagram *datagrams; /* DATAGRAMS of them, once there was a fragment */
    size_t memory;              /* of their bytes */
    uint64_t waiting;           /* pieces in them */
    uint8_t *given[NESTED];     /* the bytes of what was given out last */
    struct fragments_totals totals;
};

struct fragments *fragments_new(void)
{
    return memory_new(1, sizeof(struct fragments));
}

static void release(struct fragments *fragments, struct datagram *datagram)
{
    fragments->memory -= datagram->room;
    fragments->waiting -= datagram->pieces;
    free(datagram->bytes);
    *datagram = (struct datagram){0};
}

static void give_up(struct fragments *fragments, struct datagram *datagram)
{
    fragments->totals.lost += datagram->pieces;
    release(fragments, datagram);
}

void fragments_free(struct fragments *fragments)
{
    if (!fragments)
        return;
    for (size_t i = 0; fragments->datagrams && i < DATAGRAMS; i++)
        free(fragments->datagrams[i].bytes);
    for (size_t i = 0; i < NESTED; i++)
        free(fragments->given[i]);
    free(fragments->datagrams);
    free(fragments);
}

struct fragments_totals fragments_totals(const struct fragments *fragments)
{
    struct fragments_totals totals = fragments->totals;
    totals.lost += fragments->waiting;
    return totals;
}

/* ---- Which datagram ------------------------------------------------------------------------------------ */

static bool addresses_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool keys_equal(const struct key *a, const struct key *b)
{
    return a->identification == b->identification && a->protocol == b->protocol &&
           addresses_equal(&a->source, &b->source) && addresses_equal(&a->destination, &b->destination);
}

static void expire(struct fragments *fragments, int64_t now)
{
    for (size_t i = 0; i < DATAGRAMS; i++) {
        struct datagram *datagram = &fragments->datagrams[i];
        if (datagram->used && now - datagram->since > (datagram->whole ? COPIES : PATIENCE))
            give_up(fragments, datagram);
    }
}

/* The longest there, `except` aside; those that are whole before those that wait. */
static struct datagram *oldest(struct fragments *fragments, const struct datagram *except)
{
    struct datagram *found = NULL;
    for (size_t i = 0; i < DATAGRAMS; i++) {
        struct datagram *datagram = &fragments->datagrams[i];
        bool aside = except && datagram == except;
        if (!datagram->used || aside)
            continue;
        if (!found || (datagram->whole && !found->whole) ||
            (datagram->whole == found->whole && datagram->since < found->since))
            found = datagram;
    }
    return found;
}

static struct datagram *begin(struct fragments *fragments, const struct key *key, int64_t now)
{
    struct datagram *datagram = NULL;
    for (size_t i = 0; i < DATAGRAMS && !datagram; i++)
        if (!fragments->datagrams[i].used)
            datagram = &fragments->datagrams[i];
    if (!datagram) {
        datagram = oldest(fragments, NULL);
        give_up(fragments, datagram);
    }
    *datagram = (struct datagram){.key = *key, .since = now, .captured = UINT32_MAX, .used = true};
    return datagram;
}

static struct datagram *datagram_of(struct fragments *fragments, const struct decoded *piece, int64_t now)
{
    const struct segment *segment = &piece->segment;
    bool ipv4 = segment->source.address.family == 4;
    struct key key = {.source = segment->source.address,
                      .destination = segment->destination.address,
                      .identification = piece->fragment.identification,
                      .protocol = ipv4 ? piece->fragment.protocol : 0};
    if (!fragments->datagrams)
        fragments->datagrams = memory_new(DATAGRAMS, sizeof *fragments->datagrams);
    expire(fragments, now);
    for (size_t i = 0; i < DATAGRAMS; i++)
        if (fragments->datagrams[i].used && keys_equal(&fragments->datagrams[i].key, &key))
            return &fragments->datagrams[i];
    return begin(fragments, &key, now);
}

/* ---- Its pieces ---------------------------------------------------------------------------------------- */

static bool has_unit(const struct datagram *datagram, uint32_t unit)
{
    return datagram->came[unit / 8] & 1U << unit % 8;
}

/* Every piece but the last is a multiple of the unit long, none reaches behind the last, and there is one
 * last. */
static bool fits(const struct datagram *datagram, const struct fragment *piece)
{
    if (piece->length == 0 || piece->length > LARGEST || piece->offset + piece->length > LARGEST ||
        (piece->more && piece->length % UNIT != 0))
        return false;
    uint32_t end = piece->offset + piece->length;
    if (!piece->more)
        return (datagram->length == 0 || datagram->length == end) && end >= datagram->end;
    return datagram->length == 0 || end <= datagram->length;
}

static void make_room(struct fragments *fragments, struct datagram *datagram, uint32_t end)
{
    if (end <= datagram->room)
        return;
    uint32_t room = (end + STEP - 1) / STEP * STEP;
    fragments->memory += room - datagram->room;
    datagram->bytes = memory_resize(datagram->bytes, room, 1);
    datagram->room = room;
    struct datagram *victim;
    while (fragments->memory > MEMORY && (victim = oldest(fragments, datagram)))
        give_up(fragments, victim);
}

/* Copies the units that are new; false when one that is not new has other bytes than the first time. */
static bool copy_units(struct datagram *datagram, const struct fragment *piece)
{
    bool agrees = true;
    for (uint32_t at = 0; at < piece->length; at += UNIT) {
        uint32_t unit = (piece->offset + at) / UNIT;
        uint32_t there = at < piece->captured ? piece->captured - at : 0;
        uint32_t count = there < UNIT ? there : UNIT;
        uint8_t *to = datagram->bytes + piece->offset + at;
        if (has_unit(datagram, unit)) {
            bool known = piece->offset + at + count <= datagram->captured;
            agrees = agrees && (!known || memcmp(to, piece->bytes + at, count) == 0);
            continue;
        }
        memcpy(to, piece->bytes + at, count);
        memset(to + count, 0, piece->length - at < UNIT ? piece->length - at - count : UNIT - count);
        datagram->came[unit / 8] = (uint8_t)(datagram->came[unit / 8] | 1U << unit % 8);
        datagram->units++;
    }
    return agrees;
}

static void keep_piece(struct fragments *fragments, struct datagram *datagram, const struct fragment *piece)
{
    uint32_t end = piece->offset + piece->length;
    make_room(fragments, datagram, end);
    if (!copy_units(datagram, piece))
        fragments->totals.overlapping++;
    datagram->end = end > datagram->end ? end : datagram->end;
    datagram->pieces++;
    fragments->waiting++;
    if (!piece->more)
        datagram->length = end;
    if (piece->captured < piece->length && piece->offset + piece->captured < datagram->captured)
        datagram->captured = piece->offset + piece->captured;
    if (piece->offset == 0) {
        datagram->protocol = piece->protocol;
        datagram->rerouted = piece->rerouted;
    }
}

/* Takes the bytes out of a whole datagram, of which only the key is kept then. */
static struct fragment give_out(struct fragments *fragments, struct datagram *datagram, int level,
                                int64_t now)
{
    struct fragment whole = {
        .identification = datagram->key.identification,
        .protocol = datagram->protocol,
        .rerouted = datagram->rerouted,
        .bytes = datagram->bytes,
        .captured = datagram->captured < datagram->length ? datagram->captured : datagram->length,
        .length = datagram->length,
    };
    struct key key = datagram->key;
    free(fragments->given[level]);
    fragments->given[level] = datagram->bytes;
    datagram->bytes = NULL;
    release(fragments, datagram);
    datagram->key = key;
    datagram->since = now;
    datagram->used = datagram->whole = true;
    fragments->totals.whole++;
    return whole;
}

/* True when the piece makes its datagram whole. */
static bool add_piece(struct fragments *fragments, const struct decoded *piece, int64_t now, int level,
                      struct fragment *whole)
{
    struct datagram *datagram = datagram_of(fragments, piece, now);
    if (datagram->whole)
        return false;
    if (!fits(datagram, &piece->fragment)) {
        fragments->totals.lost++;
        return false;
    }
    keep_piece(fragments, datagram, &piece->fragment);
    if (datagram->length == 0 || datagram->units < (datagram->length + UNIT - 1) / UNIT)
        return false;
    *whole = give_out(fragments, datagram, level, now);
    return true;
}

static enum decode_outcome put_together(struct fragments *fragments, const struct packet *packet,
                                        enum decode_outcome outcome, struct decoded *out)
{
    struct fragment whole;
    for (int level = 0; outcome == DECODE_FRAGMENT && level < NESTED; level++) {
        if (!add_piece(fragments, out, packet->time, level, &whole))
            break;
        outcome = decode_datagram(packet, &whole, out);
    }
    return outcome;
}

enum decode_outcome fragments_decode(struct fragments *fragments, const struct packet *packet,
                                     struct decoded *out)
{
    return put_together(fragments, packet, decode_packet(packet, out), out);
}

enum decode_outcome fragments_decode_further(struct fragments *fragments, const struct packet *packet,
                                             struct decoded *out)
{
    return put_together(fragments, packet, decode_further(packet, out), out);
}
