/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_HELLO_H
#define TLSWHY_TLS_HELLO_H

/*
 * ClientHello and ServerHello (HelloRetryRequest included) of SSL 3.0 to TLS 1.3 as they stand on the wire
 * (RFC 8446 section 4.1, RFC 5246 section 7.4.1), with the extensions that matter decoded. The extension
 * decoders are rows of one table in tls/extensions.c. Everything is copied into the arena.
 */

#include "base/arena.h"
#include "base/cursor.h"
#include "tls/protocol.h"

struct client_hello {
    uint16_t version;  /* legacy_version; TLS_VERSION_SSL2 where an SSLv2 hello offers nothing higher */
    bool ssl2_format;  /* came as an SSLv2 CLIENT-HELLO (RFC 5246 appendix E.2) */
    bool cut;          /* not captured whole: what is absent may have been behind the cut */
    bool lacks_random; /* it was */
    uint8_t random[32];
    struct octets session_id;
    struct code_list ciphers; /* GREASE and signalling values included */
    struct code_list compressions;
    uint32_t length;              /* of the message's body */
    bool has_extensions;          /* the block is there, even if empty */
    struct code_list extensions;  /* types in wire order, GREASE included */
    uint16_t duplicate_extension; /* type met twice; meaningful with has_duplicate */
    bool has_duplicate;

    struct octets server_name; /* host_name; bytes NULL where absent or empty list */
    struct code_list versions; /* supported_versions */
    struct code_list groups;   /* supported_groups */
    struct code_list point_formats;
    struct code_list key_shares; /* groups that a share was sent for */
    struct code_list signature_algorithms;
    struct code_list signature_algorithms_cert;
    struct code_list psk_modes;
    struct code_list certificate_compressions;
    struct code_list credential_schemes; /* delegated_credential */
    struct code_list client_certificate_types, server_certificate_types;
    struct octets_list alpn;
    struct octets cookie;         /* of the extension, or DTLS's own field */
    struct octets session_ticket; /* RFC 5077: bytes non-NULL and length 0 means "send me one" */
    uint32_t psk_identities;      /* pre_shared_key: how many */
    struct octets psk_first_identity;
    uint32_t psk_first_age;           /* obfuscated_ticket_age of the first, 0 for a key given out of band */
    bool has_psk_first_age;           /* it was captured */
    uint32_t certificate_authorities; /* how many names */
    uint32_t padding;                 /* bytes of the padding extension */
    uint16_t record_size_limit;
    uint8_t max_fragment_length;
    uint8_t ech_type; /* encrypted_client_hello: 0 outer, 1 inner; meaningful with has_ech */
    bool has_ech, has_status_request, has_early_data, has_post_handshake_auth, has_extended_master_secret;
    bool has_encrypt_then_mac, has_renegotiation_info, has_sct, has_quic_transport_parameters, has_heartbeat;
    bool has_status_request_v2;
    uint32_t renegotiation_info; /* length of its verify_data; 0 in a first handshake */
    bool has_connection_id;      /* RFC 9146, and the length of the one that the peer is to use */
    uint8_t connection_id_length;
};

enum downgrade_sentinel { DOWNGRADE_NONE, DOWNGRADE_TO_1_2, DOWNGRADE_TO_1_1 }; /* RFC 8446 section 4.1.3 */

struct server_hello {
    uint16_t version;          /* legacy_version */
    uint16_t selected_version; /* supported_versions where present, else `version`; a draft keeps its 0x7Fxx;
                                  0: behind the cut of a message that was not captured whole */
    bool cut;                  /* as in ClientHello */
    bool lacks_cipher;
    uint8_t random[32];
    struct octets session_id;
    uint16_t cipher;
    uint8_t compression;
    bool hello_retry_request; /* by its random, or its type in early drafts */
    enum downgrade_sentinel downgrade;
    bool has_extensions;
    struct code_list extensions;

    uint16_t key_share; /* group; 0: absent */
    bool has_pre_shared_key;
    uint16_t pre_shared_key; /* index of the identity chosen */
    struct octets alpn;
    struct octets cookie;     /* HelloRetryRequest */
    struct octets timestamps; /* signed_certificate_timestamp: the list without its length */
    bool has_server_name, has_status_request, has_session_ticket, has_extended_master_secret,
        has_encrypt_then_mac;
    bool has_renegotiation_info, has_sct, has_heartbeat, has_early_data, has_client_certificate_type;
    uint8_t client_certificate_type, server_certificate_type; /* enum tls_certificate_type; RFC 7250 */
    uint16_t record_size_limit;
    uint8_t max_fragment_length;
    bool has_connection_id;
    uint8_t connection_id_length;
    uint32_t length;
};

/* DTLS up to 1.2 (RFC 6347 section 4.2.1) */
struct hello_verify_request {
    uint16_t version;
    uint8_t cookie_length;
};

/* `body` stands behind the four-byte message header. The result tells how much of `hello` can be trusted. */
enum decode_result client_hello_decode(struct cursor body, struct arena *arena, struct client_hello *hello);
enum decode_result server_hello_decode(struct cursor body, struct arena *arena, struct server_hello *hello);

/* The ClientHello of DTLS: a cookie stands behind the session id (RFC 6347 section 4.2.1). */
enum decode_result dtls_client_hello_decode(struct cursor body, struct arena *arena,
                                            struct client_hello *hello);
enum decode_result hello_verify_request_decode(struct cursor body, struct hello_verify_request *request);

/* The HelloRetryRequest of drafts before 22, message type 6: version and extensions only. */
enum decode_result hello_retry_request_decode(struct cursor body, struct arena *arena,
                                              struct server_hello *hello);

/* The highest version offered, GREASE and drafts of 1.3 understood: supported_versions, else legacy_version.
 * 0: none that is known, also where supported_versions may be behind a cut. */
uint16_t client_hello_highest_version(const struct client_hello *hello);
/* supported_versions' lowest, else SSL 3.0; 0 as above */
uint16_t client_hello_lowest_version(const struct client_hello *hello);

/* TLS 1.3 from a final or draft code point (0x0304, 0x7F00 to 0x7FFF and a few private ones): gives 0x0304,
 * all else unchanged. */
uint16_t tls_version_final(uint16_t code);

/* The number of the draft of 1.3 that the code point stands for; 0: none. */
uint16_t tls_version_draft(uint16_t code);

/* The same, and DTLS's code points as those of the TLS version that they were made from (DTLS 1.0: TLS 1.1),
 * so that versions can be compared with < and >. */
uint16_t tls_version_equivalent(uint16_t code);

bool code_list_has(const struct code_list *list, uint16_t code);

#endif
