/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/timeline.h"

#include "base/clock.h"
#include "base/memory.h"
#include "capture/file_list.h"
#include "capture/filter.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of files that are merged so many are open at once, and while they take no more memory than that. Some
 * descriptors are left for others. Of more than a few files each gets little memory. */
enum { MOST_OPEN = 512, MOST_MEMORY = 12 * 1024 * 1024, OTHER_DESCRIPTORS = 24, FEW = 32 };

/* A file that begins so long after the end of those before it, or so little before it, goes on with them:
 * several processors can hand over packets out of order. */
#define LONGEST_PAUSE (300 * CLOCK_SECOND)
#define DISORDER      (10 * CLOCK_MILLISECOND)

/* An input of the run: a file, or an interface. */
struct track {
    const char *path;
    uint32_t index;  /* in the order given */
    int64_t begins;  /* time of its first packet, as far as it is known */
    uint64_t size;   /* bytes; 0 where it is no file */
    bool opens_once; /* what was read of it is gone */
    bool endless;    /* nobody knows how much comes */
    struct source *source;
    struct packet head; /* read and not yet handed out, with `has_head` */
    bool has_head;
    bool begun; /* a packet of it was handed out or announced */
};

struct timeline {
    struct notice_sink notices;
    const char *filter;
    bool sorts;
    struct file_list files;
    struct track *tracks;
    size_t count;
    size_t next; /* track to be opened next */
    struct track *open[MOST_OPEN];
    size_t open_count, open_most;
    struct track *current;    /* that handed out `last` */
    struct packet last;       /* while several are open */
    const struct track *left; /* that ended last */
    int64_t latest;           /* time of the capture at hand's latest packet */
    bool begun;               /* the capture at hand has a packet */
    bool told_order;
    struct places *places;
    struct timeline_totals totals;
    uint64_t bytes_done; /* of files that are closed */
    uint64_t bytes_all;  /* of all files; 0: nobody knows */
};

/* ---- Tracks -------------------------------------------------------------------------------------------- */

static bool open_track(struct timeline *t, struct track *track, const struct notice_sink *notices)
{
    bool many = t->sorts && t->count > FEW;
    track->source = many ? source_open_spare(track->path, notices) : source_open_file(track->path, notices);
    if (track->source && t->filter)
        source_set_filter(track->source, t->filter);
    return track->source != NULL;
}

static void close_track(struct timeline *t, struct track *track)
{
    t->totals.packets += source_packets(track->source);
    t->totals.dropped += source_dropped(track->source);
    t->bytes_done += track->size;
    source_close(track->source);
    track->source = NULL;
}

static void leave_track(struct timeline *t, struct track *track, enum source_outcome how)
{
    size_t at = 0;
    while (t->open[at] != track)
        at++;
    t->open_count--;
    memmove(&t->open[at], &t->open[at + 1], (t->open_count - at) * sizeof t->open[0]);
    t->totals.broken += how == SOURCE_BROKEN;
    t->left = track;
    if (t->current == track)
        t->current = NULL;
    close_track(t, track);
}

static void leave_unopened(struct timeline *t, const struct track *track)
{
    t->totals.unopened++;
    t->bytes_done += track->size;
}

static void enter_track(struct timeline *t, struct track *track)
{
    if (track->source || open_track(t, track, &t->notices))
        t->open[t->open_count++] = track;
    else
        leave_unopened(t, track);
}

/* Reads the packet that comes next; a track that has none is left. False: one has to wait for it. */
static bool read_head(struct timeline *t, struct track *track)
{
    enum source_outcome outcome = source_next(track->source, &track->head);
    track->has_head = outcome == SOURCE_PACKET;
    if (outcome == SOURCE_END || outcome == SOURCE_BROKEN)
        leave_track(t, track, outcome);
    return outcome != SOURCE_WAIT;
}

static bool read_heads(struct timeline *t)
{
    for (size_t i = t->open_count; i-- > 0;)
        if (!t->open[i]->has_head && !read_head(t, t->open[i]))
            return false;
    return true;
}

static struct track *earliest_head(const struct timeline *t)
{
    struct track *earliest = NULL;
    for (size_t i = 0; i < t->open_count; i++) {
        struct track *track = t->open[i];
        if (!earliest || track->head.time < earliest->head.time ||
            (track->head.time == earliest->head.time && track->index < earliest->index))
            earliest = track;
    }
    return earliest;
}

/* ---- Opening in time ----------------------------------------------------------------------------------- */

static bool is_crowded(const struct timeline *t)
{
    size_t memory = 0;
    for (size_t i = 0; i < t->open_count; i++)
        memory += source_memory(t->open[i]->source);
    return t->open_count >= t->open_most || memory > MOST_MEMORY;
}

static void tell_crowd(struct timeline *t)
{
    if (!t->totals.late)
        notice_send(&t->notices, NOTICE_WARNING,
                    "%s: overlaps more files than can be merged at once (%zu); its packets come late",
                    t->tracks[t->next].path, t->open_count);
    t->totals.late = true;
}

