/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_NAMES_H
#define TLSWHY_TLS_NAMES_H

/*
 * Names of code points, as IANA registered them (registry/ holds the tables, turned into C at build time).
 * Unknown code points have no name: the caller prints 0xHHHH with names_or_hex().
 */

#include <stdint.h>

enum names_table {
    NAMES_CIPHER_SUITE,
    NAMES_EXTENSION,
    NAMES_GROUP,
    NAMES_SIGNATURE_SCHEME,
    NAMES_ALERT,
    NAMES_VERSION, /* "1.3", "1.2", ... "3.0" for SSL 3.0, "2.0" for SSL 2.0 */
    NAMES_CONTENT_TYPE,
    NAMES_HANDSHAKE_TYPE, /* the event's message types: client_hello, ... */
    NAMES_TABLES
};

/* The name; "GREASE" for GREASE values; NULL when unknown. Static storage. */
const char *names_find(enum names_table table, uint16_t code);

/* The name, or 0xHHHH written into `scratch`. */
const char *names_or_hex(enum names_table table, uint16_t code, char scratch[static 8]);

/* The code point of a name (case-insensitive); -1 when unknown. For expressions and --explain. */
int names_code(enum names_table table, const char *name);

#endif
