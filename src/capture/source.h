/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_SOURCE_H
#define TLSWHY_CAPTURE_SOURCE_H

/*
 * A source is where packets come from: a capture file, standard input, or a live interface. The caller owns
 * it and takes packets from it one by one; the packet's bytes belong to the source until the next call.
 * Which kind of source it is shows only in how it was opened.
 */

#include "base/notice.h"
#include "capture/packet.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

enum source_outcome {
    SOURCE_PACKET, /* a packet is there */
    SOURCE_WAIT,   /* live: nothing to read now; poll source_descriptor(). Files: a signal came; ask again */
    SOURCE_END,    /* the input ended where it should */
    SOURCE_BROKEN  /* the input broke off or is corrupt; a notice named it, with offset */
};

/* What is kept of secrets blocks in pcapng files (pcapng section 4.7); type is the block's secrets type. */
struct source_secrets {
    uint32_t type;
    const uint8_t *bytes;
    size_t length;
};

/* Opens a capture file by its content, which may be compressed; "-" is standard input. NULL after a notice.
 * The path is the name that packets give as their origin, and lives as long as anybody needs that. */
struct source *source_open_file(const char *path, const struct notice_sink *notices);

/* The same for one of very many files that are open at once: it takes less memory, and more time. */
struct source *source_open_spare(const char *path, const struct notice_sink *notices);

/* False where a file's first bytes say that it is no capture; what can't be read may be one. */
bool source_may_be_capture(const char *path);

/* The same as source_open_file() over bytes in memory, which must outlive the source: for tests and fuzzing.
 */
struct source *source_open_memory(const char *name, const uint8_t *bytes, size_t length,
                                  const struct notice_sink *notices);

struct source_live_options {
    uint32_t snapshot_length; /* bytes of each packet, 0: 262144 */
    uint32_t buffer_kib;      /* the kernel's buffer, 0: libpcap's default */
    bool promiscuous;
};

/* Opens a live interface with an optional BPF filter (NULL: none). NULL after a notice. */
struct source *source_open_live(const char *interface, const char *filter,
                                const struct source_live_options *options, const struct notice_sink *notices);

/* The file's link types come to light packet by packet, so the filter is compiled for each when it is first
 * met. False after a notice when it does not compile. Skipped packets keep their numbers. */
bool source_set_filter(struct source *source, const char *filter);

enum source_outcome source_next(struct source *source, struct packet *packet);

/* For poll(); -1 for files. */
int source_descriptor(const struct source *source);

/* Packets that got lost before they could be captured, so far: live as libpcap counts them, in snoop files as
 * these do. Other files: 0. */
uint64_t source_dropped(const struct source *source);

/* Packets read so far, those that a filter skipped included. */
uint64_t source_packets(const struct source *source);

/* Bytes of the file read so far, before decompression; live: 0. */
uint64_t source_position(const struct source *source);

/* Bytes of memory that reading takes. */
size_t source_memory(const struct source *source);

/* The secrets blocks met so far; `index` from 0; NULL behind the last. They live as long as the source. */
const struct source_secrets *source_secrets_at(const struct source *source, size_t index);

void source_close(struct source *source); /* NULL is fine */

#endif
