# SPDX-License-Identifier: GPL-3.0-or-later
#
# Connections that explain each other: retries, resumption that only fails the second time, one client among others.

chapter 'Connections that explain each other'

# in_turn SERVER CLIENT...: one server, the clients one after the other. "other CLIENT" is OpenSSL or curl at
# another address.
in_turn()
{
    client_side ip address replace 192.0.2.21/24 dev wire
    record
    eval "serve_$1"
    await_server
    shift
    local dialled
    for dialled in "$@"; do
        eval "dial_$dialled" || true
        sleep 0.2
    done
    settle
}

dial_other()
{
    local option='-bind 192.0.2.21:0'
    [ "$1" = openssl ] || option='--interface 192.0.2.21'
    # shellcheck disable=SC2086
    "dial_$1" "${@:2}" $option
}

# serve_picky DISLIKE ANSWER SERVER...: a box that refuses some ClientHellos, before a server.
serve_picky()
{
    local box=$port
    (port=8443; "serve_${@:3:1}" "${@:4}")
    background box.log python3 "$here/stacks/picky.py" "$box" 8443 "$1" "$2"
    wait_until ss_listens 8443
}

ss_listens()
{
    [ -n "$(ss -Hltn "sport = :$1")" ]
}

# An OpenSSL server whose programmer forgot the session id context; CLIENTS is none, ask or require.
serve_nocontext()
{
    [ -e "$work/nocontext" ] || gcc -Wall -Wextra -O1 -o "$work/nocontext" "$here/stacks/nocontext.c" -lssl -lcrypto
    background server.log "$work/nocontext" "$port" "$pki/$server_cert.chain.pem" "$pki/$server_cert.key.pem" \
        "$pki/$client_trust.pem" "$1"
}

