/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/checks.h"

#include "base/clock.h"
#include "handshake/window.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SLOW (2 * CLOCK_SECOND)

/* What is asked for on account of one side's certificates. */
struct drawing {
    const struct handshake *handshake;
    const struct side_traffic *traffic;
    struct side_view *view;
    enum side by;
    const struct address *verifier;
    struct verification window;
};

static struct check *add_check(struct drawing *drawing, enum check_kind kind)
{
    struct side_view *view = drawing->view;
    if (view->count == CHECKS_KEPT)
        return NULL;
    struct check *check = &view->checks[view->count++];
    *check = (struct check){.kind = kind, .by = drawing->by};
    return check;
}

/* ---- What became of it --------------------------------------------------------------------------------- */

static bool failed_to_open(const struct dial *dial)
{
    bool unanswered = !dial->answered && dial->syn_count >= 2;
    return !dial->established.packet && (dial->refused.packet || dial->icmp.packet || unanswered);
}

static void judge_dial(struct check *check, const struct dial *dial)
{
    check->address = dial->server.address;
    check->began = dial->first.time;
    check->ended = dial->last.time;
    check->seen = dial->first;
    check->result = CHECK_SYN_TIMEOUT;
    if (dial->refused.packet) {
        check->result = CHECK_REFUSED;
        check->seen = dial->refused;
    } else if (dial->icmp.packet) {
        check->result = CHECK_ICMP;
        check->seen = dial->icmp;
    }
}

/* Something that may be a list or a certificate. */
static bool looks_right(const struct request *request)
{
    bool pem = request->body_length >= 5 && memcmp(request->body, "-----", 5) == 0;
    return pem || request->body[0] == 0x30;
}

static enum check_result judge_body(struct check *check, const struct request *request)
{
    static const enum check_result results[] = {
        [REVOCATION_NOT_ONE] = CHECK_BAD_CONTENT,
        [REVOCATION_UNSUCCESSFUL] = CHECK_RESPONDER_ERROR,
        [REVOCATION_CURRENT] = CHECK_OK,
        [REVOCATION_EXPIRED] = CHECK_EXPIRED,
        [REVOCATION_NOT_YET_VALID] = CHECK_NOT_YET_VALID,
    };
    if (request->body_length == 0)
        return request->length == 0 ? CHECK_BAD_CONTENT : CHECK_OK;
    if (check->kind == CHECK_ISSUER || !request->was_read)
        return looks_right(request) ? CHECK_OK : CHECK_BAD_CONTENT;
    check->responder = (uint8_t)request->reading.response_status;
    if (check->kind == CHECK_OCSP && request->reading.first == STATUS_UNKNOWN)
        return CHECK_STRANGER;
    return results[request->reading.input];
}

static void judge_request(struct check *check, const struct request *request, int64_t now)
{
    check->request = request;
    check->address = request->server.address;
    check->status = request->status;
    check->began = request->asked.time;
    check->seen = request->answered.packet ? request->answered : request->asked;
    check->ended = request->complete.packet ? request->complete.time
                   : request->closed.packet ? request->closed.time
                                            : now;
    if (!request->answered.packet)
        check->result = CHECK_NO_ANSWER;
    else if (request->status != 200)
        check->result = CHECK_HTTP_ERROR;
    else if (!request->complete.packet)
        check->result = request->closed.packet ? CHECK_BAD_CONTENT : CHECK_NO_ANSWER;
    else
        check->result = judge_body(check, request);
}

/* How long it kept the handshake waiting. */
static void weigh(struct check *check, const struct verification *window)
{
    int64_t from = check->began > window->stall_from ? check->began : window->stall_from;
    int64_t until = check->ended < window->stall_until ? check->ended : window->stall_until;
    check->blocked = clock_span(from, until);
    if (check->result == CHECK_OK && check->blocked >= SLOW)
        check->result = CHECK_SLOW;
}

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
static bool asks_for(const struct request *request, const struct url *url, enum check_kind kind)
{
    struct url asked;
    struct octets text = {.bytes = request->url, .length = (uint32_t)strlen(request->url)};
    if (!url_read(text, &asked) || !is_same_host(&asked, url))
        return false;
    struct octets wanted = without_slash(url->path), given = without_slash(asked.path);
    bool fits = kind == CHECK_OCSP ? given.length >= wanted.length : given.length == wanted.length;
    return fits && memcmp(given.bytes, wanted.bytes, wanted.length) == 0;
}

