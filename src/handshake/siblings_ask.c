/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "handshake/sibling_groups.h"
#include <string.h>

/* The one who asks: a connection, and what is known of it. */
struct asker {
    const struct handshake *handshake;
    struct sibling_shape shape;
    struct occurrence self;
    struct sibling_facts *facts;
};

/* A group without the asker itself. */
struct seen {
    const struct sibling_group *group;
    struct occurrence first, last;
    uint32_t count;
    bool success, failure, earlier, later;
};

/* ---- Answers ------------------------------------------------------------------------------------------- */

static int64_t distance(const struct asker *asker, const struct occurrence *occurrence)
{
    int64_t away = occurrence->time - asker->self.time;
    return away < 0 ? -away : away;
}

/* One sibling that proves it is enough, and the nearest is told of; one that speaks against it makes a "no"
 * where none proves it. */
static bool prove(struct sibling_answer *answer, bool yes, const struct asker *asker,
                  const struct occurrence *occurrence)
{
    int64_t away = distance(asker, occurrence);
    if ((answer->answer == ANSWER_YES && !yes) ||
        (answer->answer == (yes ? ANSWER_YES : ANSWER_NO) && answer->away <= away))
        return false;
    *answer = (struct sibling_answer){
        .answer = yes ? ANSWER_YES : ANSWER_NO, .packet = occurrence->packet, .away = away};
    return true;
}

static bool is_before(const struct occurrence *a, const struct occurrence *b)
{
    return a->time != b->time ? a->time < b->time : a->start < b->start;
}

static const struct occurrence *nearer(const struct seen *seen, const struct asker *asker)
{
    return distance(asker, &seen->first) < distance(asker, &seen->last) ? &seen->first : &seen->last;
}

/* What happened: the one and the other are both told, and what is not known is neither. */
static void tell(struct sibling_answer *told, const struct seen *seen, const struct asker *asker)
{
    prove(told, seen->success, asker, nearer(seen, asker));
}

/* ---- The same client ----------------------------------------------------------------------------------- */

static void compare_order(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct occurrence *before = is_before(&seen->last, &asker->self) ? &seen->last : &seen->first;
    const struct occurrence *after = is_before(&asker->self, &seen->first) ? &seen->first : &seen->last;
    if (seen->earlier)
        prove(&facts->earlier_success, seen->success, asker, before);
    if (seen->later)
        prove(&facts->later_success, seen->success, asker, after);
}

static void compare_higher(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct occurrence *before = is_before(&seen->last, &asker->self) ? &seen->last : &seen->first;
    if (seen->earlier && prove(&facts->earlier_higher_version_failed, seen->failure, asker, before))
        facts->higher_version_verdict = seen->failure ? seen->group->verdict : NULL;
}

/* inappropriate_fallback (RFC 7507): the server would have taken more. */
static bool is_refused_fallback(const struct sibling_shape *other)
{
    return other->outcome == OUTCOME_FAILURE && other->alert == TLS_ALERT_INAPPROPRIATE_FALLBACK &&
           other->alert_by == SIDE_SERVER;
}

static void compare_versions(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    uint16_t own = asker->shape.highest, other = seen->group->shape.highest;
    if (other < own)
        tell(&facts->lower_version_succeeded, seen, asker);
    else
        tell(&facts->same_version_succeeded, seen, asker);
    if (other < own && is_refused_fallback(&seen->group->shape))
        prove(&facts->fallback_refused, true, asker, nearer(seen, asker));
    if (other > own)
        compare_higher(seen, asker);
    if (seen->later)
        prove(&facts->retry_lower_version, other < own, asker,
              is_before(&asker->self, &seen->first) ? &seen->first : &seen->last);
}

static void compare_lengths(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct sibling_shape *own = &asker->shape, *other = &seen->group->shape;
    if (own->highest != other->highest)
        return;
    if (other->hello_length >= own->hello_length)
        tell(&facts->hello_as_long_succeeded, seen, asker);
    else if (prove(&facts->smaller_hello_succeeded, seen->success, asker, nearer(seen, asker)))
        facts->smaller_hello_length = other->hello_length;
}

static void compare_offers(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct sibling_shape *own = &asker->shape, *other = &seen->group->shape;
    if (other->resumption_offered == RESUMPTION_NONE)
        tell(&facts->success_without_ticket, seen, asker);
    else
        tell(&facts->success_with_ticket, seen, asker);
    if (own->alpn && !other->alpn)
        tell(&facts->without_alpn_succeeded, seen, asker);
    if (own->alpn && !own->offers_h2 && other->offers_h2 && seen->earlier && own->name == other->name)
        prove(&facts->earlier_with_h2, true, asker, nearer(seen, asker));
}

