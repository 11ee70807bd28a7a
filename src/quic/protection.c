/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quic/protection.h"

#include "base/buffer.h"
#include "base/memory.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>

enum {
    SECRET = 32, /* SHA-256 */
    SAMPLE = 16,
    SAMPLE_AT = 4, /* behind the beginning of the packet number, which is taken for four bytes */
    TAG = 16,
};

struct quic_opener {
    EVP_MAC *hmac;
    EVP_MAC_CTX *hmac_state;
    EVP_CIPHER *ecb, *gcm;
    EVP_CIPHER_CTX *ecb_state, *gcm_state;
    struct buffer header, plain;
};

struct quic_opener *quic_opener_new(void)
{
    struct quic_opener *opener = memory_new(1, sizeof *opener);
    opener->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    opener->ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    opener->gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    opener->hmac_state = opener->hmac ? EVP_MAC_CTX_new(opener->hmac) : NULL;
    opener->ecb_state = EVP_CIPHER_CTX_new();
    opener->gcm_state = EVP_CIPHER_CTX_new();
    return opener;
}

void quic_opener_free(struct quic_opener *opener)
{
    if (!opener)
        return;
    EVP_CIPHER_CTX_free(opener->gcm_state);
    EVP_CIPHER_CTX_free(opener->ecb_state);
    EVP_MAC_CTX_free(opener->hmac_state);
    EVP_CIPHER_free(opener->gcm);
    EVP_CIPHER_free(opener->ecb);
    EVP_MAC_free(opener->hmac);
    buffer_free(&opener->header);
    buffer_free(&opener->plain);
    free(opener);
}

/* ---- Keys ---------------------------------------------------------------------------------------------- */

static bool hmac_sha256(struct quic_opener *opener, const uint8_t *key, size_t key_length,
                        const uint8_t *bytes, size_t length, uint8_t out[static SECRET])
{
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
    size_t written;
    return opener->hmac_state && EVP_MAC_init(opener->hmac_state, key, key_length, parameters) &&
           EVP_MAC_update(opener->hmac_state, bytes, length) &&
           EVP_MAC_final(opener->hmac_state, out, &written, SECRET);
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) without a context, for as much as one block gives. */
static bool expand(struct quic_opener *opener, const uint8_t secret[static SECRET], const char *label,
                   uint8_t *out, size_t length)
{
    uint8_t information[64] = {0, (uint8_t)length}, block[SECRET];
    size_t label_length = strlen(label), at = 2;
    information[at++] = (uint8_t)(6 + label_length);
    memcpy(information + at, "tls13 ", 6);
    memcpy(information + at + 6, label, label_length);
    at += 6 + label_length;
    information[at++] = 0; /* no context */
    information[at++] = 1; /* the first block */
    if (!hmac_sha256(opener, secret, SECRET, information, at, block))
        return false;
    memcpy(out, block, length);
    return true;
}

static bool derive_side(struct quic_opener *opener, const uint8_t initial[static SECRET], const char *side,
                        bool second, struct quic_keys *keys)
{
    uint8_t secret[SECRET];
    return expand(opener, initial, side, secret, sizeof secret) &&
           expand(opener, secret, second ? "quicv2 key" : "quic key", keys->key, sizeof keys->key) &&
           expand(opener, secret, second ? "quicv2 iv" : "quic iv", keys->iv, sizeof keys->iv) &&
           expand(opener, secret, second ? "quicv2 hp" : "quic hp", keys->header, sizeof keys->header);
}

bool quic_initial_keys_derive(struct quic_opener *opener, const struct quic_version *version,
                              const struct quic_id *id, struct quic_initial_keys *keys)
{
    uint8_t initial[SECRET];
    return hmac_sha256(opener, version->salt, QUIC_SALT, id->bytes, id->length, initial) &&
           derive_side(opener, initial, "client in", version->second, &keys->client) &&
           derive_side(opener, initial, "server in", version->second, &keys->server);
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

static bool make_mask(struct quic_opener *opener, const struct quic_keys *keys, const uint8_t *sample,
                      uint8_t mask[static SAMPLE])
{
    int length;
    return opener->ecb && EVP_EncryptInit_ex2(opener->ecb_state, opener->ecb, keys->header, NULL, NULL) &&
           EVP_CIPHER_CTX_set_padding(opener->ecb_state, 0) &&
           EVP_EncryptUpdate(opener->ecb_state, mask, &length, sample, SAMPLE) && length == SAMPLE;
}

/* RFC 9000 appendix A.3: the number nearest to the one expected that ends in these bytes. */
static uint64_t whole_number(uint32_t cut, size_t bytes, int64_t largest)
{
    uint64_t window = UINT64_C(1) << (8 * bytes), half = window / 2;
    uint64_t expected = (uint64_t)(largest + 1);
    uint64_t number = (expected & ~(window - 1)) | cut;
    if (number + half <= expected && number < (UINT64_C(1) << 62) - window)
        return number + window;
    if (number > expected + half && number >= window)
        return number - window;
    return number;
}

/* The header with the protection taken off, packet number included (RFC 9001 section 5.4.1). Returns the
 * length of the number, 0 when that fails. */
static size_t open_header(struct quic_opener *opener, const struct quic_keys *keys,
                          const struct quic_packet *packet, uint32_t *cut_number)
{
    struct cursor number = packet->protected, sample = packet->protected;
    uint8_t mask[SAMPLE];
    cursor_skip(&sample, SAMPLE_AT);
    const uint8_t *bytes = cursor_take(&sample, SAMPLE);
    if (!bytes || !make_mask(opener, keys, bytes, mask))
        return 0;
    uint8_t first = packet->begin[0] ^ (mask[0] & 0x0F);
    size_t length = (first & 3U) + 1U;
    const uint8_t *hidden = cursor_take(&number, length);
    buffer_clear(&opener->header);
    buffer_add(&opener->header, packet->begin, packet->header_length);
    opener->header.bytes[0] = (char)first;
    *cut_number = 0;
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = hidden[i] ^ mask[1 + i];
        *cut_number = *cut_number << 8 | byte;
        buffer_add(&opener->header, &byte, 1);
    }
    return length;
}

