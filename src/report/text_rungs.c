/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_rungs.h"

#include "base/escape.h"
#include "base/memory.h"
#include "handshake/transcript.h"
#include "handshake/value.h"
#include "tls/names.h"
#include <stdlib.h>
#include <string.h>

/* Begins a rung; its text is what the caller adds to the texts next, up to rung_end(). */
static struct rung *rung_begin(struct rungs *rungs, struct moment seen, enum side from, enum rank rank)
{
    if (rungs->count == rungs->room) {
        rungs->room = rungs->room ? rungs->room * 2 : 64;
        rungs->items = memory_resize(rungs->items, rungs->room, sizeof rungs->items[0]);
    }
    struct rung *rung = &rungs->items[rungs->count++];
    *rung = (struct rung){.seen = seen, .from = from, .rank = rank, .text = rungs->texts.length};
    return rung;
}

static void rung_end(struct rungs *rungs)
{
    buffer_add_char(&rungs->texts, '\0');
}

static void add_plain(struct rungs *rungs, struct moment seen, enum side from, enum rank rank, enum ink ink,
                      const char *text)
{
    if (seen.packet == 0)
        return;
    rung_begin(rungs, seen, from, rank)->ink = ink;
    buffer_add_string(&rungs->texts, text);
    rung_end(rungs);
}

static void add_syn(struct rungs *rungs, const struct handshake *handshake, enum side side)
{
    const struct half *half = handshake_half(handshake, side);
    if (half->syn.packet == 0)
        return;
    rung_begin(rungs, half->syn, side, RANK_OPEN)->ink = half->syn_count > 1 ? INK_WARNING : INK_FAINT;
    buffer_add_string(&rungs->texts, side == SIDE_CLIENT ? "SYN" : "SYN, ACK");
    if (half->syn_count > 1)
        buffer_add_format(&rungs->texts, ", sent %u times", half->syn_count);
    rung_end(rungs);
}

/* The words of RFC 792, RFC 1812 section 5.2.7.1 and RFC 4443 for what an engineer meets. */
static const char *icmp_meaning(const struct icmp_error *icmp)
{
    static const struct {
        uint8_t family, type, code;
        const char *meaning;
    } meanings[] = {
        {4, 3, 0, "network unreachable"},
        {4, 3, 1, "host unreachable"},
        {4, 3, 2, "protocol unreachable"},
        {4, 3, 3, "port unreachable"},
        {4, 3, 4, "fragmentation needed"},
        {4, 3, 9, "network administratively prohibited"},
        {4, 3, 10, "host administratively prohibited"},
        {4, 3, 13, "administratively prohibited"},
        {4, 11, 0, "time to live exceeded"},
        {6, 1, 0, "no route to destination"},
        {6, 1, 1, "administratively prohibited"},
        {6, 1, 3, "address unreachable"},
        {6, 1, 4, "port unreachable"},
        {6, 2, 0, "packet too big"},
        {6, 3, 0, "hop limit exceeded"},
    };
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].family == icmp->from.family && meanings[i].type == icmp->type &&
            meanings[i].code == icmp->code)
            return meanings[i].meaning;
    return NULL;
}

static void add_icmp(struct rungs *rungs, const struct handshake *handshake)
{
    const struct icmp_error *icmp = &handshake->connection->icmp;
    if (icmp->packet == 0)
        return;
    struct moment seen = {icmp->packet, icmp->time};
    rung_begin(rungs, seen, SIDE_NOBODY, RANK_MESSAGE)->ink = INK_ERROR;
    struct buffer *text = &rungs->texts;
    buffer_add_string(text, "ICMP error from ");
    value_print_address(text, &icmp->from);
    const char *meaning = icmp_meaning(icmp);
    if (meaning)
        buffer_add_format(text, ": %s", meaning);
    else
        buffer_add_format(text, ": type %u, code %u", icmp->type, icmp->code);
    if (icmp->mtu > 0)
        buffer_add_format(text, ", next hop's MTU %u", (unsigned)icmp->mtu);
    rung_end(rungs);
}

