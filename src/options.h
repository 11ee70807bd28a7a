/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_OPTIONS_H
#define TLSWHY_OPTIONS_H

/*
 * Options are what the command line asked for, checked as far as that needs neither a capture nor a rule. One
 * table in options.c holds every option, and the help is made of it. The strings are those of argv, which
 * must live as long, or belong to the options.
 */

#include "base/buffer.h"
#include "capture/source.h"
#include "handshake/handshake.h"
#include "report/report.h"
#include <stdio.h>

enum options_task {
    TASK_RUN,
    TASK_HELP,
    TASK_VERSION,
    TASK_LIST_INTERFACES,
    TASK_LIST_RULES,
    TASK_EXPLAIN,
    TASK_FIELDS,
};

/* Strings in the order in which they came. */
struct option_list {
    const char **items;
    size_t count;
};

struct options {
    enum options_task task;
    struct option_list inputs; /* capture files and folders; "-" is standard input */
    bool sort_files;           /* by the times of their packets */
    const char *interface;     /* live; NULL: from `inputs` */
    struct source_live_options live;
    uint64_t packet_limit;        /* 0: none */
    struct buffer capture_filter; /* BPF; empty: none */
    const struct report_format *format;
    struct option_list fields; /* -e */
    const char *event_filter;  /* -Y; NULL: none */
    const char *output;        /* -o; NULL: standard output */
    const char *explain;       /* TASK_EXPLAIN: a rule's id, or an alert */
    struct option_list rules;  /* paths; none: the rules compiled in */
    uint16_t *tls_ports;       /* --tls-port */
    /* whom to trust: --ca-file, --ca-path, --client-ca-file, --system-trust */
    struct option_list ca_files, ca_folders, client_ca_files;
    bool system_trust;
    struct option_list crl_files; /* --crl-file */
    /* what certificates should be shown: --expect-thumbprint and --expect-certificate, and the server's */
    struct option_list connection_strings; /* files that name them: --connection-strings */
    struct option_list servers;            /* that should be contacted: --expect-server */
    const char *expected_name;             /* --expect-name; NULL: what the client sends */
    struct option_list client_thumbprints, client_certificates, server_thumbprints, server_certificates;
    const char *try_cert; /* a certificate that a client holds; NULL: none */
    size_t tls_port_count;
    bool certificates;        /* JSON: the certificates themselves too */
    const char *export_certs; /* folder for them; NULL: none */
    enum severity fail_on;    /* 0: never */
    bool quiet, verbose;
};

/* False, with a sentence for the user in `error`, when the command line makes no sense. Free in any case. */
bool options_parse(int argc, char **argv, struct options *options, struct buffer *error);
void options_free(struct options *options); /* what it owns, not itself */

void options_print_help(FILE *out);

#endif
