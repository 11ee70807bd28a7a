/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/fingerprint.h"

#include "base/buffer.h"
#include "base/memo.h"
#include "base/memory.h"
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { JA3_SIZE = 33, JA4_SIZE = 37, END_OF_LIST = 0x0A0A };

struct fingerprinter {
    EVP_MD *md5, *sha1, *sha256;
    EVP_MD_CTX *md5_state, *sha1_state, *sha256_state; /* one each: changing the digest is what costs */
    struct buffer text;                                /* what is being hashed */
    uint16_t *sorted;
    size_t sorted_room;
    struct buffer offer; /* what tells one hello from another */
    struct memo *certificates, *ja3, *ja4, *ja3s;
};

struct certificate_hashes {
    uint8_t sha1[20], sha256[32];
};

/* MD5 and SHA-1 protect nothing here, so a policy that forbids them does not apply. */
static EVP_MD *fetch(const char *name)
{
    return EVP_MD_fetch(NULL, name, "-fips");
}

struct fingerprinter *fingerprinter_new(void)
{
    struct fingerprinter *f = memory_new(1, sizeof *f);
    f->md5 = fetch("MD5");
    f->sha1 = fetch("SHA1");
    f->sha256 = fetch("SHA256");
    f->md5_state = EVP_MD_CTX_new();
    f->sha1_state = EVP_MD_CTX_new();
    f->sha256_state = EVP_MD_CTX_new();
    f->certificates = memo_new(sizeof(struct certificate_hashes));
    f->ja3 = memo_new(JA3_SIZE);
    f->ja3s = memo_new(JA3_SIZE);
    f->ja4 = memo_new(JA4_SIZE);
    return f;
}

void fingerprinter_free(struct fingerprinter *f)
{
    if (!f)
        return;
    EVP_MD_CTX_free(f->md5_state);
    EVP_MD_CTX_free(f->sha1_state);
    EVP_MD_CTX_free(f->sha256_state);
    EVP_MD_free(f->md5);
    EVP_MD_free(f->sha1);
    EVP_MD_free(f->sha256);
    memo_free(f->certificates);
    memo_free(f->ja3);
    memo_free(f->ja3s);
    memo_free(f->ja4);
    buffer_free(&f->offer);
    buffer_free(&f->text);
    free(f->sorted);
    free(f);
}

static bool digest(EVP_MD_CTX *state, const EVP_MD *md, const void *bytes, size_t length, uint8_t *out)
{
    return md && state && EVP_DigestInit_ex2(state, md, NULL) && EVP_DigestUpdate(state, bytes, length) &&
           EVP_DigestFinal_ex(state, out, NULL);
}

void fingerprint_sha1(struct fingerprinter *f, const void *bytes, size_t length, uint8_t out[static 20])
{
    if (!digest(f->sha1_state, f->sha1, bytes, length, out))
        memset(out, 0, 20);
}

void fingerprint_sha256(struct fingerprinter *f, const void *bytes, size_t length, uint8_t out[static 32])
{
    if (!digest(f->sha256_state, f->sha256, bytes, length, out))
        memset(out, 0, 32);
}

void fingerprint_certificate(struct fingerprinter *f, const void *der, size_t length, uint8_t sha1[static 20],
                             uint8_t sha256[static 32])
{
    const struct certificate_hashes *known = memo_find(f->certificates, der, length);
    struct certificate_hashes hashes;
    if (!known) {
        fingerprint_sha1(f, der, length, hashes.sha1);
        fingerprint_sha256(f, der, length, hashes.sha256);
        memo_keep(f->certificates, der, length, &hashes);
        known = &hashes;
    }
    memcpy(sha1, known->sha1, sizeof known->sha1);
    memcpy(sha256, known->sha256, sizeof known->sha256);
}

/* ---- What is remembered of hellos --------------------------------------------------------------------- */

static void offer_begin(struct fingerprinter *f, uint16_t code)
{
    f->offer.length = 0;
    buffer_add(&f->offer, &code, sizeof code);
}

/* No fingerprint tells GREASE, which is random: it is left out, and one of its codes marks the list's end. */
static void offer_codes(struct fingerprinter *f, const struct code_list *list)
{
    uint16_t *first = (uint16_t *)(void *)buffer_reserve(&f->offer, (list->count + 1) * sizeof *first);
    uint16_t *out = first;
    for (uint32_t i = 0; i < list->count; i++)
        if (!tls_is_grease(list->codes[i]))
            *out++ = list->codes[i];
    *out++ = END_OF_LIST;
    f->offer.length += (size_t)(out - first) * sizeof *out;
}

static bool recall(const struct fingerprinter *f, const struct memo *memo, char *out, size_t size)
{
    const void *known = memo_find(memo, f->offer.bytes, f->offer.length);
    if (known)
        memcpy(out, known, size);
    return known != NULL;
}

