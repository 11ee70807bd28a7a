/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/summary.h"

#include "handshake/alerts.h"
#include "handshake/transcript.h"
#include "tls/names.h"

static const char *side_name(enum side side)
{
    static const char *const names[] = {"the client", "the server", "nobody"};
    return names[side];
}

/* ---- A handshake that completed ------------------------------------------------------------------------ */

static const char *protocol_name(const struct handshake *handshake)
{
    if (handshake->carrier == CARRIER_DTLS)
        return "DTLS";
    if (handshake->server_hello && handshake->server_hello->selected_version == TLS_VERSION_TLCP)
        return "TLCP";
    bool ssl = handshake->version == TLS_VERSION_SSL2 || handshake->version == TLS_VERSION_SSL3;
    return ssl ? "SSL" : "TLS";
}

/* "TLS 1.3 (draft 28)", "SSL 3.0", "DTLS 1.2"; "TLS" where the version is not known. */
static void add_version(struct buffer *out, const struct handshake *handshake)
{
    const char *name = handshake->version ? names_find(NAMES_VERSION, handshake->version) : NULL;
    buffer_add_string(out, protocol_name(handshake));
    if (name) {
        buffer_add_char(out, ' ');
        buffer_add_string(out, name);
    }
    if (handshake->draft)
        buffer_add_format(out, " (draft %u)", (unsigned)handshake->draft);
}

/* " (TLS_AES_128_GCM_SHA256, x25519)", as far as it is known. */
static void add_parameters(struct buffer *out, const struct handshake *handshake)
{
    char scratch[8];
    if (!handshake->server_hello || handshake->server_hello->lacks_cipher)
        return;
    buffer_add_string(out, " (");
    buffer_add_string(out, names_or_hex(NAMES_CIPHER_SUITE, handshake->cipher, scratch));
    if (handshake->group) {
        buffer_add_string(out, ", ");
        buffer_add_string(out, names_or_hex(NAMES_GROUP, handshake->group, scratch));
    }
    buffer_add_char(out, ')');
}

static void write_success(const struct handshake *handshake, struct buffer *out)
{
    if (handshake->phase == PHASE_UNKNOWN) {
        buffer_add_string(out, "The hellos were not captured; both sides send application data");
        return;
    }
    add_version(out, handshake);
    buffer_add_string(out, handshake->resumed == ANSWER_YES ? " session resumed" : " handshake completed");
    if (handshake->carrier == CARRIER_QUIC)
        buffer_add_string(out, " over QUIC");
    add_parameters(out, handshake);
}

/* ---- How it went as far as it went --------------------------------------------------------------------- */

/* "the last message is client_hello from the client". */
static void add_last_message(struct buffer *out, const struct handshake *handshake)
{
    if (handshake->message_count == 0) {
        buffer_add_string(out, "no message could be read");
        return;
    }
    const struct message *last = &handshake->messages[handshake->message_count - 1];
    buffer_add_format(out, "the last message is %s from %s", message_name(last), side_name(last->from));
}

/* "the server reset the connection". */
static void add_end(struct buffer *out, const struct handshake *handshake)
{
    bool known = handshake->close_by != SIDE_NOBODY;
    switch (handshake->connection->how) {
    case CLOSE_FIN:
        buffer_add_format(out, "%s closed the connection",
                          known ? side_name(handshake->close_by) : "somebody");
        break;
    case CLOSE_RST:
        buffer_add_format(out, "%s reset the connection",
                          known ? side_name(handshake->close_by) : "somebody");
        break;
    case CLOSE_TIMEOUT:
        buffer_add_string(out, "nothing more was sent");
        break;
    case CLOSE_OPEN:
        buffer_add_string(out, "the capture ends");
        break;
    }
}

static void add_course(struct buffer *out, const struct handshake *handshake)
{
    add_last_message(out, handshake);
    buffer_add_string(out, ", then ");
    add_end(out, handshake);
}

/* ---- A handshake that did not complete ----------------------------------------------------------------- */

static void write_failure(const struct handshake *handshake, struct buffer *out)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    char scratch[8];
    buffer_add_string(out, "The handshake did not complete, and no known pattern fits: ");
    if (alert)
        buffer_add_format(out, "%s sent the alert %s", side_name(alert->from),
                          names_or_hex(NAMES_ALERT, alert->code, scratch));
    else
        add_course(out, handshake);
}

static void write_open(const struct handshake *handshake, struct buffer *out)
{
    if (handshake->phase == PHASE_UNKNOWN) {
        buffer_add_string(out, "The hellos were not captured, so nothing can be said of the handshake");
    } else if (handshake->connection->how == CLOSE_OPEN) {
        buffer_add_string(out, "The handshake is still open where the capture ends: ");
        add_last_message(out, handshake);
    } else {
        buffer_add_string(out, "The capture does not tell whether the handshake completed: ");
        add_course(out, handshake);
    }
}

static bool is_unanswered(const struct connection *connection)
{
    return connection->half[0].syn.packet && connection->half[1].packets == 0;
}

static void write_without_tls(const struct handshake *handshake, struct buffer *out)
{
    const struct connection *connection = handshake->connection;
    if (connection->refused.packet) {
        buffer_add_string(out, "The server refused the TCP connection");
    } else if (connection->icmp.packet && !connection->established.packet) {
        buffer_add_string(out, "An ICMP error came in answer to the first packet");
    } else if (is_unanswered(connection)) {
        buffer_add_string(out, "Nobody answered the TCP connection");
    } else {
        buffer_add_string(out, "No TLS was seen on this connection: ");
        add_end(out, handshake);
    }
}

void summary_write(const struct handshake *handshake, struct buffer *out)
{
    if (!handshake->tls_seen)
        write_without_tls(handshake, out);
    else if (handshake->outcome == OUTCOME_SUCCESS)
        write_success(handshake, out);
    else if (handshake->outcome == OUTCOME_FAILURE)
        write_failure(handshake, out);
    else
        write_open(handshake, out);
}
