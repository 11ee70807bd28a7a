/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_NAMES_TABLES_H
#define TLSWHY_TLS_NAMES_TABLES_H

/*
 * The registered names of TLS's numbers, generated at build time from registry/ (IANA's registries and the
 * code points of drafts that are still seen). Each table is sorted by code and holds each code once.
 */

#include "tls/key_messages.h"
#include <stddef.h>
#include <stdint.h>

struct name_row {
    uint16_t code;
    const char *name;
};

struct name_index {
    const struct name_row *rows;
    size_t count;
    const uint8_t *pages;      /* of 256 codes, by the high byte; page 0 is empty */
    const uint16_t (*at)[256]; /* by page and low byte: the number of the row, from 1 */
};

/* The number of the code's row, from 1; 0: it has none. */
static inline unsigned name_index_row(const struct name_index *index, uint16_t code)
{
    return index->at[index->pages[code >> 8]][code & 0xFF];
}

/* What the names of the cipher suites say, row by row. */
extern const struct cipher_traits cipher_traits_rows[];

extern const struct name_index names_alerts;
extern const struct name_index names_ciphersuites;
extern const struct name_index names_extensions;
extern const struct name_index names_groups;
extern const struct name_index names_signature_schemes;

#endif