static void remember(const struct fingerprinter *f, struct memo *memo, const char *result)
{
    memo_keep(memo, f->offer.bytes, f->offer.length, result);
}

static const char hex_digits[] = "0123456789abcdef";

/* The first `count` digits; what the caller has behind them stays. */
static void put_hex(char *out, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = hex_digits[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
}

/* ---- JA3 ---------------------------------------------------------------------------------------------- */

static char *put_decimal(char *out, uint16_t value)
{
    char digits[5];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value = (uint16_t)(value / 10);
    } while (value > 0);
    while (count > 0)
        *out++ = digits[--count];
    return out;
}

static void add_decimal(struct buffer *text, uint16_t value)
{
    char digits[5];
    buffer_add(text, digits, (size_t)(put_decimal(digits, value) - digits));
}

/* A comma, and the codes with dashes between them. */
static void add_decimals(struct buffer *text, const struct code_list *list)
{
    enum { WIDEST = 6 };
    char *begin = buffer_reserve(text, 1 + (size_t)list->count * WIDEST);
    char *out = begin;
    *out++ = ',';
    char *first = out;
    for (uint32_t i = 0; i < list->count; i++) {
        if (tls_is_grease(list->codes[i]))
            continue;
        if (out != first)
            *out++ = '-';
        out = put_decimal(out, list->codes[i]);
    }
    text->length += (size_t)(out - begin);
}

static void put_md5(struct fingerprinter *f, char out[static 33])
{
    uint8_t hash[16];
    memset(out, 0, 33);
    if (digest(f->md5_state, f->md5, f->text.bytes, f->text.length, hash))
        put_hex(out, hash, 32);
}

void fingerprint_ja3(struct fingerprinter *f, const struct client_hello *hello, char out[static JA3_SIZE])
{
    offer_begin(f, hello->version);
    offer_codes(f, &hello->ciphers);
    offer_codes(f, &hello->extensions);
    offer_codes(f, &hello->groups);
    offer_codes(f, &hello->point_formats);
    if (recall(f, f->ja3, out, JA3_SIZE))
        return;
    f->text.length = 0;
    add_decimal(&f->text, hello->version);
    add_decimals(&f->text, &hello->ciphers);
    add_decimals(&f->text, &hello->extensions);
    add_decimals(&f->text, &hello->groups);
    add_decimals(&f->text, &hello->point_formats);
    put_md5(f, out);
    remember(f, f->ja3, out);
}

void fingerprint_ja3s(struct fingerprinter *f, const struct server_hello *hello, char out[static JA3_SIZE])
{
    offer_begin(f, hello->version);
    buffer_add(&f->offer, &hello->cipher, sizeof hello->cipher);
    offer_codes(f, &hello->extensions);
    if (recall(f, f->ja3s, out, JA3_SIZE))
        return;
    f->text.length = 0;
    add_decimal(&f->text, hello->version);
    buffer_add_char(&f->text, ',');
    add_decimal(&f->text, hello->cipher);
    add_decimals(&f->text, &hello->extensions);
    put_md5(f, out);
    remember(f, f->ja3s, out);
}

/* ---- JA4 ---------------------------------------------------------------------------------------------- */

/* Shell's sort: the lists are short, and a long one that somebody made up to be slow is no trouble either. */
static void sort(uint16_t *codes, size_t count)
{
    static const size_t gaps[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        size_t gap = gaps[g];
        for (size_t i = gap; i < count; i++) {
            uint16_t code = codes[i];
            size_t at = i;
            for (; at >= gap && codes[at - gap] > code; at -= gap)
                codes[at] = codes[at - gap];
            codes[at] = code;
        }
    }
}

/* The codes without GREASE in ascending order, in f->sorted; how many. */
static size_t sort_codes(struct fingerprinter *f, const struct code_list *list)
{
    size_t count = 0;
    if (f->sorted_room < list->count) {
        f->sorted = memory_resize(f->sorted, list->count, sizeof *f->sorted);
        f->sorted_room = list->count;
    }
    for (uint32_t i = 0; i < list->count; i++)
        if (!tls_is_grease(list->codes[i]))
            f->sorted[count++] = list->codes[i];
    sort(f->sorted, count);
    return count;
}

/* Four digits a code, with commas between them. */
static void add_hex_codes(struct buffer *text, const uint16_t *codes, size_t count)
{
    enum { WIDEST = 5 };
    char *begin = buffer_reserve(text, count * WIDEST);
    char *out = begin;
    for (size_t i = 0; i < count; i++) {
        if (tls_is_grease(codes[i]))
            continue;
        if (out != begin)
            *out++ = ',';
        for (int shift = 12; shift >= 0; shift -= 4)
            *out++ = hex_digits[codes[i] >> shift & 15];
    }
    text->length += (size_t)(out - begin);
}