static void count_alike(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct sibling_group *group = seen->group;
    if (!seen->failure || memcmp(&group->shape, &asker->shape, sizeof group->shape) != 0)
        return;
    facts->same_failure_count = group->count;
    facts->same_failure_first = group->first.time;
    facts->same_failure_last = group->last.time;
}

/* Offers are compared where both ask for the same name: other names may lead to other servers. */
static void ask_same_client(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct sibling_shape *other = &seen->group->shape;
    facts->count += seen->count;
    facts->failed += seen->failure ? seen->count : 0;
    facts->succeeded += seen->success ? seen->count : 0;
    if (other->asked == ANSWER_YES && other->sent != ANSWER_UNKNOWN)
        prove(&facts->sent_none, other->sent == ANSWER_NO, asker, nearer(seen, asker));
    if (!seen->success && !seen->failure)
        return;
    compare_order(seen, asker);
    count_alike(seen, asker);
    if (!asker->shape.highest || !other->highest)
        return;
    if (other->name != asker->shape.name) {
        tell(&facts->other_name_succeeded, seen, asker);
        return;
    }
    compare_versions(seen, asker);
    compare_lengths(seen, asker);
    compare_offers(seen, asker);
}

/* ---- Any client ---------------------------------------------------------------------------------------- */

/* The nearest choice is told of; that one of them is offered here is enough for a "yes". */
static void choose(struct sibling_choice *choice, bool offered, uint16_t code, const struct seen *seen,
                   const struct asker *asker)
{
    struct sibling_answer *told = &choice->offered;
    const struct occurrence *occurrence = nearer(seen, asker);
    bool another = told->answer == ANSWER_YES;
    if (told->answer == ANSWER_UNKNOWN || distance(asker, occurrence) < told->away) {
        choice->code = code;
        told->packet = occurrence->packet;
        told->away = distance(asker, occurrence);
    }
    told->answer = offered || another ? ANSWER_YES : ANSWER_NO;
}

/* What the server chose matters where this hello could have led to that version. */
static void compare_choices(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct client_hello *hello = asker->handshake->client_hello;
    const struct sibling_shape *own = &asker->shape, *other = &seen->group->shape;
    if (!seen->success || !other->version)
        return;
    if (other->version > facts->server_version) {
        facts->server_version = other->version;
        facts->server_version_packet = seen->last.packet;
    }
    if (!hello || hello->cut || !own->highest || !own->lowest)
        return;
    bool fits = own->lowest <= other->version && other->version <= own->highest;
    choose(&facts->version, fits, other->version, seen, asker);
    if (fits && other->cipher)
        choose(&facts->suite, code_list_has(&hello->ciphers, other->cipher), other->cipher, seen, asker);
    if (fits && other->group && hello->groups.count > 0)
        choose(&facts->group, code_list_has(&hello->groups, other->group), other->group, seen, asker);
}

/* Which certificate the server shows for another name than this one's. */
static void compare_leaves(const struct seen *seen, const struct asker *asker)
{
    struct sibling_facts *facts = asker->facts;
    const struct sibling_shape *own = &asker->shape, *other = &seen->group->shape;
    if (!own->leaf || !other->leaf || own->name == other->name)
        return;
    prove(&facts->other_leaf, own->leaf != other->leaf, asker, nearer(seen, asker));
    if (own->leaf == other->leaf && other->leaf_fits != ANSWER_UNKNOWN)
        prove(&facts->leaf_fits_other, other->leaf_fits == ANSWER_YES, asker, nearer(seen, asker));
}

/* A hello that is like this one and refused like it adds nothing. */
static void compare_answers(const struct seen *seen, const struct asker *asker)
{
    const struct sibling_shape *own = &asker->shape, *other = &seen->group->shape;
    bool answered = other->phase >= PHASE_SERVER_HELLO && other->phase <= PHASE_COMPLETE;
    bool refused =
        other->phase == PHASE_CLIENT_HELLO && seen->failure && other->hello && other->hello != own->hello;
    if (answered || refused)
        prove(&asker->facts->hello_answered, answered, asker, nearer(seen, asker));
}

static void ask_any_client(const struct seen *seen, const struct asker *asker, bool same_client)
{
    struct sibling_facts *facts = asker->facts;
    const struct sibling_shape *own = &asker->shape, *other = &seen->group->shape;
    if (other->asked != ANSWER_UNKNOWN)
        prove(&facts->certificate_asked, other->asked == ANSWER_YES, asker, nearer(seen, asker));
    compare_choices(seen, asker);
    compare_leaves(seen, asker);
    compare_answers(seen, asker);
    if (!seen->success && !seen->failure)
        return;
    if (!same_client)
        tell(&facts->other_client_succeeded, seen, asker);
    if (own->highest && other->highest && own->name == other->name)
        tell(&facts->name_succeeded, seen, asker);
}

