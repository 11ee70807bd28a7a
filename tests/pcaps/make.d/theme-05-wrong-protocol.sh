# SPDX-License-Identifier: GPL-3.0-or-later
#
# One side speaks TLS, the other does not.

chapter 'One side speaks TLS, the other does not'

while read -r from reaction; do
    capture tls-to-plaintext-nginx-from-$from tls-to-plaintext-port \
        "the ${called[$from]} client speaks TLS to nginx without TLS, which answers in plain HTTP" \
        "$offered S.text\"HTTP/1.1 400\".*$reaction" pair 'nginx_plain' "$from 1.2-1.3 none"
    capture tls-to-greeting-smtp-from-$from tls-to-greeting-port \
        "the ${called[$from]} client speaks TLS at once to a server on port 25 that greets like SMTP" \
        "S.text\"220 mail\.tes" with port=25 pair 'tcp greeting' "$from 1.2-1.3 none"
done <<'CLIENTS'
openssl C.(RST|FIN)
curl C.(RST|FIN)
gnutls C.Alert10
java C.Alert10
go C.(FIN|RST)
node C.(FIN|RST)
nss C.Alert22
CLIENTS
capture tls-to-plaintext-nginx-ipv6-port-80 tls-to-plaintext-port \
    'curl speaks TLS to port 80 of nginx, over IPv6; nginx answers in plain HTTP' \
    "$offered S.text\"HTTP/1.1 400\"" with server_address=$server6 port=80 pair 'nginx_plain' 'curl 1.2-1.3 none'
capture tls-to-greeting-ssh-from-curl tls-to-greeting-port 'curl speaks TLS to port 22, a server that greets like SSH' \
    'S.text"SSH-' with port=22 pair 'tcp ssh' 'curl 1.2-1.3 none'

# dial_plain [SECONDS]: plain HTTP.
dial_plain()
{
    client curl -sS -o /dev/null --max-time "${1:-5}" "http://$host:$port/"
}

plain_and_tls()
{
    record
    eval "serve_$1"
    await_server
    dial_plain || true
    dial_curl 1.2-1.3 none || true
    settle
}

while read -r stack answer; do
    capture plaintext-to-tls-$stack plaintext-to-tls-port "curl speaks plain HTTP to the TLS port of ${called[$stack]}" \
        "$opened C.text\"GET / HTTP.*$answer" pair "$stack 1.2-1.3 none" plain
done <<'SERVERS'
nginx S.text"HTTP/1.1 400"
go S.text"HTTP/1.0 400"
openssl S.FIN
haproxy S.(FIN|RST)
node S.FIN
stunnel S.(FIN|RST)
gnutls S.Alert10
java S.Alert10
SERVERS
capture plaintext-to-tls-nss plaintext-to-tls-port 'curl speaks plain HTTP to the TLS port of NSS, which stays silent; curl gives up after 5 seconds' \
    "$opened C.text\"GET / HTTP.*C.FIN" pair 'nss 1.2-1.3 none' 'plain 5'
for stack in nginx openssl gnutls node; do
    capture plaintext-and-tls-$stack plaintext-to-tls-port \
        "curl speaks plain HTTP to the TLS port of ${called[$stack]}, then TLS with success" \
        "$opened C.text\"GET / HTTP.* / ${full13#^}" plain_and_tls "$stack 1.2-1.3 none"
done
capture plaintext-to-tls-port-8443-java plaintext-to-tls-port 'curl speaks plain HTTP to port 8443 of a JDK server, over IPv6' \
    "$opened C.text\"GET / HTTP.*S.Alert10" with server_address=$server6 port=8443 pair 'java 1.2-1.3 none' plain
