/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_PCAP_H
#define TLSWHY_CAPTURE_PCAP_H

/*
 * Reads classic pcap files (draft-ietf-opsawg-pcap) in both byte orders, with microseconds or nanoseconds,
 * and the variants of other writers: a patched libpcap, Ixia, AIX. The reader borrows its struct reader.
 */

#include "capture/reader.h"

struct pcap_reader;

/* Whether a file that begins so is one; `length` may be anything. */
bool pcap_recognizes(const uint8_t *bytes, size_t length);

/* Reads the file header. NULL after a notice. */
struct pcap_reader *pcap_reader_new(struct reader *reader);

/* Fills all of `packet` but the origin. */
enum source_outcome pcap_reader_next(struct pcap_reader *pcap, struct packet *packet);

void pcap_reader_free(struct pcap_reader *pcap);

#endif
