/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts about the software of each side, found when first asked for. */
#include "handshake/getters.h"

static const struct stack_guess *guess_of(const struct handshake *handshake, enum side side)
{
    static const struct stack_guess nothing;
    struct recognition *recognition = handshake->recognition;
    if (!recognition)
        return &nothing;
    if (!recognition->found[side]) {
        recognition->found[side] = true; /* before: a signature that asks for itself knows nothing */
        recognition->find(recognition->knowledge, handshake, side, &recognition->guess[side]);
    }
    return &recognition->guess[side];
}

/* A word of the rules, or their text. */
static struct value text_or_unknown(const char *text)
{
    return text ? value_string(text) : value_unknown();
}

static struct value confidence_of(const struct stack_guess *guess)
{
    static const char *const words[] = {
        [CONFIDENCE_POSSIBLE] = "possible", [CONFIDENCE_LIKELY] = "likely", [CONFIDENCE_CERTAIN] = "certain"};
    return guess->stack ? value_string(words[guess->confidence]) : value_unknown();
}

#define OF_SIDE(name, side)                                                                                  \
    struct value field_stack_##name(const struct handshake *handshake)                                       \
    {                                                                                                        \
        return text_or_unknown(guess_of(handshake, side)->stack);                                            \
    }                                                                                                        \
    struct value field_stack_##name##_confidence(const struct handshake *handshake)                          \
    {                                                                                                        \
        return confidence_of(guess_of(handshake, side));                                                     \
    }                                                                                                        \
    struct value field_stack_##name##_version(const struct handshake *handshake)                             \
    {                                                                                                        \
        return text_or_unknown(guess_of(handshake, side)->version);                                          \
    }                                                                                                        \
    struct value field_stack_##name##_program(const struct handshake *handshake)                             \
    {                                                                                                        \
        return text_or_unknown(guess_of(handshake, side)->program);                                          \
    }
OF_SIDE(client, SIDE_CLIENT)
OF_SIDE(server, SIDE_SERVER)
#undef OF_SIDE
