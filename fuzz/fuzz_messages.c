/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Each decoder of a handshake message over any bytes. Whatever comes out must be well-formed; a message that
 * lacks bytes of the capture is never whole, and one that lacks none is never cut.
 *
 * The first six bytes: which decoder, the negotiated version, the suite, and how many bytes were not captured
 * (times 8) with, in the lowest bit, whether the arena is a small one. The rest is the message's body.
 */

#include "base/arena.h"
#include "tls/certificate_messages.h"
#include "tls/compressed_certificate.h"
#include "tls/fingerprint.h"
#include "tls/hello.h"
#include "tls/key_messages.h"
#include "tls/names.h"
#include "tls/ssl2.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct input {
    struct cursor body;
    uint16_t version, cipher;
    struct arena *arena;
    struct fingerprinter *fingerprinter;
};

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void check_codes(const struct code_list *list)
{
    char scratch[8];
    check(list->count == 0 || list->codes);
    for (uint32_t i = 0; i < list->count; i++)
        check(names_or_hex(NAMES_CIPHER_SUITE, list->codes[i], scratch)[0] != '\0');
}

static void check_octets(const struct octets *value)
{
    check(value->bytes ? value->bytes[value->length] == '\0' : value->length == 0);
}

static void check_octets_list(const struct octets_list *list)
{
    check(list->count == 0 || list->items);
    for (uint32_t i = 0; i < list->count; i++)
        check_octets(&list->items[i]);
}

static void check_client_hello(const struct input *input, const struct client_hello *hello)
{
    char ja3[33], ja4[37];
    const struct code_list *lists[] = {&hello->ciphers,
                                       &hello->compressions,
                                       &hello->extensions,
                                       &hello->versions,
                                       &hello->groups,
                                       &hello->point_formats,
                                       &hello->key_shares,
                                       &hello->signature_algorithms,
                                       &hello->signature_algorithms_cert,
                                       &hello->psk_modes,
                                       &hello->certificate_compressions,
                                       &hello->client_certificate_types,
                                       &hello->server_certificate_types};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        check_codes(lists[i]);
    check_octets(&hello->session_id);
    check_octets(&hello->server_name);
    check_octets(&hello->cookie);
    check_octets(&hello->session_ticket);
    check_octets_list(&hello->alpn);
    uint16_t highest = tls_version_equivalent(client_hello_highest_version(hello));
    uint16_t lowest = tls_version_equivalent(client_hello_lowest_version(hello));
    check(hello->versions.count == 0 || highest >= lowest);
    fingerprint_ja3(input->fingerprinter, hello, ja3);
    fingerprint_ja4(input->fingerprinter, hello, 't', ja4);
    check(strlen(ja3) == 32 && ja4[10] == '_' && ja4[23] == '_' && strlen(ja4) == 36);
}

static enum decode_result run_client_hello(const struct input *input)
{
    struct client_hello hello;
    enum decode_result result = client_hello_decode(input->body, input->arena, &hello);
    check_client_hello(input, &hello);
    return result;
}

static enum decode_result run_ssl2_client_hello(const struct input *input)
{
    struct client_hello hello;
    enum decode_result result = ssl2_client_hello_decode(input->body, input->arena, &hello);
    check_client_hello(input, &hello);
    return result;
}

static void check_server_hello(const struct input *input, const struct server_hello *hello)
{
    char ja3s[33];
    check_codes(&hello->extensions);
    check_octets(&hello->session_id);
    check_octets(&hello->alpn);
    check_octets(&hello->cookie);
    fingerprint_ja3s(input->fingerprinter, hello, ja3s);
    check(strlen(ja3s) == 32);
}

static enum decode_result run_server_hello(const struct input *input)
{
    struct server_hello hello;
    enum decode_result result = server_hello_decode(input->body, input->arena, &hello);
    check_server_hello(input, &hello);
    return result;
}

static enum decode_result run_hello_retry_request(const struct input *input)
{
    struct server_hello hello;
    enum decode_result result = hello_retry_request_decode(input->body, input->arena, &hello);
    check_server_hello(input, &hello);
    check(hello.hello_retry_request);
    return result;
}

static enum decode_result run_ssl2_server_hello(const struct input *input)
{
    struct ssl2_server_hello hello;
    enum decode_result result = ssl2_server_hello_decode(input->body, input->arena, &hello);
    check_octets(&hello.certificate);
    check(hello.cipher_count <= sizeof hello.ciphers / sizeof hello.ciphers[0]);
    return result;
}

