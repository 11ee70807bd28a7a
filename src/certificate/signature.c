/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

enum { MODULUS_MOST = 16384 / 8, DIGEST_MOST = 64 };

enum padding { PADDING_NONE, PADDING_PKCS1, PADDING_PSS };

struct scheme {
    uint16_t code;
    int key; /* EVP_PKEY_* */
    enum padding padding;
    const char *digest; /* libcrypto's name; NULL: the algorithm has one built in */
    const char *curve;  /* as in struct certificate: the only one in TLS 1.3; NULL: not for ECDSA there */
};

static const struct scheme schemes[] = {
    {0x0101, EVP_PKEY_RSA, PADDING_PKCS1, "MD5", NULL},
    {0x0201, EVP_PKEY_RSA, PADDING_PKCS1, "SHA1", NULL},
    {0x0202, EVP_PKEY_DSA, PADDING_NONE, "SHA1", NULL},
    {0x0203, EVP_PKEY_EC, PADDING_NONE, "SHA1", NULL},
    {0x0301, EVP_PKEY_RSA, PADDING_PKCS1, "SHA224", NULL},
    {0x0302, EVP_PKEY_DSA, PADDING_NONE, "SHA224", NULL},
    {0x0303, EVP_PKEY_EC, PADDING_NONE, "SHA224", NULL},
    {0x0401, EVP_PKEY_RSA, PADDING_PKCS1, "SHA256", NULL},
    {0x0402, EVP_PKEY_DSA, PADDING_NONE, "SHA256", NULL},
    {0x0403, EVP_PKEY_EC, PADDING_NONE, "SHA256", "nistp256"},
    {0x0501, EVP_PKEY_RSA, PADDING_PKCS1, "SHA384", NULL},
    {0x0502, EVP_PKEY_DSA, PADDING_NONE, "SHA384", NULL},
    {0x0503, EVP_PKEY_EC, PADDING_NONE, "SHA384", "nistp384"},
    {0x0601, EVP_PKEY_RSA, PADDING_PKCS1, "SHA512", NULL},
    {0x0602, EVP_PKEY_DSA, PADDING_NONE, "SHA512", NULL},
    {0x0603, EVP_PKEY_EC, PADDING_NONE, "SHA512", "nistp521"},
    {0x0804, EVP_PKEY_RSA, PADDING_PSS, "SHA256", NULL},
    {0x0805, EVP_PKEY_RSA, PADDING_PSS, "SHA384", NULL},
    {0x0806, EVP_PKEY_RSA, PADDING_PSS, "SHA512", NULL},
    {0x0807, EVP_PKEY_ED25519, PADDING_NONE, NULL, NULL},
    {0x0808, EVP_PKEY_ED448, PADDING_NONE, NULL, NULL},
    {0x0809, EVP_PKEY_RSA_PSS, PADDING_PSS, "SHA256", NULL},
    {0x080A, EVP_PKEY_RSA_PSS, PADDING_PSS, "SHA384", NULL},
    {0x080B, EVP_PKEY_RSA_PSS, PADDING_PSS, "SHA512", NULL},
    {0x081A, EVP_PKEY_EC, PADDING_NONE, "SHA256", "brainpoolP256r1"},
    {0x081B, EVP_PKEY_EC, PADDING_NONE, "SHA384", "brainpoolP384r1"},
    {0x081C, EVP_PKEY_EC, PADDING_NONE, "SHA512", "brainpoolP512r1"},
};

/* Before TLS 1.2 (RFC 4346 section 7.4.3, RFC 4492 section 5.4). */
static const struct scheme old_schemes[] = {
    {0, EVP_PKEY_RSA, PADDING_PKCS1, "MD5-SHA1", NULL},
    {0, EVP_PKEY_DSA, PADDING_NONE, "SHA1", NULL},
    {0, EVP_PKEY_EC, PADDING_NONE, "SHA1", NULL},
};

static const struct scheme *scheme_of(uint16_t code)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (schemes[i].code == code)
            return &schemes[i];
    return NULL;
}

static const struct scheme *old_scheme_of(int key)
{
    for (size_t i = 0; i < sizeof old_schemes / sizeof *old_schemes; i++)
        if (old_schemes[i].key == key)
            return &old_schemes[i];
    return NULL;
}

/* ---- libcrypto's answer -------------------------------------------------------------------------------- */

static bool set_padding(EVP_PKEY_CTX *context, const struct scheme *scheme, int salt)
{
    if (scheme->padding != PADDING_PSS)
        return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt) > 0;
}

/* `salt` as libcrypto counts it: RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_AUTO. */
static enum signature_answer verify(EVP_PKEY *key, const struct scheme *scheme,
                                    const struct signature *signature, int salt)
{
    enum signature_answer answer = SIGNATURE_NOT_CHECKED;
    EVP_PKEY_CTX *padding = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestVerifyInit_ex(context, &padding, scheme->digest, NULL, NULL, key, NULL) == 1 &&
        set_padding(padding, scheme, salt)) {
        int result =
            EVP_DigestVerify(context, (const unsigned char *)signature->bytes.bytes, signature->bytes.length,
                             (const unsigned char *)signature->content.bytes, signature->content.length);
        answer = result == 1 ? SIGNATURE_VALID : SIGNATURE_INVALID;
    }
    EVP_MD_CTX_free(context);
    return answer;
}

/* ---- What an RSA signature says of the key that made it ------------------------------------------------ */

