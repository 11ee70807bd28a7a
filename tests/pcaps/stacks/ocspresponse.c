/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ocspresponse LEAF ISSUER SIGNER SIGNER-KEY good|revoked|unknown FROM TO >RESPONSE: an OCSP response about the leaf,
 * DER, current from the one to the other in days from now. All files are PEM. OpenSSL's own responder knows no response
 * of the past.
 */
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *check(void *pointer, const char *what)
{
    if (pointer)
        return pointer;
    fprintf(stderr, "%s: failed\n", what);
    exit(1);
}

static X509 *certificate(const char *path)
{
    BIO *file = check(BIO_new_file(path, "r"), path);
    X509 *read = check(PEM_read_bio_X509(file, NULL, NULL, NULL), path);
    BIO_free(file);
    return read;
}

static EVP_PKEY *key(const char *path)
{
    BIO *file = check(BIO_new_file(path, "r"), path);
    EVP_PKEY *read = check(PEM_read_bio_PrivateKey(file, NULL, NULL, NULL), path);
    BIO_free(file);
    return read;
}

static ASN1_TIME *days(const char *text)
{
    return check(ASN1_GENERALIZEDTIME_adj(NULL, time(NULL), atoi(text), 0), text);
}

int main(int count, char **words)
{
    if (count != 8)
        return 2;
    X509 *issuer = certificate(words[2]);
    int status = strcmp(words[5], "good") == 0      ? V_OCSP_CERTSTATUS_GOOD
                 : strcmp(words[5], "revoked") == 0 ? V_OCSP_CERTSTATUS_REVOKED
                                                    : V_OCSP_CERTSTATUS_UNKNOWN;
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), certificate(words[1]), issuer);
    check(OCSP_basic_add1_status(basic, id, status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, days(words[6]), days(words[6]),
                                 days(words[7])),
          "status");
    if (OCSP_basic_sign(basic, certificate(words[3]), key(words[4]), EVP_sha256(), NULL, 0) != 1)
        check(NULL, "signature");
    OCSP_RESPONSE *response = check(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic), "response");
    unsigned char *der = NULL;
    int length = i2d_OCSP_RESPONSE(response, &der);
    return length > 0 && fwrite(der, 1, (size_t)length, stdout) == (size_t)length ? 0 : 1;
}
