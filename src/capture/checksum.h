/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_CHECKSUM_H
#define TLSWHY_CAPTURE_CHECKSUM_H

/*
 * The Internet checksum (RFC 1071). A sum is kept in the machine's own byte order, of which the result does
 * not depend, and eight bytes are added at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adds bytes that begin at an even offset of what is summed. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t length);

/* The sum of a whole packet with its checksum in place. */
bool checksum_is_right(uint64_t sum);

#endif
