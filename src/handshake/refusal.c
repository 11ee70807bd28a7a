/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/refusal.h"

#include "handshake/alerts.h"

/* RFC 8446 section 6.2 and RFC 5246 section 7.2.2: alerts about a peer's certificate or its signature. */
static bool speaks_of_certificates(uint8_t code)
{
    static const uint8_t codes[] = {
        TLS_ALERT_BAD_CERTIFICATE,     TLS_ALERT_UNSUPPORTED_CERTIFICATE,
        TLS_ALERT_CERTIFICATE_REVOKED, TLS_ALERT_CERTIFICATE_EXPIRED,
        TLS_ALERT_CERTIFICATE_UNKNOWN, TLS_ALERT_UNKNOWN_CA,
        TLS_ALERT_ACCESS_DENIED,       TLS_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE,
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static bool client_hid_an_alert(const struct handshake *handshake)
{
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        if (handshake->alerts[i].encrypted && handshake->alerts[i].from == SIDE_CLIENT &&
            !handshake->alerts[i].after_peer_close)
            return true;
    return false;
}

static bool client_closed_first(const struct handshake *handshake)
{
    return handshake->connection->closed.packet && handshake->close_by == SIDE_CLIENT;
}

/* What a server still says to a client that is gone (HAProxy: 400) is no sign that the client accepted it. */
static bool carried_data(const struct handshake *handshake)
{
    uint64_t answer = handshake->direction[SIDE_SERVER].first_data.packet;
    bool too_late = client_closed_first(handshake) && answer > handshake->connection->closed.packet;
    return handshake->direction[SIDE_CLIENT].first_data.packet || (answer && !too_late);
}

/* No alert can be read. */
static enum refusal silent_refusal(const struct handshake *handshake)
{
    bool hid_alert = client_hid_an_alert(handshake);
    if (carried_data(handshake) || handshake->capture_incomplete)
        return REFUSAL_NONE;
    if (handshake->phase == PHASE_COMPLETE)
        return hid_alert || client_closed_first(handshake) ? REFUSAL_BY_LEAVING : REFUSAL_NONE;
    if (hid_alert)
        return REFUSAL_BY_HIDDEN_ALERT;
    return handshake->phase == PHASE_SERVER_FLIGHT && client_closed_first(handshake) ? REFUSAL_BY_CLOSE
                                                                                     : REFUSAL_NONE;
}

enum refusal refusal_of_server_certificate(const struct handshake *handshake)
{
    const struct alert *alert = handshake_fatal_alert(handshake);
    if (!handshake->certificate[SIDE_SERVER])
        return REFUSAL_NONE;
    if (!alert)
        return silent_refusal(handshake);
    return alert->from == SIDE_CLIENT && speaks_of_certificates(alert->code) ? REFUSAL_BY_ALERT
                                                                             : REFUSAL_NONE;
}

const char *refusal_word(enum refusal refusal)
{
    static const char *const words[] = {
        [REFUSAL_NONE] = NULL,
        [REFUSAL_BY_ALERT] = "alert",
        [REFUSAL_BY_HIDDEN_ALERT] = "hidden_alert",
        [REFUSAL_BY_CLOSE] = "close",
        [REFUSAL_BY_LEAVING] = "leaving",
    };
    return words[refusal];
}
