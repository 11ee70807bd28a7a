/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Makes TLS traffic for the benchmark: a server that answers with as many bytes as it is asked for, and a
 * client that opens one connection after the other, a third of them resumed.
 *
 *   traffic serve PKI ADDRESS PROCESSES             port 443; on 8443 a client certificate is required
 *   traffic dial PKI SERVER CLIENT PORT VERSION COUNT BYTES      from address CLIENT; VERSION 1.2 or 1.3
 *
 * PKI is a folder with root.pem, server.pem, server.key, client.pem and client.key.
 */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT_OPEN = 443, PORT_MUTUAL = 8443, BLOCK = 16384 };

static void die(const char *what)
{
    perror(what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static struct sockaddr_in address_of(const char *text, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1)
        die(text);
    return address;
}

static SSL_CTX *context_new(const SSL_METHOD *method, const char *pki, const char *who)
{
    char certificates[4096], key[4096], root[4096];
    snprintf(certificates, sizeof certificates, "%s/%s.pem", pki, who);
    snprintf(key, sizeof key, "%s/%s.key", pki, who);
    snprintf(root, sizeof root, "%s/root.pem", pki);
    SSL_CTX *context = SSL_CTX_new(method);
    if (!context || SSL_CTX_use_certificate_chain_file(context, certificates) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_load_verify_locations(context, root, NULL) != 1)
        die(certificates);
    return context;
}

/* Handshakes are many small writes: none of them is to wait for the peer's delayed acknowledgement. */
static void send_at_once(int descriptor)
{
    int one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* ---- Server ---- */

static SSL_CTX *server_context(const char *pki, bool mutual)
{
    SSL_CTX *context = context_new(TLS_server_method(), pki, "server");
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"bench", 5);
    SSL_CTX_set_num_tickets(context, 1);
    if (mutual)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return context;
}

static int listen_on(const char *text, int port)
{
    struct sockaddr_in address = address_of(text, port);
    int one = 1;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 || listen(descriptor, 512) < 0)
        die("listen");
    return descriptor;
}

/* A request is one decimal number in a line: the bytes of the answer. */
static void answer(SSL *tls)
{
    static const char block[BLOCK];
    char request[256];
    int length = SSL_read(tls, request, sizeof request - 1);
    if (length <= 0)
        return;
    request[length] = '\0';
    for (unsigned long left = strtoul(request, NULL, 10); left > 0;) {
        int part = left < BLOCK ? (int)left : BLOCK;
        if (SSL_write(tls, block, part) != part)
            return;
        left -= (unsigned long)part;
    }
    SSL_shutdown(tls);
    SSL_read(tls, request, sizeof request);
}

static void serve_one(SSL_CTX *context, int listener)
{
    int descriptor = accept(listener, NULL, NULL);
    if (descriptor < 0)
        return; /* another process was faster */
    send_at_once(descriptor);
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, descriptor);
    if (SSL_accept(tls) == 1)
        answer(tls);
    SSL_free(tls);
    close(descriptor);
    ERR_clear_error();
}

static void serve_forever(SSL_CTX *const contexts[2], struct pollfd listeners[2])
{
    while (poll(listeners, 2, -1) >= 0)
        for (int i = 0; i < 2; i++)
            if (listeners[i].revents)
                serve_one(contexts[i], listeners[i].fd);
}

static int serve(const char *pki, const char *address, int processes)
{
    SSL_CTX *const contexts[2] = {server_context(pki, false), server_context(pki, true)};
    struct pollfd listeners[2] = {{.fd = listen_on(address, PORT_OPEN), .events = POLLIN},
                                  {.fd = listen_on(address, PORT_MUTUAL), .events = POLLIN}};
    puts("ready");
    fflush(stdout);
    for (int i = 1; i < processes; i++)
        if (fork() == 0)
            break;
    serve_forever(contexts, listeners);
    return 1;
}

/* ---- Client ---- */

static SSL_CTX *client_context(const char *pki, const char *version)
{
    int number = strcmp(version, "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
    SSL_CTX *context = context_new(TLS_client_method(), pki, "client");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_min_proto_version(context, number);
    SSL_CTX_set_max_proto_version(context, number);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
    return context;
}

static int connect_from(const struct sockaddr_in *from, const struct sockaddr_in *to)
{
    int one = 1;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0 || setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) < 0 ||
        bind(descriptor, (const struct sockaddr *)from, sizeof *from) < 0 ||
        connect(descriptor, (const struct sockaddr *)to, sizeof *to) < 0)
        die("connect");
    send_at_once(descriptor);
    return descriptor;
}

static void ask(SSL *tls, unsigned long bytes)
{
    char block[BLOCK];
    int length = snprintf(block, sizeof block, "%lu\n", bytes);
    if (SSL_write(tls, block, length) != length)
        die("request");
    while (SSL_read(tls, block, sizeof block) > 0)
        ;
    SSL_shutdown(tls);
}

/* Returns the session for the next connection to resume; takes the one it is given. */
static SSL_SESSION *dial_once(SSL_CTX *context, int descriptor, SSL_SESSION *session, unsigned long bytes)
{
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, descriptor);
    SSL_set_tlsext_host_name(tls, "bench.test");
    if (session)
        SSL_set_session(tls, session);
    if (SSL_connect(tls) != 1)
        die("handshake");
    ask(tls, bytes);
    if (session && !SSL_session_reused(tls))
        die("a session was not resumed");
    SSL_SESSION_free(session);
    session = SSL_get1_session(tls);
    SSL_free(tls);
    close(descriptor);
    return session;
}

static int dial(char **argument)
{
    SSL_CTX *context = client_context(argument[0], argument[4]);
    struct sockaddr_in to = address_of(argument[1], atoi(argument[3]));
    struct sockaddr_in from = address_of(argument[2], 0);
    unsigned long count = strtoul(argument[5], NULL, 10), bytes = strtoul(argument[6], NULL, 10);
    SSL_SESSION *session = NULL;
    for (unsigned long i = 0; i < count; i++) {
        if (i % 3 != 2) {
            SSL_SESSION_free(session);
            session = NULL;
        }
        session = dial_once(context, connect_from(&from, &to), session, bytes);
    }
    SSL_SESSION_free(session);
    SSL_CTX_free(context);
    return 0;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc == 5 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argv[3], atoi(argv[4]));
    if (argc == 9 && strcmp(argv[1], "dial") == 0)
        return dial(argv + 2);
    fprintf(stderr, "usage: traffic serve PKI ADDRESS PROCESSES\n"
                    "       traffic dial PKI SERVER CLIENT PORT VERSION COUNT BYTES\n");
    return 2;
}
