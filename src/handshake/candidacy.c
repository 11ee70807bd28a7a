/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/candidacy.h"

#include "base/clock.h"
#include "certificate/candidate.h"
#include "certificate/certificates.h"
#include "handshake/told.h"
#include "tls/names.h"
#include <openssl/x509v3.h>
#include <string.h>

/* What is compared, and where the answers go. */
struct judge {
    const struct handshake *handshake;
    const struct certificate_request *request; /* NULL: hidden */
    const struct candidate *candidate;
    const struct certificate *leaf;
    struct candidacy *candidacy;
};

static void answer(const struct judge *judge, enum candidacy_question question, enum answer answer,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

static void answer(const struct judge *judge, enum candidacy_question question, enum answer answer,
                   const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *kept = arena_copy(judge->handshake->arena, text, strlen(text));
    judge->candidacy->told[question].answer = answer;
    judge->candidacy->told[question].reason = kept ? kept : "";
}

#define NAME(octets)                                                                                         \
    ((octets).length < 200 ? (int)(octets).length : 200), ((octets).bytes ? (octets).bytes : "")

static bool same_name(struct octets one, struct octets other)
{
    return one.length > 0 && one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

/* ---- Issuers ------------------------------------------------------------------------------------------- */

static bool is_named(const struct judge *judge, struct octets issuer)
{
    const struct octets_list *named = &judge->handshake->acceptable_issuers;
    for (uint32_t i = 0; i < named->count; i++)
        if (same_name(named->items[i], issuer))
            return true;
    return false;
}

/* The certificate in the file that issued this one; NULL: it is not there. */
static const struct certificate *issuer_in_file(const struct judge *judge,
                                                const struct certificate *certificate)
{
    for (uint32_t i = 1; i < judge->candidate->count; i++)
        if (judge->candidate->chain[i] != certificate &&
            same_name(judge->candidate->chain[i]->subject, certificate->issuer))
            return judge->candidate->chain[i];
    return NULL;
}

/* The last certificate on the way up that the file holds. */
static const struct certificate *top_of(const struct judge *judge)
{
    const struct certificate *top = judge->leaf;
    for (uint32_t steps = 0; steps < judge->candidate->count && !top->self_issued; steps++) {
        const struct certificate *issuer = issuer_in_file(judge, top);
        if (!issuer)
            break;
        top = issuer;
    }
    return top;
}

/* The first issuer on the way up that the server names. */
static const struct octets *named_issuer(const struct judge *judge)
{
    const struct certificate *at = judge->leaf;
    for (uint32_t steps = 0; at && steps < judge->candidate->count; steps++) {
        if (is_named(judge, at->issuer))
            return &at->issuer;
        at = at->self_issued ? NULL : issuer_in_file(judge, at);
    }
    return NULL;
}

static void judge_issuer(const struct judge *judge)
{
    const uint32_t count = judge->handshake->acceptable_issuers.count;
    const struct octets *named = named_issuer(judge);
    const struct octets own = judge->leaf->issuer;
    if (!judge->request)
        answer(judge, CANDIDACY_ISSUER, ANSWER_UNKNOWN, "which issuers the server accepts is encrypted");
    else if (named)
        answer(judge, CANDIDACY_ISSUER, ANSWER_YES, "%.*s is among the issuers that the server names (%u)",
               NAME(*named), count);
    else if (judge->request->cut)
        answer(judge, CANDIDACY_ISSUER, ANSWER_UNKNOWN,
               "not all of the server's list of issuers was captured");
    else if (count == 0)
        answer(judge, CANDIDACY_ISSUER, ANSWER_YES, "the server names no issuers, so any may be tried");
    else
        answer(judge, CANDIDACY_ISSUER, ANSWER_NO,
               top_of(judge) == judge->leaf
                   ? "its issuer %.*s is not among those that the server names (%u)"
                   : "neither its issuer %.*s nor one above it in the file is among those that the server "
                     "names (%u)",
               NAME(own), count);
}

static void judge_chain(const struct judge *judge)
{
    const struct certificate *top = top_of(judge);
    const struct certificate *seen =
        top->self_issued ? NULL : certificates_find_issuer(judge->handshake->certificates, top);
    if (top == judge->leaf && top->self_issued)
        answer(judge, CANDIDACY_CHAIN, ANSWER_YES,
               "it is its own issuer, and nothing is to be sent beside it");
    else if (top->self_issued)
        answer(judge, CANDIDACY_CHAIN, ANSWER_YES, "the file holds all issuers up to the root %.*s",
               NAME(top->subject));
    else if (is_named(judge, top->issuer))
        answer(judge, CANDIDACY_CHAIN, ANSWER_YES,
               "the file reaches up to %.*s, which the server names and so has itself", NAME(top->issuer));
    else if (judge->candidacy->told[CANDIDACY_TRUST].answer == ANSWER_YES)
        answer(judge, CANDIDACY_CHAIN, ANSWER_YES, "the file reaches up to %.*s, which is trusted",
               NAME(top->issuer));
    else if (seen && !seen->self_issued)
        answer(judge, CANDIDACY_CHAIN, ANSWER_NO,
               "the certificate of %.*s, an intermediate authority, is not in the file", NAME(top->issuer));
    else if (seen)
        answer(judge, CANDIDACY_CHAIN, ANSWER_YES,
               "only the root %.*s is not in the file, and roots need not be sent", NAME(top->issuer));
    else
        answer(
            judge, CANDIDACY_CHAIN, ANSWER_UNKNOWN,
            "the certificate of %.*s is not in the file; where that is an intermediate authority, it has to "
            "be sent as well",
            NAME(top->issuer));
}

/* ---- Keys and signatures ------------------------------------------------------------------------------- */

/* RFC 5246 section 7.4.4, RFC 8422 section 5.5. */
static const struct key_type {
    const char *key;
    uint16_t certificate_type;
    const char *type_name;
} key_types[] = {
    {"RSA", 1, "RSA"},      {"RSA-PSS", 1, "RSA"},    {"DSA", 2, "DSA"},
    {"ECDSA", 64, "ECDSA"}, {"Ed25519", 64, "ECDSA"}, {"Ed448", 64, "ECDSA"},
};

static const struct key_type *key_type_of(const struct certificate *certificate)
{
    for (size_t i = 0; certificate->key_algorithm && i < sizeof key_types / sizeof *key_types; i++)
        if (strcmp(key_types[i].key, certificate->key_algorithm) == 0)
            return &key_types[i];
    return NULL;
}

static bool in_list(const struct code_list *list, uint16_t code)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->codes[i] == code)
            return true;
    return false;
}

