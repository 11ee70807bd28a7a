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

chapter 'Who comes only to look'

# checked SERVER WORDS [LINE]: HAProxy asks every 0.4 s whether the server lives; LINE stands in its section.
checked()
{
    record
    eval "serve_$1"
    await_server
    printf '%s\n' global 'maxconn 10' defaults 'mode tcp' 'timeout connect 2s' 'timeout client 2s' 'timeout server 2s' 'listen check' \
        'bind 127.0.0.1:9999' "${3:-}" "server checked $server4:$port check inter 400ms $2" >check.cfg
    background check.log nsenter --target "$client_holder" --net -- haproxy -db -f "$PWD/check.cfg"
    sleep 1
    settle
}

dial_probe()
{
    client openssl s_client -connect "$host:$port" -servername server.test "-tls${1/./_}" </dev/null
}

capture health-check-hello-haproxy health-check-hello 'HAProxy asks by a ClientHello of SSL 3.0 whether OpenSSL lives (option ssl-hello-chk)' \
    'C.SYN S.SYNACK C.ClientHello S.Alert' checked 'openssl 1.2 none' '' 'option ssl-hello-chk'
capture health-check-handshake-haproxy-12 healthy \
    'TLS 1.2, HAProxy asks by a handshake, to the address and without a name, whether nginx lives (check-ssl), and resets' \
    'C.SYN S.SYNACK C.ClientHello S.ServerHello S.Cert2 .*C.RST' checked 'nginx 1.2 none' 'ssl verify none check-ssl'
for v in 2 3; do
    for certificate in server server-expired; do
        capture probe-$certificate-1$v healthy \
            "TLS 1.$v, openssl s_client looks at nginx with the certificate $certificate, does not mind it and leaves with nothing asked" \
            'C.SYN S.SYNACK C.ClientHello S.ServerHello.* C.FIN' with server_cert=$certificate pair "nginx 1.$v none" "probe 1.$v none"
    done
    capture optional-cert-absent-chromium-1$v client-cert-being-chosen \
        "TLS 1.$v, the client certificate is optional: Chromium leaves to look for one, comes again without, and is served" \
        'C.SYN S.SYNACK C.ClientHello S.ServerHello [^/]*C.(FIN|RST).* / .* / .*C.ClientHello' pair "nginx 1.$v ask" "chromium 1.$v none"
done

dial_idle()
{
    client bash -c "exec 3<>/dev/tcp/$host/$port; sleep 5"
}
capture idle-connection-nginx no-client-hello 'a client opens a connection ahead of need, and nginx closes it after 4 seconds without a ClientHello' \
    '^C.SYN S.SYNACK S.FIN' pair "nginx 1.3 none 'client_header_timeout 4;'" 'idle x none'
