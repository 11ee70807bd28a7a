/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rule_statements.h"

#include "base/escape.h"
#include "base/nearest.h"
#include <stdarg.h>
#include <stdio.h>

/* ---- Messages ------------------------------------------------------------------------------------------ */

void reading_fail(struct reading *r, const struct rule_text *at, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (r->mistakes < MISTAKES_MOST)
        rules_tell(r->errors, r->file, at->line, at->column, "%s", message);
    else if (r->mistakes == MISTAKES_MOST)
        rules_tell(r->errors, r->file, at->line, at->column, "there are more mistakes than are told");
    r->mistakes++;
}

struct rule_word rule_word(const struct rule_text *word)
{
    enum { SHOWN = 40 };
    struct rule_word shown;
    struct buffer escaped = {0};
    escape_text(&escaped, word->at, word->left < SHOWN ? word->left : SHOWN);
    snprintf(shown.text, sizeof shown.text, "%s%s", word->left > 0 ? escaped.bytes : "nothing",
             word->left > SHOWN ? "..." : "");
    buffer_free(&escaped);
    return shown;
}

/* ---- Words --------------------------------------------------------------------------------------------- */

/* The index of a word in a NULL-terminated list; -1, and told with the nearest one. */
static int find_word(struct reading *r, const struct rule_text *word, const char *const *words,
                     const char *what)
{
    for (int i = 0; words[i]; i++)
        if (rule_text_is(word, words[i]))
            return i;
    const char *near = nearest_word(words, word->at, word->left);
    struct buffer all = {0};
    for (int i = 0; words[i] && !near; i++)
        buffer_add_format(&all, "%s%s", i > 0 ? ", " : "", words[i]);
    if (near)
        reading_fail(r, word, "%s is no %s; did you mean %s?", rule_word(word).text, what, near);
    else
        reading_fail(r, word, "%s is no %s; there are %s", rule_word(word).text, what, all.bytes);
    buffer_free(&all);
    return -1;
}

bool rule_id_check(struct reading *r, const struct rule_text *id)
{
    bool fits = id->left > 0 && id->left <= RULE_ID_LONGEST && *id->at >= 'a' && *id->at <= 'z';
    for (size_t i = 0; fits && i < id->left; i++)
        fits = (id->at[i] >= 'a' && id->at[i] <= 'z') || (id->at[i] >= '0' && id->at[i] <= '9') ||
               id->at[i] == '-';
    if (!fits)
        reading_fail(r, id, "%s is no name of a rule: lower-case letters, digits and hyphens, %d at most",
                     rule_word(id).text, RULE_ID_LONGEST);
    return fits;
}

/* ---- Conditions ---------------------------------------------------------------------------------------- */

static struct expression *compile(struct reading *r, const struct rule_text *text)
{
    struct expression_place place = {.file = r->file, .line = text->line, .column = text->column};
    struct buffer error = {0};
    struct expression *expression = expression_compile(text->at, text->left, place, &error);
    if (expression) {
        struct kept_expression *kept = arena_take(r->rules->arena, 1, sizeof *kept);
        *kept = (struct kept_expression){.expression = expression, .next = r->rules->expressions};
        r->rules->expressions = kept;
    } else if (r->mistakes++ < MISTAKES_MOST) {
        buffer_add_format(r->errors, "%s\n", error.bytes);
    }
    buffer_free(&error);
    return expression;
}

/* Where the ] of a guard stands that begins the text; quoted brackets don't count. */
static size_t guard_length(const struct rule_text *text)
{
    bool quoted = false;
    for (size_t i = 1; i < text->left; i++) {
        if (quoted && text->at[i] == '\\')
            i++;
        else if (text->at[i] == '"')
            quoted = !quoted;
        else if (!quoted && text->at[i] == ']')
            return i;
    }
    return 0;
}

