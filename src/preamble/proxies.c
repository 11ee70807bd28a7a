/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands before a conversation of two others: the PROXY protocol's header, tunnels through proxies. */
#include "preamble/protocol.h"
#include "preamble/text_line.h"
#include <stdio.h>
#include <string.h>

/* ---- PROXY protocol (haproxy's proxy-protocol.txt) --------------------------------------------------------
 */

static const uint8_t proxy_signature[12] = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                            0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

static enum recognition begins_with(struct cursor bytes, const void *word, size_t length)
{
    size_t common = bytes.left < length ? bytes.left : length;
    if (memcmp(bytes.at, word, common) != 0)
        return RECOGNISED_NOT;
    return common == length ? RECOGNISED : RECOGNISED_PERHAPS;
}

static enum recognition proxy_begins(enum speaker from, struct cursor bytes)
{
    if (from != SPEAKER_CLIENT || bytes.left == 0)
        return RECOGNISED_NOT;
    if (bytes.at[0] == 'P')
        return begins_with(bytes, "PROXY ", 6);
    return begins_with(bytes, proxy_signature, sizeof proxy_signature);
}

static size_t proxy_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    enum { V1_LONGEST = 107, V2_FIXED = 16, V2_LENGTH_AT = 14 };
    (void)preamble;
    uint16_t length;
    if (from != SPEAKER_CLIENT)
        return FRAME_BAD;
    if (head.at[0] == 'P') {
        if (head.at[head.left - 1] == '\n')
            return head.left;
        return head.left > V1_LONGEST ? FRAME_BAD : FRAME_MORE;
    }
    if (!cursor_skip(&head, V2_LENGTH_AT) || !cursor_u16(&head, &length))
        return FRAME_MORE;
    return (size_t)V2_FIXED + length;
}

/* "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443": the third word is the client's address, the fifth its port. */
static void proxy_take_v1(struct preamble_facts *facts, struct cursor line)
{
    struct cursor word = line_word(&line);
    for (int i = 0; i < 2; i++)
        word = line_word(&line);
    struct endpoint client = {0};
    if (!line_address(word, &client.address))
        return;
    line_word(&line);
    client.port = (uint16_t)line_number(line_word(&line), UINT16_MAX);
    facts->proxied_client = client;
}

static void proxy_take_v2(struct preamble_facts *facts, struct cursor header)
{
    enum { VERSION_AT = 12, COMMAND_PROXY = 0x21, LENGTH_SIZE = 2, INET = 1, INET6 = 2 };
    uint8_t command, family;
    struct endpoint client = {0};
    cursor_skip(&header, VERSION_AT);
    cursor_u8(&header, &command);
    cursor_u8(&header, &family);
    cursor_skip(&header, LENGTH_SIZE);
    size_t size = family >> 4 == INET ? 4 : family >> 4 == INET6 ? 16 : 0;
    if (command != COMMAND_PROXY || size == 0)
        return;
    const uint8_t *address = cursor_take(&header, size);
    cursor_skip(&header, size);
    if (!address || !cursor_u16(&header, &client.port))
        return;
    client.address.family = size == 4 ? 4 : 6;
    memcpy(client.address.bytes, address, size);
    facts->proxied_client = client;
}

static void proxy_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    (void)from;
    struct preamble_facts *facts = &preamble->facts;
    bool text = unit.left > 0 && unit.at[0] == 'P';
    facts->proxy_header_version = text ? 1 : 2;
    facts->proxy_header_seen = preamble->now;
    if (text)
        proxy_take_v1(facts, unit);
    else
        proxy_take_v2(facts, unit);
    preamble_begin_anew(preamble);
}

/* ---- HTTP (RFC 9110 section 9.3.6 and RFC 2817) -----------------------------------------------------------
 */

static enum recognition connect_begins(enum speaker from, struct cursor bytes)
{
    return from == SPEAKER_CLIENT ? begins_with(bytes, "CONNECT ", 8) : RECOGNISED_NOT;
}

/* "HTTP/1.1 200 Connection established": the status, or 0. */
static uint32_t http_status(struct cursor line)
{
    if (!line_begins(line, "HTTP/"))
        return 0;
    line_word(&line);
    return line_number(line_word(&line), 999);
}

