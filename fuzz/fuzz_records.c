/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Record and message streams over any bytes. However the bytes are cut into chunks, the same records and
 * messages must come out; with holes in them, nothing may come out that was not there.
 *
 * The first byte chooses the framing and whether data is passed over, the second how chunks and holes fall;
 * the rest are the bytes of one direction.
 */

#include "tls/message_stream.h"
#include "tls/record.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { WITH_SSL2 = 1, WITH_SKIPPING = 2 };

struct run {
    struct record_stream records;
    struct message_stream messages;
    uint64_t digest; /* of all that was handed out */
    bool foreign;
    uint8_t foreign_sum; /* so that each byte is looked at */
    uint32_t chance;
};

static void check(bool truth)
{
    if (!truth)
        abort();
}

static void digest_bytes(struct run *run, const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < length; i++)
        run->digest = (run->digest ^ byte[i]) * UINT64_C(0x100000001B3);
}

static void digest_number(struct run *run, uint64_t number)
{
    digest_bytes(run, &number, sizeof number);
}

static void on_message(void *user, const struct handshake_message *message)
{
    struct run *run = user;
    check(message->body.left + message->body.uncaptured == message->length);
    digest_number(run, message->type);
    digest_number(run, message->length);
    digest_bytes(run, message->body.at, message->body.left);
}

static void on_record(void *user, const struct record *record)
{
    struct run *run = user;
    bool skipped = run->records.skip_data && record->type == TLS_CONTENT_APPLICATION_DATA && !record->ssl2;
    check(skipped || record->body.left + record->body.uncaptured == record->length);
    check(record->cut == (record->body.uncaptured > 0));
    digest_number(run, record->type);
    digest_number(run, record->length);
    digest_number(run, record->version);
    digest_bytes(run, record->body.at, record->body.left);
    if (!record->ssl2 && record->type == TLS_CONTENT_HANDSHAKE)
        message_stream_bytes(&run->messages, record->body.at, record->body.left, record->cut, on_message,
                             run);
}

static void on_not_tls(void *user, const uint8_t *bytes, size_t length)
{
    struct run *run = user;
    check(length > 0 && !run->foreign);
    run->foreign = true;
    for (size_t i = 0; i < length; i++)
        run->foreign_sum ^= bytes[i];
}

static const struct record_sink sink = {on_record, on_not_tls};

static struct run begin(uint8_t mode, uint8_t chance)
{
    struct run run = {.chance = chance * 2654435761u + 1};
    if (mode & WITH_SSL2)
        record_stream_use_ssl2(&run.records);
    run.records.skip_data = mode & WITH_SKIPPING;
    return run;
}

static void finish(struct run *run)
{
    record_stream_end(&run->records, &sink, run);
    message_stream_flush(&run->messages, on_message, run);
    check(!message_stream_pending(&run->messages));
    record_stream_free(&run->records);
    message_stream_free(&run->messages);
}

/* The next length: mostly short, sometimes a segment's. */
static size_t next_length(struct run *run, size_t most)
{
    run->chance = run->chance * 1664525u + 1013904223u;
    size_t length = run->chance >> 30 ? run->chance >> 8 & 15 : run->chance >> 8 & 1023;
    return length < most ? length : most;
}

static struct run read_whole(uint8_t mode, const uint8_t *bytes, size_t length)
{
    struct run run = begin(mode, 0);
    record_stream_bytes(&run.records, bytes, length, &sink, &run);
    finish(&run);
    return run;
}

/* In chunks; where `holes`, every third or so is missing. */
static struct run read_chunks(uint8_t mode, uint8_t chance, bool holes, const uint8_t *bytes, size_t length)
{
    struct run run = begin(mode, chance);
    while (length > 0) {
        size_t chunk = next_length(&run, length - 1) + 1;
        if (holes && run.chance >> 4 & 1 && run.chance >> 5 & 1) {
            record_stream_gap(&run.records, chunk, &sink, &run);
            message_stream_flush(&run.messages, on_message, &run);
            run.foreign = false;
        } else {
            uint8_t *copy = malloc(chunk);
            memcpy(copy, bytes, chunk);
            record_stream_bytes(&run.records, copy, chunk, &sink, &run);
            free(copy);
        }
        check(run.records.have <= run.records.room && run.records.room <= 0x8000 + 512);
        bytes += chunk;
        length -= chunk;
    }
    finish(&run);
    return run;
}

/* What is certain stays certain when more is seen. */
static void check_guess(const uint8_t *bytes, size_t length)
{
    enum record_guess last = record_guess(bytes, length);
    for (size_t have = 0; have < length && have < 64; have++) {
        enum record_guess guess = record_guess(bytes, have);
        if (guess == RECORD_GUESS_TLS_HANDSHAKE || guess == RECORD_GUESS_SSL2_CLIENT_HELLO ||
            guess == RECORD_GUESS_SSL2_SERVER_HELLO)
            check(last == guess);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2)
        return 0;
    uint8_t mode = bytes[0], chance = bytes[1];
    struct run whole = read_whole(mode, bytes + 2, length - 2);
    struct run chunks = read_chunks(mode, chance, false, bytes + 2, length - 2);
    check(whole.digest == chunks.digest && whole.foreign == chunks.foreign);
    read_chunks(mode, chance, true, bytes + 2, length - 2);
    check_guess(bytes + 2, length - 2);
    return 0;
}
