/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the path that the certificates of a side make, and of what they may be used for. */
#include "base/clock.h"
#include "certificate/path.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/told.h"
#include "tls/key_messages.h"
#include <openssl/x509v3.h>
#include <string.h>

static const char *const purpose[SIDES] = {[SIDE_CLIENT] = "clientAuth", [SIDE_SERVER] = "serverAuth"};

/* One getter a side, from side_NAME(). */

/* ---- What the key may be used for ---------------------------------------------------------------------- */

static const struct {
    uint32_t bit;
    const char *name; /* RFC 5280 section 4.2.1.3 */
} key_usages[] = {
    {X509v3_KU_DIGITAL_SIGNATURE, "digitalSignature"},
    {X509v3_KU_NON_REPUDIATION, "nonRepudiation"},
    {X509v3_KU_KEY_ENCIPHERMENT, "keyEncipherment"},
    {X509v3_KU_DATA_ENCIPHERMENT, "dataEncipherment"},
    {X509v3_KU_KEY_AGREEMENT, "keyAgreement"},
    {X509v3_KU_KEY_CERT_SIGN, "keyCertSign"},
    {X509v3_KU_CRL_SIGN, "cRLSign"},
    {X509v3_KU_ENCIPHER_ONLY, "encipherOnly"},
    {X509v3_KU_DECIPHER_ONLY, "decipherOnly"},
};
enum { KEY_USAGES = sizeof key_usages / sizeof *key_usages, NO_KEY_USAGE = 0 };

static const struct certificate *readable_leaf(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = chains_leaf(handshake, side);
    return leaf && leaf->readable ? leaf : NULL;
}

static bool says_key_usage(const struct certificate *leaf)
{
    return leaf->key_usage != UINT32_MAX;
}

static struct value usage_at(const void *owner, uint32_t index)
{
    const struct certificate *leaf = owner;
    for (uint32_t i = 0; i < KEY_USAGES; i++)
        if ((leaf->key_usage & key_usages[i].bit) && index-- == 0)
            return value_word(key_usages[i].name);
    return value_unknown();
}

static struct value side_key_usage(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = readable_leaf(handshake, side);
    uint32_t count = 0;
    if (!leaf)
        return value_unknown();
    for (uint32_t i = 0; says_key_usage(leaf) && i < KEY_USAGES; i++)
        count += (leaf->key_usage & key_usages[i].bit) != 0;
    return value_list_of(VALUE_TEXT, count, usage_at, leaf);
}
SIDE_FACT(key_usage)

/* RFC 5246 section 7.4.2 and 7.4.6, RFC 8446 section 4.4.2.2. */
static uint32_t needed_usage(const struct handshake *handshake, enum side side)
{
    struct cipher_traits traits = cipher_traits(handshake->cipher);
    if (side == SIDE_CLIENT || traits.tls13 || traits.dhe || traits.ecdhe)
        return X509v3_KU_DIGITAL_SIGNATURE;
    return traits.rsa_key_exchange ? X509v3_KU_KEY_ENCIPHERMENT : NO_KEY_USAGE;
}

static struct value side_key_usage_fits(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = readable_leaf(handshake, side);
    uint32_t needed = handshake->server_hello ? needed_usage(handshake, side) : NO_KEY_USAGE;
    return leaf && needed != NO_KEY_USAGE ? value_boolean((leaf->key_usage & needed) != 0) : value_unknown();
}
SIDE_FACT(key_usage_fits)

static struct value side_weak(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = readable_leaf(handshake, side);
    return leaf ? value_boolean(path_weak_key(leaf) || path_weak_signature(leaf)) : value_unknown();
}
SIDE_FACT(weak)

/* ---- The path ------------------------------------------------------------------------------------------ */

/* Length 0 where the chain was not captured whole or cannot be read. */
static struct path path_of(const struct handshake *handshake, enum side side)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    if (!chains_readable(handshake, side))
        return (struct path){0};
    return path_find(chain->items, chain->count);
}

static struct value side_path_length(const struct handshake *handshake, enum side side)
{
    struct path path = path_of(handshake, side);
    return path.length ? value_integer(path.length) : value_unknown();
}
SIDE_FACT(path_length)

static struct value side_path_issuer(const struct handshake *handshake, enum side side)
{
    struct path path = path_of(handshake, side);
    return value_of_octets(path_missing(&path));
}
SIDE_FACT(path_issuer)

static struct value side_path_issuer_is_intermediate(const struct handshake *handshake, enum side side)
{
    struct path path = path_of(handshake, side);
    if (path_missing(&path).length == 0)
        return value_unknown();
    const struct certificate *issuer =
        certificates_find_issuer(handshake->certificates, path.step[path.length - 1]);
    return issuer ? value_boolean(!issuer->self_issued) : value_unknown();
}
SIDE_FACT(path_issuer_is_intermediate)

/* The `skip`th certificate of the chain that its path leaves out; its count: there is none. */
static uint32_t find_superfluous(const struct certificate_chain *chain, uint32_t skip)
{
    struct path path = path_find(chain->items, chain->count);
    for (uint32_t i = 0; i < chain->count; i++) {
        bool used = false;
        for (uint32_t k = 0; k < path.length; k++)
            used |= path.place[k] == i;
        if (!used && skip-- == 0)
            return i;
    }
    return chain->count;
}