static void put_short_sha256(struct fingerprinter *f, char *out)
{
    enum { DIGITS = 12 };
    uint8_t hash[32] = {0};
    if (f->text.length > 0)
        digest(f->sha256_state, f->sha256, f->text.bytes, f->text.length, hash);
    put_hex(out, hash, DIGITS);
}

static void put_ciphers(struct fingerprinter *f, size_t count, char *out)
{
    f->text.length = 0;
    add_hex_codes(&f->text, f->sorted, count);
    put_short_sha256(f, out);
}

/* Server name and ALPN have their place in the first part already. */
static void put_extensions(struct fingerprinter *f, size_t count, const struct code_list *signatures,
                           char *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (f->sorted[i] != TLS_EXTENSION_SERVER_NAME && f->sorted[i] != TLS_EXTENSION_ALPN)
            f->sorted[kept++] = f->sorted[i];
    f->text.length = 0;
    add_hex_codes(&f->text, f->sorted, kept);
    if (kept > 0 && signatures->count > 0) {
        buffer_add_char(&f->text, '_');
        add_hex_codes(&f->text, signatures->codes, signatures->count);
    }
    put_short_sha256(f, out);
}

/* The highest offered; DTLS counts downwards. */
static uint16_t ja4_version(const struct client_hello *hello, bool dtls)
{
    uint16_t highest = 0;
    if (hello->versions.count == 0)
        return hello->version;
    for (uint32_t i = 0; i < hello->versions.count; i++) {
        uint16_t code = hello->versions.codes[i];
        bool higher = dtls && highest > 0 ? code < highest : code > highest;
        if (!tls_is_grease(code) && higher)
            highest = code;
    }
    return highest;
}

static const char *ja4_version_name(uint16_t version)
{
    static const struct {
        uint16_t version;
        char name[3];
    } names[] = {
        {TLS_VERSION_1_3, "13"}, {TLS_VERSION_1_2, "12"},  {TLS_VERSION_1_1, "11"},
        {TLS_VERSION_1_0, "10"}, {TLS_VERSION_SSL3, "s3"}, {TLS_VERSION_SSL2, "s2"},
        {0xFEFF, "d1"},          {0xFEFD, "d2"},           {0xFEFC, "d3"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].version == version)
            return names[i].name;
    return "00";
}

static bool is_alphanumeric(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* First and last character of the first protocol, or of its hexadecimal form where one of them is not a
 * letter or digit. */
static void put_alpn(const struct octets_list *alpn, char *out)
{
    memcpy(out, "00", 2);
    if (alpn->count == 0 || alpn->items[0].length == 0)
        return;
    uint8_t first = (uint8_t)alpn->items[0].bytes[0];
    uint8_t last = (uint8_t)alpn->items[0].bytes[alpn->items[0].length - 1];
    bool plain = is_alphanumeric(first) && is_alphanumeric(last);
    out[0] = plain ? (char)first : hex_digits[first >> 4];
    out[1] = plain ? (char)last : hex_digits[last & 15];
}

static void put_count(char *out, size_t count)
{
    if (count > 99)
        count = 99;
    out[0] = (char)('0' + count / 10);
    out[1] = (char)('0' + count % 10);
}

/* Ten characters on what is offered, twelve digits on the suites, twelve on the extensions. */
static void put_ja4(struct fingerprinter *f, const struct client_hello *hello, char *out)
{
    out[3] = code_list_has(&hello->extensions, TLS_EXTENSION_SERVER_NAME) ? 'd' : 'i';
    size_t ciphers = sort_codes(f, &hello->ciphers);
    put_count(out + 4, ciphers);
    put_ciphers(f, ciphers, out + 11);
    size_t extensions = sort_codes(f, &hello->extensions);
    put_count(out + 6, extensions);
    put_extensions(f, extensions, &hello->signature_algorithms, out + 24);
    out[10] = out[23] = '_';
    out[36] = '\0';
}

/* What is cheap to say is part of what a remembered one is looked up by. */
void fingerprint_ja4(struct fingerprinter *f, const struct client_hello *hello, char transport,
                     char out[static JA4_SIZE])
{
    char head[5] = {transport};
    memcpy(head + 1, ja4_version_name(ja4_version(hello, transport == 'd')), 2);
    put_alpn(&hello->alpn, head + 3);
    offer_begin(f, 0);
    offer_codes(f, &hello->ciphers);
    offer_codes(f, &hello->extensions);
    offer_codes(f, &hello->signature_algorithms);
    buffer_add(&f->offer, head, sizeof head);
    if (recall(f, f->ja4, out, JA4_SIZE))
        return;
    memcpy(out, head, 3);
    memcpy(out + 8, head + 3, 2);
    put_ja4(f, hello, out);
    remember(f, f->ja4, out);
}
