/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_HANDSHAKE_HANDSHAKE_H
#define TLSWHY_HANDSHAKE_HANDSHAKE_H

/*
 * The central noun: everything that is known of one connection's TLS handshake (or of the attempt that never
 * came so far). It is written by handshake/follow.c while the bytes come, completed by handshake/conclude.c
 * when the connection ends, read through handshake/fields.c, and judged by rules/. All that it points to
 * lives in its arena, and goes with it.
 */

#include "base/arena.h"
#include "capture/places.h"
#include "certificate/trust.h"
#include "preamble/preamble.h"
#include "stream/connection.h"
#include "tls/certificate_messages.h"
#include "tls/hello.h"
#include "tls/key_messages.h"
#include "tls/ssl2.h"

struct certificates;

enum side { SIDE_CLIENT, SIDE_SERVER, SIDES, SIDE_NOBODY = SIDES };

/* Three-valued facts: encryption and missing bytes hide things, and hidden is not "no". */
enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

enum confidence { CONFIDENCE_NONE, CONFIDENCE_POSSIBLE, CONFIDENCE_LIKELY, CONFIDENCE_CERTAIN };

/* What the first bytes of a direction were. */
enum first_bytes {
    FIRST_NONE,
    FIRST_TLS,
    FIRST_SSL2,
    FIRST_HTTP, /* a request line or a status line */
    FIRST_HTTP_CONNECT,
    FIRST_PROXY_PROTOCOL, /* v1 or v2 */
    FIRST_SSH,
    FIRST_GREETING, /* "220 ...", "* OK", "+OK": a server that speaks first */
    FIRST_TEXT,
    FIRST_BINARY,
};

/* A line of the transcript: a message, an alert, or the first application data of a side. */
struct message {
    struct moment seen;
    enum side from;
    uint8_t kind; /* enum message_kind below */
    uint8_t code; /* handshake type or SSLv2 message type */
    bool cut;     /* not captured whole */
    bool malformed;
    uint32_t length; /* handshake: of the body; others: of the record's body */
};

enum message_kind {
    MESSAGE_HANDSHAKE,
    MESSAGE_SSL2,
    MESSAGE_CHANGE_CIPHER_SPEC,
    MESSAGE_ALERT,
    MESSAGE_ENCRYPTED_HANDSHAKE,
    MESSAGE_APPLICATION_DATA,
    MESSAGE_HEARTBEAT,
    MESSAGE_HELLO_RETRY_REQUEST,
    MESSAGE_QUIC_VERSION_NEGOTIATION,
    MESSAGE_QUIC_RETRY,
    MESSAGE_QUIC_CLOSE, /* of a connection, for a reason that is no TLS alert */
};

struct alert {
    struct moment seen;
    enum side from;
    uint8_t level, code;
    bool encrypted;        /* its content could not be read */
    bool after_peer_close; /* sent after the other side's FIN or RST: an effect, never a cause */
};

/* A record whose content is hidden. */
struct hidden_record {
    struct moment seen;
    enum side from;
    uint8_t type;
    bool behind_gap; /* bytes that its side sent before it are missing */
    uint32_t length;
};

enum { MESSAGES_KEPT = 96, ALERTS_KEPT = 16, HIDDEN_RECORDS_KEPT = 64 };

/* One direction's state and counts. */
struct direction {
    enum first_bytes first;
    struct octets first_line; /* up to 512 bytes of what was not TLS */
    struct moment first_tls;
    struct moment change_cipher_spec; /* first */
    struct moment encrypted_since;    /* first record that is (to be) encrypted */
    struct moment first_data;         /* application data after its own handshake */
    struct moment last_record;
    uint32_t last_record_length;
    uint8_t last_record_type;
    uint64_t data_records, data_bytes;
    uint32_t hidden_handshake_records; /* type 22 while encrypted: Finished, renegotiation */
    bool finished_seen;                /* its Finished, encrypted (by place) or read */
    uint64_t missing_bytes;            /* gaps met so far */
    struct moment first_gap;           /* where the first of them was noticed */
    bool gap_inside;                   /* some of them are missing behind a record */
    bool desynchronised;               /* a gap broke the record framing */
    struct moment certificate, certificate_verify, finished;
    uint16_t record_version;          /* of the first TLS record's header; 0: none, or not over TCP */
    uint32_t clear_handshake_records; /* records with handshake messages that could be read */
};

