/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rules.h"

#include "base/memory.h"
#include "rules/builtin.h"
#include "rules/rule.h"
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct rules *rules_new(void)
{
    struct rules *rules = memory_new(1, sizeof *rules);
    rules->arena = arena_new(SIZE_MAX);
    return rules;
}

void rules_free(struct rules *rules)
{
    if (!rules)
        return;
    for (struct kept_expression *kept = rules->expressions; kept; kept = kept->next)
        expression_free(kept->expression);
    arena_free(rules->arena);
    free(rules->all);
    free(rules->signatures);
    free(rules);
}

void rules_tell(struct buffer *errors, const char *file, unsigned line, unsigned column, const char *format,
                ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    buffer_add_format(errors, "%s:%u:%u: %s\n", file, line, column, message);
}

/* ---- Where rules come from ----------------------------------------------------------------------------- */

bool rules_read(struct rules *rules, const char *name, const char *text, size_t length, struct buffer *errors)
{
    rules->sources++;
    return rules_read_text(rules, name, text, length, errors);
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name), end = strlen(suffix);
    return length > end && strcmp(name + length - end, suffix) == 0;
}

static bool read_builtin(struct rules *rules, const char *suffix, struct buffer *errors)
{
    bool right = true;
    rules->sources++;
    for (size_t i = 0; i < builtin_rules_count; i++)
        if (ends_with(builtin_rules[i].name, suffix))
            right &= rules_read_text(rules, builtin_rules[i].name, builtin_rules[i].text,
                                     builtin_rules[i].length, errors);
    return right;
}

bool rules_read_builtin(struct rules *rules, struct buffer *errors)
{
    return read_builtin(rules, ".rules", errors);
}

bool rules_read_builtin_stacks(struct rules *rules, struct buffer *errors)
{
    return read_builtin(rules, ".stacks", errors);
}

static bool fail_at_path(const char *path, struct buffer *errors)
{
    buffer_add_format(errors, "%s: %s\n", path, strerror(errno));
    return false;
}

/* One byte more than a file may have shows that it is too long. */
static bool read_whole(FILE *file, struct buffer *text)
{
    enum { PIECE = 65536 };
    size_t got = 1;
    while (got > 0 && text->length <= RULE_FILE_LONGEST) {
        got = fread(buffer_reserve(text, PIECE), 1, PIECE, file);
        text->length += got;
    }
    return !ferror(file);
}

static bool read_one(struct rules *rules, const char *path, struct buffer *errors)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail_at_path(path, errors);
    struct buffer text = {0};
    bool right = read_whole(file, &text) ? rules_read_text(rules, path, text.bytes, text.length, errors)
                                         : fail_at_path(path, errors);
    fclose(file);
    buffer_free(&text);
    return right;
}

static int is_rule_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
           (ends_with(entry->d_name, ".rules") || ends_with(entry->d_name, ".stacks"));
}

/* Whatever the locale says. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool read_directory(struct rules *rules, const char *path, struct buffer *errors)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_rule_file, by_name);
    if (count < 0)
        return fail_at_path(path, errors);
    bool right = count > 0;
    if (count == 0)
        buffer_add_format(errors, "%s: there is no *.rules file in it\n", path);
    for (int i = 0; i < count; i++) {
        struct buffer file = {0};
        buffer_add_format(&file, "%s/%s", path, entries[i]->d_name);
        right &= read_one(rules, file.bytes, errors);
        buffer_free(&file);
        free(entries[i]);
    }
    free(entries);
    return right;
}

bool rules_read_file(struct rules *rules, const char *path, struct buffer *errors)
{
    struct stat status;
    rules->sources++;
    if (stat(path, &status) != 0)
        return fail_at_path(path, errors);
    return S_ISDIR(status.st_mode) ? read_directory(rules, path, errors) : read_one(rules, path, errors);
}

/* ---- What rules say of themselves ---------------------------------------------------------------------- */

static const char *fix_text(struct rules *rules, const struct advice *fix)
{
    if (!fix->stack || !fix->stack->name)
        return fix->text.source;
    struct buffer text = {0};
    buffer_add_format(&text, "%s: %s", fix->stack->name, fix->text.source);
    const char *copy = arena_copy(rules->arena, text.bytes, text.length);
    buffer_free(&text);
    return copy;
}

