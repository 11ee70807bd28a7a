/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Revocation lists, OCSP responses, staples and signed certificate timestamps of any bytes, and what they say
 * of a certificate, which is its own issuer as well. What is given twice is read alike and kept once, and a
 * staple is judged the same whether it is remembered or not.
 *
 * One byte says what the bytes are (list, response, timestamps, CertificateStatus), two bytes how long the
 * certificate is that follows; the rest are they.
 */

#include "certificate/ocsp.h"
#include "certificate/revocation.h"
#include "tls/certificate_status.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct input {
    const struct certificate *certificate;
    const uint8_t *bytes;
    size_t length;
};

static const certificate_time now = 1800000000;

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void check_status(const struct certificate_status *status)
{
    check(status->word == STATUS_REVOKED || status->revoked_at == CERTIFICATE_TIME_UNKNOWN);
    check(status->word != STATUS_NONE || status->reason == STATUS_NO_REASON || status->reason == 0);
}

static void ask(struct revocation *revocation, const struct certificate *certificate)
{
    const struct certificate *const issuers[] = {NULL, certificate};
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++) {
        struct revocation_answer answer;
        revocation_check(revocation, certificate, issuers[i], now, &answer);
        check(answer.word <= REVOCATION_BAD_SIGNATURE && answer.word != REVOCATION_NO_LIST);
        check(answer.word != REVOCATION_REVOKED || answer.status.word == STATUS_REVOKED);
        check(answer.word != REVOCATION_GOOD || answer.status.word != STATUS_NONE);
        check(!answer.given);
        check_status(&answer.status);
    }
}

typedef struct revocation_reading revocation_adder(struct revocation *revocation, const void *bytes,
                                                   size_t length, certificate_time at);

static void run_adder(const struct input *input, revocation_adder *add)
{
    struct revocation *revocation = revocation_new();
    struct revocation_reading one = add(revocation, input->bytes, input->length, now);
    struct revocation_reading again = add(revocation, input->bytes, input->length, now);
    check(one.input == again.input && one.count == again.count && one.next_update == again.next_update);
    check(revocation_is_empty(revocation) ==
          (one.input == REVOCATION_NOT_ONE || one.input == REVOCATION_UNSUCCESSFUL));
    ask(revocation, input->certificate);
    revocation_free(revocation);
}

static void run_crl(const struct input *input)
{
    run_adder(input, revocation_add_crl);
}

static void run_ocsp(const struct input *input)
{
    run_adder(input, revocation_add_ocsp);
}

static void run_timestamps(const struct input *input)
{
    struct arena *arena = arena_new(1 << 16);
    struct cursor list = cursor_over(input->bytes, input->length);
    struct sct_list found = sct_list_read(list, arena);
    uint32_t count = sct_list_count(list);
    check(found.count <= count && (found.count == count || found.count == 16));
    check(found.count == 0 || found.items);
    for (uint32_t i = 0; i < found.count; i++)
        check(strlen(found.items[i].log_text) == 64);
    arena_free(arena);
}

static void judge(const struct input *input, struct octets response)
{
    struct staple one, again;
    struct staples *staples = staples_new();
    staple_read(staples, response, input->certificate, NULL, &one);
    staple_read(staples, response, input->certificate, NULL, &again);
    check(staple_problem(&one, now) == staple_problem(&again, now));
    check(staple_problem(&one, now) != STAPLE_FINE || one.status.word == STATUS_GOOD);
    enum attested attested = staple_signed_by(staples, response, input->certificate);
    check(staple_signed_by(NULL, response, input->certificate) == attested);
    staples_free(staples);
}

static void run_status(const struct input *input)
{
    struct certificate_status_message message;
    struct arena *arena = arena_new(1 << 20);
    certificate_status_decode(cursor_over(input->bytes, input->length), arena, &message);
    check(message.responses.count == 0 || message.responses.items);
    for (uint32_t i = 0; i < message.responses.count && i < 4; i++)
        judge(input, message.responses.items[i]);
    arena_free(arena);
}

static void (*const runs[])(const struct input *) = {run_crl, run_ocsp, run_timestamps, run_status};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const uint8_t no_hash[32];
    struct cursor rest = cursor_over(bytes, length), der;
    uint8_t kind;
    if (!cursor_u8(&rest, &kind) || !cursor_child_u16(&rest, &der))
        return 0;
    struct certificate *certificate = certificate_read(NULL, der.at, der.left, no_hash, no_hash);
    struct input input = {.certificate = certificate, .bytes = rest.at, .length = rest.left};
    if (certificate->readable || kind % 4 == 2)
        runs[kind % (sizeof runs / sizeof *runs)](&input);
    certificate_free(certificate);
    return 0;
}