enum { ANY_CURVE = 0 };

/* Schemes that a key can sign a handshake with. Before 1.3 the low byte alone says the kind of key (RFC 5246
 * section 7.4.1.4.1); in 1.3 RSA keys sign with PSS only, and the curve belongs to the scheme (RFC 8446
 * section 4.2.3). */
static bool scheme_fits(const struct certificate *leaf, uint16_t version, uint16_t scheme)
{
    static const struct {
        const char *key, *curve; /* NULL: any */
        uint16_t first, last;
    } fits[] = {{"RSA", NULL, 0x0804, 0x0806},
                {"RSA-PSS", NULL, 0x0809, 0x080b},
                {"Ed25519", NULL, 0x0807, 0x0807},
                {"Ed448", NULL, 0x0808, 0x0808},
                {"ECDSA", "nistp256", 0x0403, 0x0403},
                {"ECDSA", "nistp384", 0x0503, 0x0503},
                {"ECDSA", "nistp521", 0x0603, 0x0603},
                {"ECDSA", "brainpoolP256r1", 0x081a, 0x081a},
                {"ECDSA", "brainpoolP384r1", 0x081b, 0x081b},
                {"ECDSA", "brainpoolP512r1", 0x081c, 0x081c}};
    static const struct {
        const char *key;
        uint8_t low;
    } old_fits[] = {{"RSA", 1}, {"DSA", 2}, {"ECDSA", 3}};
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
        if (strcmp(fits[i].key, leaf->key_algorithm) == 0 && scheme >= fits[i].first &&
            scheme <= fits[i].last &&
            (!fits[i].curve || (leaf->key_curve && strcmp(fits[i].curve, leaf->key_curve) == 0)))
            return true;
    for (size_t i = 0; version < TLS_VERSION_1_3 && i < sizeof old_fits / sizeof *old_fits; i++)
        if (strcmp(old_fits[i].key, leaf->key_algorithm) == 0 && scheme < 0x0700 &&
            (scheme & 0xff) == old_fits[i].low)
            return true;
    return false;
}

