/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/signatures.h"

#include "base/buffer.h"
#include "handshake/chains.h"
#include "tls/hello.h"
#include <openssl/evp.h>

enum { KEPT_MOST = 96 * 1024 }; /* bytes of a connection's messages; a long list of issuers has its room */

/* A message as it was sent. Up to TLS 1.2 a Certificate is not kept a second time: handshake->certificate has
 * all of it. */
struct spoken {
    struct spoken *next;
    struct octets body; /* bytes NULL: a Certificate that has to be put together again */
    uint16_t number;    /* DTLS: its message_seq */
    uint8_t type;
    int half;
};

struct signatures {
    struct spoken *first, *last;
    size_t kept;  /* bytes */
    bool lacking; /* a message was not captured whole, or there is no room for it */
    bool closed;  /* nothing more is signed */
    bool checked[SIDES];
    enum signature_answer answer[SIDES];
};

/* ---- Keeping ------------------------------------------------------------------------------------------- */

static struct signatures *begun(struct handshake *handshake)
{
    if (!handshake->signatures)
        handshake->signatures = arena_take(handshake->arena, 1, sizeof *handshake->signatures);
    return handshake->signatures;
}

/* A ClientHello that was answered with a HelloVerifyRequest does not count. */
static void begin_again(struct signatures *signatures)
{
    signatures->first = signatures->last = NULL;
    signatures->lacking = false;
}

static bool keep_body(struct handshake *handshake, const struct handshake_message *message,
                      struct spoken *spoken)
{
    struct cursor body = message->body;
    if (body.uncaptured > 0 || handshake->signatures->kept + body.left > KEPT_MOST)
        return false;
    handshake->signatures->kept += body.left;
    spoken->body.length = (uint32_t)body.left;
    spoken->body.bytes = arena_copy(handshake->arena, body.at, body.left);
    return spoken->body.bytes != NULL;
}

static bool is_tls13(const struct handshake *handshake)
{
    return handshake->server_hello &&
           tls_version_equivalent(handshake->server_hello->selected_version) == TLS_VERSION_1_3;
}

static void keep(struct handshake *handshake, int half, const struct handshake_message *message)
{
    struct signatures *signatures = handshake->signatures;
    bool is_known = message->type == TLS_HANDSHAKE_CERTIFICATE && !is_tls13(handshake);
    struct spoken *spoken = arena_take(handshake->arena, 1, sizeof *spoken);
    bool kept = spoken && (is_known || keep_body(handshake, message, spoken));
    if (!kept) {
        signatures->lacking = true;
        return;
    }
    spoken->type = message->type;
    spoken->number = message->number;
    spoken->half = half;
    *(signatures->last ? &signatures->last->next : &signatures->first) = spoken;
    signatures->last = spoken;
}

/* Neither is part of what is signed (RFC 5246 section 7.4.1.1, RFC 6347 section 4.2.6). */
static bool is_beside(uint8_t type)
{
    return type == TLS_HANDSHAKE_HELLO_REQUEST || type == TLS_HANDSHAKE_HELLO_VERIFY_REQUEST;
}

void signatures_note(struct handshake *handshake, int half, const struct handshake_message *message)
{
    struct signatures *signatures = begun(handshake);
    if (!signatures || signatures->closed || is_beside(message->type))
        return;
    if (message->type == TLS_HANDSHAKE_CLIENT_HELLO && !handshake->server_hello &&
        !handshake->hello_retry_request)
        begin_again(signatures);
    keep(handshake, half, message);
    bool ends = message->type == TLS_HANDSHAKE_CERTIFICATE_VERIFY || message->type == TLS_HANDSHAKE_FINISHED;
    signatures->closed = ends && half == handshake->client_half;
}

/* ---- Finding ------------------------------------------------------------------------------------------- */

static const struct spoken *next_by(const struct handshake *handshake, enum side side, uint8_t type,
                                    const struct spoken *spoken)
{
    while (spoken && (spoken->type != type || handshake_side(handshake, spoken->half) != side))
        spoken = spoken->next;
    return spoken;
}

