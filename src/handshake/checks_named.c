/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/checks_drawing.h"

#include <string.h>

/* Requests and connections of one host that are looked at, and questions of it for one name. */
enum { WALK = 512, LOOKUPS = 64 };

/* ---- Requests ------------------------------------------------------------------------------------------ */

static bool is_in(const struct verification *window, int64_t began, int64_t ended)
{
    return began <= window->until && ended >= window->from;
}

static int64_t end_of_request(const struct request *request)
{
    return request->complete.packet ? request->complete.time
           : request->closed.packet ? request->closed.time
                                    : INT64_MAX;
}

static bool is_same_host(const struct url *a, const struct url *b)
{
    return a->port == b->port && a->host.length == b->host.length &&
           memcmp(a->host.text, b->host.text, a->host.length) == 0;
}

static struct octets without_slash(struct octets path)
{
    if (path.length > 0 && path.bytes[path.length - 1] == '/')
        path.length--;
    return path;
}

/* A list or a certificate is fetched by its URL; to that of a responder a GET adds the question (RFC 6960
 * appendix A). */
bool drawing_asks_for(const struct request *request, const struct url *url, enum check_kind kind)
{
    struct url asked;
    struct octets text = {.bytes = request->url, .length = (uint32_t)strlen(request->url)};
    if (!url_read(text, &asked) || !is_same_host(&asked, url))
        return false;
    struct octets wanted = without_slash(url->path), given = without_slash(asked.path);
    bool fits = kind == CHECK_OCSP ? given.length >= wanted.length : given.length == wanted.length;
    return fits && memcmp(given.bytes, wanted.bytes, wanted.length) == 0;
}

/* What the verifier asked for next, wherever that was: it was sent there. */
static const struct request *follow_redirect(const struct drawing *drawing, const struct request *from)
{
    const struct request *next = from, *request = NULL;
    int steps = 0;
    while (steps++ < WALK && (request = fetches_next_request(drawing->traffic->fetches, drawing->verifier,
                                                             drawing->since, request))) {
        if (request == from)
            break;
        if (!check_is_redirect(request))
            next = request;
    }
    return next;
}

/* Of several the one that worked, else the latest. */
static const struct request *find_request(const struct drawing *drawing, const struct url *url,
                                          enum check_kind kind)
{
    const struct request *found = NULL, *request = NULL;
    int steps = 0;
    while (steps++ < WALK && (request = fetches_next_request(drawing->traffic->fetches, drawing->verifier,
                                                             drawing->since, request))) {
        if (!is_in(&drawing->window, request->asked.time, end_of_request(request)) ||
            !drawing_asks_for(request, url, kind))
            continue;
        if (!found || (found->status != 200 && request->status == 200))
            found = request;
    }
    return found && check_is_redirect(found) ? follow_redirect(drawing, found) : found;
}

/* ---- Connections --------------------------------------------------------------------------------------- */

