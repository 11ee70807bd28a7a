/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stream/connection_index.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST_BUCKETS = 256, ADDRESS = sizeof(struct address), PORT = sizeof(uint16_t) };

void index_start(struct connection_index *index)
{
    index->key = hash_key_new();
    index->bucket_count = FIRST_BUCKETS;
    index->buckets = memory_new(FIRST_BUCKETS, sizeof *index->buckets);
}

void index_free(struct connection_index *index)
{
    free(index->buckets);
}

static bool same_address(const struct address *a, const struct address *b)
{
    uint64_t left[2], right[2];
    memcpy(left, a->bytes, sizeof left);
    memcpy(right, b->bytes, sizeof right);
    return a->family == b->family && left[0] == right[0] && left[1] == right[1];
}

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && same_address(&a->address, &b->address);
}

static int compare(const struct endpoint *a, const struct endpoint *b)
{
    int order = memcmp(&a->address, &b->address, ADDRESS);
    return order ? order : (int)a->port - (int)b->port;
}

/* The bytes of an IPv4 address are a fifth of an address: the rest is not hashed. */
static size_t write_key(uint8_t *at, const struct endpoint *endpoint)
{
    size_t length = endpoint->address.family == 4 ? 5 : ADDRESS;
    memcpy(at, &endpoint->address, length);
    memcpy(at + length, &endpoint->port, PORT);
    return length + PORT;
}

uint64_t index_hash(const struct connection_index *index, const struct endpoint *a, const struct endpoint *b)
{
    uint8_t key[2 * (ADDRESS + PORT)];
    bool in_order = compare(a, b) <= 0;
    size_t length = write_key(key, in_order ? a : b);
    length += write_key(key + length, in_order ? b : a);
    return hash_bytes(index->key, key, length);
}

/* -1: the connection is between others. */
static int half_of(const struct tracked *tracked, const struct endpoint *source,
                   const struct endpoint *destination)
{
    const struct half *half = tracked->connection.half;
    for (int i = 0; i < 2; i++)
        if (same_endpoint(&half[i].endpoint, source) && same_endpoint(&half[1 - i].endpoint, destination))
            return i;
    return -1;
}

static struct tracked **bucket_of(const struct connection_index *index, uint64_t hash)
{
    return &index->buckets[hash & (index->bucket_count - 1)];
}

struct tracked *index_find(struct connection_index *index, const struct endpoint *source,
                           const struct endpoint *destination, int *half)
{
    if (index->latest && (*half = half_of(index->latest, source, destination)) >= 0)
        return index->latest;
    uint64_t hash = index_hash(index, source, destination);
    struct tracked *found = *bucket_of(index, hash);
    while (found && (found->hash != hash || (*half = half_of(found, source, destination)) < 0))
        found = found->chain;
    if (found)
        index->latest = found;
    return found;
}

static void grow(struct connection_index *index)
{
    struct tracked **old = index->buckets;
    uint32_t old_count = index->bucket_count;
    index->bucket_count *= 2;
    index->buckets = memory_new(index->bucket_count, sizeof *index->buckets);
    for (uint32_t i = 0; i < old_count; i++)
        for (struct tracked *tracked = old[i], *next; tracked; tracked = next) {
            next = tracked->chain;
            struct tracked **bucket = bucket_of(index, tracked->hash);
            tracked->chain = *bucket;
            *bucket = tracked;
        }
    free(old);
}

void index_add(struct connection_index *index, struct tracked *tracked)
{
    if (index->count >= index->bucket_count)
        grow(index);
    const struct half *half = tracked->connection.half;
    tracked->hash = index_hash(index, &half[0].endpoint, &half[1].endpoint);
    struct tracked **bucket = bucket_of(index, tracked->hash);
    tracked->chain = *bucket;
    *bucket = tracked;
    index->latest = tracked;
    index->count++;
}

void index_remove(struct connection_index *index, struct tracked *tracked)
{
    struct tracked **link = bucket_of(index, tracked->hash);
    while (*link != tracked)
        link = &(*link)->chain;
    *link = tracked->chain;
    if (index->latest == tracked)
        index->latest = NULL;
    index->count--;
}

void idle_add(struct idle_list *lists, struct tracked *tracked, enum idle_class class)
{
    struct idle_list *list = &lists[class];
    tracked->idle_class = (uint8_t) class;
    tracked->older = list->newest;
    tracked->newer = NULL;
    *(list->newest ? &list->newest->newer : &list->oldest) = tracked;
    list->newest = tracked;
}

void idle_move(struct idle_list *lists, struct tracked *tracked, enum idle_class class)
{
    if (tracked->idle_class == class && lists[class].newest == tracked)
        return;
    idle_remove(lists, tracked);
    idle_add(lists, tracked, class);
}

void idle_remove(struct idle_list *lists, struct tracked *tracked)
{
    struct idle_list *list = &lists[tracked->idle_class];
    *(tracked->older ? &tracked->older->newer : &list->oldest) = tracked->newer;
    *(tracked->newer ? &tracked->newer->older : &list->newest) = tracked->older;
}