static void check_certificates(const struct certificate_message *message)
{
    check_octets(&message->context);
    check(message->count == 0 || message->entries);
    for (uint32_t i = 0; i < message->count; i++) {
        const struct certificate_entry *entry = &message->entries[i];
        check_octets(&entry->der);
        check_octets(&entry->timestamps);
        check_octets(&entry->credential.key);
        check(!entry->der.bytes || entry->whole);
        check(!entry->der.bytes || entry->der.length == entry->length);
    }
}

static enum decode_result run_certificate(const struct input *input)
{
    struct certificate_message message;
    enum decode_result result =
        certificate_message_decode(input->body, input->version, input->arena, input->fingerprinter, &message);
    check_certificates(&message);
    return result;
}

static enum decode_result run_raw_public_key(const struct input *input)
{
    struct certificate_message message;
    enum decode_result result =
        raw_public_key_decode(input->body, input->arena, input->fingerprinter, &message);
    check_certificates(&message);
    return result;
}

static enum decode_result run_compressed_certificate(const struct input *input)
{
    struct certificate_message message;
    enum decode_result result = compressed_certificate_decode(input->body, input->version, input->arena,
                                                              input->fingerprinter, &message);
    check_certificates(&message);
    check(message.compression_fault == COMPRESSION_FINE || message.count == 0);
    return result;
}

static enum decode_result run_certificate_request(const struct input *input)
{
    struct certificate_request request;
    enum decode_result result =
        certificate_request_decode(input->body, input->version, input->arena, &request);
    check_codes(&request.certificate_types);
    check_codes(&request.signature_algorithms);
    check_codes(&request.signature_algorithms_cert);
    check_codes(&request.extensions);
    check_octets_list(&request.authorities);
    check_octets(&request.context);
    return result;
}

static enum decode_result run_server_key_exchange(const struct input *input)
{
    struct server_key_exchange message;
    struct cipher_traits suite = cipher_traits(input->cipher);
    enum decode_result result =
        server_key_exchange_decode(input->body, input->version, input->cipher, &message);
    check(message.dh_bits <= 65535 * 8);
    check(message.parameters_length + message.signature_length <= input->body.left + input->body.uncaptured);
    /* of other key exchanges nothing is read */
    return suite.ecdhe || suite.dhe || input->body.uncaptured == 0 ? result : DECODE_CUT;
}

static enum decode_result run_certificate_verify(const struct input *input)
{
    struct certificate_verify message;
    return certificate_verify_decode(input->body, input->version, &message);
}

static enum decode_result run_new_session_ticket(const struct input *input)
{
    struct new_session_ticket message;
    return new_session_ticket_decode(input->body, input->version, &message);
}

static enum decode_result run_encrypted_extensions(const struct input *input)
{
    struct encrypted_extensions message;
    enum decode_result result = encrypted_extensions_decode(input->body, input->arena, &message);
    check_codes(&message.extensions);
    check_octets(&message.alpn);
    return result;
}

static enum decode_result (*const runs[])(const struct input *) = {
    run_client_hello,           run_server_hello,        run_hello_retry_request, run_certificate,
    run_certificate_request,    run_server_key_exchange, run_certificate_verify,  run_new_session_ticket,
    run_encrypted_extensions,   run_ssl2_client_hello,   run_ssl2_server_hello,   run_raw_public_key,
    run_compressed_certificate,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    enum { CHOICES = 6, SMALL = 600, LARGE = 1 << 20 };
    static struct fingerprinter *fingerprinter;
    if (length < CHOICES)
        return 0;
    if (!fingerprinter)
        fingerprinter = fingerprinter_new();
    size_t missing = (size_t)(bytes[5] >> 1) * 8;
    struct input input = {
        .body = cursor_over_cut(bytes + CHOICES, length - CHOICES, length - CHOICES + missing),
        .version = (uint16_t)(bytes[1] << 8 | bytes[2]),
        .cipher = (uint16_t)(bytes[3] << 8 | bytes[4]),
        .arena = arena_new(bytes[5] & 1 ? SMALL : LARGE),
        .fingerprinter = fingerprinter,
    };
    enum decode_result result = runs[bytes[0] % (sizeof runs / sizeof runs[0])](&input);
    check(result == DECODE_BAD || (result == DECODE_CUT) == (missing > 0));
    arena_free(input.arena);
    return 0;
}
