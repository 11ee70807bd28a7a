/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both sides sign in TLS 1.3: put together here by RFC 8446 section 4.4, and checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "handshake/signatures.h"
#include "handshake/transcript.h"
#include "tls/hello.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENT_HALF, SERVER_HALF, AES_128_GCM_SHA256 = 0x1301, AES_256_GCM_SHA384 = 0x1302 };

struct bench {
    struct connection *connection;
    struct handshake *handshake;
    struct buffer transcript; /* as it has to be */
    EVP_PKEY *key;
    struct certificate *certificate;
    struct certificate_verify verify[SIDES];
    const struct certificate *leaf;
    struct server_hello hello, retry;
};

static struct certificate *certify(EVP_PKEY *key)
{
    static const uint8_t no_hash[32];
    unsigned char *der = NULL;
    X509 *x509 = X509_new();
    X509_set_pubkey(x509, key);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 1000);
    X509_sign(x509, key, EVP_sha256());
    int length = i2d_X509(x509, &der);
    struct certificate *certificate = certificate_read(NULL, der, (size_t)length, no_hash, no_hash);
    OPENSSL_free(der);
    X509_free(x509);
    return certificate;
}

static void begin(struct bench *bench, uint16_t cipher)
{
    *bench = (struct bench){.connection = calloc(1, sizeof *bench->connection),
                            .key = EVP_EC_gen("P-256"),
                            .hello = {.selected_version = TLS_VERSION_1_3, .cipher = cipher}};
    bench->handshake = handshake_new(bench->connection);
    bench->handshake->client_half = CLIENT_HALF;
    bench->handshake->version = TLS_VERSION_1_3;
    bench->handshake->cipher = cipher;
    bench->certificate = certify(bench->key);
    bench->leaf = bench->certificate;
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        bench->handshake->chain[side] = (struct certificate_chain){.items = &bench->leaf, .count = 1};
}

static void finish(struct bench *bench)
{
    for (enum side side = SIDE_CLIENT; side < SIDES; side++)
        bench->handshake->chain[side].count = 0; /* it is the test's */
    handshake_free(bench->handshake);
    certificate_free(bench->certificate);
    EVP_PKEY_free(bench->key);
    buffer_free(&bench->transcript);
    free(bench->connection);
}

static void note(struct bench *bench, int half, uint8_t type, const void *body, size_t length)
{
    struct handshake_message message = {
        .type = type, .length = (uint32_t)length, .body = cursor_over(body, length)};
    signatures_note(bench->handshake, half, &message);
}

/* The message is spoken, and stands in the transcript. */
static void say(struct bench *bench, int half, uint8_t type, const void *body, size_t length)
{
    const char header[] = {(char)type, 0, (char)(length >> 8), (char)length};
    note(bench, half, type, body, length);
    buffer_add(&bench->transcript, header, sizeof header);
    buffer_add(&bench->transcript, body, length);
}

static const EVP_MD *hash_of(const struct bench *bench)
{
    return bench->handshake->cipher == AES_256_GCM_SHA384 ? EVP_sha384() : EVP_sha256();
}

/* Signs what was said so far, and says so. */
static void verify(struct bench *bench, int half, const char *context)
{
    unsigned char digest[EVP_MAX_MD_SIZE], signature[256];
    unsigned digest_length;
    size_t length = sizeof signature;
    struct buffer content = {0}, body = {0};
    EVP_Digest(bench->transcript.bytes, bench->transcript.length, digest, &digest_length, hash_of(bench),
               NULL);
    buffer_add_format(&content, "%64s%s", "", context);
    buffer_add_char(&content, '\0');
    buffer_add(&content, digest, digest_length);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, bench->key), 1);
    assert_int_equal(
        EVP_DigestSign(md, signature, &length, (const unsigned char *)content.bytes, content.length), 1);
    EVP_MD_CTX_free(md);
    const char header[] = {4, 3, 0, (char)length};
    buffer_add(&body, header, sizeof header);
    buffer_add(&body, signature, length);
    enum side side = handshake_side(bench->handshake, half);
    bench->verify[side] =
        (struct certificate_verify){.signature_algorithm = 0x0403, .signature_length = (uint32_t)length};
    bench->handshake->certificate_verify[side] = &bench->verify[side];
    say(bench, half, TLS_HANDSHAKE_CERTIFICATE_VERIFY, body.bytes, body.length);
    buffer_free(&content);
    buffer_free(&body);
}