static const char *fitting_scheme(const struct judge *judge)
{
    const struct code_list *schemes = &judge->request->signature_algorithms;
    for (uint32_t i = 0; i < schemes->count; i++)
        if (scheme_fits(judge->leaf, judge->handshake->version, schemes->codes[i]))
            return names_find(NAMES_SIGNATURE_SCHEME, schemes->codes[i]);
    return NULL;
}

/* "RSA, ECDSA" */
static void list_types(const struct code_list *types, char *out, size_t room)
{
    size_t length = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < types->count && length + 1 < room; i++) {
        const char *name = NULL;
        for (size_t k = 0; k < sizeof key_types / sizeof *key_types && !name; k++)
            if (key_types[k].certificate_type == types->codes[i])
                name = key_types[k].type_name;
        int added =
            name ? snprintf(out + length, room - length, "%s%s", length ? ", " : "", name)
                 : snprintf(out + length, room - length, "%stype %u", length ? ", " : "", types->codes[i]);
        length += added > 0 ? (size_t)added : 0;
    }
}

static void judge_key(const struct judge *judge)
{
    const struct certificate_request *request = judge->request;
    const struct key_type *key = key_type_of(judge->leaf);
    const char *key_name = judge->leaf->key_algorithm ? judge->leaf->key_algorithm : "unknown";
    char types[256];
    if (!request || !key) {
        answer(judge, CANDIDACY_KEY, ANSWER_UNKNOWN,
               request ? "nothing is known here of keys like this one (%s)"
                       : "which keys the server accepts is encrypted (this one is %s)",
               key_name);
        return;
    }
    bool typed = request->certificate_types.count > 0;
    const char *scheme = request->signature_algorithms.count > 0 ? fitting_scheme(judge) : NULL;
    list_types(&request->certificate_types, types, sizeof types);
    if (typed && !in_list(&request->certificate_types, key->certificate_type))
        answer(judge, CANDIDACY_KEY, ANSWER_NO, "the server takes keys of other kinds (%s); this one is %s",
               types, key_name);
    else if (scheme)
        answer(judge, CANDIDACY_KEY, ANSWER_YES,
               "its key (%s, %u bits) can sign with %s, which the server takes", key_name,
               judge->leaf->key_bits, scheme);
    else if (request->signature_algorithms.count > 0)
        answer(judge, CANDIDACY_KEY, request->cut ? ANSWER_UNKNOWN : ANSWER_NO,
               "none of the %u signature schemes that the server takes is for a key like this one (%s%s%s)",
               request->signature_algorithms.count, key_name, judge->leaf->key_curve ? ", " : "",
               judge->leaf->key_curve ? judge->leaf->key_curve : "");
    else if (typed)
        answer(judge, CANDIDACY_KEY, ANSWER_YES, "the server takes keys like this one (%s)", key_name);
    else
        answer(judge, CANDIDACY_KEY, ANSWER_UNKNOWN, "not all of the server's request was captured");
}

/* How an issuer signed, as a scheme of the request (RFC 8446 section 4.2.3). */
static bool signature_taken(const struct code_list *schemes, const char *signature, bool *known)
{
    static const struct {
        const char *signature;
        uint16_t schemes[2];
    } table[] = {
        {"SHA1-RSA", {0x0201}},
        {"SHA224-RSA", {0x0301}},
        {"SHA256-RSA", {0x0401}},
        {"SHA384-RSA", {0x0501}},
        {"SHA512-RSA", {0x0601}},
        {"MD5-RSA", {0x0101}},
        {"ECDSA-SHA1", {0x0203}},
        {"ECDSA-SHA224", {0x0303}},
        {"ECDSA-SHA256", {0x0403}},
        {"ECDSA-SHA384", {0x0503}},
        {"ECDSA-SHA512", {0x0603}},
        {"DSA-SHA1", {0x0202}},
        {"DSA-SHA256", {0x0402}},
        {"ED25519", {0x0807}},
        {"ED448", {0x0808}},
        {"SHA256-RSAPSS", {0x0804, 0x0809}},
        {"SHA384-RSAPSS", {0x0805, 0x080a}},
        {"SHA512-RSAPSS", {0x0806, 0x080b}},
    };
    for (size_t i = 0; signature && i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].signature, signature) == 0) {
            *known = true;
            return in_list(schemes, table[i].schemes[0]) ||
                   (table[i].schemes[1] && in_list(schemes, table[i].schemes[1]));
        }
    *known = false;
    return false;
}

