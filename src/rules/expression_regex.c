/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_tree.h"

#include "base/memo.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The work one match may cost, in the library's steps, and the text it looks at: what stands in a
 * certificate or a hello is short, and whoever sends a long one must not choose how long we think. */
enum { STEPS = 4000000, FEWEST_STEPS = 1000, LONGEST_SUBJECT = 4096, HEAP_KIBIBYTES = 1024 };

static void *allocate(size_t size, void *user)
{
    (void)user;
    return memory_new(1, size);
}

static void release(void *memory, void *user)
{
    (void)user;
    free(memory);
}

static pcre2_code *compile(struct value pattern, pcre2_general_context *memory, char *problem, size_t room)
{
    int error;
    PCRE2_SIZE offset;
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.text.bytes, pattern.text.length,
                                     PCRE2_NEVER_BACKSLASH_C, &error, &offset, context);
    pcre2_compile_context_free(context);
    if (!code) {
        PCRE2_UCHAR reason[120];
        pcre2_get_error_message(error, reason, sizeof reason);
        snprintf(problem, room, "%s (at character %zu of the regular expression)", (const char *)reason,
                 offset + 1);
    }
    return code;
}

struct regex *regex_compile(struct expression *expression, struct value pattern, char *problem, size_t room)
{
    pcre2_general_context *memory = pcre2_general_context_create(allocate, release, NULL);
    struct regex *regex = NULL;
    pcre2_code *code = compile(pattern, memory, problem, room);
    if (code) {
        regex = arena_take(expression->arena, 1, sizeof *regex);
        regex->code = code;
        regex->data = pcre2_match_data_create(1, memory);
        regex->context = pcre2_match_context_create(memory);
        regex->results = memo_new(sizeof(enum regex_result));
        regex->next = expression->regexes;
        expression->regexes = regex;
        pcre2_set_heap_limit(regex->context, HEAP_KIBIBYTES);
    }
    pcre2_general_context_free(memory);
    return regex;
}

/* The library counts its steps anew at each character where a match may begin. */
static uint32_t steps_for(size_t length)
{
    size_t steps = STEPS / (length + 1);
    return (uint32_t)(steps < FEWEST_STEPS ? FEWEST_STEPS : steps);
}

static enum regex_result try_match(const struct regex *regex, const char *bytes, size_t length)
{
    size_t looked_at = length < LONGEST_SUBJECT ? length : LONGEST_SUBJECT;
    pcre2_set_match_limit(regex->context, steps_for(looked_at));
    int found = pcre2_match(regex->code, (PCRE2_SPTR)bytes, looked_at, 0, 0, regex->data, regex->context);
    if (found >= 0)
        return REGEX_MATCH;
    return found == PCRE2_ERROR_NOMATCH && looked_at == length ? REGEX_NO_MATCH : REGEX_GAVE_UP;
}

/* The same few names and lists come with one connection after another. */
enum regex_result regex_match(const struct regex *regex, const char *bytes, size_t length)
{
    enum regex_result result;
    const void *known = memo_find(regex->results, bytes, length);
    if (known) {
        memcpy(&result, known, sizeof result);
        return result;
    }
    result = try_match(regex, bytes, length);
    memo_keep(regex->results, bytes, length, &result);
    return result;
}

void regex_free(struct regex *regex)
{
    for (; regex; regex = regex->next) {
        pcre2_match_context_free(regex->context);
        pcre2_match_data_free(regex->data);
        pcre2_code_free(regex->code);
        memo_free(regex->results);
    }
}
