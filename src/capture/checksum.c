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

/* Less than eight bytes. Where in a word they stand does not matter, as long as it is at an even place. */
static inline uint64_t add_rest(uint64_t sum, const uint8_t *bytes, size_t length)
{
    if (length & 4) {
        uint32_t four;
        memcpy(&four, bytes, sizeof four);
        sum = add(sum, four);
        bytes += 4;
    }
    if (length & 2) {
        uint16_t two;
        memcpy(&two, bytes, sizeof two);
        sum = add(sum, two);
        bytes += 2;
    }
    uint16_t last = 0;
    if (length & 1)
        memcpy(&last, bytes, 1);
    return add(sum, last);
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
    return add_rest(sum, bytes, length);
}

bool checksum_is_right(uint64_t sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}
