/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_KEY_MESSAGES_H
#define TLSWHY_TLS_KEY_MESSAGES_H

/*
 * The messages around keys: ServerKeyExchange (RFC 5246 section 7.4.3, RFC 8422 section 5.4),
 * ClientKeyExchange as far as it names a pre-shared key (RFC 4279, RFC 5489), CertificateVerify,
 * NewSessionTicket (RFC 5077, RFC 8446 section 4.6.1), CertificateStatus (RFC 6066) and EncryptedExtensions,
 * as far as they are facts.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/protocol.h"

struct server_key_exchange {
    uint16_t group;               /* named curve; 0: not ECDHE or an explicit curve */
    uint32_t dh_bits;             /* size of the Diffie-Hellman prime; 0: not DHE */
    uint16_t signature_algorithm; /* SignatureScheme (1.2); 0: none on the wire */
    uint32_t parameters_length;   /* of what is signed, from the body's beginning */
    uint32_t signature_length;    /* at the body's end; 0: none, or the body is not whole */
};

struct client_key_exchange {
    struct octets psk_identity; /* bytes NULL: the suite has none */
};

struct certificate_verify {
    uint16_t signature_algorithm; /* 1.2 and 1.3; 0 before */
    uint32_t signature_length;    /* at the body's end */
};

struct new_session_ticket {
    uint32_t lifetime; /* seconds */
    uint32_t ticket_length;
};

struct encrypted_extensions {
    struct code_list extensions;
    struct octets alpn;
    uint8_t client_certificate_type, server_certificate_type; /* enum tls_certificate_type */
};

/* `cipher` is the selected suite: its key exchange decides the layout. */
enum decode_result server_key_exchange_decode(struct cursor body, uint16_t version, uint16_t cipher,
                                              struct server_key_exchange *message);
enum decode_result client_key_exchange_decode(struct cursor body, uint16_t cipher, struct arena *arena,
                                              struct client_key_exchange *message);
enum decode_result certificate_verify_decode(struct cursor body, uint16_t version,
                                             struct certificate_verify *message);
enum decode_result new_session_ticket_decode(struct cursor body, uint16_t version,
                                             struct new_session_ticket *message);
enum decode_result encrypted_extensions_decode(struct cursor body, struct arena *arena,
                                               struct encrypted_extensions *message);

/* What a suite is made of, read from its registered name. */
struct cipher_traits {
    bool known;
    bool tls13;            /* one of the five of RFC 8446 (and relatives): no key exchange in the name */
    bool rsa_key_exchange; /* TLS_RSA_WITH_... */
    bool dhe, ecdhe, psk, anonymous, export_grade, null_cipher, rc4, des, triple_des, cbc, aead, gost;
    bool rsa_authentication, ecdsa_authentication;
    bool sha384; /* the handshake hash is SHA-384 */
    bool ccm8;   /* 8-byte tag */
};
struct cipher_traits cipher_traits(uint16_t cipher);

#endif
