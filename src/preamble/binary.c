/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LDAP (RFC 4511 section 4.14), RDP ([MS-RDPBCGR] section 2.2.1), AMQP (whose 1.0 can lead to TLS), and MQTT,
 * which is only known by name.
 */
#include "preamble/protocol.h"
#include <string.h>

/* ---- LDAP -----------------------------------------------------------------------------------------------
 */

enum { BER_SEQUENCE = 0x30, BER_INTEGER = 0x02, BER_ENUMERATED = 0x0A };
enum {
    LDAP_BIND = 0x60,
    LDAP_UNBIND = 0x42,
    LDAP_SEARCH = 0x63,
    LDAP_EXTENDED = 0x77,
    LDAP_EXTENDED_RESPONSE = 0x78
};
static const char start_tls_oid[] = "1.3.6.1.4.1.1466.20037";

/* A length of up to four bytes behind its own count, or one below 0x80. */
static bool ber_length(struct cursor *bytes, uint32_t *length)
{
    uint8_t first;
    uint64_t value;
    *length = 0;
    if (!cursor_u8(bytes, &first) || first == 0x80 || first > 0x84)
        return false;
    *length = first;
    if (first < 0x80)
        return true;
    if (!cursor_unsigned(bytes, first & 0x7Fu, &value))
        return false;
    *length = (uint32_t)value;
    return true;
}

static bool ber_child(struct cursor *bytes, uint8_t *tag, struct cursor *child)
{
    uint32_t length;
    return cursor_u8(bytes, tag) && ber_length(bytes, &length) && cursor_child(bytes, length, child);
}

/* SEQUENCE, its length, the message's number. */
static enum recognition ldap_begins(enum speaker from, struct cursor bytes)
{
    uint8_t tag, next, size, operation;
    uint32_t length;
    if (from != SPEAKER_CLIENT || (cursor_u8(&bytes, &tag) && tag != BER_SEQUENCE))
        return RECOGNISED_NOT;
    if (bytes.left > 0 && (bytes.at[0] == 0x80 || bytes.at[0] > 0x84))
        return RECOGNISED_NOT;
    if (!ber_length(&bytes, &length))
        return RECOGNISED_PERHAPS;
    if ((cursor_u8(&bytes, &next) && next != BER_INTEGER) ||
        (cursor_u8(&bytes, &size) && (size < 1 || size > 4)))
        return RECOGNISED_NOT;
    cursor_skip(&bytes, size);
    if (!cursor_u8(&bytes, &operation))
        return RECOGNISED_PERHAPS;
    bool known = operation == LDAP_BIND || operation == LDAP_EXTENDED || operation == LDAP_SEARCH;
    return known ? RECOGNISED : RECOGNISED_NOT;
}

static size_t ldap_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    uint8_t tag;
    uint32_t length;
    size_t all = head.left;
    (void)preamble;
    (void)from;
    if (cursor_u8(&head, &tag) && tag != BER_SEQUENCE)
        return FRAME_BAD;
    if (!ber_length(&head, &length))
        return all > 5 ? FRAME_BAD : (size_t)FRAME_MORE;
    return all - head.left + length;
}

static void ldap_take_request(struct preamble *preamble, uint8_t operation, struct cursor body)
{
    uint8_t tag;
    struct cursor name;
    if (operation == LDAP_UNBIND) {
        preamble_leave(preamble);
    } else if (operation != LDAP_EXTENDED) {
        preamble_continue(preamble);
    } else if (ber_child(&body, &tag, &name) && name.left == sizeof start_tls_oid - 1 &&
               memcmp(name.at, start_tls_oid, name.left) == 0) {
        preamble_ask(preamble);
    }
}

