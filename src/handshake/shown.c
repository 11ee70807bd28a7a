/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/shown.h"

#include <string.h>

/* A list of packets, and the connection that they belong to. */
struct packets {
    struct value_list list;
    const struct handshake *handshake;
};

/* The names of the facts that are packets' numbers end so, and no others do. */
bool shown_is_packet(const struct field *field)
{
    static const char end[] = "packet";
    size_t length = strlen(field->name), wanted = sizeof end - 1;
    enum value_type type = field->type == VALUE_LIST ? field->element : field->type;
    return type == VALUE_INTEGER && length >= wanted && strcmp(field->name + length - wanted, end) == 0;
}

static struct value show(struct value value, const struct handshake *handshake)
{
    if (value.type == VALUE_INTEGER)
        value.integer = (int64_t)shown_packet(handshake, (uint64_t)value.integer);
    return value.type == VALUE_INTEGER && value.integer == 0 ? value_unknown() : value;
}

static struct value show_at(const void *owner, uint32_t index)
{
    const struct packets *packets = owner;
    return show(packets->list.at(packets->list.owner, index), packets->handshake);
}

static struct value show_list(struct value value, const struct handshake *handshake)
{
    struct packets *packets = arena_take(handshake->arena, 1, sizeof *packets);
    if (!packets)
        return value_unknown();
    *packets = (struct packets){.list = value.list, .handshake = handshake};
    return value_list_of(VALUE_INTEGER, value.list.count, show_at, packets);
}

struct value shown_element(struct value value, const struct handshake *handshake)
{
    return handshake->places ? show(value, handshake) : value;
}

struct value shown_renumbered(const struct field *field, const struct handshake *handshake)
{
    struct value value = field->get(handshake);
    if (value.type == VALUE_UNKNOWN || !shown_is_packet(field))
        return value;
    return value.type == VALUE_LIST ? show_list(value, handshake) : show(value, handshake);
}

uint64_t shown_packet(const struct handshake *handshake, uint64_t packet)
{
    return handshake->places ? places_find(handshake->places, packet).number : packet;
}

const char *shown_file(const struct handshake *handshake, uint64_t packet)
{
    if (!handshake->places)
        return NULL;
    const char *origin = places_find(handshake->places, packet).origin;
    return origin == handshake->connection->origin ? NULL : origin;
}
