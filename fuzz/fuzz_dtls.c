/* SPDX-License-Identifier: GPL-3.0-or-later */

/* DTLS over any datagrams: the table of conversations, the reading, and what follows from it. */

#include "base/buffer.h"
#include "datagram_script.h"
#include "handshake/fields.h"
#include "handshake/follow.h"
#include "handshake/value.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Every fact can be had of every handshake. */
static void on_event(void *user, struct handshake *handshake)
{
    size_t count;
    struct buffer text = {0};
    const struct field *fields = fields_table(&count);
    (void)user;
    if (!handshake->tls_seen || handshake->connection->transport != SEGMENT_UDP)
        abort();
    for (size_t i = 0; i < count; i++)
        value_print(&text, fields[i].get(handshake));
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct follow_listener listener = {.event = on_event};
    struct follow *follow = follow_new(NULL, &listener, NULL);
    struct datagram_listener datagram_listener = follow_datagram_listener(follow);
    struct datagrams *table = datagrams_new(&datagram_listener, NULL);
    struct script script = {.rest = cursor_over(bytes, length)};
    while (script_next(&script))
        datagrams_segment(table, &script.segment);
    if (follow_is_crowded(follow))
        abort();
    datagrams_finish(table);
    datagrams_free(table);
    follow_free(follow);
    return 0;
}
