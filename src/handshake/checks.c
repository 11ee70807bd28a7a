/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/checks_drawing.h"

#include "base/clock.h"
#include <stdlib.h>
#include <string.h>

/* What is still under way when the certificate comes began so long before it at most. */
#define EARLIER (60 * CLOCK_SECOND)

struct check *drawing_add(struct drawing *drawing, enum check_kind kind)
{
    struct side_view *view = drawing->view;
    if (view->count == CHECKS_KEPT)
        return NULL;
    struct check *check = &view->checks[view->count++];
    *check = (struct check){.kind = kind, .by = drawing->by, .certificate = CHECK_NO_CERTIFICATE};
    return check;
}

/* ---- Drawing ------------------------------------------------------------------------------------------- */

static int by_beginning(const void *a, const void *b)
{
    const struct check *one = a, *other = b;
    if (one->seen.packet != other->seen.packet && one->began == other->began)
        return one->seen.packet < other->seen.packet ? -1 : 1;
    return (one->began > other->began) - (one->began < other->began);
}

static void draw_side(struct drawing *drawing, enum side by)
{
    const struct certificate_chain *chain =
        &drawing->handshake->chain[by == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT];
    uint32_t before = drawing->view->count;
    drawing_seek_named(drawing, chain);
    drawing_seek_requests_alike(drawing);
    if (drawing->view->count == before)
        drawing_seek_attempts_alike(drawing, chain);
}

static const struct address loopback[] = {{.family = 4, .bytes = {127, 0, 0, 1}},
                                          {.family = 6, .bytes = {[15] = 1}}};

/* Within one host the other family's loopback address stands for the same side. */
static const struct address *other_address(const struct address *verifier)
{
    for (size_t i = 0; i < 2; i++)
        if (verifier->family == loopback[i].family &&
            memcmp(verifier->bytes, loopback[i].bytes, sizeof verifier->bytes) == 0)
            return &loopback[1 - i];
    return NULL;
}

static void draw(struct side_view *view, const struct handshake *handshake)
{
    for (enum side by = SIDE_CLIENT; by < SIDES; by++) {
        struct drawing drawing = {.handshake = handshake,
                                  .traffic = view->traffic,
                                  .view = view,
                                  .by = by,
                                  .verifier = &handshake_half(handshake, by)->endpoint.address};
        if (!verification_of(handshake, by, &drawing.window))
            continue;
        drawing.since = drawing.window.from - EARLIER;
        draw_side(&drawing, by);
        drawing.verifier = other_address(drawing.verifier);
        if (drawing.verifier)
            draw_side(&drawing, by);
    }
}

const struct side_view *checks_of(const struct handshake *handshake)
{
    struct side_view *view = handshake->side;
    if (!view)
        return NULL;
    if (!view->drawn) {
        view->drawn = true;
        draw(view, handshake);
        qsort(view->checks, view->count, sizeof *view->checks, by_beginning);
    }
    return view->count > 0 ? view : NULL;
}

/* ---- Words --------------------------------------------------------------------------------------------- */

bool check_failed(const struct check *check)
{
    return check->result != CHECK_OK && check->result != CHECK_SLOW;
}

const char *check_kind_name(enum check_kind kind)
{
    static const char *const names[] = {[CHECK_CRL] = "crl", [CHECK_OCSP] = "ocsp", [CHECK_ISSUER] = "aia"};
    return kind == CHECK_OF_SOME_KIND ? NULL : names[kind];
}

const char *check_tie_name(enum check_tie tie)
{
    static const char *const names[] = {
        [TIE_NAME] = "name", [TIE_LOOK] = "look", [TIE_STALL] = "stall", [TIE_TIME] = "time"};
    return names[tie];
}

const char *check_result_name(enum check_result result)
{
    static const char *const names[CHECK_RESULTS] = {
        [CHECK_OK] = "ok",
        [CHECK_SLOW] = "slow",
        [CHECK_DNS_NO_SUCH_NAME] = "nxdomain",
        [CHECK_DNS_NO_ADDRESS] = "no_address",
        [CHECK_DNS_FAILURE] = "dns_failure",
        [CHECK_DNS_TIMEOUT] = "dns_timeout",
        [CHECK_SYN_TIMEOUT] = "syn_timeout",
        [CHECK_REFUSED] = "refused",
        [CHECK_ICMP] = "icmp",
        [CHECK_NO_ANSWER] = "no_answer",
        [CHECK_HTTP_ERROR] = "http_error",
        [CHECK_BAD_CONTENT] = "bad_content",
        [CHECK_RESPONDER_ERROR] = "responder_error",
        [CHECK_EXPIRED] = "expired",
        [CHECK_NOT_YET_VALID] = "not_yet_valid",
        [CHECK_STRANGER] = "unknown_certificate",
    };
    return names[result];
}