/* Of several the one that worked, else the latest. */
static const struct request *find_request(const struct drawing *drawing, const struct url *url,
                                          enum check_kind kind)
{
    const struct request *found = NULL, *request = NULL;
    while ((request = fetches_next_request(drawing->traffic->fetches, drawing->verifier, request))) {
        if (!is_in(&drawing->window, request->asked.time, end_of_request(request)) ||
            !asks_for(request, url, kind))
            continue;
        if (!found || (found->status != 200 && request->status == 200))
            found = request;
    }
    return found;
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
static const struct address local_resolver = {.family = 4, .bytes = {127, 0, 0, 1}};

static bool led_to(const struct drawing *drawing, const struct address *asker, const struct dns_name *host,
                   const struct address *address)
{
    const struct lookup *lookup = NULL;
    do
        lookup = lookups_find(drawing->traffic->lookups, asker, host->text, host->length, lookup);
    while (lookup && !gave(lookup, address));
    return lookup;
}

static bool is_address_of(const struct drawing *drawing, const struct url *url, const struct address *address)
{
    if (url->address.family)
        return is_same_address(&url->address, address);
    if (led_to(drawing, drawing->verifier, &url->host, address) ||
        led_to(drawing, &local_resolver, &url->host, address))
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
    while ((number = fetches_next_dial(drawing->traffic->fetches, drawing->verifier, number, &dial))) {
        if (dial.server.port != url->port || !is_in(&drawing->window, dial.first.time, dial.last.time) ||
            !is_address_of(drawing, url, &dial.server.address))
            continue;
        if (!failed_to_open(&dial) && dial.answered)
            return false;
        if (failed_to_open(&dial)) {
            *found = dial;
            any = true;
        }
    }
    return any;
}

/* ---- DNS ----------------------------------------------------------------------------------------------- */

/* What the questions for a name came to. */
struct answers {
    const struct lookup *resolved, *no_such_name, *no_address, *failure, *open, *unreachable;
    uint32_t unanswered; /* questions that no answer came to */
    int64_t began, ended;
};

static void count_lookup(struct answers *answers, const struct lookup *lookup)
{
    const struct lookup **place = &answers->failure;
    if (!lookup->answered.packet)
        place = lookup->unreachable.packet ? &answers->unreachable : &answers->open;
    else if (lookup->address_count > 0 || lookup->truncated)
        place = &answers->resolved;
    else if (lookup->code == DNS_NO_SUCH_NAME)
        place = &answers->no_such_name;
    else if (lookup->code == DNS_FINE)
        place = &answers->no_address;
    *place = lookup;
    if (place == &answers->open)
        answers->unanswered += lookup->times;
    int64_t first = lookup->asked.packet ? lookup->asked.time : lookup->answered.time;
    int64_t last = lookup->answered.packet ? lookup->answered.time : lookup->asked_last.time;
    answers->began = first < answers->began ? first : answers->began;
    answers->ended = last > answers->ended ? last : answers->ended;
}

static void collect(const struct drawing *drawing, const struct address *asker, const struct dns_name *host,
                    struct answers *answers)
{
    const struct lookup *lookup = NULL;
    while ((lookup = lookups_find(drawing->traffic->lookups, asker, host->text, host->length, lookup))) {
        int64_t began = lookup->asked.packet ? lookup->asked.time : lookup->answered.time;
        int64_t ended = lookup->answered.packet ? lookup->answered.time : INT64_MAX;
        if (is_in(&drawing->window, began, ended))
            count_lookup(answers, lookup);
    }
}

/* False where the name was found, or nobody asked for it. */
static bool judge_answers(struct check *check, const struct answers *answers)
{
    const struct lookup *lookup = NULL;
    if (answers->resolved)
        return false;
    if ((lookup = answers->no_such_name))
        check->result = CHECK_DNS_NO_SUCH_NAME;
    else if ((lookup = answers->failure) || (lookup = answers->unreachable))
        check->result = CHECK_DNS_FAILURE;
    else if (answers->unanswered >= 2 && (lookup = answers->open))
        check->result = CHECK_DNS_TIMEOUT;
    else if ((lookup = answers->no_address) && lookup->type == DNS_TYPE_A)
        check->result = CHECK_DNS_NO_ADDRESS;
    else
        return false;
    check->seen = lookup->answered.packet      ? lookup->answered
                  : lookup->unreachable.packet ? lookup->unreachable
                                               : lookup->asked;
    check->began = answers->began;
    check->ended = answers->ended;
    return true;
}

static bool find_lookup(const struct drawing *drawing, const struct url *url, struct check *check)
{
    struct answers answers = {.began = INT64_MAX, .ended = INT64_MIN};
    if (url->address.family || url->host.length == 0)
        return false;
    collect(drawing, drawing->verifier, &url->host, &answers);
    collect(drawing, &local_resolver, &url->host, &answers);
    return judge_answers(check, &answers);
}

/* ---- The URLs of certificates -------------------------------------------------------------------------- */

/* What is still without an answer may have been waited for up to the handshake's next step. */
static void let_wait(struct check *check, const struct verification *window)
{
    bool waits = check->result == CHECK_SYN_TIMEOUT || check->result == CHECK_DNS_TIMEOUT ||
                 check->result == CHECK_NO_ANSWER;
    if (waits && window->stall_ends && check->ended < window->stall_until)
        check->ended = window->stall_until;
}

/* How far the verifier came with it; false where it did not try, as far as can be seen. */
static bool seek(const struct drawing *drawing, const struct url *url, struct check *check)
{
    struct dial dial;
    const struct request *request = find_request(drawing, url, check->kind);
    if (request)
        judge_request(check, request, drawing->window.stall_until);
    else if (find_dial(drawing, url, &dial))
        judge_dial(check, &dial);
    else if (!find_lookup(drawing, url, check))
        return false;
    let_wait(check, &drawing->window);
    weigh(check, &drawing->window);
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

static void seek_urls(struct drawing *drawing, const struct octets_list *urls, enum check_kind kind)
{
    enum { URLS = 8 };
    for (uint32_t i = 0; i < urls->count && i < URLS; i++) {
        struct url url;
        struct check check = {.kind = kind, .by = drawing->by, .url = urls->items[i]};
        if (!url_read(urls->items[i], &url) || is_known_url(drawing->view, drawing->by, urls->items[i]) ||
            !seek(drawing, &url, &check))
            continue;
        struct check *kept = add_check(drawing, kind);
        check.host = url.host;
        if (kept)
            *kept = check;
    }
}

static void seek_chain(struct drawing *drawing, const struct certificate_chain *chain)
{
    enum { CERTIFICATES = 8 };
    for (uint32_t i = 0; i < chain->count && i < CERTIFICATES; i++) {
        const struct certificate *certificate = chain->items[i];
        if (!certificate)
            continue;
        seek_urls(drawing, &certificate->ocsp_urls, CHECK_OCSP);
        seek_urls(drawing, &certificate->crl_urls, CHECK_CRL);
        seek_urls(drawing, &certificate->issuer_urls, CHECK_ISSUER);
    }
}

/* ---- What shows by itself what it is ------------------------------------------------------------------- */

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
                        (kind == CHECK_OCSP || looks_right(request));
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
            if (url_read(chain->items[i]->ocsp_urls.items[k], &url) && asks_for(request, &url, CHECK_OCSP))
                return true;
        }
    return false;
}

