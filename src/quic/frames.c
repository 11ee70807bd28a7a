/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quic/frames.h"

#include "quic/packet.h"

enum {
    FRAME_PADDING = 0x00,
    FRAME_PING = 0x01,
    FRAME_ACK = 0x02,
    FRAME_ACK_ECN = 0x03,
    FRAME_CRYPTO = 0x06,
    FRAME_CLOSE = 0x1C,
    FRAME_APPLICATION_CLOSE = 0x1D,
};

static void skip_integers(struct cursor *c, uint64_t count)
{
    uint64_t value;
    for (uint64_t i = 0; i < count && quic_read_integer(c, &value); i++)
        ;
}

/* RFC 9000 section 19.3 */
static void skip_acknowledgment(struct cursor *c, bool ecn)
{
    uint64_t ranges;
    skip_integers(c, 2); /* largest, delay */
    if (!quic_read_integer(c, &ranges) || ranges > c->left)
        ranges = c->left;
    skip_integers(c, 1 + 2 * ranges + (ecn ? 3 : 0));
}

static void read_crypto(struct cursor *c, const struct quic_frame_sink *sink, void *user)
{
    uint64_t offset, length;
    struct cursor bytes;
    quic_read_integer(c, &offset);
    quic_read_integer(c, &length);
    if (cursor_child(c, length, &bytes))
        sink->crypto(user, offset, bytes);
}

static void read_close(struct cursor *c, bool application, const struct quic_frame_sink *sink, void *user)
{
    struct quic_close close = {.application = application};
    uint64_t length;
    quic_read_integer(c, &close.code);
    if (!application)
        quic_read_integer(c, &close.frame_type);
    quic_read_integer(c, &length);
    if (cursor_child(c, length, &close.reason))
        sink->close(user, &close);
}

bool quic_frames_read(struct cursor payload, const struct quic_frame_sink *sink, void *user)
{
    uint64_t type;
    while (payload.left > 0 && quic_read_integer(&payload, &type)) {
        switch (type) {
        case FRAME_PADDING:
        case FRAME_PING:
            break;
        case FRAME_ACK:
        case FRAME_ACK_ECN:
            skip_acknowledgment(&payload, type == FRAME_ACK_ECN);
            if (sink->acknowledgment)
                sink->acknowledgment(user);
            break;
        case FRAME_CRYPTO:
            read_crypto(&payload, sink, user);
            break;
        case FRAME_CLOSE:
        case FRAME_APPLICATION_CLOSE:
            read_close(&payload, type == FRAME_APPLICATION_CLOSE, sink, user);
            break;
        default:
            return false;
        }
    }
    return payload.status != CURSOR_MALFORMED;
}
