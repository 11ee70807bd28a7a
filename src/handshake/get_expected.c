/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about what the user expects of the two sides, and how what was seen stands to it. */
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/told.h"

/* ---- Certificates -------------------------------------------------------------------------------------- */

static const struct expected *expected_of(const struct handshake *handshake, enum side side)
{
    const struct expected *expected = handshake->told ? handshake->told->expected[side] : NULL;
    return expected && expected_count(expected) > 0 ? expected : NULL;
}

static struct value side_expected(const struct handshake *handshake, enum side side)
{
    return expected_of(handshake, side) ? value_boolean(true) : value_unknown();
}
SIDE_FACT(expected)

struct value field_client_certificate_ever_shown(const struct handshake *handshake)
{
    return handshake->shows_nothing ? value_boolean(false) : value_unknown();
}

static enum expected_match compare(const struct handshake *handshake, enum side side,
                                   const struct expected_certificate **which)
{
    const struct expected *expected = expected_of(handshake, side);
    const struct certificate *leaf = chains_leaf(handshake, side);
    *which = NULL;
    return expected && leaf ? expected_compare(expected, leaf, which) : EXPECTED_UNKNOWN;
}

static struct value side_thumbprint_match(const struct handshake *handshake, enum side side)
{
    const struct expected_certificate *which;
    return value_word(expected_word(compare(handshake, side, &which)));
}
SIDE_FACT(thumbprint_match)

static struct value thumbprint_at(const void *owner, uint32_t index)
{
    return value_word(expected_at(owner, index)->text);
}

static struct value side_expected_thumbprints(const struct handshake *handshake, enum side side)
{
    const struct expected *expected = expected_of(handshake, side);
    return expected ? value_list_of(VALUE_TEXT, expected_count(expected), thumbprint_at, expected)
                    : value_unknown();
}
SIDE_FACT(expected_thumbprints)

static struct value side_thumbprint(const struct handshake *handshake, enum side side)
{
    const struct expected *expected = expected_of(handshake, side);
    bool long_one = expected && expected_at(expected, 0)->thumbprint.length == THUMBPRINT_LONGEST;
    if (side == SIDE_CLIENT)
        return long_one ? field_client_hash_sha256(handshake) : field_client_hash_sha1(handshake);
    return long_one ? field_server_hash_sha256(handshake) : field_server_hash_sha1(handshake);
}
SIDE_FACT(thumbprint)

/* ---- The one that is spoken of ------------------------------------------------------------------------- */

static const struct expected_certificate *worst_written(const struct expected *expected)
{
    const struct expected_certificate *worst = NULL;
    for (uint32_t i = 0; expected && i < expected_count(expected); i++) {
        const struct expected_certificate *item = expected_at(expected, i);
        if (!worst || item->flaw > worst->flaw)
            worst = item;
    }
    return worst;
}

/* The nearest to what was shown; where nothing was, the one whose writing needs mending most. */
static const struct expected_certificate *one_of(const struct handshake *handshake, enum side side)
{
    const struct expected_certificate *which;
    enum expected_match match = compare(handshake, side, &which);
    return match == EXPECTED_UNKNOWN || match == EXPECTED_NO ? worst_written(expected_of(handshake, side))
                                                             : which;
}

static const struct certificate *certificate_of(const struct handshake *handshake, enum side side)
{
    const struct expected_certificate *one = one_of(handshake, side);
    return one ? one->certificate : NULL;
}

static struct value side_expected_subject(const struct handshake *handshake, enum side side)
{
    const struct certificate *certificate = certificate_of(handshake, side);
    return certificate ? value_of_octets(certificate->subject) : value_unknown();
}
SIDE_FACT(expected_subject)

static struct value side_expected_not_before(const struct handshake *handshake, enum side side)
{
    const struct certificate *certificate = certificate_of(handshake, side);
    return certificate ? value_word(certificate->not_before_text) : value_unknown();
}
SIDE_FACT(expected_not_before)

static struct value side_expected_remarks(const struct handshake *handshake, enum side side)
{
    const struct expected_certificate *one = one_of(handshake, side);
    return one ? value_string(one->remarks) : value_unknown();
}
SIDE_FACT(expected_remarks)

static struct value side_expected_hidden(const struct handshake *handshake, enum side side)
{
    const struct expected_certificate *one = one_of(handshake, side);
    return one ? value_boolean(one->flaw == THUMBPRINT_HIDDEN) : value_unknown();
}
SIDE_FACT(expected_hidden)

static struct value side_expected_from(const struct handshake *handshake, enum side side)
{
    const struct expected_certificate *one = one_of(handshake, side);
    return one ? value_string(one->from) : value_unknown();
}
SIDE_FACT(expected_from)

/* ---- Servers ------------------------------------------------------------------------------------------- */

static const struct awaited_server *server_of(const struct handshake *handshake)
{
    const struct awaited *awaited = handshake->told ? handshake->told->awaited : NULL;
    if (handshake->absent || !awaited)
        return handshake->absent;
    return awaited_here(awaited, handshake);
}

struct value field_expected_server_name(const struct handshake *handshake)
{
    const struct awaited_server *server = server_of(handshake);
    return server ? value_string(server->text) : value_unknown();
}

struct value field_expected_server_contacted(const struct handshake *handshake)
{
    return server_of(handshake) ? value_boolean(!handshake->absent) : value_unknown();
}

struct value field_expected_server_other_port(const struct handshake *handshake)
{
    const struct awaited_server *server = server_of(handshake);
    return server && server->other_port ? value_integer(server->other_port) : value_unknown();
}

struct value field_expected_server_lookup(const struct handshake *handshake)
{
    static const char *const words[] = {[LOOKUP_NONE] = "none",
                                        [LOOKUP_ASKED] = "unanswered",
                                        [LOOKUP_ANSWERED] = "answered",
                                        [LOOKUP_NO_SUCH_NAME] = "no_such_name",
                                        [LOOKUP_FAILED] = "failed"};
    const struct awaited_server *server = server_of(handshake);
    return server && !server->address.family ? value_word(words[server->lookup]) : value_unknown();
}

static struct value address_at(const void *owner, uint32_t index)
{
    return value_address(&((const struct awaited_server *)owner)->resolved[index]);
}

struct value field_expected_server_addresses(const struct handshake *handshake)
{
    const struct awaited_server *server = server_of(handshake);
    return server && server->resolved_count > 0
               ? value_list_of(VALUE_ADDRESS, server->resolved_count, address_at, server)
               : value_unknown();
}
