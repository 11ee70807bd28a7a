/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/expression_tree.h"

#include "base/clock.h"
#include <arpa/inet.h>
#include <sys/socket.h>

/* ---- Characters, whatever the locale says -------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct lexer *lexer)
{
    for (; lexer->at < lexer->end && is_space(*lexer->at); lexer->at++) {
        lexer->column++;
        if (*lexer->at == '\n') {
            lexer->line++;
            lexer->column = 1;
        }
    }
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

/* What is read from a word; `at` stops at the first character that does not fit. */
struct digits {
    const char *at, *end;
    bool overflow;
};

static uint64_t read_decimal(struct digits *digits)
{
    uint64_t value = 0;
    for (; digits->at < digits->end && is_digit(*digits->at); digits->at++) {
        digits->overflow |= __builtin_mul_overflow(value, 10U, &value);
        digits->overflow |= __builtin_add_overflow(value, (uint64_t)(*digits->at - '0'), &value);
    }
    return value;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static uint64_t read_hexadecimal(struct digits *digits)
{
    uint64_t value = 0;
    for (; digits->at < digits->end && hex_digit(*digits->at) >= 0; digits->at++) {
        digits->overflow |= value >> 60 != 0;
        value = value << 4 | (uint64_t)hex_digit(*digits->at);
    }
    return value;
}

static bool signed_of(struct digits *digits, uint64_t size, bool negative, int64_t *result)
{
    digits->overflow |= size > INT64_MAX;
    *result = negative ? -(int64_t)(size & INT64_MAX) : (int64_t)(size & INT64_MAX);
    return digits->at == digits->end;
}

static bool read_integer(struct digits *digits, bool negative, struct value *value)
{
    size_t length = (size_t)(digits->end - digits->at);
    bool hexadecimal = length > 2 && digits->at[0] == '0' && (digits->at[1] == 'x' || digits->at[1] == 'X');
    if (hexadecimal)
        digits->at += 2;
    uint64_t size = hexadecimal ? read_hexadecimal(digits) : read_decimal(digits);
    *value = value_integer(0);
    return signed_of(digits, size, negative, &value->integer);
}

static uint64_t read_unit(struct digits *digits)
{
    static const struct {
        char name[4];
        uint64_t nanoseconds;
    } units[] = {
        {"ns", 1},
        {"us", CLOCK_MICROSECOND},
        {"ms", CLOCK_MILLISECOND},
        {"s", CLOCK_SECOND},
        {"min", 60 * CLOCK_SECOND},
        {"h", 3600 * CLOCK_SECOND},
        {"d", 86400 * CLOCK_SECOND},
    };
    size_t length = (size_t)(digits->end - digits->at);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, digits->at, length) == 0) {
            digits->at = digits->end;
            return units[i].nanoseconds;
        }
    return 0;
}

/* 5s, 1.5min: the unit is read last, but each digit behind the point is worth a tenth of the one before. */
static bool read_duration(struct digits *digits, bool negative, struct value *value)
{
    uint64_t size = read_decimal(digits);
    struct digits fraction = {.at = digits->at, .end = digits->at};
    if (digits->at + 1 < digits->end && *digits->at == '.' && is_digit(digits->at[1])) {
        fraction.at = ++digits->at;
        while (digits->at < digits->end && is_digit(*digits->at))
            digits->at++;
        fraction.end = digits->at;
    }
    uint64_t unit = read_unit(digits);
    if (unit == 0)
        return false;
    digits->overflow |= __builtin_mul_overflow(size, unit, &size);
    for (; fraction.at < fraction.end; fraction.at++) {
        unit /= 10;
        digits->overflow |= __builtin_add_overflow(size, unit * (uint64_t)(*fraction.at - '0'), &size);
    }
    *value = value_duration(0);
    return signed_of(digits, size, negative, &value->integer);
}

/* ---- Addresses ----------------------------------------------------------------------------------------- */

