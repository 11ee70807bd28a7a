/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about what each side took for true. */
#include "handshake/getters.h"

#include "base/clock.h"
#include "handshake/belief.h"
#include "handshake/shown.h"

/* Where both took the handshake for done, and nobody refused it later, the messages tell it all. */
static bool parts_ways(const struct handshake *handshake)
{
    return handshake->belief_count > 0 &&
           (handshake->outcome != OUTCOME_SUCCESS || handshake->late.refusal.packet);
}

#define STEP_COLUMN(column, element, result)                                                                 \
    static struct value belief_##column##_at(const void *owner, uint32_t index)                              \
    {                                                                                                        \
        const struct handshake *handshake = owner;                                                           \
        const struct belief_step *step = &handshake->beliefs[index];                                         \
        return result;                                                                                       \
    }                                                                                                        \
    struct value field_belief_##column(const struct handshake *handshake)                                    \
    {                                                                                                        \
        if (!parts_ways(handshake))                                                                          \
            return value_unknown();                                                                          \
        return value_list_of(element, handshake->belief_count, belief_##column##_at, handshake);             \
    }
STEP_COLUMN(packets, VALUE_INTEGER, value_of_packet(step->since))
STEP_COLUMN(files, VALUE_TEXT, value_string(shown_file(handshake, step->since.packet)))
STEP_COLUMN(times, VALUE_DURATION,
            step->since.packet
                ? value_duration(clock_span(handshake->connection->first.time, step->since.time))
                : value_unknown())
STEP_COLUMN(sides, VALUE_TEXT, value_of_side((enum side)step->side))
STEP_COLUMN(names, VALUE_TEXT, value_word(belief_name((enum belief)step->belief)))

static struct value last_belief(const struct handshake *handshake, enum side side)
{
    const struct belief_step *step = belief_last(handshake, side);
    return step ? value_word(belief_name((enum belief)step->belief)) : value_unknown();
}

struct value field_belief_client(const struct handshake *handshake)
{
    return last_belief(handshake, SIDE_CLIENT);
}

struct value field_belief_server(const struct handshake *handshake)
{
    return last_belief(handshake, SIDE_SERVER);
}

static struct value established_packet(const struct handshake *handshake, enum side side)
{
    const struct belief_step *step = belief_find(handshake, side, BELIEF_ESTABLISHED);
    return step ? value_of_packet(step->since) : value_unknown();
}

struct value field_belief_client_established(const struct handshake *handshake)
{
    return established_packet(handshake, SIDE_CLIENT);
}

struct value field_belief_server_established(const struct handshake *handshake)
{
    return established_packet(handshake, SIDE_SERVER);
}

struct value field_belief_client_mistaken(const struct handshake *handshake)
{
    if (handshake->outcome != OUTCOME_FAILURE || handshake->belief_count == 0)
        return value_unknown();
    return value_boolean(belief_find(handshake, SIDE_CLIENT, BELIEF_ESTABLISHED) != NULL);
}
