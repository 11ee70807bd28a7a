/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/checks_drawing.h"

#include "base/clock.h"
#include <string.h>
#include <strings.h>

enum { WALK = 512 }; /* requests and connections of one host that are looked at */

static bool is_same_address(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool is_type(const char *type, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(type, *names) == 0)
            return true;
    return false;
}

static bool path_ends(const char *url, const char *end)
{
    size_t length = strcspn(url, "?#"), ending = strlen(end);
    return length >= ending && strncasecmp(url + length - ending, end, ending) == 0;
}

static enum check_kind kind_of(const struct request *request)
{
    static const char *const crl[] = {"application/pkix-crl", "application/x-pkcs7-crl", NULL};
    static const char *const ocsp[] = {"application/ocsp-request", "application/ocsp-response", NULL};
    if (is_type(request->asked_type, ocsp) || is_type(request->content_type, ocsp))
        return CHECK_OCSP;
    if (is_type(request->content_type, crl) || path_ends(request->url, ".crl"))
        return CHECK_CRL;
    return CHECK_OF_SOME_KIND;
}

void checks_read_answer(struct request *request, struct revocation *revocation)
{
    const certificate_time at = request->complete.time / CLOCK_SECOND;
    enum check_kind kind = kind_of(request);
    request->was_read = request->status == 200 && request->whole_body && request->body_length > 0 &&
                        (kind == CHECK_OCSP || check_looks_right(request));
    if (!request->was_read)
        return;
    if (kind == CHECK_OCSP)
        request->reading = revocation_add_ocsp(revocation, request->body, request->body_length, at);
    else
        request->reading = revocation_add_crl(revocation, request->body, request->body_length, at);
}

static bool is_drawn(const struct side_view *view, const struct request *request)
{
    for (uint32_t i = 0; i < view->count; i++)
        if (view->checks[i].request == request)
            return true;
    return false;
}

/* A server asks about its own certificate, to staple the answer. */
static bool is_about_itself(const struct drawing *drawing, const struct request *request)
{
    const struct certificate_chain *chain = &drawing->handshake->chain[drawing->by];
    for (uint32_t i = 0; i < chain->count; i++)
        for (uint32_t k = 0; chain->items[i] && k < chain->items[i]->ocsp_urls.count; k++) {
            struct url url;
            if (url_read(chain->items[i]->ocsp_urls.items[k], &url) &&
                drawing_asks_for(request, &url, CHECK_OCSP))
                return true;
        }
    return false;
}

/* Asked for while the handshake stood still: by a verifier with a responder of its own, or on account of a
 * certificate that is hidden. */
void drawing_seek_requests_alike(struct drawing *drawing)
{
    const struct request *request = NULL;
    int steps = 0;
    while (steps++ < WALK && (request = fetches_next_request(drawing->traffic->fetches, drawing->verifier,
                                                             drawing->since, request))) {
        enum check_kind kind = kind_of(request);
        if (!verification_stall_at(&drawing->window, request->asked.time) || kind == CHECK_OF_SOME_KIND ||
            is_drawn(drawing->view, request) || check_is_redirect(request) ||
            is_about_itself(drawing, request))
            continue;
        struct url url;
        struct check *check = drawing_add(drawing, kind);
        if (!check)
            return;
        check->url = (struct octets){.bytes = request->url, .length = (uint32_t)strlen(request->url)};
        check->tie = TIE_LOOK;
        if (url_read(check->url, &url))
            check->host = url.host;
        check_judge_request(check, request, &drawing->window);
    }
}

/* ---- Attempts that came to nothing --------------------------------------------------------------------- */

/* Certificates that name something are hidden, or do. */
static bool may_name_others(const struct certificate_chain *chain)
{
    bool any = chain->count == 0;
    for (uint32_t i = 0; i < chain->count; i++)
        any = any ||
              (chain->items[i] && chain->items[i]->crl_urls.count + chain->items[i]->ocsp_urls.count > 0);
    return any;
}

