/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preamble/preamble.h"

#include "base/memory.h"
#include "preamble/protocol.h"
#include <stdlib.h>
#include <string.h>

/* The first that recognises the bytes is taken, unless a later one is at home at the server's port. */
static const struct protocol *const tables[] = {
    preamble_proxies, preamble_text, preamble_tagged, preamble_databases, preamble_tds, preamble_binary,
};
enum { TABLES = sizeof tables / sizeof *tables };

struct preamble *preamble_new(uint16_t server_port)
{
    struct preamble *preamble = memory_new(1, sizeof *preamble);
    preamble->server_port = server_port;
    preamble->due = 1;
    return preamble;
}

void preamble_free(struct preamble *preamble)
{
    free(preamble);
}

size_t preamble_size(void)
{
    return sizeof(struct preamble);
}

const struct preamble_facts *preamble_facts(const struct preamble *preamble)
{
    return &preamble->facts;
}

bool preamble_failed(const struct preamble_facts *facts, bool closed)
{
    if (facts->tunnel && !facts->tunnel_opened)
        return facts->tunnel_answered || closed;
    if (facts->continued)
        return false;
    if (facts->asked)
        return facts->refused || closed;
    return facts->client_left || (facts->not_offered && facts->masked && closed);
}

/* ---- What a protocol's function may do ------------------------------------------------------------------
 */

void preamble_text_set(struct preamble_text *text, const void *bytes, size_t length)
{
    text->length = (uint32_t)(length < sizeof text->bytes ? length : sizeof text->bytes);
    if (text->length > 0)
        memcpy(text->bytes, bytes, text->length);
}

void preamble_reply_code(struct preamble *preamble, uint32_t code)
{
    preamble->facts.has_reply_code = true;
    preamble->facts.reply_code = code;
}

void preamble_reply_text(struct preamble *preamble, struct cursor text)
{
    preamble_text_set(&preamble->facts.reply, text.at, text.left);
}

/* The protocol is one that leads to TLS. */
static void note_protocol(struct preamble *preamble)
{
    preamble->facts.spoken = preamble->protocol->name;
    preamble->facts.protocol = preamble->protocol->name;
    preamble->facts.negotiates = preamble->protocol->negotiates;
}

void preamble_offer(struct preamble *preamble, bool offered)
{
    struct preamble_facts *facts = &preamble->facts;
    facts->offered |= offered;
    facts->not_offered = !facts->offered;
    facts->negotiates = true;
    facts->offer_seen = preamble->now;
}

void preamble_ask(struct preamble *preamble)
{
    struct preamble_facts *facts = &preamble->facts;
    note_protocol(preamble);
    facts->asked = true;
    facts->asked_seen = preamble->now;
    facts->accepted = facts->refused = facts->continued = facts->has_reply_code = false;
    facts->reply.length = 0;
    facts->extra_bytes[SPEAKER_CLIENT] = 0;
    facts->extra_seen = (struct moment){0};
    preamble->due_until_answer = preamble->due;
    preamble->lane[SPEAKER_CLIENT].state = LANE_TLS;
}

void preamble_accept(struct preamble *preamble)
{
    preamble->facts.accepted = true;
    preamble->facts.refused = false;
    preamble->facts.reply_seen = preamble->now;
    preamble->due_until_answer = 0;
    preamble->lane[SPEAKER_CLIENT].state = preamble->lane[SPEAKER_SERVER].state = LANE_TLS;
}

/* What the client sent behind its request was meant for the plain conversation then. */
void preamble_refuse(struct preamble *preamble)
{
    struct preamble_facts *facts = &preamble->facts;
    facts->refused = true;
    facts->continued |= facts->extra_bytes[SPEAKER_CLIENT] > 0;
    facts->extra_bytes[SPEAKER_CLIENT] = 0;
    facts->extra_seen = (struct moment){0};
    facts->reply_seen = preamble->now;
    preamble->due_until_answer = 0;
    if (preamble->lane[SPEAKER_CLIENT].state == LANE_TLS)
        preamble->lane[SPEAKER_CLIENT].state = LANE_UNITS;
}

void preamble_continue(struct preamble *preamble)
{
    preamble->facts.continued = true;
}

void preamble_client_left(struct preamble_facts *facts)
{
    facts->client_left = facts->not_offered && !facts->asked && !facts->continued;
}

void preamble_leave(struct preamble *preamble)
{
    preamble_client_left(&preamble->facts);
}

void preamble_give_up(struct preamble *preamble)
{
    preamble->lane[SPEAKER_CLIENT].state = preamble->lane[SPEAKER_SERVER].state = LANE_IGNORED;
}