/* Asked for while the handshake stood still: by a verifier with a responder of its own, or on account of a
 * certificate that is hidden. */
static void seek_other_requests(struct drawing *drawing)
{
    const struct request *request = NULL;
    while ((request = fetches_next_request(drawing->traffic->fetches, drawing->verifier, request))) {
        enum check_kind kind = kind_of(request);
        bool then = request->asked.time >= drawing->window.stall_from &&
                    request->asked.time <= drawing->window.stall_until;
        if (!then || kind == CHECK_OF_SOME_KIND || is_drawn(drawing->view, request) ||
            is_about_itself(drawing, request))
            continue;
        struct url url;
        struct check *check = add_check(drawing, kind);
        if (!check)
            return;
        check->url = (struct octets){.bytes = request->url, .length = (uint32_t)strlen(request->url)};
        check->by_time = true;
        if (url_read(check->url, &url))
            check->host = url.host;
        judge_request(check, request, drawing->window.stall_until);
        let_wait(check, &drawing->window);
        weigh(check, &drawing->window);
    }
}

/* Certificates name this port, or are hidden. */
static bool is_likely_port(const struct certificate_chain *chain, uint16_t port)
{
    const uint16_t http_port = 80;
    bool any = chain->count == 0;
    for (uint32_t i = 0; i < chain->count; i++)
        any = any ||
              (chain->items[i] && chain->items[i]->crl_urls.count + chain->items[i]->ocsp_urls.count > 0);
    return any && port == http_port;
}