static struct value superfluous_at(const void *owner, uint32_t index)
{
    const struct certificate_chain *chain = owner;
    uint32_t i = find_superfluous(chain, index);
    return i < chain->count ? value_of_octets(chain->items[i]->subject) : value_unknown();
}

static struct value side_superfluous(const struct handshake *handshake, enum side side)
{
    struct path path = path_of(handshake, side);
    const struct certificate_chain *chain = &handshake->chain[side];
    if (path.length == 0)
        return value_unknown();
    return value_list_of(VALUE_TEXT, chain->count - path.length, superfluous_at, chain);
}
SIDE_FACT(superfluous)

/* ---- Certificates of the chain that are not as they should be ------------------------------------------ */

/* One of a chain, by its place; 0, the leaf's, is none. */
struct fault {
    const struct certificate *certificate;
    uint32_t place;
};

static struct fault find_outdated(const struct handshake *handshake, enum side side)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    certificate_time now = handshake->connection->first.time / CLOCK_SECOND;
    if (!chains_readable(handshake, side))
        return (struct fault){0};
    for (uint32_t i = 1; i < chain->count; i++) {
        const struct certificate *certificate = chain->items[i];
        bool expired = certificate->not_after != CERTIFICATE_TIME_UNKNOWN && certificate->not_after < now;
        if (expired || certificate->not_before > now)
            return (struct fault){.certificate = certificate, .place = i};
    }
    return (struct fault){0};
}

static struct fault find_unfit(const struct handshake *handshake, enum side side, enum path_fault *why)
{
    struct path path = path_of(handshake, side);
    for (uint32_t i = 1; i < path.length; i++) {
        *why = path_fault(&path, i, purpose[side]);
        if (*why != PATH_FINE)
            return (struct fault){.certificate = path.step[i], .place = path.place[i]};
    }
    *why = PATH_FINE;
    return (struct fault){0};
}

static struct value badly_signed(const struct handshake *handshake, enum side side, bool place)
{
    struct path path = path_of(handshake, side);
    uint32_t i = path_badly_signed(&path);
    if (i == path.length)
        return value_unknown();
    return place ? value_integer((int64_t)path.place[i] + 1) : value_of_octets(path.step[i]->subject);
}

static struct value side_badly_signed(const struct handshake *handshake, enum side side)
{
    return badly_signed(handshake, side, false);
}
SIDE_FACT(badly_signed)

static struct value side_badly_signed_place(const struct handshake *handshake, enum side side)
{
    return badly_signed(handshake, side, true);
}
SIDE_FACT(badly_signed_place)

#define FAULT_FACT(name, find, answer)                                                                       \
    static struct value side_##name(const struct handshake *handshake, enum side side)                       \
    {                                                                                                        \
        enum path_fault why = PATH_FINE;                                                                     \
        struct fault fault = find;                                                                           \
        (void)why;                                                                                           \
        return fault.place ? (answer) : value_unknown();                                                     \
    }                                                                                                        \
    SIDE_FACT(name)

FAULT_FACT(outdated_subject, find_outdated(handshake, side), value_of_octets(fault.certificate->subject))
FAULT_FACT(outdated_place, find_outdated(handshake, side), value_integer((int64_t)fault.place + 1))
FAULT_FACT(outdated_not_before, find_outdated(handshake, side),
           value_word(fault.certificate->not_before_text))
FAULT_FACT(outdated_not_after, find_outdated(handshake, side), value_word(fault.certificate->not_after_text))
FAULT_FACT(unfit, find_unfit(handshake, side, &why), value_word(path_fault_word(why)))
FAULT_FACT(unfit_subject, find_unfit(handshake, side, &why), value_of_octets(fault.certificate->subject))
FAULT_FACT(unfit_place, find_unfit(handshake, side, &why), value_integer((int64_t)fault.place + 1))

/* ---- The trusted ones that the chain leads to ---------------------------------------------------------- */

static bool find_anchor(const struct handshake *handshake, enum side side, struct trust_outdated *outdated)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    struct trust *trust = handshake->told->trust[side];
    certificate_time now = handshake->connection->first.time / CLOCK_SECOND;
    return trust && chains_readable(handshake, side) &&
           trust_outdated(trust, chain->items, chain->count, now, outdated);
}

static struct value kept(const struct handshake *handshake, const char *text)
{
    size_t length = strlen(text);
    return length > 0 ? value_text(arena_copy(handshake->arena, text, length), length) : value_unknown();
}

#define ANCHOR_FACT(name, member)                                                                            \
    static struct value side_##name(const struct handshake *handshake, enum side side)                       \
    {                                                                                                        \
        struct trust_outdated outdated;                                                                      \
        bool found = find_anchor(handshake, side, &outdated);                                                \
        return found ? kept(handshake, outdated.member) : value_unknown();                                   \
    }                                                                                                        \
    SIDE_FACT(name)

ANCHOR_FACT(anchor_outdated, subject)
ANCHOR_FACT(anchor_not_after, not_after)
