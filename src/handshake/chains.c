/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/chains.h"

static void read_chain(struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    struct certificate_chain *chain = &handshake->chain[side];
    uint32_t count = message ? message->count : 0;
    chain->items = count > 0 ? arena_take(handshake->arena, count, sizeof *chain->items) : NULL;
    if (!chain->items)
        return;
    chain->count = count;
    for (uint32_t i = 0; i < count; i++) {
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

void chains_judge(struct handshake *handshake, struct trust *const trust[SIDES])
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
        const struct certificate_chain *chain = &handshake->chain[side];
        if (trust[side])
            handshake->trust[side] =
                trust_check(trust[side], chain->items, chain->count, &handshake->missing_issuer[side]);
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