static bool is_same_address(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool gave(const struct lookup *lookup, const struct address *address)
{
    for (uint32_t i = 0; i < lookup->address_count; i++)
        if (is_same_address(&lookup->addresses[i], address))
            return true;
    return false;
}

/* A resolver on the same host asks for the programs there. */
const struct address drawing_local_resolver = {.family = 4, .bytes = {127, 0, 0, 1}};

static bool led_to(const struct drawing *drawing, const struct address *asker, const struct dns_name *host,
                   const struct address *address)
{
    const struct lookup *lookup = NULL;
    int steps = 0;
    do
        lookup = lookups_find(drawing->traffic->lookups, asker, host->text, host->length, lookup);
    while (lookup && !gave(lookup, address) && steps++ < LOOKUPS);
    return lookup && gave(lookup, address);
}

static bool is_address_of(const struct drawing *drawing, const struct url *url, const struct address *address)
{
    if (url->address.family)
        return is_same_address(&url->address, address);
    if (led_to(drawing, drawing->verifier, &url->host, address) ||
        led_to(drawing, &drawing_local_resolver, &url->host, address))
        return true;
    const struct lookup *lookup =
        lookups_of_address(drawing->traffic->lookups, address, drawing->verifier, drawing->window.until);
    return lookup && lookup->name.length == url->host.length &&
           memcmp(lookup->name.text, url->host.text, url->host.length) == 0;
}

/* The earliest attempt that never opened; none, where a later one did. */
static bool find_dial(const struct drawing *drawing, const struct url *url, struct dial *found)
{
    struct dial dial;
    uint64_t number = 0;
    bool any = false;
    int steps = 0;
    while (steps++ < WALK && (number = fetches_next_dial(drawing->traffic->fetches, drawing->verifier,
                                                         drawing->since, number, &dial))) {
        if (dial.server.port != url->port || !is_in(&drawing->window, dial.first.time, dial.last.time) ||
            !is_address_of(drawing, url, &dial.server.address))
            continue;
        if (!check_failed_to_open(&dial) && dial.answered)
            return false;
        if (check_failed_to_open(&dial)) {
            *found = dial;
            any = true;
        }
    }
    return any;
}

/* ---- DNS ----------------------------------------------------------------------------------------------- */

static void collect(const struct drawing *drawing, const struct address *asker, const struct dns_name *host,
                    struct dns_answers *answers)
{
    const struct lookup *lookup = NULL;
    int steps = 0;
    while (steps++ < LOOKUPS &&
           (lookup = lookups_find(drawing->traffic->lookups, asker, host->text, host->length, lookup))) {
        int64_t began = check_lookup_began(lookup);
        int64_t ended = lookup->answered.packet ? lookup->answered.time : INT64_MAX;
        if (is_in(&drawing->window, began, ended))
            check_count_lookup(answers, lookup);
    }
}

static bool find_lookup(const struct drawing *drawing, const struct url *url, struct check *check)
{
    struct dns_answers answers = {.began = INT64_MAX, .ended = INT64_MIN};
    if (url->address.family || url->host.length == 0)
        return false;
    collect(drawing, drawing->verifier, &url->host, &answers);
    collect(drawing, &drawing_local_resolver, &url->host, &answers);
    return check_judge_lookups(check, &answers, &drawing->window);
}

/* ---- The URLs of certificates -------------------------------------------------------------------------- */

/* How far the verifier came with it; false where it did not try, as far as can be seen. */
static bool seek(const struct drawing *drawing, const struct url *url, struct check *check)
{
    struct dial dial;
    const struct request *request = find_request(drawing, url, check->kind);
    if (request)
        check_judge_request(check, request, &drawing->window);
    else if (find_dial(drawing, url, &dial))
        check_judge_dial(check, &dial, &drawing->window);
    else if (!find_lookup(drawing, url, check))
        return false;
    return true;
}

static bool is_known_url(const struct side_view *view, enum side by, struct octets url)
{
    for (uint32_t i = 0; i < view->count; i++)
        if (view->checks[i].by == by && view->checks[i].url.length == url.length &&
            memcmp(view->checks[i].url.bytes, url.bytes, url.length) == 0)
            return true;
    return false;
}

static void seek_urls(struct drawing *drawing, const struct octets_list *urls, enum check_kind kind,
                      uint32_t certificate)
{
    enum { URLS = 8 };
    for (uint32_t i = 0; i < urls->count && i < URLS; i++) {
        struct url url;
        struct check check = {
            .kind = kind, .by = drawing->by, .certificate = certificate, .url = urls->items[i]};
        if (!url_read(urls->items[i], &url) || is_known_url(drawing->view, drawing->by, urls->items[i]) ||
            !seek(drawing, &url, &check))
            continue;
        struct check *kept = drawing_add(drawing, kind);
        check.host = url.host;
        if (kept)
            *kept = check;
    }
}

void drawing_seek_named(struct drawing *drawing, const struct certificate_chain *chain)
{
    enum { CERTIFICATES = 8 };
    for (uint32_t i = 0; i < chain->count && i < CERTIFICATES; i++) {
        const struct certificate *certificate = chain->items[i];
        if (!certificate)
            continue;
        seek_urls(drawing, &certificate->ocsp_urls, CHECK_OCSP, i);
        seek_urls(drawing, &certificate->crl_urls, CHECK_CRL, i);
        seek_urls(drawing, &certificate->issuer_urls, CHECK_ISSUER, i);
    }
}
