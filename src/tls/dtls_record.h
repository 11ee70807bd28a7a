/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_DTLS_RECORD_H
#define TLSWHY_TLS_DTLS_RECORD_H

/*
 * The records of DTLS: 13 bytes in front of each up to 1.2 (RFC 6347 section 4.1), and of plain text in 1.3;
 * the same with a connection id (RFC 9146 section 4); and the unified header of what 1.3 encrypts (RFC 9147
 * section 4). A datagram holds whole records, one behind the other. The length of a connection id stands in
 * no record: it was agreed on in the hellos.
 */

#include "base/cursor.h"
#include "tls/protocol.h"

enum {
    DTLS_VERSION_1_0 = 0xFEFF,
    DTLS_VERSION_1_2 = 0xFEFD,
    DTLS_VERSION_1_3 = 0xFEFC,
    DTLS_VERSION_OLD_OPENSSL = 0x0100, /* OpenSSL before DTLS 1.0 was settled; Cisco's AnyConnect */
};

enum { DTLS_CONTENT_CONNECTION_ID = 25, DTLS_CONTENT_ACK = 26 }; /* RFC 9146 section 4, RFC 9147 section 7 */

struct dtls_record {
    uint8_t type;       /* tls_content_type or one of the above; 0 where 1.3 hides it */
    bool unified;       /* the header of 1.3's encrypted records */
    uint16_t version;   /* 0 with a unified header */
    uint16_t epoch;     /* with a unified header its last two bits */
    uint64_t sequence;  /* with a unified header encrypted, and left 0 */
    uint32_t length;    /* of the body, as announced */
    struct cursor body; /* knows what of it was not captured */
};

/* What can stand in a version field. */
static inline bool dtls_is_version(uint16_t version)
{
    return version == DTLS_VERSION_1_2 || version == DTLS_VERSION_1_0 || version == DTLS_VERSION_1_3 ||
           version == DTLS_VERSION_OLD_OPENSSL;
}

/* The next record of a datagram. `connection_id` is the length of the ids that the sender puts in, -1 while
 * unknown: the record then has all that is left. False where none begins here; the cursor is of no use after
 * that. */
bool dtls_record_read(struct cursor *datagram, int connection_id, struct dtls_record *record);

/* A datagram that begins a conversation: its first record is plain text of a handshake and holds (a fragment
 * of) a ClientHello, ServerHello or HelloVerifyRequest. No other protocol's bytes look like this. */
bool dtls_begins(struct cursor datagram);

/* RFC 7983, RFC 9443: the first byte tells DTLS from STUN, RTP and others on the same ports. */
static inline bool dtls_is_first_byte(uint8_t byte)
{
    return byte >= 20 && byte <= 63;
}

#endif