/* [EXPRESSION] before a text. */
static void take_guard(struct reading *r, struct rule_text *text, struct advice *advice)
{
    if (text->left == 0 || *text->at != '[')
        return;
    size_t length = guard_length(text);
    if (length == 0) {
        reading_fail(r, text, "the condition in brackets has no end: ] is missing");
        return;
    }
    struct rule_text guard = *text;
    rule_text_skip(&guard, 1);
    guard.left = length - 1;
    advice->guard = compile(r, &guard);
    rule_text_skip(text, length + 1);
    rule_text_skip_space(text);
}

/* ---- severity, confidence, blame ----------------------------------------------------------------------- */

/* when EXPRESSION, or nothing. */
static bool read_condition(struct reading *r, struct rule_text text, const struct expression **when)
{
    struct rule_text word = rule_text_word(&text);
    if (word.left == 0)
        return true;
    if (rule_text_is(&word, "when"))
        return (*when = compile(r, &text)) != NULL;
    reading_fail(r, &word, "\"when\" was expected, not %s", rule_word(&word).text);
    return false;
}

static bool has_default(const struct list_of_choices *list)
{
    for (const struct choice *choice = list->first; choice; choice = choice->next)
        if (!choice->when)
            return true;
    return false;
}

/* Adds VALUE [when EXPRESSION]; `first` is the value of the first word. What was told to be wrong is left
 * out, so that nothing more is told because of it. */
static void read_choice(struct reading *r, struct list_of_choices *list, struct rule_text text,
                        const char *const *words, int first, const char *what)
{
    struct choice *choice = arena_take(r->rules->arena, 1, sizeof *choice);
    struct rule_text word = rule_text_word(&text);
    int index = find_word(r, &word, words, what);
    choice->value = index + first;
    if (has_default(list))
        reading_fail(r, &word, "this is never reached: the %s before it has no \"when\"", what);
    if (!read_condition(r, text, &choice->when) || index < 0)
        return;
    *list->end = choice;
    list->end = &choice->next;
}

static void read_severity(struct reading *r, struct rule *rule, struct rule_text text)
{
    static const char *const words[] = {"note", "warning", "error", NULL};
    read_choice(r, &rule->severity, text, words, SEVERITY_NOTE, "severity");
}

static void read_confidence(struct reading *r, struct rule *rule, struct rule_text text)
{
    static const char *const words[] = {"possible", "likely", "certain", NULL};
    read_choice(r, &rule->confidence, text, words, CONFIDENCE_POSSIBLE, "confidence");
}

static void read_blame(struct reading *r, struct rule *rule, struct rule_text text)
{
    static const char *const words[] = {"client", "server", "path", "capture", NULL};
    read_choice(r, &rule->blame, text, words, BLAME_CLIENT, "blame");
}

/* ---- phase, absence, unless, because-of, when ---------------------------------------------------------- */

/* In the order of a connection's life. */
static const char *const phases[] = {"capture",     "transport",
                                     "preface",     "hello",
                                     "version",     "cipher",
                                     "resumption",  "server-certificate",
                                     "name",        "client-certificate",
                                     "revocation",  "finish",
                                     "application", "weakness",
                                     NULL};

static void read_phase(struct reading *r, struct rule *rule, struct rule_text text)
{
    rule->phase = find_word(r, &text, phases, "phase");
}

static void read_absence(struct reading *r, struct rule *rule, struct rule_text text)
{
    if (text.left > 0)
        reading_fail(r, &text, "nothing stands behind \"absence\"");
    rule->absence = true;
}

/* NULL, and told, where it is no name of a rule. */
static struct relation_to *add_relation(struct reading *r, struct list_of_relations *list,
                                        const struct rule_text *id)
{
    if (!rule_id_check(r, id))
        return NULL;
    struct relation_to *relation = arena_take(r->rules->arena, 1, sizeof *relation);
    relation->id = arena_copy(r->rules->arena, id->at, id->left);
    relation->line = id->line;
    relation->column = id->column;
    *list->end = relation;
    list->end = &relation->next;
    list->count++;
    return relation;
}

static void read_relations(struct reading *r, struct list_of_relations *list, struct rule_text text)
{
    while (text.left > 0) {
        struct rule_text id = rule_text_word(&text);
        add_relation(r, list, &id);
    }
}

