/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/stapled.h"

#include "handshake/chains.h"
#include "handshake/revoked.h"
#include "handshake/told.h"

/* In 1.3 the certificate carries it. */
static const struct certificate_entry *entry_of(const struct handshake *handshake)
{
    const struct certificate_message *message = handshake->certificate[SIDE_SERVER];
    return message && message->count > 0 && handshake->version >= TLS_VERSION_1_3 ? &message->entries[0]
                                                                                  : NULL;
}

const struct certificate_status_message *stapled_message(const struct handshake *handshake)
{
    const struct certificate_entry *entry = entry_of(handshake);
    return entry && entry->has_status ? &entry->status : handshake->certificate_status;
}

/* Up to 1.2 it stands before what follows the certificate. */
enum answer stapled_seen(const struct handshake *handshake)
{
    const struct certificate_message *message = handshake->certificate[SIDE_SERVER];
    if (stapled_message(handshake))
        return ANSWER_YES;
    if (!message || message->cut || handshake->direction[SIDE_SERVER].missing_bytes > 0)
        return ANSWER_UNKNOWN;
    bool passed = entry_of(handshake) || handshake->server_key_exchange_seen.packet ||
                  handshake->server_hello_done_seen.packet;
    return passed ? ANSWER_NO : ANSWER_UNKNOWN;
}

struct moment stapled_moment(const struct handshake *handshake)
{
    if (handshake->certificate_status)
        return handshake->certificate_status_seen;
    return stapled_message(handshake) ? handshake->direction[SIDE_SERVER].certificate : (struct moment){0};
}

/* The leaf's response is the first. */
static bool find(const struct handshake *handshake, struct octets *response, const struct certificate **leaf)
{
    const struct certificate_status_message *message = stapled_message(handshake);
    *leaf = chains_leaf(handshake, SIDE_SERVER);
    if (!message || message->cut || message->responses.count == 0 || !*leaf || !(*leaf)->readable)
        return false;
    *response = message->responses.items[0];
    return true;
}

static struct staples *memory_of(const struct handshake *handshake)
{
    struct revocation *revocation = handshake->told ? handshake->told->revocation : NULL;
    return revocation ? revocation_staples(revocation) : NULL;
}

bool stapled_read(const struct handshake *handshake, struct staple *staple)
{
    struct octets response;
    const struct certificate *leaf;
    if (!find(handshake, &response, &leaf))
        return false;
    staple_read(memory_of(handshake), response, leaf, revoked_issuer(handshake, SIDE_SERVER, leaf), staple);
    return true;
}

enum attested stapled_signature(const struct handshake *handshake)
{
    struct octets response;
    const struct certificate *leaf;
    if (!find(handshake, &response, &leaf))
        return ATTESTED_UNKNOWN;
    return staple_signed_by(memory_of(handshake), response, revoked_issuer(handshake, SIDE_SERVER, leaf));
}