static void ldap_take_response(struct preamble *preamble, struct cursor body)
{
    uint8_t tag, code;
    struct cursor result, matched, diagnostic;
    if (!preamble->facts.asked || preamble->facts.accepted)
        return;
    if (!ber_child(&body, &tag, &result) || tag != BER_ENUMERATED || !cursor_u8(&result, &code))
        return;
    preamble_reply_code(preamble, code);
    if (ber_child(&body, &tag, &matched) && ber_child(&body, &tag, &diagnostic))
        preamble_reply_text(preamble, diagnostic);
    if (code == 0)
        preamble_accept(preamble);
    else
        preamble_refuse(preamble);
}

static void ldap_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    uint8_t tag, operation;
    struct cursor message, number, body;
    if (!ber_child(&unit, &tag, &message) || !ber_child(&message, &tag, &number) ||
        !ber_child(&message, &operation, &body))
        return;
    if (from == SPEAKER_CLIENT)
        ldap_take_request(preamble, operation, body);
    else if (operation == LDAP_EXTENDED_RESPONSE)
        ldap_take_response(preamble, body);
}

/* ---- RDP ------------------------------------------------------------------------------------------------
 */

enum { TPKT_VERSION = 3, X224_REQUEST = 0xE0, X224_CONFIRM = 0xD0, X224_FIXED = 5 };
enum { NEGOTIATION_REQUEST = 1, NEGOTIATION_RESPONSE = 2, NEGOTIATION_FAILURE = 3, NEGOTIATION_SIZE = 8 };
enum { PROTOCOL_RDP = 0 };

static enum recognition rdp_begins(enum speaker from, struct cursor bytes)
{
    uint8_t version, reserved, indicator, type;
    uint16_t length;
    if (from != SPEAKER_CLIENT || (cursor_u8(&bytes, &version) && version != TPKT_VERSION) ||
        (cursor_u8(&bytes, &reserved) && reserved != 0))
        return RECOGNISED_NOT;
    cursor_u16(&bytes, &length);
    if (!cursor_u8(&bytes, &indicator) || !cursor_u8(&bytes, &type))
        return RECOGNISED_PERHAPS;
    return type == X224_REQUEST && length == indicator + 5u ? RECOGNISED : RECOGNISED_NOT;
}

static size_t rdp_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    enum { LEAST = 7 };
    uint8_t version;
    uint16_t length;
    (void)preamble;
    (void)from;
    if (cursor_u8(&head, &version) && version != TPKT_VERSION)
        return FRAME_BAD;
    if (!cursor_skip(&head, 1) || !cursor_u16(&head, &length))
        return FRAME_MORE;
    return length >= LEAST ? length : FRAME_BAD;
}

/* The negotiation is the last eight bytes: type, flags, its own length and a number, both little-endian. */
static bool rdp_negotiation(struct cursor body, uint8_t *type, uint32_t *number)
{
    uint8_t flags;
    uint16_t length;
    if (body.left < NEGOTIATION_SIZE || body.uncaptured > 0)
        return false;
    cursor_skip(&body, body.left - NEGOTIATION_SIZE);
    cursor_u8(&body, type);
    cursor_u8(&body, &flags);
    cursor_u16_little(&body, &length);
    return length == NEGOTIATION_SIZE && cursor_u32_little(&body, number);
}

static void rdp_take_request(struct preamble *preamble, uint8_t type, struct cursor body)
{
    enum { CORRELATION = 6, CORRELATION_SIZE = 36 };
    uint32_t protocols;
    uint8_t kind;
    if (type != X224_REQUEST) {
        preamble_continue(preamble);
        preamble_give_up(preamble);
        return;
    }
    /* A correlation id may stand behind the request. */
    if (body.left > CORRELATION_SIZE && body.at[body.left - CORRELATION_SIZE] == CORRELATION)
        body.left -= CORRELATION_SIZE;
    if (rdp_negotiation(body, &kind, &protocols) && kind == NEGOTIATION_REQUEST && protocols != PROTOCOL_RDP)
        preamble_ask(preamble);
}

