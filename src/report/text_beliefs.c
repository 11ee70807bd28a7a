/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/escape.h"
#include "handshake/belief.h"
#include "handshake/shown.h"
#include <string.h>

enum { INDENT = 2, ITEM = 4, LABEL = 8 };

/* "%s" stands for the packet. `without` is for a step whose packet is not known; `waits` follows where the
 * other side has not ended it. */
struct phrase {
    const char *with_packet, *without, *waits;
};

static const struct phrase established = {"took the handshake for done at %s", "took the handshake for done",
                                          NULL};

static const struct phrase phrases[SIDES][BELIEF_WAS_LEFT + 1] =
    {
        [SIDE_CLIENT] =
            {
                [BELIEF_OFFERED] = {"offered TLS in %s and has no ServerHello", NULL, NULL},
                [BELIEF_AGREED] = {"has the ServerHello of %s", NULL, " and is not done"},
                [BELIEF_WAITING] = {"sent its Finished in %s", NULL, " and waits for the server's"},
                [BELIEF_REFUSED] = {"refused at %s", NULL, NULL},
                [BELIEF_WAS_REFUSED] = {"received the refusal of %s",
                                        "received the refusal (no packet shows when)", NULL},
                [BELIEF_GAVE_UP] = {"left at %s", NULL, NULL},
                [BELIEF_WAS_LEFT] = {"saw the server leave in %s",
                                     "saw the server leave (no packet shows when)", NULL},
            },
        [SIDE_SERVER] =
            {
                [BELIEF_NOTHING] = {NULL, "has not acknowledged the ClientHello", NULL},
                [BELIEF_OFFERED] = {"has the ClientHello of %s", NULL, " and has not answered it"},
                [BELIEF_AGREED] = {"answered the ClientHello in %s", NULL, " and waits for the client"},
                [BELIEF_WAITING] = {"sent its Finished in %s", NULL, " and waits for the client's"},
                [BELIEF_REFUSED] = {"refused at %s", NULL, NULL},
                [BELIEF_WAS_REFUSED] = {"received the refusal of %s",
                                        "received the refusal (no packet shows when)", NULL},
                [BELIEF_GAVE_UP] = {"left at %s", NULL, NULL},
                [BELIEF_WAS_LEFT] = {"saw the client leave in %s",
                                     "saw the client leave (no packet shows when)", NULL},
            },
};

static bool is_end(const struct belief_step *step)
{
    return step->belief >= BELIEF_REFUSED;
}

static void add_phrase(struct buffer *out, const struct phrase *phrase, const struct belief_step *step,
                       const struct handshake *handshake)
{
    uint64_t packet = shown_packet(handshake, step->since.packet);
    const char *file = shown_file(handshake, step->since.packet);
    const char *place = phrase->with_packet ? strstr(phrase->with_packet, "%s") : NULL;
    if (!packet || !place) {
        buffer_add_string(out, phrase->without ? phrase->without : "");
        return;
    }
    buffer_add(out, phrase->with_packet, (size_t)(place - phrase->with_packet));
    buffer_add_format(out, "packet %llu", (unsigned long long)packet);
    if (file) {
        buffer_add_string(out, " of ");
        escape_text(out, file, strlen(file));
    }
    buffer_add_string(out, place + strlen("%s"));
}

/* The last belief; before it, that the handshake was done, where it was not the last. */
static void add_steps(struct buffer *out, const struct handshake *handshake, enum side side, bool is_over)
{
    const struct belief_step *last = belief_last(handshake, side);
    const struct belief_step *done = belief_find(handshake, side, BELIEF_ESTABLISHED);
    if (done)
        add_phrase(out, &established, done, handshake);
    if (done && done != last)
        buffer_add_string(out, ", and ");
    if (done != last)
        add_phrase(out, &phrases[side][last->belief], last, handshake);
    const char *waits = phrases[side][last->belief].waits;
    if (!is_over && waits)
        buffer_add_string(out, waits);
    else if (is_over && last->belief >= BELIEF_AGREED && !is_end(last))
        buffer_add_string(out, ", and no packet shows that it heard of the end");
}

static void add_side(struct page *page, const struct handshake *handshake, enum side side, const char *label)
{
    const struct belief_step *last = belief_last(handshake, side);
    const struct belief_step *others =
        belief_last(handshake, side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT);
    struct buffer text = {0};
    if (!last)
        return;
    add_steps(&text, handshake, side, others && is_end(others));
    if (side == SIDE_CLIENT && belief_find(handshake, side, BELIEF_ESTABLISHED))
        buffer_add_string(&text, ". Its log shows a handshake that succeeded, and an error only on the first "
                                 "read or write after it");
    page_add_spaces(page, ITEM);
    page_add_inked(page, INK_STRONG, label);
    page_wrap(page, ITEM + LABEL, ITEM + LABEL, text.bytes);
    buffer_free(&text);
}

/* Of a handshake that both completed there is nothing to tell, unless it was refused later. */
static bool is_worth_telling(const struct handshake *handshake)
{
    bool error = handshake->has_verdict && handshake->findings[0].severity == SEVERITY_ERROR;
    if (handshake->outcome == OUTCOME_SUCCESS)
        return handshake->late.refusal.packet != 0;
    return handshake->outcome == OUTCOME_FAILURE || error;
}

void text_add_beliefs(struct page *page, const struct handshake *handshake)
{
    if (handshake->belief_count == 0 || !is_worth_telling(handshake))
        return;
    page_add_line(page);
    page_add_spaces(page, INDENT);
    page_add_inked(page, INK_STRONG, "What each side believed");
    page_add_line(page);
    add_side(page, handshake, SIDE_CLIENT, "client  ");
    add_side(page, handshake, SIDE_SERVER, "server  ");
}
