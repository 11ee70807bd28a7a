/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/transcript.h"

#include "handshake/chains.h"

#include "tls/names.h"
#include <string.h>

enum { ARENA_LIMIT = 512 * 1024, LIST_BEGINNING = 16 };

/* Who neither opened the connection nor sent a hello is told by the ports: servers have the lower one. */
static int probable_client(const struct connection *connection)
{
    if (connection->client >= 0)
        return connection->client;
    return connection->half[0].endpoint.port < connection->half[1].endpoint.port ? 1 : 0;
}

struct handshake *handshake_new(const struct connection *connection)
{
    struct arena *arena = arena_new(ARENA_LIMIT);
    struct handshake *handshake = arena_take(arena, 1, sizeof *handshake);
    handshake->arena = arena;
    handshake->connection = connection;
    handshake->client_half = probable_client(connection);
    handshake->close_by = SIDE_NOBODY;
    return handshake;
}

void handshake_free(struct handshake *handshake)
{
    if (!handshake)
        return;
    chains_release(handshake);
    arena_free(handshake->arena);
}

static void swap_sides(enum side *side)
{
    *side = *side == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

void transcript_set_client(struct handshake *handshake, int half)
{
    if (half == handshake->client_half)
        return;
    handshake->client_half = half;
    struct direction direction = handshake->direction[SIDE_CLIENT];
    handshake->direction[SIDE_CLIENT] = handshake->direction[SIDE_SERVER];
    handshake->direction[SIDE_SERVER] = direction;
    struct certificate_message *certificate = handshake->certificate[SIDE_CLIENT];
    handshake->certificate[SIDE_CLIENT] = handshake->certificate[SIDE_SERVER];
    handshake->certificate[SIDE_SERVER] = certificate;
    struct certificate_verify *verify = handshake->certificate_verify[SIDE_CLIENT];
    handshake->certificate_verify[SIDE_CLIENT] = handshake->certificate_verify[SIDE_SERVER];
    handshake->certificate_verify[SIDE_SERVER] = verify;
    for (uint32_t i = 0; i < handshake->message_count; i++)
        swap_sides(&handshake->messages[i].from);
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        swap_sides(&handshake->alerts[i].from);
    for (uint32_t i = 0; i < handshake->hidden_count; i++)
        swap_sides(&handshake->hidden[i].from);
}

/* A list in the arena grows by doubling; the old copy stays behind, which the bound keeps small. */
static void *list_room(struct arena *arena, void *items, uint32_t count, uint32_t limit, size_t size)
{
    if (count >= limit)
        return NULL;
    bool full = count == 0 || (count >= LIST_BEGINNING && (count & (count - 1)) == 0);
    if (!full)
        return items;
    uint32_t room = count == 0 ? LIST_BEGINNING : count * 2;
    char *grown = arena_take(arena, room < limit ? room : limit, size);
    if (grown && count > 0)
        memcpy(grown, items, count * size);
    return grown;
}

struct message *transcript_message(struct handshake *handshake, enum side from, enum message_kind kind,
                                   uint8_t code, uint32_t length, struct moment seen)
{
    struct message *messages = list_room(handshake->arena, handshake->messages, handshake->message_count,
                                         MESSAGES_KEPT, sizeof *messages);
    if (!messages) {
        handshake->messages_dropped++;
        return NULL;
    }
    handshake->messages = messages;
    struct message *message = &messages[handshake->message_count++];
    *message =
        (struct message){.seen = seen, .from = from, .kind = (uint8_t)kind, .code = code, .length = length};
    return message;
}

void transcript_alert(struct handshake *handshake, const struct alert *alert)
{
    struct alert *alerts =
        list_room(handshake->arena, handshake->alerts, handshake->alert_count, ALERTS_KEPT, sizeof *alerts);
    if (!alerts)
        return;
    handshake->alerts = alerts;
    alerts[handshake->alert_count++] = *alert;
}

void transcript_hidden(struct handshake *handshake, enum side from, uint8_t type, uint32_t length,
                       struct moment seen)
{
    struct hidden_record *hidden = list_room(handshake->arena, handshake->hidden, handshake->hidden_count,
                                             HIDDEN_RECORDS_KEPT, sizeof *hidden);
    if (!hidden)
        return;
    handshake->hidden = hidden;
    hidden[handshake->hidden_count++] =
        (struct hidden_record){.seen = seen,
                               .from = from,
                               .type = type,
                               .behind_gap = handshake->direction[from].first_gap.packet != 0,
                               .length = length};
}

/* Lines of every kind begin with their moment. */
static uint64_t packet_of(const char *line)
{
    struct moment seen;
    memcpy(&seen, line, sizeof seen);
    return seen.packet;
}

/* By insertion, since all but a few are in their places. Lines of one packet stay as they are. */
static void sort_lines(void *items, uint32_t count, size_t size)
{
    char line[sizeof(struct message) + sizeof(struct alert) + sizeof(struct hidden_record)];
    for (uint32_t i = 1; i < count; i++) {
        char *place = (char *)items + i * size;
        if (packet_of(place - size) <= packet_of(place))
            continue;
        memcpy(line, place, size);
        for (; place > (char *)items && packet_of(place - size) > packet_of(line); place -= size)
            memcpy(place, place - size, size);
        memcpy(place, line, size);
    }
}

_Static_assert(offsetof(struct message, seen) == 0 && offsetof(struct alert, seen) == 0 &&
                   offsetof(struct hidden_record, seen) == 0,
               "lines begin with their moment");

void transcript_sort(struct handshake *handshake)
{
    sort_lines(handshake->messages, handshake->message_count, sizeof *handshake->messages);
    sort_lines(handshake->alerts, handshake->alert_count, sizeof *handshake->alerts);
    sort_lines(handshake->hidden, handshake->hidden_count, sizeof *handshake->hidden);
}

static const char *const ssl2_names[] = {
    [SSL2_ERROR] = "ssl2_error",
    [SSL2_CLIENT_HELLO] = "client_hello",
    [SSL2_CLIENT_MASTER_KEY] = "ssl2_client_master_key",
    [SSL2_CLIENT_FINISHED] = "ssl2_client_finished",
    [SSL2_SERVER_HELLO] = "ssl2_server_hello",
    [SSL2_SERVER_VERIFY] = "ssl2_server_verify",
    [SSL2_SERVER_FINISHED] = "ssl2_server_finished",
    [SSL2_REQUEST_CERTIFICATE] = "ssl2_request_certificate",
    [SSL2_CLIENT_CERTIFICATE] = "ssl2_client_certificate",
};

static const char *const kind_names[] = {
    [MESSAGE_CHANGE_CIPHER_SPEC] = "change_cipher_spec",
    [MESSAGE_ALERT] = "alert",
    [MESSAGE_ENCRYPTED_HANDSHAKE] = "encrypted_handshake",
    [MESSAGE_APPLICATION_DATA] = "application_data",
    [MESSAGE_HEARTBEAT] = "heartbeat",
    [MESSAGE_HELLO_RETRY_REQUEST] = "hello_retry_request",
    [MESSAGE_QUIC_VERSION_NEGOTIATION] = "version_negotiation",
    [MESSAGE_QUIC_RETRY] = "retry",
    [MESSAGE_QUIC_CLOSE] = "connection_close",
};

const char *message_name(const struct message *message)
{
    const char *name = NULL;
    if (message->kind == MESSAGE_HANDSHAKE)
        name = names_find(NAMES_HANDSHAKE_TYPE, message->code);
    else if (message->kind == MESSAGE_SSL2)
        name = message->code < sizeof ssl2_names / sizeof *ssl2_names ? ssl2_names[message->code] : NULL;
    else
        name = kind_names[message->kind];
    return name ? name : "unknown_message";
}
