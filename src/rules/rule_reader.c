/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/rule_statements.h"

#include "base/escape.h"
#include "base/memory.h"

enum { TAB = 8 };

struct line {
    const char *at;
    size_t length;   /* without the line's end and space before it */
    unsigned number; /* from 1 */
    size_t begin;    /* offset of the first character that is not space; `length` in an empty line */
    unsigned indent; /* columns before it */
};

/* The rule and the statement that the next line may go on with. */
struct reader {
    struct reading reading;
    struct rule *rule; /* NULL: before the first */
    unsigned mistakes_before;
    const struct statement *statement; /* NULL: none, or an unknown one */
    struct rule_text word;             /* of the statement */
    unsigned indent;
    struct rule_text place; /* of the text's first character */
    struct buffer text;
    struct buffer scratch;
};

/* ---- Lines --------------------------------------------------------------------------------------------- */

static void line_measure(struct line *line)
{
    line->indent = 0;
    for (line->begin = 0; line->begin < line->length; line->begin++) {
        char c = line->at[line->begin];
        if (c != ' ' && c != '\t')
            break;
        line->indent += c == '\t' ? TAB - line->indent % TAB : 1;
    }
}

static bool next_line(const char **at, const char *end, struct line *line)
{
    if (*at == end)
        return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    const char *line_end = newline ? newline : end;
    line->at = *at;
    line->length = (size_t)(line_end - *at);
    while (line->length > 0 && memchr(" \t\r", line->at[line->length - 1], 3))
        line->length--;
    line->number++;
    line_measure(line);
    *at = newline ? newline + 1 : end;
    return true;
}

static struct rule_text text_of_line(const struct line *line, size_t offset)
{
    return (struct rule_text){.at = line->at + offset,
                              .left = line->length - offset,
                              .line = line->number,
                              .column = (unsigned)offset + 1};
}

/* What a rule says reaches terminals as it is, so it holds nothing that escape_text() would change, but tabs
 * and backslashes. */
static bool is_clean(struct reader *reader, const struct line *line)
{
    size_t expected = 0;
    for (size_t i = 0; i < line->length; i++)
        expected += line->at[i] == '\t' ? strlen("\\x09") : line->at[i] == '\\' ? 2 : 1;
    buffer_clear(&reader->scratch);
    escape_text(&reader->scratch, line->at, line->length);
    return reader->scratch.length == expected;
}

/* ---- Statements ---------------------------------------------------------------------------------------- */

static void end_statement(struct reader *reader)
{
    const struct statement *statement = reader->statement;
    struct rule_text text = reader->place;
    text.at = reader->text.bytes;
    text.left = reader->text.length;
    while (text.left > 0 && rule_text_is_space(text.at[text.left - 1]))
        text.left--;
    reader->statement = NULL;
    if (!statement)
        return;
    rule_text_skip_space(&text);
    if (text.left > RULE_TEXT_LONGEST)
        reading_fail(&reader->reading, &text, "the text is longer than %d bytes", RULE_TEXT_LONGEST);
    else
        statement_read(&reader->reading, reader->rule, statement, &reader->word, text);
}

static void begin_statement(struct reader *reader, const struct line *line)
{
    struct rule_text text = text_of_line(line, line->begin);
    end_statement(reader);
    reader->word = rule_text_word(&text);
    reader->indent = line->indent;
    if (!reader->rule)
        reading_fail(&reader->reading, &reader->word,
                     "no rule has begun: \"rule NAME\" stands in the first column");
    else
        reader->statement = statement_find(&reader->reading, reader->rule->block, &reader->word);
    reader->place = text;
    buffer_clear(&reader->text);
    buffer_add(&reader->text, text.at, text.left);
}

/* Lines are kept as they are, so that places in the text can be told; beyond the limit they only count. */
static void continue_statement(struct reader *reader, const struct line *line)
{
    if (!reader->statement || reader->text.length > RULE_TEXT_LONGEST)
        return;
    buffer_add_char(&reader->text, '\n');
    buffer_add(&reader->text, line->at, line->length);
}

/* ---- Rules --------------------------------------------------------------------------------------------- */

static const char *const blocks[] = {[BLOCK_RULE] = "rule", [BLOCK_STACK] = "stack"};

static struct rule *find_rule(struct rule *const *all, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->id, id) == 0)
            return all[i];
    return NULL;
}

