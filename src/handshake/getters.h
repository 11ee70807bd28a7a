/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_GETTERS_H
#define TLSWHY_HANDSHAKE_GETTERS_H

/*
 * The functions behind the table of facts, one a row of handshake/fields.def. They are spread over the
 * files get_*.c by what they ask.
 */

#include "handshake/handshake.h"
#include "handshake/value.h"

#define FIELD(name, getter, type, element, rows, use, meaning)                                               \
    struct value field_##getter(const struct handshake *handshake);
#include "handshake/fields.def"
#undef FIELD

/* Shapes that many getters share. */
static inline struct value value_of_packet(struct moment moment)
{
    return moment.packet ? value_integer((int64_t)moment.packet) : value_unknown();
}

static inline struct value value_of_answer(enum answer answer)
{
    return answer == ANSWER_UNKNOWN ? value_unknown() : value_boolean(answer == ANSWER_YES);
}

static inline struct value value_of_octets(struct octets octets)
{
    return octets.bytes ? value_text(octets.bytes, octets.length) : value_unknown();
}

static inline struct value value_of_count(uint64_t count)
{
    return value_integer(count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

/* What was not found in a cut hello may have been behind the cut. */
static inline struct value value_of_find(const struct client_hello *hello, bool found)
{
    return !found && hello->cut ? value_unknown() : value_boolean(found);
}

/* A fact of either side's certificates, which side_NAME() gets. */
#define SIDE_FACT(name)                                                                                      \
    struct value field_client_certificate_##name(const struct handshake *handshake)                          \
    {                                                                                                        \
        return side_##name(handshake, SIDE_CLIENT);                                                          \
    }                                                                                                        \
    struct value field_server_certificate_##name(const struct handshake *handshake)                          \
    {                                                                                                        \
        return side_##name(handshake, SIDE_SERVER);                                                          \
    }

/* "client", "server"; unknown for nobody. */
struct value value_of_side(enum side side);

#endif
