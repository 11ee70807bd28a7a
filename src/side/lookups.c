/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/lookups.h"

#include "base/hash.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { KEPT = 2048, BUCKETS = 1024, NAMED = KEPT * 4, WALK = 256 };

/*
 * Numbers of a ring's elements go up for ever, from 1; an element stands at its number's remainder until it
 * gives way. 0 is none.
 */
struct entry {
    struct lookup lookup;
    uint64_t number, older; /* the one before of the same asker and name */
};

/* An address that a lookup gave. */
struct named {
    struct address address;
    uint64_t number, older; /* the one before of the same address */
    uint64_t lookup;
};

struct lookups {
    struct hash_key key;
    uint64_t latest, latest_named;
    uint64_t by_name[BUCKETS], by_address[BUCKETS]; /* the latest of each */
    struct entry entries[KEPT];
    struct named named[NAMED];
};

struct lookups *lookups_new(void)
{
    struct lookups *lookups = memory_new(1, sizeof *lookups);
    lookups->key = hash_key_new();
    return lookups;
}

void lookups_free(struct lookups *lookups)
{
    free(lookups);
}

bool lookups_are_empty(const struct lookups *lookups)
{
    return lookups->latest == 0;
}

void lookups_forget(struct lookups *lookups)
{
    if (lookups_are_empty(lookups))
        return;
    lookups->latest = lookups->latest_named = 0;
    memset(lookups->by_name, 0, sizeof lookups->by_name);
    memset(lookups->by_address, 0, sizeof lookups->by_address);
    memset(lookups->entries, 0, sizeof lookups->entries);
    memset(lookups->named, 0, sizeof lookups->named);
}

/* NULL where it has given way. */
static const struct entry *entry_at(const struct lookups *lookups, uint64_t number)
{
    const struct entry *entry = &lookups->entries[number % KEPT];
    return number && entry->number == number ? entry : NULL;
}

static const struct named *named_at(const struct lookups *lookups, uint64_t number)
{
    const struct named *named = &lookups->named[number % NAMED];
    return number && named->number == number ? named : NULL;
}

