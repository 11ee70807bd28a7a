/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_SHOWN_H
#define TLSWHY_HANDSHAKE_SHOWN_H

/*
 * Facts as people get to see them. They are the table's (handshake/fields.h), but for the numbers of packets:
 * inside the program these go up through all files of a run, so that conditions can compare them; shown is
 * the number within the file, under which Wireshark has the packet.
 */

#include "handshake/fields.h"

/* The fact is the number of a packet, or a list of such. */
bool shown_is_packet(const struct field *field);

/* What shown_value() does where packets have numbers other than their files'. */
struct value shown_renumbered(const struct field *field, const struct handshake *handshake);

static inline struct value shown_value(const struct field *field, const struct handshake *handshake)
{
    return handshake->places ? shown_renumbered(field, handshake) : field->get(handshake);
}

/* An element of a list of packets' numbers. */
struct value shown_element(struct value value, const struct handshake *handshake);

/* The number of a packet within its file. */
uint64_t shown_packet(const struct handshake *handshake, uint64_t packet);

/* The file that a packet is in, where that is not the connection's origin; NULL where it is. */
const char *shown_file(const struct handshake *handshake, uint64_t packet);

#endif