void preamble_tunnel_asked(struct preamble *preamble, const char *target, size_t length)
{
    struct preamble_facts *facts = &preamble->facts;
    note_protocol(preamble);
    facts->tunnel = preamble->protocol->name;
    facts->tunnel_asked_seen = preamble->now;
    facts->tunnel_answered = facts->tunnel_opened = false;
    preamble_text_set(&facts->target, target, length);
}

void preamble_tunnel_answered(struct preamble *preamble, uint32_t status, bool open)
{
    preamble->facts.tunnel_answered = true;
    preamble->facts.tunnel_opened = open;
    preamble->facts.tunnel_status = status;
    preamble->facts.tunnel_reply_seen = preamble->now;
}

static void forget(struct lane *lane)
{
    *lane = (struct lane){.tls_began = lane->tls_began, .lost = lane->lost};
}

void preamble_begin_anew(struct preamble *preamble)
{
    note_protocol(preamble);
    preamble->protocol = NULL;
    preamble->begins_anew = true;
    preamble->due = 1;
    forget(&preamble->lane[SPEAKER_CLIENT]);
    forget(&preamble->lane[SPEAKER_SERVER]);
}

void preamble_turn_to(struct preamble *preamble, const struct protocol *protocol)
{
    preamble->protocol = protocol;
    preamble->facts.spoken = protocol->name;
}

/* ---- Recognition ----------------------------------------------------------------------------------------
 */

/* `perhaps` is set where more bytes can still make one of them. */
static const struct protocol *recognise(enum speaker from, struct cursor bytes, uint16_t port, bool *perhaps)
{
    const struct protocol *found = NULL;
    *perhaps = false;
    for (size_t i = 0; i < TABLES; i++) {
        for (const struct protocol *row = tables[i]; row->name; row++) {
            enum recognition recognition = row->begins ? row->begins(from, bytes) : RECOGNISED_NOT;
            if (recognition == RECOGNISED && (!found || (row->port == port && found->port != port)))
                found = row;
            *perhaps |= recognition == RECOGNISED_PERHAPS;
        }
    }
    return found;
}

bool preamble_recognises(enum speaker from, const uint8_t *bytes, size_t length)
{
    bool perhaps;
    return recognise(from, cursor_over(bytes, length), 0, &perhaps) != NULL;
}

static void hold(struct lane *lane, const uint8_t *bytes, size_t length)
{
    size_t room = sizeof lane->held - lane->kept;
    size_t kept = length < room ? length : room;
    memcpy(lane->held + lane->kept, bytes, kept);
    lane->kept += (uint32_t)kept;
    lane->have += (uint32_t)length;
}

/*
 * Byte by byte, so that what is held when the protocol is known belongs to its first unit. `whole` are the
 * bytes at hand, looked at together where nothing is held: most protocols tell by those.
 */
static size_t find_protocol(struct preamble *preamble, enum speaker from, const uint8_t *bytes, size_t length)
{
    struct lane *lane = &preamble->lane[from];
    bool perhaps;
    if (lane->have == 0) {
        preamble->protocol = recognise(from, cursor_over(bytes, length), preamble->server_port, &perhaps);
        if (preamble->protocol) {
            preamble->facts.spoken = preamble->protocol->name;
            return 0;
        }
        if (!perhaps) {
            preamble_give_up(preamble);
            return length;
        }
    }
    for (size_t i = 0; i < length; i++) {
        hold(lane, bytes + i, 1);
        preamble->protocol =
            recognise(from, cursor_over(lane->held, lane->kept), preamble->server_port, &perhaps);
        if (preamble->protocol) {
            preamble->facts.spoken = preamble->protocol->name;
            return i + 1;
        }
        if (!perhaps) {
            preamble_give_up(preamble);
            return length;
        }
    }
    return length;
}

/* ---- Units ----------------------------------------------------------------------------------------------
 */

static void take_unit(struct preamble *preamble, enum speaker from)
{
    struct lane *lane = &preamble->lane[from];
    struct cursor unit = cursor_over_cut(lane->held, lane->kept, lane->have);
    bool skip = lane->skip_unit;
    lane->have = lane->kept = 0;
    lane->total = 0;
    lane->skip_unit = false;
    if (lane->units < UINT8_MAX)
        lane->units++;
    if (!skip)
        preamble->protocol->take(preamble, from, unit);
}

static size_t read_delimited(struct preamble *preamble, enum speaker from, const uint8_t *bytes,
                             size_t length)
{
    enum { LONGEST = 1 << 20 };
    struct lane *lane = &preamble->lane[from];
    const uint8_t *end = memchr(bytes, preamble->protocol->delimiter, length);
    size_t taken = end ? (size_t)(end - bytes) + 1 : length;
    hold(lane, bytes, taken);
    if (end)
        take_unit(preamble, from);
    else if (lane->have > LONGEST)
        preamble_give_up(preamble);
    return taken;
}

