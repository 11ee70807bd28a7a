/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/text_parts.h"

#include "base/clock.h"
#include "base/escape.h"
#include "certificate/certificates.h"
#include "handshake/revoked.h"
#include <string.h>

enum { INDENT = 2, ITEM = 4, DETAIL = 6, NAMES_SHOWN = 10, DAY = 24 * 60 * 60, CHAIN_MOST = 64 };

/* A chain, and which of its certificates lie on the way from the first one up. */
struct walk {
    const struct handshake *handshake;
    enum side side;
    const struct certificate_chain *chain;
    bool used[CHAIN_MOST];
    uint32_t count;
    const struct certificate *top; /* the last one on the way; NULL: the first cannot be read */
    bool in_order;
};

static bool is_readable(const struct certificate *certificate)
{
    return certificate && certificate->readable;
}

static bool issued(const struct certificate *issuer, const struct certificate *subject)
{
    return is_readable(issuer) && issuer != subject && issuer->subject.length == subject->issuer.length &&
           issuer->subject.length > 0 &&
           memcmp(issuer->subject.bytes, subject->issuer.bytes, issuer->subject.length) == 0;
}

static struct walk walk_up(const struct handshake *handshake, enum side side)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    struct walk walk = {.handshake = handshake,
                        .side = side,
                        .chain = chain,
                        .count = chain->count < CHAIN_MOST ? chain->count : CHAIN_MOST,
                        .in_order = true};
    uint32_t at = 0;
    bool more = walk.count > 0 && is_readable(chain->items[0]);
    walk.top = more ? chain->items[0] : NULL;
    walk.used[0] = true;
    while (more && !walk.top->self_issued) {
        uint32_t next = 1;
        while (next < walk.count && (walk.used[next] || !issued(chain->items[next], walk.top)))
            next++;
        more = next < walk.count;
        if (!more)
            break;
        walk.in_order = walk.in_order && next == at + 1;
        walk.used[next] = true;
        walk.top = chain->items[next];
        at = next;
    }
    return walk;
}

/* ---- One certificate ----------------------------------------------------------------------------------- */

static void add_octets(struct buffer *out, struct octets text)
{
    if (text.length > 0)
        escape_text(out, text.bytes, text.length);
    else
        buffer_add_string(out, "(no name)");
}

static void add_detail(struct page *page, enum ink ink, const char *text)
{
    page_add_spaces(page, DETAIL);
    page_ink(page, ink);
    page_wrap(page, DETAIL, DETAIL, text);
    page_ink(page, INK_PLAIN);
}

static void add_heading(struct page *page, const struct certificate *certificate)
{
    struct buffer text = {0};
    add_octets(&text, certificate->subject);
    if (certificate->self_issued) {
        buffer_add_string(&text, certificate->self_signed ? ", signed by itself" : ", issued by itself");
    } else {
        buffer_add_string(&text, page->unicode ? " ← " : " <- ");
        add_octets(&text, certificate->issuer);
    }
    page_add_spaces(page, ITEM);
    page_ink(page, INK_STRONG);
    page_wrap(page, ITEM, DETAIL, text.bytes);
    page_ink(page, INK_PLAIN);
    buffer_free(&text);
}

static void add_validity(struct page *page, const struct certificate *certificate, certificate_time now)
{
    struct buffer text = {0};
    enum ink ink = INK_PLAIN;
    if (!certificate->not_before_text || !certificate->not_after_text)
        return;
    buffer_add_format(&text, "valid %s to %s, ", certificate->not_before_text, certificate->not_after_text);
    if (certificate->not_after < now) {
        ink = INK_ERROR;
        buffer_add_string(&text, "expired ");
        text_add_count(&text, (uint64_t)((now - certificate->not_after) / DAY), "day", "days");
        buffer_add_string(&text, " before");
    } else if (certificate->not_before > now) {
        ink = INK_ERROR;
        buffer_add_string(&text, "not valid yet");
    } else {
        text_add_count(&text, (uint64_t)((certificate->not_after - now) / DAY), "day left", "days left");
    }
    add_detail(page, ink, text.bytes);
    buffer_free(&text);
}

static void add_names(struct page *page, const struct certificate *certificate)
{
    struct buffer text = {0};
    uint32_t count = certificate->alternative_name_count;
    for (uint32_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        buffer_add_string(&text, i ? ", " : "names ");
        add_octets(&text, certificate->alternative_names[i].text);
    }
    if (count > NAMES_SHOWN)
        buffer_add_format(&text, " and %u more", count - NAMES_SHOWN);
    if (count > 0)
        add_detail(page, INK_PLAIN, text.bytes);
    buffer_free(&text);
}

