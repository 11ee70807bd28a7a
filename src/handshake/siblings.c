/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/siblings.h"

#include "base/memory.h"
#include "certificate/reference.h"
#include "handshake/alerts.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/sibling_groups.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, CERTIFICATES = 128 };

struct siblings {
    struct hash_key key;
    struct sibling_pair *pairs[BUCKETS];
    struct sibling_server *servers[BUCKETS];
    struct sibling_pair *newest, *oldest;
    uint32_t pair_count;
    struct sibling_certificate certificates[CERTIFICATES]; /* a ring */
    uint32_t next_certificate;
};

struct siblings *siblings_new(void)
{
    struct siblings *siblings = memory_new(1, sizeof *siblings);
    siblings->key = hash_key_new();
    return siblings;
}

/* ---- What a handshake looks like ----------------------------------------------------------------------- */

/* The ends as bytes: the client's address stands first, so that a part of them names the server. */
struct ends {
    uint8_t client[17], server[17], port[2], transport;
};

static void write_address(uint8_t out[static 17], const struct address *address)
{
    out[0] = address->family;
    memcpy(out + 1, address->bytes, 16);
}

struct sibling_keys siblings_keys(const struct siblings *siblings, const struct handshake *handshake)
{
    const struct endpoint *client = &handshake_half(handshake, SIDE_CLIENT)->endpoint,
                          *server = &handshake_half(handshake, SIDE_SERVER)->endpoint;
    struct ends ends = {.port = {(uint8_t)(server->port >> 8), (uint8_t)server->port},
                        .transport = (uint8_t)handshake->connection->transport};
    write_address(ends.client, &client->address);
    write_address(ends.server, &server->address);
    return (struct sibling_keys){
        .pair = hash_bytes(siblings->key, &ends, sizeof ends),
        .server = hash_bytes(siblings->key, ends.server, sizeof ends - sizeof ends.client),
        .client = hash_bytes(siblings->key, ends.client, sizeof ends.client),
    };
}

uint64_t siblings_name_hash(const struct siblings *siblings, struct octets octets)
{
    return octets.length > 0 ? hash_bytes(siblings->key, octets.bytes, octets.length) : 0;
}

static uint64_t hash_alpn(const struct siblings *siblings, const struct octets_list *list)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < list->count; i++)
        hash = hash * 31 + siblings_name_hash(siblings, list->items[i]);
    return hash;
}

static bool offers_h2(const struct octets_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].length == 2 && memcmp(list->items[i].bytes, "h2", 2) == 0)
            return true;
    return false;
}

/* JA4 is the same also where a client shuffles its extensions from hello to hello. */
static uint64_t hello_print(const struct siblings *siblings, const struct handshake *handshake)
{
    const char *print = handshake->ja4;
    return print[0] ? hash_bytes(siblings->key, print, sizeof handshake->ja4 - 1) : 0;
}

static void shape_hello(struct sibling_shape *shape, const struct siblings *siblings,
                        const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    if (!hello)
        return;
    shape->hello = hello_print(siblings, handshake);
    shape->name = siblings_name_hash(siblings, hello->server_name);
    shape->alpn = hash_alpn(siblings, &hello->alpn);
    shape->offers_h2 = offers_h2(&hello->alpn);
    shape->hello_length = hello->length;
    shape->highest = tls_version_equivalent(client_hello_highest_version(hello));
    shape->lowest = tls_version_equivalent(client_hello_lowest_version(hello));
}

static uint8_t answer_of(struct value value)
{
    return value.type != VALUE_BOOLEAN ? ANSWER_UNKNOWN : value.boolean ? ANSWER_YES : ANSWER_NO;
}

/* Two connections to one server that differ in the name alone may be shown different certificates. */
static void shape_certificate(struct sibling_shape *shape, const struct siblings *siblings,
                              const struct handshake *handshake)
{
    const struct certificate *leaf = chains_leaf(handshake, SIDE_SERVER);
    const struct client_hello *hello = handshake->client_hello;
    if (!leaf)
        return;
    shape->leaf = hash_bytes(siblings->key, leaf->sha256, sizeof leaf->sha256);
    if (hello && hello->server_name.length > 0 && leaf->readable)
        shape->leaf_fits =
            reference_match(leaf, hello->server_name.bytes, hello->server_name.length) == NAME_MATCHES
                ? ANSWER_YES
                : ANSWER_NO;
}

static uint8_t either(uint8_t read, enum answer inferred)
{
    return read != ANSWER_UNKNOWN ? read : (uint8_t)inferred;
}

