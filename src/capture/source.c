/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/source.h"

#include "base/memory.h"
#include "capture/decompress.h"
#include "capture/filter.h"
#include "capture/foreign.h"
#include "capture/live.h"
#include "capture/pcap.h"
#include "capture/pcapng.h"
#include "capture/snoop.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Enough of a file to tell what it is. */
enum { FIRST_BYTES = 24 };

/* What the kinds of source differ in. `state` is the kind's own; NULL functions have nothing to say. */
struct source_kind {
    bool (*recognizes)(const uint8_t *bytes, size_t length);
    void *(*open)(struct reader *reader);
    enum source_outcome (*next)(void *state, struct packet *packet);
    const struct source_secrets *(*secrets_at)(const void *state, size_t index);
    int (*descriptor)(const void *state);
    uint64_t (*dropped)(const void *state);
    void (*close)(void *state);
};

struct source {
    const struct source_kind *kind;
    void *state;
    const char *name;
    struct reader reader; /* of the kinds that read files */
    struct notice_sink notices;
    struct filter *filter;
    uint64_t packets;
    bool spare; /* one of very many */
    bool ended;
    enum source_outcome end;
};

static void *open_pcap(struct reader *reader)
{
    return pcap_reader_new(reader);
}

static enum source_outcome next_pcap(void *state, struct packet *packet)
{
    return pcap_reader_next(state, packet);
}

static void close_pcap(void *state)
{
    pcap_reader_free(state);
}

static void *open_pcapng(struct reader *reader)
{
    return pcapng_reader_new(reader);
}

static enum source_outcome next_pcapng(void *state, struct packet *packet)
{
    return pcapng_reader_next(state, packet);
}

static const struct source_secrets *secrets_of_pcapng(const void *state, size_t index)
{
    return pcapng_reader_secrets_at(state, index);
}

static void close_pcapng(void *state)
{
    pcapng_reader_free(state);
}

static void *open_snoop(struct reader *reader)
{
    return snoop_reader_new(reader);
}

static enum source_outcome next_snoop(void *state, struct packet *packet)
{
    return snoop_reader_next(state, packet);
}

static uint64_t dropped_of_snoop(const void *state)
{
    return snoop_reader_dropped(state);
}

static void close_snoop(void *state)
{
    snoop_reader_free(state);
}

static enum source_outcome next_live(void *state, struct packet *packet)
{
    return live_next(state, packet);
}

static int descriptor_of_live(const void *state)
{
    return live_descriptor(state);
}

static uint64_t dropped_of_live(const void *state)
{
    return live_dropped(state);
}

static void close_live(void *state)
{
    live_close(state);
}

static const struct source_kind file_kinds[] = {
    {.recognizes = pcap_recognizes, .open = open_pcap, .next = next_pcap, .close = close_pcap},
    {.recognizes = pcapng_recognizes,
     .open = open_pcapng,
     .next = next_pcapng,
     .secrets_at = secrets_of_pcapng,
     .close = close_pcapng},
    {.recognizes = snoop_recognizes,
     .open = open_snoop,
     .next = next_snoop,
     .dropped = dropped_of_snoop,
     .close = close_snoop},
};

static const struct source_kind live_kind = {
    .next = next_live, .descriptor = descriptor_of_live, .dropped = dropped_of_live, .close = close_live};

static struct source *source_new(const char *name, const struct notice_sink *notices)
{
    struct source *source = memory_new(1, sizeof *source);
    source->name = name;
    source->notices = notices ? *notices : (struct notice_sink){0};
    return source;
}

/* A file shorter than that may still be one, or say what else it is. False, after a notice, when reading
 * fails. */
static bool first_bytes(struct source *source, const uint8_t **bytes, size_t *length)
{
    struct input *input = source->reader.input;
    *bytes = reader_peek_first(&source->reader, FIRST_BYTES);
    *length = *bytes ? FIRST_BYTES : input_available(input);
    if (!*bytes && input_status(input) == INPUT_FAILED) {
        notice_send(&source->notices, NOTICE_ERROR, "%s: %s", source->name, input_failure(input));
        return false;
    }
    *bytes = input_peek(input, *length);
    return true;
}

/* Sets a decompressor between the input and the reader where the bytes ask for one. */
static bool decompress(struct source *source)
{
    const uint8_t *bytes;
    size_t length;
    if (!first_bytes(source, &bytes, &length))
        return false;
    const struct decompress_format *format = decompress_recognize(bytes, length);
    if (!format)
        return true;
    if (decompress_is_built_in(format)) {
        source->reader.input = decompress_input(source->reader.input, format);
        if (source->spare)
            input_spare(source->reader.input);
        return true;
    }
    notice_send(
        &source->notices, NOTICE_ERROR,
        "%s: compressed with %s, which this program was built without (%s was missing); decompress it "
        "first: %s FILE | tlswhy -r -",
        source->name, decompress_name(format), decompress_library(format), decompress_tool(format));
    return false;
}

