/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/message_stream.h"

enum { MESSAGE_HEADER_SIZE = 4 };

void message_stream_free(struct message_stream *stream)
{
    buffer_free(&stream->partial);
    stream->pass = 0;
}

static bool header_read(struct cursor *c, struct handshake_message *message)
{
    cursor_u8(c, &message->type);
    return cursor_u24(c, &message->length);
}

static struct cursor kept(const struct message_stream *stream)
{
    return cursor_over(stream->partial.bytes, stream->partial.length);
}

static void keep(struct message_stream *stream, struct cursor *bytes, size_t length)
{
    if (length > bytes->left)
        length = bytes->left;
    buffer_add(&stream->partial, cursor_take(bytes, length), length);
}

/* Hands out what is kept: the whole message, or as much as came. Less than a header says nothing. The bytes
 * go with it, so whatever the handler does with the stream finds it empty. */
static void hand_out_kept(struct message_stream *stream, message_handler *handler, void *user)
{
    struct buffer partial = stream->partial;
    struct cursor body = kept(stream);
    struct handshake_message message;
    stream->partial = (struct buffer){0};
    if (header_read(&body, &message)) {
        message.body = cursor_over_cut(body.at, body.left, message.length);
        handler(user, &message);
    }
    buffer_free(&partial);
}

static void begin_message(struct message_stream *stream, struct cursor *bytes, message_handler *handler,
                          void *user)
{
    struct handshake_message message;
    struct cursor at = *bytes;
    if (header_read(&at, &message) && message.length <= at.left) {
        cursor_child(&at, message.length, &message.body);
        *bytes = at;
        handler(user, &message);
    } else {
        keep(stream, bytes, MESSAGE_HEADER_SIZE);
    }
}

static void continue_message(struct message_stream *stream, struct cursor *bytes, message_handler *handler,
                             void *user)
{
    struct handshake_message message;
    if (stream->partial.length < MESSAGE_HEADER_SIZE)
        keep(stream, bytes, MESSAGE_HEADER_SIZE - stream->partial.length);
    struct cursor header = kept(stream);
    if (!header_read(&header, &message))
        return;
    uint32_t wanted = message.length < MESSAGE_LIMIT ? message.length : MESSAGE_LIMIT;
    keep(stream, bytes, MESSAGE_HEADER_SIZE + wanted - stream->partial.length);
    if (stream->partial.length < MESSAGE_HEADER_SIZE + wanted)
        return;
    stream->pass = message.length - wanted;
    hand_out_kept(stream, handler, user);
}

static void pass_over(struct message_stream *stream, struct cursor *bytes)
{
    size_t length = stream->pass < bytes->left ? stream->pass : bytes->left;
    cursor_skip(bytes, length);
    stream->pass -= (uint32_t)length;
}

void message_stream_bytes(struct message_stream *stream, const uint8_t *bytes, size_t length, bool cut,
                          message_handler *handler, void *user)
{
    struct cursor at = cursor_over(bytes, length);
    while (at.left > 0) {
        if (stream->pass > 0)
            pass_over(stream, &at);
        else if (stream->partial.length > 0)
            continue_message(stream, &at, handler, user);
        else
            begin_message(stream, &at, handler, user);
    }
    if (cut)
        message_stream_flush(stream, handler, user);
}

void message_stream_flush(struct message_stream *stream, message_handler *handler, void *user)
{
    stream->pass = 0;
    if (stream->partial.length > 0)
        hand_out_kept(stream, handler, user);
}

bool message_stream_pending(const struct message_stream *stream)
{
    return stream->partial.length > 0 || stream->pass > 0;
}
