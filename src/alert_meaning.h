/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_ALERT_MEANING_H
#define TLSWHY_ALERT_MEANING_H

/*
 * What an alert says by its specification, and what the stacks really mean when they send it: for --explain.
 */

#include <stddef.h>
#include <stdint.h>

struct alert_meaning {
    uint8_t code;
    const char *meaning;  /* RFC 8446 section 6, RFC 5246 section 7.2 and the extensions' own RFCs */
    const char *practice; /* who sends it for what; NULL: nothing beyond the meaning */
    const char *reference;
};

/* NULL when nothing is known of the code. */
const struct alert_meaning *alert_meaning(uint8_t code);

/* The code of an alert named or numbered as people do ("handshake_failure", "40", "0x28"); -1 when it is
 * none. */
int alert_code(const char *text);

#endif
