/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_TLS_RECORD_H
#define TLSWHY_TLS_RECORD_H

/*
 * A record stream cuts the ordered bytes of one direction into TLS records (RFC 8446 section 5.1) or SSLv2
 * records. It owns a buffer for a record that is not complete yet, never more than one. Application data can
 * be passed over without being kept. After a gap it finds the next record where that is possible.
 */

#include "base/cursor.h"
#include "tls/protocol.h"

/* What RFC 5246 section 6.2.3 allows. Longer ones are read where a record has to stand. */
enum { RECORD_BODY_LIMIT = 16384 + 2048 };

struct record {
    bool ssl2;
    uint8_t type;       /* tls_content_type; SSLv2: the message type where it is in the clear */
    uint16_t version;   /* of the header */
    uint32_t length;    /* of the body, as announced */
    struct cursor body; /* empty for records that are passed over */
    bool cut;           /* bytes of it are missing from the capture: `body` holds those before the hole */
};

struct record_sink {
    void (*record)(void *user, const struct record *record);
    /* What stands where a record header should is none. Called once; the stream is dead after it until a gap
     * or record_stream_restart(). `bytes` are the first ones that don't fit. */
    void (*not_tls)(void *user, const uint8_t *bytes, size_t length);
};

struct record_stream {
    uint8_t *partial; /* owned: header and body so far */
    uint32_t have, room;
    uint32_t pass; /* bytes of the current record still to be passed over */
    uint32_t lost; /* bytes of it that the capture lacks, while passing */
    uint16_t passed_version, passed_length;
    bool passing;       /* that record is handed out at its end */
    bool dead, seeking; /* no TLS here; a gap was met and the next header is being looked for */
    bool ssl2;          /* SSLv2 framing */
    bool ssl2_settled;  /* ... and what followed the first record was SSLv2 again */
    bool gapped;        /* a gap was met: what looked like a header may not have been one */
    bool skip_data;     /* bodies of application data records are not kept: set by the owner */
    bool began;         /* a record was handed out */
};

void record_stream_free(
    struct record_stream *stream); /* the struct itself is the owner's; zeroes are a valid stream */

/* SSLv2 framing from the next byte on (the first bytes of an SSLv2 hello were seen). TLS records behind the
 * first SSLv2 record are noticed. */
void record_stream_use_ssl2(struct record_stream *stream);

/* TLS records from the next byte on, whatever was before. */
void record_stream_restart(struct record_stream *stream);

/* `bytes` are best a segment's: after a gap only their beginning is tried. */
void record_stream_bytes(struct record_stream *stream, const uint8_t *bytes, size_t length,
                         const struct record_sink *sink, void *user);

/* `missing` bytes were on the wire that the capture lacks; 0: nobody knows how many. Also what to begin with
 * where a connection is met midway. */
void record_stream_gap(struct record_stream *stream, uint64_t missing, const struct record_sink *sink,
                       void *user);

/* No more bytes come: hands out the record that is not complete, marked cut. */
void record_stream_end(struct record_stream *stream, const struct record_sink *sink, void *user);

/* What the first bytes of a direction look like. */
enum record_guess {
    RECORD_GUESS_NEED_MORE, /* too few bytes to tell */
    RECORD_GUESS_NONE,
    RECORD_GUESS_TLS_HANDSHAKE, /* a handshake record that holds a ClientHello or ServerHello: certain */
    RECORD_GUESS_TLS_ALERT,     /* a plausible clear alert record and nothing that contradicts it */
    RECORD_GUESS_TLS_OTHER,     /* a plausible record header of another type or message: alone no proof */
    RECORD_GUESS_TLS_RECORDS,   /* of these a whole one, with the next header or nothing behind it */
    RECORD_GUESS_SSL2_CLIENT_HELLO,
    RECORD_GUESS_SSL2_SERVER_HELLO,
    RECORD_GUESS_SSL2_ERROR, /* in answer to a CLIENT-HELLO */
};
enum record_guess record_guess(const uint8_t *bytes, size_t length);

#endif
