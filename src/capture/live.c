/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/live.h"

#include "base/clock.h"
#include "base/memory.h"
#include "capture/link_type.h"
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPSHOT_LENGTH = 262144, TIMEOUT = 100 /* ms */, KIB = 1024, LARGEST_BUFFER_KIB = 2 * KIB * KIB - 1 };

struct live {
    pcap_t *pcap;
    const char *name;
    struct notice_sink notices;
    uint16_t link_type;
    int64_t fraction; /* nanoseconds in the unit of a time stamp's second part */
    uint64_t packets;
};

/* libpcap counts both in int. */
static int limited(uint32_t value, uint32_t most)
{
    return (int)(value < most ? value : most);
}

/* None of these can fail before the handle is activated, but for what the interface can't do: then the
 * defaults hold. Not in immediate mode: on Linux that gives each packet of the ring a slot of the largest
 * size, so that a burst of small packets overflows it; the timeout hands over what there is soon enough. */
static void set_options(pcap_t *pcap, const struct source_live_options *options)
{
    uint32_t snapshot = options->snapshot_length;
    pcap_set_snaplen(pcap, snapshot > 0 ? limited(snapshot, SNAPSHOT_LENGTH) : SNAPSHOT_LENGTH);
    pcap_set_promisc(pcap, options->promiscuous);
    pcap_set_timeout(pcap, TIMEOUT);
    if (options->buffer_kib > 0)
        pcap_set_buffer_size(pcap, limited(options->buffer_kib, LARGEST_BUFFER_KIB) * KIB);
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

/* libpcap says in a second text what the status alone does not, where it has one. */
static bool activate(struct live *live)
{
    int status = pcap_activate(live->pcap);
    const char *text = pcap_statustostr(status), *detail = pcap_geterr(live->pcap);
    if (*detail && (status == PCAP_ERROR || status == PCAP_WARNING || strcmp(text, detail) == 0)) {
        text = detail;
        detail = "";
    }
    if (status != 0)
        notice_send(&live->notices, status < 0 ? NOTICE_ERROR : NOTICE_WARNING, "%s: %s%s%s", live->name,
                    text, *detail ? ": " : "", detail);
    return status >= 0;
}

static bool set_filter(struct live *live, const char *filter)
{
    struct bpf_program code;
    if (!filter)
        return true;
    if (pcap_compile(live->pcap, &code, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        notice_send(&live->notices, NOTICE_ERROR, "filter \"%s\": %s", filter, pcap_geterr(live->pcap));
        return false;
    }
    bool set = pcap_setfilter(live->pcap, &code) == 0;
    if (!set)
        notice_send(&live->notices, NOTICE_ERROR, "%s: filter \"%s\": %s", live->name, filter,
                    pcap_geterr(live->pcap));
    pcap_freecode(&code);
    return set;
}

static bool start(struct live *live, const char *filter)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    if (!activate(live) || !set_filter(live, filter))
        return false;
    if (pcap_setnonblock(live->pcap, 1, error) != 0) {
        notice_send(&live->notices, NOTICE_ERROR, "%s: %s", live->name, error);
        return false;
    }
    live->link_type = link_type_from_dlt(pcap_datalink(live->pcap));
    bool nanoseconds = pcap_get_tstamp_precision(live->pcap) == PCAP_TSTAMP_PRECISION_NANO;
    live->fraction = nanoseconds ? 1 : CLOCK_MICROSECOND;
    return true;
}

struct live *live_open(const char *name, const char *filter, const struct source_live_options *options,
                       const struct notice_sink *notices)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_create(name, error);
    if (!pcap) {
        notice_send(notices, NOTICE_ERROR, "%s: %s", name, error);
        return NULL;
    }
    struct live *live = memory_new(1, sizeof *live);
    live->pcap = pcap;
    live->name = name;
    live->notices = notices ? *notices : (struct notice_sink){0};
    set_options(pcap, options);
    if (start(live, filter))
        return live;
    live_close(live);
    return NULL;
}

enum source_outcome live_next(struct live *live, struct packet *packet)
{
    struct pcap_pkthdr *header;
    const uint8_t *bytes;
    int status = pcap_next_ex(live->pcap, &header, &bytes);
    if (status == 0)
        return SOURCE_WAIT;
    if (status < 0) {
        notice_send(&live->notices, NOTICE_ERROR, "%s: %s", live->name, pcap_geterr(live->pcap));
        return SOURCE_BROKEN;
    }
    *packet = (struct packet){
        .number = ++live->packets,
        .time = (int64_t)header->ts.tv_sec * CLOCK_SECOND + (int64_t)header->ts.tv_usec * live->fraction,
        .bytes = bytes,
        .captured = header->caplen,
        .length = header->len > header->caplen ? header->len : header->caplen,
        .link_type = live->link_type,
    };
    return SOURCE_PACKET;
}

int live_descriptor(const struct live *live)
{
    return pcap_get_selectable_fd(live->pcap);
}

uint64_t live_dropped(const struct live *live)
{
    struct pcap_stat statistics;
    return pcap_stats(live->pcap, &statistics) == 0 ? statistics.ps_drop : 0;
}

void live_close(struct live *live)
{
    pcap_close(live->pcap);
    free(live);
}
