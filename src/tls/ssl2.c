/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/ssl2.h"

#include "tls/vector.h"
#include <string.h>

enum { KIND_SIZE = 3 };

struct kind_name {
    uint32_t kind;
    const char *name;
};

static const struct kind_name kind_names[] = {
    {0x010080, "SSL_CK_RC4_128_WITH_MD5"},          {0x020080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"},
    {0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5"},      {0x040080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"},
    {0x050080, "SSL_CK_IDEA_128_CBC_WITH_MD5"},     {0x060040, "SSL_CK_DES_64_CBC_WITH_MD5"},
    {0x060140, "SSL_CK_DES_64_CBC_WITH_SHA"},       {0x0700C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"},
    {0x0701C0, "SSL_CK_DES_192_EDE3_CBC_WITH_SHA"}, {0x080080, "SSL_CK_RC4_64_WITH_MD5"},
};

const char *ssl2_cipher_name(uint32_t kind)
{
    for (size_t i = 0; i < sizeof kind_names / sizeof kind_names[0]; i++)
        if (kind_names[i].kind == kind)
            return kind_names[i].name;
    return NULL;
}

/* Kinds that begin with a zero byte are suites of SSL 3.0 and later (RFC 5246 appendix E.2). */
static enum decode_result read_client_ciphers(struct cursor kinds, struct arena *arena,
                                              struct code_list *ciphers)
{
    size_t room = kinds.left / KIND_SIZE;
    uint32_t kind;
    ciphers->codes = room > 0 ? arena_take(arena, room, sizeof *ciphers->codes) : NULL;
    while (cursor_more(&kinds) && cursor_u24(&kinds, &kind))
        if (kind <= 0xFFFF && ciphers->codes && ciphers->count < room)
            ciphers->codes[ciphers->count++] = (uint16_t)kind;
    return vector_result(&kinds);
}

/* The challenge is the random, with zeroes before it when it is shorter, and its end when it is longer. */
static void read_challenge(struct cursor *challenge, uint8_t random[static 32])
{
    if (challenge->left > 32)
        cursor_skip(challenge, challenge->left - 32);
    size_t length = challenge->left;
    const uint8_t *bytes = cursor_take(challenge, length);
    if (bytes && length > 0 && challenge->uncaptured == 0)
        memcpy(random + 32 - length, bytes, length);
}

enum decode_result ssl2_client_hello_decode(struct cursor record, struct arena *arena,
                                            struct client_hello *hello)
{
    uint8_t type;
    uint16_t ciphers_length, session_id_length, challenge_length;
    struct cursor ciphers, session_id, challenge;
    memset(hello, 0, sizeof *hello);
    hello->ssl2_format = true;
    hello->length = vector_announced(&record);
    hello->cut = hello->lacks_random = record.uncaptured > 0;
    cursor_u8(&record, &type);
    cursor_u16(&record, &hello->version);
    cursor_u16(&record, &ciphers_length);
    cursor_u16(&record, &session_id_length);
    cursor_u16(&record, &challenge_length);
    cursor_child(&record, ciphers_length, &ciphers);
    cursor_child(&record, session_id_length, &session_id);
    cursor_child(&record, challenge_length, &challenge);
    enum decode_result result = read_client_ciphers(ciphers, arena, &hello->ciphers);
    if (session_id_length > 0)
        vector_rest(&session_id, arena, &hello->session_id);
    read_challenge(&challenge, hello->random);
    result = decode_worse(result, vector_result(&session_id));
    result = decode_worse(result, vector_result(&challenge));
    return decode_worse(result, vector_result(&record));
}

static void read_server_kinds(struct cursor *kinds, struct ssl2_server_hello *hello)
{
    uint32_t kind;
    size_t room = sizeof hello->ciphers / sizeof hello->ciphers[0];
    while (cursor_more(kinds) && cursor_u24(kinds, &kind))
        if (hello->cipher_count < room)
            hello->ciphers[hello->cipher_count++] = kind;
}

enum decode_result ssl2_server_hello_decode(struct cursor record, struct arena *arena,
                                            struct ssl2_server_hello *hello)
{
    uint8_t type, hit;
    uint16_t certificate_length, kinds_length, connection_id_length;
    struct cursor certificate, kinds, connection_id;
    memset(hello, 0, sizeof *hello);
    cursor_u8(&record, &type);
    cursor_u8(&record, &hit);
    hello->session_id_hit = hit != 0;
    cursor_u8(&record, &hello->certificate_type);
    cursor_u16(&record, &hello->version);
    cursor_u16(&record, &certificate_length);
    cursor_u16(&record, &kinds_length);
    cursor_u16(&record, &connection_id_length);
    cursor_child(&record, certificate_length, &certificate);
    cursor_child(&record, kinds_length, &kinds);
    cursor_child(&record, connection_id_length, &connection_id);
    hello->certificate_length = certificate_length;
    if (certificate_length > 0)
        vector_rest(&certificate, arena, &hello->certificate);
    read_server_kinds(&kinds, hello);
    cursor_skip(&connection_id, connection_id.left);
    enum decode_result result = decode_worse(vector_result(&kinds), vector_result(&connection_id));
    result = decode_worse(result, vector_result(&certificate));
    return decode_worse(result, vector_result(&record));
}