/* The next file has to be opened: nothing else is open, or it begins before what would come now. */
static bool next_is_due(struct timeline *t)
{
    if (t->next == t->count)
        return false;
    const struct track *earliest = earliest_head(t);
    if (!earliest)
        return true;
    if (!t->sorts || t->tracks[t->next].begins > earliest->head.time)
        return false;
    if (!is_crowded(t))
        return true;
    tell_crowd(t);
    return false;
}

/* Each open track gets its head, and each track that is due is opened. */
static bool prepare(struct timeline *t)
{
    bool ready = read_heads(t);
    while (ready && next_is_due(t)) {
        enter_track(t, &t->tracks[t->next++]);
        ready = read_heads(t);
    }
    return ready;
}

/* ---- One capture or several ---------------------------------------------------------------------------- */

/* "trace1.pcap" and "trace10.pcap": members of one ring, as far as names tell. */
static bool names_are_alike(const char *a, const char *b)
{
    for (;; a++, b++) {
        a += strspn(a, "0123456789");
        b += strspn(b, "0123456789");
        if (*a != *b)
            return false;
        if (*a == '\0')
            return true;
    }
}

/* Captures of other days in any order are nothing to speak of. */
static void tell_order(struct timeline *t, const struct track *track)
{
    bool overlap = track->begins >= t->left->begins;
    if (t->told_order || t->sorts || (!overlap && !names_are_alike(track->path, t->left->path)))
        return;
    notice_send(
        &t->notices, NOTICE_INFORMATION,
        "%s begins before %s ends, so each is read as a capture of its own; --sort-files makes one of them",
        track->path, t->left->path);
    t->told_order = true;
}

static bool goes_on(const struct timeline *t, const struct track *track)
{
    int64_t pause = track->begins - t->latest;
    return pause <= LONGEST_PAUSE && (pause >= 0 || (pause >= -DISORDER && track->begins >= t->left->begins));
}

/* How a track's first packet stands to what came before. */
static enum timeline_outcome announce(struct timeline *t, struct track *track)
{
    bool overlaps = t->open_count > 1;
    track->begun = true;
    track->begins = track->head.time;
    if (!t->begun || overlaps)
        return TIMELINE_PACKET;
    if (goes_on(t, track))
        return TIMELINE_AFTER;
    if (track->begins < t->latest)
        tell_order(t, track);
    t->begun = false;
    return TIMELINE_ANEW;
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

static bool is_same(const struct packet *a, const struct packet *b)
{
    return a->time == b->time && a->captured == b->captured && a->length == b->length &&
           a->link_type == b->link_type && memcmp(a->bytes, b->bytes, a->captured) == 0;
}

/* Where files overlap, a packet can be in several of them. The last one's bytes are there until its track is
 * read on. */
static void drop_duplicates(struct timeline *t)
{
    for (size_t i = 0; t->current && i < t->open_count; i++) {
        struct track *track = t->open[i];
        if (track != t->current && track->has_head && is_same(&track->head, &t->last)) {
            track->has_head = false;
            track->begun = true;
            t->totals.duplicates++;
        }
    }
}

static enum timeline_outcome hand_out(struct timeline *t, struct track *track, struct packet *packet)
{
    packet->input = track->index;
    packet->number = places_add(t->places, packet->origin, packet->number);
    if (!t->begun || packet->time > t->latest)
        t->latest = packet->time;
    t->begun = true;
    return TIMELINE_PACKET;
}

/* There is but one open track, and it is not to be left before its end. */
static bool is_simple(const struct timeline *t)
{
    return t->open_count == 1 && t->open[0]->begun && !t->open[0]->has_head &&
           (!t->sorts || t->next == t->count);
}

static enum timeline_outcome next_of_several(struct timeline *t, struct packet *packet)
{
    if (t->open_count > 1)
        drop_duplicates(t);
    if (!prepare(t))
        return TIMELINE_WAIT;
    struct track *track = earliest_head(t);
    if (!track)
        return TIMELINE_END;
    enum timeline_outcome outcome = track->begun ? TIMELINE_PACKET : announce(t, track);
    *packet = track->head;
    if (outcome != TIMELINE_PACKET)
        return outcome;
    track->has_head = false;
    hand_out(t, track, packet);
    t->current = track;
    t->last = *packet;
    return TIMELINE_PACKET;
}

enum timeline_outcome timeline_next(struct timeline *t, struct packet *packet)
{
    while (is_simple(t)) {
        struct track *track = t->open[0];
        enum source_outcome outcome = source_next(track->source, packet);
        if (outcome == SOURCE_PACKET)
            return hand_out(t, track, packet);
        if (outcome == SOURCE_WAIT)
            return TIMELINE_WAIT;
        leave_track(t, track, outcome);
    }
    return next_of_several(t, packet);
}

/* ---- Building ------------------------------------------------------------------------------------------ */

/* As the system allows. */
static size_t most_open(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= MOST_OPEN + OTHER_DESCRIPTORS)
        return MOST_OPEN;
    return limit.rlim_cur > OTHER_DESCRIPTORS ? (size_t)limit.rlim_cur - OTHER_DESCRIPTORS : 1;
}

