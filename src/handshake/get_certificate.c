/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of the certificates that both sides showed. */
#include "base/base64.h"
#include "base/clock.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/refusal.h"
#include <openssl/x509.h>
#include <string.h>

enum { DAY = 24 * 60 * 60 };

/* The end-entity certificate, where its facts could be read. */
static const struct certificate *readable_leaf(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = chains_leaf(handshake, side);
    return leaf && leaf->readable ? leaf : NULL;
}

/* The capture's time, in a certificate's unit. */
static certificate_time capture_time(const struct handshake *handshake)
{
    return handshake->connection->first.time / CLOCK_SECOND;
}

/* ---- What the certificate says ------------------------------------------------------------------------- */

static struct value name_text(const struct certificate *leaf, struct octets name)
{
    struct value value = value_of_octets(name);
    if (value.type == VALUE_TEXT)
        value.text.plain = leaf->plain_names;
    return value;
}

static struct value version_text(const struct certificate *leaf)
{
    static const char *const versions[] = {"1", "2", "3"};
    return leaf->version >= 1 && leaf->version <= 3 ? value_word(versions[leaf->version - 1])
                                                    : value_unknown();
}

static struct value alternative_at(const void *owner, uint32_t index)
{
    return value_of_octets(((const struct certificate *)owner)->alternative_names[index].text);
}

static struct value alternative_names(const struct certificate *leaf)
{
    return value_list_of(VALUE_TEXT, leaf->alternative_name_count, alternative_at, leaf);
}

static struct value octets_at(const void *owner, uint32_t index)
{
    return value_of_octets(((const struct octets_list *)owner)->items[index]);
}

static struct value list_of(const struct octets_list *list)
{
    return value_list_of(VALUE_TEXT, list->count, octets_at, list);
}

static struct value key_size(const struct certificate *leaf)
{
    return leaf->key_bits ? value_of_count(leaf->key_bits) : value_unknown();
}

/* One getter a side; `leaf` is readable. */
#define LEAF_FACT(name, answer)                                                                              \
    static struct value side_##name(const struct handshake *handshake, enum side side)                       \
    {                                                                                                        \
        const struct certificate *leaf = readable_leaf(handshake, side);                                     \
        return leaf ? (answer) : value_unknown();                                                            \
    }

#define X509_FACT(name, answer)                                                                              \
    LEAF_FACT(name, answer)                                                                                  \
    struct value field_client_##name(const struct handshake *handshake)                                      \
    {                                                                                                        \
        return side_##name(handshake, SIDE_CLIENT);                                                          \
    }                                                                                                        \
    struct value field_server_##name(const struct handshake *handshake)                                      \
    {                                                                                                        \
        return side_##name(handshake, SIDE_SERVER);                                                          \
    }

X509_FACT(subject, name_text(leaf, leaf->subject))
X509_FACT(issuer, name_text(leaf, leaf->issuer))
X509_FACT(not_before, value_word(leaf->not_before_text))
X509_FACT(not_after, value_word(leaf->not_after_text))
X509_FACT(x509_version, version_text(leaf))
X509_FACT(x509_serial, value_word(leaf->serial))
X509_FACT(x509_common_name, name_text(leaf, leaf->common_name))
X509_FACT(x509_alternative_names, alternative_names(leaf))
X509_FACT(x509_key_algorithm, value_word(leaf->key_algorithm))
X509_FACT(x509_key_size, key_size(leaf))
X509_FACT(x509_key_curve, value_word(leaf->key_curve))
X509_FACT(x509_signature_algorithm, value_word(leaf->signature_algorithm))

/* ---- How it stands to this connection ------------------------------------------------------------------ */

static bool is_expired(const struct handshake *handshake, const struct certificate *certificate)
{
    return certificate->not_after != CERTIFICATE_TIME_UNKNOWN &&
           certificate->not_after < capture_time(handshake);
}

static bool is_not_yet_valid(const struct handshake *handshake, const struct certificate *certificate)
{
    return certificate->not_before > capture_time(handshake);
}

static struct value days_left(const struct handshake *handshake, const struct certificate *leaf)
{
    if (leaf->not_after == CERTIFICATE_TIME_UNKNOWN)
        return value_unknown();
    int64_t seconds = leaf->not_after - capture_time(handshake);
    return value_integer(seconds >= 0 ? seconds / DAY : (seconds - DAY + 1) / DAY);
}

