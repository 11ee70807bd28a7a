/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_SNOOP_H
#define TLSWHY_CAPTURE_SNOOP_H

/*
 * Reads snoop files (RFC 1761), which Solaris writes. The reader borrows its struct reader.
 */

#include "capture/reader.h"

struct snoop_reader;

bool snoop_recognizes(const uint8_t *bytes, size_t length);

/* Reads the file header. NULL after a notice. */
struct snoop_reader *snoop_reader_new(struct reader *reader);

/* Fills all of `packet` but the origin. */
enum source_outcome snoop_reader_next(struct snoop_reader *snoop, struct packet *packet);

/* Packets that got lost, as the file counts them up to the last packet read. */
uint64_t snoop_reader_dropped(const struct snoop_reader *snoop);

void snoop_reader_free(struct snoop_reader *snoop);

#endif
