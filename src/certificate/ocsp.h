/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_CERTIFICATE_OCSP_H
#define TLSWHY_CERTIFICATE_OCSP_H

/*
 * One OCSP response (RFC 6960 section 4.2), read by libcrypto: how the responder answered, and what it says
 * of a certificate. It comes stapled into a handshake or over HTTP.
 */

#include "certificate/status.h"

struct ocsp;

enum { OCSP_SUCCESSFUL = 0 }; /* the responseStatus of an answer that says something */

/* NULL where the bytes are no OCSP response. A response may have a status alone. */
struct ocsp *ocsp_read(const void *der, size_t length);
void ocsp_free(struct ocsp *ocsp); /* NULL is fine */

/* Bytes of memory that it holds, about. */
size_t ocsp_size(const struct ocsp *ocsp);

/* responseStatus: "successful", "malformed_request", "internal_error", "try_later", "sig_required",
 * "unauthorized"; NULL for another number. */
uint32_t ocsp_response_status(const struct ocsp *ocsp);
const char *ocsp_response_status_word(uint32_t status);

/* The certificates it speaks of, as far as they are kept (16), and the serial number of one of them: the
 * bytes of the INTEGER without leading zeroes. */
uint32_t ocsp_count(const struct ocsp *ocsp);
struct octets ocsp_serial(const struct ocsp *ocsp, uint32_t index);

/* What it says of a certificate: STATUS_NONE where none of its answers has this serial number and issuer.
 * `issuer` NULL: its key is not known, and the issuer's name decides. */
void ocsp_status(const struct ocsp *ocsp, const struct certificate *certificate,
                 const struct certificate *issuer, struct certificate_status *status);

/* What its answer with that index says, whatever certificate it is about. */
void ocsp_status_at(const struct ocsp *ocsp, uint32_t index, struct certificate_status *status);

/* Signed certificate timestamps (sct.h) in its answers. */
uint32_t ocsp_sct_count(const struct ocsp *ocsp);

/* It is signed by the issuer, or by a responder to whom the issuer has delegated that (RFC 6960 section
 * 4.2.2.2); remembered. */
enum attested ocsp_signed_by(struct ocsp *ocsp, const struct certificate *issuer);

#endif