/* An answer's head, line by line. `kind` is its status / 100 while the head lasts. */
static void connect_take_answer(struct preamble *preamble, struct cursor line)
{
    uint32_t status = http_status(line);
    if (status >= 200) {
        preamble->kind = (uint8_t)(status / 100);
        preamble->facts.tunnel_status = status;
        preamble_reply_code(preamble, status);
        preamble_reply_text(preamble, line_trimmed(line));
        preamble_tunnel_answered(preamble, status, preamble->kind == 2);
    } else if (preamble->kind > 2 && line_begins(line, "Content-Length:")) {
        cursor_skip(&line, sizeof "Content-Length:" - 1);
        preamble->due = (int32_t)line_number(line_word(&line), INT32_MAX);
    } else if (preamble->kind && line_trimmed(line).left == 0) {
        bool open = preamble->kind == 2;
        preamble->kind = 0;
        if (open) {
            preamble_begin_anew(preamble);
        } else {
            preamble->lane[SPEAKER_SERVER].skip = preamble->due > 0 ? (uint64_t)preamble->due : 0;
            preamble->lane[SPEAKER_CLIENT].state = LANE_UNITS;
        }
    }
}

static void connect_take(struct preamble *preamble, enum speaker from, struct cursor line)
{
    if (from == SPEAKER_SERVER) {
        connect_take_answer(preamble, line);
    } else if (line_begins(line, "CONNECT ")) {
        line_word(&line);
        struct cursor target = line_word(&line);
        preamble->due = 0;
        preamble_tunnel_asked(preamble, (const char *)target.at, target.left);
    } else if (line_trimmed(line).left == 0) {
        /* The head ends: what follows is the tunnel's, if it comes to be. */
        preamble->lane[SPEAKER_CLIENT].state = LANE_TLS;
    }
}

static enum recognition http_begins(enum speaker from, struct cursor bytes)
{
    static const char *const methods[] = {"GET ", "OPTIONS ", "HEAD ", "POST "};
    enum recognition best = RECOGNISED_NOT;
    for (size_t i = 0; from == SPEAKER_CLIENT && i < sizeof methods / sizeof *methods; i++) {
        enum recognition recognition = begins_with(bytes, methods[i], strlen(methods[i]));
        best = recognition > best ? recognition : best;
    }
    return best;
}

/* Only the first request is looked at: "Upgrade: TLS/1.0", answered by 101. */
static void http_take(struct preamble *preamble, enum speaker from, struct cursor line)
{
    enum { SWITCHING = 101 };
    uint32_t status = from == SPEAKER_SERVER ? http_status(line) : 0;
    bool head_ends = line_trimmed(line).left == 0;
    if (from == SPEAKER_CLIENT && line_begins(line, "Upgrade:") && line_contains(line, "TLS/")) {
        preamble->tls_wanted = true;
    } else if (from == SPEAKER_CLIENT && head_ends) {
        if (preamble->tls_wanted)
            preamble_ask(preamble);
        else
            preamble_give_up(preamble);
    } else if (status >= SWITCHING && preamble->facts.asked) {
        preamble->kind = status == SWITCHING;
        preamble_reply_code(preamble, status);
        preamble_reply_text(preamble, line_trimmed(line));
        if (status != SWITCHING) {
            preamble_refuse(preamble);
            preamble_continue(preamble);
            preamble_give_up(preamble);
        }
    } else if (from == SPEAKER_SERVER && head_ends && preamble->kind) {
        preamble_accept(preamble);
    }
}

/* ---- SOCKS (RFC 1928, RFC 1929; SOCKS4 and 4a) ------------------------------------------------------------
 */

enum { SOCKS4 = 4, SOCKS5 = 5, SOCKS_AUTHENTICATION = 1, SOCKS_NO_METHOD = 0xFF };
enum { SOCKS_IPV4 = 1, SOCKS_NAME = 3, SOCKS_IPV6 = 4 };
enum { SOCKS4_GRANTED = 90 };

