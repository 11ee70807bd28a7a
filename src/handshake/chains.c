/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/chains.h"

#include "handshake/told.h"
#include <string.h>

enum { READ_MOST = 32 }; /* no chain is that long; what a stranger adds beyond it costs no time */

static void read_chain(struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    struct certificate_chain *chain = &handshake->chain[side];
    uint32_t count = message ? message->count : 0;
    chain->items = count > 0 ? arena_take(handshake->arena, count, sizeof *chain->items) : NULL;
    if (!chain->items)
        return;
    chain->count = count;
    for (uint32_t i = 0; i < count && i < READ_MOST; i++) {
        const struct certificate_entry *entry = &message->entries[i];
        if (entry->whole && entry->der.bytes)
            chain->items[i] = certificates_use(handshake->certificates, entry->der.bytes, entry->der.length,
                                               entry->sha1, entry->sha256);
    }
}

void chains_read(struct handshake *handshake, struct certificates *certificates)
{
    handshake->certificates = certificates;
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        read_chain(handshake, side);
}

static void learn_expected(const struct handshake *handshake, enum side side)
{
    struct expected *expected = handshake->told->expected[side];
    if (expected && handshake->chain[side].count > 0 && handshake->chain[side].items[0])
        expected_learn(expected, handshake->chain[side].items[0]);
}

void chains_judge(struct handshake *handshake)
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
        const struct certificate_chain *chain = &handshake->chain[side];
        struct trust *trust = handshake->told->trust[side];
        if (trust)
            handshake->trust[side] =
                trust_check(trust, chain->items, chain->count, &handshake->missing_issuer[side]);
        learn_expected(handshake, side);
    }
}

void chains_release(struct handshake *handshake)
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        for (uint32_t i = 0; i < handshake->chain[side].count; i++)
            if (handshake->chain[side].items[i])
                certificates_release(handshake->certificates, handshake->chain[side].items[i]);
}

const struct certificate *chains_leaf(const struct handshake *handshake, enum side side)
{
    return handshake->chain[side].count > 0 ? handshake->chain[side].items[0] : NULL;
}

const struct certificate *chains_raw_key(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = chains_leaf(handshake, side);
    return leaf && leaf->raw_key && handshake->certificate[side]->type == TLS_CERTIFICATE_RAW_PUBLIC_KEY
               ? leaf
               : NULL;
}

static bool is_same_name(struct octets one, struct octets other)
{
    return one.length > 0 && one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

static const struct certificate *issuer_in(const struct certificate_chain *chain,
                                           const struct certificate *certificate)
{
    for (uint32_t i = 1; i < chain->count; i++)
        if (is_same_name(chain->items[i]->subject, certificate->issuer))
            return chain->items[i];
    return NULL;
}

bool chains_readable(const struct handshake *handshake, enum side side)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    for (uint32_t i = 0; i < chain->count; i++)
        if (!chain->items[i] || !chain->items[i]->readable)
            return false;
    return chain->count > 0 && !handshake->certificate[side]->cut;
}

uint32_t chains_names(const struct handshake *handshake, enum side side, struct octets *names, uint32_t limit)
{
    if (!chains_readable(handshake, side) || limit == 0)
        return 0;
    const struct certificate_chain *chain = &handshake->chain[side];
    const struct certificate *certificate = chain->items[0];
    uint32_t count = 0;
    names[count++] = certificate->subject;
    for (uint32_t steps = 0; certificate && steps < chain->count && count < limit; steps++) {
        names[count++] = certificate->issuer;
        certificate = issuer_in(chain, certificate);
    }
    return count;
}