/* Bytes that are no TLS: the line that a person would have read. */
static void add_first_bytes(struct rungs *rungs, const struct handshake *handshake, enum side side)
{
    const struct direction *direction = &handshake->direction[side];
    const struct half *half = handshake_half(handshake, side);
    bool told =
        direction->first != FIRST_NONE && direction->first != FIRST_TLS && direction->first != FIRST_SSL2;
    if (!told || half->first_payload.packet == 0)
        return;
    rung_begin(rungs, half->first_payload, side, RANK_MESSAGE)->ink = INK_WARNING;
    struct buffer *text = &rungs->texts;
    if (direction->first == FIRST_BINARY || !direction->first_line.bytes) {
        buffer_add_string(text, "bytes that are not TLS");
    } else {
        size_t length = strcspn(direction->first_line.bytes, "\r\n");
        buffer_add_string(text, "not TLS: \"");
        escape_text(text, direction->first_line.bytes, length < 60 ? length : 60);
        buffer_add_char(text, '"');
    }
    rung_end(rungs);
}

static void describe_alert(struct buffer *text, const struct alert *alert)
{
    if (alert->encrypted) {
        buffer_add_string(text, "alert (encrypted)");
        return;
    }
    const char *level = alert->level == 2 ? "fatal" : alert->level == 1 ? "warning" : "of unknown level";
    char scratch[8];
    buffer_add_format(text, "alert: %s %s", level, names_or_hex(NAMES_ALERT, alert->code, scratch));
}

/* The alert that a line of the transcript stands for: the first of that packet and side not yet shown. */
static const struct alert *alert_of(const struct handshake *handshake, const struct message *message,
                                    uint32_t *next)
{
    for (uint32_t i = *next; i < handshake->alert_count; i++) {
        const struct alert *alert = &handshake->alerts[i];
        if (alert->seen.packet == message->seen.packet && alert->from == message->from) {
            *next = i + 1;
            return alert;
        }
    }
    return NULL;
}

static enum ink alert_ink(const struct alert *alert)
{
    if (alert->encrypted || alert->level != 2)
        return alert->encrypted || alert->code == 0 ? INK_PLAIN : INK_WARNING;
    return INK_ERROR;
}

static bool is_certificate(const struct message *message)
{
    return message->kind == MESSAGE_HANDSHAKE && message->code == TLS_HANDSHAKE_CERTIFICATE;
}

static void describe_message(struct rungs *rungs, const struct handshake *handshake,
                             const struct message *message, struct rung *rung)
{
    struct buffer *text = &rungs->texts;
    const struct certificate_message *certificate = handshake->certificate[message->from];
    buffer_add_string(text, message_name(message));
    if (message->malformed)
        buffer_add_string(text, " (malformed)");
    else if (message->cut)
        buffer_add_string(text, " (not captured whole)");
    else if (is_certificate(message) && certificate && certificate->count == 0)
        buffer_add_string(text, " (empty)");
    bool odd = message->malformed || (is_certificate(message) && certificate && certificate->count == 0);
    rung->ink = odd ? INK_WARNING : INK_PLAIN;
}

static void add_messages(struct rungs *rungs, const struct handshake *handshake)
{
    uint32_t next_alert = 0;
    for (uint32_t i = 0; i < handshake->message_count; i++) {
        const struct message *message = &handshake->messages[i];
        if (message->kind == MESSAGE_APPLICATION_DATA && handshake->version == TLS_VERSION_1_3 &&
            handshake->carrier == CARRIER_TLS)
            continue; /* add_hidden() tells of it, with sizes */
        struct rung *rung = rung_begin(rungs, message->seen, message->from, RANK_MESSAGE);
        const struct alert *alert =
            message->kind == MESSAGE_ALERT ? alert_of(handshake, message, &next_alert) : NULL;
        if (alert) {
            rung->ink = alert_ink(alert);
            describe_alert(&rungs->texts, alert);
        } else {
            describe_message(rungs, handshake, message, rung);
        }
        rung_end(rungs);
    }
}

/* A hidden record that by its size and place can only be an alert. */
static bool is_hidden_alert(const struct handshake *handshake, const struct hidden_record *record)
{
    const struct moment *alert =
        record->from == SIDE_CLIENT ? &handshake->inference.client_alert : &handshake->inference.server_alert;
    return alert->packet != 0 && alert->packet == record->seen.packet;
}

/* The client's first record where its size gives it away as an empty Certificate. */
static bool is_hidden_empty_certificate(const struct handshake *handshake, const struct hidden_record *record)
{
    const struct inference *inference = &handshake->inference;
    return record->from == SIDE_CLIENT && inference->asked == ANSWER_YES && inference->sent == ANSWER_NO &&
           record->seen.packet == handshake->direction[SIDE_CLIENT].first_data.packet;
}

/* Hidden records of one packet and side, which are told of together. */
struct hidden_run {
    const struct hidden_record *records;
    uint32_t count;
    uint64_t bytes;
};