static void add_key(struct page *page, const struct certificate *certificate)
{
    struct buffer text = {0};
    if (certificate->key_algorithm) {
        buffer_add_format(&text, "key %s", certificate->key_algorithm);
        if (certificate->key_curve)
            buffer_add_format(&text, " %s", certificate->key_curve);
        else if (certificate->key_bits > 0)
            buffer_add_format(&text, " %u bits", certificate->key_bits);
        buffer_add_char(&text, '\n');
    }
    if (certificate->signature_algorithm)
        buffer_add_format(&text, "signed with %s\n", certificate->signature_algorithm);
    if (certificate->serial)
        buffer_add_format(&text, "serial %s\n", certificate->serial);
    page_add_spaces(page, DETAIL);
    page_flow(page, DETAIL, text.bytes ? text.bytes : "");
    buffer_free(&text);
}

static void add_thumbprints(struct page *page, const struct certificate *certificate)
{
    struct buffer text = {0};
    buffer_add_string(&text, "thumbprint ");
    buffer_add_hex(&text, certificate->sha1, sizeof certificate->sha1, true);
    buffer_add_string(&text, "\nSHA-256 ");
    buffer_add_hex(&text, certificate->sha256, sizeof certificate->sha256, true);
    buffer_add_char(&text, '\n');
    page_add_spaces(page, DETAIL);
    page_flow(page, DETAIL, text.bytes);
    buffer_free(&text);
}

/* The run's certificates are each held once, so the same is the same pointer. */
static bool stands_above(const struct walk *walk, uint32_t index)
{
    const struct certificate *certificate = walk->chain->items[index];
    for (uint32_t i = 0; i < index; i++)
        if (certificate && walk->chain->items[i] == certificate)
            return true;
    return false;
}

/* What it does in this chain that it need not, or should not, do. */
static const char *remark_of(const struct walk *walk, uint32_t index)
{
    const struct certificate *certificate = walk->chain->items[index];
    if (walk->top && !walk->used[index])
        return "superfluous: it issued none of the others";
    if (index > 0 && certificate->self_issued)
        return "superfluous: a root, which whoever trusts it has already";
    return NULL;
}

static void add_unread(struct page *page, const struct walk *walk, uint32_t index)
{
    const struct certificate *certificate = walk->chain->items[index];
    struct buffer text = {0};
    bool raw = certificate && certificate->raw_key;
    buffer_add_string(&text, raw           ? "a bare public key, no certificate (RFC 7250)"
                             : certificate ? "not a readable certificate"
                                           : "a certificate that was not captured whole");
    if (certificate && certificate->fault && !raw) {
        buffer_add_string(&text, ": ");
        escape_text(&text, certificate->fault, strlen(certificate->fault));
    }
    page_add_spaces(page, ITEM);
    page_wrap(page, ITEM, DETAIL, text.bytes);
    if (raw)
        add_key(page, certificate);
    if (certificate)
        add_thumbprints(page, certificate);
    buffer_free(&text);
}

/* What lists and OCSP responses say of it, where one speaks of it. */
static void add_revocation(struct page *page, const struct walk *walk, const struct certificate *certificate)
{
    const struct chain_revocation *revocation = revoked_of(walk->handshake, walk->side);
    enum revocation_word word =
        revocation && revocation->certificate == certificate ? revocation->answer.word : REVOCATION_UNKNOWN;
    if (word == REVOCATION_REVOKED)
        add_detail(page, INK_ERROR, "revoked");
    else if (word == REVOCATION_LATER)
        add_detail(page, INK_WARNING, "revoked after this connection");
    else if (word == REVOCATION_GOOD)
        add_detail(page, INK_PLAIN, "not revoked");
}

static void add_certificate(struct page *page, const struct walk *walk, uint32_t index)
{
    const struct certificate *certificate = walk->chain->items[index];
    if (!is_readable(certificate)) {
        add_unread(page, walk, index);
        return;
    }
    const char *remark = remark_of(walk, index);
    add_heading(page, certificate);
    if (remark)
        add_detail(page, INK_WARNING, remark);
    add_validity(page, certificate, walk->handshake->connection->first.time / CLOCK_SECOND);
    add_revocation(page, walk, certificate);
    add_names(page, certificate);
    add_key(page, certificate);
    add_thumbprints(page, certificate);
}

/* ---- The chain ----------------------------------------------------------------------------------------- */

static void add_remark(struct page *page, enum ink ink, const struct octets *name, const char *words)
{
    struct buffer text = {0};
    if (name)
        add_octets(&text, *name);
    buffer_add_string(&text, words);
    page_add_spaces(page, ITEM);
    page_ink(page, ink);
    page_wrap(page, ITEM, DETAIL, text.bytes);
    page_ink(page, INK_PLAIN);
    buffer_free(&text);
}

static void add_count(struct page *page, uint32_t count, const char *one, const char *many)
{
    struct buffer text = {0};
    if (count == 0)
        return;
    text_add_count(&text, count, one, many);
    add_remark(page, INK_WARNING, NULL, text.bytes);
    buffer_free(&text);
}