struct sibling_shape siblings_shape(const struct siblings *siblings, const struct handshake *handshake)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    struct sibling_shape shape;
    memset(&shape, 0, sizeof shape);
    shape_hello(&shape, siblings, handshake);
    shape_certificate(&shape, siblings, handshake);
    if (handshake->server_hello && !handshake->server_hello->lacks_cipher)
        shape.cipher = handshake->cipher;
    shape.version = handshake->version;
    shape.group = handshake->group;
    shape.alert = alert ? alert->code : 0;
    shape.alert_by = (uint8_t)(alert ? alert->from : SIDE_NOBODY);
    shape.outcome = (uint8_t)handshake->outcome;
    shape.resumption_offered = (uint8_t)handshake->resumption_offered;
    shape.resumed = (uint8_t)handshake->resumed;
    shape.asked =
        either(answer_of(field_client_certificate_requested(handshake)), handshake->inference.asked);
    shape.sent = either(answer_of(field_client_certificate_sent(handshake)), handshake->inference.sent);
    if (handshake->outcome != OUTCOME_SUCCESS) {
        shape.phase = (uint8_t)handshake->phase;
        shape.close_how = (uint8_t)handshake->connection->how;
        shape.close_by = (uint8_t)handshake->close_by;
    }
    return shape;
}

struct occurrence siblings_occurrence(const struct handshake *handshake)
{
    struct moment first = handshake->connection->first;
    uint64_t hello = handshake->client_hello_seen.packet;
    return (struct occurrence){
        .time = first.time, .start = first.packet, .packet = hello ? hello : first.packet};
}

/* ---- Pairs and servers --------------------------------------------------------------------------------- */

struct sibling_pair *siblings_find_pair(const struct siblings *siblings, uint64_t key)
{
    struct sibling_pair *pair = siblings->pairs[key % BUCKETS];
    while (pair && pair->key != key)
        pair = pair->next_in_bucket;
    return pair;
}

struct sibling_server *siblings_find_server(const struct siblings *siblings, uint64_t key)
{
    struct sibling_server *server = siblings->servers[key % BUCKETS];
    while (server && server->key != key)
        server = server->next_in_bucket;
    return server;
}

static struct sibling_server *server_of(struct siblings *siblings, uint64_t key)
{
    struct sibling_server **bucket = &siblings->servers[key % BUCKETS];
    struct sibling_server *server = siblings_find_server(siblings, key);
    if (server)
        return server;
    server = memory_new(1, sizeof *server);
    server->key = key;
    server->next_in_bucket = *bucket;
    *bucket = server;
    return server;
}

static void leave_server(struct siblings *siblings, struct sibling_pair *pair)
{
    struct sibling_server *server = pair->server;
    *(pair->livelier ? &pair->livelier->quieter : &server->liveliest) = pair->quieter;
    if (pair->quieter)
        pair->quieter->livelier = pair->livelier;
    if (server->liveliest)
        return;
    struct sibling_server **link = &siblings->servers[server->key % BUCKETS];
    while (*link != server)
        link = &(*link)->next_in_bucket;
    *link = server->next_in_bucket;
    free(server);
}

static void join_server(struct sibling_pair *pair, struct sibling_server *server)
{
    pair->server = server;
    pair->livelier = NULL;
    pair->quieter = server->liveliest;
    if (pair->quieter)
        pair->quieter->livelier = pair;
    server->liveliest = pair;
}

static void unlink_age(struct siblings *siblings, struct sibling_pair *pair)
{
    *(pair->newer ? &pair->newer->older : &siblings->newest) = pair->older;
    *(pair->older ? &pair->older->newer : &siblings->oldest) = pair->newer;
}

static void link_newest(struct siblings *siblings, struct sibling_pair *pair)
{
    pair->newer = NULL;
    pair->older = siblings->newest;
    *(pair->older ? &pair->older->newer : &siblings->oldest) = pair;
    siblings->newest = pair;
}

static void drop_pair(struct siblings *siblings, struct sibling_pair *pair)
{
    struct sibling_pair **link = &siblings->pairs[pair->key % BUCKETS];
    while (*link != pair)
        link = &(*link)->next_in_bucket;
    *link = pair->next_in_bucket;
    unlink_age(siblings, pair);
    leave_server(siblings, pair);
    siblings->pair_count--;
    free(pair);
}

static struct sibling_pair *new_pair(struct siblings *siblings, const struct sibling_keys *keys)
{
    if (siblings->pair_count >= PAIRS)
        drop_pair(siblings, siblings->oldest);
    struct sibling_pair **bucket = &siblings->pairs[keys->pair % BUCKETS];
    struct sibling_pair *pair = memory_new(1, sizeof *pair);
    pair->key = keys->pair;
    pair->next_in_bucket = *bucket;
    *bucket = pair;
    siblings->pair_count++;
    join_server(pair, server_of(siblings, keys->server));
    link_newest(siblings, pair);
    return pair;
}

/* The pair, which is the newest and its server's liveliest from now on. */
static struct sibling_pair *pair_of(struct siblings *siblings, const struct sibling_keys *keys)
{
    struct sibling_pair *pair = siblings_find_pair(siblings, keys->pair);
    if (!pair)
        return new_pair(siblings, keys);
    if (siblings->newest != pair) {
        unlink_age(siblings, pair);
        link_newest(siblings, pair);
    }
    if (pair->livelier) {
        struct sibling_server *server = pair->server;
        pair->livelier->quieter = pair->quieter;
        if (pair->quieter)
            pair->quieter->livelier = pair->livelier;
        join_server(pair, server);
    }
    return pair;
}

