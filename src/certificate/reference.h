/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_REFERENCE_H
#define TLSWHY_CERTIFICATE_REFERENCE_H

/*
 * Does a certificate speak for the name that its peer asked for? RFC 9525 is strict: only subjectAltName
 * counts, and a wildcard is the whole left-most label. Where the answer is no, it says in which of the usual
 * ways.
 */

#include "certificate/certificate.h"

enum name_match {
    NAME_MATCHES,
    NAME_COMMON_NAME_ONLY,   /* the common name would match, but there is no DNS name in subjectAltName */
    NAME_U_LABEL,            /* it has the name in letters beyond ASCII, where only A-labels count */
    NAME_WILDCARD_TOO_BROAD, /* *.dev for a.dev: a wildcard right above a single label */
    NAME_WILDCARD_PARTIAL,   /* w*.example.org for www.example.org: a wildcard has to be a whole label */
    NAME_WILDCARD_APEX,      /* *.example.org for example.org */
    NAME_WILDCARD_TOO_DEEP,  /* *.example.org for a.b.example.org */
    NAME_ADDRESS_MISSING,    /* the peer asked for an address that is not among the names */
    NAME_MISMATCH,
    NAME_MATCHES_UNKNOWN, /* the certificate is not readable */
};

/* `name` as the peer wrote it: a DNS name (A-labels), or the text form of an address. */
enum name_match reference_match(const struct certificate *certificate, const char *name, size_t length);

/* "yes", "common_name_only", "wildcard_too_broad", ...; NULL where unknown. */
const char *name_match_word(enum name_match match);

#endif
