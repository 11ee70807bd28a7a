/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_EARLY_H
#define TLSWHY_STREAM_EARLY_H

/*
 * Segments that came before what they answer: they acknowledge bytes that the capture has not shown yet, as
 * where it took the two directions from different queues. They wait until those bytes come, so that what
 * follows from what stays in order. Bytes that were not captured are not waited for long, nor again and
 * again.
 */

#include "stream/tracked.h"

/* The arrival came early; a copy of it was kept, and it is not to be looked at now. */
bool early_keep(struct tracked *t, const struct arrival *a);

/* A segment that waits no longer, for which what it answers has come with the packet at hand; where nobody
 * waits for that any more it keeps its own moment. Its payload lives until the next call. `end`: none is to
 * wait any longer. False: there is none. */
bool early_take(struct tracked *t, struct moment now, bool end, struct arrival *a);

void early_free(struct tracked *t);

#endif