static void judge_signatures(const struct judge *judge)
{
    const struct certificate_request *request = judge->request;
    if (!request) {
        answer(judge, CANDIDACY_SIGNATURES, ANSWER_UNKNOWN,
               "which signatures the server accepts is encrypted");
        return;
    }
    const struct code_list *schemes = request->signature_algorithms_cert.count > 0
                                          ? &request->signature_algorithms_cert
                                          : &request->signature_algorithms;
    for (uint32_t i = 0; i < judge->candidate->count && schemes->count > 0; i++) {
        const struct certificate *certificate = judge->candidate->chain[i];
        bool known;
        if (certificate->self_issued || signature_taken(schemes, certificate->signature_algorithm, &known))
            continue;
        answer(judge, CANDIDACY_SIGNATURES, known && !request->cut ? ANSWER_NO : ANSWER_UNKNOWN,
               "%.*s is signed with %s, which the server does not name; not every server minds",
               NAME(certificate->subject), certificate->signature_algorithm);
        return;
    }
    answer(judge, CANDIDACY_SIGNATURES, ANSWER_YES,
           schemes->count > 0 ? "the server takes the signatures in its chain (its own: %s)"
                              : "the server does not restrict them (its own: %s)",
           judge->leaf->signature_algorithm ? judge->leaf->signature_algorithm : "unknown");
}

/* ---- What the certificate itself allows ---------------------------------------------------------------- */

static void judge_dates(const struct judge *judge)
{
    certificate_time now = judge->handshake->connection->first.time / CLOCK_SECOND;
    const struct certificate *leaf = judge->leaf;
    for (uint32_t i = 0; i < judge->candidate->count; i++) {
        const struct certificate *certificate = judge->candidate->chain[i];
        bool over = certificate->not_after != CERTIFICATE_TIME_UNKNOWN && certificate->not_after < now;
        if (!over && certificate->not_before <= now)
            continue;
        answer(judge, CANDIDACY_DATES, ANSWER_NO, "%.*s %s %s", NAME(certificate->subject),
               over ? "had expired, on" : "was not valid before",
               over ? certificate->not_after_text : certificate->not_before_text);
        return;
    }
    if (leaf->not_before == CERTIFICATE_TIME_UNKNOWN || leaf->not_after == CERTIFICATE_TIME_UNKNOWN)
        answer(judge, CANDIDACY_DATES, ANSWER_UNKNOWN, "its dates cannot be read");
    else
        answer(judge, CANDIDACY_DATES, ANSWER_YES, "from %s to %s", leaf->not_before_text,
               leaf->not_after_text);
}

static void judge_purpose(const struct judge *judge)
{
    const struct certificate *leaf = judge->leaf;
    if (!certificate_allows(leaf, "clientAuth"))
        answer(judge, CANDIDACY_PURPOSE, ANSWER_NO,
               "its extended key usage does not include clientAuth (it begins with %.*s)",
               NAME(leaf->extended_key_usage.items[0]));
    else if (!(leaf->key_usage & X509v3_KU_DIGITAL_SIGNATURE))
        answer(judge, CANDIDACY_PURPOSE, ANSWER_NO,
               "its key usage does not include digitalSignature, and a client has to sign");
    else
        answer(judge, CANDIDACY_PURPOSE, ANSWER_YES,
               leaf->extended_key_usage.count > 0 ? "its extended key usage allows clients"
                                                  : "it does not restrict its use");
}

