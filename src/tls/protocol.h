/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_PROTOCOL_H
#define TLSWHY_TLS_PROTOCOL_H

/*
 * The numbers of the TLS protocol that code has to name (their printed names come from tls/names.h), and the
 * small value types that decoded messages are made of. Decoded messages live in an arena and borrow nothing
 * from the packet.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tls_version {
    TLS_VERSION_SSL2 = 0x0002,
    TLS_VERSION_TLCP = 0x0101, /* the Chinese relative of TLS 1.1 (GB/T 38636), 1.1 by its own count */
    TLS_VERSION_SSL3 = 0x0300,
    TLS_VERSION_1_0 = 0x0301,
    TLS_VERSION_1_1 = 0x0302,
    TLS_VERSION_1_2 = 0x0303,
    TLS_VERSION_1_3 = 0x0304,
};

/* RFC 8446 section 5.1, RFC 6520 */
enum tls_content_type {
    TLS_CONTENT_CHANGE_CIPHER_SPEC = 20,
    TLS_CONTENT_ALERT = 21,
    TLS_CONTENT_HANDSHAKE = 22,
    TLS_CONTENT_APPLICATION_DATA = 23,
    TLS_CONTENT_HEARTBEAT = 24,
};

/* RFC 8446 section 4 and its predecessors */
enum tls_handshake_type {
    TLS_HANDSHAKE_HELLO_REQUEST = 0,
    TLS_HANDSHAKE_CLIENT_HELLO = 1,
    TLS_HANDSHAKE_SERVER_HELLO = 2,
    TLS_HANDSHAKE_HELLO_VERIFY_REQUEST = 3,
    TLS_HANDSHAKE_NEW_SESSION_TICKET = 4,
    TLS_HANDSHAKE_END_OF_EARLY_DATA = 5,
    TLS_HANDSHAKE_HELLO_RETRY_REQUEST =
        6, /* of early 1.3 drafts; since draft 22 a ServerHello with a fixed random */
    TLS_HANDSHAKE_ENCRYPTED_EXTENSIONS = 8,
    TLS_HANDSHAKE_CERTIFICATE = 11,
    TLS_HANDSHAKE_SERVER_KEY_EXCHANGE = 12,
    TLS_HANDSHAKE_CERTIFICATE_REQUEST = 13,
    TLS_HANDSHAKE_SERVER_HELLO_DONE = 14,
    TLS_HANDSHAKE_CERTIFICATE_VERIFY = 15,
    TLS_HANDSHAKE_CLIENT_KEY_EXCHANGE = 16,
    TLS_HANDSHAKE_FINISHED = 20,
    TLS_HANDSHAKE_CERTIFICATE_URL = 21,
    TLS_HANDSHAKE_CERTIFICATE_STATUS = 22,
    TLS_HANDSHAKE_SUPPLEMENTAL_DATA = 23,
    TLS_HANDSHAKE_KEY_UPDATE = 24,
    TLS_HANDSHAKE_COMPRESSED_CERTIFICATE = 25,
    TLS_HANDSHAKE_MESSAGE_HASH = 254,
};

