/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CAPTURE_LINK_TYPE_H
#define TLSWHY_CAPTURE_LINK_TYPE_H

/*
 * Capture files name link layers by LINKTYPE_ values that are the same everywhere, libpcap's functions by
 * DLT_ values of which a few differ between systems. The program speaks LINKTYPE_; this is the border to
 * libpcap.
 */

#include <stdint.h>

int link_type_to_dlt(uint16_t link_type);
uint16_t link_type_from_dlt(int dlt);

#endif
