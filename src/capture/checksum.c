/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/checksum.h"

#include <string.h>

/* Addition in ones' complement: the carry comes back in. */
static inline uint64_t add(uint64_t sum, uint64_t word)
{
    sum += word;
    return sum + (sum < word);
}

static inline uint64_t load(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t length)
{
    uint64_t second = 0, third = 0, fourth = 0;
    for (; length >= 32; length -= 32, bytes += 32) {
        sum = add(sum, load(bytes));
        second = add(second, load(bytes + 8));
        third = add(third, load(bytes + 16));
        fourth = add(fourth, load(bytes + 24));
    }
    sum = add(add(sum, second), add(third, fourth));
    for (; length >= 8; length -= 8, bytes += 8)
        sum = add(sum, load(bytes));
    uint64_t rest = 0;
    memcpy(&rest, bytes, length);
    return add(sum, rest);
}

bool checksum_is_right(uint64_t sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}
