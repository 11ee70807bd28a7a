/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_IDN_H
#define TLSWHY_CERTIFICATE_IDN_H

/*
 * Internationalized domain names (RFC 5890): A-labels such as xn--bcher-kva, which is what stands in packets
 * and certificates, and U-labels such as bücher, which is what people read and type. libidn2 turns the one
 * into the other; where the program was built without it, names stay as they are.
 */

#include "base/buffer.h"
#include <stdbool.h>

/* Whether the program was built with libidn2. */
bool idn_is_there(void);

/* Has characters beyond ASCII, so it is no name that may stand in a packet. */
bool idn_needs_ascii(const char *name, size_t length);

/* Adds the name in A-labels. False, adding nothing, where it cannot be written so. */
bool idn_to_ascii(struct buffer *out, const char *name, size_t length);

/* Adds the name in U-labels. False, adding nothing, where there is no A-label in it, or none that can be
 * read. */
bool idn_to_unicode(struct buffer *out, const char *name, size_t length);

/* Adds a name for people: with its U-labels beside the A-labels, "xn--bcher-kva.example (bücher.example)". */
void idn_show(struct buffer *out, const char *name, size_t length);

#endif
