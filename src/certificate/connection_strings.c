/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/connection_strings.h"

#include "base/memory.h"
#include "base/utf8.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    FILE_LIMIT = 4 << 20, /* bytes */
    NAMED_LIMIT = 256,    /* certificates of one file */
    VALUE_LIMIT = 512,    /* characters of a value */
    REACH = 2048,         /* characters to either side in which the rest of a connection string stands */
    WORD_LIMIT = 64,
    REPLACEMENT = 0xfffd, /* for what is no character */
};

/* A file as characters. */
struct text {
    uint32_t *characters;
    size_t count;
};

/* ---- Characters ---------------------------------------------------------------------------------------- */

static bool is_wide(const uint8_t *bytes, size_t length, bool *big)
{
    if (length < 2)
        return false;
    *big = (bytes[0] == 0xfe && bytes[1] == 0xff) || (bytes[0] == 0 && bytes[1] != 0);
    return *big || (bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] != 0 && bytes[1] == 0);
}

/* Texts are handed on as strings. */
static void add_character(struct text *text, uint32_t character)
{
    text->characters[text->count++] = character ? character : REPLACEMENT;
}

static void decode_wide(struct text *text, const uint8_t *bytes, size_t length, bool big)
{
    for (size_t i = 0; i + 1 < length; i += 2) {
        uint32_t unit = big ? (uint32_t)bytes[i] << 8 | bytes[i + 1] : (uint32_t)bytes[i + 1] << 8 | bytes[i];
        bool surrogate = unit >= 0xd800 && unit <= 0xdfff; /* nothing that is looked for needs them */
        add_character(text, surrogate ? REPLACEMENT : unit);
    }
}

/* A byte that is no UTF-8 is taken for the character of an older code page. */
static void decode_utf8(struct text *text, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint32_t character = bytes[i];
        size_t size = utf8_character(bytes + i, length - i, &character);
        add_character(text, character);
        i += size > 0 ? size : 1;
    }
}

static struct text decode(const uint8_t *bytes, size_t length)
{
    struct text text = {.characters = memory_new(length + 1, sizeof *text.characters)};
    bool big;
    if (is_wide(bytes, length, &big))
        decode_wide(&text, bytes, length, big);
    else
        decode_utf8(&text, bytes, length);
    if (text.count > 0 && text.characters[0] == 0xfeff)
        text.characters[0] = ' ';
    return text;
}

/* `word` in lower case. */
static bool stands_at(const struct text *text, size_t at, const char *word)
{
    size_t length = strlen(word);
    if (text->count - at < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        uint32_t character = text->characters[at + i];
        if ((character >= 'A' && character <= 'Z' ? character + 'a' - 'A' : character) != (uint32_t)word[i])
            return false;
    }
    return true;
}

/* Comments become blanks. */
static void blank_comments(struct text *text)
{
    bool inside = false;
    for (size_t i = 0; i < text->count; i++) {
        if (!inside && stands_at(text, i, "<!--"))
            inside = true;
        bool ends = inside && stands_at(text, i, "-->");
        if (inside && text->characters[i] != '\n')
            text->characters[i] = ' ';
        if (ends) {
            text->characters[i + 1] = text->characters[i + 2] = ' ';
            inside = false;
        }
    }
}

