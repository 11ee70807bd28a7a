/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TESTS_FIELDS_DOUBLE_H
#define TLSWHY_TESTS_FIELDS_DOUBLE_H

/*
 * A table of facts (handshake/fields.h) that a test sets by hand, one of each type, in place of the program's
 * own. To be included by one file of a program only.
 */

#include "base/nearest.h"
#include "handshake/fields.h"
#include <string.h>

/* All unknown at first. */
static struct {
    struct value established, resumed, version, protocol, server_name, source, destination, port, start,
        duration;
    struct value alpn, peers, alert_code, alert_from, alert_fatal, alert_packet, message_type, hello_packet,
        close_packet, stack_client, stack_server, stack_server_program, stack_server_confidence;
} facts;

#define FACT_GETTER(fact)                                                                                    \
    static struct value get_##fact(const struct handshake *handshake)                                        \
    {                                                                                                        \
        (void)handshake;                                                                                     \
        return facts.fact;                                                                                   \
    }

FACT_GETTER(established)
FACT_GETTER(resumed)
FACT_GETTER(version)
FACT_GETTER(protocol)
FACT_GETTER(server_name)
FACT_GETTER(source)
FACT_GETTER(destination)
FACT_GETTER(port)
FACT_GETTER(start)
FACT_GETTER(duration)
FACT_GETTER(alpn)
FACT_GETTER(peers)
FACT_GETTER(alert_code)
FACT_GETTER(alert_from)
FACT_GETTER(alert_fatal)
FACT_GETTER(alert_packet)
FACT_GETTER(message_type)
FACT_GETTER(hello_packet)
FACT_GETTER(close_packet)
FACT_GETTER(stack_client)
FACT_GETTER(stack_server)
FACT_GETTER(stack_server_program)
FACT_GETTER(stack_server_confidence)

#define SCALAR(field_name, value_type, fact)                                                                 \
    {                                                                                                        \
        .name = field_name, .type = value_type, .meaning = "for tests", .get = get_##fact                    \
    }
#define COLUMN(field_name, value_type, array, fact)                                                          \
    {                                                                                                        \
        .name = field_name, .type = VALUE_LIST, .element = value_type, .rows = array,                        \
        .meaning = "for tests", .get = get_##fact                                                            \
    }

static const struct field double_table[] = {
    SCALAR("tls.established", VALUE_BOOLEAN, established),
    SCALAR("tls.resumed", VALUE_BOOLEAN, resumed),
    SCALAR("tls.version", VALUE_TEXT, version),
    SCALAR("tls.version_protocol", VALUE_TEXT, protocol),
    SCALAR("tls.client.server_name", VALUE_TEXT, server_name),
    SCALAR("source.ip", VALUE_ADDRESS, source),
    SCALAR("destination.ip", VALUE_ADDRESS, destination),
    SCALAR("source.port", VALUE_INTEGER, port),
    SCALAR("event.start", VALUE_TIME, start),
    SCALAR("event.duration", VALUE_DURATION, duration),
    COLUMN("tlswhy.offered.alpn", VALUE_TEXT, NULL, alpn),
    COLUMN("tlswhy.peers", VALUE_ADDRESS, NULL, peers),
    COLUMN("tlswhy.alerts.code", VALUE_INTEGER, "tlswhy.alerts", alert_code),
    COLUMN("tlswhy.alerts.from", VALUE_TEXT, "tlswhy.alerts", alert_from),
    COLUMN("tlswhy.alerts.fatal", VALUE_BOOLEAN, "tlswhy.alerts", alert_fatal),
    COLUMN("tlswhy.alerts.packet", VALUE_INTEGER, "tlswhy.alerts", alert_packet),
    COLUMN("tlswhy.messages.type", VALUE_TEXT, "tlswhy.messages", message_type),
    SCALAR("tlswhy.hello.packet", VALUE_INTEGER, hello_packet),
    SCALAR("tlswhy.close.packet", VALUE_INTEGER, close_packet),
    SCALAR("tlswhy.stack.client", VALUE_TEXT, stack_client),
    SCALAR("tlswhy.stack.server", VALUE_TEXT, stack_server),
    SCALAR("tlswhy.stack.server_program", VALUE_TEXT, stack_server_program),
    SCALAR("tlswhy.stack.server_confidence", VALUE_TEXT, stack_server_confidence),
};

enum { DOUBLE_ROWS = sizeof double_table / sizeof double_table[0] };

const struct field *fields_table(size_t *count)
{
    *count = DOUBLE_ROWS;
    return double_table;
}

static const struct field *find_exactly(const char *name, size_t length)
{
    for (size_t i = 0; i < DOUBLE_ROWS; i++)
        if (strlen(double_table[i].name) == length && memcmp(double_table[i].name, name, length) == 0)
            return &double_table[i];
    return NULL;
}

const struct field *fields_find(const char *name, size_t length)
{
    char with_prefix[128] = "tlswhy.";
    const struct field *field = find_exactly(name, length);
    if (field || length >= sizeof with_prefix - strlen(with_prefix))
        return field;
    size_t prefix = strlen(with_prefix);
    memcpy(with_prefix + prefix, name, length);
    return find_exactly(with_prefix, prefix + length);
}

const struct field *fields_nearest(const char *name, size_t length)
{
    const char *names[DOUBLE_ROWS + 1] = {0};
    for (size_t i = 0; i < DOUBLE_ROWS; i++)
        names[i] = double_table[i].name;
    const char *nearest = nearest_word(names, name, length);
    return nearest ? find_exactly(nearest, strlen(nearest)) : NULL;
}

static struct value fact_at(const void *owner, uint32_t index)
{
    return ((const struct value *)owner)[index];
}

/* A list over an array of values that the test keeps. */
static inline struct value fact_list(enum value_type element, const struct value *values, uint32_t count)
{
    return value_list_of(element, count, fact_at, values);
}

#endif