/* How TLS 1.3 went behind the encryption, by record count and size (catalogue section 2.6 and 9). */
struct inference {
    enum answer asked;   /* the server asked for a certificate */
    enum answer sent;    /* the client's answer: ANSWER_NO is an empty Certificate */
    enum answer refused; /* the server refused after the client's Finished */
    enum answer client_finished;
    struct moment finished_seen; /* the client's Finished, where it was recognised */
    struct moment client_flight; /* the first record of the client's flight */
    struct moment client_alert;  /* a record of an alert's size in the place of the client's flight */
    struct moment server_alert;  /* the same from the server, in its flight or after the client's Finished */
    bool server_alert_padded;    /* that record has the JDK's padding */
    const char *protocol;     /* ALPN by the size of EncryptedExtensions: none, h2, http/1.1; NULL: unknown */
    uint32_t padding[SIDES];  /* bytes that a side adds to every record (the JDK: 16) */
    uint32_t finished_length; /* of the client's Finished record, 0: not recognised */
    uint32_t server_flight_records;
    uint32_t client_flight_records;
};

/* What followed a completed handshake, as far as records tell without keys: tickets count as answers. */
struct exchange {
    struct moment first_request, last_answer;
    struct moment server_ended;  /* behind its last answer the server was the first to end the connection */
    struct moment client_ended;  /* likewise the client */
    uint32_t answers_to_request; /* records of the server after the client's first */
    enum answer announced;       /* who closed first had said so with an alert: close_notify */
    uint32_t requests;           /* records of the client */
    uint32_t answers;            /* records of the server */
    uint32_t last_answer_length;
};

/* What DTLS adds to TLS: a cookie to begin with, and flights that are sent again. */
struct dtls_facts {
    uint32_t cookie_requests;     /* HelloVerifyRequests */
    struct moment cookie_request; /* the first */
    uint32_t flight_repeats[SIDES];
    uint32_t fragments_missing[SIDES]; /* messages of which fragments never came */
    struct moment progress;            /* the last time that somebody sent something new */
    uint32_t vain_repeats;             /* flights sent again since then ... */
    enum side vain_by;                 /* ... by this side */
    struct moment vain;                /* the last of them */
    /* 1.3: the first record of the client that only the finished handshake explains, and the server's first
     * after the client's Finished that is larger than an alert */
    struct moment client_data, server_answer;
    struct moment client_flight; /* 1.3: the client's first encrypted record of the handshake */
};

/* What one end of a QUIC connection sent. */
struct quic_side {
    uint32_t initials;          /* datagrams that hold an Initial */
    uint32_t handshakes;        /* Handshake packets */
    uint32_t one_rtt, zero_rtt; /* packets */
    uint64_t one_rtt_bytes;
    bool heard_peer;                                /* an Initial of it acknowledges something */
    struct moment initial, handshake, one_rtt_seen; /* the first of each */
};

/* QUIC carries TLS 1.3 in packets of its own, of which only the first are readable without keys. */
struct quic_facts {
    uint32_t version; /* of the packets read last */
    struct moment version_negotiation, retry, close;
    struct moment bad_retry;   /* that the client has to drop */
    uint32_t *server_versions; /* of the Version Negotiation */
    uint32_t server_version_count;
    struct quic_side side[SIDES];
    uint32_t server_packets;
    struct moment answer;  /* the server's first short header after the client's first Handshake packet */
    uint64_t answer_bytes; /* of such packets */
    uint32_t turns;        /* changes of direction among the short headers from there on */
    enum side close_by;
    bool close_by_application;
    uint64_t close_code;
    struct octets close_reason;
};

/* How TLS is carried. */
enum carrier { CARRIER_TLS, CARRIER_DTLS, CARRIER_QUIC };

/* Client authentication after the handshake (handshake/late.h). */
struct late {
    enum answer asked, sent;
    struct moment hello_request; /* the server wants to renegotiate */
    struct moment declined;      /* the client answers that with an alert */
    struct moment certificate;   /* the client's record with the answer */
    struct moment refusal;       /* the server's alert after it */
};

/* The certificates of a Certificate message, leaf first; NULL for one that was not captured whole, and behind
 * the 32nd. */
struct certificate_chain {
    const struct certificate **items;
    uint32_t count;
};

/* The connection through which a box that ends TLS was reached while it opened this one (legs.h). */
struct front_leg {
    struct moment hello; /* packet 0: none is known */
    struct endpoint client;
};

/* Another connection that carries the same TLS, byte for byte (legs.h). */
struct twin {
    struct moment hello; /* packet 0: none is known */
    struct endpoint client, server;
};

