/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_CONNECTION_STRINGS_H
#define TLSWHY_CERTIFICATE_CONNECTION_STRINGS_H

/*
 * Which certificates a configuration of .NET names: connection strings (StoreName=My;...;FindValue=...), the
 * certificate elements of WCF (findValue and x509FindType), and lists of allowed thumbprints, in XML or in
 * plain text, in UTF-8 or UTF-16. What stands in comments counts for nothing. This is a search, not a reader
 * of XML: a damaged file gives what can still be made out.
 */

#include "base/buffer.h"
#include <stdbool.h>

/* A certificate that is named. The texts live for the call. */
struct configured_certificate {
    const char *value;     /* UTF-8, as it reaches the application: entities are replaced */
    size_t length;         /* of it */
    const char *find_type; /* "FindByThumbprint", ...; NULL: not told */
    bool by_thumbprint;    /* `value` is meant as a thumbprint */
    bool of_server;        /* an element says that it is the server's; else the client's */
    unsigned line;
};

typedef void configured_listener(void *user, const struct configured_certificate *configured);

/* Tells of each certificate in the order of the text, up to a bound. */
void connection_strings_search(const void *bytes, size_t length, configured_listener *tell, void *user);

/* The same of a file. False with a sentence in `error` where it cannot be read or is too large for one. */
bool connection_strings_read(const char *path, configured_listener *tell, void *user, struct buffer *error);

#endif
