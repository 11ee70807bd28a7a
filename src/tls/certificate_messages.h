/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_CERTIFICATE_MESSAGES_H
#define TLSWHY_TLS_CERTIFICATE_MESSAGES_H

/*
 * Certificate and CertificateRequest (RFC 5246 section 7.4.2, 7.4.4; RFC 8446 section 4.3.2, 4.4.2):
 * certificates are counted and hashed here; what they say is the business of certificate/.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/certificate_status.h"
#include "tls/fingerprint.h"
#include "tls/protocol.h"

/* A key that the certificate's key signed for a few days at most (RFC 9345 section 4). */
struct delegated_credential {
    uint32_t valid_time;    /* seconds, from the certificate's notBefore */
    uint16_t verify_scheme; /* of its key, in the CertificateVerify */
    struct octets key;      /* SubjectPublicKeyInfo */
    uint16_t scheme;        /* of the certificate's signature on it */
    uint32_t signature_length;
};

struct certificate_entry {
    uint32_t length; /* of the DER, as announced */
    bool whole;      /* all of it was captured; else there are no hashes */
    uint8_t sha1[20];
    uint8_t sha256[32];
    struct octets der; /* a copy in the arena; bytes NULL where it was cut or the arena is full */

    /* 1.3: its extensions */
    bool has_status;
    struct certificate_status_message status;
    struct octets timestamps; /* signed_certificate_timestamp: the list without its length */
    bool has_credential;
    struct delegated_credential credential;
};

enum certificate_compression_fault {
    COMPRESSION_FINE,
    COMPRESSION_UNKNOWN,      /* no registered algorithm */
    COMPRESSION_NOT_BUILT_IN, /* this program was built without the library */
    COMPRESSION_DAMAGED,
    COMPRESSION_TOO_LONG,  /* more comes out than was announced */
    COMPRESSION_TOO_SHORT, /* less */
    COMPRESSION_TOO_LARGE, /* more is announced than a Certificate may have here */
};

struct certificate_message {
    struct certificate_entry *entries; /* leaf first */
    uint32_t count;                    /* of those that were captured at least in part */
    uint32_t length;                   /* of the message's body */
    bool cut;                          /* not captured whole: there may have been more */
    struct octets context;             /* 1.3: certificate_request_context */
    uint8_t type;                      /* enum tls_certificate_type: what the entries are */
    uint16_t compression;              /* RFC 8879: algorithm that it came compressed with; 0: none */
    uint32_t compressed_length;
    enum certificate_compression_fault compression_fault; /* why nothing of it can be read */
};

struct certificate_request {
    struct code_list certificate_types; /* before 1.3 */
    struct code_list signature_algorithms;
    struct code_list signature_algorithms_cert;
    struct octets_list authorities; /* DER names (RFC 5280 Name) */
    uint32_t authorities_length;    /* bytes of the list on the wire */
    struct octets context;          /* 1.3 */
    struct code_list extensions;    /* 1.3 */
    uint32_t length;
    bool cut; /* not captured whole */
};

/* `version` is the negotiated one (final code point); it decides the layout. */
enum decode_result certificate_message_decode(struct cursor body, uint16_t version, struct arena *arena,
                                              struct fingerprinter *hasher,
                                              struct certificate_message *message);
/* A Certificate of TLS 1.2 that was agreed to be a raw public key: it stands alone, without a list around it
 * (RFC 7250 section 3). In 1.3 it is an entry like others. */
enum decode_result raw_public_key_decode(struct cursor body, struct arena *arena,
                                         struct fingerprinter *hasher, struct certificate_message *message);

enum decode_result certificate_request_decode(struct cursor body, uint16_t version, struct arena *arena,
                                              struct certificate_request *request);

#endif
