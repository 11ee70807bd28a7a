/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TLSWHY_QUIC_FRAMES_H
#define TLSWHY_QUIC_FRAMES_H

/*
 * The frames that an Initial packet may hold (RFC 9000 section 12.4 and 19): TLS's bytes, acknowledgments,
 * and the end of the connection with its reason.
 */

#include "base/cursor.h"

/* Error codes from here on are TLS alerts (RFC 9000 section 20.1, RFC 9001 section 4.8). */
enum { QUIC_CRYPTO_ERROR = 0x100 };

struct quic_close {
    bool application; /* type 0x1d: the code is the application's own */
    uint64_t code;
    uint64_t frame_type;  /* that caused it; 0: unknown, or the application */
    struct cursor reason; /* text that the sender chose */
};

struct quic_frame_sink {
    void (*crypto)(void *user, uint64_t offset, struct cursor bytes);
    void (*close)(void *user, const struct quic_close *close);
    void (*acknowledgment)(void *user); /* may be NULL */
};

/* Reads all frames; false where they make no sense (those before were handed out all the same). */
bool quic_frames_read(struct cursor payload, const struct quic_frame_sink *sink, void *user);

#endif
