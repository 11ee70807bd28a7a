/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL (its manual, "Message Flow: SSL Session Encryption") and MySQL ("Connection Phase Packets"). */
#include "preamble/protocol.h"
#include <string.h>

/* ---- PostgreSQL -----------------------------------------------------------------------------------------
 */

enum { SSL_REQUEST = 80877103, GSS_REQUEST = 80877104, CANCEL_REQUEST = 80877102, PROTOCOL_3 = 3 };
enum { SHORT_REQUEST = 8, STARTUP_LONGEST = 10000 };

static enum recognition postgresql_begins(enum speaker from, struct cursor bytes)
{
    uint32_t length, code;
    if (from != SPEAKER_CLIENT)
        return RECOGNISED_NOT;
    for (size_t i = 0; i < 2 && i < bytes.left; i++)
        if (bytes.at[i] != 0)
            return RECOGNISED_NOT;
    if (!cursor_u32(&bytes, &length) || !cursor_u32(&bytes, &code))
        return RECOGNISED_PERHAPS;
    if (code == SSL_REQUEST || code == GSS_REQUEST)
        return length == SHORT_REQUEST ? RECOGNISED : RECOGNISED_NOT;
    bool startup = code >> 16 == PROTOCOL_3 && length > SHORT_REQUEST && length <= STARTUP_LONGEST;
    return startup ? RECOGNISED : RECOGNISED_NOT;
}

static size_t postgresql_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    uint8_t type;
    uint32_t length;
    (void)preamble;
    if (from == SPEAKER_CLIENT) {
        if (!cursor_u32(&head, &length))
            return FRAME_MORE;
        return length >= SHORT_REQUEST && length <= STARTUP_LONGEST ? length : FRAME_BAD;
    }
    cursor_u8(&head, &type);
    if (type == 'S' || type == 'N' || type == 'G')
        return 1;
    if (type != 'E')
        return FRAME_BAD;
    if (!cursor_u32(&head, &length))
        return FRAME_MORE;
    return length > 4 && length < STARTUP_LONGEST ? (size_t)length + 1 : FRAME_BAD;
}

/* An ErrorResponse's fields: a type, a string; the type M is the message for people. */
static void postgresql_take_error(struct preamble *preamble, struct cursor unit)
{
    uint8_t type;
    cursor_skip(&unit, 5);
    while (cursor_u8(&unit, &type) && type != 0) {
        const uint8_t *text = unit.at, *end = memchr(unit.at, 0, unit.left);
        size_t length = end ? (size_t)(end - text) : unit.left;
        if (type == 'M')
            preamble_reply_text(preamble, cursor_over(text, length));
        cursor_skip(&unit, end ? length + 1 : length);
    }
}

static void postgresql_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    uint8_t answer;
    uint32_t length, code;
    if (from == SPEAKER_CLIENT) {
        cursor_u32(&unit, &length);
        cursor_u32(&unit, &code);
        if (code == SSL_REQUEST) {
            preamble_ask(preamble);
        } else if (code != GSS_REQUEST) {
            preamble_continue(preamble);
            preamble_give_up(preamble);
        }
        return;
    }
    struct cursor error = unit;
    cursor_u8(&unit, &answer);
    if (!preamble->facts.asked)
        return; /* to a GSSENCRequest */
    preamble_reply_text(preamble, cursor_over(error.at, 1));
    if (answer == 'S') {
        preamble_accept(preamble);
        return;
    }
    if (answer == 'E')
        postgresql_take_error(preamble, error);
    preamble_refuse(preamble);
}

/* ---- MySQL and MariaDB ----------------------------------------------------------------------------------
 */

enum { MYSQL_HEADER = 4, MYSQL_PROTOCOL = 10, MYSQL_SSL_REQUEST = 32, CLIENT_SSL = 0x0800 };

static bool mysql_length(struct cursor *head, uint32_t *length)
{
    uint16_t low;
    uint8_t high;
    if (!cursor_u16_little(head, &low) || !cursor_u8(head, &high))
        return false;
    *length = (uint32_t)high << 16 | low;
    return true;
}

static enum recognition mysql_begins(enum speaker from, struct cursor bytes)
{
    enum { LEAST = 40, MOST = 255 };
    uint32_t length;
    uint8_t sequence, version, digit;
    if (from != SPEAKER_SERVER || (bytes.left > 2 && (bytes.at[1] != 0 || bytes.at[2] != 0)))
        return RECOGNISED_NOT;
    if (!mysql_length(&bytes, &length))
        return RECOGNISED_PERHAPS;
    if (length < LEAST || length > MOST || (cursor_u8(&bytes, &sequence) && sequence != 0) ||
        (cursor_u8(&bytes, &version) && version != MYSQL_PROTOCOL))
        return RECOGNISED_NOT;
    if (!cursor_u8(&bytes, &digit))
        return RECOGNISED_PERHAPS;
    return digit >= '0' && digit <= '9' ? RECOGNISED : RECOGNISED_NOT;
}

static size_t mysql_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    uint32_t length;
    (void)preamble;
    (void)from;
    return mysql_length(&head, &length) ? (size_t)MYSQL_HEADER + length : FRAME_MORE;
}

static void mysql_take_greeting(struct preamble *preamble, struct cursor unit)
{
    enum { THREAD_ID = 4, AUTH_DATA = 8, FILLER = 1 };
    uint16_t capabilities;
    cursor_skip(&unit, MYSQL_HEADER + 1);
    const uint8_t *end = memchr(unit.at, 0, unit.left);
    if (!end)
        return;
    cursor_skip(&unit, (size_t)(end - unit.at) + 1 + THREAD_ID + AUTH_DATA + FILLER);
    if (cursor_u16_little(&unit, &capabilities))
        preamble_offer(preamble, capabilities & CLIENT_SSL);
}

/* A client that wants TLS begins its login with the fixed part only, and goes on in TLS without an answer. */
static void mysql_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    uint32_t length;
    uint16_t capabilities;
    bool first = preamble->lane[from].units == 1;
    if (from == SPEAKER_SERVER && first) {
        mysql_take_greeting(preamble, unit);
    } else if (from == SPEAKER_CLIENT && first) {
        mysql_length(&unit, &length);
        cursor_skip(&unit, 1);
        cursor_u16_little(&unit, &capabilities);
        if (length == MYSQL_SSL_REQUEST && capabilities & CLIENT_SSL) {
            preamble_ask(preamble);
            preamble_accept(preamble);
        } else {
            preamble_continue(preamble);
            preamble_give_up(preamble);
        }
    }
}

const struct protocol preamble_databases[] = {
    {.name = "postgresql",
     .begins = postgresql_begins,
     .frame = postgresql_frame,
     .take = postgresql_take,
     .negotiates = true},
    {.name = "mysql", .begins = mysql_begins, .frame = mysql_frame, .take = mysql_take, .negotiates = true},
    {0},
};
