/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_DESCRIBE_H
#define TLSWHY_DESCRIBE_H

/*
 * What the program tells of itself, for --fields, --list-rules, --version and -D: reads no
 * capture, writes to standard output.
 */

#include "report/page.h"
#include "rules/rules.h"
#include <stdbool.h>
#include <stdio.h>

void describe_fields(struct page *page);
void describe_rules(struct page *page, const struct rules *rules);

void describe_version(struct page *page);
bool describe_interfaces(struct page *page, struct buffer *error);

#endif
