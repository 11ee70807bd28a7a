/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "progress.h"

#include "base/clock.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MEGABYTE = 1000000 };

#define FIRST_AFTER (500 * CLOCK_MILLISECOND)
#define NEXT_AFTER  (200 * CLOCK_MILLISECOND)

/* ECMA-48: back to the first column, and erase to the end of the line. */
static const char erase[] = "\r\033[K";

struct progress {
    FILE *terminal;
    int64_t begun, due;
    bool shown;
};

static int64_t time_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

struct progress *progress_on(FILE *terminal)
{
    const char *kind = getenv("TERM");
    if (!isatty(fileno(terminal)) || !kind || strcmp(kind, "dumb") == 0)
        return NULL;
    struct progress *progress = memory_new(1, sizeof *progress);
    progress->terminal = terminal;
    progress->begun = time_now();
    progress->due = progress->begun + FIRST_AFTER;
    return progress;
}

static void add_rate(struct buffer *out, double bytes_per_second)
{
    double megabytes = bytes_per_second / MEGABYTE;
    buffer_add_format(out, megabytes < 10 ? ", %.1f MB/s" : ", %.0f MB/s", megabytes);
}

static void add_time_left(struct buffer *out, double seconds)
{
    if (seconds >= 3600)
        buffer_add_format(out, ", %.1f h left", seconds / 3600);
    else if (seconds >= 100)
        buffer_add_format(out, ", %.0f min left", seconds / 60);
    else
        buffer_add_format(out, ", %.0f s left", seconds);
}

/* A file that is still being written can grow beyond what it was. */
void progress_describe(struct buffer *out, uint64_t done, uint64_t all, int64_t elapsed)
{
    double rate = elapsed > 0 ? (double)done / ((double)elapsed / CLOCK_SECOND) : 0;
    if (all >= done && all > 0)
        buffer_add_format(out, "%.0f %% read", 100 * (double)done / (double)all);
    else
        buffer_add_format(out, "%.0f MB read", (double)done / MEGABYTE);
    add_rate(out, rate);
    if (all >= done && all > 0 && rate > 0)
        add_time_left(out, (double)(all - done) / rate);
}

void progress_show(struct progress *progress, uint64_t done, uint64_t all)
{
    if (!progress)
        return;
    int64_t now = time_now();
    if (now < progress->due)
        return;
    struct buffer line = {0};
    buffer_add_string(&line, erase);
    progress_describe(&line, done, all, now - progress->begun);
    fwrite(line.bytes, 1, line.length, progress->terminal);
    fflush(progress->terminal);
    buffer_free(&line);
    progress->shown = true;
    progress->due = now + NEXT_AFTER;
}

void progress_hide(struct progress *progress)
{
    if (!progress || !progress->shown)
        return;
    fputs(erase, progress->terminal);
    fflush(progress->terminal);
    progress->shown = false;
}

void progress_free(struct progress *progress)
{
    progress_hide(progress);
    free(progress);
}
