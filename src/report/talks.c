/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/talks.h"

#include "base/hash.h"
#include "base/memory.h"
#include <stdlib.h>

enum { BUCKETS = 4096, FIRST_ROOM = 64, MOST = 8192 };

/* ---- Adding -------------------------------------------------------------------------------------------- */

static bool is_talk(const struct talk *talk, const struct talk *wanted)
{
    return talk_same_server(talk, wanted) && talk->client.family == wanted->client.family &&
           memcmp(talk->client.bytes, wanted->client.bytes, sizeof talk->client.bytes) == 0;
}

static uint32_t *bucket_of(struct talks *talks, const struct talk *talk)
{
    uint8_t name[2 * 16 + 3];
    struct hash_key key = {.words = {talks->key[0], talks->key[1]}};
    memcpy(name, talk->client.bytes, 16);
    memcpy(name + 16, talk->server.address.bytes, 16);
    memcpy(name + 32, &talk->server.port, 2);
    name[34] = talk->udp;
    return &talks->buckets[hash_bytes(key, name, sizeof name) % BUCKETS];
}

static void begin(struct talks *talks)
{
    struct hash_key key = hash_key_new();
    talks->key[0] = key.words[0];
    talks->key[1] = key.words[1];
    talks->buckets = memory_new(BUCKETS, sizeof *talks->buckets);
}

static struct talk *append(struct talks *talks, const struct talk *talk)
{
    if (talks->count == MOST)
        return NULL;
    if (talks->count == talks->room) {
        talks->room = talks->room ? talks->room * 2 : FIRST_ROOM;
        talks->items = memory_resize(talks->items, talks->room, sizeof *talks->items);
    }
    talks->items[talks->count] = *talk;
    return &talks->items[talks->count++];
}

/* NULL: there are too many. */
static struct talk *talk_of(struct talks *talks, const struct handshake *handshake)
{
    struct talk wanted = {.client = handshake_half(handshake, SIDE_CLIENT)->endpoint.address,
                          .server = handshake_half(handshake, SIDE_SERVER)->endpoint,
                          .udp = handshake->connection->transport == SEGMENT_UDP};
    if (!talks->buckets)
        begin(talks);
    uint32_t *bucket = bucket_of(talks, &wanted);
    for (uint32_t at = *bucket; at > 0; at = talks->items[at - 1].next)
        if (is_talk(&talks->items[at - 1], &wanted))
            return &talks->items[at - 1];
    struct talk *talk = append(talks, &wanted);
    if (talk) {
        talk->next = *bucket;
        *bucket = talks->count;
    }
    return talk;
}

static void add_to_cause(struct talk_cause *cause, const struct talk_cause *more)
{
    if (cause->count == 0 || more->first < cause->first)
        cause->first = more->first;
    if (cause->count == 0 || more->last > cause->last)
        cause->last = more->last;
    cause->count += more->count;
    cause->failed += more->failed;
}

/* The ids are the rules' own strings, so nearly always the pointers are equal already. */
static bool is_cause(const struct talk_cause *a, const struct talk_cause *b)
{
    if (a->severity != b->severity || !a->verdict != !b->verdict)
        return false;
    return a->verdict == b->verdict || strcmp(a->verdict, b->verdict) == 0;
}

static void add_cause(struct talk *talk, const struct talk_cause *one)
{
    for (uint32_t i = 0; i < talk->cause_count; i++)
        if (is_cause(&talk->causes[i], one)) {
            add_to_cause(&talk->causes[i], one);
            return;
        }
    if (talk->cause_count < TALK_CAUSES)
        talk->causes[talk->cause_count++] = *one;
}

static void add_verdict(struct talk *talk, const struct handshake *handshake)
{
    int64_t time = handshake->connection->first.time;
    struct talk_cause one = {.severity = SEVERITY_ERROR, .count = 1, .first = time, .last = time};
    one.failed = handshake->outcome == OUTCOME_FAILURE;
    if (handshake->has_verdict) {
        one.verdict = handshake->findings[0].id;
        one.severity = handshake->findings[0].severity;
    }
    if (one.verdict || one.failed)
        add_cause(talk, &one);
}

void talks_add(struct talks *talks, const struct handshake *handshake)
{
    struct talk *talk = talk_of(talks, handshake);
    int64_t time = handshake->connection->first.time;
    if (!talk) {
        talks->left_out++;
        return;
    }
    if (handshake->outcome == OUTCOME_SUCCESS &&
        (talk->outcomes[OUTCOME_SUCCESS] == 0 || time > talk->last_success))
        talk->last_success = time;
    talk->outcomes[handshake->outcome]++;
    add_verdict(talk, handshake);
}

