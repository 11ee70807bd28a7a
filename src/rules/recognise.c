/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/recognise.h"

#include "rules/finding.h"

/* The first of its signatures that holds, in the order in which they were read. */
static const struct rule *find_signature(const struct rules *rules, const struct handshake *handshake,
                                         enum side side)
{
    for (size_t i = 0; i < rules->signature_count; i++) {
        const struct rule *signature = rules->signatures[i];
        if (signature->side == (int)side && expression_holds(signature->when, handshake))
            return signature;
    }
    return NULL;
}

static enum confidence confidence_of(const struct rule *signature, const struct handshake *handshake)
{
    for (const struct choice *choice = signature->confidence.first; choice; choice = choice->next)
        if (rule_guard_holds(choice->when, handshake))
            return (enum confidence)choice->value;
    return CONFIDENCE_LIKELY;
}

static void recognise(const void *knowledge, const struct handshake *handshake, enum side side,
                      struct stack_guess *guess)
{
    const struct rule *signature = find_signature(knowledge, handshake, side);
    if (!signature)
        return;
    *guess = (struct stack_guess){
        .stack = signature->stack->word,
        .program = signature->program ? signature->program->word : NULL,
        .version = signature->version,
        .confidence = confidence_of(signature, handshake),
    };
}

void recognise_later(const struct rules *rules, struct handshake *handshake)
{
    if (rules->signature_count == 0)
        return;
    struct recognition *recognition = arena_take(handshake->arena, 1, sizeof *recognition);
    if (recognition)
        *recognition = (struct recognition){.find = recognise, .knowledge = rules};
    handshake->recognition = recognition;
}
