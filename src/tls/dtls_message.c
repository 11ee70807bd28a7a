/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/dtls_message.h"

/* ---- Fragments ----------------------------------------------------------------------------------------- */

bool dtls_fragment_read(struct cursor *body, struct dtls_fragment *fragment)
{
    *fragment = (struct dtls_fragment){0};
    if (!cursor_more(body))
        return false;
    cursor_u8(body, &fragment->type);
    cursor_u24(body, &fragment->message_length);
    cursor_u16(body, &fragment->message);
    cursor_u24(body, &fragment->offset);
    if (!cursor_u24(body, &fragment->length) || fragment->length > fragment->message_length ||
        fragment->offset > fragment->message_length - fragment->length)
        return false;
    return cursor_child(body, fragment->length, &fragment->bytes);
}

/* ---- What was repeated --------------------------------------------------------------------------------- */

static bool is_behind(struct dtls_place a, struct dtls_place b)
{
    return a.message != b.message ? a.message > b.message : a.offset > b.offset;
}

/* A flight is sent again from its beginning, so within one repetition the places ascend. */
static void note_repeated(struct dtls_messages *messages, const struct dtls_fragment *fragment)
{
    struct dtls_place place = {.message = fragment->message, .offset = fragment->offset};
    if (!messages->repeating || !is_behind(place, messages->repeated))
        messages->repeats++;
    messages->repeating = true;
    messages->repeated = place;
}

static void note_new(struct dtls_messages *messages, uint16_t number)
{
    if (number <= messages->newest && messages->numbered)
        return;
    messages->newest = number;
    messages->repeating = false;
}

/* ---- Messages that are not complete -------------------------------------------------------------------- */

static struct dtls_partial *find(struct dtls_messages *messages, uint16_t number)
{
    for (int i = 0; i < DTLS_MESSAGES_AHEAD; i++)
        if (messages->ahead[i].used && messages->ahead[i].number == number)
            return &messages->ahead[i];
    return NULL;
}

static struct dtls_partial *begin(struct dtls_messages *messages, const struct dtls_fragment *fragment)
{
    for (int i = 0; i < DTLS_MESSAGES_AHEAD; i++)
        if (!messages->ahead[i].used) {
            messages->ahead[i] = (struct dtls_partial){.used = true,
                                                       .type = fragment->type,
                                                       .number = fragment->message,
                                                       .length = fragment->message_length};
            return &messages->ahead[i];
        }
    return NULL;
}

static bool is_complete(const struct dtls_partial *partial)
{
    return pieces_ready(&partial->pieces) == partial->length;
}

/* The bytes go with it, so whatever the handler does finds the place free. */
static void hand_out(struct dtls_messages *messages, struct dtls_partial *partial, message_handler *handler,
                     void *user)
{
    struct dtls_partial taken = *partial;
    *partial = (struct dtls_partial){0};
    messages->next = (uint16_t)(taken.number + 1);
    messages->numbered = true;
    messages->lost += !is_complete(&taken);
    struct handshake_message message = {.type = taken.type, .number = taken.number, .length = taken.length};
    message.body = cursor_over_cut(taken.pieces.bytes, pieces_ready(&taken.pieces), taken.length);
    handler(user, &message);
    pieces_free(&taken.pieces);
}

/* What a side says first: where it stands the numbers begin, whatever was not captured before it. */
static bool is_hello(uint8_t type)
{
    return type == TLS_HANDSHAKE_CLIENT_HELLO || type == TLS_HANDSHAKE_SERVER_HELLO;
}

static void hand_out_complete(struct dtls_messages *messages, message_handler *handler, void *user)
{
    struct dtls_partial *partial;
    while (messages->numbered && (partial = find(messages, messages->next)) && is_complete(partial))
        hand_out(messages, partial, handler, user);
}

static void forget_before_next(struct dtls_messages *messages)
{
    for (int i = 0; i < DTLS_MESSAGES_AHEAD; i++)
        if (messages->ahead[i].used && messages->ahead[i].number < messages->next) {
            pieces_free(&messages->ahead[i].pieces);
            messages->ahead[i].used = false;
        }
}

static bool came_before(const struct dtls_messages *messages, const struct dtls_partial *partial,
                        const struct dtls_fragment *fragment)
{
    if (messages->numbered && fragment->message < messages->next)
        return true;
    if (!partial || fragment->length == 0)
        return false;
    return pieces_have(&partial->pieces, fragment->offset, fragment->length);
}

/* A fragment that speaks of another type or length than the first one did is not the sender's. */
static bool fits(const struct dtls_partial *partial, const struct dtls_fragment *fragment)
{
    return partial->type == fragment->type && partial->length == fragment->message_length;
}

bool dtls_messages_fragment(struct dtls_messages *messages, const struct dtls_fragment *fragment,
                            message_handler *handler, void *user)
{
    struct dtls_partial *partial = find(messages, fragment->message);
    if (came_before(messages, partial, fragment)) {
        note_repeated(messages, fragment);
        return false;
    }
    note_new(messages, fragment->message);
    if (!partial)
        partial = begin(messages, fragment);
    if (!partial || !fits(partial, fragment) ||
        !pieces_add(&partial->pieces, DTLS_MESSAGE_LIMIT, fragment->offset, fragment->bytes.at,
                    fragment->bytes.left)) {
        messages->dropped++;
        return true;
    }
    if (is_hello(partial->type) && is_complete(partial)) {
        hand_out(messages, partial, handler, user);
        forget_before_next(messages);
    }
    hand_out_complete(messages, handler, user);
    return true;
}

static struct dtls_partial *lowest(struct dtls_messages *messages)
{
    struct dtls_partial *found = NULL;
    for (int i = 0; i < DTLS_MESSAGES_AHEAD; i++)
        if (messages->ahead[i].used && (!found || messages->ahead[i].number < found->number))
            found = &messages->ahead[i];
    return found;
}

void dtls_messages_flush(struct dtls_messages *messages, message_handler *handler, void *user)
{
    struct dtls_partial *partial;
    while ((partial = lowest(messages)))
        hand_out(messages, partial, handler, user);
}

size_t dtls_messages_size(const struct dtls_messages *messages)
{
    size_t size = 0;
    for (int i = 0; i < DTLS_MESSAGES_AHEAD; i++)
        size += pieces_size(&messages->ahead[i].pieces);
    return size;
}

void dtls_messages_free(struct dtls_messages *messages)
{
    for (int i = 0; i < DTLS_MESSAGES_AHEAD; i++)
        pieces_free(&messages->ahead[i].pieces);
    *messages = (struct dtls_messages){0};
}
