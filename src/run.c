/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run.h"

#include "base/clock.h"
#include "capture/decode.h"
#include "handshake/follow.h"
#include "rules/expression.h"
#include "signals.h"
#include "stream/connection.h"
#include "stream/datagrams.h"
#include "terminal.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TICK = 250 /* ms without packets before time is told to go on */ };

struct run {
    const struct options *options;
    const struct notice_sink *notices;
    struct rules *rules;
    struct expression *filter; /* NULL: every event is reported */
    struct follow *follow;
    struct report *report;
    struct totals totals;
    FILE *out;
    int write_error; /* errno of the output; 0: none */
    bool slow;       /* packets come as they happen: from an interface or a pipe */
    bool flush;      /* each event at once: somebody is waiting for it */
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
    if (options->rules.count == 0)
        fine = rules_read_builtin(rules, &errors);
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

static bool open_output(struct run *run)
{
    const char *path = run->options->output;
    run->out = path ? fopen(path, "we") : stdout;
    if (run->out)
        return true;
    notice_send(run->notices, NOTICE_ERROR, "cannot write to %s: %s", path, strerror(errno));
    return false;
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
        .several_inputs = options->inputs.count > 1,
        .fields = options->fields.items,
        .field_count = options->fields.count,
    };
    run->report = options->format->open(&report);
    run->slow = input_is_slow(options);
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
    if (run->out != stdout && fclose(run->out) != 0 && !run->write_error)
        run->write_error = errno;
    if (run->write_error && run->write_error != EPIPE)
        notice_send(run->notices, NOTICE_ERROR, "cannot write to %s: %s",
                    run->options->output ? run->options->output : "standard output",
                    strerror(run->write_error));
}

/* ---- Events -------------------------------------------------------------------------------------------- */

