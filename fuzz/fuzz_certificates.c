/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Certificates of any content: what is read of them, the names they speak for, whether they lead to somebody
 * who is trusted, whether a signature is theirs; and certificates that come compressed.
 *
 * The first byte: 0 and 1 stand before a chain, 2 before the body of a CompressedCertificate message, whose
 * entries are the chain then. 0: a name behind a length of one byte, then up to eight certificates behind
 * lengths of two each. 1: the rest is one certificate.
 */

#include "base/buffer.h"
#include "certificate/reference.h"
#include "certificate/signature.h"
#include "certificate/trust.h"
#include "tls/compressed_certificate.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { CHAIN_MOST = 8 };

/* Of the authority that issued the seeds. */
static const char root[] = "-----BEGIN CERTIFICATE-----\n"
                           "MIIBfjCCASWgAwIBAgIUCZRXtAqlBBv+FVFsI6JUEzAaCZ0wCgYIKoZIzj0EAwIw\n"
                           "FDESMBAGA1UEAwwJZnV6eiByb290MCAXDTI2MTEyMjExNTgxOVoYDzIxMjYxMDI5\n"
                           "MTE1ODE5WjAUMRIwEAYDVQQDDAlmdXp6IHJvb3QwWTATBgcqhkjOPQIBBggqhkjO\n"
                           "PQMBBwNCAARo08nb6cx9gJG/Ruzf1hkrZlXmt00kApzDeL6ioQJZlq1cQD+458Hd\n"
                           "p6fSo5aCI0syPXqcatPuczj5jq31Pwzwo1MwUTAdBgNVHQ4EFgQU4wRizA2uxbRC\n"
                           "ynsK9WdE/rQDNjswHwYDVR0jBBgwFoAU4wRizA2uxbRCynsK9WdE/rQDNjswDwYD\n"
                           "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAp5sz2wXxRda5VlEbPZmuQ\n"
                           "FZEOQ0pEqymml/1qss7FLQIgO3T0yPrK0tF0b6GHNLZuLZoCXTLmUCfwDl8Ll0u4\n"
                           "HLc=\n"
                           "-----END CERTIFICATE-----\n";

struct bench {
    struct certificate_reader *reader;
    struct trust *trust;
    struct fingerprinter *fingerprinter;
};

struct chain {
    struct certificate *items[CHAIN_MOST];
    uint32_t count;
};

static void check(bool truth)
{
    if (!truth)
        abort();
}