static bool read_address(const char *text, size_t length, struct literal *literal)
{
    char string[INET6_ADDRSTRLEN + 1];
    if (length >= sizeof string)
        return false;
    memcpy(string, text, length);
    string[length] = '\0';
    literal->address = (struct address){.family = 0};
    literal->value = (struct value){.type = VALUE_ADDRESS};
    if (inet_pton(AF_INET, string, literal->address.bytes) == 1) {
        literal->address.family = 4;
        literal->prefix_bits = 32;
    } else if (inet_pton(AF_INET6, string, literal->address.bytes) == 1) {
        literal->address.family = 6;
        literal->prefix_bits = 128;
    }
    return literal->address.family != 0;
}

/* The /24 behind an address. */
static void read_prefix(struct lexer *lexer, struct token *token)
{
    if (lexer->at + 1 >= lexer->end || lexer->at[0] != '/' || !is_digit(lexer->at[1]))
        return;
    struct digits digits = {.at = lexer->at + 1, .end = lexer->end};
    uint64_t bits = read_decimal(&digits);
    lexer->at = digits.at;
    token->length = (size_t)(lexer->at - token->text);
    if (digits.overflow || bits > token->literal.prefix_bits) {
        token->kind = TOKEN_BAD;
        token->problem = "the prefix is longer than the address";
        return;
    }
    token->literal.is_prefix = bits < token->literal.prefix_bits;
    token->literal.prefix_bits = (uint8_t)bits;
}

/* ---- Words --------------------------------------------------------------------------------------------- */

/* "1..5" is a word, dots, and a word; "2026-01-31" is one word. */
static size_t word_length(const char *at, const char *end)
{
    const char *begin = at;
    for (; at < end; at++) {
        bool more = at + 1 < end;
        if (*at == '.' && more && at[1] == '.')
            break;
        if (*at == '-' && (at == begin || !more || !(is_letter(at[1]) || is_digit(at[1]))))
            break;
        if (!is_letter(*at) && !is_digit(*at) && !memchr("_.:@-", *at, 5))
            break;
    }
    return (size_t)(at - begin);
}

static bool read_time(const char *text, size_t length, struct value *value)
{
    *value = value_time(0);
    return clock_parse_rfc3339(text, length, &value->integer);
}

/* Words that are not names: numbers, durations, times, addresses. `text` is the word without its sign. */
static void read_literal(struct token *token, const char *text, size_t length, bool negative)
{
    struct digits integer = {.at = text, .end = text + length}, duration = integer;
    struct value *value = &token->literal.value;
    token->kind = TOKEN_LITERAL;
    if (is_digit(*text) &&
        (read_integer(&integer, negative, value) || read_duration(&duration, negative, value))) {
        if (integer.at == integer.end ? integer.overflow : duration.overflow) {
            token->kind = TOKEN_BAD;
            token->problem = "the number is too large";
        }
        return;
    }
    if (!negative && (read_time(text, length, value) || read_address(text, length, &token->literal)))
        return;
    token->kind = TOKEN_BAD;
    token->problem = memchr(text, ':', length)
                         ? "this is neither a time nor an address"
                         : "this is neither a number, a duration, a time nor an address";
    token->hint = "a text stands in quotes, a duration has a unit (5s, 200ms)";
}

static void read_word(struct lexer *lexer, struct token *token)
{
    bool negative = *lexer->at == '-';
    const char *text = lexer->at + negative;
    size_t length = word_length(text, lexer->end);
    lexer->at = text + length;
    token->length = length + negative;
    if (negative || is_digit(*text) || memchr(text, ':', length)) {
        read_literal(token, text, length, negative);
        if (token->kind == TOKEN_LITERAL && token->literal.value.type == VALUE_ADDRESS)
            read_prefix(lexer, token);
    } else {
        token->kind = TOKEN_WORD;
    }
}

/* ---- Texts --------------------------------------------------------------------------------------------- */

/* A backslash quotes a quote and a backslash and otherwise stands for itself, so that regular expressions
 * stay readable: "\d+\.example". */
