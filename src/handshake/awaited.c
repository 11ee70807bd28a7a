/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/awaited.h"

#include "base/memory.h"
#include "certificate/idn.h"
#include "handshake/getters.h"
#include "side/dns.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SERVERS_MOST = 64, HTTPS = 443 };

struct awaited {
    struct awaited_server servers[SERVERS_MOST];
    uint32_t count;
};

struct awaited *awaited_new(void)
{
    return memory_new(1, sizeof(struct awaited));
}

void awaited_free(struct awaited *awaited)
{
    for (uint32_t i = 0; awaited && i < awaited->count; i++) {
        free(awaited->servers[i].text);
        free(awaited->servers[i].name);
    }
    free(awaited);
}

uint32_t awaited_count(const struct awaited *awaited)
{
    return awaited->count;
}

const struct awaited_server *awaited_at(const struct awaited *awaited, uint32_t index)
{
    return &awaited->servers[index];
}

/* ---- What the user wrote ------------------------------------------------------------------------------- */

static bool read_address(const char *text, struct address *address)
{
    *address = (struct address){.family = 0};
    if (inet_pton(AF_INET, text, address->bytes) == 1)
        address->family = 4;
    else if (inet_pton(AF_INET6, text, address->bytes) == 1)
        address->family = 6;
    return address->family != 0;
}

static bool read_port(const char *text, uint16_t *port)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value == 0 || value > UINT16_MAX)
        return false;
    *port = (uint16_t)value;
    return true;
}

/* Takes the host and the port apart. An address of IPv6 with a port stands in brackets. */
static bool split(char *host, uint16_t *port)
{
    struct address address;
    size_t length = strlen(host);
    if (host[0] == '[') {
        char *close = strchr(host, ']');
        if (!close || (close[1] && (close[1] != ':' || !read_port(close + 2, port))))
            return false;
        *close = '\0';
        memmove(host, host + 1, length);
        return read_address(host, &address) && address.family == 6;
    }
    char *colon = strchr(host, ':');
    if (!colon || read_address(host, &address))
        return true;
    *colon = '\0';
    return read_port(colon + 1, port);
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= DNS_NAME_MOST && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length;
}

/* The name in A-labels, without the dot of the root. */
static char *name_of(const char *host)
{
    struct buffer ascii = {0};
    if (!idn_needs_ascii(host, strlen(host)) || !idn_to_ascii(&ascii, host, strlen(host))) {
        buffer_clear(&ascii);
        buffer_add_string(&ascii, host);
    }
    if (ascii.length > 1 && ascii.bytes[ascii.length - 1] == '.')
        ascii.bytes[--ascii.length] = '\0';
    char *name = memory_copy_string(ascii.bytes);
    buffer_free(&ascii);
    return name;
}

bool awaited_add(struct awaited *awaited, const char *text, struct buffer *error)
{
    struct awaited_server server = {.text = memory_copy_string(text)};
    char *host = memory_copy_string(text);
    bool fine = awaited->count < SERVERS_MOST && split(host, &server.port);
    server.name = name_of(host);
    fine = fine && (read_address(server.name, &server.address) || is_name(server.name));
    free(host);
    if (fine) {
        awaited->servers[awaited->count++] = server;
        return true;
    }
    buffer_add_string(error, awaited->count < SERVERS_MOST
                                 ? "it is neither HOST nor HOST:PORT, with a name or an address as HOST"
                                 : "there are too many of them");
    free(server.text);
    free(server.name);
    return false;
}

/* ---- Packets ------------------------------------------------------------------------------------------- */

