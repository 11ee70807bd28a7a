/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIDE_URL_H
#define TLSWHY_SIDE_URL_H

/*
 * The URLs that certificates point to others with (RFC 3986): taken apart, and judged by whether somebody who
 * stands elsewhere can use them at all.
 */

#include "side/dns.h"
#include "tls/protocol.h"

enum url_scheme { URL_OTHER, URL_HTTP, URL_HTTPS, URL_LDAP, URL_FILE };

struct url {
    enum url_scheme scheme;
    struct dns_name host;   /* in lower case; of an address its text, without brackets; may be empty */
    struct address address; /* where the host is one; family 0: it is a name */
    uint16_t port;          /* the scheme's own where the URL names none; 0: neither */
    struct octets path;     /* with the query, from the slash on; borrows from the URL; may be empty */
};

/* False where it is none. */
bool url_read(struct octets text, struct url *out);

/* From the best to the worst. */
enum url_reach {
    REACH_HTTP,          /* by HTTP, from a host with a public name or address */
    REACH_PRIVATE_IP,    /* by HTTP, from an address of a private network */
    REACH_INTERNAL_NAME, /* by HTTP, from a name that only one network knows */
    REACH_LDAP_ONLY,
    REACH_FILE, /* or another scheme that no verifier fetches */
    REACH_NONE, /* there is no URL */
};

/* The best of them. */
enum url_reach url_best_reach(const struct octets_list *urls);

/* "http", "private_ip", "internal_name", "ldap_only", "file", "none". */
const char *url_reach_name(enum url_reach reach);

#endif
