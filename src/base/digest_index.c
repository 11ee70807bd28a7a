/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest_index.h"

#include "base/hash.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, FIRST_ROOM = 64 };

struct numbered {
    uint8_t digest[DIGEST_LENGTH];
    uint32_t next; /* in the bucket: number + 1 */
};

struct digest_index {
    struct hash_key key;
    struct numbered *items;
    uint32_t count, room, limit;
    uint32_t buckets[BUCKETS]; /* number + 1; 0: empty */
};

struct digest_index *digest_index_new(uint32_t limit)
{
    struct digest_index *index = memory_new(1, sizeof *index);
    index->key = hash_key_new();
    index->limit = limit;
    return index;
}

void digest_index_free(struct digest_index *index)
{
    if (!index)
        return;
    free(index->items);
    free(index);
}

static struct numbered *append(struct digest_index *index)
{
    if (index->count == index->room) {
        index->room = index->room ? index->room * 2 : FIRST_ROOM;
        index->items = memory_resize(index->items, index->room, sizeof *index->items);
    }
    return &index->items[index->count++];
}

uint32_t digest_index_number(struct digest_index *index, const uint8_t digest[static DIGEST_LENGTH],
                             bool *is_new)
{
    uint32_t *bucket = &index->buckets[hash_bytes(index->key, digest, DIGEST_LENGTH) % BUCKETS];
    *is_new = false;
    for (uint32_t at = *bucket; at > 0; at = index->items[at - 1].next)
        if (memcmp(index->items[at - 1].digest, digest, DIGEST_LENGTH) == 0)
            return at - 1;
    if (index->count == index->limit)
        return DIGEST_INDEX_FULL;
    struct numbered *added = append(index);
    memcpy(added->digest, digest, DIGEST_LENGTH);
    added->next = *bucket;
    *bucket = index->count;
    *is_new = true;
    return index->count - 1;
}