void siblings_forget(struct siblings *siblings)
{
    while (siblings->oldest)
        drop_pair(siblings, siblings->oldest);
    memset(siblings->certificates, 0, sizeof siblings->certificates);
}

void siblings_free(struct siblings *siblings)
{
    if (!siblings)
        return;
    siblings_forget(siblings);
    free(siblings);
}

/* ---- Noting -------------------------------------------------------------------------------------------- */

static const struct sibling_group *latest_success(const struct sibling_pair *pair)
{
    const struct sibling_group *latest = NULL;
    for (int i = 0; i < GROUPS; i++) {
        const struct sibling_group *group = &pair->groups[i];
        if (group->count > 0 && group->shape.outcome == OUTCOME_SUCCESS &&
            (!latest || group->last.time > latest->last.time))
            latest = group;
    }
    return latest;
}

/* The group of that shape, else a free place, else the longest unseen one's, save for the latest success. */
static struct sibling_group *group_for(struct sibling_pair *pair, const struct sibling_shape *shape)
{
    const struct sibling_group *spared = latest_success(pair);
    struct sibling_group *place = NULL;
    for (int i = 0; i < GROUPS; i++) {
        struct sibling_group *group = &pair->groups[i];
        if (group->count > 0 && memcmp(&group->shape, shape, sizeof *shape) == 0)
            return group;
        if (group == spared || (place && place->count == 0))
            continue;
        if (!place || group->count == 0 || group->last.time < place->last.time)
            place = group;
    }
    *place = (struct sibling_group){.shape = *shape};
    return place;
}

static void add_occurrence(struct sibling_group *group, struct occurrence occurrence)
{
    if (group->count > 0 && occurrence.time - group->last.time > SIBLING_WINDOW)
        group->count = 0;
    if (group->count == 0 || occurrence.time < group->first.time)
        group->first = occurrence;
    if (group->count == 0 || occurrence.time >= group->last.time)
        group->last = occurrence;
    group->count++;
}

/* CERTIFICATES: none. */
static uint32_t place_of_certificate(const struct siblings *siblings, uint64_t client)
{
    uint32_t place = 0;
    while (place < CERTIFICATES &&
           (siblings->certificates[place].client != client || !siblings->certificates[place].sent.start))
        place++;
    return place;
}

const struct sibling_certificate *siblings_find_certificate(const struct siblings *siblings, uint64_t client)
{
    uint32_t place = place_of_certificate(siblings, client);
    return place < CERTIFICATES ? &siblings->certificates[place] : NULL;
}

static void note_names(struct siblings *siblings, struct sibling_certificate *certificate,
                       const struct handshake *handshake)
{
    struct octets names[SIBLING_CHAIN_NAMES];
    certificate->name_count = chains_names(handshake, SIDE_CLIENT, names, SIBLING_CHAIN_NAMES);
    for (uint32_t i = 0; i < certificate->name_count; i++)
        certificate->names[i] = siblings_name_hash(siblings, names[i]);
}

static void note_certificate(struct siblings *siblings, uint64_t client, const struct handshake *handshake)
{
    uint32_t place = place_of_certificate(siblings, client);
    if (place == CERTIFICATES)
        place = siblings->next_certificate++ % CERTIFICATES;
    struct sibling_certificate *certificate = &siblings->certificates[place];
    *certificate = (struct sibling_certificate){
        .client = client, .sent = siblings_occurrence(handshake), .hello = hello_print(siblings, handshake)};
    note_names(siblings, certificate, handshake);
    const struct certificate *leaf = chains_leaf(handshake, SIDE_CLIENT);
    if (leaf)
        memcpy(&certificate->print, leaf->sha256, sizeof certificate->print);
}

void siblings_note(struct siblings *siblings, const struct handshake *handshake)
{
    struct sibling_keys keys = siblings_keys(siblings, handshake);
    struct sibling_shape shape = siblings_shape(siblings, handshake);
    struct occurrence occurrence = siblings_occurrence(handshake);
    add_occurrence(group_for(pair_of(siblings, &keys), &shape), occurrence);
    if (shape.sent == ANSWER_YES)
        note_certificate(siblings, keys.client, handshake);
}

void siblings_note_verdict(struct siblings *siblings, const struct handshake *handshake)
{
    if (!handshake->has_verdict)
        return;
    struct sibling_keys keys = siblings_keys(siblings, handshake);
    struct sibling_pair *pair = siblings_find_pair(siblings, keys.pair);
    uint64_t start = handshake->connection->first.packet;
    for (int i = 0; pair && i < GROUPS; i++) {
        struct sibling_group *group = &pair->groups[i];
        if (group->count > 0 && (group->first.start == start || group->last.start == start))
            group->verdict = handshake->findings[0].id;
    }
}

const struct sibling_facts *siblings_of(const struct handshake *handshake)
{
    struct sibling_view *view = handshake->siblings;
    if (!view)
        return NULL;
    if (!view->drawn)
        siblings_ask(view->memory, handshake, &view->facts);
    view->drawn = true;
    return &view->facts;
}