static bool same_address(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static bool has_address(const struct awaited_server *server, const struct address *address)
{
    if (server->address.family)
        return same_address(&server->address, address);
    for (uint8_t i = 0; i < server->resolved_count; i++)
        if (same_address(&server->resolved[i], address))
            return true;
    return false;
}

/* A SYN to another port of it tells something too. */
static void see_packet(struct awaited_server *server, const struct segment *segment)
{
    const struct endpoint *to = &segment->destination, *from = &segment->source;
    bool tcp = segment->transport == SEGMENT_TCP;
    bool opens = tcp && (segment->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    bool goes = has_address(server, &to->address);
    if (server->port)
        server->contacted = (goes && to->port == server->port) ||
                            (from->port == server->port && has_address(server, &from->address));
    else
        server->contacted = goes && (opens || (!tcp && to->port == HTTPS));
    if (goes && opens && !server->contacted)
        server->other_port = to->port;
}

static void add_addresses(struct awaited_server *server, const struct dns_message *message)
{
    for (uint32_t i = 0; i < message->address_count && server->resolved_count < AWAITED_ADDRESSES; i++)
        if (!has_address(server, &message->addresses[i]))
            server->resolved[server->resolved_count++] = message->addresses[i];
}

static enum awaited_lookup lookup_of(const struct dns_message *message)
{
    if (!message->is_answer)
        return LOOKUP_ASKED;
    if (message->code == DNS_NO_SUCH_NAME)
        return LOOKUP_NO_SUCH_NAME;
    return message->code == DNS_FINE ? LOOKUP_ANSWERED : LOOKUP_FAILED;
}

/* An answer with addresses outweighs all others, one of whatever kind the question. */
static void see_lookup(struct awaited_server *server, const struct dns_message *message)
{
    size_t length = strlen(server->name);
    if (server->address.family || message->name.length != length ||
        strncasecmp(message->name.text, server->name, length) != 0)
        return;
    enum awaited_lookup lookup = lookup_of(message);
    add_addresses(server, message);
    if (server->resolved_count > 0)
        server->lookup = LOOKUP_ANSWERED;
    else if (lookup > LOOKUP_ASKED || server->lookup == LOOKUP_NONE)
        server->lookup = lookup;
}

void awaited_see_segment(struct awaited *awaited, const struct segment *segment)
{
    struct dns_message message;
    bool lookup = segment->transport == SEGMENT_UDP &&
                  (segment->source.port == DNS_PORT || segment->destination.port == DNS_PORT) &&
                  dns_read(cursor_over_cut(segment->payload, segment->captured, segment->length), &message);
    for (uint32_t i = 0; i < awaited->count; i++) {
        struct awaited_server *server = &awaited->servers[i];
        if (lookup)
            see_lookup(server, &message);
        if (!server->contacted)
            see_packet(server, segment);
    }
}

/* ---- Connections --------------------------------------------------------------------------------------- */

static bool is_named(const struct awaited_server *server, struct value name)
{
    size_t length = strlen(server->name);
    return name.type == VALUE_TEXT && name.text.length >= length &&
           strncasecmp(name.text.bytes, server->name, length) == 0 &&
           (name.text.length == length || (name.text.length == length + 1 && name.text.bytes[length] == '.'));
}

/* Through a proxy the port is the proxy's. */
static bool is_tunnelled(const struct handshake *handshake)
{
    return handshake->preamble && handshake->preamble->target.length > 0;
}

static bool goes_to(const struct awaited_server *server, const struct handshake *handshake)
{
    const struct endpoint *end = &handshake_half(handshake, SIDE_SERVER)->endpoint;
    if (is_tunnelled(handshake))
        return is_named(server, field_client_server_name(handshake));
    if (server->port && end->port != server->port)
        return false;
    return has_address(server, &end->address) || is_named(server, field_client_server_name(handshake)) ||
           is_named(server, field_dns_server_name(handshake));
}

void awaited_see_connection(struct awaited *awaited, const struct handshake *handshake)
{
    for (uint32_t i = 0; i < awaited->count; i++)
        if (!awaited->servers[i].contacted)
            awaited->servers[i].contacted = goes_to(&awaited->servers[i], handshake);
}

const struct awaited_server *awaited_here(const struct awaited *awaited, const struct handshake *handshake)
{
    for (uint32_t i = 0; i < awaited->count; i++)
        if (goes_to(&awaited->servers[i], handshake))
            return &awaited->servers[i];
    return NULL;
}
