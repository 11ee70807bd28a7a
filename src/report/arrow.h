/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_ARROW_H
#define TLSWHY_REPORT_ARROW_H

/*
 * An arrow between the two rails of a ladder, with a text in it: client left, server right. What stands
 * before the left rail is the caller's.
 */

#include "handshake/handshake.h"
#include "report/page.h"

enum {
    ARROW_LEAD = 4, /* columns of an arrow to the left and its blank */
    ARROW_TAIL = 3, /* of an arrow to the right and its blank */
};

/* `lane`: columns between the rails. From SIDE_NOBODY the text has no arrow. Draws as much of the text as has
 * room, ends the line, and returns what is left of the text: "" for nothing. */
const char *arrow_draw(struct page *page, unsigned lane, enum side from, enum ink ink, const char *text);

/* The same for a line that goes on below, without an arrow. */
const char *arrow_draw_more(struct page *page, unsigned lane, enum ink ink, const char *text);

#endif
