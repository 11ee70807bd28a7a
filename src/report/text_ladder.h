/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_REPORT_TEXT_LADDER_H
#define TLSWHY_REPORT_TEXT_LADDER_H

/*
 * The ladder: a connection's transcript as a picture, client left, server right, an arrow for each packet
 * that mattered, with its number and its time since the connection's first packet. TCP's opening and closing
 * stand in it beside the messages, and what an ICMP error said.
 */

#include "handshake/handshake.h"
#include "report/page.h"

void ladder_draw(struct page *page, const struct handshake *handshake);

#endif
