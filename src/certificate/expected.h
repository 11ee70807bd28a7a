/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_EXPECTED_H
#define TLSWHY_CERTIFICATE_EXPECTED_H

/*
 * The certificates that the user expects of one side, by their thumbprints, and how one that was shown stands
 * to them. Where an expected certificate itself is known, from a file or because it was seen on some
 * connection, a renewal of it is told from another certificate.
 */

#include "certificate/thumbprint.h"

/* How a certificate stands to those expected, the best of them. */
enum expected_match {
    EXPECTED_UNKNOWN,
    EXPECTED_YES,
    EXPECTED_RENEWED, /* it is a renewal: the same subject and issuer, or the same key, and a later beginning
                       */
    EXPECTED_PREDECESSOR,  /* the expected one is its renewal */
    EXPECTED_SAME_SUBJECT, /* another one of the same subject and issuer, or of the same key */
    EXPECTED_NO,
};

/* One of them. */
struct expected_certificate {
    struct thumbprint thumbprint;
    char *text;    /* its upper-case digits */
    char *remarks; /* what had to be left out of what was written; NULL: nothing */
    enum thumbprint_flaw flaw;
    char *from;                      /* the option or the place in a file that named it */
    struct certificate *certificate; /* NULL: not known */
};

struct expected;

struct expected *expected_new(void);
void expected_free(struct expected *expected); /* NULL is fine */

/* Adds a thumbprint as somebody wrote it; the one that was added (or was there already, when one of the two
 * is written better) is returned. NULL, with the reason in `error`, where it is no thumbprint. */
const struct expected_certificate *expected_add(struct expected *expected, const char *text, size_t length,
                                                const char *from, struct buffer *error);

/* Adds the first certificate of a file, PEM or DER. False with a sentence in `error`. */
bool expected_add_file(struct expected *expected, const char *path, struct buffer *error);

/* A certificate was seen: remembers it, if it is one of them. */
void expected_learn(struct expected *expected, const struct certificate *certificate);

/* Some certificate was seen, so that there was something to compare. */
bool expected_saw_any(const struct expected *expected);

/* `which`, unless the answer is EXPECTED_UNKNOWN, is the one that it stands so to; for EXPECTED_NO the first.
 */
enum expected_match expected_compare(const struct expected *expected, const struct certificate *certificate,
                                     const struct expected_certificate **which);

uint32_t expected_count(const struct expected *expected);
const struct expected_certificate *expected_at(const struct expected *expected, uint32_t index);

/* "yes", "renewed", ...; NULL where unknown. */
const char *expected_word(enum expected_match match);

#endif