enum tls_extension_type {
    TLS_EXTENSION_SERVER_NAME = 0,
    TLS_EXTENSION_MAX_FRAGMENT_LENGTH = 1,
    TLS_EXTENSION_STATUS_REQUEST = 5,
    TLS_EXTENSION_SUPPORTED_GROUPS = 10,
    TLS_EXTENSION_EC_POINT_FORMATS = 11,
    TLS_EXTENSION_SIGNATURE_ALGORITHMS = 13,
    TLS_EXTENSION_HEARTBEAT = 15,
    TLS_EXTENSION_ALPN = 16,
    TLS_EXTENSION_STATUS_REQUEST_V2 = 17,
    TLS_EXTENSION_SIGNED_CERTIFICATE_TIMESTAMP = 18,
    TLS_EXTENSION_CLIENT_CERTIFICATE_TYPE = 19,
    TLS_EXTENSION_SERVER_CERTIFICATE_TYPE = 20,
    TLS_EXTENSION_PADDING = 21,
    TLS_EXTENSION_ENCRYPT_THEN_MAC = 22,
    TLS_EXTENSION_EXTENDED_MASTER_SECRET = 23,
    TLS_EXTENSION_COMPRESS_CERTIFICATE = 27,
    TLS_EXTENSION_RECORD_SIZE_LIMIT = 28,
    TLS_EXTENSION_DELEGATED_CREDENTIAL = 34,
    TLS_EXTENSION_SESSION_TICKET = 35,
    TLS_EXTENSION_PRE_SHARED_KEY = 41,
    TLS_EXTENSION_EARLY_DATA = 42,
    TLS_EXTENSION_SUPPORTED_VERSIONS = 43,
    TLS_EXTENSION_COOKIE = 44,
    TLS_EXTENSION_PSK_KEY_EXCHANGE_MODES = 45,
    TLS_EXTENSION_CERTIFICATE_AUTHORITIES = 47,
    TLS_EXTENSION_POST_HANDSHAKE_AUTH = 49,
    TLS_EXTENSION_SIGNATURE_ALGORITHMS_CERT = 50,
    TLS_EXTENSION_KEY_SHARE = 51,
    TLS_EXTENSION_CONNECTION_ID = 54,
    TLS_EXTENSION_QUIC_TRANSPORT_PARAMETERS = 57,
    TLS_EXTENSION_ENCRYPTED_CLIENT_HELLO = 0xFE0D,
    TLS_EXTENSION_RENEGOTIATION_INFO = 0xFF01,
};

enum tls_alert_code {
    TLS_ALERT_CLOSE_NOTIFY = 0,
    TLS_ALERT_HANDSHAKE_FAILURE = 40,
    TLS_ALERT_BAD_CERTIFICATE = 42,
    TLS_ALERT_UNSUPPORTED_CERTIFICATE = 43,
    TLS_ALERT_CERTIFICATE_REVOKED = 44,
    TLS_ALERT_CERTIFICATE_EXPIRED = 45,
    TLS_ALERT_CERTIFICATE_UNKNOWN = 46,
    TLS_ALERT_UNKNOWN_CA = 48,
    TLS_ALERT_ACCESS_DENIED = 49,
    TLS_ALERT_INAPPROPRIATE_FALLBACK = 86,
    TLS_ALERT_USER_CANCELED = 90,
    TLS_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE = 113,
};

enum { TLS_FALLBACK_SCSV = 0x5600, TLS_EMPTY_RENEGOTIATION_INFO_SCSV = 0x00FF };

/* RFC 7250 section 3, RFC 6091: what a Certificate message holds where an extension says so */
enum tls_certificate_type {
    TLS_CERTIFICATE_X509 = 0,
    TLS_CERTIFICATE_OPENPGP = 1,
    TLS_CERTIFICATE_RAW_PUBLIC_KEY = 2,
};

/* RFC 8701: 0x0A0A, 0x1A1A, ... 0xFAFA, the same for suites, groups, extensions, versions and schemes. */
static inline bool tls_is_grease(uint16_t code)
{
    return (code & 0x0F0F) == 0x0A0A && code >> 8 == (code & 0xFF);
}

/* A list of code points, in wire order. */
struct code_list {
    uint16_t *codes;
    uint32_t count;
};

/* A string or opaque value; NUL behind it, which `length` does not count. `bytes` NULL: absent. */
struct octets {
    const char *bytes;
    uint32_t length;
};

struct octets_list {
    struct octets *items;
    uint32_t count;
};

/*
 * How far decoding came. A message that was not captured whole keeps what was read before the cut.
 */
enum decode_result { DECODE_WHOLE, DECODE_CUT, DECODE_BAD };

#endif
