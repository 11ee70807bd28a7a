/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "certificate/public_key.h"

#include "certificate/algorithm.h"
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

/* ---- As libcrypto's key tells -------------------------------------------------------------------------- */

/* By the number of the algorithm, which names what the key is also where its bytes make no sense. */
static const char *key_name(int nid)
{
    static const struct {
        int type;
        const char *name;
    } names[] = {
        {EVP_PKEY_RSA, "RSA"}, {EVP_PKEY_RSA_PSS, "RSA-PSS"}, {EVP_PKEY_EC, "ECDSA"},
        {EVP_PKEY_DSA, "DSA"}, {EVP_PKEY_ED25519, "Ed25519"}, {EVP_PKEY_ED448, "Ed448"},
        {EVP_PKEY_SM2, "SM2"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].type == nid)
            return names[i].name;
    return NULL;
}

static void read_decoded(struct certificate *certificate)
{
    const EVP_PKEY *key = certificate_key(certificate);
    int bits = key ? EVP_PKEY_get_bits(key) : 0;
    certificate->key_bits = bits > 0 ? (uint32_t)bits : 0;
    certificate->key_algorithm = key ? key_name(EVP_PKEY_get_base_id(key)) : NULL;
    char curve[64];
    size_t length;
    if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
        EVP_PKEY_get_group_name(key, curve, sizeof curve, &length))
        certificate->key_curve = arena_copy(certificate->arena, curve, length);
}

/* ---- As the bytes tell --------------------------------------------------------------------------------- */

/* RSAPublicKey (RFC 8017 appendix A.1.1) is a sequence that begins with the modulus. 0: it is none. */
static uint32_t modulus_bits(const unsigned char *bytes, int length)
{
    STACK_OF(ASN1_TYPE) *numbers = d2i_ASN1_SEQUENCE_ANY(NULL, &bytes, length);
    const ASN1_TYPE *first = sk_ASN1_TYPE_num(numbers) > 0 ? sk_ASN1_TYPE_value(numbers, 0) : NULL;
    BIGNUM *modulus =
        first && first->type == V_ASN1_INTEGER ? ASN1_INTEGER_to_BN(first->value.integer, NULL) : NULL;
    int bits = modulus ? BN_num_bits(modulus) : 0;
    BN_free(modulus);
    sk_ASN1_TYPE_pop_free(numbers, ASN1_TYPE_free);
    return (uint32_t)bits;
}

/* Where the key names its curve (RFC 5480 section 2.1.1). */
static int named_curve(const X509_ALGOR *algorithm)
{
    int type;
    const void *object;
    X509_ALGOR_get0(NULL, &type, &object, algorithm);
    return type == V_ASN1_OBJECT ? OBJ_obj2nid(object) : NID_undef;
}

/* ECS writes the curves of NIST as nistp256; others keep their registered short name. */
static bool read_nist_curve(struct certificate *certificate, int curve)
{
    static const struct {
        int curve;
        uint32_t bits;
        const char *name;
    } nist[] = {{NID_X9_62_prime256v1, 256, "nistp256"},
                {NID_secp384r1, 384, "nistp384"},
                {NID_secp521r1, 521, "nistp521"},
                {NID_secp224r1, 224, "nistp224"}};
    for (size_t i = 0; i < sizeof nist / sizeof *nist; i++)
        if (nist[i].curve == curve) {
            certificate->key_algorithm = "ECDSA";
            certificate->key_bits = nist[i].bits;
            certificate->key_curve = nist[i].name;
            return true;
        }
    return false;
}

static X509_PUBKEY *info_of(const struct certificate *certificate)
{
    return certificate->raw_key ? certificate->raw_key : X509_get_X509_PUBKEY(certificate->x509);
}

void certificate_public_key_read(struct certificate *certificate)
{
    ASN1_OBJECT *kind = NULL;
    X509_ALGOR *algorithm = NULL;
    const unsigned char *bytes = NULL;
    int length = 0;
    X509_PUBKEY_get0_param(&kind, &bytes, &length, &algorithm, info_of(certificate));
    int nid = OBJ_obj2nid(kind);
    if (nid == NID_rsaEncryption) {
        certificate->key_algorithm = "RSA";
        certificate->key_bits = modulus_bits(bytes, length);
    } else if (nid != NID_X9_62_id_ecPublicKey || !read_nist_curve(certificate, named_curve(algorithm))) {
        read_decoded(certificate);
    }
    if (!certificate->key_algorithm)
        certificate->key_algorithm = key_name(nid);
    if (!certificate->key_algorithm)
        certificate->key_algorithm = algorithm_name(kind, certificate->arena);
}
