/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/candidate.h"

#include "base/memory.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN_MOST = 32, FILE_MOST = 1024 * 1024 };

/* ---- Gathering certificates ---------------------------------------------------------------------------- */

/* False where these bytes are no certificate. */
static bool add(struct candidate *candidate, const unsigned char *der, size_t length)
{
    uint8_t sha1[20], sha256[32];
    if (candidate->count == CHAIN_MOST)
        return true;
    EVP_Digest(der, length, sha1, NULL, EVP_sha1(), NULL);
    EVP_Digest(der, length, sha256, NULL, EVP_sha256(), NULL);
    struct certificate *certificate = certificate_read(NULL, der, length, sha1, sha256);
    if (!certificate->readable) {
        certificate_free(certificate);
        return false;
    }
    candidate->chain = memory_resize(candidate->chain, candidate->count + 1, sizeof(struct certificate *));
    candidate->chain[candidate->count++] = certificate;
    return true;
}

static void add_x509(struct candidate *candidate, X509 *x509)
{
    unsigned char *der = NULL;
    int length = x509 ? i2d_X509(x509, &der) : 0;
    if (length > 0)
        add(candidate, der, (size_t)length);
    OPENSSL_free(der);
}

/* OpenSSL's own "TRUSTED CERTIFICATE" has more behind the certificate. */
static void add_trusted(struct candidate *candidate, const unsigned char *der, long length)
{
    X509 *x509 = d2i_X509_AUX(NULL, &der, length);
    add_x509(candidate, x509);
    X509_free(x509);
}

/* Sections in the order of the file; none of them is decrypted. False where there is none. */
static bool read_pem(struct candidate *candidate, BIO *file)
{
    char *name, *header;
    unsigned char *bytes;
    long length;
    bool any = false;
    while (PEM_read_bio(file, &name, &header, &bytes, &length) == 1) {
        any = true;
        if (strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0)
            add(candidate, bytes, (size_t)length);
        else if (strcmp(name, PEM_STRING_X509_TRUSTED) == 0)
            add_trusted(candidate, bytes, length);
        else if (strstr(name, "PRIVATE KEY"))
            candidate->had_key = true;
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(bytes, (size_t)length);
    }
    return any;
}

static bool opens_without_password(PKCS12 *store, const char **password)
{
    *password = NULL;
    if (!PKCS12_mac_present(store) || PKCS12_verify_mac(store, NULL, 0))
        return true;
    *password = "";
    return PKCS12_verify_mac(store, "", 0) == 1;
}

/* False where it is none; a sentence in `error` where it is one that cannot be opened. */
static bool read_pkcs12(struct candidate *candidate, const struct buffer *content, struct buffer *error)
{
    const unsigned char *at = (const unsigned char *)content->bytes;
    PKCS12 *store = d2i_PKCS12(NULL, &at, (long)content->length);
    const char *password;
    EVP_PKEY *key = NULL;
    X509 *own = NULL;
    STACK_OF(X509) *others = NULL;
    if (!store)
        return false;
    if (!opens_without_password(store, &password)) {
        buffer_add_string(error, "it is a PKCS #12 file with a password; write its certificates into another "
                                 "one: openssl pkcs12 -in FILE -nokeys -out client.pem");
    } else if (PKCS12_parse(store, password, &key, &own, &others)) {
        candidate->had_key = key != NULL;
        add_x509(candidate, own);
        for (int i = 0; i < sk_X509_num(others); i++)
            add_x509(candidate, sk_X509_value(others, i));
    }
    EVP_PKEY_free(key);
    X509_free(own);
    sk_X509_pop_free(others, X509_free);
    PKCS12_free(store);
    return true;
}

/* Who writes the issuers first still means the certificate that is none. */
static void put_leaf_first(struct candidate *candidate)
{
    uint32_t at = 0;
    while (at < candidate->count && candidate->chain[at]->is_ca)
        at++;
    if (at == candidate->count)
        return;
    struct certificate *leaf = candidate->chain[at];
    memmove(candidate->chain + 1, candidate->chain, at * sizeof(struct certificate *));
    candidate->chain[0] = leaf;
}

/* ---- The file ------------------------------------------------------------------------------------------ */

static bool read_file(const char *path, struct buffer *content, struct buffer *error)
{
    FILE *file = fopen(path, "re");
    char chunk[4096];
    size_t length;
    while (file && content->length <= FILE_MOST && (length = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_add(content, chunk, length);
    bool read = file && !ferror(file) && content->length <= FILE_MOST;
    if (file && content->length > FILE_MOST)
        buffer_add_string(error, "it is longer than any file of certificates");
    else if (!read)
        buffer_add_string(error, strerror(errno));
    OPENSSL_cleanse(chunk, sizeof chunk);
    if (file)
        fclose(file);
    return read;
}

static void read_content(struct candidate *candidate, const struct buffer *content, struct buffer *error)
{
    BIO *file = BIO_new_mem_buf(content->bytes ? content->bytes : "", (int)content->length);
    if (!file)
        memory_exhausted("a file of certificates");
    bool known = read_pem(candidate, file) || read_pkcs12(candidate, content, error);
    if (!known && content->length > 0)
        add(candidate, (const unsigned char *)content->bytes, content->length);
    BIO_free(file);
    if (candidate->count == 0 && error->length == 0)
        buffer_add_string(error, candidate->had_key
                                     ? "there is a private key in it, but no certificate"
                                     : "there is no certificate in it (PEM, DER and PKCS #12 are known)");
}

static char *name_within_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return memory_copy_string(slash && slash[1] ? slash + 1 : path);
}

struct candidate *candidate_read(const char *path, struct buffer *error)
{
    struct candidate *candidate = memory_new(1, sizeof *candidate);
    struct buffer content = {0}, reason = {0};
    candidate->file = name_within_folder(path);
    if (read_file(path, &content, &reason))
        read_content(candidate, &content, &reason);
    if (content.bytes)
        OPENSSL_cleanse(content.bytes, content.length);
    buffer_free(&content);
    ERR_clear_error();
    put_leaf_first(candidate);
    if (candidate->count == 0) {
        buffer_add_format(error, "cannot take a certificate from %s: %s", path, reason.bytes);
        candidate_free(candidate);
        candidate = NULL;
    }
    buffer_free(&reason);
    return candidate;
}

void candidate_free(struct candidate *candidate)
{
    if (!candidate)
        return;
    for (uint32_t i = 0; i < candidate->count; i++)
        certificate_free(candidate->chain[i]);
    free(candidate->chain);
    free(candidate->file);
    free(candidate);
}
