/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about what the two sides asked others: DNS for the server, and whatever a certificate points to. */
#include "handshake/getters.h"

#include "base/clock.h"
#include "certificate/ocsp.h"
#include "handshake/chains.h"
#include "handshake/checks.h"
#include "handshake/shown.h"
#include <stdio.h>

struct value field_dns_server_name(const struct handshake *handshake)
{
    const struct lookup *lookup = checks_lookup_of_server(handshake);
    return lookup ? value_text(lookup->name.text, lookup->name.length) : value_unknown();
}

struct value field_dns_server_name_packet(const struct handshake *handshake)
{
    const struct lookup *lookup = checks_lookup_of_server(handshake);
    return lookup ? value_of_packet(lookup->answered) : value_unknown();
}

struct value field_dns_asked_by_client(const struct handshake *handshake)
{
    const struct lookup *lookup = checks_lookup_of_server(handshake);
    const struct address *client = &handshake_half(handshake, SIDE_CLIENT)->endpoint.address;
    if (!lookup)
        return value_unknown();
    return value_boolean(lookup->asker.family == client->family &&
                         memcmp(lookup->asker.bytes, client->bytes, sizeof client->bytes) == 0);
}

/* ---- Whether what a certificate points to can be reached ------------------------------------------------
 */

static struct value reach_of(const struct handshake *handshake, enum side side, bool ocsp)
{
    const struct certificate *leaf = chains_leaf(handshake, side);
    if (!leaf || !leaf->readable)
        return value_unknown();
    return value_word(url_reach_name(url_best_reach(ocsp ? &leaf->ocsp_urls : &leaf->crl_urls)));
}

struct value field_client_certificate_crl_usable(const struct handshake *handshake)
{
    return reach_of(handshake, SIDE_CLIENT, false);
}

struct value field_client_certificate_ocsp_usable(const struct handshake *handshake)
{
    return reach_of(handshake, SIDE_CLIENT, true);
}

struct value field_server_certificate_crl_usable(const struct handshake *handshake)
{
    return reach_of(handshake, SIDE_SERVER, false);
}

struct value field_server_certificate_ocsp_usable(const struct handshake *handshake)
{
    return reach_of(handshake, SIDE_SERVER, true);
}

/* ---- All that was asked for ---------------------------------------------------------------------------- */

static const char *certificate_of(const struct check *check)
{
    return check->by == SIDE_CLIENT ? "server_certificate" : "client_certificate";
}

static struct value host_of(const struct check *check)
{
    return check->host.length > 0 ? value_text(check->host.text, check->host.length) : value_unknown();
}

static struct value status_of(const struct check *check)
{
    return check->status ? value_integer(check->status) : value_unknown();
}

