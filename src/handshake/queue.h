/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_QUEUE_H
#define TLSWHY_HANDSHAKE_QUEUE_H

/*
 * Handshakes that wait, first in, first out, while what decides about them may still come. The table of
 * connections has forgotten theirs by then, so the queue keeps a copy of each. It owns what is in it.
 */

#include "handshake/handshake.h"

struct queue {
    struct queued *first, **end; /* all zero is empty and valid */
    uint32_t count;
    size_t bytes; /* memory held, roughly */
};

struct queued {
    struct queued *next;
    struct connection connection;
    struct handshake *handshake;
    int64_t until; /* ns of the capture's time */
};

/* Owns the handshake from now on. */
void queue_add(struct queue *queue, struct handshake *handshake, int64_t until);

/* The first, which the caller frees with queued_free(); NULL: empty. */
struct queued *queue_take(struct queue *queue);

void queued_free(struct queued *queued);
void queue_clear(struct queue *queue); /* frees what is in it */

#endif