static void read_unless(struct reading *r, struct rule *rule, struct rule_text text)
{
    read_relations(r, &rule->unless, text);
}

static void read_because_of(struct reading *r, struct rule *rule, struct rule_text text)
{
    read_relations(r, &rule->because_of, text);
}

static void read_when(struct reading *r, struct rule *rule, struct rule_text text)
{
    rule->when = compile(r, &text);
}

/* ---- Texts --------------------------------------------------------------------------------------------- */

static void read_template(struct reading *r, struct template *template, struct rule_text text)
{
    struct buffer error = {0};
    struct rule_text at = text;
    if (text.left == 0)
        reading_fail(r, &text, "the text is missing");
    else if (!template_compile(template, text, r->rules->arena, &error, &at))
        reading_fail(r, &at, "%s", error.bytes);
    buffer_free(&error);
}

static void read_title(struct reading *r, struct rule *rule, struct rule_text text)
{
    read_template(r, &rule->title, text);
}

static void read_explain(struct reading *r, struct rule *rule, struct rule_text text)
{
    read_template(r, &rule->explanation, text);
}

static struct advice *add_advice(struct reading *r, struct list_of_advice *list)
{
    struct advice *advice = arena_take(r->rules->arena, 1, sizeof *advice);
    *list->end = advice;
    list->end = &advice->next;
    list->count++;
    return advice;
}

static bool is_packet(const struct field *field)
{
    return field->type == VALUE_INTEGER || (field->type == VALUE_LIST && field->element == VALUE_INTEGER);
}

static const struct field *find_packet(struct reading *r, const struct rule_text *name)
{
    const struct field *field = fields_find(name->at, name->left);
    const struct field *near = field ? NULL : fields_nearest(name->at, name->left);
    if (near)
        reading_fail(r, name, "there is no field %s; did you mean %s?", rule_word(name).text, near->name);
    else if (!field)
        reading_fail(r, name, "there is no field %s", rule_word(name).text);
    else if (!is_packet(field))
        reading_fail(r, name, "%s is no number of a packet: it is not an integer", rule_word(name).text);
    return field;
}

static void read_evidence(struct reading *r, struct rule *rule, struct rule_text text)
{
    struct rule_text name = rule_text_word(&text);
    struct advice *advice = add_advice(r, &rule->evidence);
    advice->packet = find_packet(r, &name);
    take_guard(r, &text, advice);
    read_template(r, &advice->text, text);
}

static void read_cause(struct reading *r, struct rule *rule, struct rule_text text)
{
    struct advice *advice = add_advice(r, &rule->causes);
    take_guard(r, &text, advice);
    read_template(r, &advice->text, text);
}

/* Takes the word of a software from the text's beginning. */
static const struct stack *take_stack(struct reading *r, struct rule_text *text)
{
    const char *words[STACKS_MOST];
    size_t count = 0;
    for (const struct stack *stack = stacks_table; stack->word; stack++)
        words[count++] = stack->word;
    words[count] = NULL;
    struct rule_text word = rule_text_word(text);
    int index = find_word(r, &word, words, "software");
    return &stacks_table[index < 0 ? 0 : index];
}

static void read_fix(struct reading *r, struct rule *rule, struct rule_text text)
{
    struct advice *advice = add_advice(r, &rule->fixes);
    advice->stack = take_stack(r, &text);
    take_guard(r, &text, advice);
    read_template(r, &advice->text, text);
}

static struct advice *read_plain(struct reading *r, struct list_of_advice *list, struct rule_text text)
{
    struct advice *advice = add_advice(r, list);
    if (text.left == 0)
        reading_fail(r, &text, "the text is missing");
    template_plain(&advice->text, text, r->rules->arena);
    return advice;
}