static struct value expired_for(const struct handshake *handshake, const struct certificate *leaf)
{
    return is_expired(handshake, leaf) ? value_integer((capture_time(handshake) - leaf->not_after) / DAY)
                                       : value_unknown();
}

static struct value lifetime_days(const struct certificate *leaf)
{
    if (leaf->not_before == CERTIFICATE_TIME_UNKNOWN || leaf->not_after == CERTIFICATE_TIME_UNKNOWN)
        return value_unknown();
    return value_integer((leaf->not_after - leaf->not_before) / DAY);
}

static struct value issuer_is_intermediate(const struct handshake *handshake, const struct certificate *leaf)
{
    const struct certificate *issuer =
        leaf->self_issued ? NULL : certificates_find_issuer(handshake->certificates, leaf);
    return issuer ? value_boolean(!issuer->self_issued) : value_unknown();
}

static bool usage_fits(const struct certificate *leaf, enum side side)
{
    return certificate_allows(leaf, side == SIDE_CLIENT ? "clientAuth" : "serverAuth");
}

/* One fact about the whole chain; unknown unless each of its certificates was captured and readable. */
static const struct certificate_chain *readable_chain(const struct handshake *handshake, enum side side)
{
    return chains_readable(handshake, side) ? &handshake->chain[side] : NULL;
}

static bool issued(const struct certificate *issuer, const struct certificate *subject)
{
    return X509_NAME_cmp(X509_get_subject_name(issuer->x509), X509_get_issuer_name(subject->x509)) == 0;
}

static bool chain_expired(const struct handshake *handshake, const struct certificate_chain *chain)
{
    for (uint32_t i = 1; i < chain->count; i++)
        if (is_expired(handshake, chain->items[i]) || is_not_yet_valid(handshake, chain->items[i]))
            return true;
    return false;
}

static bool in_order(const struct certificate_chain *chain)
{
    for (uint32_t i = 1; i < chain->count; i++)
        if (!issued(chain->items[i], chain->items[i - 1]))
            return false;
    return true;
}

static bool issuer_sent(const struct certificate_chain *chain)
{
    for (uint32_t i = 1; i < chain->count; i++)
        if (issued(chain->items[i], chain->items[0]))
            return true;
    return false;
}

#define CERTIFICATE_FACT(name, answer) LEAF_FACT(name, answer) SIDE_FACT(name)

#define CHAIN_FACT(name, answer)                                                                             \
    static struct value side_##name(const struct handshake *handshake, enum side side)                       \
    {                                                                                                        \
        const struct certificate_chain *chain = readable_chain(handshake, side);                             \
        return chain ? value_boolean(answer) : value_unknown();                                              \
    }                                                                                                        \
    SIDE_FACT(name)

CERTIFICATE_FACT(expired, value_boolean(is_expired(handshake, leaf)))
CERTIFICATE_FACT(not_yet_valid, value_boolean(is_not_yet_valid(handshake, leaf)))
CERTIFICATE_FACT(days_left, days_left(handshake, leaf))
CERTIFICATE_FACT(expired_for, expired_for(handshake, leaf))
CERTIFICATE_FACT(issuer_is_intermediate, issuer_is_intermediate(handshake, leaf))
CERTIFICATE_FACT(lifetime_days, lifetime_days(leaf))
CERTIFICATE_FACT(self_signed, value_boolean(leaf->self_signed))
CERTIFICATE_FACT(is_ca, value_boolean(leaf->is_ca))
CERTIFICATE_FACT(usage_fits, value_boolean(usage_fits(leaf, side)))
CERTIFICATE_FACT(extended_key_usage, list_of(&leaf->extended_key_usage))
CERTIFICATE_FACT(signature_hash, value_word(leaf->signature_hash))
CERTIFICATE_FACT(must_staple, value_boolean(leaf->must_staple))
CERTIFICATE_FACT(crl_urls, list_of(&leaf->crl_urls))
CERTIFICATE_FACT(ocsp_urls, list_of(&leaf->ocsp_urls))
CERTIFICATE_FACT(issuer_urls, list_of(&leaf->issuer_urls))
CHAIN_FACT(chain_expired, chain_expired(handshake, chain))
CHAIN_FACT(chain_in_order, in_order(chain))
CHAIN_FACT(issuer_sent, issuer_sent(chain))
CHAIN_FACT(ends_in_root, chain->items[chain->count - 1]->self_signed)