static const struct spoken *spoken_by(const struct handshake *handshake, enum side side, uint8_t type)
{
    return next_by(handshake, side, type, handshake->signatures->first);
}

/* The signature stands at the end of the body. */
static struct octets last_bytes(struct octets body, uint32_t length)
{
    if (length > body.length)
        return (struct octets){.bytes = body.bytes};
    return (struct octets){.bytes = body.bytes + (body.length - length), .length = length};
}

/* ---- ServerKeyExchange
 * -------------------------------------------------------------------------------------- */

static enum signature_answer check_key_exchange(const struct handshake *handshake,
                                                const struct certificate *certificate)
{
    const struct server_key_exchange *message = handshake->server_key_exchange;
    const struct spoken *spoken = spoken_by(handshake, SIDE_SERVER, TLS_HANDSHAKE_SERVER_KEY_EXCHANGE);
    const struct client_hello *client = handshake->client_hello;
    const struct server_hello *server = handshake->server_hello;
    if (!message || !spoken || message->signature_length == 0 || !client || client->lacks_random || !server)
        return SIGNATURE_NOT_CHECKED;
    struct buffer content = {0};
    buffer_add(&content, client->random, sizeof client->random);
    buffer_add(&content, server->random, sizeof server->random);
    buffer_add(&content, spoken->body.bytes, message->parameters_length);
    struct signature signature = {
        .scheme = message->signature_algorithm,
        .content = {.bytes = content.bytes, .length = (uint32_t)content.length},
        .bytes = last_bytes(spoken->body, message->signature_length),
    };
    enum signature_answer answer = signature_check(certificate, &signature);
    buffer_free(&content);
    return answer;
}

/* ---- Transcript -------------------------------------------------------------------------------------- */

static void add_number(struct buffer *out, uint32_t number, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        buffer_add_char(out, (char)(number >> shift & 0xFF));
}

/* In DTLS up to 1.2 as if it had not been cut into fragments (RFC 6347 section 4.2.6, RFC 9147 section 5.2).
 */
static void add_header(struct buffer *out, const struct handshake *handshake, const struct spoken *spoken,
                       uint32_t length)
{
    add_number(out, spoken->type, 1);
    add_number(out, length, 3);
    if (handshake->carrier != CARRIER_DTLS || handshake->version == TLS_VERSION_1_3)
        return;
    add_number(out, spoken->number, 2);
    add_number(out, 0, 3);
    add_number(out, length, 3);
}

/* Made again from its entries; false where they are not all there. */
static bool add_certificates(struct buffer *out, const struct handshake *handshake,
                             const struct spoken *spoken)
{
    const struct certificate_message *message =
        handshake->certificate[handshake_side(handshake, spoken->half)];
    if (!message || message->cut)
        return false;
    add_header(out, handshake, spoken, message->length);
    size_t body = out->length;
    if (message->type != TLS_CERTIFICATE_RAW_PUBLIC_KEY)
        add_number(out, message->length - 3, 3);
    for (uint32_t i = 0; i < message->count; i++) {
        const struct certificate_entry *entry = &message->entries[i];
        if (!entry->whole || !entry->der.bytes)
            return false;
        add_number(out, entry->length, 3);
        buffer_add(out, entry->der.bytes, entry->der.length);
    }
    return out->length - body == message->length;
}

static bool add_message(struct buffer *out, const struct handshake *handshake, const struct spoken *spoken)
{
    if (!spoken->body.bytes)
        return add_certificates(out, handshake, spoken);
    add_header(out, handshake, spoken, spoken->body.length);
    buffer_add(out, spoken->body.bytes, spoken->body.length);
    return true;
}

/* What a side said from that message on, up to its next of type `end`, which is returned and left out. NULL
 * where one of the two is not there. */