static enum recognition socks_begins(enum speaker from, struct cursor bytes)
{
    enum { CONNECT = 1, METHODS_MOST = 9, REQUEST = SOCKS5 << 16 | CONNECT << 8 };
    uint8_t version, second, zero;
    uint16_t port;
    uint32_t next;
    if (from != SPEAKER_CLIENT || !cursor_u8(&bytes, &version) || (version != SOCKS4 && version != SOCKS5))
        return RECOGNISED_NOT;
    if (!cursor_u8(&bytes, &second))
        return RECOGNISED_PERHAPS;
    if (version == SOCKS5) {
        if (second == 0 || second > METHODS_MOST)
            return RECOGNISED_NOT;
        /* The first message is exactly this long, unless a hasty client sends its request along: no method is
         * newer than 9 or is 0x80 and above. */
        for (uint8_t i = 0; i < second; i++) {
            if (!cursor_u8(&bytes, &zero))
                return RECOGNISED_PERHAPS;
            if (zero > METHODS_MOST && zero < 0x80)
                return RECOGNISED_NOT;
        }
        bool alone = bytes.left == 0;
        return alone || (cursor_u24(&bytes, &next) && next == REQUEST) ? RECOGNISED : RECOGNISED_NOT;
    }
    if (second != CONNECT)
        return RECOGNISED_NOT;
    return cursor_u16(&bytes, &port) ? RECOGNISED : RECOGNISED_PERHAPS;
}

static size_t socks5_address_frame(struct cursor head, size_t fixed)
{
    enum { TYPE_AT = 3, PORT_SIZE = 2 };
    uint8_t type, name;
    if (!cursor_skip(&head, TYPE_AT) || !cursor_u8(&head, &type))
        return FRAME_MORE;
    if (type == SOCKS_IPV4 || type == SOCKS_IPV6)
        return fixed + (type == SOCKS_IPV4 ? 4u : 16u) + PORT_SIZE;
    if (type != SOCKS_NAME)
        return FRAME_BAD;
    return cursor_u8(&head, &name) ? fixed + 1u + name + PORT_SIZE : (size_t)FRAME_MORE;
}

/* Fixed part, then a user id and, where the address is 0.0.0.x, a name, each ended by NUL. */
static size_t socks4_frame(struct cursor head)
{
    enum { ADDRESS_AT = 4, FIXED = 8 };
    if (head.left <= FIXED)
        return FRAME_MORE;
    const uint8_t *address = head.at + ADDRESS_AT;
    bool named = !address[0] && !address[1] && !address[2] && address[3];
    size_t nuls = 0;
    for (size_t i = FIXED; i < head.left; i++)
        nuls += head.at[i] == 0;
    return nuls == (named ? 2u : 1u) ? head.left : (size_t)FRAME_MORE;
}

static size_t socks_frame(const struct preamble *preamble, enum speaker from, struct cursor head)
{
    enum { SOCKS4_REPLY = 8, SHORT_REPLY = 2, SOCKS5_FIXED = 4 };
    struct cursor all = head;
    uint8_t version, length;
    bool first = preamble->lane[from].units == 0;
    cursor_u8(&head, &version);
    if (from == SPEAKER_SERVER && version == 0)
        return SOCKS4_REPLY;
    if (version == SOCKS4)
        return from == SPEAKER_CLIENT ? socks4_frame(all) : FRAME_BAD;
    if (version == SOCKS5 && !first)
        return socks5_address_frame(all, SOCKS5_FIXED);
    if (from == SPEAKER_SERVER)
        return version == SOCKS5 || version == SOCKS_AUTHENTICATION ? SHORT_REPLY : FRAME_BAD;
    if (version == SOCKS5)
        return cursor_u8(&head, &length) ? 2u + length : (size_t)FRAME_MORE;
    if (version != SOCKS_AUTHENTICATION)
        return FRAME_BAD;
    if (!cursor_u8(&head, &length) || !cursor_skip(&head, length))
        return FRAME_MORE;
    uint8_t password;
    return cursor_u8(&head, &password) ? 3u + length + password : (size_t)FRAME_MORE;
}

