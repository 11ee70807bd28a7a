/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * oddclient HOST PORT VERSION BEHAVIOUR ROOT.pem KEYLOG: an OpenSSL client that goes wrong in one particular way.
 *   key-fin      has a client certificate whose key cannot be had now: leaves with FIN when it is asked
 *   key-rst      the same, leaves with RST
 *   key-waits    the same, leaves with FIN after two seconds (a person did not enter the PIN)
 *   hello-fin    sends its ClientHello and closes at once, without reading
 *   nothing-fin  connects, says nothing, closes
 *   verify-late  thinks for four seconds about the server's certificate, then goes on
 *   verify-waits thinks for a minute about it
 */
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static FILE *keylog;

static void log_key(const SSL *ssl, const char *line)
{
    (void)ssl;
    fprintf(keylog, "%s\n", line);
    fflush(keylog);
}

/* "Ask again later": the certificate is there, its key store does not answer. */
static int key_not_available(SSL *ssl, X509 **certificate, EVP_PKEY **key)
{
    (void)ssl, (void)certificate, (void)key;
    return -1;
}

static unsigned int thinks_for;

static int think(int good, X509_STORE_CTX *chain)
{
    if (X509_STORE_CTX_get_error_depth(chain) == 0)
        sleep(thinks_for);
    return good;
}

static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *address;
    if (getaddrinfo(host, port, &hints, &address) != 0)
        exit(2);
    int descriptor = socket(address->ai_family, SOCK_STREAM, 0);
    if (connect(descriptor, address->ai_addr, address->ai_addrlen) != 0)
        exit(3);
    freeaddrinfo(address);
    return descriptor;
}

static SSL *prepare(int descriptor, const char *host, const char *version, const char *root)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int number = strcmp(version, "1.3") == 0 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context, number);
    SSL_CTX_set_max_proto_version(context, number);
    SSL_CTX_load_verify_locations(context, root, NULL);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_client_cert_cb(context, key_not_available);
    SSL_CTX_set_keylog_callback(context, log_key);
    SSL *ssl = SSL_new(context);
    SSL_set_tlsext_host_name(ssl, host);
    SSL_set1_host(ssl, host);
    SSL_set_fd(ssl, descriptor);
    return ssl;
}

/* OpenSSL asks for the key before it has read the whole flight; closing with unread bytes would send RST. */
static void read_rest(int descriptor)
{
    char bytes[4096];
    usleep(200000);
    while (recv(descriptor, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    const char *behaviour = argv[4];
    keylog = fopen(argv[6], "w");
    int descriptor = connect_to(argv[1], argv[2]);
    if (strcmp(behaviour, "nothing-fin") == 0) {
        usleep(200000);
        return close(descriptor);
    }
    SSL *ssl = prepare(descriptor, argv[1], argv[3], argv[5]);
    if (strcmp(behaviour, "hello-fin") == 0) {
        BIO *nowhere = BIO_new(BIO_s_mem());
        SSL_set0_rbio(ssl, nowhere); /* nothing to read: the handshake stops after the ClientHello */
        SSL_connect(ssl);
        return shutdown(descriptor, SHUT_WR) || usleep(300000) || close(descriptor);
    }
    if (strncmp(behaviour, "verify", 6) == 0) {
        thinks_for = strcmp(behaviour, "verify-late") == 0 ? 4 : 60;
        SSL_set_verify(ssl, SSL_VERIFY_PEER, think);
    }
    int result = SSL_connect(ssl);
    if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_X509_LOOKUP) {
        ERR_print_errors_fp(stderr);
        return 1;
    }
    if (strcmp(behaviour, "key-waits") == 0)
        sleep(2);
    read_rest(descriptor);
    if (strcmp(behaviour, "key-rst") == 0) {
        struct linger at_once = {.l_onoff = 1};
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    return close(descriptor);
}