/* Nobody looked this address up in the capture, so that it may be anybody's; or a name that says what it is
 * for. */
static const struct lookup *name_of(const struct drawing *drawing, const struct address *address)
{
    return lookups_of_address(drawing->traffic->lookups, address, drawing->verifier, drawing->window.until);
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

/* Connections of the verifier that never opened, begun while the handshake stood still, where nothing else
 * tells what it was waiting for. */
static void seek_other_dials(struct drawing *drawing, const struct certificate_chain *chain)
{
    struct dial dial;
    uint64_t number = 0;
    uint32_t before = drawing->view->count;
    while ((number = fetches_next_dial(drawing->traffic->fetches, drawing->verifier, number, &dial))) {
        bool then =
            dial.first.time >= drawing->window.stall_from && dial.first.time <= drawing->window.stall_until;
        const struct lookup *lookup = name_of(drawing, &dial.server.address);
        if (!then || !failed_to_open(&dial) || !is_likely_port(chain, dial.server.port) ||
            (lookup && !sounds_like_revocation(&lookup->name)) || drawing->view->count > before + 2)
            continue;
        struct check *check = add_check(drawing, CHECK_OF_SOME_KIND);
        if (!check)
            return;
        check->by_time = true;
        if (lookup)
            check->host = lookup->name;
        judge_dial(check, &dial);
        let_wait(check, &drawing->window);
        weigh(check, &drawing->window);
    }
}

/* ---- Drawing ------------------------------------------------------------------------------------------- */

static int by_beginning(const void *a, const void *b)
{
    const struct check *one = a, *other = b;
    if (one->seen.packet != other->seen.packet && one->began == other->began)
        return one->seen.packet < other->seen.packet ? -1 : 1;
    return (one->began > other->began) - (one->began < other->began);
}

static void draw_side(struct side_view *view, const struct handshake *handshake, enum side by)
{
    struct drawing drawing = {.handshake = handshake,
                              .traffic = view->traffic,
                              .view = view,
                              .by = by,
                              .verifier = &handshake_half(handshake, by)->endpoint.address};
    if (!verification_of(handshake, by, &drawing.window))
        return;
    const struct certificate_chain *chain = &handshake->chain[by == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT];
    uint32_t before = view->count;
    seek_chain(&drawing, chain);
    seek_other_requests(&drawing);
    if (view->count == before)
        seek_other_dials(&drawing, chain);
}

const struct side_view *checks_of(const struct handshake *handshake)
{
    struct side_view *view = handshake->side;
    if (!view || (fetches_are_empty(view->traffic->fetches) && lookups_are_empty(view->traffic->lookups)))
        return NULL;
    if (!view->drawn) {
        view->drawn = true;
        draw_side(view, handshake, SIDE_CLIENT);
        draw_side(view, handshake, SIDE_SERVER);
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
