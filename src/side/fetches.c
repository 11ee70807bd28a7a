/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "side/fetches.h"

#include "base/hash.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIALS = 2048,
    REQUESTS = 2048,
    BUCKETS = 1024,
    BODY_MOST = 1 << 20,
    BODIES_MOST = 4 << 20,
    BEGINNING = 64,         /* bytes kept of a body that is of no use */
    DULL_BODY = 256 * 1024, /* what is longer and of no use is not waited for */
    DULL_MESSAGES = 256,    /* answers on one connection after which no more are read */
    URL_MOST = 1024,
};

/*
 * Numbers of a ring's elements go up for ever, from 1; an element stands at its number's remainder until it
 * gives way. 0 is none.
 */
struct line {
    uint64_t number, older; /* the one before of the same client */
};

struct watched {
    struct line line;
    struct connection *live; /* NULL once it is over; the table's own */
    struct dial dial;        /* once it is over */
    int client;              /* the half that opened it */
    struct http_stream stream[2];
    uint64_t request; /* the latest on it */
    uint32_t messages;
    bool done;    /* nothing more is to be read of it */
    bool dropped; /* it carries something else: nothing is known of it */
};

struct remembered {
    struct request request; /* first: who has it has the rest */
    struct line line;
    char *url;
    struct buffer body;
};

struct fetches {
    struct fetches_listener listener;
    struct hash_key key;
    uint64_t latest_dial, latest_request;
    uint64_t oldest_body; /* all requests before this one have given up their bodies */
    size_t bodies;        /* bytes of them */
    uint64_t dials_of[BUCKETS], requests_of[BUCKETS];
    struct watched dials[DIALS];
    struct remembered requests[REQUESTS];
};

struct fetches *fetches_new(const struct fetches_listener *listener)
{
    struct fetches *fetches = memory_new(1, sizeof *fetches);
    fetches->listener = *listener;
    fetches->key = hash_key_new();
    return fetches;
}

static size_t bucket_of(const struct fetches *fetches, const struct address *client)
{
    return hash_bytes(fetches->key, client, sizeof *client) % BUCKETS;
}

/* ---- Giving way ---------------------------------------------------------------------------------------- */

static void stop_reading(struct watched *watched)
{
    http_free(&watched->stream[0]);
    http_free(&watched->stream[1]);
    watched->done = true;
}

static void forget_dial(struct watched *watched)
{
    if (watched->live)
        watched->live->watched = NULL;
    stop_reading(watched);
    *watched = (struct watched){0};
}

static void drop_body(struct fetches *fetches, struct remembered *remembered)
{
    fetches->bodies -= remembered->body.length;
    buffer_free(&remembered->body);
    remembered->request.body = NULL;
    remembered->request.body_length = 0;
    remembered->request.whole_body = false;
}

static void forget_request(struct fetches *fetches, struct remembered *remembered)
{
    drop_body(fetches, remembered);
    free(remembered->url);
    *remembered = (struct remembered){0};
}

bool fetches_are_empty(const struct fetches *fetches)
{
    return fetches->latest_dial == 0;
}

void fetches_forget(struct fetches *fetches)
{
    if (fetches_are_empty(fetches))
        return;
    for (size_t i = 0; i < DIALS; i++)
        if (fetches->dials[i].line.number)
            forget_dial(&fetches->dials[i]);
    for (size_t i = 0; i < REQUESTS; i++)
        if (fetches->requests[i].line.number)
            forget_request(fetches, &fetches->requests[i]);
    fetches->latest_dial = fetches->latest_request = fetches->oldest_body = 0;
    memset(fetches->dials_of, 0, sizeof fetches->dials_of);
    memset(fetches->requests_of, 0, sizeof fetches->requests_of);
}

void fetches_free(struct fetches *fetches)
{
    if (!fetches)
        return;
    fetches_forget(fetches);
    free(fetches);
}

/* ---- Connections --------------------------------------------------------------------------------------- */

void fetches_begin(struct fetches *fetches, struct connection *connection, int client)
{
    const struct address *address = &connection->half[client].endpoint.address;
    uint64_t *bucket = &fetches->dials_of[bucket_of(fetches, address)];
    struct watched *watched = &fetches->dials[++fetches->latest_dial % DIALS];
    forget_dial(watched);
    watched->line = (struct line){.number = fetches->latest_dial, .older = *bucket};
    watched->live = connection;
    watched->client = client;
    *bucket = watched->line.number;
    connection->watched = watched;
}

void fetches_drop(struct fetches *fetches, struct connection *connection)
{
    struct watched *watched = connection->watched;
    (void)fetches;
    if (!watched)
        return;
    connection->watched = NULL;
    watched->live = NULL;
    watched->dropped = true;
    stop_reading(watched);
}