static bool sounds_like_revocation(const struct dns_name *name)
{
    static const char *const words[] = {"crl", "ocsp", "pki", "cdp"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t at = 0; at + strlen(words[i]) <= name->length; at++)
            if (memcmp(name->text + at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

/* It began with the stall, which was over when it was given up: one waited for the other. */
static bool fills_stall(const struct check *check, const struct stall *stall)
{
    const int64_t long_enough = 2 * CLOCK_SECOND, haste = CLOCK_SECOND;
    return stall->ends && check->blocked >= long_enough && clock_span(stall->from, check->began) <= haste;
}

/* Connections that never opened, to an address that has such a name, or none in this capture: then it may be
 * anybody's. */
static void seek_dials(struct drawing *drawing)
{
    enum { MOST = 3 };
    const uint16_t http_port = 80;
    struct dial dial;
    uint64_t number = 0;
    uint32_t found = 0;
    int steps = 0;
    const struct side_traffic *traffic = drawing->traffic;
    while (found < MOST && steps++ < WALK &&
           (number = fetches_next_dial(traffic->fetches, drawing->verifier, drawing->since, number, &dial))) {
        if (dial.server.port != http_port || !verification_stall_at(&drawing->window, dial.first.time) ||
            !check_failed_to_open(&dial))
            continue;
        const struct lookup *lookup = lookups_of_address(traffic->lookups, &dial.server.address,
                                                         drawing->verifier, drawing->window.until);
        bool named = lookup && sounds_like_revocation(&lookup->name);
        struct check *check = named || !lookup ? drawing_add(drawing, CHECK_OF_SOME_KIND) : NULL;
        if (!check)
            continue;
        check->tie = named ? TIE_LOOK : TIE_TIME;
        if (lookup)
            check->host = lookup->name;
        check_judge_dial(check, &dial, &drawing->window);
        if (!named && fills_stall(check, verification_stall_at(&drawing->window, dial.first.time)))
            check->tie = TIE_STALL;
        found++;
    }
}

static bool is_drawn_host(const struct side_view *view, const struct dns_name *host)
{
    for (uint32_t i = 0; i < view->count; i++)
        if (view->checks[i].host.length == host->length &&
            memcmp(view->checks[i].host.text, host->text, host->length) == 0)
            return true;
    return false;
}

static void judge_name(struct drawing *drawing, const struct address *asker, const struct dns_name *host)
{
    struct dns_answers answers = {.began = INT64_MAX, .ended = INT64_MIN};
    struct check check = {.kind = CHECK_OF_SOME_KIND,
                          .by = drawing->by,
                          .certificate = CHECK_NO_CERTIFICATE,
                          .tie = TIE_LOOK,
                          .host = *host};
    const struct lookup *lookup = NULL;
    while ((lookup = lookups_find(drawing->traffic->lookups, asker, host->text, host->length, lookup)))
        if (verification_stall_at(&drawing->window, check_lookup_began(lookup)))
            check_count_lookup(&answers, lookup);
    if (!check_judge_lookups(&check, &answers, &drawing->window))
        return;
    struct check *kept = drawing_add(drawing, CHECK_OF_SOME_KIND);
    if (kept)
        *kept = check;
}

/* Such names that DNS did not find. */
static void seek_lookups(struct drawing *drawing, const struct address *asker)
{
    enum { MOST = 64 };
    const struct lookup *lookup = NULL;
    for (int steps = 0; steps < MOST && (lookup = lookups_next(drawing->traffic->lookups, lookup)); steps++) {
        int64_t began = check_lookup_began(lookup);
        if (began < drawing->window.from)
            return;
        if (verification_stall_at(&drawing->window, began) && is_same_address(&lookup->asker, asker) &&
            sounds_like_revocation(&lookup->name) && !is_drawn_host(drawing->view, &lookup->name))
            judge_name(drawing, asker, &lookup->name);
    }
}

void drawing_seek_attempts_alike(struct drawing *drawing, const struct certificate_chain *chain)
{
    if (!may_name_others(chain))
        return;
    seek_dials(drawing);
    if (chain->count > 0)
        return;
    seek_lookups(drawing, drawing->verifier);
    seek_lookups(drawing, &drawing_local_resolver);
}
