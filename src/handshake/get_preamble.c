/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of what came before TLS in plain bytes. */
#include "handshake/getters.h"

#include "stream/connection.h"

#define PREAMBLE_FACT(name, result)                                                                          \
    struct value field_##name(const struct handshake *handshake)                                             \
    {                                                                                                        \
        const struct preamble_facts *facts = handshake->preamble;                                            \
        return facts ? (result) : value_unknown();                                                           \
    }

static struct value name_of(const char *name)
{
    return name ? value_word(name) : value_unknown();
}

static struct value text_of(const struct preamble_text *text)
{
    return text->length > 0 ? value_text(text->bytes, text->length) : value_unknown();
}

/* Two flags of which neither may be set. */
static struct value either(bool yes, bool no)
{
    return yes || no ? value_boolean(yes) : value_unknown();
}

static bool is_negotiated(const struct preamble_facts *facts)
{
    return facts->negotiates;
}

PREAMBLE_FACT(starttls, name_of(facts->protocol))
PREAMBLE_FACT(plain_protocol, name_of(facts->spoken))
PREAMBLE_FACT(starttls_offered, either(facts->offered, facts->not_offered))
PREAMBLE_FACT(starttls_offer_packet, value_of_packet(facts->offer_seen))
PREAMBLE_FACT(starttls_asked, is_negotiated(facts) ? value_boolean(facts->asked) : value_unknown())
PREAMBLE_FACT(starttls_asked_packet, value_of_packet(facts->asked_seen))
PREAMBLE_FACT(starttls_accepted, either(facts->accepted, facts->refused))
PREAMBLE_FACT(starttls_reply_code,
              facts->has_reply_code ? value_of_count(facts->reply_code) : value_unknown())
PREAMBLE_FACT(starttls_reply, text_of(&facts->reply))
PREAMBLE_FACT(starttls_reply_packet, value_of_packet(facts->reply_seen))
PREAMBLE_FACT(starttls_masked, is_negotiated(facts) ? value_boolean(facts->masked) : value_unknown())
PREAMBLE_FACT(starttls_continued, is_negotiated(facts) ? value_boolean(facts->continued) : value_unknown())
PREAMBLE_FACT(starttls_client_left,
              is_negotiated(facts) ? value_boolean(facts->client_left) : value_unknown())
PREAMBLE_FACT(starttls_extra_packet, value_of_packet(facts->extra_seen))
PREAMBLE_FACT(proxy_header_version,
              facts->proxy_header_version ? value_of_count(facts->proxy_header_version) : value_unknown())
PREAMBLE_FACT(proxy_header_packet, value_of_packet(facts->proxy_header_seen))
PREAMBLE_FACT(proxy_client_ip, value_address(&facts->proxied_client.address))
PREAMBLE_FACT(proxy_client_port, facts->proxied_client.address.family
                                     ? value_of_count(facts->proxied_client.port)
                                     : value_unknown())
PREAMBLE_FACT(proxy_tunnel, name_of(facts->tunnel))
PREAMBLE_FACT(proxy_target, text_of(&facts->target))
PREAMBLE_FACT(proxy_connect_status,
              facts->tunnel_answered ? value_of_count(facts->tunnel_status) : value_unknown())
PREAMBLE_FACT(proxy_opened, facts->tunnel_answered ? value_boolean(facts->tunnel_opened) : value_unknown())
PREAMBLE_FACT(proxy_request_packet, value_of_packet(facts->tunnel_asked_seen))
PREAMBLE_FACT(proxy_reply_packet, value_of_packet(facts->tunnel_reply_seen))

/* Before the answer, what follows the request is not extra: it may yet be refused. */
static uint64_t extra_bytes(const struct preamble_facts *facts)
{
    return facts->accepted ? (uint64_t)facts->extra_bytes[SPEAKER_CLIENT] + facts->extra_bytes[SPEAKER_SERVER]
                           : 0;
}

PREAMBLE_FACT(starttls_extra_bytes,
              is_negotiated(facts) ? value_of_count(extra_bytes(facts)) : value_unknown())

struct value field_starttls_extra_by(const struct handshake *handshake)
{
    const struct preamble_facts *facts = handshake->preamble;
    if (!facts || extra_bytes(facts) == 0)
        return value_unknown();
    return value_of_side(facts->extra_bytes[SPEAKER_CLIENT] > 0 ? SIDE_CLIENT : SIDE_SERVER);
}

/* A greeting of a server that has not agreed to TLS is an answer, even if it came first. */
struct value field_client_hello_answered(const struct handshake *handshake)
{
    const struct half *server = handshake_half(handshake, SIDE_SERVER);
    const struct preamble_facts *facts = handshake->preamble;
    if (!handshake->client_hello)
        return value_unknown();
    if (facts && (facts->accepted || facts->tunnel_opened))
        return value_boolean(server->last_payload.packet > handshake->client_hello_seen.packet);
    return value_boolean(server->payload_bytes > 0);
}
