/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_WORDS_H
#define TLSWHY_REPORT_WORDS_H

/*
 * The words of the event (its contract names them) for what findings are made of. Static storage.
 */

#include "handshake/handshake.h"

const char *words_severity(enum severity severity);       /* note, warning, error */
const char *words_confidence(enum confidence confidence); /* possible, likely, certain */
const char *words_blame(enum blame blame);                /* client, server, path, capture */

/* The severity of that name; 0 when there is none. */
enum severity words_severity_find(const char *word);

#endif
