/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/name.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/x509.h>

bool certificate_name_print_read(struct buffer *out, const X509_NAME *name)
{
    BIO *text = BIO_new(BIO_s_mem());
    if (!text)
        return false;
    /* Most specific part first, UTF-8 kept as it is: escaping what a reader must not get is the report's
     * business. */
    bool printed = X509_NAME_print_ex(text, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0;
    char *bytes = NULL;
    long length = BIO_get_mem_data(text, &bytes);
    if (printed && length > 0)
        buffer_add(out, bytes, (size_t)length);
    BIO_free(text);
    return printed;
}

bool certificate_name_print(struct buffer *out, const void *der, size_t length)
{
    const unsigned char *at = der;
    if (length > LONG_MAX)
        return false;
    X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)length);
    if (!name)
        return false;
    bool printed = at == (const unsigned char *)der + length && certificate_name_print_read(out, name);
    X509_NAME_free(name);
    return printed;
}
