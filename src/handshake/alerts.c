/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "handshake/alerts.h"

static bool is_fatal(const struct handshake *handshake, const struct alert *alert)
{
    if (alert->encrypted || alert->after_peer_close || alert->code == TLS_ALERT_CLOSE_NOTIFY ||
        alert->code == TLS_ALERT_USER_CANCELED)
        return false;
    return alert->level == 2 || handshake->version == TLS_VERSION_1_3;
}

const struct alert *handshake_fatal_alert(const struct handshake *handshake)
{
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        if (is_fatal(handshake, &handshake->alerts[i]))
            return &handshake->alerts[i];
    return NULL;
}

bool handshake_has_hidden_alert(const struct handshake *handshake)
{
    for (uint32_t i = 0; i < handshake->alert_count; i++)
        if (handshake->alerts[i].encrypted)
            return true;
    return false;
}