static const char *const *texts_of(struct rules *rules, const struct list_of_advice *list)
{
    const char **texts = arena_take(rules->arena, list->count + 1, sizeof *texts);
    size_t count = 0;
    for (const struct advice *advice = list->first; advice; advice = advice->next)
        texts[count++] = fix_text(rules, advice);
    return texts;
}

static const struct rule_wire *wire_of(struct rules *rules, const struct list_of_advice *list)
{
    struct rule_wire *wire = arena_take(rules->arena, list->count + 1, sizeof *wire);
    size_t count = 0;
    for (const struct advice *step = list->first; step; step = step->next)
        wire[count++] = (struct rule_wire){.by = step->step, .text = step->text.source};
    return wire;
}

static const struct rule_log *logs_of(struct rules *rules, const struct list_of_advice *list)
{
    struct rule_log *logs = arena_take(rules->arena, list->count + 1, sizeof *logs);
    size_t count = 0;
    for (const struct advice *log = list->first; log; log = log->next)
        logs[count++] = (struct rule_log){.software = log->stack->name, .text = log->text.source};
    return logs;
}

static const struct rule_neighbour *neighbours_of(struct rules *rules, const struct list_of_relations *list)
{
    struct rule_neighbour *neighbours = arena_take(rules->arena, list->count + 1, sizeof *neighbours);
    size_t count = 0;
    for (const struct relation_to *to = list->first; to; to = to->next)
        neighbours[count++] = (struct rule_neighbour){.id = to->id, .difference = to->difference};
    return neighbours;
}

static const char *const *ids_of(struct rules *rules, const struct list_of_relations *list)
{
    const char **ids = arena_take(rules->arena, list->count + 1, sizeof *ids);
    size_t count = 0;
    for (const struct relation_to *relation = list->first; relation; relation = relation->next)
        ids[count++] = relation->id;
    return ids;
}

static enum severity worst_severity(const struct rule *rule)
{
    int worst = SEVERITY_NOTE;
    for (const struct choice *choice = rule->severity.first; choice; choice = choice->next)
        if (choice->value > worst)
            worst = choice->value;
    return (enum severity)worst;
}

static void describe(struct rules *rules, struct rule *rule)
{
    rule->facts = (struct rule_facts){
        .id = rule->id,
        .severity = worst_severity(rule),
        .title = rule->title.source,
        .explanation = rule->explanation.source,
        .file = rule->file,
        .line = rule->line,
        .tests = texts_of(rules, &rule->tests),
        .evidence = texts_of(rules, &rule->evidence),
        .causes = texts_of(rules, &rule->causes),
        .fixes = texts_of(rules, &rule->fixes),
        .references = texts_of(rules, &rule->references),
        .unless = ids_of(rules, &rule->unless),
        .because_of = ids_of(rules, &rule->because_of),
        .wire = wire_of(rules, &rule->wire),
        .logs = logs_of(rules, &rule->logs),
        .confused = neighbours_of(rules, &rule->confused),
    };
}

/* A field that tells of a side's software: a text, if there is one at all. */
static const struct field *find_text(const char *name)
{
    const struct field *field = fields_find(name, strlen(name));
    return field && field->type == VALUE_TEXT ? field : NULL;
}

static struct told_by find_told_by(const char *stack, const char *program, const char *confidence)
{
    return (struct told_by){
        .stack = find_text(stack), .program = find_text(program), .confidence = find_text(confidence)};
}

bool rules_complete(struct rules *rules, struct buffer *errors)
{
    rules->told_by[SIDE_CLIENT] =
        find_told_by("stack.client", "stack.client_program", "stack.client_confidence");
    rules->told_by[SIDE_SERVER] =
        find_told_by("stack.server", "stack.server_program", "stack.server_confidence");
    for (size_t i = 0; i < rules->count; i++)
        describe(rules, rules->all[i]);
    return rules_relate(rules, errors);
}

size_t rules_count(const struct rules *rules)
{
    return rules->count;
}

struct rule_facts rules_at(const struct rules *rules, size_t index)
{
    return rules->all[index]->facts;
}

bool rules_find(const struct rules *rules, const char *id, struct rule_facts *facts)
{
    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->all[i]->id, id) == 0) {
            *facts = rules->all[i]->facts;
            return true;
        }
    return false;
}