static bool is_same_address(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool has_name(const struct lookup *lookup, const char *name, size_t length)
{
    return lookup->name.length == length && memcmp(lookup->name.text, name, length) == 0;
}

static size_t name_bucket(const struct lookups *lookups, const struct address *asker, const char *name,
                          size_t length)
{
    uint8_t bytes[17 + DNS_NAME_MOST];
    size_t kept = length < DNS_NAME_MOST ? length : DNS_NAME_MOST;
    bytes[0] = asker->family;
    memcpy(bytes + 1, asker->bytes, 16);
    memcpy(bytes + 17, name, kept);
    return hash_bytes(lookups->key, bytes, 17 + kept) % BUCKETS;
}

static size_t address_bucket(const struct lookups *lookups, const struct address *address)
{
    return hash_bytes(lookups->key, address, sizeof *address) % BUCKETS;
}

/* From that element on towards older ones; 0: none. */
static uint64_t find_from(const struct lookups *lookups, uint64_t number, const struct address *asker,
                          const char *name, size_t length)
{
    const struct entry *entry = entry_at(lookups, number);
    for (int steps = 0; entry && steps < WALK; steps++) {
        if (is_same_address(&entry->lookup.asker, asker) && has_name(&entry->lookup, name, length))
            return entry->number;
        entry = entry_at(lookups, entry->older);
    }
    return 0;
}

const struct lookup *lookups_find(const struct lookups *lookups, const struct address *asker,
                                  const char *name, size_t length, const struct lookup *before)
{
    uint64_t latest = before ? ((const struct entry *)before)->older
                             : lookups->by_name[name_bucket(lookups, asker, name, length)];
    const struct entry *entry = entry_at(lookups, find_from(lookups, latest, asker, name, length));
    return entry ? &entry->lookup : NULL;
}

const struct lookup *lookups_next(const struct lookups *lookups, const struct lookup *before)
{
    uint64_t number = before ? ((const struct entry *)before)->number - 1 : lookups->latest;
    const struct entry *entry = entry_at(lookups, number);
    return entry ? &entry->lookup : NULL;
}

const struct lookup *lookups_of_address(const struct lookups *lookups, const struct address *address,
                                        const struct address *asker, int64_t now)
{
    const struct lookup *of_anybody = NULL;
    const struct named *named = named_at(lookups, lookups->by_address[address_bucket(lookups, address)]);
    for (int steps = 0; named && steps < WALK; steps++) {
        const struct entry *entry = entry_at(lookups, named->lookup);
        bool fits = entry && is_same_address(&named->address, address) && entry->lookup.answered.time <= now;
        if (fits && is_same_address(&entry->lookup.asker, asker))
            return &entry->lookup;
        if (fits && !of_anybody)
            of_anybody = &entry->lookup;
        named = named_at(lookups, named->older);
    }
    return of_anybody;
}

/* ---- Noting -------------------------------------------------------------------------------------------- */

static struct lookup *begin(struct lookups *lookups, const struct lookup *lookup)
{
    uint64_t *bucket =
        &lookups->by_name[name_bucket(lookups, &lookup->asker, lookup->name.text, lookup->name.length)];
    uint64_t number = ++lookups->latest;
    struct entry *entry = &lookups->entries[number % KEPT];
    *entry = (struct entry){.lookup = *lookup, .number = number, .older = *bucket};
    *bucket = number;
    return &entry->lookup;
}

static void name_addresses(struct lookups *lookups, const struct lookup *lookup)
{
    for (uint32_t i = 0; i < lookup->address_count; i++) {
        const struct address *address = &lookup->addresses[i];
        uint64_t *bucket = &lookups->by_address[address_bucket(lookups, address)];
        uint64_t number = ++lookups->latest_named;
        lookups->named[number % NAMED] = (struct named){.address = *address,
                                                        .number = number,
                                                        .older = *bucket,
                                                        .lookup = ((const struct entry *)lookup)->number};
        *bucket = number;
    }
}

static bool is_same_question(const struct lookup *a, const struct lookup *b)
{
    return a->id == b->id && a->port == b->port && a->type == b->type &&
           is_same_address(&a->server, &b->server);
}

/* The lookup with these numbers that was made already; NULL: none. */
static struct lookup *find_same(struct lookups *lookups, const struct lookup *wanted)
{
    const struct dns_name *name = &wanted->name;
    uint64_t number = lookups->by_name[name_bucket(lookups, &wanted->asker, name->text, name->length)];
    for (int steps = 0; steps < WALK; steps++) {
        number = find_from(lookups, number, &wanted->asker, name->text, name->length);
        struct entry *entry = &lookups->entries[number % KEPT];
        if (!number || is_same_question(&entry->lookup, wanted))
            return number ? &entry->lookup : NULL;
        number = entry->older;
    }
    return NULL;
}

static void note_answer(struct lookups *lookups, struct lookup *lookup, const struct dns_message *message,
                        struct moment now)
{
    if (lookup->answered.packet)
        return;
    lookup->answered = now;
    lookup->code = message->code;
    lookup->truncated = message->truncated;
    lookup->address_count = (uint8_t)message->address_count;
    memcpy(lookup->addresses, message->addresses, sizeof lookup->addresses);
    name_addresses(lookups, lookup);
}

static void note_question(struct lookup *lookup, struct moment now)
{
    if (!lookup->asked.packet)
        lookup->asked = now;
    lookup->asked_last = now;
    lookup->times++;
}

void lookups_datagram(struct lookups *lookups, const struct segment *segment)
{
    struct dns_message message;
    if (!dns_read(cursor_over_cut(segment->payload, segment->captured, segment->length), &message) ||
        (message.type != DNS_TYPE_A && message.type != DNS_TYPE_AAAA))
        return;
    const struct endpoint *asker = message.is_answer ? &segment->destination : &segment->source;
    const struct endpoint *server = message.is_answer ? &segment->source : &segment->destination;
    struct moment now = {.packet = segment->packet, .time = segment->time};
    struct lookup wanted = {.asker = asker->address,
                            .server = server->address,
                            .port = asker->port,
                            .id = message.id,
                            .type = message.type,
                            .name = message.name};
    struct lookup *lookup = find_same(lookups, &wanted);
    if (!lookup || (!message.is_answer && lookup->answered.packet))
        lookup = begin(lookups, &wanted);
    if (message.is_answer)
        note_answer(lookups, lookup, &message, now);
    else
        note_question(lookup, now);
}

static bool is_quoted(const struct entry *entry, const struct icmp_error *error)
{
    const struct lookup *lookup = &entry->lookup;
    return entry->number && lookup->port == error->source.port &&
           is_same_address(&lookup->asker, &error->source.address) &&
           is_same_address(&lookup->server, &error->destination.address);
}

void lookups_icmp(struct lookups *lookups, const struct icmp_error *error)
{
    if (error->transport != SEGMENT_UDP || error->destination.port != DNS_PORT)
        return;
    uint64_t end = lookups->latest > WALK ? lookups->latest - WALK : 0;
    for (uint64_t number = lookups->latest; number > end; number--) {
        struct entry *entry = &lookups->entries[number % KEPT];
        if (!is_quoted(entry, error))
            continue;
        if (!entry->lookup.unreachable.packet && !entry->lookup.answered.packet)
            entry->lookup.unreachable = (struct moment){.packet = error->packet, .time = error->time};
        return;
    }
}
