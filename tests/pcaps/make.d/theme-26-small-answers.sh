# SPDX-License-Identifier: GPL-3.0-or-later
#
# Optional client certificates that are not sent, and answers that are as short as the error pages of HTTP servers which
# wanted one: nothing of the size alone may turn them into refusals.

chapter 'Short answers without a client certificate'

# short_answer VERSION LENGTH STATUS CLIENT: an OpenSSL server that asks for a certificate, needs none, answers with LENGTH
# bytes of HTTP in all and closes.
short_answer()
{
    local head
    record
    openssl_mode=-HTTP serve_openssl "$1" ask
    head=$(printf 'HTTP/1.0 %s\r\nContent-Type: text/plain\r\n\r\n.' "$3")
    head=${head%.}
    { printf '%s' "$head"; head -c $(($2 - ${#head})) /dev/zero | tr '\0' x; } >served
    await_server
    eval "dial_$4" || true
    settle
}

for v in 2 3; do
    optional=asked1$v
    while read -r length status; do
        capture short-answer-$length-1$v healthy \
            "TLS 1.$v, the client certificate is optional and curl has none; OpenSSL answers \"${status//_/ }\" with $length bytes in all and closes" \
            "${!optional} (C.CCS )?C.Cert0 .*C.Data .*S.Data" short_answer "1.$v" "$length" "${status//_/ }" "curl 1.$v none"
    done <<'ANSWERS'
340 404_Not_Found
400 200_OK
480 401_Unauthorized
ANSWERS
done