enum resumption_kind { RESUMPTION_NONE, RESUMPTION_SESSION_ID, RESUMPTION_TICKET, RESUMPTION_PSK };

/* Texts that say in which order a hello names things, made when first asked for (handshake/get_shape.c). */
enum shape {
    SHAPE_CLIENT_SUITES,
    SHAPE_CLIENT_EXTENSIONS,
    SHAPE_CLIENT_GROUPS,
    SHAPE_CLIENT_SIGNATURES,
    SHAPE_CLIENT_POINT_FORMATS,
    SHAPE_CLIENT_COMPRESSIONS,
    SHAPE_SERVER_EXTENSIONS,
    SHAPE_SERVER_RECORDS,
    SHAPE_REQUEST_TYPES,
    SHAPE_REQUEST_SIGNATURES,
    SHAPES
};

/* How far the handshake came. */
enum phase {
    PHASE_NONE,          /* no TLS yet */
    PHASE_CLIENT_HELLO,  /* ClientHello, no answer */
    PHASE_SERVER_HELLO,  /* ServerHello or HelloRetryRequest; the server's flight is not complete */
    PHASE_SERVER_FLIGHT, /* the server's flight is complete, the client has not answered */
    PHASE_CLIENT_FLIGHT, /* the client has begun to answer */
    PHASE_CLIENT_DONE,   /* the client's Finished is there, the server's last word is open */
    PHASE_COMPLETE,
    PHASE_UNKNOWN, /* met midway, or hidden by missing bytes */
};

/* What a side takes for true (handshake/belief.h). */
enum belief {
    BELIEF_NOTHING,     /* the ClientHello has not reached it */
    BELIEF_OFFERED,     /* the client sent its hello; the server has it */
    BELIEF_AGREED,      /* the server sent its hello; the client has it */
    BELIEF_WAITING,     /* it sent its Finished, and the other's decides */
    BELIEF_ESTABLISHED, /* the handshake is done */
    BELIEF_REFUSED,     /* it refused, with an alert */
    BELIEF_WAS_REFUSED, /* the other's refusal has reached it */
    BELIEF_GAVE_UP,     /* it left without a word that can be read */
    BELIEF_WAS_LEFT,    /* the other's leaving has reached it */
};

struct belief_step {
    struct moment since; /* the message that made it believe that; packet 0: unknown */
    uint8_t side, belief;
};

enum { BELIEFS_KEPT = 12 };

enum outcome { OUTCOME_UNKNOWN, OUTCOME_SUCCESS, OUTCOME_FAILURE };

struct handshake;

/* Which software a side seems to run. Texts are static or the rules'. */
struct stack_guess {
    const char *stack, *program; /* words of rule files; NULL: not recognised */
    const char *version;         /* NULL: not told */
    enum confidence confidence;
};

/* Found when first asked for; set up by rules/. */
struct recognition {
    void (*find)(const void *knowledge, const struct handshake *handshake, enum side side,
                 struct stack_guess *guess);
    const void *knowledge;
    bool found[SIDES];
    struct stack_guess guess[SIDES];
};

/* What a finding is made of; filled by rules/. Texts live in the arena. */
enum severity { SEVERITY_NOTE = 1, SEVERITY_WARNING, SEVERITY_ERROR };
enum blame { BLAME_CLIENT, BLAME_SERVER, BLAME_PATH, BLAME_CAPTURE };

struct evidence {
    uint64_t packet;
    const char *what;
};

struct finding {
    const char *id;
    enum severity severity;
    enum confidence confidence;
    enum blame blame;
    const char *title;
    const char *explanation;
    struct evidence *evidence;
    const char **causes; /* the likeliest first */
    const char **fixes;
    const char **references;
    uint32_t evidence_count, cause_count, fix_count, reference_count;
    const char *because_of; /* id of the finding that explains this one; NULL: it stands for itself */
    bool weakened;          /* rests on something absent while the capture lacks bytes */
};

struct chain_revocation;
struct awaited_server;
struct sibling_view;
struct side_view;
struct signatures;
struct told;

struct handshake {
    struct arena *arena; /* owned */
    const struct connection *connection;
    const struct places
        *places;             /* of the packets that it tells of; NULL: they are numbered as in their file */
    uint64_t number;         /* tlswhy.connection */
    const struct told *told; /* what the user knows (handshake/told.h); set before it is judged */
    struct sibling_view *siblings; /* other connections (handshake/siblings.h); NULL: none are remembered */
    struct side_view *side;        /* traffic beside it (handshake/checks.h); NULL: none is remembered */
    bool shows_nothing; /* made to tell that no connection showed a client's certificate; else false */
    const struct awaited_server *absent; /* made to tell that nobody contacted this one; else NULL */
    int client_half;                     /* half that is the client; 0 or 1 */

