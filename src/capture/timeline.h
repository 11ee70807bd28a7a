/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_TIMELINE_H
#define TLSWHY_CAPTURE_TIMELINE_H

/*
 * A timeline is all packets of a run in one order: those of a live interface, or those of capture files.
 * Files come in the order given, or, when they are to be sorted, by the times of their packets, those that
 * overlap being merged. Where a file goes on soon after the end of those before it, as in a ring of rotated
 * files, it is one capture with them; otherwise a capture of its own.
 *
 * The packets' numbers go up through the whole run; timeline_places() leads back to the numbers in the files.
 * The timeline owns its sources and the names of the files, which live until timeline_free().
 */

#include "capture/places.h"
#include "capture/source.h"

struct timeline;

enum timeline_outcome {
    TIMELINE_PACKET,
    TIMELINE_WAIT,  /* as SOURCE_WAIT */
    TIMELINE_AFTER, /* the next packet comes at packet->time, and nobody watched since the last one */
    TIMELINE_ANEW,  /* the next packet begins a capture of its own: what is open now is cut off */
    TIMELINE_END
};

struct timeline_options {
    const char *const *paths; /* files, folders, "-"; must live as long as the timeline */
    size_t count;
    const char *filter; /* NULL: none */
    bool sort;
};

/* NULL, after a notice, when the filter makes no sense. Files that can't be opened are told of in their turn.
 */
struct timeline *timeline_over_files(const struct timeline_options *options,
                                     const struct notice_sink *notices);

/* NULL after a notice. `interface` must live as long as the timeline. */
struct timeline *timeline_over_interface(const char *interface, const char *filter,
                                         const struct source_live_options *options,
                                         const struct notice_sink *notices);

void timeline_free(struct timeline *timeline); /* NULL is fine */

enum timeline_outcome timeline_next(struct timeline *timeline, struct packet *packet);

/* Time of the latest packet handed out of the capture at hand. */
int64_t timeline_latest(const struct timeline *timeline);

const struct places *timeline_places(const struct timeline *timeline);

/* For poll(); -1 where there is nothing to poll. */
int timeline_descriptor(const struct timeline *timeline);

/* Files that the paths stand for. */
size_t timeline_files(const struct timeline *timeline);

struct timeline_totals {
    uint64_t inputs, unopened, broken; /* files, folders without captures, interfaces */
    uint64_t packets;                  /* read, those that the filter left out included */
    uint64_t duplicates;               /* packets of one file that another holds too, left out */
    uint64_t dropped;                  /* as source_dropped() */
    bool late; /* of too many files at once: packets did not come in the order of their times */
};

struct timeline_totals timeline_totals(const struct timeline *timeline);

/* Bytes of the files read so far, and in all; `all` is 0 where nobody knows. */
void timeline_progress(const struct timeline *timeline, uint64_t *done, uint64_t *all);

#endif
