/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mbedtls server|client HOST PORT VERSIONS CA CERT|none KEY|none none|require
 * The library's defaults in TLS 1.2: one request, one answer.
 */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char request[] = "GET /served HTTP/1.0\r\n\r\n", answer[] = "HTTP/1.0 200 OK\r\n\r\nserved\n";

static int check(int result, const char *what)
{
    char text[200];
    if (result < 0) {
        mbedtls_strerror(result, text, sizeof text);
        fprintf(stderr, "%s: -0x%04X %s\n", what, (unsigned)-result, text);
    }
    return result;
}

static void talk(mbedtls_ssl_context *ssl, int serving)
{
    unsigned char bytes[4096];
    if (check(mbedtls_ssl_handshake(ssl), "handshake") != 0)
        return;
    if (!serving)
        check(mbedtls_ssl_write(ssl, (const unsigned char *)request, sizeof request - 1), "write");
    if (check(mbedtls_ssl_read(ssl, bytes, sizeof bytes), "read") > 0 && serving)
        check(mbedtls_ssl_write(ssl, (const unsigned char *)answer, sizeof answer - 1), "write");
    mbedtls_ssl_close_notify(ssl);
}

int main(int argc, char **argv)
{
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    mbedtls_net_context listener, peer;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt ca, certificate;
    mbedtls_pk_context key;
    if (argc != 9)
        return 2;
    int serving = strcmp(argv[1], "server") == 0;
    mbedtls_ssl_config_init(&config);
    mbedtls_net_init(&listener);
    mbedtls_net_init(&peer);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_x509_crt_init(&ca);
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
    check(mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0), "random");
    check(mbedtls_ssl_config_defaults(&config, serving ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                      MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT), "defaults");
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    check(mbedtls_x509_crt_parse_file(&ca, argv[5]), "CA");
    mbedtls_ssl_conf_ca_chain(&config, &ca, NULL);
    if (strcmp(argv[6], "none") != 0) {
        check(mbedtls_x509_crt_parse_file(&certificate, argv[6]), "certificate");
        check(mbedtls_pk_parse_keyfile(&key, argv[7], NULL), "key");
        check(mbedtls_ssl_conf_own_cert(&config, &certificate, &key), "own certificate");
    }
    if (serving)
        mbedtls_ssl_conf_authmode(&config, strcmp(argv[8], "require") == 0 ? MBEDTLS_SSL_VERIFY_REQUIRED
                                                                           : MBEDTLS_SSL_VERIFY_NONE);
    if (serving && check(mbedtls_net_bind(&listener, NULL, argv[3], MBEDTLS_NET_PROTO_TCP), "bind") != 0)
        return 1;
    do {
        if (check(serving ? mbedtls_net_accept(&listener, &peer, NULL, 0, NULL)
                          : mbedtls_net_connect(&peer, argv[2], argv[3], MBEDTLS_NET_PROTO_TCP), "connect") != 0)
            return 1;
        mbedtls_ssl_init(&ssl);
        check(mbedtls_ssl_setup(&ssl, &config), "setup");
        mbedtls_ssl_set_hostname(&ssl, argv[2]);
        mbedtls_ssl_set_bio(&ssl, &peer, mbedtls_net_send, mbedtls_net_recv, NULL);
        talk(&ssl, serving);
        mbedtls_ssl_free(&ssl);
        mbedtls_net_free(&peer);
    } while (serving);
    return 0;
}
