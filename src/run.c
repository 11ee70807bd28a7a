/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include "absent.h"
#include "base/clock.h"
#include "base/memory.h"
#include "capture/fragments.h"
#include "capture/timeline.h"
#include "handshake/follow.h"
#include "progress.h"
#include "report/certificate_files.h"
#include "report/reason.h"
#include "rules/expression.h"
#include "signals.h"
#include "stream/connection.h"
#include "stream/datagrams.h"
#include "tell.h"
#include "terminal.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK = 250,            /* ms without packets before time is told to go on */
    PROGRESS_EVERY = 1024, /* packets; then the clock is looked at */
    OUTPUT_ROOM = 65536,   /* bytes that are written at once */
};

struct run {
    const struct options *options;
    const struct notice_sink *notices;
    struct notice_sink sink;        /* what `notices` is once progress may be shown */
    const struct notice_sink *told; /* where `notices` leads to in the end */
    struct rules *rules;
    struct expression *filter; /* NULL: every event is reported */
    struct timeline *timeline;
    struct fragments *fragments;
    struct progress *progress; /* NULL: none is shown */
    struct told beforehand;
    struct follow *follow;
    struct report *report;
    struct certificate_files *certificate_files; /* NULL: none are written */
    struct totals totals;
    FILE *out;
    char *out_room;   /* its buffer */
    int write_error;  /* errno of the output; 0: none */
    bool waits;       /* some input is no file: a read may take long */
    bool slow;        /* packets come as they happen: from an interface or a pipe */
    bool on_terminal; /* the output is one */
    bool flush;       /* each event at once: somebody is waiting for it */
    int64_t
        idle_since; /* monotonic time when there was nothing to read after the last packet; 0: there was */
};

/* ---- Rules and filters --------------------------------------------------------------------------------- */

static void tell_lines(const struct notice_sink *notices, struct buffer *lines)
{
    char *rest = NULL;
    for (char *line = lines->bytes ? strtok_r(lines->bytes, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest))
        notice_send(notices, NOTICE_ERROR, "%s", line);
    buffer_free(lines);
}

struct rules *run_load_rules(const struct options *options, const struct notice_sink *notices)
{
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    bool fine = true;
    fine = rules_read_builtin_stacks(rules, &errors);
    if (options->rules.count == 0)
        fine = rules_read_builtin(rules, &errors) && fine;
    for (size_t i = 0; i < options->rules.count; i++)
        fine = rules_read_file(rules, options->rules.items[i], &errors) && fine;
    fine = fine && rules_complete(rules, &errors);
    tell_lines(notices, &errors);
    if (fine)
        return rules;
    rules_free(rules);
    return NULL;
}

static bool compile_filter(struct run *run)
{
    const char *text = run->options->event_filter;
    if (!text)
        return true;
    struct buffer error = {0};
    struct expression_place place = {.file = "-Y", .line = 1, .column = 1};
    run->filter = expression_compile(text, strlen(text), place, &error);
    tell_lines(run->notices, &error);
    return run->filter != NULL;
}

/* ---- The output ---------------------------------------------------------------------------------------- */

static const char standard_output[] = "standard output";

static bool open_output(struct run *run)
{
    const char *path = run->options->output;
    int descriptor = path ? -1 : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    run->out = path ? fopen(path, "we") : fdopen(descriptor, "w");
    if (!run->out) {
        notice_send(run->notices, NOTICE_ERROR, "cannot write to %s: %s", path ? path : standard_output,
                    strerror(errno));
        return false;
    }
    run->out_room = memory_new(OUTPUT_ROOM, 1);
    setvbuf(run->out, run->out_room, _IOFBF, OUTPUT_ROOM);
    return true;
}

/* True where no certificates are wanted, too. */
static bool open_certificate_files(struct run *run)
{
    const char *folder = run->options->export_certs;
    struct buffer error = {0};
    if (folder)
        run->certificate_files = certificate_files_open(folder, &error);
    bool opened = !folder || run->certificate_files;
    if (!opened)
        notice_send(run->notices, NOTICE_ERROR, "%s", error.bytes);
    buffer_free(&error);
    return opened;
}

static bool finish_certificate_files(const struct run *run)
{
    return !run->certificate_files || certificate_files_finish(run->certificate_files, run->notices);
}