static struct timeline *timeline_new(const char *filter, const struct notice_sink *notices)
{
    struct timeline *t = memory_new(1, sizeof *t);
    t->notices = notices ? *notices : (struct notice_sink){0};
    t->filter = filter;
    t->open_most = most_open();
    t->places = places_new();
    return t;
}

static bool filter_makes_sense(const struct timeline *t)
{
    struct filter *filter = t->filter ? filter_new(t->filter, &t->notices) : NULL;
    bool sense = filter || !t->filter;
    filter_free(filter);
    return sense;
}

static struct track track_of(const char *path, size_t index)
{
    struct track track = {.path = path, .index = (uint32_t)index, .begins = INT64_MIN};
    struct stat status;
    bool standard = strcmp(path, "-") == 0;
    bool there = (standard ? fstat(STDIN_FILENO, &status) : stat(path, &status)) == 0;
    bool regular = there && S_ISREG(status.st_mode);
    track.size = regular ? (uint64_t)status.st_size : 0;
    track.opens_once = standard || (there && !regular);
    track.endless = there && !regular;
    return track;
}

static void add_tracks(struct timeline *t)
{
    bool endless = false;
    t->count = t->files.count;
    t->tracks = memory_new(t->count, sizeof *t->tracks);
    for (size_t i = 0; i < t->count; i++) {
        t->tracks[i] = track_of(t->files.paths[i], i);
        t->bytes_all += t->tracks[i].size;
        endless = endless || t->tracks[i].endless;
    }
    if (endless)
        t->bytes_all = 0;
}

/* What can be opened but once stays open. What can't be opened, or has no packet, comes first. */
static void look_at_beginning(struct timeline *t, struct track *track)
{
    struct packet packet;
    if (track->opens_once && open_track(t, track, &t->notices)) {
        track->has_head = source_next(track->source, &track->head) == SOURCE_PACKET;
        track->begins = track->has_head ? track->head.time : INT64_MIN;
    } else if (!track->opens_once && open_track(t, track, NULL)) {
        if (source_next(track->source, &packet) == SOURCE_PACKET)
            track->begins = packet.time;
        source_close(track->source);
        track->source = NULL;
    }
}

static int by_beginning(const void *a, const void *b)
{
    const struct track *x = a, *y = b;
    if (x->begins != y->begins)
        return x->begins < y->begins ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static void sort_tracks(struct timeline *t)
{
    for (size_t i = 0; i < t->count; i++)
        look_at_beginning(t, &t->tracks[i]);
    qsort(t->tracks, t->count, sizeof *t->tracks, by_beginning);
    for (size_t i = 0; i < t->count; i++)
        t->tracks[i].index = (uint32_t)i;
}

struct timeline *timeline_over_files(const struct timeline_options *options,
                                     const struct notice_sink *notices)
{
    struct timeline *t = timeline_new(options->filter, notices);
    t->sorts = options->sort;
    if (!filter_makes_sense(t)) {
        timeline_free(t);
        return NULL;
    }
    for (size_t i = 0; i < options->count; i++)
        if (!file_list_add(&t->files, options->paths[i], &t->notices))
            t->totals.unopened++;
    t->totals.inputs = t->files.count + t->totals.unopened;
    add_tracks(t);
    if (t->sorts)
        sort_tracks(t);
    return t;
}

struct timeline *timeline_over_interface(const char *interface, const char *filter,
                                         const struct source_live_options *options,
                                         const struct notice_sink *notices)
{
    struct source *source = source_open_live(interface, filter, options, notices);
    if (!source)
        return NULL;
    struct timeline *t = timeline_new(NULL, notices);
    t->totals.inputs = 1;
    t->tracks = memory_new(1, sizeof *t->tracks);
    t->tracks[0] = (struct track){.path = interface, .source = source, .begun = true};
    t->count = t->next = 1;
    t->open[t->open_count++] = &t->tracks[0];
    return t;
}

void timeline_free(struct timeline *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        source_close(t->tracks[i].source);
    free(t->tracks);
    file_list_free(&t->files);
    places_free(t->places);
    free(t);
}

/* ---- Questions ----------------------------------------------------------------------------------------- */

int64_t timeline_latest(const struct timeline *t)
{
    return t->latest;
}

const struct places *timeline_places(const struct timeline *t)
{
    return t->places;
}

int timeline_descriptor(const struct timeline *t)
{
    return t->open_count == 1 ? source_descriptor(t->open[0]->source) : -1;
}

size_t timeline_files(const struct timeline *t)
{
    return t->files.count;
}

struct timeline_totals timeline_totals(const struct timeline *t)
{
    struct timeline_totals totals = t->totals;
    for (size_t i = 0; i < t->open_count; i++) {
        totals.packets += source_packets(t->open[i]->source) - t->open[i]->has_head;
        totals.dropped += source_dropped(t->open[i]->source);
    }
    return totals;
}

void timeline_progress(const struct timeline *t, uint64_t *done, uint64_t *all)
{
    *done = t->bytes_done;
    *all = t->bytes_all;
    for (size_t i = 0; i < t->open_count; i++)
        *done += source_position(t->open[i]->source);
}
