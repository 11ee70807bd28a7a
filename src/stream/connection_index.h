/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_CONNECTION_INDEX_H
#define TLSWHY_STREAM_CONNECTION_INDEX_H

/* Finds connections by their endpoints, and keeps them in the order in which they fell silent. */

#include "stream/tracked.h"

void index_start(struct connection_index *index);
void index_free(struct connection_index *index);

/* Names a pair of endpoints, in whichever order they are given. */
uint64_t index_hash(const struct connection_index *index, const struct endpoint *a, const struct endpoint *b);

/* `half` becomes the one that has the endpoint `source`. NULL: none. */
struct tracked *index_find(struct connection_index *index, const struct endpoint *source,
                           const struct endpoint *destination, int *half);
void index_add(struct connection_index *index, struct tracked *tracked);
void index_remove(struct connection_index *index, struct tracked *tracked);

/* The connection was seen just now: to the end of the list of its class. */
void idle_add(struct idle_list *lists, struct tracked *tracked, enum idle_class class);
void idle_move(struct idle_list *lists, struct tracked *tracked, enum idle_class class);
void idle_remove(struct idle_list *lists, struct tracked *tracked);

#endif