static void rdp_take_confirm(struct preamble *preamble, struct cursor body)
{
    uint32_t number;
    uint8_t kind;
    if (!preamble->facts.asked)
        return;
    bool told = rdp_negotiation(body, &kind, &number);
    if (told)
        preamble_reply_code(preamble, number);
    if (told && kind == NEGOTIATION_RESPONSE && number != PROTOCOL_RDP)
        preamble_accept(preamble);
    else
        preamble_refuse(preamble);
}

static void rdp_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    enum { TPKT_HEADER = 4 };
    uint8_t type;
    cursor_skip(&unit, TPKT_HEADER + 1);
    cursor_u8(&unit, &type);
    cursor_skip(&unit, X224_FIXED);
    if (from == SPEAKER_CLIENT)
        rdp_take_request(preamble, type, unit);
    else if (type == X224_CONFIRM)
        rdp_take_confirm(preamble, unit);
}

/* ---- AMQP and MQTT --------------------------------------------------------------------------------------
 */

enum { AMQP_HEADER = 8, AMQP_TLS = 2 };

static enum recognition amqp_begins(enum speaker from, struct cursor bytes)
{
    size_t common = bytes.left < 4 ? bytes.left : 4;
    if (from != SPEAKER_CLIENT || memcmp(bytes.at, "AMQP", common) != 0)
        return RECOGNISED_NOT;
    return common == 4 ? RECOGNISED : RECOGNISED_PERHAPS;
}

static size_t amqp_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    (void)preamble;
    (void)from;
    return head.at[0] == 'A' ? AMQP_HEADER : FRAME_BAD;
}

/* AMQP 1.0 section 5.2: both sides send the header of TLS, then TLS begins. */
static void amqp_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    uint8_t layer;
    cursor_skip(&unit, 4);
    cursor_u8(&unit, &layer);
    if (from == SPEAKER_CLIENT && layer == AMQP_TLS)
        preamble_ask(preamble);
    else if (from == SPEAKER_CLIENT)
        preamble_give_up(preamble);
    else if (preamble->facts.asked && layer == AMQP_TLS)
        preamble_accept(preamble);
    else if (preamble->facts.asked)
        preamble_refuse(preamble);
}

/* CONNECT: its type, a length of one or two bytes, the protocol's name behind its own length. */
static enum recognition mqtt_begins(enum speaker from, struct cursor bytes)
{
    enum { CONNECT = 0x10, MORE = 0x80 };
    static const char name[] = "\0\4MQTT", old_name[] = "\0\6MQIsdp";
    uint8_t type, length;
    if (from != SPEAKER_CLIENT || (cursor_u8(&bytes, &type) && type != CONNECT))
        return RECOGNISED_NOT;
    cursor_u8(&bytes, &length);
    if (length & MORE)
        cursor_u8(&bytes, &length);
    if (length & MORE)
        return RECOGNISED_NOT;
    size_t common = bytes.left < sizeof name - 1 ? bytes.left : sizeof name - 1;
    if (memcmp(bytes.at, name, common) != 0 && memcmp(bytes.at, old_name, common) != 0)
        return RECOGNISED_NOT;
    return common == sizeof name - 1 ? RECOGNISED : RECOGNISED_PERHAPS;
}

static size_t mqtt_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    (void)preamble;
    (void)from;
    return head.left;
}

static void mqtt_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    (void)from;
    (void)unit;
    preamble_give_up(preamble);
}

const struct protocol preamble_binary[] = {
    {.name = "ldap",
     .begins = ldap_begins,
     .frame = ldap_frame,
     .take = ldap_take,
     .negotiates = true,
     .port = 389},
    {.name = "rdp", .begins = rdp_begins, .frame = rdp_frame, .take = rdp_take, .negotiates = true},
    {.name = "amqp", .begins = amqp_begins, .frame = amqp_frame, .take = amqp_take, .negotiates = true},
    {.name = "mqtt", .begins = mqtt_begins, .frame = mqtt_frame, .take = mqtt_take},
    {0},
};
