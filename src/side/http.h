/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_SIDE_HTTP_H
#define TLSWHY_SIDE_HTTP_H

/*
 * One direction of a connection that speaks HTTP/1 in plain bytes (RFC 9112): cut into heads and bodies while
 * the bytes come. Of the headers only those are kept that say what the body is and where it ends. Memory is
 * bounded: of a line at most HTTP_LINE_MOST bytes count.
 */

#include "base/buffer.h"
#include "base/cursor.h"
#include <stdbool.h>
#include <stdint.h>

enum { HTTP_LINE_MOST = 1536, HTTP_HEADERS_MOST = 256 };

struct http_head {
    bool is_request;
    char method[12];
    char target[HTTP_LINE_MOST]; /* of a request; cut where it is longer */
    char host[256];
    uint16_t status;       /* of an answer */
    char content_type[64]; /* in lower case, without parameters */
    bool has_length, chunked;
    uint64_t length;
};

enum http_step {
    HTTP_MORE, /* all bytes were read, and nothing is ready */
    HTTP_HEAD, /* a head is complete: `head` */
    HTTP_BODY, /* bytes of the body: `body`, `body_length` */
    HTTP_END,  /* the message is complete */
    HTTP_LOST, /* this is no HTTP, or not to be followed any longer */
};

/* All zero is a stream of which nothing was read. */
struct http_stream {
    uint8_t state; /* the reader's own */
    struct buffer line;
    uint32_t headers;
    uint64_t left; /* of the body, or of a chunk */
    struct http_head *head;
    const uint8_t *body; /* with HTTP_BODY; borrows from what was read */
    size_t body_length;
};

/* Reads on; takes from `bytes` what it has read. To be called again until it says HTTP_MORE or HTTP_LOST. */
enum http_step http_read(struct http_stream *stream, struct cursor *bytes);

/* After HTTP_HEAD of an answer that has no body whatever its head says: to a HEAD request. */
void http_expect_no_body(struct http_stream *stream);

/* The bytes that come next are missing: what can be followed on from there is nothing, or a body whose bytes
 * are counted. Returns false where the stream is lost with that. */
bool http_skip(struct http_stream *stream, uint64_t missing);

/* The sender closed; true where that completes a message. */
bool http_close(struct http_stream *stream);

void http_free(struct http_stream *stream); /* what it holds */

#endif