#define SIDE_COLUMN(column, element, result)                                                                 \
    static struct value side_##column##_at(const void *owner, uint32_t index)                                \
    {                                                                                                        \
        const struct handshake *handshake = owner;                                                           \
        const struct check *check = &handshake->side->checks[index];                                         \
        return result;                                                                                       \
    }                                                                                                        \
    struct value field_side_##column(const struct handshake *handshake)                                      \
    {                                                                                                        \
        const struct side_view *view = checks_of(handshake);                                                 \
        if (!view)                                                                                           \
            return value_unknown();                                                                          \
        return value_list_of(element, view->count, side_##column##_at, handshake);                           \
    }
SIDE_COLUMN(kinds, VALUE_TEXT, value_word(check_kind_name(check->kind)))
SIDE_COLUMN(certificates, VALUE_TEXT, value_word(certificate_of(check)))
SIDE_COLUMN(verifiers, VALUE_TEXT, value_of_side(check->by))
SIDE_COLUMN(urls, VALUE_TEXT, value_of_octets(check->url))
SIDE_COLUMN(hosts, VALUE_TEXT, host_of(check))
SIDE_COLUMN(addresses, VALUE_ADDRESS, value_address(&check->address))
SIDE_COLUMN(results, VALUE_TEXT, value_word(check_result_name(check->result)))
SIDE_COLUMN(statuses, VALUE_INTEGER, status_of(check))
SIDE_COLUMN(packets, VALUE_INTEGER, value_of_packet(check->seen))
SIDE_COLUMN(files, VALUE_TEXT, value_string(shown_file(handshake, check->seen.packet)))
SIDE_COLUMN(times, VALUE_DURATION, value_duration(check->began - handshake->connection->first.time))
SIDE_COLUMN(durations, VALUE_DURATION, value_duration(clock_span(check->began, check->ended)))
SIDE_COLUMN(blocked, VALUE_DURATION, value_duration(check->blocked))
SIDE_COLUMN(ties, VALUE_TEXT, value_word(check_tie_name(check->tie)))

/* ---- The one that matters ------------------------------------------------------------------------------ */

/* What nothing but its time speaks for may be anybody's. */
static bool is_about_revocation(const struct check *check)
{
    return check->kind != CHECK_ISSUER && check->tie != TIE_TIME;
}

static bool is_about_the_same(const struct check *one, const struct check *other)
{
    return one->by == other->by &&
           (one->certificate == other->certificate || one->certificate == CHECK_NO_CERTIFICATE ||
            other->certificate == CHECK_NO_CERTIFICATE);
}

/* Another attempt told the verifier whether the certificate is revoked. */
static bool is_reached(const struct side_view *view, const struct check *failed)
{
    for (uint32_t i = 0; i < view->count; i++) {
        const struct check *check = &view->checks[i];
        if (is_about_revocation(check) && !check_failed(check) && is_about_the_same(check, failed))
            return true;
    }
    return false;
}

static bool is_worse(const struct side_view *view, const struct check *check, const struct check *than)
{
    bool reached = is_reached(view, check), than_reached = is_reached(view, than);
    return reached == than_reached ? check->blocked > than->blocked : than_reached;
}

/* What failed and was not made up for by another attempt, else just failed, and held the handshake up the
 * longest; of equals the first. */
static const struct check *worst(const struct handshake *handshake, bool revocation)
{
    const struct side_view *view = checks_of(handshake);
    const struct check *found = NULL;
    for (uint32_t i = 0; view && i < view->count; i++) {
        const struct check *check = &view->checks[i];
        if (check_failed(check) && check->tie != TIE_TIME && is_about_revocation(check) == revocation &&
            (!found || is_worse(view, check, found)))
            found = check;
    }
    return found;
}

#define CHECK_FACTS(prefix, revocation)                                                                      \
    CHECK_FACT(prefix, revocation, result, value_word(check_result_name(check->result)))                     \
    CHECK_FACT(prefix, revocation, url, value_of_octets(check->url))                                         \
    CHECK_FACT(prefix, revocation, host, host_of(check))                                                     \
    CHECK_FACT(prefix, revocation, ip, value_address(&check->address))                                       \
    CHECK_FACT(prefix, revocation, by, value_of_side(check->by))                                             \
    CHECK_FACT(prefix, revocation, status, status_of(check))                                                 \
    CHECK_FACT(prefix, revocation, packet, value_of_packet(check->seen))                                     \
    CHECK_FACT(prefix, revocation, blocked, value_duration(check->blocked))                                  \
    CHECK_FACT(prefix, revocation, what, what_of(handshake, check))

#define CHECK_FACT(prefix, revocation, name, shown)                                                          \
    struct value field_##prefix##_##name(const struct handshake *handshake)                                  \
    {                                                                                                        \
        const struct check *check = worst(handshake, revocation);                                            \
        return check ? (shown) : value_unknown();                                                            \
    }

/* RFC 6960 section 4.2.1. */
static const char *words_of_responder(uint8_t status)
{
    static const char *const words[] = {
        [1] = "the OCSP responder answers that it cannot read the request",
        [2] = "the OCSP responder answers that it has an internal error",
        [3] = "the OCSP responder answers that it has no time now (tryLater)",
        [5] = "the OCSP responder answers that the request has to be signed",
        [6] = "the OCSP responder answers that it does not speak for this issuer or to this client "
              "(unauthorized)",
    };
    return status < sizeof words / sizeof *words ? words[status] : NULL;
}

static struct value http_status_words(const struct handshake *handshake, uint16_t status)
{
    char text[sizeof "the web server answers with the HTTP status 99999"];
    int length = snprintf(text, sizeof text, "the web server answers with the HTTP status %u", status);
    return value_string(length > 0 ? arena_copy(handshake->arena, text, (size_t)length) : NULL);
}

static struct value what_of(const struct handshake *handshake, const struct check *check)
{
    static const char *const words[CHECK_RESULTS] = {
        [CHECK_OK] = "it was fetched",
        [CHECK_SLOW] = "it came late",
        [CHECK_DNS_NO_SUCH_NAME] = "DNS says that the name does not exist",
        [CHECK_DNS_NO_ADDRESS] = "DNS knows no address for the name",
        [CHECK_DNS_FAILURE] = "the DNS server could not or would not look the name up",
        [CHECK_DNS_TIMEOUT] = "no DNS server answered",
        [CHECK_SYN_TIMEOUT] = "the host does not answer the SYN",
        [CHECK_REFUSED] = "the host refuses the connection (RST)",
        [CHECK_ICMP] = "an ICMP error says that the host cannot be reached",
        [CHECK_NO_ANSWER] = "the request was not answered",
        [CHECK_HTTP_ERROR] = "the web server answers with an error",
        [CHECK_BAD_CONTENT] = "what came back is nothing of the kind that was asked for",
        [CHECK_RESPONDER_ERROR] = "the OCSP responder answers with an error",
        [CHECK_EXPIRED] = "what came back is past its next update",
        [CHECK_NOT_YET_VALID] = "the time of what came back has not begun yet",
        [CHECK_STRANGER] = "the OCSP responder answers that it does not know the certificate",
    };
    const char *responder = words_of_responder(check->responder);
    if (check->result == CHECK_HTTP_ERROR)
        return http_status_words(handshake, check->status);
    return value_word(check->result == CHECK_RESPONDER_ERROR && responder ? responder : words[check->result]);
}

CHECK_FACTS(revocation_check, true)
CHECK_FACT(revocation_check, true, kind, value_word(check_kind_name(check->kind)))
CHECK_FACT(revocation_check, true, went_on, value_boolean(check->went_on))
CHECK_FACT(revocation_check, true, tied, value_word(check_tie_name(check->tie)))
CHECK_FACTS(issuer_fetch, false)

struct value field_revocation_check_what_for(const struct handshake *handshake)
{
    const struct check *check = worst(handshake, true);
    return check ? value_word(check->by == SIDE_CLIENT ? "server's" : "client's") : value_unknown();
}

struct value field_revocation_check_responder(const struct handshake *handshake)
{
    const struct check *check = worst(handshake, true);
    if (!check || check->result != CHECK_RESPONDER_ERROR)
        return value_unknown();
    return value_string(ocsp_response_status_word(check->responder));
}

static const char *thing_of(const struct check *check)
{
    static const char *const words[] = {[CHECK_CRL] = "the revocation list",
                                        [CHECK_OCSP] = "the OCSP responder's answer",
                                        [CHECK_ISSUER] = "the issuer's certificate",
                                        [CHECK_OF_SOME_KIND] = "a revocation list or an OCSP answer"};
    return words[check->kind];
}

CHECK_FACT(revocation_check, true, thing, value_word(thing_of(check)))
CHECK_FACT(revocation_check, true, verifier,
           value_address(&handshake_half(handshake, check->by)->endpoint.address))
CHECK_FACT(issuer_fetch, false, verifier,
           value_address(&handshake_half(handshake, check->by)->endpoint.address))

struct value field_revocation_check_reached(const struct handshake *handshake)
{
    const struct check *failed = worst(handshake, true);
    return failed ? value_boolean(is_reached(checks_of(handshake), failed)) : value_unknown();
}

/* Attempts overlap and follow each other; they began in this order. */
static int64_t stalled_for(const struct side_view *view, enum side by, const struct check **longest)
{
    int64_t sum = 0, until = INT64_MIN;
    for (uint32_t i = 0; i < view->count; i++) {
        const struct check *check = &view->checks[i];
        if (check->by != by || !is_about_revocation(check) || check->blocked == 0)
            continue;
        int64_t began = check->began > until ? check->began : until;
        int64_t ended = check->began + check->blocked;
        sum += clock_span(began, ended);
        until = ended > until ? ended : until;
        if (!*longest || check->blocked > (*longest)->blocked)
            *longest = check;
    }
    return sum;
}

/* The longest of the attempts that held up the handshake, and how long they all did. */
static const struct check *slowest(const struct handshake *handshake, int64_t *stalled)
{
    const struct side_view *view = checks_of(handshake);
    const struct check *longest[SIDES] = {NULL};
    int64_t sums[SIDES] = {0};
    for (enum side by = SIDE_CLIENT; view && by < SIDES; by++)
        sums[by] = stalled_for(view, by, &longest[by]);
    enum side by = sums[SIDE_SERVER] > sums[SIDE_CLIENT] ? SIDE_SERVER : SIDE_CLIENT;
    *stalled = sums[by];
    return longest[by];
}

#define STALL_FACT(name, shown)                                                                              \
    struct value field_revocation_stall_##name(const struct handshake *handshake)                            \
    {                                                                                                        \
        int64_t stalled;                                                                                     \
        const struct check *check = slowest(handshake, &stalled);                                            \
        return check ? (shown) : value_unknown();                                                            \
    }
STALL_FACT(duration, value_duration(stalled))
STALL_FACT(thing, value_word(thing_of(check)))
STALL_FACT(verifier, value_address(&handshake_half(handshake, check->by)->endpoint.address))
STALL_FACT(went_on, value_boolean(check->went_on))
STALL_FACT(by, value_of_side(check->by))
STALL_FACT(url, value_of_octets(check->url))
STALL_FACT(host, host_of(check))
STALL_FACT(packet, value_of_packet(check->seen))
STALL_FACT(result, value_word(check_result_name(check->result)))
STALL_FACT(what, what_of(handshake, check))
