/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/filter.h"

#include "base/memory.h"
#include "capture/decode.h"
#include "capture/link_type.h"
#include <pcap/pcap.h>
#include <stdlib.h>

enum { SNAPSHOT_LENGTH = 262144, MOST_PROGRAMS = 64, MESSAGE = 512 };

/* The filter for one link type. */
struct program {
    uint16_t link_type;
    bool usable;
    struct bpf_program code;
};

struct filter {
    char *text;
    struct notice_sink notices;
    struct program programs[MOST_PROGRAMS];
    size_t count;
    const struct program *last; /* of the packet before, nearly always the next one's too */
    bool overflowed;
};

static bool compile(const char *text, uint16_t link_type, struct bpf_program *code, char message[MESSAGE])
{
    pcap_t *dead = pcap_open_dead(link_type_to_dlt(link_type), SNAPSHOT_LENGTH);
    if (!dead) {
        snprintf(message, MESSAGE, "libpcap has no memory left");
        return false;
    }
    bool compiled = pcap_compile(dead, code, text, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!compiled)
        snprintf(message, MESSAGE, "%s", pcap_geterr(dead));
    pcap_close(dead);
    return compiled;
}

/* Some filters make sense for one kind of link only ("ether host ..."), so several get a try. */
static bool compiles_somewhere(const char *text, const struct notice_sink *notices)
{
    static const uint16_t common[] = {1, 101, 113,
                                      9, 0,   105}; /* Ethernet, IP, Linux cooked, PPP, BSD, 802.11 */
    char first[MESSAGE], message[MESSAGE];
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        struct bpf_program code;
        if (compile(text, common[i], &code, i == 0 ? first : message)) {
            pcap_freecode(&code);
            return true;
        }
    }
    notice_send(notices, NOTICE_ERROR, "filter \"%s\": %s", text, first);
    return false;
}

struct filter *filter_new(const char *text, const struct notice_sink *notices)
{
    if (!compiles_somewhere(text, notices))
        return NULL;
    struct filter *filter = memory_new(1, sizeof *filter);
    filter->text = memory_copy_string(text);
    filter->notices = notices ? *notices : (struct notice_sink){0};
    return filter;
}

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->count; i++)
        if (filter->programs[i].usable)
            pcap_freecode(&filter->programs[i].code);
    free(filter->text);
    free(filter);
}

static void tell_useless(const struct filter *filter, const struct packet *packet, const char *why)
{
    char scratch[64];
    notice_send(&filter->notices, NOTICE_WARNING,
                "%s: filter \"%s\" can't be used on %s, whose packets are left out: %s", packet->origin,
                filter->text, decode_link_name(packet->link_type, scratch, sizeof scratch), why);
}

static const struct program *add_program(struct filter *filter, const struct packet *packet)
{
    char message[MESSAGE];
    if (filter->count == MOST_PROGRAMS) {
        if (!filter->overflowed)
            tell_useless(filter, packet, "too many link types");
        filter->overflowed = true;
        return NULL;
    }
    struct program *program = &filter->programs[filter->count++];
    program->link_type = packet->link_type;
    program->usable = compile(filter->text, packet->link_type, &program->code, message);
    if (!program->usable)
        tell_useless(filter, packet, message);
    return program;
}

static const struct program *program_for(struct filter *filter, const struct packet *packet)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->programs[i].link_type == packet->link_type)
            return &filter->programs[i];
    return add_program(filter, packet);
}

bool filter_matches(struct filter *filter, const struct packet *packet)
{
    if (!filter->last || filter->last->link_type != packet->link_type)
        filter->last = program_for(filter, packet);
    if (!filter->last || !filter->last->usable)
        return false;
    const struct pcap_pkthdr header = {.caplen = packet->captured, .len = packet->length};
    return pcap_offline_filter(&filter->last->code, &header, packet->bytes) != 0;
}