static struct hidden_run hidden_run(const struct handshake *handshake, uint32_t at)
{
    struct hidden_run run = {.records = &handshake->hidden[at]};
    for (; at + run.count < handshake->hidden_count; run.count++) {
        const struct hidden_record *record = &run.records[run.count];
        if (record->seen.packet != run.records->seen.packet || record->from != run.records->from ||
            record->type != run.records->type)
            break;
        run.bytes += record->length;
    }
    return run;
}

/* The sizes of a few records are worth reading: they tell a Certificate from none. */
static void describe_hidden(struct buffer *text, const struct hidden_run *run)
{
    enum { FEW = 6 };
    if (run->count > FEW) {
        buffer_add_format(text, "%u encrypted records, %llu bytes", run->count,
                          (unsigned long long)run->bytes);
        return;
    }
    buffer_add_string(text, run->count == 1 ? "encrypted record: " : "encrypted records: ");
    for (uint32_t i = 0; i < run->count; i++)
        buffer_add_format(text, "%s%u", i ? " + " : "", run->records[i].length);
    buffer_add_string(text, " bytes");
}

static void add_hidden_run(struct rungs *rungs, const struct handshake *handshake,
                           const struct hidden_run *run)
{
    const struct hidden_record *first = run->records;
    struct rung *rung = rung_begin(rungs, first->seen, first->from, RANK_HIDDEN);
    describe_hidden(&rungs->texts, run);
    const char *what = is_hidden_alert(handshake, first)               ? " (an alert, by its size)"
                       : is_hidden_empty_certificate(handshake, first) ? " (no certificate, by their size)"
                                                                       : "";
    rung->ink = *what ? INK_WARNING : INK_PLAIN;
    buffer_add_string(&rungs->texts, what);
    rung_end(rungs);
}

static void add_more_hidden(struct rungs *rungs, enum side from, const struct hidden_run *rest)
{
    if (rest->count == 0)
        return;
    rung_begin(rungs, rest->records->seen, from, RANK_HIDDEN);
    buffer_add_format(&rungs->texts, "%u more encrypted records, %llu bytes", rest->count,
                      (unsigned long long)rest->bytes);
    rung_end(rungs);
}

/* TLS 1.3 hides its flights in records of type 23; before that the transcript tells of each message. What
 * comes long after the flights is data: told of once for each side. */
static void add_hidden(struct rungs *rungs, const struct handshake *handshake)
{
    enum { TOLD = 12 };
    struct hidden_run rest[SIDES] = {{0}};
    uint32_t told = 0;
    if (handshake->version != TLS_VERSION_1_3)
        return;
    for (uint32_t i = 0; i < handshake->hidden_count;) {
        struct hidden_run run = hidden_run(handshake, i);
        i += run.count;
        if (told < TOLD || is_hidden_alert(handshake, run.records)) {
            add_hidden_run(rungs, handshake, &run);
            told++;
            continue;
        }
        struct hidden_run *sum = &rest[run.records->from];
        *sum = (struct hidden_run){sum->count ? sum->records : run.records, sum->count + run.count,
                                   sum->bytes + run.bytes};
    }
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        add_more_hidden(rungs, side, &rest[side]);
}

static void add_close(struct rungs *rungs, const struct handshake *handshake, enum side side)
{
    const struct half *half = handshake_half(handshake, side);
    add_plain(rungs, half->fin, side, RANK_CLOSE, INK_PLAIN, "FIN");
    add_plain(rungs, half->rst, side, RANK_CLOSE, INK_ERROR, "RST");
}

static int compare_rungs(const void *left, const void *right)
{
    const struct rung *a = left, *b = right;
    if (a->seen.packet != b->seen.packet)
        return a->seen.packet < b->seen.packet ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->text < b->text ? -1 : a->text > b->text;
}

void rungs_collect(struct rungs *rungs, const struct handshake *handshake)
{
    add_messages(rungs, handshake);
    add_hidden(rungs, handshake);
    add_icmp(rungs, handshake);
    for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
        add_syn(rungs, handshake, side);
        add_first_bytes(rungs, handshake, side);
        add_close(rungs, handshake, side);
    }
    if (rungs->count > 0)
        qsort(rungs->items, rungs->count, sizeof rungs->items[0], compare_rungs);
}

void rungs_free(struct rungs *rungs)
{
    free(rungs->items);
    buffer_free(&rungs->texts);
    *rungs = (struct rungs){0};
}
