/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQL Server's TDS up to version 7 ([MS-TDS] sections 2.2.3 and 2.2.6.5): both sides say in a PRELOGIN what
 * encryption they want; the TLS handshake then travels in packets of the same kind, and what follows it is
 * TLS without packets, to the end or, where only the login is to be encrypted, for one message of the client.
 */
#include "preamble/protocol.h"

enum { TDS_HEADER = 8, TDS_PRELOGIN = 0x12, TDS_RESPONSE = 0x04, TDS_ENCRYPTION = 1, TDS_END = 0xFF };
enum { ENCRYPT_OFF, ENCRYPT_ON, ENCRYPT_NOT_SUPPORTED, ENCRYPT_REQUIRED, ENCRYPT_UNKNOWN = 0xFF };
enum { RECORD_HEADER = 5, RECORD_FIRST_TYPE = 0x14, RECORD_LAST_TYPE = 0x18 };

static enum recognition tds_begins(enum speaker from, struct cursor bytes)
{
    uint8_t type, status, token;
    uint16_t length;
    if (from != SPEAKER_CLIENT || (cursor_u8(&bytes, &type) && type != TDS_PRELOGIN) ||
        (cursor_u8(&bytes, &status) && status > 1))
        return RECOGNISED_NOT;
    if (cursor_u16(&bytes, &length) && (length <= TDS_HEADER || length > 4096))
        return RECOGNISED_NOT;
    /* The first option is the version, token 0. */
    if (!cursor_skip(&bytes, 4) || !cursor_u8(&bytes, &token))
        return RECOGNISED_PERHAPS;
    return token == 0 ? RECOGNISED : RECOGNISED_NOT;
}

static size_t tds_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    uint16_t length;
    (void)preamble;
    (void)from;
    if (!cursor_skip(&head, 2) || !cursor_u16(&head, &length))
        return FRAME_MORE;
    return length >= TDS_HEADER ? length : FRAME_BAD;
}

/* The options: a token, the offset of its value from the first of them, its length; 0xFF ends them. */
static uint8_t encryption_of(struct cursor options)
{
    struct cursor values = options;
    uint8_t token, encryption;
    uint16_t offset, length;
    while (cursor_u8(&options, &token) && token != TDS_END) {
        if (!cursor_u16(&options, &offset) || !cursor_u16(&options, &length))
            break;
        if (token != TDS_ENCRYPTION || length == 0)
            continue;
        cursor_skip(&values, offset);
        return cursor_u8(&values, &encryption) ? encryption & 0x0F : (uint8_t)ENCRYPT_UNKNOWN;
    }
    return ENCRYPT_UNKNOWN;
}

static void take_client(struct preamble *preamble, uint8_t type, uint8_t encryption)
{
    if (type != TDS_PRELOGIN) {
        preamble_continue(preamble);
        preamble_give_up(preamble);
        return;
    }
    preamble->kind = encryption;
    if (encryption == ENCRYPT_UNKNOWN || encryption == ENCRYPT_NOT_SUPPORTED)
        return;
    preamble_ask(preamble);
    preamble->lane[SPEAKER_CLIENT].state = LANE_UNITS;
}

static void take_server(struct preamble *preamble, uint8_t encryption)
{
    if (encryption == ENCRYPT_UNKNOWN)
        return;
    preamble_offer(preamble, encryption != ENCRYPT_NOT_SUPPORTED);
    preamble_reply_code(preamble, encryption);
    if (!preamble->facts.asked)
        return;
    if (encryption == ENCRYPT_NOT_SUPPORTED) {
        preamble_refuse(preamble);
        return;
    }
    preamble->login_only = encryption == ENCRYPT_OFF && preamble->kind == ENCRYPT_OFF;
    preamble_accept(preamble);
    preamble->lane[SPEAKER_CLIENT].state = preamble->lane[SPEAKER_SERVER].state = LANE_WRAPPED;
}

static void tds_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    uint8_t type;
    cursor_u8(&unit, &type);
    cursor_skip(&unit, TDS_HEADER - 1);
    if (from == SPEAKER_CLIENT)
        take_client(preamble, type, encryption_of(unit));
    else if (type == TDS_RESPONSE)
        take_server(preamble, encryption_of(unit));
}

/* ---- TLS in packets -------------------------------------------------------------------------------------
 */

/* Type, status and length of a packet; type, version and length of a record: the length is in bytes 2 and 3,
 * or 3 and 4. `held` keeps the header. */
static void header_complete(struct lane *lane, size_t header)
{
    struct cursor bytes = cursor_over(lane->held, header);
    uint16_t length;
    cursor_skip(&bytes, header == TDS_HEADER ? 2 : 3);
    cursor_u16(&bytes, &length);
    lane->wrapped_left = length;
    if (header == TDS_HEADER)
        lane->wrapped_left = length > TDS_HEADER ? (uint32_t)(length - TDS_HEADER) : 0;
    lane->wrapped_have = 0;
}

/* What stands between packets and records; false where neither begins there: TLS is over. */
static bool choose_framing(struct lane *lane, uint8_t first)
{
    if (first >= RECORD_FIRST_TYPE && first <= RECORD_LAST_TYPE)
        lane->raw = true;
    else if (first != TDS_PRELOGIN || lane->raw)
        return false;
    return true;
}

static struct preamble_step body(struct lane *lane, const uint8_t *bytes, size_t length)
{
    size_t taken = length < lane->wrapped_left ? length : lane->wrapped_left;
    lane->wrapped_left -= (uint32_t)taken;
    return (struct preamble_step){.taken = taken, .inner = bytes, .inner_length = taken};
}

/* A byte of a header: a record's belongs to TLS, a packet's does not. */
static struct preamble_step tds_unwrap(struct preamble *preamble, enum speaker from, const uint8_t *bytes,
                                       size_t length)
{
    struct lane *lane = &preamble->lane[from];
    if (lane->wrapped_left > 0)
        return body(lane, bytes, length);
    if (lane->raw && !preamble->login_only)
        return (struct preamble_step){.taken = length, .inner = bytes, .inner_length = length};
    if (lane->wrapped_have == 0 && !choose_framing(lane, bytes[0])) {
        lane->state = LANE_IGNORED;
        return (struct preamble_step){.taken = length};
    }
    struct preamble_step step = {.taken = 1, .inner = bytes, .inner_length = lane->raw ? 1 : 0};
    size_t header = lane->raw ? RECORD_HEADER : TDS_HEADER;
    lane->held[lane->wrapped_have++] = bytes[0];
    if (lane->wrapped_have == header)
        header_complete(lane, header);
    return step;
}

const struct protocol preamble_tds[] = {
    {.name = "tds",
     .begins = tds_begins,
     .frame = tds_frame,
     .take = tds_take,
     .unwrap = tds_unwrap,
     .negotiates = true,
     .port = 1433},
    {0},
};
