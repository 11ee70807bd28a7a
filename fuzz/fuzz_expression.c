/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The expression language: what compiles must evaluate, an expression and its negation are never both true,
 * and it holds where its gate and what is behind it do.
 */

#include "rules/expression.h"

#include "rules/expression_gate.h"
#include "sample_handshake.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct expression *compile(const char *text, size_t length)
{
    struct buffer error = {0};
    struct expression_place place = {.file = "fuzz", .line = 1, .column = 1};
    struct expression *expression = expression_compile(text, length, place, &error);
    if (!expression != (error.length > 0))
        abort();
    buffer_free(&error);
    return expression;
}

/* NULL where the parentheses are one level too deep. */
static struct expression *compile_negated(const uint8_t *bytes, size_t length)
{
    struct buffer text = {0};
    buffer_add_string(&text, "not (");
    buffer_add(&text, bytes, length);
    buffer_add_string(&text, ")");
    struct expression *negated = compile(text.bytes, text.length);
    buffer_free(&text);
    return negated;
}

/* Whatever is asked first, the answer is the same. */
static void evaluate_behind_gates(struct expression *expression, bool holds,
                                  const struct handshake *handshake)
{
    enum { GATES = 8 };
    const struct node *condition = expression_gate(expression);
    for (int i = 0; i < GATES && condition; i++) {
        const struct node *next = expression_next_condition(expression, condition);
        expression_set_gate(expression, condition);
        if (holds != (expression_gate_holds(expression_gate(expression), handshake) &&
                      expression_holds_behind_gate(expression, handshake)))
            abort();
        condition = next;
    }
}

static void evaluate(struct expression *expression, const struct expression *negated,
                     const struct handshake *handshake)
{
    bool holds = expression_holds(expression, handshake);
    if (holds && negated && expression_holds(negated, handshake))
        abort();
    evaluate_behind_gates(expression, holds, handshake);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct sample unknown, refused;
    struct expression *expression = compile((const char *)bytes, length);
    if (!expression)
        return 0;
    struct arena *arena = arena_new(1 << 16);
    struct expression *negated = compile_negated(bytes, length);
    sample_unknown(&unknown, arena);
    sample_refused(&refused, arena);
    evaluate(expression, negated, &unknown.handshake);
    evaluate(expression, negated, &refused.handshake);
    expression_free(expression);
    expression_free(negated);
    arena_free(arena);
    return 0;
}