static void read_wire(struct reading *r, struct rule *rule, struct rule_text text)
{
    static const char *const steps[] = {[STEP_CLIENT] = "client",
                                        [STEP_SERVER] = "server",
                                        [STEP_PATH] = "path",
                                        [STEP_NOTHING] = "nothing",
                                        NULL};
    struct rule_text word = rule_text_word(&text);
    int index = find_word(r, &word, steps, "step on the wire");
    read_plain(r, &rule->wire, text)->step = index < 0 ? STEP_CLIENT : (enum rule_step)index;
}

static void read_log(struct reading *r, struct rule *rule, struct rule_text text)
{
    const struct stack *stack = take_stack(r, &text);
    read_plain(r, &rule->logs, text)->stack = stack;
}

/* Another rule, and how to tell it from this one. */
static void read_confused(struct reading *r, struct rule *rule, struct rule_text text)
{
    struct rule_text id = rule_text_word(&text);
    struct relation_to *relation = add_relation(r, &rule->confused, &id);
    struct template difference = {0};
    if (text.left == 0)
        reading_fail(r, &text, "it lacks how to tell the two apart");
    template_plain(&difference, text, r->rules->arena);
    if (relation)
        relation->difference = difference.source;
}

static void read_reference(struct reading *r, struct rule *rule, struct rule_text text)
{
    read_plain(r, &rule->references, text);
}

static void read_test(struct reading *r, struct rule *rule, struct rule_text text)
{
    read_plain(r, &rule->tests, text);
}

/* ---- Signatures ---------------------------------------------------------------------------------------- */

static void read_side(struct reading *r, struct rule *rule, struct rule_text text)
{
    static const char *const words[] = {[SIDE_CLIENT] = "client", [SIDE_SERVER] = "server", NULL};
    int index = find_word(r, &text, words, "side");
    rule->side = index < 0 ? SIDE_CLIENT : index;
}

static const struct stack *read_stack(struct reading *r, struct rule_text text)
{
    const struct stack *stack = take_stack(r, &text);
    if (text.left > 0)
        reading_fail(r, &text, "nothing stands behind the software");
    else if (!stack->name)
        reading_fail(r, &text, "it is one software, not any");
    return stack;
}

static void read_is(struct reading *r, struct rule *rule, struct rule_text text)
{
    rule->stack = read_stack(r, text);
}

static void read_program(struct reading *r, struct rule *rule, struct rule_text text)
{
    rule->program = read_stack(r, text);
}

static void read_version(struct reading *r, struct rule *rule, struct rule_text text)
{
    struct template version = {0};
    if (text.left == 0)
        reading_fail(r, &text, "the text is missing");
    template_plain(&version, text, r->rules->arena);
    rule->version = version.source;
}

/* ---- The table ----------------------------------------------------------------------------------------- */

enum statement_is {
    NOWHERE = 0,
    ONCE = 1,
    SEVERAL = 2,            /* may stand more than once */
    NEEDED = 4,             /* in every one */
    NEEDED_BUT_IN_NOTES = 8 /* in rules that can be more than a note */
};

static const struct statement {
    const char *word;
    void (*read)(struct reading *r, struct rule *rule, struct rule_text text);
    unsigned in[2]; /* in a rule, in a signature: by enum block */
} statements[] = {
    {"side", read_side, {NOWHERE, ONCE | NEEDED}},
    {"is", read_is, {NOWHERE, ONCE | NEEDED}},
    {"program", read_program, {NOWHERE, ONCE}},
    {"version", read_version, {NOWHERE, ONCE}},
    {"severity", read_severity, {SEVERAL | NEEDED, NOWHERE}},
    {"confidence", read_confidence, {SEVERAL, SEVERAL}},
    {"blame", read_blame, {SEVERAL | NEEDED, NOWHERE}},
    {"phase", read_phase, {ONCE, NOWHERE}},
    {"absence", read_absence, {ONCE, NOWHERE}},
    {"unless", read_unless, {SEVERAL, NOWHERE}},
    {"because-of", read_because_of, {SEVERAL, NOWHERE}},
    {"when", read_when, {ONCE | NEEDED, ONCE | NEEDED}},
    {"title", read_title, {ONCE | NEEDED, NOWHERE}},
    {"explain", read_explain, {ONCE | NEEDED, NOWHERE}},
    {"evidence", read_evidence, {SEVERAL, NOWHERE}},
    {"cause", read_cause, {SEVERAL | NEEDED_BUT_IN_NOTES, NOWHERE}},
    {"fix", read_fix, {SEVERAL | NEEDED_BUT_IN_NOTES, NOWHERE}},
    {"wire", read_wire, {SEVERAL, NOWHERE}},
    {"log", read_log, {SEVERAL, NOWHERE}},
    {"confused", read_confused, {SEVERAL, NOWHERE}},
    {"reference", read_reference, {SEVERAL, SEVERAL | NEEDED}},
    {"test", read_test, {SEVERAL, SEVERAL}},
};