static void on_event(void *user, struct handshake *handshake)
{
    struct run *run = user;
    if (run->write_error)
        return;
    rules_judge(run->rules, handshake);
    if (run->filter && !expression_holds(run->filter, handshake)) {
        run->totals.events_unfit++;
        return;
    }
    totals_add(&run->totals, handshake);
    errno = 0;
    signals_hold();
    run->options->format->event(run->report, handshake);
    check_output(run);
    signals_release();
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

/* Where packets go: each table takes what is its own. */
struct tables {
    struct connections *connections; /* TCP */
    struct datagrams *datagrams;     /* UDP */
};

static void advance(const struct tables *tables, int64_t now)
{
    connections_advance(tables->connections, now);
    datagrams_advance(tables->datagrams, now);
}

static bool evict(const struct tables *tables)
{
    bool connection = connections_evict(tables->connections);
    return datagrams_evict(tables->datagrams) || connection;
}

static void take_packet(struct run *run, const struct tables *tables, const struct packet *packet)
{
    struct decoded decoded;
    enum decode_outcome outcome = decode_packet(packet, &decoded);
    totals_add_packet(&run->totals, packet, outcome, &decoded);
    if (outcome == DECODE_SEGMENT && decoded.segment.transport == SEGMENT_UDP) {
        datagrams_segment(tables->datagrams, &decoded.segment);
    } else if (outcome == DECODE_SEGMENT) {
        connections_segment(tables->connections, &decoded.segment);
    } else if (outcome == DECODE_ICMP_ERROR) {
        connections_icmp(tables->connections, &decoded.icmp);
        datagrams_icmp(tables->datagrams, &decoded.icmp);
    }
    advance(tables, packet->time);
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
        advance(tables, run->totals.last + now - run->idle_since);
}

/* A pipe has waited already, until the tick interrupted it; an interface is waited for here. */
static void wait_for_packets(struct run *run, const struct source *source, const struct tables *tables)
{
    struct pollfd descriptor = {.fd = source_descriptor(source), .events = POLLIN};
    if (run->options->interface && poll(&descriptor, descriptor.fd >= 0, TICK) > 0)
        return;
    let_time_pass(run, tables);
}

static bool is_over(const struct run *run)
{
    uint64_t limit = run->options->packet_limit;
    return signals_interrupted() || run->write_error || (limit > 0 && run->totals.packets >= limit);
}

/* Takes all that the source has; tells how it ended. */
static enum source_outcome take_packets(struct run *run, struct source *source, const struct tables *tables)
{
    struct packet packet;
    while (!is_over(run)) {
        enum source_outcome outcome = source_next(source, &packet);
        if (outcome == SOURCE_WAIT) {
            wait_for_packets(run, source, tables);
            continue;
        }
        if (outcome != SOURCE_PACKET)
            return outcome;
        run->idle_since = 0;
        take_packet(run, tables, &packet);
    }
    run->totals.interrupted = !run->options->interface;
    return SOURCE_END;
}

/* From the first packet to the last event. The source goes last: connections name it. */
static enum source_outcome take_source(struct run *run, struct source *source)
{
    struct connection_listener listener = follow_connection_listener(run->follow);
    struct datagram_listener datagram_listener = follow_datagram_listener(run->follow);
    struct tables tables = {.connections = connections_new(&listener, NULL, run->notices)};
    if (!tables.connections)
        return SOURCE_BROKEN;
    tables.datagrams = datagrams_new(&datagram_listener, NULL);
    uint64_t before = run->totals.packets;
    enum source_outcome outcome = take_packets(run, source, &tables);
    run->totals.dropped_by_kernel += source_dropped(source);
    run->totals.filtered_out += source_packets(source) - (run->totals.packets - before);
    connections_finish(tables.connections);
    datagrams_finish(tables.datagrams);
    follow_finish(run->follow);
    totals_add_connections(&run->totals, connections_totals(tables.connections));
    totals_add_datagrams(&run->totals, datagrams_totals(tables.datagrams));
    connections_free(tables.connections);
    datagrams_free(tables.datagrams);
    return outcome;
}

/* ---- Inputs -------------------------------------------------------------------------------------------- */

static const char *capture_filter(const struct options *options)
{
    return options->capture_filter.length > 0 ? options->capture_filter.bytes : NULL;
}

/* False when the capture filter makes no sense. */
static bool take_file(struct run *run, const char *path)
{
    const char *filter = capture_filter(run->options);
    run->totals.inputs++;
    struct source *source = source_open_file(path, run->notices);
    if (!source) {
        run->totals.inputs_unopened++;
        return true;
    }
    bool fine = !filter || source_set_filter(source, filter);
    if (fine)
        run->totals.inputs_broken += take_source(run, source) == SOURCE_BROKEN;
    source_close(source);
    return fine;
}

static void take_interface(struct run *run)
{
    const struct options *options = run->options;
    run->totals.inputs++;
    struct source *source =
        source_open_live(options->interface, capture_filter(options), &options->live, run->notices);
    if (source)
        run->totals.inputs_broken += take_source(run, source) == SOURCE_BROKEN;
    else
        run->totals.inputs_unopened++;
    source_close(source);
}

static bool take_inputs(struct run *run)
{
    if (run->options->interface) {
        take_interface(run);
        return true;
    }
    for (size_t i = 0; i < run->options->inputs.count && !is_over(run); i++)
        if (!take_file(run, run->options->inputs.items[i]))
            return false;
    return true;
}

/* ---- The run ------------------------------------------------------------------------------------------- */

static enum run_status finish(struct run *run)
{
    struct totals *totals = &run->totals;
    errno = 0;
    totals_sort(totals);
    signals_hold();
    bool anything = totals->inputs > totals->inputs_unopened;
    if (anything && !run->write_error)
        run->options->format->finish(run->report, totals);
    check_output(run);
    close_output(run);
    enum severity fail_on = run->options->fail_on;
    if (fail_on && totals->highest_severity >= fail_on)
        return RUN_FOUND;
    bool unwritten = run->write_error && run->write_error != EPIPE;
    return unwritten || totals->inputs_broken + totals->inputs_unopened > 0 ? RUN_INCOMPLETE : RUN_FINE;
}

static enum run_status run_inputs(struct run *run)
{
    struct follow_options options = {.tls_ports = run->options->tls_ports,
                                     .tls_port_count = run->options->tls_port_count};
    struct follow_listener listener = {.event = on_event, .user = run};
    if (!open_output(run))
        return RUN_INCOMPLETE;
    open_report(run);
    run->follow = follow_new(&options, &listener, run->notices);
    signals_tick(run->slow ? TICK : 0);
    bool fine = take_inputs(run);
    signals_tick(0);
    enum run_status status = fine ? finish(run) : RUN_USAGE;
    follow_free(run->follow);
    run->options->format->close(run->report);
    totals_free(&run->totals);
    return status;
}

enum run_status run(const struct options *options, const struct notice_sink *notices)
{
    struct run run = {.options = options, .notices = notices};
    enum run_status status = RUN_USAGE;
    signals_catch();
    run.rules = run_load_rules(options, notices);
    if (run.rules && compile_filter(&run))
        status = run_inputs(&run);
    expression_free(run.filter);
    rules_free(run.rules);
    return status;
}
