/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_FOREIGN_H
#define TLSWHY_CAPTURE_FOREIGN_H

/*
 * Says what a file is that is no capture file, as far as its first bytes tell, and what to do about it.
 */

#include "base/notice.h"
#include <stddef.h>
#include <stdint.h>

/* Sends one notice on a file that begins with these bytes (of which there may be none). */
void foreign_tell(const char *name, const uint8_t *bytes, size_t length, const struct notice_sink *notices);

#endif
