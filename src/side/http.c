/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/http.h"

#include "base/memory.h"
#include "preamble/text_line.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum state {
    STATE_START, /* a request line or a status line comes */
    STATE_HEADERS,
    STATE_BODY,      /* `left` bytes */
    STATE_BODY_REST, /* up to the end of the connection */
    STATE_CHUNK_SIZE,
    STATE_CHUNK,
    STATE_CHUNK_END, /* the empty line behind it */
    STATE_TRAILER,
    STATE_LOST,
};

/* ---- Lines --------------------------------------------------------------------------------------------- */

/* True once the line is complete; it stands in `line` without its end. */
static bool take_line(struct http_stream *stream, struct cursor *bytes)
{
    const uint8_t *end = bytes->left > 0 ? memchr(bytes->at, '\n', bytes->left) : NULL;
    size_t length = end ? (size_t)(end - bytes->at) : bytes->left;
    size_t room = HTTP_LINE_MOST - stream->line.length;
    buffer_add(&stream->line, bytes->at, length < room ? length : room);
    cursor_skip(bytes, end ? length + 1 : length);
    if (!end)
        return false;
    if (stream->line.length > 0 && stream->line.bytes[stream->line.length - 1] == '\r')
        stream->line.bytes[--stream->line.length] = '\0';
    return true;
}

static struct cursor line_of(const struct http_stream *stream)
{
    return cursor_over(stream->line.bytes, stream->line.length);
}

/* As much as there is room for, with a NUL behind it. */
static void copy_text(char *out, size_t room, struct cursor text)
{
    size_t length = text.left < room - 1 ? text.left : room - 1;
    memcpy(out, text.at, length);
    out[length] = '\0';
}

/* ---- Heads --------------------------------------------------------------------------------------------- */

static bool is_method(struct cursor word)
{
    for (size_t i = 0; i < word.left; i++)
        if (word.at[i] < 'A' || word.at[i] > 'Z')
            return false;
    return word.left >= 3 && word.left < sizeof((struct http_head *)NULL)->method;
}

static bool read_start(struct http_head *head, struct cursor line)
{
    memset(head, 0, sizeof *head);
    if (line_begins(line, "HTTP/1.")) {
        line_word(&line);
        head->status = (uint16_t)line_number(line_word(&line), 999);
        return head->status >= 100;
    }
    struct cursor method = line_word(&line), target = line_word(&line), version = line_word(&line);
    if (!is_method(method) || target.left == 0 || !line_begins(version, "HTTP/1."))
        return false;
    head->is_request = true;
    copy_text(head->method, sizeof head->method, method);
    copy_text(head->target, sizeof head->target, target);
    return true;
}

static void read_content_type(struct http_head *head, struct cursor value)
{
    size_t length = 0;
    while (length < value.left && value.at[length] != ';' && !isspace(value.at[length]))
        length++;
    copy_text(head->content_type, sizeof head->content_type, cursor_over(value.at, length));
    for (char *c = head->content_type; *c; c++)
        *c = (char)tolower((unsigned char)*c);
}

static void read_length(struct http_head *head, struct cursor value)
{
    uint64_t length = 0;
    uint8_t digit;
    bool number = value.left > 0 && value.left < 19;
    while (number && cursor_u8(&value, &digit)) {
        number = isdigit(digit);
        length = length * 10 + (uint64_t)(digit - '0');
    }
    head->has_length = number;
    head->length = number ? length : 0;
}

static void read_header(struct http_head *head, struct cursor line)
{
    const uint8_t *colon = line.left > 0 ? memchr(line.at, ':', line.left) : NULL;
    if (!colon)
        return;
    struct cursor name = cursor_over(line.at, (size_t)(colon - line.at));
    cursor_skip(&line, name.left + 1);
    struct cursor value = line_trimmed(line);
    if (line_word_is(name, "Host"))
        copy_text(head->host, sizeof head->host, value);
    else if (line_word_is(name, "Content-Type"))
        read_content_type(head, value);
    else if (line_word_is(name, "Content-Length"))
        read_length(head, value);
    else if (line_word_is(name, "Transfer-Encoding"))
        head->chunked = line_contains(value, "chunked");
}

/* RFC 9112 section 6.3. */
static void begin_body(struct http_stream *stream)
{
    const struct http_head *head = stream->head;
    bool never = head->status / 100 == 1 || head->status == 204 || head->status == 304;
    stream->left = never ? 0 : head->length;
    stream->state = STATE_BODY;
    if (head->chunked && !never)
        stream->state = STATE_CHUNK_SIZE;
    else if (!head->has_length && !head->is_request && !never)
        stream->state = STATE_BODY_REST;
}

/* ---- The stream ---------------------------------------------------------------------------------------- */