/* ---- Order --------------------------------------------------------------------------------------------- */

static int compare_addresses(const struct address *a, const struct address *b)
{
    return a->family != b->family ? a->family - b->family : memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int compare_talks(const void *left, const void *right)
{
    const struct talk *a = left, *b = right;
    int order = compare_addresses(&a->server.address, &b->server.address);
    if (order == 0)
        order = a->server.port - b->server.port;
    if (order == 0)
        order = a->udp - b->udp;
    return order != 0 ? order : compare_addresses(&a->client, &b->client);
}

void talks_sort(struct talks *talks)
{
    if (talks->count > 0)
        qsort(talks->items, talks->count, sizeof talks->items[0], compare_talks);
    free(talks->buckets);
    talks->buckets = NULL;
}

void talks_free(struct talks *talks)
{
    free(talks->items);
    free(talks->buckets);
    *talks = (struct talks){0};
}

/* ---- The causes of a server ---------------------------------------------------------------------------- */

struct causes {
    struct server_causes all;
    size_t room;
};

static struct server_cause *cause_of(struct causes *causes, size_t first, const struct talk *talk,
                                     const struct talk_cause *cause)
{
    for (size_t i = first; i < causes->all.count; i++)
        if (is_cause(&causes->all.items[i].cause, cause))
            return &causes->all.items[i];
    if (causes->all.count == causes->room) {
        causes->room = causes->room ? causes->room * 2 : FIRST_ROOM;
        causes->all.items = memory_resize(causes->all.items, causes->room, sizeof *causes->all.items);
    }
    struct server_cause *added = &causes->all.items[causes->all.count++];
    *added = (struct server_cause){.talk = talk,
                                   .cause = {.verdict = cause->verdict, .severity = cause->severity}};
    return added;
}

static void add_success(struct server_cause *cause, int64_t time)
{
    if (time > cause->cause.first) {
        cause->served_after = true;
        return;
    }
    if (!cause->served_before || time > cause->served_until)
        cause->served_until = time;
    cause->served_before = true;
}

static bool has_cause(const struct talk *talk, const struct talk_cause *wanted)
{
    for (uint32_t i = 0; i < talk->cause_count; i++)
        if (is_cause(&talk->causes[i], wanted))
            return true;
    return false;
}

/* The lines of one server, from `from` to before `to`. */
static void add_server(struct causes *causes, const struct talk *from, const struct talk *to)
{
    size_t first = causes->all.count;
    uint64_t connections = 0;
    for (const struct talk *talk = from; talk < to; talk++) {
        connections += talk->outcomes[OUTCOME_UNKNOWN] + talk->outcomes[OUTCOME_SUCCESS] +
                       talk->outcomes[OUTCOME_FAILURE];
        for (uint32_t i = 0; i < talk->cause_count; i++) {
            struct server_cause *cause = cause_of(causes, first, talk, &talk->causes[i]);
            add_to_cause(&cause->cause, &talk->causes[i]);
            cause->clients++;
        }
    }
    for (size_t i = first; i < causes->all.count; i++) {
        causes->all.items[i].connections = connections;
        for (const struct talk *talk = from; talk < to; talk++)
            if (talk->outcomes[OUTCOME_SUCCESS] > 0 && has_cause(talk, &causes->all.items[i].cause))
                add_success(&causes->all.items[i], talk->last_success);
    }
}

static int compare_causes(const void *left, const void *right)
{
    const struct server_cause *a = left, *b = right;
    if (a->cause.count != b->cause.count)
        return a->cause.count > b->cause.count ? -1 : 1;
    if (a->cause.first != b->cause.first)
        return a->cause.first < b->cause.first ? -1 : 1;
    return compare_talks(a->talk, b->talk);
}

struct server_causes talks_causes(const struct talks *talks)
{
    struct causes causes = {0};
    for (uint32_t from = 0, to; from < talks->count; from = to) {
        for (to = from + 1; to < talks->count; to++)
            if (!talk_same_server(&talks->items[from], &talks->items[to]))
                break;
        add_server(&causes, &talks->items[from], &talks->items[to]);
    }
    if (causes.all.count > 0)
        qsort(causes.all.items, causes.all.count, sizeof causes.all.items[0], compare_causes);
    return causes.all;
}