static const struct spoken *add_flight(struct buffer *out, const struct handshake *handshake,
                                       const struct spoken *begin, uint8_t end)
{
    for (const struct spoken *spoken = begin; spoken; spoken = spoken->next) {
        if (spoken->half != begin->half)
            continue;
        if (spoken->type == end)
            return spoken;
        if (!add_message(out, handshake, spoken))
            return NULL;
    }
    return NULL;
}

/* Up to TLS 1.2, flight after flight, whatever order the packets were captured in. */
static bool add_before_verify(struct buffer *out, const struct handshake *handshake)
{
    const struct spoken *hello = spoken_by(handshake, SIDE_CLIENT, TLS_HANDSHAKE_CLIENT_HELLO);
    if (!hello || !add_message(out, handshake, hello))
        return false;
    const struct spoken *done =
        add_flight(out, handshake, spoken_by(handshake, SIDE_SERVER, TLS_HANDSHAKE_SERVER_HELLO),
                   TLS_HANDSHAKE_SERVER_HELLO_DONE);
    return done && add_message(out, handshake, done) &&
           add_flight(out, handshake, spoken_by(handshake, SIDE_CLIENT, TLS_HANDSHAKE_CERTIFICATE),
                      TLS_HANDSHAKE_CERTIFICATE_VERIFY);
}

static bool misses_bytes(const struct handshake *handshake)
{
    return handshake->signatures->lacking || handshake->direction[SIDE_CLIENT].first_gap.packet ||
           handshake->direction[SIDE_SERVER].first_gap.packet;
}

/* ---- TLS 1.3 ------------------------------------------------------------------------------------------- */

static const EVP_MD *transcript_hash(const struct handshake *handshake)
{
    return cipher_traits(handshake->cipher).sha384 ? EVP_sha384() : EVP_sha256();
}

/* RFC 8446 section 4.4.1: of a ClientHello that was answered with a HelloRetryRequest only the hash counts.
 */
static bool add_hash_of(struct buffer *out, const struct handshake *handshake, const struct spoken *hello)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    struct buffer message = {0};
    bool done = add_message(&message, handshake, hello) &&
                EVP_Digest(message.bytes, message.length, digest, &length, transcript_hash(handshake), NULL);
    add_number(out, TLS_HANDSHAKE_MESSAGE_HASH, 1);
    add_number(out, length, 3);
    buffer_add(out, digest, length);
    buffer_free(&message);
    return done;
}

/* All before the final ServerHello, which is returned; NULL where it is not all there. */
static const struct spoken *add_hellos(struct buffer *out, const struct handshake *handshake)
{
    const struct spoken *hello = spoken_by(handshake, SIDE_CLIENT, TLS_HANDSHAKE_CLIENT_HELLO);
    const struct spoken *answer = spoken_by(handshake, SIDE_SERVER, TLS_HANDSHAKE_SERVER_HELLO);
    if (!hello || !answer)
        return NULL;
    if (!handshake->hello_retry_request)
        return add_message(out, handshake, hello) ? answer : NULL;
    const struct spoken *second = next_by(handshake, SIDE_CLIENT, TLS_HANDSHAKE_CLIENT_HELLO, hello->next);
    if (!second || !add_hash_of(out, handshake, hello) || !add_message(out, handshake, answer) ||
        !add_message(out, handshake, second))
        return NULL;
    return next_by(handshake, SIDE_SERVER, TLS_HANDSHAKE_SERVER_HELLO, answer->next);
}

/* The client's messages begin behind its hellos. */
static const struct spoken *client_flight(const struct handshake *handshake)
{
    const struct spoken *spoken = handshake->signatures->first;
    while (spoken && (spoken->type == TLS_HANDSHAKE_CLIENT_HELLO ||
                      handshake_side(handshake, spoken->half) != SIDE_CLIENT))
        spoken = spoken->next;
    return spoken;
}

