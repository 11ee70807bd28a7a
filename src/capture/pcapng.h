/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_PCAPNG_H
#define TLSWHY_CAPTURE_PCAPNG_H

/*
 * Reads pcapng files (draft-ietf-opsawg-pcapng): any number of sections, each with its byte order and its
 * interfaces, each of these with its link type and clock. Keeps the secrets blocks, up to a bound. The
 * reader borrows its struct reader and owns all else.
 */

#include "capture/reader.h"

struct pcapng_reader;

bool pcapng_recognizes(const uint8_t *bytes, size_t length);

struct pcapng_reader *pcapng_reader_new(struct reader *reader);

/* Fills all of `packet` but the origin. */
enum source_outcome pcapng_reader_next(struct pcapng_reader *pcapng, struct packet *packet);

/* As source_secrets_at(). */
const struct source_secrets *pcapng_reader_secrets_at(const struct pcapng_reader *pcapng, size_t index);

void pcapng_reader_free(struct pcapng_reader *pcapng);

#endif