/* The signature raised to the public exponent: what was padded and signed, if this is the right key. */
static size_t recover(EVP_PKEY *key, struct octets signature, unsigned char out[static MODULUS_MOST])
{
    size_t length = MODULUS_MOST;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool done = context && EVP_PKEY_get_size(key) <= MODULUS_MOST &&
                EVP_PKEY_verify_recover_init(context) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) > 0 &&
                EVP_PKEY_verify_recover(context, out, &length, (const unsigned char *)signature.bytes,
                                        signature.length) == 1;
    EVP_PKEY_CTX_free(context);
    return done ? length : 0;
}

/* RFC 8017 section 9.2: 00 01, at least eight bytes FF, 00. */
static bool is_pkcs1(const unsigned char *block, size_t length)
{
    enum { FILLING_LEAST = 8 };
    size_t at = 2;
    if (length < 2 || block[0] != 0 || block[1] != 1)
        return false;
    while (at < length && block[at] == 0xFF)
        at++;
    return at >= 2 + FILLING_LEAST && at < length && block[at] == 0;
}

/* Takes the mask of MGF1 away (RFC 8017 appendix B.2.1). */
static bool unmask(const EVP_MD *md, const unsigned char *seed, size_t seed_length, unsigned char *block,
                   size_t length)
{
    unsigned char input[DIGEST_MOST + 4], mask[EVP_MAX_MD_SIZE];
    memcpy(input, seed, seed_length);
    for (size_t at = 0; at < length; at++) {
        size_t counter = at / seed_length;
        for (size_t i = 0; i < 4; i++)
            input[seed_length + i] = (unsigned char)(counter >> (24 - 8 * i));
        if (at % seed_length == 0 && !EVP_Digest(input, seed_length + 4, mask, NULL, md, NULL))
            return false;
        block[at] ^= mask[at % seed_length];
    }
    return true;
}

/* RFC 8017 section 9.1.2: behind the mask zeroes and a 1, then the salt; whatever was signed. */
static bool is_pss(unsigned char *block, size_t length, size_t bits, const EVP_MD *md)
{
    size_t digest = md ? (size_t)EVP_MD_get_size(md) : 0;
    size_t spare = (bits - 1) % 8;
    if (spare == 0 && length > 0) { /* the padded block is a byte shorter than the modulus */
        block++;
        length--;
    }
    if (digest == 0 || digest > DIGEST_MOST || length < digest + 2 || block[length - 1] != 0xBC)
        return false;
    size_t masked = length - digest - 1, at = 0;
    if (!unmask(md, block + masked, digest, block, masked))
        return false;
    if (spare > 0)
        block[0] &= (unsigned char)(0xFF >> (8 - spare));
    while (at < masked && block[at] == 0)
        at++;
    return at < masked && block[at] == 1;
}

static bool made_by_key(EVP_PKEY *key, const struct scheme *scheme, struct octets signature)
{
    unsigned char block[MODULUS_MOST];
    size_t length = recover(key, signature, block);
    if (scheme->padding == PADDING_PKCS1)
        return is_pkcs1(block, length);
    EVP_MD *md = EVP_MD_fetch(NULL, scheme->digest, NULL);
    bool fits = is_pss(block, length, (size_t)EVP_PKEY_get_bits(key), md);
    EVP_MD_free(md);
    return fits;
}

static enum signature_answer explain(EVP_PKEY *key, const struct scheme *scheme,
                                     const struct signature *signature)
{
    if (scheme->padding == PADDING_NONE)
        return SIGNATURE_INVALID;
    if (scheme->padding == PADDING_PSS &&
        verify(key, scheme, signature, RSA_PSS_SALTLEN_AUTO) == SIGNATURE_VALID)
        return SIGNATURE_OTHER_SALT;
    return made_by_key(key, scheme, signature->bytes) ? SIGNATURE_OTHER_CONTENT : SIGNATURE_OTHER_KEY;
}

/* ---- The whole ----------------------------------------------------------------------------------------- */

enum signature_answer signature_check(const struct certificate *certificate,
                                      const struct signature *signature)
{
    EVP_PKEY *key = certificate_key(certificate);
    if (!key)
        return SIGNATURE_NOT_CHECKED;
    int kind = EVP_PKEY_get_base_id(key);
    const struct scheme *scheme = signature->scheme ? scheme_of(signature->scheme) : old_scheme_of(kind);
    if (!scheme)
        return SIGNATURE_NOT_CHECKED;
    if (scheme->key != kind)
        return SIGNATURE_OTHER_KIND;
    enum signature_answer answer = verify(key, scheme, signature, RSA_PSS_SALTLEN_DIGEST);
    if (answer == SIGNATURE_INVALID)
        answer = explain(key, scheme, signature);
    ERR_clear_error();
    return answer;
}

bool signature_scheme_fits(const struct certificate *certificate, uint16_t code, bool tls13)
{
    const EVP_PKEY *key = certificate_key(certificate);
    const struct scheme *scheme = scheme_of(code);
    if (!key || !scheme || EVP_PKEY_get_base_id(key) != scheme->key)
        return false;
    if (!tls13)
        return true;
    if (scheme->key == EVP_PKEY_EC)
        return scheme->curve && certificate->key_curve && strcmp(scheme->curve, certificate->key_curve) == 0;
    return scheme->padding != PADDING_PKCS1 && scheme->key != EVP_PKEY_DSA;
}

const char *signature_word(enum signature_answer answer)
{
    static const char *const words[] = {
        [SIGNATURE_NOT_CHECKED] = NULL,        [SIGNATURE_VALID] = "valid",
        [SIGNATURE_OTHER_KEY] = "other_key",   [SIGNATURE_OTHER_CONTENT] = "other_content",
        [SIGNATURE_OTHER_SALT] = "other_salt", [SIGNATURE_OTHER_KIND] = "other_kind",
        [SIGNATURE_INVALID] = "invalid",
    };
    return words[answer];
}
