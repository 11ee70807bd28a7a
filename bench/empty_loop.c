/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The floor of every benchmark: libpcap reads the file and nothing is done with the packets. */

#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

struct totals {
    uint64_t packets;
    uint64_t bytes;
};

static void count(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct totals *totals = (struct totals *)(void *)user;
    (void)bytes;
    totals->packets++;
    totals->bytes += header->caplen;
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE] = "usage: empty_loop FILE";
    pcap_t *file = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
    if (!file) {
        fprintf(stderr, "%s\n", error);
        return 2;
    }
    struct totals totals = {0, 0};
    int result = pcap_loop(file, -1, count, (u_char *)&totals);
    if (result < 0)
        fprintf(stderr, "%s\n", pcap_geterr(file));
    pcap_close(file);
    printf("%" PRIu64 " packets, %" PRIu64 " bytes\n", totals.packets, totals.bytes);
    return result < 0;
}