/* The server's request names this issuer. */
static bool is_named(const struct handshake *handshake, struct octets issuer)
{
    const struct octets_list *named = &handshake->acceptable_issuers;
    for (uint32_t i = 0; i < named->count; i++)
        if (issuer.length > 0 && issuer.length == named->items[i].length &&
            memcmp(issuer.bytes, named->items[i].bytes, issuer.length) == 0)
            return true;
    return false;
}

/* What stands above the last one that was sent. */
static void add_missing(struct page *page, const struct walk *walk, enum side side)
{
    enum trust_answer trust = walk->handshake->trust[side];
    const struct certificate *top = walk->top;
    if (!top || top->self_issued)
        return;
    const struct certificate *above = certificates_find_issuer(walk->handshake->certificates, top);
    if (trust == TRUST_TRUSTED)
        add_remark(page, INK_GOOD, &top->issuer, " was not sent and need not be: it is trusted");
    else if (side == SIDE_CLIENT && is_named(walk->handshake, top->issuer))
        add_remark(page, INK_FAINT, &top->issuer,
                   " was not sent and need not be: the server's request names it");
    else if (above && !above->self_issued)
        add_remark(page, INK_ERROR, &top->issuer,
                   " is missing: an intermediate authority, which has to be sent");
    else if (trust == TRUST_MISSING_ISSUER)
        add_remark(page, INK_ERROR, &top->issuer, " is missing: it was not sent, and it is not trusted");
    else if (above)
        add_remark(page, INK_FAINT, &top->issuer, " was not sent, as is usual for a root");
    else
        add_remark(page, INK_FAINT, &top->issuer,
                   " was not sent: fine where the other side trusts it itself, else it is missing");
}

/* Whether what the client sent is what the server had asked for. */
static void add_issuers(struct page *page, const struct handshake *handshake)
{
    static const char name[] = "tlswhy.client_certificate.issuer_named";
    const struct field *field = fields_find(name, sizeof name - 1);
    struct value named = field ? field->get(handshake) : value_unknown();
    if (named.type != VALUE_BOOLEAN || named.boolean)
        return;
    struct buffer text = {0};
    buffer_add_format(&text, "No issuer of it is among those that the server's request names (%u)",
                      handshake->acceptable_issuers.count);
    add_remark(page, INK_WARNING, NULL, text.bytes);
    buffer_free(&text);
}

static void add_trust(struct page *page, const struct walk *walk, enum side side)
{
    enum trust_answer trust = walk->handshake->trust[side];
    if (!walk->in_order)
        add_remark(page, INK_WARNING, NULL,
                   "The certificates are not in order: each should be followed by its issuer");
    if (walk->handshake->certificate[side]->cut)
        add_remark(page, INK_FAINT, NULL, "There may have been more: the message was not captured whole");
    if (trust == TRUST_TRUSTED)
        add_remark(page, INK_GOOD, NULL, "The chain leads to an issuer that is trusted");
    else if (trust == TRUST_SELF_SIGNED)
        add_remark(page, INK_ERROR, NULL, "It signed itself, and it is not trusted");
    else if (trust == TRUST_UNKNOWN_ROOT)
        add_remark(page, INK_ERROR, NULL, "The chain leads to a root that is not trusted");
    else if (trust == TRUST_BAD_SIGNATURE)
        add_remark(page, INK_ERROR, NULL, "A certificate is not signed with the key of its issuer");
    else if (trust == TRUST_CONSTRAINT)
        add_remark(page, INK_ERROR, NULL,
                   "A path to a trusted issuer exists, and a rule for issuers forbids it");
}

static void add_chain(struct page *page, const struct handshake *handshake, enum side side)
{
    const struct certificate_chain *chain = &handshake->chain[side];
    if (chain->count == 0)
        return;
    struct walk walk = walk_up(handshake, side);
    page_add_line(page);
    page_add_spaces(page, INDENT);
    page_add_inked(page, INK_STRONG,
                   side == SIDE_SERVER ? "Certificates of the server" : "Certificates of the client");
    page_add_line(page);
    uint32_t repeated = 0;
    for (uint32_t i = 0; i < walk.count; i++) {
        if (stands_above(&walk, i))
            repeated++;
        else
            add_certificate(page, &walk, i);
    }
    add_count(page, repeated, "certificate stands above already: superfluous",
              "certificates stand above already: superfluous");
    add_count(page, chain->count - walk.count, "more certificate", "more certificates");
    add_missing(page, &walk, side);
    if (side == SIDE_CLIENT)
        add_issuers(page, handshake);
    add_trust(page, &walk, side);
}

void text_add_chains(struct page *page, const struct handshake *handshake)
{
    add_chain(page, handshake, SIDE_SERVER);
    add_chain(page, handshake, SIDE_CLIENT);
}
