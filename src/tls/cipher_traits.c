/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/key_messages.h"
#include "tls/names.h"
#include <string.h>

/*
 * A suite's registered name says what it is made of: words with underscores between them, and in most names
 * "WITH" between the key exchange and the cipher.
 */

struct word {
    const char *text;
    size_t length;
};

static bool is_word(struct word word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}

static bool begins_with(struct word word, const char *text)
{
    return word.length >= strlen(text) && memcmp(word.text, text, strlen(text)) == 0;
}

static struct word next_word(const char **at)
{
    struct word word = {.text = *at, .length = strcspn(*at, "_")};
    *at += word.length;
    if (**at == '_')
        ++*at;
    return word;
}

/* What a word alone says, wherever it stands. EXPORT1024 and DES40 begin like the words they are kin to. */
static void read_word(struct word word, struct word before, struct cipher_traits *traits)
{
    traits->dhe |= is_word(word, "DHE") || (is_word(before, "DH") && is_word(word, "anon"));
    traits->ecdhe |= is_word(word, "ECDHE") || (is_word(before, "ECDH") && is_word(word, "anon"));
    traits->psk |= is_word(word, "PSK");
    traits->anonymous |= is_word(word, "anon");
    traits->export_grade |= begins_with(word, "EXPORT");
    traits->gost |= begins_with(word, "GOST");
    traits->null_cipher |= is_word(word, "NULL");
    traits->rc4 |= is_word(word, "RC4");
    traits->des |= begins_with(word, "DES");
    traits->triple_des |= is_word(word, "3DES");
    traits->cbc |= is_word(word, "CBC");
    traits->aead |= is_word(word, "GCM") || is_word(word, "CCM") || is_word(word, "POLY1305") ||
                    is_word(word, "MGM") || begins_with(word, "AEGIS");
    traits->sha384 |= is_word(word, "SHA384");
    traits->ccm8 |= is_word(before, "CCM") && is_word(word, "8");
}

/* RSA and ECDSA say how the server proves itself; behind a static (EC)DH they say who signed its
 * certificate, so there they count only for ECDSA, whose key is of the same kind. */
static void read_authentication(struct word word, struct word before, struct cipher_traits *traits)
{
    bool is_static = is_word(before, "DH") || is_word(before, "ECDH");
    traits->rsa_authentication |= is_word(word, "RSA") && !is_static;
    traits->ecdsa_authentication |= is_word(word, "ECDSA");
}

/* RSA transports the key where it stands alone, or with nothing but a limit of strength behind it. */
static bool is_rsa_key_exchange(struct word first, struct word second)
{
    return is_word(first, "RSA") && (is_word(second, "WITH") || begins_with(second, "EXPORT") ||
                                     is_word(second, "FIPS") || begins_with(second, "SM"));
}

/* The suites of TLS 1.3 name a cipher and a hash alone (RFC 8446 appendix B.4). */
static bool is_tls13_name(const char *name)
{
    return strncmp(name, "TLS_", 4) == 0 && !strstr(name, "_WITH_");
}

static bool is_signal(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, "_SCSV") == 0;
}

struct cipher_traits cipher_traits(uint16_t cipher)
{
    struct cipher_traits traits = {0};
    const char *at = names_find(NAMES_CIPHER_SUITE, cipher);
    if (!at || tls_is_grease(cipher) || is_signal(at))
        return traits;
    traits.known = true;
    traits.tls13 = is_tls13_name(at);
    if (strncmp(at, "TLS_", 4) == 0 || strncmp(at, "SSL_", 4) == 0)
        at += 4;
    const char *second = at;
    struct word before = next_word(&second);
    const char *behind_second = second;
    traits.rsa_key_exchange = is_rsa_key_exchange(before, next_word(&behind_second));
    traits.null_cipher = traits.tls13 && begins_with(before, "SHA"); /* RFC 9150: integrity only */
    before = (struct word){.text = ""};
    while (*at) {
        struct word word = next_word(&at);
        read_word(word, before, &traits);
        read_authentication(word, before, &traits);
        before = word;
    }
    return traits;
}