    /* what was read */
    struct client_hello *client_hello; /* the first; NULL: none */
    struct client_hello *second_hello; /* after a HelloRetryRequest */
    struct server_hello *server_hello; /* the final one */
    struct server_hello *hello_retry_request;
    struct ssl2_server_hello *ssl2_server_hello;
    struct certificate_message *certificate[SIDES]; /* each side's first */
    struct certificate_request *certificate_request;
    struct certificate_status_message *certificate_status; /* up to 1.2; in 1.3 the certificates have it */
    struct server_key_exchange *server_key_exchange;
    struct client_key_exchange *client_key_exchange;
    struct certificate_verify *certificate_verify[SIDES];
    struct new_session_ticket *new_session_ticket;
    struct signatures *signatures; /* what was signed (handshake/signatures.h); NULL: nothing was read */
    struct moment client_hello_seen, second_hello_seen, server_hello_seen, hello_retry_request_seen;
    uint32_t
        client_hello_end; /* TCP: one past the sequence number of its last byte, or of what came with it */
    struct moment certificate_status_seen, certificate_request_seen, server_hello_done_seen,
        client_key_exchange_seen, server_key_exchange_seen;
    struct moment renegotiation_seen; /* first message or hidden record of one */
    uint32_t renegotiations;
    bool ssl2;

    struct direction direction[SIDES];
    struct message *messages; /* MESSAGES_KEPT of them at most */
    uint32_t message_count, messages_dropped;
    struct alert *alerts;
    uint32_t alert_count;
    struct hidden_record *hidden; /* records of type 22 and 23 (1.3: the handshake behind encryption) */
    uint32_t hidden_count;
    uint32_t malformed_messages, cut_messages;
    enum carrier carrier;
    struct preamble_facts *preamble; /* what came before TLS; NULL: nothing that is known */
    struct dtls_facts *dtls;         /* NULL unless the carrier is DTLS */
    struct quic_facts *quic;         /* NULL unless the carrier is QUIC */

    /* what follows from it: handshake/conclude.c */
    struct octets_list acceptable_issuers; /* the request's names as text (RFC 4514) */
    struct certificate_chain chain[SIDES];
    struct certificates *certificates; /* whose the chains' are; NULL: none were read */
    enum trust_answer trust[SIDES];    /* does the other side trust the chain, as far as the user told */
    struct octets missing_issuer[SIDES];
    struct chain_revocation *revocation[SIDES]; /* handshake/revoked.h; NULL: nothing was asked */
    const struct candidacy *candidacy; /* of the user's certificate (candidacy.h); NULL: not asked for */
    bool tls_seen;
    uint16_t version; /* negotiated, final code point, DTLS's as the one of TLS it stands for; 0: unknown */
    uint16_t draft;   /* of 1.3 */
    uint16_t cipher;  /* meaningful with server_hello */
    uint16_t group;   /* 0: none or unknown */
    enum answer resumed;
    enum resumption_kind resumption;
    enum resumption_kind resumption_offered;
    enum phase phase;
    enum outcome outcome;
    enum side close_by;
    struct inference inference;
    struct exchange exchange;
    struct late late;
    struct front_leg front_leg;
    struct twin twin;
    struct belief_step beliefs[BELIEFS_KEPT]; /* in the order of packets, those without one last */
    uint32_t belief_count;
    const char **shapes;                               /* SHAPES of them, NULL: not asked for yet */
    bool capture_incomplete;                           /* something that conclusions rest on may be missing */
    char ja3[33], ja3s[33], ja4[37], community_id[31]; /* "" where there is none */

    /* what the rules say */
    struct finding *findings; /* the verdict first */
    uint32_t finding_count;
    bool has_verdict; /* findings[0] is it */
    const char *summary;
    struct recognition *recognition; /* NULL: nobody can tell */
};

/* The side that a half is. */
static inline enum side handshake_side(const struct handshake *handshake, int half)
{
    return half == handshake->client_half ? SIDE_CLIENT : SIDE_SERVER;
}

static inline const struct half *handshake_half(const struct handshake *handshake, enum side side)
{
    return &handshake->connection
                ->half[side == SIDE_CLIENT ? handshake->client_half : 1 - handshake->client_half];
}

#endif
