/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about a connection's siblings: other connections of the same client, and others to the same server.
 */
#include "handshake/getters.h"

#include "base/clock.h"
#include "handshake/siblings.h"
#include "tls/names.h"
#include <string.h>

static struct value packet_of(const struct sibling_facts *facts, const struct sibling_answer *answer)
{
    bool told = facts && answer->answer != ANSWER_UNKNOWN && answer->packet;
    return told ? value_of_count(answer->packet) : value_unknown();
}

/* The fact, and the packet of the sibling that tells it. */
#define ANSWER(field, member)                                                                                \
    struct value field_siblings_##field(const struct handshake *handshake)                                   \
    {                                                                                                        \
        const struct sibling_facts *facts = siblings_of(handshake);                                          \
        return facts ? value_of_answer(facts->member.answer) : value_unknown();                              \
    }                                                                                                        \
    struct value field_siblings_##field##_packet(const struct handshake *handshake)                          \
    {                                                                                                        \
        const struct sibling_facts *facts = siblings_of(handshake);                                          \
        return packet_of(facts, facts ? &facts->member : NULL);                                              \
    }
ANSWER(earlier_success, earlier_success)
ANSWER(later_success, later_success)
ANSWER(retry_lower_version, retry_lower_version)
ANSWER(lower_version_succeeded, lower_version_succeeded)
ANSWER(fallback_refused, fallback_refused)
ANSWER(same_version_succeeded, same_version_succeeded)
ANSWER(earlier_higher_version_failed, earlier_higher_version_failed)
ANSWER(smaller_hello_succeeded, smaller_hello_succeeded)
ANSWER(hello_as_long_succeeded, hello_as_long_succeeded)
ANSWER(success_without_ticket, success_without_ticket)
ANSWER(success_with_ticket, success_with_ticket)
ANSWER(without_alpn_succeeded, without_alpn_succeeded)
ANSWER(other_name_succeeded, other_name_succeeded)
ANSWER(sent_certificate, sent_certificate)
ANSWER(sent_issuer_named, sent_issuer_named)
ANSWER(earlier_with_h2, earlier_with_h2)
ANSWER(sent_none, sent_none)

struct value field_siblings_sent_by_same_program(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->sent_certificate.answer == ANSWER_YES ? value_boolean(facts->sent_by_same_program)
                                                                 : value_unknown();
}
ANSWER(certificate_asked, certificate_asked)
ANSWER(other_leaf, other_leaf)
ANSWER(leaf_fits_other, leaf_fits_other)
ANSWER(hello_answered, hello_answered)
ANSWER(other_client_succeeded, other_client_succeeded)
ANSWER(name_succeeded, name_succeeded)
ANSWER(version_of_others_offered, version.offered)
ANSWER(suite_of_others_offered, suite.offered)
ANSWER(group_of_others_offered, group.offered)

#define COUNT(field)                                                                                         \
    struct value field_siblings_##field(const struct handshake *handshake)                                   \
    {                                                                                                        \
        const struct sibling_facts *facts = siblings_of(handshake);                                          \
        return facts ? value_integer(facts->field) : value_unknown();                                        \
    }
COUNT(count)
COUNT(failed)
COUNT(succeeded)
COUNT(clients)
COUNT(clients_failing)

struct value field_siblings_same_failure_count(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->same_failure_count ? value_integer(facts->same_failure_count) : value_unknown();
}

struct value field_siblings_same_failure_span(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    if (!facts || !facts->same_failure_count)
        return value_unknown();
    return value_duration(clock_span(facts->same_failure_first, facts->same_failure_last));
}

struct value field_siblings_higher_version_verdict(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->higher_version_verdict ? value_string(facts->higher_version_verdict)
                                                  : value_unknown();
}

struct value field_siblings_smaller_hello_length(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->smaller_hello_length ? value_integer(facts->smaller_hello_length)
                                                : value_unknown();
}

struct value field_siblings_all_clients_fail(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts ? value_of_answer(facts->all_clients_fail) : value_unknown();
}

/* ---- What the server chose ----------------------------------------------------------------------------- */

static struct value name_of(const struct handshake *handshake, enum names_table table, uint16_t code)
{
    char scratch[8];
    const char *name = names_or_hex(table, code, scratch);
    return value_word(name == scratch ? arena_copy(handshake->arena, name, strlen(name)) : name);
}

static struct value choice_of(const struct handshake *handshake, const struct sibling_choice *choice,
                              enum names_table table)
{
    return choice->offered.answer != ANSWER_UNKNOWN ? name_of(handshake, table, choice->code)
                                                    : value_unknown();
}

struct value field_siblings_version_of_others(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts ? choice_of(handshake, &facts->version, NAMES_VERSION) : value_unknown();
}

struct value field_siblings_suite_of_others(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts ? choice_of(handshake, &facts->suite, NAMES_CIPHER_SUITE) : value_unknown();
}

struct value field_siblings_group_of_others(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts ? choice_of(handshake, &facts->group, NAMES_GROUP) : value_unknown();
}

struct value field_siblings_server_version(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->server_version ? name_of(handshake, NAMES_VERSION, facts->server_version)
                                          : value_unknown();
}

struct value field_siblings_server_version_number(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->server_version ? value_integer(facts->server_version) : value_unknown();
}

struct value field_siblings_server_version_packet(const struct handshake *handshake)
{
    const struct sibling_facts *facts = siblings_of(handshake);
    return facts && facts->server_version ? value_of_count(facts->server_version_packet) : value_unknown();
}