static bool is_blank(uint32_t character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

static bool is_letter(uint32_t character)
{
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
}

static size_t skip_blanks(const struct text *text, size_t at)
{
    for (int count = 0; count < REACH && at < text->count && is_blank(text->characters[at]); count++)
        at++;
    return at;
}

/* ---- Values -------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t character;
} entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

static int digit_of(uint32_t character, unsigned base)
{
    uint32_t lower = character | 0x20;
    if (character >= '0' && character <= '9')
        return (int)character - '0';
    return base == 16 && lower >= 'a' && lower <= 'f' ? (int)lower - 'a' + 10 : -1;
}

/* "&#8206;" or "&#x200E;" (XML 1.0 section 4.1). Returns how many characters it takes, 0 where it is none. */
static size_t numbered_entity(const struct text *text, size_t at, uint32_t *character)
{
    unsigned base = stands_at(text, at, "&#x") ? 16 : 10;
    size_t first = at + (base == 16 ? 3 : 2), i = first;
    uint32_t value = 0;
    for (int digit; i < text->count && (digit = digit_of(text->characters[i], base)) >= 0; i++) {
        value = value * base + (uint32_t)digit;
        if (value > 0x10ffff)
            return 0;
    }
    if (i == first || i == text->count || text->characters[i] != ';' || value == 0)
        return 0;
    *character = value >= 0xd800 && value <= 0xdfff ? REPLACEMENT : value;
    return i + 1 - at;
}

/* The next character as XML reads it; returns how many characters of the text it takes. */
static size_t read_character(const struct text *text, size_t at, uint32_t *character)
{
    *character = text->characters[at];
    if (*character != '&')
        return 1;
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (stands_at(text, at, entities[i].name)) {
            *character = entities[i].character;
            return strlen(entities[i].name);
        }
    size_t size = stands_at(text, at, "&#") ? numbered_entity(text, at, character) : 0;
    return size > 0 ? size : 1;
}

static bool ends_value(uint32_t character, uint32_t quote, bool in_tag)
{
    if (quote)
        return character == quote || character == '<';
    return character == ';' || character == '"' || character == '\'' || character == '<' ||
           character == '>' || (character == '\n' && !in_tag);
}

static void trim_end(struct buffer *value)
{
    while (value->length > 0 && is_blank((uint8_t)value->bytes[value->length - 1]))
        value->bytes[--value->length] = '\0';
}

/* From behind the equals sign to the end of the value, which may be quoted. */
static void read_value(const struct text *text, size_t at, bool in_tag, struct buffer *value)
{
    uint32_t character, quote = 0;
    char bytes[4];
    buffer_clear(value);
    buffer_add_string(value, "");
    at = skip_blanks(text, at);
    if (at == text->count)
        return;
    size_t size = read_character(text, at, &character);
    if (character == '"' || character == '\'') {
        quote = character;
        at = skip_blanks(text, at + size);
    }
    for (int count = 0; at < text->count && count < VALUE_LIMIT; at += size, count++) {
        size = read_character(text, at, &character);
        if (ends_value(character, quote, in_tag))
            break;
        buffer_add(value, bytes, utf8_put(bytes, character));
    }
    trim_end(value);
}

/* ---- Words --------------------------------------------------------------------------------------------- */

/* What belongs together: a tag, or in plain text a line; no further away than REACH. */
struct region {
    size_t begin, end;
    bool in_tag;
};

static struct region region_of(const struct text *text, size_t at)
{
    struct region region = {.begin = at, .end = at};
    size_t line = 0;
    bool line_found = false, tag_ended = false;
    while (region.begin > 0 && at - region.begin < REACH && !tag_ended && !region.in_tag) {
        uint32_t character = text->characters[--region.begin];
        region.in_tag = character == '<';
        tag_ended = character == '>';
        if (character == '\n' && !line_found) {
            line = region.begin;
            line_found = true;
        }
    }
    if (!region.in_tag && line_found)
        region.begin = line;
    while (region.end < text->count && region.end - at < REACH &&
           text->characters[region.end] != (region.in_tag ? '>' : '\n'))
        region.end++;
    return region;
}

/* Where the value of "WORD = " begins, with `word` in lower case as the end of a name; 0: it is not there. */
static size_t find_value(const struct text *text, size_t from, size_t end, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = from; i < end; i++) {
        if (!stands_at(text, i, word))
            continue;
        size_t at = skip_blanks(text, i + length);
        if (at < text->count && text->characters[at] == '=')
            return at + 1;
    }
    return 0;
}

