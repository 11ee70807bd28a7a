/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_REVOCATION_H
#define TLSWHY_CERTIFICATE_REVOCATION_H

/*
 * Which certificates their issuers have revoked, as far as anybody told: revocation lists that the user gave
 * or that were fetched in the capture, and OCSP responses of the capture. What the user gave is kept whatever
 * its size. Of what strangers sent at most 64 MiB are kept (libcrypto's memory counted), and of one issuer's
 * lists or about one serial number the latest 16; beyond that the oldest goes. A look-up costs a hash and a
 * binary search in each list of the issuer; a signature is checked once.
 */

#include "base/buffer.h"
#include "certificate/staple.h"
#include "certificate/status.h"

struct revocation;

struct revocation *revocation_new(void);
void revocation_free(struct revocation *revocation); /* NULL is fine */

/* The user's lists: PEM with one or more of them, or DER with one behind the other. False with a sentence in
 * `error` where the file cannot be read or holds no list. */
bool revocation_add_file(struct revocation *revocation, const char *path, struct buffer *error);

/* What was made of stapled responses before. */
struct staples *revocation_staples(struct revocation *revocation);

/* Nothing was added yet. */
bool revocation_is_empty(const struct revocation *revocation);

/* ---- What was seen in the capture ---------------------------------------------------------------------- */

enum revocation_input {
    REVOCATION_NOT_ONE,      /* the bytes are no list, or no OCSP response */
    REVOCATION_UNSUCCESSFUL, /* an OCSP response that says why there is no answer */
    REVOCATION_CURRENT,
    REVOCATION_EXPIRED,       /* past its next update */
    REVOCATION_NOT_YET_VALID, /* its time begins later */
};

/* What some bytes are, and what they say of themselves. */
struct revocation_reading {
    enum revocation_input input;
    uint32_t response_status;                  /* OCSP (RFC 6960 section 4.2.1); see ocsp.h for the word */
    uint32_t count;                            /* certificates that it names */
    certificate_time this_update, next_update; /* CERTIFICATE_TIME_UNKNOWN where there is none */
    enum status_word first;                    /* OCSP: what it says of the first of them */
};

/* Keeps what the bytes say, where they say something. A list may be DER or PEM, an OCSP response is DER.
 * `at` is the time that "current" is about. */
struct revocation_reading revocation_add_crl(struct revocation *revocation, const void *bytes, size_t length,
                                             certificate_time at);
struct revocation_reading revocation_add_ocsp(struct revocation *revocation, const void *bytes, size_t length,
                                              certificate_time at);

/* "current", "expired", "not_yet_valid", "unsuccessful"; NULL for what is not one. */
const char *revocation_input_word(enum revocation_input input);

/* ---- What is known of a certificate -------------------------------------------------------------------- */

enum revocation_word {
    REVOCATION_UNKNOWN, /* nobody gave a list, or nothing speaks of it */
    REVOCATION_GOOD,
    REVOCATION_REVOKED,
    REVOCATION_LATER,         /* revoked, but after the time that the question is about */
    REVOCATION_LIST_EXPIRED,  /* not listed, and the list was past its next update */
    REVOCATION_NO_LIST,       /* the user gave lists, and none of them is the issuer's */
    REVOCATION_BAD_SIGNATURE, /* the issuer's lists are not signed with the key of the issuer's certificate */
};

struct revocation_answer {
    enum revocation_word word;
    bool by_ocsp;                     /* an OCSP response says it, else a list */
    bool given;                       /* the user gave it, else it was seen in the capture */
    bool list_expired;                /* of the list, whatever it says */
    enum attested attested;           /* that list or response is the issuer's */
    struct certificate_status status; /* what it says; word STATUS_NONE: there is none */
};

/* `issuer`: the issuer's certificate, or NULL where it is not known; `at` seconds since 1970. A certificate
 * that cannot be read is unknown. */
void revocation_check(struct revocation *revocation, const struct certificate *certificate,
                      const struct certificate *issuer, certificate_time at,
                      struct revocation_answer *answer);

/* "good", "revoked", "revoked_later", "list_expired", "no_list", "bad_signature"; NULL where unknown. */
const char *revocation_word(enum revocation_word word);

#endif
