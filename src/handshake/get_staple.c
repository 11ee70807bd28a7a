/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of stapled OCSP responses and of signed certificate timestamps. */
#include "base/clock.h"
#include "certificate/ocsp.h"
#include "handshake/chains.h"
#include "handshake/getters.h"
#include "handshake/stapled.h"

struct value field_staple_seen(const struct handshake *handshake)
{
    return value_of_answer(stapled_seen(handshake));
}

struct value field_staple_packet(const struct handshake *handshake)
{
    return value_of_packet(stapled_moment(handshake));
}

struct value field_staple_promised(const struct handshake *handshake)
{
    const struct server_hello *hello = handshake->server_hello;
    bool told = hello && !hello->cut && handshake->version && handshake->version < TLS_VERSION_1_3;
    return told ? value_boolean(hello->has_status_request) : value_unknown();
}

struct value field_staple_asked(const struct handshake *handshake)
{
    const struct client_hello *hello = handshake->client_hello;
    return hello ? value_of_find(hello, hello->has_status_request || hello->has_status_request_v2)
                 : value_unknown();
}

struct value field_staple_count(const struct handshake *handshake)
{
    const struct certificate_status_message *message = stapled_message(handshake);
    return message && !message->cut ? value_of_count(message->responses.count) : value_unknown();
}

static certificate_time capture_time(const struct handshake *handshake)
{
    return handshake->connection->first.time / CLOCK_SECOND;
}

static struct value value_of_time(certificate_time time)
{
    return time > INT64_MIN / CLOCK_SECOND && time < INT64_MAX / CLOCK_SECOND
               ? value_time(time * CLOCK_SECOND)
               : value_unknown();
}

static struct value response_status(const struct staple *staple)
{
    return staple->readable ? value_word(ocsp_response_status_word(staple->response_status))
                            : value_unknown();
}

static struct value status(const struct staple *staple)
{
    static const char *const words[] = {
        [STATUS_NONE] = NULL,      [STATUS_GOOD] = "good",       [STATUS_REVOKED] = "revoked",
        [STATUS_REMOVED] = "good", [STATUS_UNKNOWN] = "unknown",
    };
    return value_word(words[staple->status.word]);
}

static struct value time_of(const struct staple *staple, certificate_time time)
{
    return staple->status.word == STATUS_NONE ? value_unknown() : value_of_time(time);
}

static struct value expired(const struct staple *staple, certificate_time at)
{
    if (staple->status.word == STATUS_NONE || staple->status.next_update == CERTIFICATE_TIME_UNKNOWN)
        return value_unknown();
    return value_boolean(staple->status.next_update < at);
}

/* `staple` is what was stapled to the server's certificate. */
#define STAPLE_FACT(name, answer)                                                                            \
    struct value field_staple_##name(const struct handshake *handshake)                                      \
    {                                                                                                        \
        struct staple staple;                                                                                \
        return stapled_read(handshake, &staple) ? (answer) : value_unknown();                                \
    }

STAPLE_FACT(response_status, response_status(&staple))
STAPLE_FACT(status, status(&staple))
STAPLE_FACT(problem, value_word(staple_problem_word(staple_problem(&staple, capture_time(handshake)))))
STAPLE_FACT(fine, value_boolean(staple_problem(&staple, capture_time(handshake)) == STAPLE_FINE))
STAPLE_FACT(expired, expired(&staple, capture_time(handshake)))
STAPLE_FACT(this_update, time_of(&staple, staple.status.this_update))
STAPLE_FACT(next_update, time_of(&staple, staple.status.next_update))
STAPLE_FACT(revoked_at,
            staple.status.word == STATUS_REVOKED ? value_of_time(staple.status.revoked_at) : value_unknown())
STAPLE_FACT(reason, value_word(status_reason_word(staple.status.reason)))
STAPLE_FACT(sct_count, value_of_count(staple.sct_count))

struct value field_staple_signed(const struct handshake *handshake)
{
    enum attested attested = stapled_signature(handshake);
    return attested == ATTESTED_UNKNOWN ? value_unknown() : value_boolean(attested == ATTESTED_YES);
}

/* ---- Signed certificate timestamps --------------------------------------------------------------------- */

static const struct certificate *server_leaf(const struct handshake *handshake)
{
    const struct certificate *leaf = chains_leaf(handshake, SIDE_SERVER);
    return leaf && leaf->readable ? leaf : NULL;
}

struct value field_server_certificate_sct_count(const struct handshake *handshake)
{
    const struct certificate *leaf = server_leaf(handshake);
    return leaf ? value_of_count(leaf->timestamps.count) : value_unknown();
}

static struct value sct_log_at(const void *owner, uint32_t index)
{
    return value_word(((const struct sct_list *)owner)->items[index].log_text);
}

static struct value sct_time_at(const void *owner, uint32_t index)
{
    uint64_t time = ((const struct sct_list *)owner)->items[index].time;
    return time < (uint64_t)(INT64_MAX / CLOCK_MILLISECOND) ? value_time((int64_t)time * CLOCK_MILLISECOND)
                                                            : value_unknown();
}

struct value field_server_certificate_sct_logs(const struct handshake *handshake)
{
    const struct certificate *leaf = server_leaf(handshake);
    return leaf ? value_list_of(VALUE_TEXT, leaf->timestamps.count, sct_log_at, &leaf->timestamps)
                : value_unknown();
}

struct value field_server_certificate_sct_times(const struct handshake *handshake)
{
    const struct certificate *leaf = server_leaf(handshake);
    return leaf ? value_list_of(VALUE_TIME, leaf->timestamps.count, sct_time_at, &leaf->timestamps)
                : value_unknown();
}

/* In TLS itself: the extension of the ServerHello, or of the certificate in 1.3. */
struct value field_server_hello_sct_count(const struct handshake *handshake)
{
    const struct certificate_message *message = handshake->certificate[SIDE_SERVER];
    const struct octets *list = message && message->count > 0 && message->entries[0].timestamps.bytes
                                    ? &message->entries[0].timestamps
                                : handshake->server_hello ? &handshake->server_hello->timestamps
                                                          : NULL;
    if (!list || !list->bytes)
        return value_unknown();
    return value_of_count(sct_list_count(cursor_over(list->bytes, list->length)));
}
