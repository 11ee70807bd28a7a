/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls/certificate_messages.h"

#include "tls/extensions.h"
#include "tls/hello.h"
#include "tls/vector.h"
#include <string.h>

/* No chain is that long; a list that claims more is not kept beyond it. */
enum { ENTRIES_MOST = 256 };

static bool is_tls13(uint16_t version)
{
    return tls_version_equivalent(version) >= TLS_VERSION_1_3;
}

/* What no room is left for is read all the same, so that the whole is known to be well-formed. */
static enum decode_result read_entry_extensions(struct cursor *list, struct arena *arena,
                                                struct certificate_entry *entry)
{
    struct certificate_entry dropped;
    struct extensions_found found;
    return extensions_decode(list, EXTENSIONS_CERTIFICATE_ENTRY, arena, entry ? entry : &dropped, &found);
}

static void read_entry(struct cursor der, struct arena *arena, struct fingerprinter *hasher,
                       struct certificate_entry *entry)
{
    entry->length = vector_announced(&der);
    entry->whole = der.status == CURSOR_OK && der.uncaptured == 0;
    if (!entry->whole)
        return;
    fingerprint_certificate(hasher, der.at, der.left, entry->sha1, entry->sha256);
    vector_rest(&der, arena, &entry->der);
}

/* Certificates behind lengths of three bytes; in 1.3 each has extensions behind it. An empty one is not
 * allowed (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2). */
static enum decode_result read_entries(struct cursor list, bool extended, struct arena *arena,
                                       struct fingerprinter *hasher, struct certificate_message *message)
{
    enum decode_result result = DECODE_WHOLE;
    uint32_t room = vector_count(list, 0, 3, 0);
    room = room < ENTRIES_MOST ? room : ENTRIES_MOST;
    message->entries = room > 0 ? arena_take(arena, room, sizeof *message->entries) : NULL;
    while (cursor_more(&list)) {
        struct cursor der;
        if (!vector_open(&list, 3, &der))
            break;
        if (vector_announced(&der) == 0)
            result = DECODE_BAD;
        if (der.uncaptured > 0)
            result = decode_worse(result, DECODE_CUT);
        struct certificate_entry *entry =
            message->entries && message->count < room ? &message->entries[message->count++] : NULL;
        if (entry)
            read_entry(der, arena, hasher, entry);
        if (extended)
            result = decode_worse(result, read_entry_extensions(&list, arena, entry));
    }
    return decode_worse(result, vector_result(&list));
}

enum decode_result certificate_message_decode(struct cursor body, uint16_t version, struct arena *arena,
                                              struct fingerprinter *hasher,
                                              struct certificate_message *message)
{
    enum decode_result result = DECODE_WHOLE;
    struct cursor list;
    memset(message, 0, sizeof *message);
    message->length = vector_announced(&body);
    message->cut = body.uncaptured > 0;
    if (is_tls13(version))
        result = vector_octets(&body, 1, arena, &message->context);
    vector_open(&body, 3, &list);
    result = decode_worse(result, read_entries(list, is_tls13(version), arena, hasher, message));
    return decode_worse(result, vector_result(&body));
}

enum decode_result raw_public_key_decode(struct cursor body, struct arena *arena,
                                         struct fingerprinter *hasher, struct certificate_message *message)
{
    struct cursor der;
    memset(message, 0, sizeof *message);
    message->length = vector_announced(&body);
    message->cut = body.uncaptured > 0;
    message->type = TLS_CERTIFICATE_RAW_PUBLIC_KEY;
    if (!vector_open(&body, 3, &der))
        return vector_result(&body);
    if (vector_announced(&der) == 0)
        return DECODE_BAD;
    message->entries = arena_take(arena, 1, sizeof *message->entries);
    if (message->entries)
        read_entry(der, arena, hasher, &message->entries[message->count++]);
    enum decode_result result = der.uncaptured > 0 ? DECODE_CUT : DECODE_WHOLE;
    return decode_worse(result, vector_result(&body));
}

static enum decode_result read_request_13(struct cursor *body, struct arena *arena,
                                          struct certificate_request *request)
{
    struct extensions_found found;
    enum decode_result result = vector_octets(body, 1, arena, &request->context);
    result =
        decode_worse(result, extensions_decode(body, EXTENSIONS_CERTIFICATE_REQUEST, arena, request, &found));
    request->extensions = found.types;
    return result;
}

static enum decode_result read_request_12(struct cursor *body, uint16_t version, struct arena *arena,
                                          struct certificate_request *request)
{
    enum decode_result result = vector_codes(body, 1, 1, arena, &request->certificate_types);
    if (tls_version_equivalent(version) >= TLS_VERSION_1_2)
        result = decode_worse(result, vector_codes(body, 2, 2, arena, &request->signature_algorithms));
    struct cursor peek = *body;
    uint16_t length;
    if (cursor_u16(&peek, &length))
        request->authorities_length = length;
    return decode_worse(result, vector_octets_list(body, 2, 2, arena, &request->authorities));
}

enum decode_result certificate_request_decode(struct cursor body, uint16_t version, struct arena *arena,
                                              struct certificate_request *request)
{
    memset(request, 0, sizeof *request);
    request->length = vector_announced(&body);
    request->cut = body.uncaptured > 0;
    enum decode_result result = is_tls13(version) ? read_request_13(&body, arena, request)
                                                  : read_request_12(&body, version, arena, request);
    return decode_worse(result, vector_result(&body));
}
