/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture/link_type.h"

#include <pcap/pcap.h>
#include <stddef.h>

/* https://www.tcpdump.org/linktypes.html; all others have the same number in both. */
static const struct {
    uint16_t link_type;
    int dlt;
} differing[] = {
    {100, DLT_ATM_RFC1483}, {101, DLT_RAW}, {104, DLT_C_HDLC}, {106, DLT_ATM_CLIP}, {108, DLT_LOOP},
};

int link_type_to_dlt(uint16_t link_type)
{
    for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++)
        if (differing[i].link_type == link_type)
            return differing[i].dlt;
    return link_type;
}

uint16_t link_type_from_dlt(int dlt)
{
    for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++)
        if (differing[i].dlt == dlt)
            return differing[i].link_type;
    return (uint16_t)dlt;
}
