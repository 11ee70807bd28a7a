/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_STREAM_ELAPSED_H
#define TLSWHY_STREAM_ELAPSED_H

/*
 * How long the capture has been watching, by the times of its packets. A clock that runs backwards makes it
 * stand still, and what passes between two captures does not count: silence is silence only while somebody
 * listens.
 */

#include <stdbool.h>
#include <stdint.h>

/* All zero is a capture that has not begun. */
struct elapsed {
    int64_t total; /* ns */
    int64_t at;    /* the latest time that was told */
    bool begun;
};

/* The capture is at `time`, but nobody watched since the time told before. */
static inline void elapsed_skip_to(struct elapsed *elapsed, int64_t time)
{
    elapsed->at = time;
    elapsed->begun = true;
}

static inline void elapsed_go_on_to(struct elapsed *elapsed, int64_t time)
{
    int64_t step, total;
    bool forward = elapsed->begun && time > elapsed->at;
    if (forward && (__builtin_sub_overflow(time, elapsed->at, &step) ||
                    __builtin_add_overflow(elapsed->total, step, &total)))
        total = INT64_MAX;
    if (forward)
        elapsed->total = total;
    elapsed_skip_to(elapsed, time);
}

#endif