static struct value side_trusted(const struct handshake *handshake, enum side side)
{
    enum trust_answer answer = handshake->trust[side];
    return answer == TRUST_NOT_CHECKED ? value_unknown() : value_boolean(answer == TRUST_TRUSTED);
}
SIDE_FACT(trusted)

static struct value side_chain(const struct handshake *handshake, enum side side)
{
    return value_string(trust_word(handshake->trust[side]));
}
SIDE_FACT(chain)

static struct value side_missing_issuer(const struct handshake *handshake, enum side side)
{
    return value_of_octets(handshake->missing_issuer[side]);
}
SIDE_FACT(missing_issuer)

static struct value side_readable(const struct handshake *handshake, enum side side)
{
    const struct certificate *leaf = chains_leaf(handshake, side);
    return leaf ? value_boolean(leaf->readable) : value_unknown();
}
SIDE_FACT(readable)

/* The first of the chain that is no certificate; NULL where all that were captured whole can be read. */
static const struct certificate *unreadable(const struct handshake *handshake, enum side side,
                                            uint32_t *position)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    bool others = chain->count > 0 && handshake->certificate[side]->type == TLS_CERTIFICATE_OPENPGP;
    for (uint32_t i = 0; i < chain->count && !others && !chains_raw_key(handshake, side); i++)
        if (chain->items[i] && !chain->items[i]->readable) {
            *position = i + 1;
            return chain->items[i];
        }
    return NULL;
}

static struct value side_unreadable(const struct handshake *handshake, enum side side)
{
    uint32_t position;
    return unreadable(handshake, side, &position) ? value_of_count(position) : value_unknown();
}
SIDE_FACT(unreadable)

static struct value side_fault(const struct handshake *handshake, enum side side)
{
    uint32_t position;
    const struct certificate *certificate = unreadable(handshake, side, &position);
    return certificate ? value_string(certificate->fault) : value_unknown();
}
SIDE_FACT(fault)

static bool is_named(const struct octets_list *named, struct octets name)
{
    for (uint32_t i = 0; i < named->count; i++)
        if (name.length > 0 && name.length == named->items[i].length &&
            memcmp(name.bytes, named->items[i].bytes, name.length) == 0)
            return true;
    return false;
}

/* From the leaf up, the chain meets a name that the server gave. Unknown where it gave none. */
struct value field_client_certificate_issuer_named(const struct handshake *handshake)
{
    enum { LONGEST = 16 };
    struct octets names[LONGEST];
    const struct octets_list *named = &handshake->acceptable_issuers;
    uint32_t count = chains_names(handshake, SIDE_CLIENT, names, LONGEST);
    if (count == 0 || named->count == 0 || handshake->certificate_request->cut)
        return value_unknown();
    for (uint32_t i = 0; i < count; i++)
        if (is_named(named, names[i]))
            return value_boolean(true);
    return value_boolean(false);
}

/* ---- The bytes ----------------------------------------------------------------------------------------- */

/* A side's certificates, and where their text is kept. */
struct encoded {
    const struct certificate_message *message;
    struct arena *arena;
};

/* Unknown where it was not captured whole. */
static struct value encoded_at(const void *owner, uint32_t index)
{
    const struct encoded *encoded = owner;
    struct octets der = encoded->message->entries[index].der;
    struct buffer text = {0};
    if (!der.bytes)
        return value_unknown();
    base64_add(&text, der.bytes, der.length);
    struct value value = value_word(arena_copy(encoded->arena, text.bytes, text.length));
    buffer_free(&text);
    return value;
}

static struct value certificate_chain_der(const struct handshake *handshake, enum side side)
{
    const struct certificate_message *message = handshake->certificate[side];
    struct encoded *encoded =
        message && message->count > 0 ? arena_take(handshake->arena, 1, sizeof *encoded) : NULL;
    if (!encoded)
        return value_unknown();
    *encoded = (struct encoded){.message = message, .arena = handshake->arena};
    return value_list_of(VALUE_TEXT, message->count, encoded_at, encoded);
}

struct value field_client_certificate_chain_der(const struct handshake *handshake)
{
    return certificate_chain_der(handshake, SIDE_CLIENT);
}

struct value field_server_certificate_chain_der(const struct handshake *handshake)
{
    return certificate_chain_der(handshake, SIDE_SERVER);
}

struct value field_server_certificate_refusal(const struct handshake *handshake)
{
    return value_string(refusal_word(refusal_of_server_certificate(handshake)));
}
