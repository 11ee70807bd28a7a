/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_FIELDS_H
#define TLSWHY_HANDSHAKE_FIELDS_H

/*
 * The one table of facts. A row names a fact as the JSON event does (dots are nesting), says its type and
 * meaning, and knows how to get it from a handshake. The JSON, -T fields, the filter -Y, the conditions and
 * texts of rules, the terminal view, --fields and the manual all read this table; a new fact is one row.
 *
 * Rows that stand together under one array of objects in the JSON (tlswhy.messages[]) are columns: their type
 * is a list, and `rows` names the array. Columns of one array have the same count.
 */

#include "handshake/handshake.h"
#include "handshake/value.h"

enum field_use {
    FIELD_EVERYWHERE = 0,
    FIELD_NOT_IN_EVENT = 1, /* for expressions and texts only: the JSON does not print it */
    FIELD_ON_REQUEST = 2,   /* so long that the JSON prints it only when asked to */
};

struct field {
    const char *name; /* "tls.client.server_name" */
    enum value_type type;
    enum value_type element; /* of a list */
    const char *rows;        /* "tlswhy.messages" for a column of that array; NULL otherwise */
    enum field_use use;
    const char *meaning; /* one line; generated documentation prints it */
    struct value (*get)(const struct handshake *handshake);
    size_t name_length;
};

/* The rows in the order of the event: fields below one object stand together. */
const struct field *fields_table(size_t *count);

/* Finds a field by its name; the prefix "tlswhy." may be left out. NULL when there is none. */
const struct field *fields_find(const char *name, size_t length);

/* The field whose name is nearest to a misspelt one; NULL when none is near. */
const struct field *fields_nearest(const char *name, size_t length);

#endif
