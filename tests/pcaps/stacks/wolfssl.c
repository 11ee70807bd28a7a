/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wolfssl server|client HOST PORT VERSIONS CA CERT|none KEY|none none|require
 * The library's defaults in TLS 1.2, 1.3, or 1.2-1.3: one request, one answer.
 */
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char request[] = "GET /served HTTP/1.0\r\n\r\n", answer[] = "HTTP/1.0 200 OK\r\n\r\nserved\n";

static int fail(const char *what)
{
    perror(what);
    return -1;
}

static int open_socket(const char *host, const char *port, int serving)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_family = AF_INET}, *found;
    int yes = 1;
    if (serving)
        hints.ai_flags = AI_PASSIVE;
    if (getaddrinfo(serving ? NULL : host, port, &hints, &found) != 0)
        return fail(host);
    int s = socket(found->ai_family, found->ai_socktype, 0);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (serving && (bind(s, found->ai_addr, found->ai_addrlen) != 0 || listen(s, 5) != 0))
        return fail("bind");
    if (!serving && connect(s, found->ai_addr, found->ai_addrlen) != 0)
        return fail("connect");
    return s;
}

static WOLFSSL_METHOD *method_of(const char *versions, int serving)
{
    if (strcmp(versions, "1.2") == 0)
        return serving ? wolfTLSv1_2_server_method() : wolfTLSv1_2_client_method();
    if (strcmp(versions, "1.3") == 0)
        return serving ? wolfTLSv1_3_server_method() : wolfTLSv1_3_client_method();
    return serving ? wolfSSLv23_server_method() : wolfSSLv23_client_method();
}

static void talk(WOLFSSL *ssl, int serving)
{
    char bytes[4096];
    int result = serving ? wolfSSL_accept(ssl) : wolfSSL_connect(ssl);
    if (result != WOLFSSL_SUCCESS) {
        int error = wolfSSL_get_error(ssl, result);
        fprintf(stderr, "handshake: %d %s\n", error, wolfSSL_ERR_reason_error_string((unsigned long)error));
        return;
    }
    if (!serving)
        wolfSSL_write(ssl, request, sizeof request - 1);
    int got = wolfSSL_read(ssl, bytes, sizeof bytes);
    if (got > 0 && serving)
        wolfSSL_write(ssl, answer, sizeof answer - 1);
    else if (got <= 0)
        fprintf(stderr, "read: %d\n", wolfSSL_get_error(ssl, got));
    wolfSSL_shutdown(ssl);
}

int main(int argc, char **argv)
{
    if (argc != 9)
        return 2;
    int serving = strcmp(argv[1], "server") == 0;
    wolfSSL_Init();
    WOLFSSL_CTX *ctx = wolfSSL_CTX_new(method_of(argv[4], serving));
    wolfSSL_CTX_load_verify_locations(ctx, argv[5], NULL);
    if (strcmp(argv[6], "none") != 0) {
        wolfSSL_CTX_use_certificate_chain_file(ctx, argv[6]);
        wolfSSL_CTX_use_PrivateKey_file(ctx, argv[7], WOLFSSL_FILETYPE_PEM);
    }
    if (serving)
        wolfSSL_CTX_set_verify(ctx, strcmp(argv[8], "require") == 0
                               ? WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT
                               : WOLFSSL_VERIFY_NONE, NULL);
    int listener = open_socket(argv[2], argv[3], serving);
    if (listener < 0)
        return 1;
    do {
        int peer = serving ? accept(listener, NULL, NULL) : listener;
        WOLFSSL *ssl = wolfSSL_new(ctx);
        if (!serving)
            wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, argv[2], (unsigned short)strlen(argv[2]));
        wolfSSL_set_fd(ssl, peer);
        talk(ssl, serving);
        wolfSSL_free(ssl);
        close(peer);
    } while (serving);
    return 0;
}
