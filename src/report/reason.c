/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reason.h"

#include "report/text_parts.h"

/* Each says whether it is the reason, and then what it is. The first that is one is told. */
static bool filter_matched_none(const struct totals *totals, struct buffer *out)
{
    if (totals->packets > 0 || totals->filtered_out == 0)
        return false;
    buffer_add_string(out, "The capture filter matches none of the ");
    text_add_count(out, totals->filtered_out, "packet.", "packets.");
    return true;
}

static bool no_packets(const struct totals *totals, struct buffer *out)
{
    if (totals->packets > 0)
        return false;
    bool unread = totals->inputs > 0 && totals->inputs_unopened == totals->inputs;
    buffer_add_string(out, unread ? "Nothing could be read." : "There are no packets in it.");
    return true;
}

static bool unknown_link(const struct totals *totals, struct buffer *out)
{
    if (totals->decoded[DECODE_UNKNOWN_LINK] == 0 || totals->decoded[DECODE_SEGMENT] > 0)
        return false;
    char scratch[64];
    buffer_add_format(out, "Its packets are of %s, which tlswhy cannot read.",
                      decode_link_name(totals->unknown_link_type, scratch, sizeof scratch));
    return true;
}

static bool events_unfit(const struct totals *totals, struct buffer *out)
{
    if (totals->events_unfit == 0)
        return false;
    buffer_add_string(out, "The filter -Y left out ");
    text_add_count(out, totals->events_unfit, "connection, which is all there was.",
                   "connections, which are all there were.");
    return true;
}

static bool no_tcp(const struct totals *totals, struct buffer *out)
{
    if (totals->connections.connections > 0)
        return false;
    buffer_add_string(out, "None of the ");
    text_add_count(out, totals->packets, "packet holds", "packets holds");
    buffer_add_string(out, " TCP");
    if (totals->datagrams > 0) {
        buffer_add_string(out, "; ");
        text_add_count(out, totals->datagrams, "is UDP", "are UDP");
        bool unread = totals->stray_quic > 0 || totals->conversations > 0;
        buffer_add_string(out, unread ? ", but none of it shows how DTLS or QUIC began"
                                      : ", none of it DTLS or QUIC");
    }
    buffer_add_char(out, '.');
    return true;
}

static bool no_tls(const struct totals *totals, struct buffer *out)
{
    text_add_count(out, totals->connections.connections, "TCP connection is", "TCP connections are");
    buffer_add_string(out,
                      " there, but no TLS was seen on any, and none failed on its way to a port where TLS "
                      "was to be expected (--tls-port names further ports).");
    return true;
}

bool reason_is_unknown_link(const struct totals *totals)
{
    return totals->packets > 0 && totals->decoded[DECODE_UNKNOWN_LINK] == totals->packets;
}

void reason_add(struct buffer *out, const struct totals *totals)
{
    static bool (*const reasons[])(const struct totals *, struct buffer *) = {
        filter_matched_none, no_packets, unknown_link, events_unfit, no_tcp, no_tls};
    buffer_add_string(out, totals->events_unfit ? "No connection to report. " : "No TLS connection found. ");
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i](totals, out))
            break;
}