static void socks_note_target(struct preamble *preamble, const uint8_t *host, size_t length, int type,
                              uint16_t port)
{
    char text[PREAMBLE_TEXT_LIMIT + 8] = "";
    int written = 0;
    if (type == SOCKS_IPV4)
        written = snprintf(text, sizeof text, "%u.%u.%u.%u:%u", host[0], host[1], host[2], host[3], port);
    else if (type == SOCKS_NAME)
        written = snprintf(text, sizeof text, "%.*s:%u", (int)(length < 120 ? length : 120),
                           (const char *)host, port);
    else
        for (size_t i = 0; i < length; i += 2)
            written += snprintf(text + written, sizeof text - (size_t)written, i ? ":%x" : "[%x",
                                (unsigned)(host[i] << 8 | host[i + 1]));
    if (type == SOCKS_IPV6)
        written += snprintf(text + written, sizeof text - (size_t)written, "]:%u", port);
    preamble_tunnel_asked(preamble, text, strlen(text));
}

static void socks_take_request5(struct preamble *preamble, struct cursor unit)
{
    uint8_t type, length = 4;
    uint16_t port;
    cursor_skip(&unit, 3);
    cursor_u8(&unit, &type);
    if (type == SOCKS_NAME)
        cursor_u8(&unit, &length);
    else if (type == SOCKS_IPV6)
        length = 16;
    const uint8_t *host = cursor_take(&unit, length);
    if (host && cursor_u16(&unit, &port))
        socks_note_target(preamble, host, length, type, port);
}

static void socks_take_request4(struct preamble *preamble, struct cursor unit)
{
    uint16_t port;
    cursor_skip(&unit, 2);
    cursor_u16(&unit, &port);
    const uint8_t *address = cursor_take(&unit, 4);
    if (!address)
        return;
    const uint8_t *user_end = memchr(unit.at, 0, unit.left);
    bool named = !address[0] && !address[1] && !address[2] && address[3];
    if (!named || !user_end) {
        socks_note_target(preamble, address, 4, SOCKS_IPV4, port);
        return;
    }
    const uint8_t *name = user_end + 1;
    size_t rest = unit.left - (size_t)(name - unit.at);
    const uint8_t *end = memchr(name, 0, rest);
    socks_note_target(preamble, name, end ? (size_t)(end - name) : rest, SOCKS_NAME, port);
}

static void socks_answer(struct preamble *preamble, uint8_t code, bool open)
{
    preamble_reply_code(preamble, code);
    if (!preamble->facts.tunnel)
        preamble_tunnel_asked(preamble, "", 0);
    preamble_tunnel_answered(preamble, code, open);
    if (open)
        preamble_begin_anew(preamble);
    else
        preamble_give_up(preamble);
}

static void socks_take(struct preamble *preamble, enum speaker from, struct cursor unit)
{
    struct cursor all = unit;
    uint8_t version, code;
    bool first = preamble->lane[from].units == 1;
    cursor_u8(&unit, &version);
    cursor_u8(&unit, &code);
    if (from == SPEAKER_CLIENT) {
        if (version == SOCKS4)
            socks_take_request4(preamble, all);
        else if (version == SOCKS5 && !first)
            socks_take_request5(preamble, all);
        if (preamble->facts.tunnel)
            preamble->lane[SPEAKER_CLIENT].state = LANE_TLS;
    } else if (version == 0) {
        socks_answer(preamble, code, code == SOCKS4_GRANTED);
    } else if (version == SOCKS5 && !first) {
        socks_answer(preamble, code, code == 0);
    } else if ((version == SOCKS5 && code == SOCKS_NO_METHOD) ||
               (version == SOCKS_AUTHENTICATION && code != 0)) {
        socks_answer(preamble, code, false);
    }
}

const struct protocol preamble_proxies[] = {
    {.name = "proxy-protocol", .begins = proxy_begins, .frame = proxy_frame, .take = proxy_take},
    {.name = "http-connect", .begins = connect_begins, .delimiter = '\n', .take = connect_take},
    {.name = "http-upgrade", .begins = http_begins, .delimiter = '\n', .take = http_take, .negotiates = true},
    {.name = "socks", .begins = socks_begins, .frame = socks_frame, .take = socks_take, .port = 1080},
    {0},
};