/* ---- Everybody is asked -------------------------------------------------------------------------------- */

static bool is_near(const struct asker *asker, const struct sibling_group *group)
{
    return group->last.time >= asker->self.time - SIBLING_WINDOW &&
           group->first.time <= asker->self.time + SIBLING_WINDOW;
}

/* False where there is no other than the asker in it. */
static bool look_at(const struct sibling_group *group, const struct asker *asker, struct seen *seen)
{
    if (group->count == 0 || !is_near(asker, group))
        return false;
    *seen = (struct seen){.group = group,
                          .first = group->first,
                          .last = group->last,
                          .count = group->count,
                          .success = group->shape.outcome == OUTCOME_SUCCESS,
                          .failure = group->shape.outcome == OUTCOME_FAILURE};
    bool is_first = group->first.start == asker->self.start, is_last = group->last.start == asker->self.start;
    bool among = memcmp(&group->shape, &asker->shape, sizeof group->shape) == 0;
    seen->count -= is_first || is_last || (among && group->count > 2);
    if (seen->count == 0)
        return false;
    if (is_first)
        seen->first = group->last;
    if (is_last)
        seen->last = group->first;
    seen->earlier = is_before(&seen->first, &asker->self);
    seen->later = is_before(&asker->self, &seen->last);
    return true;
}

static void ask_pair(const struct sibling_pair *pair, const struct asker *asker, bool same_client)
{
    bool success = same_client && asker->shape.outcome == OUTCOME_SUCCESS,
         failure = same_client && asker->shape.outcome == OUTCOME_FAILURE;
    for (int i = 0; i < GROUPS; i++) {
        struct seen seen;
        if (!look_at(&pair->groups[i], asker, &seen))
            continue;
        success = success || seen.success;
        failure = failure || seen.failure;
        ask_any_client(&seen, asker, same_client);
        if (same_client)
            ask_same_client(&seen, asker);
    }
    asker->facts->clients += success || failure;
    asker->facts->clients_failing += failure && !success;
}

static bool names_one_of(const struct siblings *siblings, const struct octets_list *named,
                         const struct sibling_certificate *certificate)
{
    for (uint32_t i = 0; i < named->count; i++) {
        uint64_t name = siblings_name_hash(siblings, named->items[i]);
        for (uint32_t j = 0; name && j < certificate->name_count; j++)
            if (certificate->names[j] == name)
                return true;
    }
    return false;
}

/* Whether the server here would name an issuer of the certificate that the client sent elsewhere. */
static void compare_issuers(const struct siblings *siblings, const struct sibling_certificate *certificate,
                            const struct asker *asker)
{
    const struct octets_list *named = &asker->handshake->acceptable_issuers;
    asker->facts->sent_print = certificate->print;
    asker->facts->sent_by_same_program = certificate->hello && certificate->hello == asker->shape.hello;
    if (certificate->name_count > 0 && named->count > 0)
        prove(&asker->facts->sent_issuer_named, names_one_of(siblings, named, certificate), asker,
              &certificate->sent);
}

static void ask_for_certificate(const struct siblings *siblings, uint64_t client, const struct asker *asker)
{
    const struct sibling_certificate *certificate = siblings_find_certificate(siblings, client);
    if (certificate && certificate->sent.start != asker->self.start &&
        distance(asker, &certificate->sent) <= SIBLING_WINDOW) {
        prove(&asker->facts->sent_certificate, true, asker, &certificate->sent);
        compare_issuers(siblings, certificate, asker);
    }
}

void siblings_ask(const struct siblings *siblings, const struct handshake *handshake,
                  struct sibling_facts *facts)
{
    struct sibling_keys keys = siblings_keys(siblings, handshake);
    struct asker asker = {.handshake = handshake,
                          .shape = siblings_shape(siblings, handshake),
                          .self = siblings_occurrence(handshake),
                          .facts = facts};
    *facts = (struct sibling_facts){.same_failure_count = handshake->outcome == OUTCOME_FAILURE,
                                    .same_failure_first = asker.self.time,
                                    .same_failure_last = asker.self.time};
    const struct sibling_server *server = siblings_find_server(siblings, keys.server);
    const struct sibling_pair *own = siblings_find_pair(siblings, keys.pair);
    if (own)
        ask_pair(own, &asker, true);
    const struct sibling_pair *pair = server ? server->liveliest : NULL;
    for (int asked = 0; pair && asked < NEIGHBOURS; pair = pair->quieter, asked++)
        if (pair != own)
            ask_pair(pair, &asker, false);
    ask_for_certificate(siblings, keys.client, &asker);
    if (facts->clients > facts->clients_failing)
        facts->all_clients_fail = ANSWER_NO;
    else if (facts->clients >= 2)
        facts->all_clients_fail = ANSWER_YES;
}
