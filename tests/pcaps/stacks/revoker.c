/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * revoker HOST PORT LIST-HOST ROOT.pem: an OpenSSL client that asks LIST-HOST for a revocation list while it
 * verifies the server's certificate, and treats a list that it cannot fetch as .NET and Windows do: it says
 * that the certificate is revoked.
 */
#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char *list_host;

static int connect_to(const char *host, const char *port, int seconds)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found;
    struct timeval patience = {.tv_sec = seconds};
    if (getaddrinfo(host, port, &hints, &found) != 0)
        return -1;
    int s = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int connected = connect(s, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (connected == 0)
        return s;
    close(s);
    return -1;
}

static int verify(int fine, X509_STORE_CTX *store)
{
    if (!fine || X509_STORE_CTX_get_error_depth(store) != 0)
        return fine;
    int s = connect_to(list_host, "80", 5);
    if (s >= 0) {
        close(s);
        return 1;
    }
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REVOKED);
    return 0;
}

int main(int count, char **arguments)
{
    if (count != 5)
        return 2;
    list_host = arguments[3];
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(context, arguments[4], NULL);
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, verify);
    SSL *ssl = SSL_new(context);
    SSL_set_tlsext_host_name(ssl, arguments[1]);
    SSL_set_fd(ssl, connect_to(arguments[1], arguments[2], 5));
    int done = SSL_connect(ssl);
    printf("%d\n", done);
    SSL_shutdown(ssl);
    return done != 1;
}
