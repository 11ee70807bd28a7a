/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * QUIC over any datagrams. What the script gives is mostly the frames of an Initial packet, which is sealed
 * here as an endpoint would, so that what stands behind the protection is met too. The byte in front of each
 * payload chooses: bit 2, the payload is a datagram as it is; bits 3 and 4, the version.
 */

#include "base/buffer.h"
#include "datagram_script.h"
#include "handshake/fields.h"
#include "handshake/follow.h"
#include "quic/protection.h"
#include <openssl/evp.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { AS_IT_IS = 4, HEADER = 7 + 8 + 8 + 3, NUMBER = 4, TAG = 16, MOST = 4096 };

static const struct quic_id first_id = {8, {'f', 'i', 'r', 's', 't', ' ', 'i', 'd'}};

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void put(uint8_t *out, uint64_t value, int width)
{
    for (int i = 0; i < width; i++)
        out[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

/* The header with its packet number in the clear (RFC 9000 section 17.2.2): no token, a length of two bytes.
 */
static void write_header(uint8_t *out, const struct quic_version *version, int half, uint32_t number,
                         size_t frames)
{
    out[0] = (uint8_t)(0xC3 | (version->second ? 0x10 : 0));
    put(out + 1, version->number, 4);
    out[5] = 8;
    for (int i = 0; i < 8; i++)
        out[6 + i] = half == 0 ? first_id.bytes[i] : (uint8_t)i;
    out[14] = 8;
    for (int i = 0; i < 8; i++)
        out[15 + i] = half == 0 ? (uint8_t)i : first_id.bytes[i];
    out[23] = 0;
    put(out + 24, 0x4000 | (NUMBER + frames + TAG), 2);
    put(out + HEADER, number, NUMBER);
}

static void encrypt(EVP_CIPHER_CTX *state, const struct quic_keys *keys, uint32_t number, uint8_t *packet,
                    const uint8_t *frames, size_t length)
{
    uint8_t nonce[12], *body = packet + HEADER + NUMBER;
    int written;
    for (size_t i = 0; i < sizeof nonce; i++)
        nonce[i] = keys->iv[i];
    for (size_t i = 0; i < 4; i++)
        nonce[11 - i] ^= (uint8_t)(number >> (8 * i));
    check(EVP_EncryptInit_ex(state, EVP_aes_128_gcm(), NULL, keys->key, nonce));
    check(EVP_EncryptUpdate(state, NULL, &written, packet, HEADER + NUMBER));
    check(EVP_EncryptUpdate(state, body, &written, frames, (int)length));
    check(EVP_EncryptFinal_ex(state, body + length, &written));
    check(EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_GET_TAG, TAG, body + length));
}

static void hide_header(EVP_CIPHER_CTX *state, const struct quic_keys *keys, uint8_t *packet)
{
    uint8_t mask[32];
    int written;
    check(EVP_EncryptInit_ex(state, EVP_aes_128_ecb(), NULL, keys->header, NULL));
    check(EVP_EncryptUpdate(state, mask, &written, packet + HEADER + 4, 16));
    packet[0] ^= mask[0] & 0x0F;
    for (int i = 0; i < NUMBER; i++)
        packet[HEADER + i] ^= mask[1 + i];
}

/* Makes the segment's payload an Initial packet with these frames; the caller frees it. */
static uint8_t *seal(struct quic_opener *opener, struct script *script, const struct quic_version *version)
{
    struct segment *segment = &script->segment;
    size_t frames = segment->length < MOST ? segment->length : MOST;
    uint8_t *packet = malloc(HEADER + NUMBER + frames + TAG);
    struct quic_initial_keys keys;
    EVP_CIPHER_CTX *state = EVP_CIPHER_CTX_new();
    uint32_t number = (uint32_t)segment->packet;
    check(packet && state && quic_initial_keys_derive(opener, version, &first_id, &keys));
    const struct quic_keys *sender = script->half == 0 ? &keys.client : &keys.server;
    write_header(packet, version, script->half, number, frames);
    encrypt(state, sender, number, packet, segment->payload, frames);
    hide_header(state, sender, packet);
    EVP_CIPHER_CTX_free(state);
    segment->length = (uint32_t)(HEADER + NUMBER + frames + TAG);
    segment->captured = segment->captured < frames ? segment->length - 20 : segment->length;
    segment->payload = packet;
    return packet;
}

static void on_event(void *user, struct handshake *handshake)
{
    size_t count;
    struct buffer text = {0};
    const struct field *fields = fields_table(&count);
    (void)user;
    check(handshake->tls_seen && handshake->connection->transport == SEGMENT_UDP);
    for (size_t i = 0; i < count; i++)
        value_print(&text, fields[i].get(handshake));
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const uint32_t versions[] = {1, 0x6b3343cf, 0xff00001d, 0xff00001b};
    struct follow_listener listener = {.event = on_event};
    struct follow *follow = follow_new(NULL, &listener, NULL);
    struct datagram_listener datagram_listener = follow_datagram_listener(follow);
    struct datagrams *table = datagrams_new(&datagram_listener, NULL);
    struct quic_opener *opener = quic_opener_new();
    struct script script = {.rest = cursor_over(bytes, length)};
    while (script.rest.left > 0) {
        uint8_t control = script.rest.at[0];
        if (!script_next(&script))
            break;
        uint8_t *packet =
            control & AS_IT_IS ? NULL : seal(opener, &script, quic_version_find(versions[control >> 3 & 3]));
        datagrams_segment(table, &script.segment);
        free(packet);
    }
    check(!follow_is_crowded(follow));
    datagrams_finish(table);
    datagrams_free(table);
    follow_free(follow);
    quic_opener_free(opener);
    return 0;
}