static bool quotes_next(const char *at, const char *end)
{
    return *at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\');
}

static void read_text(struct lexer *lexer, struct token *token)
{
    const char *at = lexer->at + 1, *begin = at;
    while (at < lexer->end && *at != '"' && *at != '\n')
        at += quotes_next(at, lexer->end) ? 2 : 1;
    bool closed = at < lexer->end && *at == '"';
    char *copy = arena_copy(lexer->arena, begin, (size_t)(at - begin));
    size_t length = 0;
    for (const char *from = begin; from < at; from++) {
        from += quotes_next(from, lexer->end);
        copy[length++] = *from;
    }
    lexer->at = at + closed;
    token->length = (size_t)(lexer->at - token->text);
    token->kind = closed ? TOKEN_LITERAL : TOKEN_BAD;
    token->problem = "the text has no end: \" is missing";
    token->literal.value = value_text(copy, length);
}

/* ---- Symbols ------------------------------------------------------------------------------------------- */

/* The longer ones first. Those with a hint belong to other languages. */
static const struct symbol {
    char text[3];
    enum token_kind kind;
    enum relation relation;
    const char *hint;
} symbols[] = {
    {"==", TOKEN_RELATION, RELATION_EQUAL, NULL},
    {"!=", TOKEN_RELATION, RELATION_NOT_EQUAL, NULL},
    {"<=", TOKEN_RELATION, RELATION_LESS | RELATION_EQUAL, NULL},
    {">=", TOKEN_RELATION, RELATION_GREATER | RELATION_EQUAL, NULL},
    {"..", TOKEN_DOTS, 0, NULL},
    {"&&", TOKEN_BAD, 0, "write \"and\""},
    {"||", TOKEN_BAD, 0, "write \"or\""},
    {"=~", TOKEN_BAD, 0, "write \"matches\""},
    {"<>", TOKEN_BAD, 0, "write \"!=\""},
    {"<", TOKEN_RELATION, RELATION_LESS, NULL},
    {">", TOKEN_RELATION, RELATION_GREATER, NULL},
    {"(", TOKEN_OPEN, 0, NULL},
    {")", TOKEN_CLOSE, 0, NULL},
    {"{", TOKEN_OPEN_BRACE, 0, NULL},
    {"}", TOKEN_CLOSE_BRACE, 0, NULL},
    {",", TOKEN_COMMA, 0, NULL},
    {"=", TOKEN_BAD, 0, "write \"==\""},
    {"!", TOKEN_BAD, 0, "write \"not\""},
    {"~", TOKEN_BAD, 0, "write \"matches\""},
    {"'", TOKEN_BAD, 0, "a text stands in double quotes"},
};

static void read_symbol(struct lexer *lexer, struct token *token)
{
    size_t left = (size_t)(lexer->end - lexer->at);
    token->kind = TOKEN_BAD;
    token->problem = "this does not belong here";
    token->length = 1;
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        size_t length = strlen(symbols[i].text);
        if (length <= left && memcmp(symbols[i].text, lexer->at, length) == 0) {
            token->kind = symbols[i].kind;
            token->relation = symbols[i].relation;
            token->hint = symbols[i].hint;
            token->length = length;
            break;
        }
    }
    lexer->at += token->length;
}

/* ---- The next token ------------------------------------------------------------------------------------ */

struct token lexer_next(struct lexer *lexer)
{
    skip_space(lexer);
    struct token token = {.text = lexer->at, .line = lexer->line, .column = lexer->column};
    size_t left = (size_t)(lexer->end - lexer->at);
    if (left == 0)
        return token;
    bool negative_number = lexer->at[0] == '-' && left > 1 && is_digit(lexer->at[1]);
    if (*lexer->at == '"')
        read_text(lexer, &token);
    else if (negative_number || word_length(lexer->at, lexer->end) > 0)
        read_word(lexer, &token);
    else
        read_symbol(lexer, &token);
    lexer->column += (unsigned)token.length;
    return token;
}