story_of()
{
    local all=$1
    shift
    while [ $# -gt 0 ]; do
        all+="[^/]* / ${1#^}"
        shift
    done
    printf '%s' "$all"
}

full="$opened C.ClientHello S.ServerHello .*Data"

# ---- TLS 1.3 is not borne ----

while read -r answer shown; do
    capture tls13-intolerance-$answer tls13-intolerance \
        "a box answers a ClientHello that offers TLS 1.3 with ${answer/alert/alert }; the OpenSSL client tries again with 1.2 and is served" \
        "$(story_of "$offered $shown" "$full")" with patience=4 in_turn "picky 1.3 ${answer#alert} openssl 1.2 none" 'openssl 1.2-1.3 none' 'openssl 1.2 none'
done <<'ANSWERS'
rst S.RST
fin S.FIN
silent C.(FIN|RST)
alert40 S.Alert40
alert47 S.Alert47
alert70 S.Alert70
alert80 S.Alert80
ANSWERS
for from in curl go gnutls java; do
    capture tls13-intolerance-from-$from tls13-intolerance \
        "a box resets where a ClientHello offers TLS 1.3; the ${called[$from]} client tries again with 1.2 and is served" \
        "$(story_of "$offered S.RST" "$full")" in_turn 'picky 1.3 rst openssl 1.2 none' "$from 1.2-1.3 none" "$from 1.2 none"
done
capture version-capped-openssl healthy 'the OpenSSL client connects with TLS 1.3, then with 1.2 at most, to a server that has both' \
    "$(story_of "$full" "$full")" in_turn 'openssl 1.2-1.3 none' 'openssl 1.2-1.3 none' 'openssl 1.2 none'

# ---- A retry that says so ----

while read -r stack; do
    capture inappropriate-fallback-$stack inappropriate-fallback \
        "the OpenSSL client says with TLS_FALLBACK_SCSV that it tries again with TLS 1.2, ${called[$stack]} has 1.3" \
        "$offered S.Alert86 " pair "$stack 1.2-1.3 none" 'openssl 1.2 none -fallback_scsv'
done <<'SERVERS'
openssl
gnutls
go
nginx
haproxy
node
nss
SERVERS
capture inappropriate-fallback-from-gnutls inappropriate-fallback \
    'GnuTLS says with TLS_FALLBACK_SCSV that it tries again with TLS 1.2, OpenSSL has 1.3' \
    "$offered S.Alert86 " with gnutls_priority=:%FALLBACK_SCSV pair 'openssl 1.2-1.3 none' 'gnutls 1.2 none'
capture inappropriate-fallback-after-reset inappropriate-fallback \
    'a box resets where TLS 1.3 is offered; the OpenSSL client says that it tries again with 1.2, which OpenSSL refuses' \
    "$(story_of "$offered S.RST" "$offered S.Alert86")" in_turn 'picky 1.3 rst openssl 1.2-1.3 none' 'openssl 1.2-1.3 none' \
    'openssl 1.2 none -fallback_scsv'
capture fallback-accepted-openssl healthy \
    'the OpenSSL client says that it tries again with TLS 1.2, which is the highest of the OpenSSL server' "$full" \
    pair 'openssl 1.2 none' 'openssl 1.2 none -fallback_scsv'
capture fallback-too-old-openssl client-version-too-old \
    'the OpenSSL client says that it tries again with TLS 1.1, which the OpenSSL server does not take at all' \
    "$offered S.Alert(70|86)" pair 'openssl 1.2 none' 'openssl 1.1 none -fallback_scsv -cipher ALL:@SECLEVEL=0'

# ---- It works once ----

for v in 2 3; do
    capture resumption-fatal-openssl-1$v resumption-fatal \
        "TLS 1.$v, an OpenSSL server that verifies clients without a session id context: the first connection works, the one that resumes fails" \
        "$(story_of "$full" "$offered S.Alert80")" in_turn 'nocontext require' "openssl 1.$v client -sess_out s" \
        "openssl 1.$v client -sess_in s"
    capture resumption-fatal-repeated-openssl-1$v resumption-fatal \
        "TLS 1.$v, the same: two more connections that resume fail, one without a ticket works" \
        "$(story_of "$full" "$offered S.Alert80" "$offered S.Alert80" "$full")" in_turn 'nocontext ask' \
        "openssl 1.$v none -sess_out s" "openssl 1.$v none -sess_in s" "openssl 1.$v none -sess_in s" "openssl 1.$v none"
    capture resumed-nocontext-openssl-1$v healthy \
        "TLS 1.$v, an OpenSSL server without a session id context that verifies nobody: the second connection resumes" \
        "$(story_of "$full" "$full")" in_turn 'nocontext none' "openssl 1.$v none -sess_out s" "openssl 1.$v none -sess_in s"
done
capture resumption-fatal-java resumption-fatal \
    'TLS 1.2, the same with the JDK' "$(story_of "$full" "$offered S.Alert80")" in_turn 'nocontext require' 'java 1.2 client -Dtimes=2'

# ---- A shorter hello gets through ----

for answer in silent rst alert80; do
    capture large-hello-intolerance-$answer large-hello-intolerance \
        "a box answers a ClientHello of more than 1400 bytes with ${answer/alert/alert }; the OpenSSL client tries again with a shorter one and is served" \
        "$(story_of "$offered [CS].(FIN|RST|Alert80)" "$full")" with patience=4 in_turn "picky long ${answer#alert} openssl 1.2-1.3 none" \
        "openssl 1.2-1.3 none $long_hello" 'openssl 1.2-1.3 none'
done
capture large-hello-served-openssl healthy 'the OpenSSL client is served with a ClientHello of 1800 bytes, and with a short one' \
    "$(story_of "$full" "$full")" in_turn 'openssl 1.2-1.3 none' "openssl 1.2-1.3 none $long_hello" 'openssl 1.2-1.3 none'

# ---- One client among others ----

capture no-shared-cipher-others-served no-shared-cipher \
    'OpenSSL serves another client with AES-GCM and refuses one that offers ECDHE with AES-128-CBC only' \
    "$(story_of "$full" "$offered S.Alert40")" in_turn 'openssl 1.2 none -cipher ECDHE+AESGCM' 'other openssl 1.2 none' "$old_suite"
capture no-shared-cipher-all-fail no-shared-cipher \
    'OpenSSL takes AES-GCM only, and two clients offer ECDHE with AES-128-CBC only' \
    "$(story_of "$offered S.Alert40" "$offered S.Alert40")" in_turn 'openssl 1.2 none -cipher ECDHE+AESGCM' "other $old_suite" "$old_suite"
capture hello-reset-one-client hello-reset-no-alert \
    'a box resets where TLS 1.3 is offered; one client offers 1.2 and is served, another one offers 1.3 only' \
    "$(story_of "$full" "$offered S.RST")" in_turn 'picky 1.3 rst openssl 1.2 none' 'other openssl 1.2 none' 'openssl 1.3 none'
capture hello-reset-all-clients hello-reset-no-alert 'the server resets, whoever asks' \
    "$(story_of "$offered S.RST" "$offered S.RST")" in_turn 'tcp rst' 'other openssl 1.2-1.3 none' 'openssl 1.2-1.3 none'
capture retried-five-times client-cert-absent 'a server requires a certificate; curl has none and tries five times' \
    "$(story_of "$opened C.ClientHello .*Alert" "$opened" "$opened" "$opened" "$opened")" in_turn 'openssl 1.2 require' \
    'curl 1.2 none' 'curl 1.2 none' 'curl 1.2 none' 'curl 1.2 none' 'curl 1.2 none'
capture works-then-never client-cert-absent \
    'one client sends its certificate twice, then comes without it three times; another one is served' \
    "$(story_of "$full" "$full" "$full" "$opened" "$opened" "$opened")" in_turn 'openssl 1.2 require' 'curl 1.2 client' 'other curl 1.2 client' \
    'curl 1.2 client' 'curl 1.2 none' 'curl 1.2 none' 'curl 1.2 none'
