/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/key_messages.h"
#include "tls/names_tables.h"

struct cipher_traits cipher_traits(uint16_t cipher)
{
    static const struct cipher_traits unknown;
    uint32_t row = tls_is_grease(cipher) ? 0 : name_index_row(&names_ciphersuites, cipher);
    return row > 0 ? cipher_traits_rows[row - 1] : unknown;
}
