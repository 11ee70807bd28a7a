/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_NAMES_TABLES_H
#define TLSWHY_TLS_NAMES_TABLES_H

/*
 * The registered names of TLS's numbers, generated at build time from registry/ (IANA's registries and the
 * code points of drafts that are still seen). Each table is sorted by code and holds each code once.
 */

#include <stddef.h>
#include <stdint.h>

struct name_row {
    uint16_t code;
    const char *name;
};

extern const struct name_row names_alerts[];
extern const size_t names_alerts_count;

extern const struct name_row names_ciphersuites[];
extern const size_t names_ciphersuites_count;

extern const struct name_row names_extensions[];
extern const size_t names_extensions_count;

extern const struct name_row names_groups[];
extern const size_t names_groups_count;

extern const struct name_row names_signature_schemes[];
extern const size_t names_signature_schemes_count;

#endif
