/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_TEXT_RUNGS_H
#define TLSWHY_REPORT_TEXT_RUNGS_H

/*
 * The rungs of a ladder (report/text_ladder.h): what happened on a connection, one short text each, in the
 * order of the packets. The caller owns the collection.
 */

#include "handshake/handshake.h"
#include "report/page.h"

/* What stands in one packet is told in this order: nothing before the SYN, nothing behind the close. */
enum rank { RANK_OPEN, RANK_MESSAGE, RANK_HIDDEN, RANK_CLOSE };

struct rung {
    struct moment seen;
    enum side from; /* SIDE_NOBODY: neither end sent it */
    enum rank rank;
    enum ink ink;
    size_t text; /* where it begins in the texts */
};

struct rungs {
    struct buffer texts; /* each with a NUL behind it */
    struct rung *items;
    size_t count, room;
};

void rungs_collect(struct rungs *rungs, const struct handshake *handshake);
void rungs_free(struct rungs *rungs); /* what it owns, not itself */

static inline const char *rungs_text(const struct rungs *rungs, size_t index)
{
    return rungs->texts.bytes + rungs->items[index].text;
}

#endif