/* Up to the side's CertificateVerify. */
static bool add_transcript(struct buffer *out, const struct handshake *handshake, enum side side)
{
    const struct spoken *hello = add_hellos(out, handshake);
    if (side == SIDE_SERVER)
        return add_flight(out, handshake, hello, TLS_HANDSHAKE_CERTIFICATE_VERIFY);
    const struct spoken *finished = add_flight(out, handshake, hello, TLS_HANDSHAKE_FINISHED);
    return finished && add_message(out, handshake, finished) &&
           add_flight(out, handshake, client_flight(handshake), TLS_HANDSHAKE_CERTIFICATE_VERIFY);
}

/* RFC 8446 section 4.4.3 */
static bool add_content_13(struct buffer *out, const struct handshake *handshake, enum side side)
{
    enum { SPACES = 64 };
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;
    struct buffer transcript = {0};
    bool done =
        add_transcript(&transcript, handshake, side) &&
        EVP_Digest(transcript.bytes, transcript.length, digest, &length, transcript_hash(handshake), NULL);
    if (done) {
        for (int i = 0; i < SPACES; i++)
            buffer_add_char(out, ' ');
        buffer_add_format(out, "TLS 1.3, %s CertificateVerify", side == SIDE_CLIENT ? "client" : "server");
        buffer_add_char(out, '\0');
        buffer_add(out, digest, length);
    }
    buffer_free(&transcript);
    return done;
}

/* ---- CertificateVerify --------------------------------------------------------------------------------- */

static bool add_content(struct buffer *out, const struct handshake *handshake, enum side side)
{
    return handshake->version == TLS_VERSION_1_3 ? add_content_13(out, handshake, side)
                                                 : add_before_verify(out, handshake);
}

static enum signature_answer check_verify(const struct handshake *handshake, enum side side,
                                          const struct certificate *certificate)
{
    const struct certificate_verify *message = handshake->certificate_verify[side];
    const struct spoken *spoken = spoken_by(handshake, side, TLS_HANDSHAKE_CERTIFICATE_VERIFY);
    if (!message || !spoken || message->signature_length == 0 || misses_bytes(handshake))
        return SIGNATURE_NOT_CHECKED;
    struct buffer content = {0};
    enum signature_answer answer = SIGNATURE_NOT_CHECKED;
    if (add_content(&content, handshake, side)) {
        struct signature signature = {
            .scheme = message->signature_algorithm,
            .content = {.bytes = content.bytes, .length = (uint32_t)content.length},
            .bytes = last_bytes(spoken->body, message->signature_length),
        };
        answer = signature_check(certificate, &signature);
    }
    buffer_free(&content);
    return answer;
}

/* ---- Asking -------------------------------------------------------------------------------------------- */

/* SSL 3.0 mixes the session's secret into what the client signs. Drafts of 1.3 had other forms, and with a
 * delegated credential the certificate's key does not sign the handshake. */
static bool is_checkable(const struct handshake *handshake, enum side side)
{
    uint16_t oldest = side == SIDE_SERVER ? TLS_VERSION_SSL3 : TLS_VERSION_1_0;
    const struct certificate_message *message = handshake->certificate[side];
    return handshake->signatures && handshake->version >= oldest && handshake->version <= TLS_VERSION_1_3 &&
           handshake->draft == 0 && !(message && message->count > 0 && message->entries[0].has_credential);
}

enum signature_answer signatures_check(const struct handshake *handshake, enum side side)
{
    const struct certificate *certificate = chains_leaf(handshake, side);
    if (!is_checkable(handshake, side) || !certificate || !certificate_key(certificate))
        return SIGNATURE_NOT_CHECKED;
    struct signatures *signatures = handshake->signatures;
    if (!signatures->checked[side]) {
        signatures->checked[side] = true;
        bool in_exchange = side == SIDE_SERVER && handshake->version <= TLS_VERSION_1_2;
        signatures->answer[side] = in_exchange ? check_key_exchange(handshake, certificate)
                                               : check_verify(handshake, side, certificate);
    }
    return signatures->answer[side];
}
