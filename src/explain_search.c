/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain_search.h"

#include "alert_texts.h"
#include "base/buffer.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* ---- Words --------------------------------------------------------------------------------------------- */

/* A text in lower case with one blank between its words, and one at each end. */
struct words {
    struct buffer text;
    unsigned count;
};

static bool is_word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* HandshakeFailure is two words, SSLException too. */
static bool begins_inside(const char *text, const char *at)
{
    bool upper = *at >= 'A' && *at <= 'Z';
    bool lower_before = at > text && at[-1] >= 'a' && at[-1] <= 'z';
    return upper && lower_before;
}

static struct words words_of(const char *text)
{
    struct words words = {0};
    buffer_add_char(&words.text, ' ');
    for (const char *at = text; *at; at++) {
        char c = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        bool separated = words.text.bytes[words.text.length - 1] == ' ';
        if (!separated && (!is_word_character(c) || begins_inside(text, at)))
            buffer_add_char(&words.text, ' ');
        if (is_word_character(c))
            buffer_add_char(&words.text, c);
    }
    if (words.text.bytes[words.text.length - 1] != ' ')
        buffer_add_char(&words.text, ' ');
    for (size_t i = 1; i < words.text.length; i++)
        words.count += words.text.bytes[i] == ' ';
    return words;
}

/* The word that begins at `at`, with the blank before it and the one behind it. */
static size_t word_length(const char *at)
{
    return (size_t)(strchr(at + 1, ' ') + 1 - at);
}

static bool has_word(const struct words *words, const char *word, size_t length)
{
    return memmem(words->text.bytes, words->text.length, word, length) != NULL;
}

static bool contains(const struct words *whole, const struct words *part)
{
    return has_word(whole, part->text.bytes, part->text.length);
}

/* ---- What is searched ---------------------------------------------------------------------------------- */

struct entry {
    struct explain_hit hit;
    struct words words;
    double worth; /* of a hit: a rule's own sentences say less than a log */
};

/* A word, and how many entries have it. */
struct known_word {
    const char *at; /* with the blanks around it */
    size_t length, entries, last_entry;
};

struct entries {
    struct entry *items;
    size_t count, room;
    struct known_word *words; /* sorted */
    size_t word_count;
};

static void add_entry(struct entries *entries, struct explain_hit hit, double worth)
{
    if (!hit.text || !*hit.text)
        return;
    if (entries->count == entries->room) {
        entries->room = 2 * entries->room + 256;
        entries->items = memory_resize(entries->items, entries->room, sizeof *entries->items);
    }
    entries->items[entries->count++] =
        (struct entry){.hit = hit, .words = words_of(hit.text), .worth = worth};
}

static void add_rule(struct entries *entries, const struct rule_facts *rule)
{
    for (const struct rule_log *log = rule->logs; log->text; log++)
        add_entry(entries,
                  (struct explain_hit){.rule = rule->id, .software = log->software, .text = log->text}, 1);
    add_entry(entries, (struct explain_hit){.rule = rule->id, .text = rule->title}, 0.7);
    for (const char *const *cause = rule->causes; *cause; cause++)
        add_entry(entries, (struct explain_hit){.rule = rule->id, .text = *cause}, 0.5);
    for (const char *const *fix = rule->fixes; *fix; fix++)
        add_entry(entries, (struct explain_hit){.rule = rule->id, .text = *fix}, 0.5);
}

static void add_alerts(struct entries *entries)
{
    for (size_t i = 0; i < alert_texts_count; i++)
        add_entry(entries,
                  (struct explain_hit){.alert = alert_texts[i].code,
                                       .software = rules_software(alert_texts[i].software),
                                       .text = alert_texts[i].text},
                  0.9);
}

static int by_word(const void *a, const void *b)
{
    const struct known_word *left = a, *right = b;
    size_t length = left->length < right->length ? left->length : right->length;
    int order = memcmp(left->at, right->at, length);
    if (order == 0 && left->length != right->length)
        order = left->length < right->length ? -1 : 1;
    return order;
}

static int by_word_and_entry(const void *a, const void *b)
{
    const struct known_word *left = a, *right = b;
    int order = by_word(a, b);
    return order ? order : (left->last_entry > right->last_entry) - (left->last_entry < right->last_entry);
}

/* Makes one of those that are equal. */
static void merge_words(struct entries *entries)
{
    size_t kept = 0;
    for (size_t i = 0; i < entries->word_count; i++) {
        struct known_word *word = &entries->words[i], *last = kept > 0 ? &entries->words[kept - 1] : NULL;
        if (!last || by_word(last, word) != 0) {
            entries->words[kept++] = *word;
        } else if (last->last_entry != word->last_entry) {
            last->entries++;
            last->last_entry = word->last_entry;
        }
    }
    entries->word_count = kept;
}