static void judge_trust(const struct judge *judge)
{
    struct trust *trust = judge->handshake->told->trust[SIDE_CLIENT];
    struct octets missing;
    if (!trust) {
        answer(judge, CANDIDACY_TRUST, ANSWER_UNKNOWN,
               "whom the server trusts was not told (--client-ca-file, --ca-file)");
        return;
    }
    enum trust_answer found = trust_check(trust, (const struct certificate *const *)judge->candidate->chain,
                                          judge->candidate->count, &missing);
    switch (found) {
    case TRUST_TRUSTED:
        answer(judge, CANDIDACY_TRUST, ANSWER_YES, "its chain leads to an authority that is trusted");
        break;
    case TRUST_UNKNOWN_ROOT:
    case TRUST_MISSING_ISSUER:
        answer(judge, CANDIDACY_TRUST, ANSWER_NO,
               found == TRUST_UNKNOWN_ROOT ? "its chain leads to %.*s, which is not trusted"
                                           : "%.*s is neither in the file nor trusted",
               NAME(missing));
        break;
    case TRUST_NOT_CHECKED:
        answer(judge, CANDIDACY_TRUST, ANSWER_UNKNOWN, "its chain cannot be checked");
        break;
    default:
        answer(judge, CANDIDACY_TRUST, ANSWER_NO, "the search for a path came to: %s", trust_word(found));
    }
}

/* By the lists of --crl-file, and by what the capture shows of lists and OCSP responses. */
static void judge_revocation(const struct judge *judge)
{
    struct revocation *revocation = judge->handshake->told->revocation;
    struct revocation_answer found = {.word = REVOCATION_UNKNOWN};
    const struct certificate *issuer = issuer_in_file(judge, judge->leaf);
    if (!issuer)
        issuer = certificates_find_issuer(judge->handshake->certificates, judge->leaf);
    if (revocation)
        revocation_check(revocation, judge->leaf, issuer,
                         judge->handshake->connection->first.time / CLOCK_SECOND, &found);
    const char *source = found.by_ocsp ? "OCSP response" : "list";
    if (found.word == REVOCATION_REVOKED)
        answer(judge, CANDIDACY_REVOCATION, ANSWER_NO, "a %s of its issuer says that it was revoked", source);
    else if (found.word == REVOCATION_GOOD || found.word == REVOCATION_LATER)
        answer(judge, CANDIDACY_REVOCATION, ANSWER_YES,
               found.word == REVOCATION_GOOD
                   ? "a %s of its issuer does not revoke it"
                   : "a %s of its issuer revoked it, but only after this connection",
               source);
    else
        answer(judge, CANDIDACY_REVOCATION, ANSWER_UNKNOWN,
               "no list of its issuer that is good at that time is known (--crl-file)");
}

/* ---- The whole ----------------------------------------------------------------------------------------- */

static enum answer conclude(const struct candidacy *candidacy)
{
    static const enum candidacy_question decisive[] = {CANDIDACY_ISSUER, CANDIDACY_KEY, CANDIDACY_DATES,
                                                       CANDIDACY_PURPOSE};
    bool open = candidacy->told[CANDIDACY_SIGNATURES].answer == ANSWER_NO;
    if (candidacy->told[CANDIDACY_TRUST].answer == ANSWER_NO ||
        candidacy->told[CANDIDACY_REVOCATION].answer == ANSWER_NO ||
        candidacy->told[CANDIDACY_CHAIN].answer == ANSWER_NO)
        return ANSWER_NO;
    for (size_t i = 0; i < sizeof decisive / sizeof *decisive; i++) {
        if (candidacy->told[decisive[i]].answer == ANSWER_NO)
            return ANSWER_NO;
        open |= candidacy->told[decisive[i]].answer == ANSWER_UNKNOWN;
    }
    return open ? ANSWER_UNKNOWN : ANSWER_YES;
}

static bool was_asked(const struct handshake *handshake)
{
    return handshake->certificate_request || handshake->inference.asked == ANSWER_YES ||
           handshake->late.asked == ANSWER_YES;
}

const struct candidacy *candidacy_judge(const struct handshake *handshake)
{
    const struct candidate *candidate = handshake->told->candidate;
    struct candidacy *candidacy =
        candidate && was_asked(handshake) ? arena_take(handshake->arena, 1, sizeof *candidacy) : NULL;
    if (!candidacy)
        return NULL;
    const struct judge judge = {.handshake = handshake,
                                .request = handshake->certificate_request,
                                .candidate = candidate,
                                .leaf = candidate->chain[0],
                                .candidacy = candidacy};
    judge_issuer(&judge);
    judge_key(&judge);
    judge_signatures(&judge);
    judge_dates(&judge);
    judge_purpose(&judge);
    judge_trust(&judge);
    judge_revocation(&judge);
    judge_chain(&judge);
    candidacy->accepted = conclude(candidacy);
    return candidacy;
}