static struct trust *trust_in_root(void)
{
    char path[64];
    struct buffer error = {0};
    struct trust *trust = trust_new();
    int file = memfd_create("root", 0);
    check(file >= 0 && write(file, root, sizeof root - 1) == (ssize_t)sizeof root - 1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    check(trust_add_file(trust, path, &error));
    close(file);
    return trust;
}

static const struct bench *set_up(void)
{
    static struct bench bench;
    if (!bench.reader)
        bench = (struct bench){.reader = certificate_reader_new(),
                               .trust = trust_in_root(),
                               .fingerprinter = fingerprinter_new()};
    return &bench;
}

/* ---- What holds of every certificate ------------------------------------------------------------------- */

static void check_octets(struct octets value)
{
    check(value.bytes ? value.bytes[value.length] == '\0' : value.length == 0);
}

static void check_list(const struct octets_list *list)
{
    check(list->count == 0 || list->items);
    for (uint32_t i = 0; i < list->count; i++)
        check_octets(list->items[i]);
}

static void check_certificate(const struct certificate *certificate)
{
    check_octets(certificate->subject);
    check_octets(certificate->issuer);
    check_octets(certificate->common_name);
    check_list(&certificate->extended_key_usage);
    check_list(&certificate->crl_urls);
    check_list(&certificate->ocsp_urls);
    check_list(&certificate->issuer_urls);
    for (uint32_t i = 0; i < certificate->alternative_name_count; i++)
        check_octets(certificate->alternative_names[i].text);
    check(certificate->readable == (certificate->x509 != NULL));
    check(!certificate->readable || !certificate->raw_key);
    check(certificate->readable || certificate->fault);
    check(certificate_size(certificate) >= certificate->length);
}

/* Whatever the key is, it has not made this signature. */
static void check_signature(const struct certificate *certificate)
{
    static const uint16_t schemes[] = {0, 0x0401, 0x0403, 0x0402, 0x0804, 0x0807, 0x0808, 0x080A};
    char zeroes[256] = {0};
    struct signature signature = {.content = {.bytes = zeroes, .length = 64},
                                  .bytes = {.bytes = zeroes, .length = sizeof zeroes}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        signature.scheme = schemes[i];
        check(signature_check(certificate, &signature) <= SIGNATURE_INVALID);
        signature_scheme_fits(certificate, schemes[i], i % 2 == 0);
    }
}

/* ---- The chain ----------------------------------------------------------------------------------------- */

static void add(const struct bench *bench, struct chain *chain, const void *der, size_t length)
{
    uint8_t sha1[20], sha256[32];
    if (chain->count == CHAIN_MOST)
        return;
    fingerprint_certificate(bench->fingerprinter, der, length, sha1, sha256);
    chain->items[chain->count++] = certificate_read(bench->reader, der, length, sha1, sha256);
}

static void run_chain(const struct bench *bench, struct chain *chain, struct octets name)
{
    struct octets missing;
    for (uint32_t i = 0; i < chain->count; i++) {
        check_certificate(chain->items[i]);
        check_signature(chain->items[i]);
        enum name_match match = reference_match(chain->items[i], name.bytes, name.length);
        check((match == NAME_MATCHES_UNKNOWN) == !chain->items[i]->readable);
    }
    const struct certificate *const *items = (const struct certificate *const *)chain->items;
    enum trust_answer answer = trust_check(bench->trust, items, chain->count, &missing);
    check(answer == trust_check(bench->trust, items, chain->count, &missing));
    check_octets(missing);
    for (uint32_t i = 0; i < chain->count; i++)
        certificate_free(chain->items[i]);
}

static struct octets read_chain(const struct bench *bench, struct cursor in, struct chain *chain)
{
    struct cursor name, der;
    cursor_child_u8(&in, &name);
    while (cursor_more(&in) && cursor_child_u16(&in, &der))
        add(bench, chain, der.at, der.left);
    return (struct octets){.bytes = (const char *)name.at, .length = (uint32_t)name.left};
}

static void run_compressed(const struct bench *bench, struct cursor body)
{
    struct arena *arena = arena_new(1 << 20);
    struct certificate_message message;
    struct chain chain = {0};
    enum decode_result result =
        compressed_certificate_decode(body, TLS_VERSION_1_3, arena, bench->fingerprinter, &message);
    check(result != DECODE_CUT);
    check(message.count == 0 || message.compression_fault == COMPRESSION_FINE);
    for (uint32_t i = 0; i < message.count; i++)
        if (message.entries[i].der.bytes)
            add(bench, &chain, message.entries[i].der.bytes, message.entries[i].der.length);
    run_chain(bench, &chain, (struct octets){.bytes = "a.test", .length = 6});
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    enum { CHAIN, ALONE, COMPRESSED, WAYS };
    const struct bench *bench = set_up();
    struct chain chain = {0};
    if (length == 0)
        return 0;
    struct cursor in = cursor_over(bytes + 1, length - 1);
    switch (bytes[0] % WAYS) {
    case CHAIN:
        run_chain(bench, &chain, read_chain(bench, in, &chain));
        break;
    case ALONE:
        add(bench, &chain, in.at, in.left);
        run_chain(bench, &chain, (struct octets){.bytes = "192.0.2.1", .length = 9});
        break;
    default:
        run_compressed(bench, in);
        break;
    }
    return 0;
}