static void read_tag_name(const struct text *text, const struct region *region, char name[static WORD_LIMIT])
{
    size_t length = 0, at = region->begin + 1;
    while (region->in_tag && at < text->count && length < WORD_LIMIT - 1 && is_letter(text->characters[at]))
        name[length++] = (char)text->characters[at++];
    name[length] = '\0';
}

/* Elements of WCF's configuration that name the server's certificate. */
static bool is_of_server(const char *tag)
{
    return strcasecmp(tag, "serviceCertificate") == 0 || strcasecmp(tag, "defaultCertificate") == 0;
}

static bool means_thumbprint(const char *find_type)
{
    return strcasecmp(find_type, "FindByThumbprint") == 0 || strcmp(find_type, "0") == 0;
}

/* ---- The search ---------------------------------------------------------------------------------------- */

struct search {
    struct text text;
    configured_listener *tell;
    void *user;
    struct buffer value, find_type;
    unsigned line;
    int named;
};

static void tell_of(struct search *search, const struct region *region, size_t value_at)
{
    char tag[WORD_LIMIT];
    size_t type_at = find_value(&search->text, region->begin, region->end, "findtype");
    search->named++;
    read_value(&search->text, value_at, region->in_tag, &search->value);
    if (search->value.length == 0)
        return;
    if (type_at)
        read_value(&search->text, type_at, region->in_tag, &search->find_type);
    read_tag_name(&search->text, region, tag);
    struct configured_certificate configured = {
        .value = search->value.bytes,
        .length = search->value.length,
        .find_type = type_at ? search->find_type.bytes : NULL,
        .by_thumbprint = !type_at || means_thumbprint(search->find_type.bytes),
        .of_server = is_of_server(tag),
        .line = search->line,
    };
    search->tell(search->user, &configured);
}

/* <add key="validateCertificateThumbprint" value="..." /> */
static void look_for_allowed(struct search *search, size_t at)
{
    struct region region = region_of(&search->text, at);
    size_t value_at = find_value(&search->text, at, region.end, "value");
    if (value_at)
        tell_of(search, &region, value_at);
}

static void look_at(struct search *search, size_t at)
{
    const struct text *text = &search->text;
    bool begins = at == 0 || !is_letter(text->characters[at - 1]);
    if (begins && stands_at(text, at, "findvalue")) {
        size_t value_at = find_value(text, at, at + 1, "findvalue");
        struct region region = region_of(text, at);
        if (value_at)
            tell_of(search, &region, value_at);
    } else if (begins && stands_at(text, at, "validatecertificatethumbprint")) {
        look_for_allowed(search, at);
    }
}

void connection_strings_search(const void *bytes, size_t length, configured_listener *tell, void *user)
{
    struct search search = {.text = decode(bytes, length), .tell = tell, .user = user, .line = 1};
    blank_comments(&search.text);
    for (size_t i = 0; i < search.text.count && search.named < NAMED_LIMIT; i++) {
        search.line += search.text.characters[i] == '\n';
        look_at(&search, i);
    }
    buffer_free(&search.value);
    buffer_free(&search.find_type);
    free(search.text.characters);
}

/* ---- Files --------------------------------------------------------------------------------------------- */

static bool read_file(FILE *file, struct buffer *bytes)
{
    char chunk[4096];
    size_t length;
    while (bytes->length <= FILE_LIMIT && (length = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_add(bytes, chunk, length);
    return !ferror(file);
}

bool connection_strings_read(const char *path, configured_listener *tell, void *user, struct buffer *error)
{
    struct buffer bytes = {0};
    FILE *file = fopen(path, "re");
    bool read = file && read_file(file, &bytes), small = bytes.length <= FILE_LIMIT;
    if (!read)
        buffer_add_format(error, "cannot read %s: %s", path, strerror(errno));
    else if (!small)
        buffer_add_format(error, "%s is larger than a configuration file (4 MiB)", path);
    else
        connection_strings_search(bytes.bytes ? bytes.bytes : "", bytes.length, tell, user);
    if (file)
        fclose(file);
    buffer_free(&bytes);
    return read && small;
}
