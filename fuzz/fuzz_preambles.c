/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What two ends say before TLS: two bytes of the server's port, then what each says in turn. In the byte in
 * front of each payload bit 1 says that bytes are missing before it, bit 3 that TLS began with it. However
 * the payloads are cut into segments, what is read from them is the same.
 */

#include "datagram_script.h"
#include "preamble/preamble.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { LOST = 2, TLS_BEGAN = 8 };

static void check(bool truth)
{
    if (!truth)
        abort();
}

/* Whether a step's bytes that belong to the TLS stream lie within those that it has read. */
static void check_step(const struct preamble_step *step, const uint8_t *bytes, size_t length)
{
    check(step->taken > 0 && step->taken <= length);
    if (step->inner_length == 0)
        return;
    size_t begin = (size_t)(step->inner - bytes);
    check(begin <= step->taken && step->inner_length <= step->taken - begin);
}

static void say(struct preamble *preamble, enum speaker from, const uint8_t *bytes, size_t length,
                struct moment now)
{
    while (length > 0) {
        struct preamble_step step = preamble_bytes(preamble, from, bytes, length, now);
        check_step(&step, bytes, length);
        bytes += step.taken;
        length -= step.taken;
    }
}

/* `most`: bytes of a payload that are given at once. */
static struct preamble *converse(uint16_t port, struct cursor rest, size_t most)
{
    struct script script = {.rest = rest};
    struct preamble *preamble = preamble_new(port);
    while (script.rest.left > 0) {
        uint8_t control = script.rest.at[0];
        if (!script_next(&script))
            break;
        struct moment now = {.packet = script.segment.packet, .time = script.segment.time};
        enum speaker from = script.half == 0 ? SPEAKER_CLIENT : SPEAKER_SERVER;
        if (control & LOST)
            preamble_gap(preamble, from);
        if ((control & TLS_BEGAN) && !preamble_wraps(preamble, from))
            preamble_tls_began(preamble, from);
        for (size_t at = 0; at < script.segment.length; at += most) {
            size_t left = script.segment.length - at;
            say(preamble, from, script.segment.payload + at, left < most ? left : most, now);
        }
    }
    return preamble;
}

static void check_text(const struct preamble_text *text)
{
    check(text->length <= PREAMBLE_TEXT_LIMIT);
}

static void check_facts(const struct preamble_facts *facts)
{
    check_text(&facts->reply);
    check_text(&facts->target);
    check(!facts->protocol || facts->spoken);
    check(!facts->tunnel_opened || facts->tunnel_answered);
    check(!facts->tunnel_answered || facts->tunnel);
    check(!(facts->accepted && facts->refused));
    check(facts->proxy_header_version <= 2);
    preamble_failed(facts, true);
    preamble_failed(facts, false);
}

static bool texts_equal(const struct preamble_text *a, const struct preamble_text *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* A SOCKS client is told from others by its first message being all that it sends, so one inside a tunnel
 * that SOCKS opened is seen or not seen by where the bytes are cut. */
static bool speaks_socks(const struct preamble_facts *facts)
{
    return facts->spoken && strcmp(facts->spoken, "socks") == 0;
}

static void check_same(const struct preamble_facts *a, const struct preamble_facts *b)
{
    if (a->spoken != b->spoken || speaks_socks(a))
        return;
    check(a->protocol == b->protocol && a->tunnel == b->tunnel);
    check(a->offered == b->offered && a->not_offered == b->not_offered && a->masked == b->masked);
    check(a->asked == b->asked && a->accepted == b->accepted && a->refused == b->refused);
    check(a->continued == b->continued && a->client_left == b->client_left);
    check(a->asked_seen.packet == b->asked_seen.packet && a->reply_seen.packet == b->reply_seen.packet);
    check(a->has_reply_code == b->has_reply_code && a->reply_code == b->reply_code);
    check(texts_equal(&a->reply, &b->reply) && texts_equal(&a->target, &b->target));
    check(a->extra_bytes[0] == b->extra_bytes[0] && a->extra_bytes[1] == b->extra_bytes[1]);
    check(a->proxied_client.port == b->proxied_client.port);
    check(a->tunnel_status == b->tunnel_status && a->tunnel_opened == b->tunnel_opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cursor rest = cursor_over(bytes, length);
    uint16_t port;
    if (!cursor_u16(&rest, &port))
        return 0;
    struct preamble *whole = converse(port, rest, SIZE_MAX / 2);
    struct preamble *dripped = converse(port, rest, 1);
    check_facts(preamble_facts(whole));
    check_facts(preamble_facts(dripped));
    check_same(preamble_facts(whole), preamble_facts(dripped));
    preamble_free(whole);
    preamble_free(dripped);
    return 0;
}