enum { STATEMENTS = sizeof statements / sizeof statements[0] };

const struct statement *statement_find(struct reading *r, enum block block, const struct rule_text *word)
{
    const struct statement *found[STATEMENTS];
    const char *words[STATEMENTS + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < STATEMENTS; i++) {
        if (statements[i].in[block] == NOWHERE)
            continue;
        found[count] = &statements[i];
        words[count++] = statements[i].word;
    }
    int index = find_word(r, word, words, block == BLOCK_RULE ? "part of a rule" : "part of a stack");
    return index < 0 ? NULL : found[index];
}

void statement_read(struct reading *r, struct rule *rule, const struct statement *statement,
                    const struct rule_text *word, struct rule_text text)
{
    uint32_t bit = 1U << (statement - statements);
    if ((rule->present & bit) && !(statement->in[rule->block] & SEVERAL))
        reading_fail(r, word, "%s stands here for the second time", statement->word);
    rule->present |= bit;
    statement->read(r, rule, text);
}

void rule_begin(struct rule *rule)
{
    rule->phase = sizeof phases / sizeof phases[0];
    rule->severity.end = &rule->severity.first;
    rule->confidence.end = &rule->confidence.first;
    rule->blame.end = &rule->blame.first;
    rule->causes.end = &rule->causes.first;
    rule->fixes.end = &rule->fixes.first;
    rule->evidence.end = &rule->evidence.first;
    rule->wire.end = &rule->wire.first;
    rule->logs.end = &rule->logs.first;
    rule->confused.end = &rule->confused.first;
    rule->references.end = &rule->references.first;
    rule->tests.end = &rule->tests.first;
    rule->unless.end = &rule->unless.first;
    rule->because_of.end = &rule->because_of.first;
}

/* A property with alternatives says what it is when none of them applies. */
static void check_choices(struct reading *r, const struct rule *rule, const struct list_of_choices *list,
                          const char *what)
{
    struct rule_text at = {.line = rule->line, .column = 1};
    const struct choice *last = list->first;
    while (last && last->next)
        last = last->next;
    if (last && last->when)
        reading_fail(r, &at, "rule %s lacks a %s without \"when\", for all other cases", rule->id, what);
}

static unsigned needed_by(const struct rule *rule)
{
    for (const struct choice *choice = rule->severity.first; choice; choice = choice->next)
        if (choice->value > SEVERITY_NOTE)
            return NEEDED | NEEDED_BUT_IN_NOTES;
    return NEEDED;
}

void rule_end(struct reading *r, struct rule *rule)
{
    struct rule_text at = {.line = rule->line, .column = 1};
    struct buffer missing = {0};
    for (size_t i = 0; i < STATEMENTS; i++)
        if ((statements[i].in[rule->block] & needed_by(rule)) && !(rule->present & 1U << i))
            buffer_add_format(&missing, "%s%s", missing.length > 0 ? ", " : "", statements[i].word);
    if (missing.length > 0)
        reading_fail(r, &at, "%s %s lacks: %s", rule->block == BLOCK_RULE ? "rule" : "stack", rule->id,
                     missing.bytes);
    buffer_free(&missing);
    check_choices(r, rule, &rule->severity, "severity");
    check_choices(r, rule, &rule->confidence, "confidence");
    check_choices(r, rule, &rule->blame, "blame");
}
