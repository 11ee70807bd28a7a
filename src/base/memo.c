/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memo.h"

#include "base/hash.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 256,
    LONGEST = 4096,
    HASHED = 128, /* last bytes that decide on the place: a certificate ends with its signature */
};

struct slot {
    size_t length;
    char *bytes; /* the result, so that it is aligned for any type, and the input behind it; NULL: free */
};

struct memo {
    size_t result_size;
    struct hash_key key;
    struct slot slots[SLOTS];
};

struct memo *memo_new(size_t result_size)
{
    struct memo *memo = memory_new(1, sizeof *memo);
    memo->result_size = result_size;
    memo->key = hash_key_new();
    return memo;
}

void memo_free(struct memo *memo)
{
    if (!memo)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        free(memo->slots[i].bytes);
    free(memo);
}

static size_t place_of(const struct memo *memo, const char *bytes, size_t length)
{
    size_t hashed = length < HASHED ? length : HASHED;
    return (hash_bytes(memo->key, bytes + length - hashed, hashed) + length) % SLOTS;
}

const void *memo_find(const struct memo *memo, const void *bytes, size_t length)
{
    const struct slot *slot = &memo->slots[place_of(memo, bytes, length)];
    if (!slot->bytes || slot->length != length || memcmp(slot->bytes + memo->result_size, bytes, length) != 0)
        return NULL;
    return slot->bytes;
}

void memo_keep(struct memo *memo, const void *bytes, size_t length, const void *result)
{
    if (length > LONGEST)
        return;
    struct slot *slot = &memo->slots[place_of(memo, bytes, length)];
    slot->bytes = memory_resize(slot->bytes, length + memo->result_size, 1);
    slot->length = length;
    memcpy(slot->bytes, result, memo->result_size);
    if (length > 0)
        memcpy(slot->bytes + memo->result_size, bytes, length);
}
