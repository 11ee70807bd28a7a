/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TESTS_TOOLS_EDITS_H
#define TLSWHY_TESTS_TOOLS_EDITS_H

/*
 * What can be done to a capture. An edit gets a number, which is a position, a size or the seed of its
 * choices; the same number does the same. False: there is nothing in this capture that it could change.
 */

#include "packets.h"

struct edit {
    const char *name;
    bool (*apply)(struct capture *capture, uint32_t number);
    const char *what;
};

/* Each ends with an entry without a name. */
extern const struct edit order_edits[];   /* where and when packets stand, which are there */
extern const struct edit segment_edits[]; /* how TCP's bytes are cut into segments, and their numbers */
extern const struct edit link_edits[];    /* what is around IP */

/* Another capture, of the same link type, on the same timeline; its addresses become others. */
bool edit_mix(struct capture *capture, const char *path, uint32_t number);

#endif