/* The length of the unit is asked for with each byte until it is known. */
static size_t read_framed(struct preamble *preamble, enum speaker from, const uint8_t *bytes, size_t length)
{
    struct lane *lane = &preamble->lane[from];
    size_t taken = 0;
    while (lane->total == 0 && taken < length) {
        hold(lane, bytes + taken, 1);
        taken++;
        lane->total = preamble->protocol->frame(preamble, from, cursor_over(lane->held, lane->kept));
        if (lane->total == FRAME_BAD || (lane->total > 0 && lane->total < lane->have) ||
            (lane->total == 0 && lane->kept == sizeof lane->held)) {
            preamble_give_up(preamble);
            return length;
        }
    }
    if (lane->total == 0)
        return taken;
    size_t rest = lane->total - lane->have;
    if (rest > length - taken)
        rest = length - taken;
    hold(lane, bytes + taken, rest);
    if (lane->have == lane->total)
        take_unit(preamble, from);
    return taken + rest;
}

static void note_extra(struct preamble *preamble, enum speaker from, size_t length)
{
    struct preamble_facts *facts = &preamble->facts;
    if (!facts->negotiates || preamble->lane[from].tls_began || preamble->lane[from].lost)
        return;
    facts->extra_bytes[from] += (uint32_t)length;
    if (!facts->extra_seen.packet)
        facts->extra_seen = preamble->now;
}

/* The unit may be complete with the byte by which its protocol was known. */
static void take_held(struct preamble *preamble, enum speaker from)
{
    struct lane *lane = &preamble->lane[from];
    const struct protocol *protocol = preamble->protocol;
    bool complete = lane->held[lane->kept - 1] == protocol->delimiter;
    if (protocol->frame) {
        lane->total = protocol->frame(preamble, from, cursor_over(lane->held, lane->kept));
        if (lane->total == FRAME_BAD || (lane->total > 0 && lane->total < lane->have)) {
            preamble_give_up(preamble);
            return;
        }
        complete = lane->total == lane->have;
    }
    if (complete)
        take_unit(preamble, from);
}

static size_t read_lane(struct preamble *preamble, enum speaker from, const uint8_t *bytes, size_t length)
{
    struct lane *lane = &preamble->lane[from];
    if (lane->skip > 0) {
        size_t taken = length < lane->skip ? length : (size_t)lane->skip;
        lane->skip -= taken;
        return taken;
    }
    if (lane->state == LANE_TLS)
        note_extra(preamble, from, length);
    if (lane->state != LANE_UNITS)
        return length;
    size_t taken = preamble->protocol ? 0 : find_protocol(preamble, from, bytes, length);
    if (taken > 0 && preamble->protocol)
        take_held(preamble, from);
    if (taken == length || !preamble->protocol || lane->state != LANE_UNITS || preamble->begins_anew)
        return taken;
    if (preamble->protocol->frame)
        return taken + read_framed(preamble, from, bytes + taken, length - taken);
    return taken + read_delimited(preamble, from, bytes + taken, length - taken);
}

struct preamble_step preamble_bytes(struct preamble *preamble, enum speaker from, const uint8_t *bytes,
                                    size_t length, struct moment now)
{
    preamble->now = now;
    preamble->begins_anew = false;
    if (preamble_wraps(preamble, from))
        return preamble->protocol->unwrap(preamble, from, bytes, length);
    struct preamble_step step = {.taken = read_lane(preamble, from, bytes, length)};
    step.begins_anew = preamble->begins_anew;
    step.tls_may_begin = step.begins_anew || preamble->lane[from].state == LANE_TLS;
    return step;
}

/* Lines are found again; packets are not. */
void preamble_gap(struct preamble *preamble, enum speaker from)
{
    struct lane *lane = &preamble->lane[from];
    lane->have = lane->kept = 0;
    lane->total = 0;
    lane->skip = 0;
    lane->skip_unit = lane->lost = true;
    if (!preamble->protocol || preamble->protocol->frame)
        lane->state = LANE_IGNORED;
}

bool preamble_wraps(const struct preamble *preamble, enum speaker from)
{
    return preamble->lane[from].state == LANE_WRAPPED;
}

void preamble_tls_began(struct preamble *preamble, enum speaker from)
{
    preamble->lane[from].tls_began = true;
    if (preamble->lane[from].state != LANE_WRAPPED)
        preamble->lane[from].state = LANE_TLS;
}