static const struct source_kind *kind_of(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof file_kinds / sizeof file_kinds[0]; i++)
        if (file_kinds[i].recognizes(bytes, length))
            return &file_kinds[i];
    return NULL;
}

static bool open_by_content(struct source *source)
{
    const uint8_t *bytes;
    size_t length;
    if (!decompress(source) || !first_bytes(source, &bytes, &length))
        return false;
    source->kind = kind_of(bytes, length);
    if (source->kind)
        source->state = source->kind->open(&source->reader);
    else
        foreign_tell(source->name, bytes, length, &source->notices);
    return source->state != NULL;
}

static void set_input(struct source *source, struct input *input)
{
    source->reader = (struct reader){.input = input, .name = source->name, .notices = source->notices};
}

/* Takes the input over. */
static struct source *open_input(struct source *source, struct input *input)
{
    set_input(source, input);
    if (open_by_content(source))
        return source;
    source_close(source);
    return NULL;
}

/* -1 after a notice. */
static int open_descriptor(const char *path, const char *name, const struct notice_sink *notices)
{
    bool standard = strcmp(path, "-") == 0;
    int descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    const char *why = NULL;
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        why = strerror(errno);
    else if (S_ISDIR(status.st_mode))
        why = "a directory, not a capture file";
    else if (standard && isatty(descriptor))
        why = "a terminal; a capture should come in here";
    if (!why)
        return descriptor;
    notice_send(notices, NOTICE_ERROR, "%s: %s", name, why);
    if (descriptor >= 0 && !standard)
        close(descriptor);
    return -1;
}

static struct source *open_file(const char *path, bool spare, const struct notice_sink *notices)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    int descriptor = open_descriptor(path, name, notices);
    if (descriptor < 0)
        return NULL;
    struct input *input = input_over_descriptor(descriptor);
    struct source *source = source_new(name, notices);
    source->spare = spare;
    if (spare)
        input_spare(input);
    return open_input(source, input);
}

struct source *source_open_file(const char *path, const struct notice_sink *notices)
{
    return open_file(path, false, notices);
}

struct source *source_open_spare(const char *path, const struct notice_sink *notices)
{
    return open_file(path, true, notices);
}

bool source_may_be_capture(const char *path)
{
    const uint8_t *bytes;
    size_t length;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return true;
    struct source *source = source_new(path, NULL);
    set_input(source, input_over_descriptor(descriptor));
    bool may = !decompress(source) || !first_bytes(source, &bytes, &length) || kind_of(bytes, length);
    source_close(source);
    return may;
}

struct source *source_open_memory(const char *name, const uint8_t *bytes, size_t length,
                                  const struct notice_sink *notices)
{
    return open_input(source_new(name, notices), input_over_memory(bytes, length));
}

struct source *source_open_live(const char *interface, const char *filter,
                                const struct source_live_options *options, const struct notice_sink *notices)
{
    struct source *source = source_new(interface, notices);
    source->kind = &live_kind;
    source->state = live_open(source->name, filter, options, notices);
    if (source->state)
        return source;
    source_close(source);
    return NULL;
}

bool source_set_filter(struct source *source, const char *filter)
{
    struct filter *compiled = filter_new(filter, &source->notices);
    if (!compiled)
        return false;
    filter_free(source->filter);
    source->filter = compiled;
    return true;
}

enum source_outcome source_next(struct source *source, struct packet *packet)
{
    if (source->ended)
        return source->end;
    packet->input = 0; /* the timeline knows better where there are several */
    for (;;) {
        enum source_outcome outcome = source->kind->next(source->state, packet);
        if (outcome == SOURCE_WAIT)
            return outcome;
        if (outcome != SOURCE_PACKET) {
            source->ended = true;
            source->end = outcome;
            return outcome;
        }
        source->packets++;
        packet->origin = source->name;
        if (!source->filter || filter_matches(source->filter, packet))
            return outcome;
    }
}

int source_descriptor(const struct source *source)
{
    return source->kind->descriptor ? source->kind->descriptor(source->state) : -1;
}

uint64_t source_dropped(const struct source *source)
{
    return source->kind->dropped ? source->kind->dropped(source->state) : 0;
}

uint64_t source_packets(const struct source *source)
{
    return source->packets;
}

uint64_t source_position(const struct source *source)
{
    return source->reader.input ? input_position(source->reader.input) : 0;
}

size_t source_memory(const struct source *source)
{
    return source->reader.input ? input_memory(source->reader.input) : 0;
}

const struct source_secrets *source_secrets_at(const struct source *source, size_t index)
{
    return source->kind->secrets_at ? source->kind->secrets_at(source->state, index) : NULL;
}

void source_close(struct source *source)
{
    if (!source)
        return;
    if (source->state)
        source->kind->close(source->state);
    filter_free(source->filter);
    input_free(source->reader.input);
    free(source);
}