static void index_words(struct entries *entries)
{
    size_t count = 0;
    for (size_t i = 0; i < entries->count; i++)
        count += entries->items[i].words.count;
    entries->words = memory_new(count + 1, sizeof *entries->words);
    for (size_t i = 0; i < entries->count; i++)
        for (const char *at = entries->items[i].words.text.bytes; at[1]; at += word_length(at) - 1)
            entries->words[entries->word_count++] =
                (struct known_word){.at = at, .length = word_length(at), .entries = 1, .last_entry = i};
    qsort(entries->words, entries->word_count, sizeof *entries->words, by_word_and_entry);
    merge_words(entries);
}

static struct entries collect(const struct rules *rules)
{
    struct entries entries = {0};
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule_facts rule = rules_at(rules, i);
        add_rule(&entries, &rule);
    }
    add_alerts(&entries);
    index_words(&entries);
    return entries;
}

static void entries_free(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        buffer_free(&entries->items[i].words.text);
    free(entries->words);
    free(entries->items);
}

/* ---- How well it fits ---------------------------------------------------------------------------------- */

/* A word that few texts have says much: a point more for each halving. One that is in none says nothing. */
static double weight_of(const struct entries *entries, const char *word, size_t length)
{
    const struct known_word key = {.at = word, .length = length};
    const struct known_word *known = bsearch(&key, entries->words, entries->word_count, sizeof key, by_word);
    double weight = 0;
    for (size_t having = known ? known->entries : 0; having > 0 && having <= entries->count; having *= 2)
        weight++;
    return weight;
}

/* The weights of the words of `words`, of all and of those that `other` has too. */
static void weigh(const struct entries *entries, const struct words *words, const struct words *other,
                  double *all, double *shared)
{
    *all = *shared = 0;
    for (const char *at = words->text.bytes; at[1]; at += word_length(at) - 1) {
        double weight = weight_of(entries, at, word_length(at));
        *all += weight;
        if (has_word(other, at, word_length(at)))
            *shared += weight;
    }
}

/* A text that stands in the query whole, or the query in it, fits as well as it is long. */
static double fit_of(const struct entries *entries, const struct entry *entry, const struct words *query)
{
    double asked, found, said, heard;
    weigh(entries, query, &entry->words, &asked, &found);
    if (found <= 0)
        return 0;
    weigh(entries, &entry->words, query, &said, &heard);
    double recall = found / asked, precision = heard / said;
    double both = 2 * recall * precision / (recall + precision);
    bool inside = contains(&entry->words, query) || contains(query, &entry->words);
    bool telling = inside && (entry->words.count > 1 || query->count == 1 || heard > asked / 2);
    double fit = telling ? 0.8 + 0.2 * both : 0.5 * both + 0.3 * recall;
    return fit * entry->worth;
}

/* ---- The best ------------------------------------------------------------------------------------------ */

static bool same_thing(const struct explain_hit *a, const struct explain_hit *b)
{
    if (!a->rule || !b->rule)
        return !a->rule && !b->rule && a->alert == b->alert;
    return strcmp(a->rule, b->rule) == 0;
}

/* Puts a hit in its place; of a rule or an alert the better hit stays. */
static size_t insert(struct explain_hit *hits, size_t count, const struct explain_hit *new)
{
    size_t old = 0, at;
    while (old < count && !same_thing(&hits[old], new))
        old++;
    if (old < count && hits[old].fit >= new->fit)
        return count;
    if (old == count && count < EXPLAIN_HITS)
        count++;
    if (old == EXPLAIN_HITS)
        old = EXPLAIN_HITS - 1;
    if (old == count - 1 && count == EXPLAIN_HITS && hits[old].fit >= new->fit)
        return count;
    for (at = old; at > 0 && hits[at - 1].fit < new->fit; at--)
        hits[at] = hits[at - 1];
    hits[at] = *new;
    return count;
}

size_t explain_search(const struct rules *rules, const char *query, struct explain_hit hits[EXPLAIN_HITS])
{
    const double least = 0.4, least_of_best = 0.6;
    struct words asked = words_of(query);
    struct entries entries = collect(rules);
    size_t count = 0;
    memset(hits, 0, EXPLAIN_HITS * sizeof hits[0]);
    for (size_t i = 0; i < entries.count && asked.count > 0; i++) {
        struct explain_hit hit = entries.items[i].hit;
        hit.fit = fit_of(&entries, &entries.items[i], &asked);
        if (hit.fit >= least)
            count = insert(hits, count, &hit);
    }
    while (count > 0 && hits[count - 1].fit < hits[0].fit * least_of_best)
        count--;
    entries_free(&entries);
    buffer_free(&asked.text);
    return count;
}
