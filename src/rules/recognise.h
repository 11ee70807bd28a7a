/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_RULES_RECOGNISE_H
#define TLSWHY_RULES_RECOGNISE_H

/*
 * Which TLS stack a side runs, by the signatures of rules/. Most connections are never asked, so nothing is
 * looked for until somebody wants to know. Private to rules/.
 */

#include "rules/rule.h"

/* From here on the handshake's facts can tell; the rules have to outlive the handshake's last reader. */
void recognise_later(const struct rules *rules, struct handshake *handshake);

#endif