static enum http_step lose(struct http_stream *stream)
{
    stream->state = STATE_LOST;
    buffer_free(&stream->line);
    return HTTP_LOST;
}

/* An empty line may stand before a message (RFC 9112 section 2.2). */
static enum http_step take_start(struct http_stream *stream)
{
    if (stream->line.length == 0)
        return HTTP_MORE;
    if (!stream->head)
        stream->head = memory_new(1, sizeof *stream->head);
    if (!read_start(stream->head, line_of(stream)))
        return lose(stream);
    stream->state = STATE_HEADERS;
    stream->headers = 0;
    return HTTP_MORE;
}

static enum http_step take_header(struct http_stream *stream)
{
    if (stream->line.length > 0) {
        read_header(stream->head, line_of(stream));
        return ++stream->headers > HTTP_HEADERS_MOST ? lose(stream) : HTTP_MORE;
    }
    begin_body(stream);
    return HTTP_HEAD;
}

static enum http_step take_chunk_size(struct http_stream *stream)
{
    char *end;
    const char *text = stream->line.bytes;
    if (stream->line.length == 0 || stream->line.length > 64 || !isxdigit((unsigned char)*text))
        return lose(stream);
    stream->left = strtoull(text, &end, 16);
    if (stream->left > UINT32_MAX)
        return lose(stream);
    stream->state = stream->left > 0 ? STATE_CHUNK : STATE_TRAILER;
    return HTTP_MORE;
}

static enum http_step take_trailer(struct http_stream *stream)
{
    if (stream->line.length > 0)
        return ++stream->headers > 2 * HTTP_HEADERS_MOST ? lose(stream) : HTTP_MORE;
    stream->state = STATE_START;
    return HTTP_END;
}

static enum http_step use_line(struct http_stream *stream)
{
    switch ((enum state)stream->state) {
    case STATE_START:
        return take_start(stream);
    case STATE_HEADERS:
        return take_header(stream);
    case STATE_CHUNK_SIZE:
        return take_chunk_size(stream);
    case STATE_CHUNK_END:
        if (stream->line.length > 0)
            return lose(stream);
        stream->state = STATE_CHUNK_SIZE;
        return HTTP_MORE;
    case STATE_TRAILER:
        return take_trailer(stream);
    default:
        return lose(stream);
    }
}

static enum http_step take_body(struct http_stream *stream, struct cursor *bytes)
{
    bool counted = stream->state != STATE_BODY_REST;
    size_t length = counted && stream->left < bytes->left ? (size_t)stream->left : bytes->left;
    stream->body = cursor_take(bytes, length);
    stream->body_length = length;
    stream->left -= counted ? length : 0;
    return HTTP_BODY;
}

static bool is_body(const struct http_stream *stream)
{
    return stream->state == STATE_BODY || stream->state == STATE_BODY_REST || stream->state == STATE_CHUNK;
}

/* A method or a version begins with a capital letter. */
static bool begins_otherwise(const struct http_stream *stream, const struct cursor *bytes)
{
    if (stream->state != STATE_START || stream->line.length > 0 || bytes->left == 0)
        return false;
    uint8_t first = bytes->at[0];
    return !(first >= 'A' && first <= 'Z') && first != '\r' && first != '\n';
}

enum http_step http_read(struct http_stream *stream, struct cursor *bytes)
{
    if (stream->state == STATE_LOST)
        return HTTP_LOST;
    if (stream->state == STATE_BODY && stream->left == 0) {
        stream->state = STATE_START;
        return HTTP_END;
    }
    if (stream->state == STATE_CHUNK && stream->left == 0)
        stream->state = STATE_CHUNK_END;
    if (begins_otherwise(stream, bytes))
        return lose(stream);
    enum http_step step = HTTP_MORE;
    while (step == HTTP_MORE && bytes->left > 0) {
        if (is_body(stream))
            return take_body(stream, bytes);
        if (!take_line(stream, bytes))
            return HTTP_MORE;
        step = use_line(stream);
        buffer_clear(&stream->line);
    }
    return step;
}

void http_expect_no_body(struct http_stream *stream)
{
    if (stream->state != STATE_LOST)
        stream->state = STATE_BODY;
    stream->left = 0;
}

bool http_skip(struct http_stream *stream, uint64_t missing)
{
    bool counted = stream->state == STATE_BODY || stream->state == STATE_CHUNK;
    if (stream->state == STATE_BODY_REST)
        return true;
    if (!counted || missing > stream->left) {
        lose(stream);
        return false;
    }
    stream->left -= missing;
    return true;
}

bool http_close(struct http_stream *stream)
{
    bool completes = stream->state == STATE_BODY_REST;
    if (completes)
        stream->state = STATE_START;
    return completes;
}

void http_free(struct http_stream *stream)
{
    buffer_free(&stream->line);
    free(stream->head);
    stream->head = NULL;
}