static bool begin_gcm(struct quic_opener *opener, const struct quic_keys *keys, uint64_t number)
{
    uint8_t nonce[sizeof keys->iv];
    int length;
    memcpy(nonce, keys->iv, sizeof nonce);
    for (size_t i = 0; i < 8; i++)
        nonce[sizeof nonce - 1 - i] ^= (uint8_t)(number >> (8 * i));
    return opener->gcm && EVP_DecryptInit_ex2(opener->gcm_state, opener->gcm, keys->key, nonce, NULL) &&
           EVP_DecryptUpdate(opener->gcm_state, NULL, &length, (uint8_t *)opener->header.bytes,
                             (int)opener->header.length);
}

static bool decrypt(struct quic_opener *opener, const uint8_t *bytes, size_t length)
{
    int written;
    buffer_clear(&opener->plain);
    uint8_t *out = (uint8_t *)buffer_reserve(&opener->plain, length + 1);
    if (!EVP_DecryptUpdate(opener->gcm_state, out, &written, bytes, (int)length))
        return false;
    opener->plain.length = length;
    return true;
}

static bool tag_is_right(struct quic_opener *opener, const uint8_t *bytes)
{
    uint8_t tag[TAG], nothing[TAG];
    int written;
    memcpy(tag, bytes, TAG);
    return EVP_CIPHER_CTX_ctrl(opener->gcm_state, EVP_CTRL_AEAD_SET_TAG, TAG, tag) &&
           EVP_DecryptFinal_ex(opener->gcm_state, nothing, &written) > 0;
}

bool quic_packet_open(struct quic_opener *opener, const struct quic_keys *keys,
                      const struct quic_packet *packet, int64_t largest, struct quic_opened *opened)
{
    struct cursor body = packet->protected;
    uint32_t cut_number;
    size_t number_length = open_header(opener, keys, packet, &cut_number);
    if (number_length == 0 || !cursor_skip(&body, number_length) || body.left + body.uncaptured < TAG)
        return false;
    size_t length = body.left + body.uncaptured - TAG; /* of the frames */
    size_t here = length < body.left ? length : body.left;
    opened->number = whole_number(cut_number, number_length, largest);
    opened->verified = body.uncaptured == 0;
    if (!begin_gcm(opener, keys, opened->number) || !decrypt(opener, body.at, here))
        return false;
    opened->frames = cursor_over_cut(opener->plain.bytes, here, length);
    return !opened->verified || tag_is_right(opener, body.at + length);
}

/* ---- Retry ----------------------------------------------------------------------------------------------
 */

/* The tag over the id and the packet, of nothing else (RFC 9001 section 5.8). */
static bool retry_tag_is_right(struct quic_opener *opener, const struct quic_packet *packet,
                               const struct quic_id *first)
{
    const struct quic_retry_key *key = packet->version->retry;
    size_t length = (size_t)(packet->protected.at - packet->begin);
    int written;
    return EVP_DecryptInit_ex2(opener->gcm_state, opener->gcm, key->key, key->nonce, NULL) &&
           EVP_DecryptUpdate(opener->gcm_state, NULL, &written, &first->length, 1) &&
           EVP_DecryptUpdate(opener->gcm_state, NULL, &written, first->bytes, first->length) &&
           EVP_DecryptUpdate(opener->gcm_state, NULL, &written, packet->begin, (int)length) &&
           tag_is_right(opener, packet->protected.at);
}

bool quic_retry_is_believable(struct quic_opener *opener, const struct quic_packet *packet,
                              const struct quic_id *first)
{
    return packet->protected.left < TAG || !packet->version->retry ||
           retry_tag_is_right(opener, packet, first);
}
