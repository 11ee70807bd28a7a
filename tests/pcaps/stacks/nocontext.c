/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nocontext PORT CERTIFICATE.pem KEY.pem ROOT.pem none|ask|require: an OpenSSL server that never calls
 * SSL_CTX_set_session_id_context(), as its manual asks of servers that verify clients. It answers one HTTP request
 * a connection.
 */
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int verify_mode(const char *clients)
{
    if (strcmp(clients, "none") == 0)
        return SSL_VERIFY_NONE;
    return SSL_VERIFY_PEER | (strcmp(clients, "require") == 0 ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
}

static int listen_on(int port)
{
    struct sockaddr_in6 address = {
        .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port), .sin6_addr = in6addr_any};
    int listener = socket(AF_INET6, SOCK_STREAM, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0)
        exit(1);
    return listener;
}

static void serve(SSL_CTX *context, int peer)
{
    static const char answer[] = "HTTP/1.0 200 OK\r\n\r\nserved\n";
    char request[4096];
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, peer);
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof request) > 0) {
        SSL_write(ssl, answer, sizeof answer - 1);
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    close(peer);
}

int main(int count, char **arguments)
{
    if (count != 6)
        return 2;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, arguments[2]) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, arguments[3], SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_load_verify_locations(context, arguments[4], NULL) != 1)
        return 1;
    SSL_CTX_set_verify(context, verify_mode(arguments[5]), NULL);
    for (int listener = listen_on(atoi(arguments[1]));;)
        serve(context, accept(listener, NULL, NULL));
}
