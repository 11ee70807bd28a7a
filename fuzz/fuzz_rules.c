/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The reader of rule files and the engine: what is read is judged by, and what is refused is said to be
 * wrong.
 */

#include "rules/rules.h"

#include "sample_handshake.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void describe_all(const struct rules *rules)
{
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule_facts facts = rules_at(rules, i);
        if (!rules_find(rules, facts.id, &facts) || !facts.title || !facts.explanation)
            abort();
    }
}

/* What is wrong with a handshake's findings would show in a report. */
static void check(const struct handshake *handshake)
{
    if (!handshake->summary || handshake->has_verdict != (handshake->finding_count > 0))
        abort();
    for (uint32_t i = 0; i < handshake->finding_count; i++) {
        const struct finding *finding = &handshake->findings[i];
        if (!finding->severity || !finding->confidence || !finding->title || !finding->explanation)
            abort();
        if (i == 0 && finding->because_of)
            abort();
        for (uint32_t j = 1; j < finding->evidence_count; j++)
            if (finding->evidence[j].packet < finding->evidence[j - 1].packet)
                abort();
    }
}

/* With room for everything, and with little. */
static void judge(const struct rules *rules)
{
    static const size_t limits[] = {1 << 22, 4096};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct sample sample;
        struct arena *arena = arena_new(limits[i]);
        sample_unknown(&sample, arena);
        rules_judge(rules, &sample.handshake);
        check(&sample.handshake);
        sample_refused(&sample, arena);
        rules_judge(rules, &sample.handshake);
        check(&sample.handshake);
        arena_free(arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct buffer errors = {0};
    struct rules *rules = rules_new();
    bool right = rules_read(rules, "fuzz", (const char *)bytes, length, &errors);
    if (right)
        right = rules_complete(rules, &errors);
    if (right != (errors.length == 0))
        abort();
    if (right) {
        describe_all(rules);
        judge(rules);
    }
    buffer_free(&errors);
    rules_free(rules);
    return 0;
}