static void describe(const struct watched *watched, struct dial *out)
{
    const struct connection *connection = watched->live;
    const struct half *client = &connection->half[watched->client];
    const struct half *server = &connection->half[1 - watched->client];
    *out = (struct dial){
        .client = client->endpoint,
        .server = server->endpoint,
        .first = connection->first,
        .last = connection->last,
        .syn_count = client->syn_count,
        .answered = server->packets > 0,
        .established = connection->established,
        .refused = connection->refused,
        .closed = connection->closed,
        .icmp = {.packet = connection->icmp.packet, .time = connection->icmp.time},
        .icmp_from = connection->icmp.from,
    };
}

/* ---- Requests ------------------------------------------------------------------------------------------ */

/* NULL where it has given way, or there is none. */
static struct remembered *request_of(struct fetches *fetches, uint64_t number)
{
    struct remembered *remembered = &fetches->requests[number % REQUESTS];
    return number && remembered->line.number == number ? remembered : NULL;
}

/* The target may be a whole URL, as proxies are asked; the port is left out where it is HTTP's own. */
static char *compose_url(const struct http_head *head, const struct endpoint *server)
{
    struct buffer url = {0};
    if (head->target[0] == '/') {
        buffer_add_string(&url, "http://");
        buffer_add_string(&url, head->host);
        if (server->port != 80 && !strchr(head->host, ':'))
            buffer_add_format(&url, ":%u", server->port);
    }
    buffer_add_string(&url, head->target);
    if (url.length > URL_MOST)
        url.bytes[URL_MOST] = '\0';
    return url.bytes;
}

static void begin_request(struct fetches *fetches, struct watched *watched, const struct http_head *head,
                          struct moment now)
{
    struct dial dial;
    describe(watched, &dial);
    uint64_t *bucket = &fetches->requests_of[bucket_of(fetches, &dial.client.address)];
    struct remembered *remembered = &fetches->requests[++fetches->latest_request % REQUESTS];
    if (remembered->line.number)
        forget_request(fetches, remembered);
    remembered->line = (struct line){.number = fetches->latest_request, .older = *bucket};
    *bucket = watched->request = remembered->line.number;
    remembered->url = compose_url(head, &dial.server);
    remembered->request =
        (struct request){.client = dial.client, .server = dial.server, .url = remembered->url, .asked = now};
    snprintf(remembered->request.method, sizeof remembered->request.method, "%s", head->method);
    snprintf(remembered->request.asked_type, sizeof remembered->request.asked_type, "%s", head->content_type);
}

/* ---- Bodies -------------------------------------------------------------------------------------------- */

/* The beginning of a SEQUENCE, which certificates, lists and OCSP's answers are, or of PEM. */
static bool is_of_use(const struct buffer *body)
{
    const uint8_t *bytes = (const uint8_t *)body->bytes;
    if (body->length < 2)
        return true;
    return (bytes[0] == 0x30 && bytes[1] <= 0x84) || (bytes[0] == '-' && bytes[1] == '-');
}

static void make_room(struct fetches *fetches, const struct remembered *except)
{
    while (fetches->bodies > BODIES_MOST && fetches->oldest_body < fetches->latest_request) {
        struct remembered *remembered = request_of(fetches, fetches->oldest_body++);
        if (remembered && remembered != except)
            drop_body(fetches, remembered);
    }
}

static void keep_body(struct fetches *fetches, struct remembered *remembered, const uint8_t *bytes,
                      size_t length)
{
    size_t most = is_of_use(&remembered->body) ? BODY_MOST : BEGINNING;
    size_t room = remembered->body.length < most ? most - remembered->body.length : 0;
    size_t kept = length < room ? length : room;
    remembered->request.length += length;
    if (kept == 0)
        return;
    buffer_add(&remembered->body, bytes, kept);
    fetches->bodies += kept;
    make_room(fetches, remembered);
}

static bool is_too_long(const struct remembered *remembered)
{
    bool of_use = is_of_use(&remembered->body);
    return remembered->request.length > (of_use ? BODY_MOST : DULL_BODY);
}

/* ---- Bytes --------------------------------------------------------------------------------------------- */

static void on_head(struct fetches *fetches, struct watched *watched, struct http_stream *stream,
                    struct moment now)
{
    struct remembered *remembered = request_of(fetches, watched->request);
    bool waiting = remembered && !remembered->request.complete.packet;
    if (stream->head->is_request) {
        watched->done = waiting; /* a second one before the answer to the first */
        if (!waiting)
            begin_request(fetches, watched, stream->head, now);
        return;
    }
    if (!waiting || stream->head->status / 100 == 1)
        return;
    struct request *request = &remembered->request;
    if (strcmp(request->method, "HEAD") == 0)
        http_expect_no_body(stream);
    request->answered = now;
    request->status = stream->head->status;
    snprintf(request->content_type, sizeof request->content_type, "%s", stream->head->content_type);
}

