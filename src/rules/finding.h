/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_FINDING_H
#define TLSWHY_RULES_FINDING_H

/*
 * From a rule that holds to the finding that a person reads. Private to rules/.
 */

#include "rules/rule.h"

/* A rule that holds, and what decides about its place among the others. */
struct candidate {
    const struct rule *rule;
    enum severity severity;
    enum confidence confidence;
    enum blame blame;
    const struct rule *because_of; /* the rule that holds too and explains it; NULL: none */
    bool weakened;
    uint64_t packet; /* of its earliest evidence; UINT64_MAX: none */
};

static inline bool rule_guard_holds(const struct expression *guard, const struct handshake *handshake)
{
    return !guard || expression_holds(guard, handshake);
}

/* The number of the packet that a field names (of a list, the first known); 0 where it is unknown. */
uint64_t rule_packet(const struct field *field, const struct handshake *handshake);

/* Writes the finding's texts into the handshake's arena; where that is full, texts are left out, and what has
 * to be there is empty. `scratch` is for the writing only. */
void finding_write(struct finding *finding, const struct candidate *candidate, const struct rules *rules,
                   struct handshake *handshake, struct buffer *scratch);

#endif
