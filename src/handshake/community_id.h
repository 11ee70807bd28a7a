/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_COMMUNITY_ID_H
#define TLSWHY_HANDSHAKE_COMMUNITY_ID_H

/*
 * Community ID flow hashing, version 1, seed 0 (corelight/community-id-spec): the same string that Zeek and
 * Suricata write for the same conversation, whichever direction was seen first.
 */

#include "capture/segment.h"
#include "tls/fingerprint.h"

enum { COMMUNITY_ID_SIZE = 31 }; /* "1:", 28 characters of base64, NUL */

void community_id(struct fingerprinter *hasher, const struct endpoint *one, const struct endpoint *other,
                  enum segment_transport transport, char out[static COMMUNITY_ID_SIZE]);

#endif