static bool is_file_or_folder(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && stat(path, &status) == 0 &&
           (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

static bool input_waits(const struct options *options)
{
    for (size_t i = 0; i < options->inputs.count; i++)
        if (!is_file_or_folder(options->inputs.items[i]))
            return true;
    return options->interface;
}

static bool input_is_slow(const struct options *options)
{
    struct stat status;
    if (options->interface)
        return true;
    for (size_t i = 0; i < options->inputs.count; i++)
        if (strcmp(options->inputs.items[i], "-") == 0)
            return fstat(STDIN_FILENO, &status) == 0 && !S_ISREG(status.st_mode);
    return false;
}

static void open_report(struct run *run)
{
    const struct options *options = run->options;
    struct terminal terminal = terminal_of(run->out);
    struct report_options report = {
        .out = run->out,
        .colour = terminal.colour,
        .unicode = terminal.unicode,
        .width = terminal.width,
        .quiet = options->quiet,
        .verbose = options->verbose,
        .certificates = options->certificates,
        .several_inputs = timeline_files(run->timeline) > 1,
        .fields = options->fields.items,
        .field_count = options->fields.count,
    };
    run->report = options->format->open(&report);
    run->slow = input_is_slow(options);
    run->on_terminal = terminal.interactive;
    run->flush = terminal.interactive || run->slow;
}

/* A reader that went away (head, less) is no error, but the end of the run. */
static void check_output(struct run *run)
{
    if (run->flush)
        fflush(run->out);
    if (ferror(run->out) && !run->write_error)
        run->write_error = errno ? errno : EIO;
}

static void close_output(struct run *run)
{
    errno = 0;
    if (fflush(run->out) != 0 && !run->write_error)
        run->write_error = errno ? errno : EIO;
    if (fclose(run->out) != 0 && !run->write_error)
        run->write_error = errno;
    free(run->out_room);
    if (run->write_error && run->write_error != EPIPE)
        notice_send(run->notices, NOTICE_ERROR, "cannot write to %s: %s",
                    run->options->output ? run->options->output : standard_output,
                    strerror(run->write_error));
}

/* ---- Events -------------------------------------------------------------------------------------------- */

static void on_event(void *user, struct handshake *handshake)
{
    struct run *run = user;
    if (run->write_error)
        return;
    const struct places *places = timeline_places(run->timeline);
    handshake->places = places_are_plain(places) ? NULL : places;
    if (run->beforehand.awaited)
        awaited_see_connection(run->beforehand.awaited, handshake);
    rules_judge(run->rules, handshake);
    if (run->filter && !expression_holds(run->filter, handshake)) {
        run->totals.events_unfit++;
        return;
    }
    totals_add(&run->totals, handshake);
    errno = 0;
    if (run->waits)
        signals_hold();
    if (run->on_terminal)
        progress_hide(run->progress);
    run->options->format->event(run->report, handshake);
    check_output(run);
    if (run->certificate_files)
        certificate_files_add(run->certificate_files, handshake);
    if (run->waits)
        signals_release();
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

/* Where packets go: each table takes what is its own. */
struct tables {
    struct connections *connections; /* TCP */
    struct datagrams *datagrams;     /* UDP */
};

static void advance(const struct run *run, const struct tables *tables, int64_t now)
{
    connections_advance(tables->connections, now);
    datagrams_advance(tables->datagrams, now);
    follow_advance(run->follow, now);
}

static bool evict(const struct tables *tables)
{
    bool connection = connections_evict(tables->connections);
    return datagrams_evict(tables->datagrams) || connection;
}

static void take_decoded(const struct run *run, const struct tables *tables, enum decode_outcome outcome,
                         const struct decoded *decoded)
{
    if (outcome == DECODE_SEGMENT && run->beforehand.awaited)
        awaited_see_segment(run->beforehand.awaited, &decoded->segment);
    if (outcome == DECODE_SEGMENT && decoded->segment.transport == SEGMENT_UDP) {
        datagrams_segment(tables->datagrams, &decoded->segment);
    } else if (outcome == DECODE_SEGMENT) {
        connections_segment(tables->connections, &decoded->segment);
    } else if (outcome == DECODE_ICMP_ERROR) {
        connections_icmp(tables->connections, &decoded->icmp);
        datagrams_icmp(tables->datagrams, &decoded->icmp);
        follow_icmp(run->follow, &decoded->icmp);
    }
}

static void take_packet(struct run *run, const struct tables *tables, const struct packet *packet)
{
    struct decoded decoded;
    enum decode_outcome outcome = fragments_decode(run->fragments, packet, &decoded);
    totals_add_packet(&run->totals, packet, outcome, &decoded);
    take_decoded(run, tables, outcome, &decoded);
    while (decoded.further.length > 0)
        take_decoded(run, tables, fragments_decode_further(run->fragments, packet, &decoded), &decoded);
    advance(run, tables, packet->time);
    while (follow_is_filling(run->follow) && connections_release(tables->connections))
        ;
    while (follow_is_crowded(run->follow) && evict(tables))
        ;
}

static int64_t monotonic_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec;
}

/* Nothing came for a while: the capture's time goes on all the same, so that what has ended is reported. */
static void let_time_pass(struct run *run, const struct tables *tables)
{
    int64_t now = monotonic_time();
    if (run->idle_since == 0)
        run->idle_since = now;
    if (run->totals.packets > 0)
        advance(run, tables, timeline_latest(run->timeline) + now - run->idle_since);
}

/* A pipe has waited already, until the tick interrupted it; an interface is waited for here. */
static void wait_for_packets(struct run *run, const struct tables *tables)
{
    struct pollfd descriptor = {.fd = timeline_descriptor(run->timeline), .events = POLLIN};
    if (run->options->interface && poll(&descriptor, descriptor.fd >= 0, TICK) > 0)
        return;
    let_time_pass(run, tables);
}

static bool is_over(const struct run *run)
{
    uint64_t limit = run->options->packet_limit;
    return signals_interrupted() || run->write_error || (limit > 0 && run->totals.packets >= limit);
}

/* False when libnids does not start. */
static bool open_tables(struct run *run, struct tables *tables)
{
    struct connection_listener listener = follow_connection_listener(run->follow);
    struct datagram_listener datagram_listener = follow_datagram_listener(run->follow);
    tables->connections = connections_new(&listener, NULL, run->notices);
    if (!tables->connections)
        return false;
    tables->datagrams = datagrams_new(&datagram_listener, NULL);
    return true;
}

/* A capture ends here: what is open is finished and reported. */
static void close_tables(struct run *run, struct tables *tables)
{
    follow_end(run->follow);
    connections_finish(tables->connections);
    datagrams_finish(tables->datagrams);
    follow_finish(run->follow);
    totals_add_connections(&run->totals, connections_totals(tables->connections));
    totals_add_datagrams(&run->totals, datagrams_totals(tables->datagrams));
    connections_free(tables->connections);
    datagrams_free(tables->datagrams);
    *tables = (struct tables){0};
}

static void skip_to(const struct tables *tables, int64_t now)
{
    connections_skip_to(tables->connections, now);
    datagrams_skip_to(tables->datagrams, now);
}

static void show_progress(const struct run *run)
{
    uint64_t done, all;
    if (!run->progress)
        return;
    timeline_progress(run->timeline, &done, &all);
    progress_show(run->progress, done, all);
}

/* False when there is nothing more to take, or no place to put it. */
static bool take_next(struct run *run, struct tables *tables)
{
    struct packet packet;
    switch (timeline_next(run->timeline, &packet)) {
    case TIMELINE_PACKET:
        run->idle_since = 0;
        take_packet(run, tables, &packet);
        if (run->totals.packets % PROGRESS_EVERY == 0)
            show_progress(run);
        return true;
    case TIMELINE_WAIT:
        show_progress(run);
        wait_for_packets(run, tables);
        return true;
    case TIMELINE_AFTER:
        skip_to(tables, packet.time);
        return true;
    case TIMELINE_ANEW:
        close_tables(run, tables);
        return open_tables(run, tables);
    case TIMELINE_END:
        break;
    }
    return false;
}

static void take_packets(struct run *run)
{
    struct tables tables;
    bool more = open_tables(run, &tables);
    while (more && !is_over(run))
        more = take_next(run, &tables);
    run->totals.interrupted = more && !run->options->interface;
    if (tables.connections)
        close_tables(run, &tables);
    else
        run->totals.inputs_broken++;
}

/* ---- Inputs -------------------------------------------------------------------------------------------- */

static const char *capture_filter(const struct options *options)
{
    return options->capture_filter.length > 0 ? options->capture_filter.bytes : NULL;
}

/* False, after a notice, when there is nothing that could be read from. */
static bool open_timeline(struct run *run)
{
    const struct options *options = run->options;
    const struct timeline_options files = {.paths = options->inputs.items,
                                           .count = options->inputs.count,
                                           .filter = capture_filter(options),
                                           .sort = options->sort_files};
    if (options->interface)
        run->timeline = timeline_over_interface(options->interface, capture_filter(options), &options->live,
                                                run->notices);
    else
        run->timeline = timeline_over_files(&files, run->notices);
    return run->timeline != NULL;
}

static void add_up_inputs(struct run *run)
{
    struct totals *totals = &run->totals;
    struct timeline_totals read = timeline_totals(run->timeline);
    totals->inputs += read.inputs;
    totals->inputs_broken += read.broken;
    totals->inputs_unopened += read.unopened;
    totals->dropped_by_kernel += read.dropped;
    totals->duplicates += read.duplicates;
    totals->filtered_out += read.packets - read.duplicates - totals->packets;
}

/* ---- The run ------------------------------------------------------------------------------------------- */

/* Where no summary says why there is nothing. */
static void tell_reason(const struct run *run)
{
    const struct options *options = run->options;
    bool unknown_link = reason_is_unknown_link(&run->totals);
    uint64_t events = run->totals.events + run->totals.events_unfit;
    if (events > 0 || (options->quiet ? !unknown_link : options->format->summarizes))
        return;
    struct buffer text = {0};
    reason_add(&text, &run->totals);
    notice_send(run->notices, unknown_link ? NOTICE_WARNING : NOTICE_INFORMATION, "%s", text.bytes);
    buffer_free(&text);
}

static enum run_status finish(struct run *run)
{
    struct totals *totals = &run->totals;
    errno = 0;
    totals->fragments = fragments_totals(run->fragments);
    totals->stray_quic = follow_stray_quic(run->follow);
    totals_sort(totals);
    absent_judge(&run->beforehand, run->rules, totals);
    signals_hold();
    bool anything = totals->inputs > totals->inputs_unopened;
    if (anything && !run->write_error)
        run->options->format->finish(run->report, totals);
    check_output(run);
    close_output(run);
    if (anything)
        tell_reason(run);
    if (run->options->quiet || !run->options->format->summarizes)
        absent_tell(totals, run->notices);
    bool exported = finish_certificate_files(run);
    enum severity fail_on = run->options->fail_on;
    if (fail_on && totals->highest_severity >= fail_on)
        return RUN_FOUND;
    bool unwritten = run->write_error && run->write_error != EPIPE;
    bool unread = totals->inputs_broken + totals->inputs_unopened > 0 ||
                  timeline_totals(run->timeline).late || reason_is_unknown_link(totals);
    return unwritten || unread || !exported ? RUN_INCOMPLETE : RUN_FINE;
}

static enum run_status report_inputs(struct run *run)
{
    struct follow_options options = {.tls_ports = run->options->tls_ports,
                                     .tls_port_count = run->options->tls_port_count,
                                     .told = &run->beforehand};
    struct follow_listener listener = {.event = on_event, .user = run};
    if (!open_certificate_files(run) || !open_output(run))
        return RUN_INCOMPLETE;
    open_report(run);
    run->follow = follow_new(&options, &listener, run->notices);
    run->fragments = fragments_new();
    signals_tick(run->slow ? TICK : 0);
    take_packets(run);
    signals_tick(0);
    progress_hide(run->progress);
    add_up_inputs(run);
    enum run_status status = finish(run);
    follow_free(run->follow);
    fragments_free(run->fragments);
    run->options->format->close(run->report);
    totals_free(&run->totals);
    return status;
}

/* What the run has to say and what it shows of its progress share a terminal. */
static void tell_between_progress(void *user, enum notice_level level, const char *text)
{
    const struct run *run = user;
    progress_hide(run->progress);
    run->told->tell(run->told->user, level, text);
}

/* The timeline goes last: connections name its files. */
static enum run_status run_inputs(struct run *run)
{
    run->sink = (struct notice_sink){.tell = tell_between_progress, .user = run};
    if (!run->options->quiet && !run->options->interface)
        run->progress = progress_on(stderr);
    run->told = run->notices;
    run->notices = &run->sink;
    enum run_status status = run->options->interface ? RUN_INCOMPLETE : RUN_USAGE;
    if (open_timeline(run))
        status = report_inputs(run);
    certificate_files_free(run->certificate_files);
    timeline_free(run->timeline);
    progress_free(run->progress);
    return status;
}

enum run_status run(const struct options *options, const struct notice_sink *notices)
{
    struct run run = {.options = options, .notices = notices, .waits = input_waits(options)};
    enum run_status status = RUN_USAGE;
    signals_catch(run.waits);
    run.rules = run_load_rules(options, notices);
    if (run.rules && compile_filter(&run) && tell_load(&run.beforehand, options, notices))
        status = run_inputs(&run);
    tell_free(&run.beforehand);
    expression_free(run.filter);
    rules_free(run.rules);
    return status;
}