static void say_the_rest(struct bench *bench)
{
    say(bench, SERVER_HALF, TLS_HANDSHAKE_ENCRYPTED_EXTENSIONS, "\0\0", 2);
    say(bench, SERVER_HALF, TLS_HANDSHAKE_CERTIFICATE_REQUEST, "request", 7);
    say(bench, SERVER_HALF, TLS_HANDSHAKE_CERTIFICATE, "certificate of the server", 25);
    verify(bench, SERVER_HALF, "TLS 1.3, server CertificateVerify");
    say(bench, SERVER_HALF, TLS_HANDSHAKE_FINISHED, "finished", 8);
    note(bench, SERVER_HALF, TLS_HANDSHAKE_NEW_SESSION_TICKET, "captured before its time", 24);
    say(bench, CLIENT_HALF, TLS_HANDSHAKE_COMPRESSED_CERTIFICATE, "squeezed", 8);
    verify(bench, CLIENT_HALF, "TLS 1.3, client CertificateVerify");
}

static void both_sides_are_checked(void **state)
{
    (void)state;
    for (uint16_t cipher = AES_128_GCM_SHA256; cipher <= AES_256_GCM_SHA384; cipher++) {
        struct bench bench;
        begin(&bench, cipher);
        say(&bench, CLIENT_HALF, TLS_HANDSHAKE_CLIENT_HELLO, "hello", 5);
        bench.handshake->server_hello = &bench.hello;
        say(&bench, SERVER_HALF, TLS_HANDSHAKE_SERVER_HELLO, "hello yourself", 14);
        say_the_rest(&bench);
        assert_int_equal(signatures_check(bench.handshake, SIDE_SERVER), SIGNATURE_VALID);
        assert_int_equal(signatures_check(bench.handshake, SIDE_CLIENT), SIGNATURE_VALID);
        finish(&bench);
    }
}

/* The first ClientHello then stands as its hash. */
static void a_retry_counts(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, AES_128_GCM_SHA256);
    unsigned char digest[32];
    note(&bench, CLIENT_HALF, TLS_HANDSHAKE_CLIENT_HELLO, "first", 5);
    EVP_Digest("\1\0\0\5first", 9, digest, NULL, EVP_sha256(), NULL);
    buffer_add(&bench.transcript, "\xFE\0\0\x20", 4);
    buffer_add(&bench.transcript, digest, sizeof digest);
    say(&bench, SERVER_HALF, TLS_HANDSHAKE_SERVER_HELLO, "again", 5);
    bench.handshake->hello_retry_request = &bench.retry;
    say(&bench, CLIENT_HALF, TLS_HANDSHAKE_CLIENT_HELLO, "second", 6);
    bench.handshake->server_hello = &bench.hello;
    say(&bench, SERVER_HALF, TLS_HANDSHAKE_SERVER_HELLO, "hello yourself", 14);
    say_the_rest(&bench);
    assert_int_equal(signatures_check(bench.handshake, SIDE_SERVER), SIGNATURE_VALID);
    assert_int_equal(signatures_check(bench.handshake, SIDE_CLIENT), SIGNATURE_VALID);
    finish(&bench);
}

static void a_changed_message_shows(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, AES_128_GCM_SHA256);
    say(&bench, CLIENT_HALF, TLS_HANDSHAKE_CLIENT_HELLO, "hello", 5);
    bench.transcript.bytes[bench.transcript.length - 1] ^= 1;
    bench.handshake->server_hello = &bench.hello;
    say(&bench, SERVER_HALF, TLS_HANDSHAKE_SERVER_HELLO, "hello yourself", 14);
    say_the_rest(&bench);
    assert_int_equal(signatures_check(bench.handshake, SIDE_SERVER), SIGNATURE_INVALID);
    assert_int_equal(signatures_check(bench.handshake, SIDE_CLIENT), SIGNATURE_INVALID);
    finish(&bench);
}

static void what_is_missing_is_unknown(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench, AES_128_GCM_SHA256);
    bench.handshake->server_hello = &bench.hello;
    say(&bench, SERVER_HALF, TLS_HANDSHAKE_SERVER_HELLO, "hello yourself", 14);
    say_the_rest(&bench);
    assert_int_equal(signatures_check(bench.handshake, SIDE_SERVER), SIGNATURE_NOT_CHECKED);
    assert_int_equal(signatures_check(bench.handshake, SIDE_CLIENT), SIGNATURE_NOT_CHECKED);
    finish(&bench);
    begin(&bench, AES_128_GCM_SHA256);
    say(&bench, CLIENT_HALF, TLS_HANDSHAKE_CLIENT_HELLO, "hello", 5);
    bench.handshake->server_hello = &bench.hello;
    struct handshake_message cut = {
        .type = TLS_HANDSHAKE_SERVER_HELLO, .length = 14, .body = cursor_over_cut("hello", 5, 14)};
    signatures_note(bench.handshake, SERVER_HALF, &cut);
    say_the_rest(&bench);
    assert_int_equal(signatures_check(bench.handshake, SIDE_SERVER), SIGNATURE_NOT_CHECKED);
    finish(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_are_checked),
        cmocka_unit_test(a_retry_counts),
        cmocka_unit_test(a_changed_message_shows),
        cmocka_unit_test(what_is_missing_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