/* One of that name from an earlier source gives way to it. */
static void keep_rule(struct reader *reader, struct rule *rule)
{
    struct rules *rules = reader->reading.rules;
    struct rule_text at = {.line = rule->line, .column = 1};
    struct rule ***all = rule->block == BLOCK_RULE ? &rules->all : &rules->signatures;
    size_t *count = rule->block == BLOCK_RULE ? &rules->count : &rules->signature_count;
    const struct rule *old = find_rule(*all, *count, rule->id);
    if (old && old->source == rule->source) {
        reading_fail(&reader->reading, &at, "%s %s stands in %s:%u already", blocks[rule->block], rule->id,
                     old->file, old->line);
    } else if (old) {
        rule->index = old->index;
        (*all)[rule->index] = rule;
    } else if (*count == RULES_MOST) {
        reading_fail(&reader->reading, &at, "there are more than %d %ss", RULES_MOST, blocks[rule->block]);
    } else {
        rule->index = (uint32_t)*count;
        *all = memory_resize(*all, *count + 1, sizeof(struct rule *));
        (*all)[(*count)++] = rule;
    }
}

static void end_rule(struct reader *reader)
{
    end_statement(reader);
    if (!reader->rule)
        return;
    rule_end(&reader->reading, reader->rule);
    if (reader->reading.mistakes == reader->mistakes_before)
        keep_rule(reader, reader->rule);
    reader->rule = NULL;
}

static void begin_rule(struct reader *reader, const struct line *line)
{
    struct rule_text text = text_of_line(line, 0), word = rule_text_word(&text), id = rule_text_word(&text);
    struct arena *arena = reader->reading.rules->arena;
    end_rule(reader);
    reader->mistakes_before = reader->reading.mistakes;
    enum block block = rule_text_is(&word, blocks[BLOCK_STACK]) ? BLOCK_STACK : BLOCK_RULE;
    if (!rule_text_is(&word, blocks[block])) {
        reading_fail(&reader->reading, &word,
                     "%s: \"rule NAME\" was expected in the first column; what belongs to a rule is indented",
                     rule_word(&word).text);
        return;
    }
    if (rule_id_check(&reader->reading, &id) && text.left > 0)
        reading_fail(&reader->reading, &text, "nothing stands behind a rule's name");
    reader->rule = arena_take(arena, 1, sizeof *reader->rule);
    reader->rule->block = block;
    reader->rule->id = arena_copy(arena, id.at, id.left);
    reader->rule->file = reader->reading.file;
    reader->rule->line = line->number;
    reader->rule->source = reader->reading.rules->sources;
    rule_begin(reader->rule);
}

static void read_line(struct reader *reader, const struct line *line)
{
    struct rule_text at = text_of_line(line, 0);
    struct line nothing = {.at = ""};
    bool skipped = line->begin == line->length || line->at[line->begin] == '#';
    if (!is_clean(reader, line))
        reading_fail(&reader->reading, &at,
                     "the line holds a control character, a hidden one, or bytes that are "
                     "not UTF-8");
    else if (skipped)
        continue_statement(reader, &nothing);
    else if (line->indent == 0)
        begin_rule(reader, line);
    else if (reader->statement && line->indent > reader->indent)
        continue_statement(reader, line);
    else
        begin_statement(reader, line);
}

bool rules_read_text(struct rules *rules, const char *file, const char *text, size_t length,
                     struct buffer *errors)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    struct reader reader = {.reading = {.rules = rules, .errors = errors}};
    struct rule_text at = {.line = 1, .column = 1};
    struct line line = {0};
    const char *end = text + length;
    reader.reading.file = arena_copy(rules->arena, file, strlen(file));
    if (length > RULE_FILE_LONGEST) {
        reading_fail(&reader.reading, &at, "the file is longer than %d bytes", RULE_FILE_LONGEST);
        return false;
    }
    if (length >= strlen(byte_order_mark) && memcmp(text, byte_order_mark, strlen(byte_order_mark)) == 0)
        text += strlen(byte_order_mark);
    while (reader.reading.mistakes <= MISTAKES_MOST && next_line(&text, end, &line))
        read_line(&reader, &line);
    end_rule(&reader);
    buffer_free(&reader.text);
    buffer_free(&reader.scratch);
    return reader.reading.mistakes == 0;
}