static void on_body(struct fetches *fetches, struct watched *watched, const struct http_stream *stream)
{
    struct remembered *remembered = request_of(fetches, watched->request);
    if (stream->head->is_request || !remembered || !remembered->request.answered.packet)
        return;
    keep_body(fetches, remembered, stream->body, stream->body_length);
    watched->done = is_too_long(remembered);
}

static void complete(struct fetches *fetches, struct watched *watched, struct moment now)
{
    struct remembered *remembered = request_of(fetches, watched->request);
    if (!remembered || !remembered->request.answered.packet || remembered->request.complete.packet)
        return;
    struct request *request = &remembered->request;
    request->complete = now;
    request->body = (const uint8_t *)remembered->body.bytes;
    request->body_length = (uint32_t)remembered->body.length;
    request->whole_body = request->length == remembered->body.length;
    watched->done = ++watched->messages >= DULL_MESSAGES;
    if (fetches->listener.fetched)
        fetches->listener.fetched(fetches->listener.user, request);
}

static void on_end(struct fetches *fetches, struct watched *watched, const struct http_stream *stream,
                   struct moment now)
{
    if (!stream->head->is_request && stream->head->status / 100 != 1)
        complete(fetches, watched, now);
}

void fetches_bytes(struct fetches *fetches, struct connection *connection, int half, const uint8_t *bytes,
                   size_t length, struct moment now)
{
    struct watched *watched = connection->watched;
    struct cursor rest = cursor_over(bytes, length);
    enum http_step step = HTTP_HEAD;
    while (watched && !watched->done && step != HTTP_MORE) {
        struct http_stream *stream = &watched->stream[half];
        step = http_read(stream, &rest);
        if (step == HTTP_HEAD)
            on_head(fetches, watched, stream, now);
        else if (step == HTTP_BODY)
            on_body(fetches, watched, stream);
        else if (step == HTTP_END)
            on_end(fetches, watched, stream, now);
        else if (step == HTTP_LOST)
            watched->done = true;
    }
    if (watched && watched->done)
        stop_reading(watched);
}

void fetches_gap(struct fetches *fetches, struct connection *connection, int half, uint64_t missing)
{
    struct watched *watched = connection->watched;
    if (!watched || watched->done)
        return;
    struct remembered *remembered = request_of(fetches, watched->request);
    if (!http_skip(&watched->stream[half], missing))
        stop_reading(watched);
    else if (remembered && !remembered->request.complete.packet)
        remembered->request.length += missing;
}

bool fetches_want(const struct connection *connection)
{
    const struct watched *watched = connection->watched;
    return watched && !watched->done;
}

static void end_request(struct fetches *fetches, struct watched *watched, const struct connection *connection)
{
    struct remembered *remembered = request_of(fetches, watched->request);
    for (int half = 0; half < 2 && !watched->done; half++)
        if (http_close(&watched->stream[half]))
            complete(fetches, watched, connection->last);
    if (remembered && !remembered->request.complete.packet)
        remembered->request.closed = connection->closed.packet ? connection->closed : connection->last;
}

void fetches_over(struct fetches *fetches, struct connection *connection)
{
    struct watched *watched = connection->watched;
    if (!watched)
        return;
    end_request(fetches, watched, connection);
    describe(watched, &watched->dial);
    stop_reading(watched);
    watched->live = NULL;
    connection->watched = NULL;
}

/* ---- Asking -------------------------------------------------------------------------------------------- */

static bool is_of_client(const struct endpoint *end, const struct address *client)
{
    return end->address.family == client->family &&
           memcmp(end->address.bytes, client->bytes, sizeof client->bytes) == 0;
}

static int64_t beginning_of(const struct watched *watched)
{
    return watched->live ? watched->live->first.time : watched->dial.first.time;
}

uint64_t fetches_next_dial(const struct fetches *fetches, const struct address *client, int64_t since,
                           uint64_t before, struct dial *out)
{
    uint64_t number =
        before ? fetches->dials[before % DIALS].line.older : fetches->dials_of[bucket_of(fetches, client)];
    for (;;) {
        const struct watched *watched = &fetches->dials[number % DIALS];
        if (!number || watched->line.number != number || (!watched->dropped && beginning_of(watched) < since))
            return 0;
        if (watched->live)
            describe(watched, out);
        else
            *out = watched->dial;
        if (is_of_client(&out->client, client))
            return number;
        number = watched->line.older;
    }
}

const struct request *fetches_next_request(const struct fetches *fetches, const struct address *client,
                                           int64_t since, const struct request *before)
{
    const struct remembered *remembered = (const struct remembered *)(const void *)before;
    uint64_t number = before ? remembered->line.older : fetches->requests_of[bucket_of(fetches, client)];
    for (;;) {
        remembered = &fetches->requests[number % REQUESTS];
        if (!number || remembered->line.number != number || remembered->request.asked.time < since)
            return NULL;
        if (is_of_client(&remembered->request.client, client))
            return &remembered->request;
        number = remembered->line.older;
    }
}
