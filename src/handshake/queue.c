/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/queue.h"

#include "base/memory.h"
#include "handshake/transcript.h"
#include <stdlib.h>

static size_t size_of(const struct queued *queued)
{
    return sizeof *queued + sizeof *queued->handshake + arena_size(queued->handshake->arena);
}

void queue_add(struct queue *queue, struct handshake *handshake, int64_t until)
{
    struct queued *queued = memory_new(1, sizeof *queued);
    queued->connection = *handshake->connection;
    queued->handshake = handshake;
    queued->until = until;
    handshake->connection = &queued->connection;
    if (!queue->first)
        queue->end = &queue->first;
    *queue->end = queued;
    queue->end = &queued->next;
    queue->count++;
    queue->bytes += size_of(queued);
}

struct queued *queue_take(struct queue *queue)
{
    struct queued *queued = queue->first;
    if (!queued)
        return NULL;
    queue->first = queued->next;
    queue->count--;
    queue->bytes -= size_of(queued);
    return queued;
}

void queued_free(struct queued *queued)
{
    handshake_free(queued->handshake);
    free(queued);
}

void queue_clear(struct queue *queue)
{
    struct queued *queued;
    while ((queued = queue_take(queue)))
        queued_free(queued);
}
