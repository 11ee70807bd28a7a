# SPDX-License-Identifier: GPL-3.0-or-later
#
# DTLS and QUIC. Needs further packages: gnutls-bin, ngtcp2-client, ngtcp2-server, golang-github-lucas-clemente-quic-go-dev.

udp_in_use()
{
    [ -n "$(ss -Hlun "sport = :${port}")" ]
}

# record_udp [INTERFACE]: with the ICMP errors that answer.
record_udp()
{
    record "${1:-wire}" "udp port $port or icmp or (icmp6 and ip6[40] < 128)"
}

# udp_pair SERVER CLIENT [SECONDS]: as pair.
udp_pair()
{
    record_udp
    eval "serve_$1"
    wait_until udp_in_use
    eval "dial_$2" || true
    settle "${3:-}"
}

# ---- DTLS ----------------------------------------------------------------------------------------------------------

serve_dtls()
{
    local verify=()
    case $2 in
    require) verify=(-Verify 3 -verify_return_error -verify_quiet) ;;
    esac
    background_fed server.log '2:served' openssl s_server -accept "$port" "-dtls$1" -cert "$pki/$server_cert.pem" \
        -key "$pki/$server_cert.key.pem" -cert_chain "$pki/intermediate.pem" -CAfile "$pki/$client_trust.pem" -quiet \
        "${verify[@]}" "${@:3}"
}

dial_dtls()
{
    local certificate=()
    [ "$2" = none ] || certificate=(-cert "$pki/$2.pem" -key "$pki/$2.key.pem" -cert_chain "$pki/intermediate.pem")
    { sleep 0.7; printf 'please\n'; sleep "${dtls_stay:-1.8}"; } | client openssl s_client -connect "$host:$port" "-dtls$1" \
        -servername server.test -CAfile "$pki/$server_trust.pem" -verify_return_error -keylogfile "$keys" -quiet \
        -no_ign_eof "${certificate[@]}" "${@:3}"
}

serve_dtls_gnutls()
{
    local verify=(--disable-client-cert)
    [ "$2" != require ] || verify=(--require-client-cert --verify-client-cert)
    background server.log gnutls-serv --udp --echo --port "$port" --priority "NORMAL:-VERS-ALL:+VERS-DTLS$1${gnutls_priority:-}" \
        --x509certfile "$pki/$server_cert.chain.pem" --x509keyfile "$pki/$server_cert.key.pem" \
        --x509cafile "$pki/$client_trust.pem" "${verify[@]}" "${@:3}"
}

dial_dtls_gnutls()
{
    local certificate=()
    [ "$2" = none ] || certificate=(--x509certfile "$pki/$2.chain.pem" --x509keyfile "$pki/$2.key.pem")
    { sleep 0.7; printf 'please\n'; sleep "${dtls_stay:-1.8}"; } | SSLKEYLOGFILE=$keys client gnutls-cli "$host" --udp \
        --port "$port" --x509cafile "$pki/$server_trust.pem" --priority "NORMAL:-VERS-ALL:+VERS-DTLS$1${gnutls_priority:-}" \
        "${certificate[@]}" "${@:3}"
}

dtls_hello='^C.ClientHello (S.HelloVerify C.ClientHello )?S.ServerHello'
dtls_flight="$dtls_hello S.Cert2? S.ServerKeyExchange"
dtls_end='C.CCS C.(Hidden|Finished) (S.Ticket )?S.CCS S.(Hidden|Finished)'
dtls_full="$dtls_flight S.ServerHelloDone.* C.ClientKeyExchange $dtls_end"
dtls_mutual="$dtls_flight S.CertRequest S.ServerHelloDone.* C.Cert2? C.ClientKeyExchange C.CertVerify $dtls_end"

dtls_capture()
{
    capture "$1" "$2" "$3" "$4" with port=5684 "${@:5}"
}

dtls_capture healthy-dtls-openssl-12 healthy 'DTLS 1.2, OpenSSL on both sides, port 5684' "$dtls_full" \
    udp_pair 'dtls 1_2 none' 'dtls 1_2 none'
dtls_capture healthy-dtls-openssl-10 weak-protocol-version 'DTLS 1.0, OpenSSL on both sides, port 5684' "$dtls_full" \
    udp_pair 'dtls 1 none -cipher DEFAULT:@SECLEVEL=0' 'dtls 1 none -cipher DEFAULT:@SECLEVEL=0'
dtls_capture healthy-dtls-cookie-openssl-12 healthy 'DTLS 1.2, the OpenSSL server first asks for a cookie, port 5684' \
    "^C.ClientHello S.HelloVerify ${dtls_full#^}" udp_pair 'dtls 1_2 none -listen' 'dtls 1_2 none'
dtls_capture healthy-dtls-gnutls-12 healthy 'DTLS 1.2, GnuTLS on both sides, port 5684' "$dtls_full" \
    udp_pair 'dtls_gnutls 1.2 none' 'dtls_gnutls 1.2 none'
dtls_capture healthy-dtls-mixed-12 healthy 'DTLS 1.2, GnuTLS client to OpenSSL, port 5684' "$dtls_full" \
    udp_pair 'dtls 1_2 none' 'dtls_gnutls 1.2 none'
dtls_capture mutual-dtls-openssl-12 healthy 'DTLS 1.2 with a client certificate, OpenSSL on both sides, port 5684' \
    "$dtls_mutual" udp_pair 'dtls 1_2 require' 'dtls 1_2 client'
dtls_capture mutual-dtls-gnutls-12 healthy 'DTLS 1.2 with a client certificate, GnuTLS on both sides, port 5684' \
    "$dtls_mutual" udp_pair 'dtls_gnutls 1.2 require' 'dtls_gnutls 1.2 client'
dtls_capture healthy-dtls-fragments-openssl-12 healthy \
    'DTLS 1.2 with a client certificate, both sides send datagrams of at most 300 bytes, OpenSSL on both sides, port 5684' \
    "$dtls_mutual" udp_pair 'dtls 1_2 require -mtu 300' 'dtls 1_2 client -mtu 300'

dtls_capture dtls-no-shared-cipher-openssl-12 no-shared-cipher 'DTLS 1.2, the OpenSSL server has no suite of the client, port 5684' \
    "^C.ClientHello (S.HelloVerify C.ClientHello )?S.Alert40" udp_pair 'dtls 1_2 none -cipher AES256-SHA' 'dtls 1_2 none -cipher ECDHE-RSA-AES128-GCM-SHA256'
dtls_capture dtls-client-cert-absent-openssl-12 client-cert-absent \
    'DTLS 1.2, OpenSSL requires a client certificate, OpenSSL has none, port 5684' "$dtls_flight S.CertRequest S.ServerHelloDone C.Cert0.*S.Alert" \
    udp_pair 'dtls 1_2 require' 'dtls 1_2 none'
dtls_capture dtls-client-cert-absent-gnutls-12 dtls-unanswered \
    'DTLS 1.2, GnuTLS requires a client certificate, OpenSSL has none; the server falls silent and the client sends its flight again and again, port 5684' \
    "S.CertRequest S.ServerHelloDone C.Cert0.* C.Cert0" with patience=14 dtls_stay=12 udp_pair 'dtls_gnutls 1.2 require' 'dtls 1_2 none'
dtls_capture dtls-server-cert-rejected-openssl-12 server-root-untrusted \
    'DTLS 1.2, the OpenSSL client does not trust the root of the OpenSSL server, port 5684' "$dtls_flight S.ServerHelloDone C.Alert48" \
    with server_trust=other-root udp_pair 'dtls 1_2 none' 'dtls 1_2 none'

# nobody_udp CLIENT: and none answers for them.
nobody_udp()
{
    record_udp
    eval "dial_$1" || true
    settle
}

# silent_udp CLIENT: a firewall drops what comes.
silent_udp()
{
    record_udp
    iptables -I INPUT -p udp --dport "$port" -j DROP
    eval "dial_$1" || true
    iptables -F INPUT
    settle
}

# refused_udp CLIENT: a firewall says that it does not let this through.
refused_udp()
{
    record_udp
    iptables -I INPUT -p udp --dport "$port" -j REJECT --reject-with icmp-admin-prohibited
    eval "dial_$1" || true
    iptables -F INPUT
    settle
}

dtls_capture dtls-nobody-there server-not-listening 'DTLS, nobody listens on UDP port 5684: an ICMP error says so' \
    '^C.ClientHello I.ICMP3.3' nobody_udp 'dtls 1_2 none'
dtls_capture dtls-unanswered dtls-unanswered 'DTLS, a firewall drops what comes to UDP port 5684, for 8 seconds' \
    '^C.ClientHello C.ClientHello C.ClientHello( C.ClientHello)*$' with patience=8 dtls_stay=8 silent_udp 'dtls 1_2 none'
dtls_capture dtls-unanswered-gnutls dtls-unanswered 'DTLS from GnuTLS, a firewall drops what comes to UDP port 5684, for 8 seconds' \
    '^C.ClientHello C.ClientHello C.ClientHello( C.ClientHello)*$' with patience=8 dtls_stay=8 silent_udp 'dtls_gnutls 1.2 none'
dtls_capture dtls-prohibited icmp-rejected 'DTLS, a firewall refuses UDP port 5684 with an ICMP error' \
    '^C.ClientHello I.ICMP3.13' refused_udp 'dtls 1_2 none'

# big_datagrams_lost SERVER CLIENT: what is above 600 bytes does not come through to the client.
big_datagrams_lost()
{
    record_udp
    eval "serve_$1"
    wait_until udp_in_use
    client_side iptables -I INPUT -p udp -m length --length 600: -j DROP
    eval "dial_$2" || true
    client_side iptables -F INPUT
    settle
}
dtls_capture dtls-flight-lost-gnutls-12 dtls-flight-lost \
    'DTLS 1.2, datagrams above 600 bytes are dropped on the way to the OpenSSL client: the flight of GnuTLS never arrives whole, port 5684' \
    "S.Cert.*S.Cert" with patience=8 dtls_stay=8 big_datagrams_lost 'dtls_gnutls 1.2 none --mtu 1400' 'dtls 1_2 none'

# A balancer that deals datagrams out to eight servers in turn: each has a cookie secret of its own.
dtls_eight_servers()
{
    local servers=() each
    record_udp
    for each in {5685..5692}; do
        port=$each serve_dtls 1_2 none -listen
        servers+=("$each")
    done
    background balancer.log python3 "$here/stacks/udpbalancer.py" "$port" "${servers[@]}"
    wait_until udp_in_use
    dial_dtls 1_2 none || true
    settle
}
dtls_capture dtls-cookie-loop-openssl-12 dtls-flight-lost \
    'DTLS 1.2, eight OpenSSL servers behind a balancer without affinity: none knows the cookies of the others, port 5684' \
    '^C.ClientHello S.HelloVerify C.ClientHello S.HelloVerify C.ClientHello S.HelloVerify' with patience=7 dtls_stay=7 dtls_eight_servers

# webrtc [FRAGMENT]: a browser talks to itself, both ends at the client's address.
webrtc()
{
    client_side ip route add default via "$server4" 2>/dev/null || true
    nsenter --target "$client_holder" --net -- tcpdump -Z root -n -U -B 16384 -i lo -w "$pcap" udp 2>tcpdump.log &
    printf '%s\n' $! >tcpdump.pid
    await_line 'listening on' tcpdump.log
    HOME=$PWD patience=${patience_here:-12} client chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-sync \
        --disable-background-networking --disable-component-update --disable-features=WebRtcHideLocalIpsWithMdns \
        --allow-loopback-in-peer-connection --user-data-dir="$PWD/data" --remote-debugging-port=9333 \
        "file://$here/stacks/webrtc.html${1:-}" || true
    settle
}
# tshark 4.0 does not know the encrypted records of DTLS 1.3.
capture healthy-dtls-webrtc-13 healthy \
    'DTLS 1.3 of Chromium with itself, beside STUN on the same ports; the ClientHello takes two datagrams' \
    '^C.ClientHello S.ServerHello' webrtc

# ---- QUIC ----------------------------------------------------------------------------------------------------------

goquic_program()
{
    [ -e "$work/goquic" ] || GOCACHE=${GOCACHE:-$work/go-cache} GOPATH=/usr/share/gocode GO111MODULE=off go build \
        -o "$work/goquic" "$here/stacks/goquic.go"
    printf '%s\n' "$work/goquic"
}

# VERSIONS are QUIC's, by their numbers.
serve_quic()
{
    background server.log "$(goquic_program)" -serve -address "[::]:$port" -versions "$1" -clients "$2" \
        -cert "$pki/$server_cert.chain.pem" -key "$pki/$server_cert.key.pem" -ca "$pki/$client_trust.pem" "${@:3}"
}

dial_quic()
{
    local certificate=()
    [ "$2" = none ] || certificate=(-cert "$pki/$2.chain.pem" -key "$pki/$2.key.pem")
    client "$(goquic_program)" -address "$host:$port" -versions "$1" -ca "$pki/$server_trust.pem" -keylog "$keys" \
        "${certificate[@]}" "${@:3}"
}

serve_ngtcp2()
{
    background server.log gtlsserver "${@:3}" --quiet '*' "$port" \
        "$pki/$server_cert.key.pem" "$pki/$server_cert.chain.pem"
}

dial_ngtcp2()
{
    SSLKEYLOGFILE=$keys client gtlsclient --quiet --no-quic-dump --no-http-dump --exit-on-all-streams-close "${@:3}" "$host" "$port" \
        "https://$host:$port/"
}

quic_full='^C.Initial\(ClientHello\) S.Initial\(ServerHello\).* S.Handshake.* C.Handshake.* C.1RTT.* S.1RTT'
draft29=0xff00001d v2_draft=0x709a50c4

capture healthy-quic-go healthy 'QUIC version 1, quic-go on both sides' "$quic_full" udp_pair 'quic 1 none' 'quic 1 none'
capture healthy-quic-go-29 healthy 'QUIC draft 29, quic-go on both sides' "$quic_full" \
    udp_pair "quic $draft29 none" "quic $draft29 none"
capture healthy-quic-go-2 healthy 'QUIC version 2 with the number that its draft had (tshark does not know it), quic-go on both sides' '^$' \
    udp_pair "quic $v2_draft none" "quic $v2_draft none"
capture healthy-quic-go-ipv6 healthy 'QUIC version 1, quic-go on both sides, IPv6' "$quic_full" \
    with server_address=$server6 udp_pair 'quic 1 none' 'quic 1 none'
capture mutual-quic-go healthy 'QUIC version 1 with a client certificate, quic-go on both sides' "$quic_full" \
    udp_pair 'quic 1 require' 'quic 1 client'
capture healthy-quic-retry-go healthy 'QUIC version 1, the quic-go server has the client prove its address (Retry)' \
    "^C.Initial\(ClientHello\) S.Retry C.Initial\(ACK\) S.Initial\(ServerHello\).* C.1RTT.* S.1RTT" udp_pair 'quic 1 none -retry' 'quic 1 none'
capture healthy-quic-hello-retry-go healthy 'QUIC version 1 with a HelloRetryRequest for another group, quic-go on both sides' \
    '^C.Initial\(ClientHello\) S.Initial\(ServerHello\).* C.Initial\(ClientHello\).* S.Initial\(ServerHello\)' \
    udp_pair 'quic 1 none -group 24' 'quic 1 none'
capture healthy-quic-negotiation-go healthy \
    'QUIC: the client begins with a draft of version 2, which the server does not know, and goes on with 1; quic-go on both sides' \
    '^C.Initial\(ClientHello\) S.Initial\(ServerHello\)' udp_pair 'quic 1 none' "quic $v2_draft,1 none"
capture healthy-quic-ngtcp2 healthy 'QUIC version 1, ngtcp2 with GnuTLS on both sides' "$quic_full" \
    udp_pair 'ngtcp2 1 none' 'ngtcp2 1 none'
capture healthy-quic-ngtcp2-2 healthy 'QUIC: the client begins with version 1, the server answers in a draft of version 2; ngtcp2 with GnuTLS' '^C.Initial\(ClientHello\)' \
    udp_pair 'ngtcp2 1 none --preferred-versions=v2draft' 'ngtcp2 1 none --other-versions=v2draft,v1'
capture healthy-quic-retry-ngtcp2 healthy 'QUIC version 1 with a Retry, ngtcp2 with GnuTLS on both sides' \
    "^C.Initial\(ClientHello\) S.Retry C.Initial\(ACK\) S.Initial\(ServerHello\).* C.1RTT.* S.1RTT" udp_pair 'ngtcp2 1 none --validate-addr' 'ngtcp2 1 none'

capture quic-no-shared-version quic-tls-failure 'QUIC: the server knows draft 29 only, the client version 1 only; quic-go on both sides' \
    '^C.Initial\(ClientHello\) S.VersionNegotiation' udp_pair "quic $draft29 none" 'quic 1 none'
capture quic-no-shared-alpn alpn-no-overlap 'QUIC version 1, client and server have no application protocol in common; quic-go on both sides' \
    '^C.Initial\(ClientHello\).*' udp_pair 'quic 1 none -alpn one' 'quic 1 none -alpn other'
capture quic-no-shared-cipher-ngtcp2 no-shared-cipher 'QUIC version 1, client and server have no cipher suite in common; ngtcp2 with GnuTLS' \
    '^C.Initial\(ClientHello\).*' udp_pair 'ngtcp2 1 none --ciphers=NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM' \
    'ngtcp2 1 none --ciphers=NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+CHACHA20-POLY1305'
capture quic-no-shared-group-go no-shared-group 'QUIC version 1, client and server have no group in common; quic-go on both sides' \
    '^C.Initial\(ClientHello\).*' udp_pair 'quic 1 none -group 24' 'quic 1 none -group 29'
capture quic-server-cert-rejected-go quic-tls-failure 'QUIC version 1, the client does not trust the root of the server; quic-go on both sides' \
    '^C.Initial\(ClientHello\) S.Initial\(ServerHello\)' with server_trust=other-root udp_pair 'quic 1 none' 'quic 1 none'
capture quic-client-cert-absent-go quic-tls-failure 'QUIC version 1, the server requires a client certificate, the client has none; quic-go on both sides' \
    '^C.Initial\(ClientHello\) S.Initial\(ServerHello\)' udp_pair 'quic 1 require' 'quic 1 none'
capture quic-nobody-there server-not-listening 'QUIC, nobody listens on UDP port 443: an ICMP error says so' \
    '^C.Initial\(ClientHello\) I.ICMP3.3' nobody_udp 'ngtcp2 1 none --timeout=3s'
capture quic-unanswered quic-unanswered 'QUIC, a firewall drops what comes to UDP port 443' \
    '^C.Initial\(ClientHello\)( C.Initial\([A-Za-z]*\)){2,}$' silent_udp 'quic 1 none'
capture quic-unanswered-ngtcp2 quic-unanswered 'QUIC from ngtcp2, a firewall drops what comes to UDP port 443' \
    '^C.Initial\(ClientHello\)( C.Initial\([A-Za-z]*\)){2,}$' silent_udp 'ngtcp2 1 none --timeout=8s'

# HTTP/3 is not served: the handshake is what counts.
dial_chromium_quic()
{
    local key
    key=$(openssl x509 -in "$pki/$server_cert.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
    HOME=$PWD SSLKEYLOGFILE=$keys client chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-sync \
        --disable-background-networking --disable-component-update --user-data-dir="$PWD/data" --enable-quic \
        "--origin-to-force-quic-on=$host:$port" "--ignore-certificate-errors-spki-list=$key" --dump-dom "https://$host:$port/"
}
capture healthy-quic-chromium-go healthy \
    'QUIC version 1, Chromium to quic-go; its ClientHello is strewn over many CRYPTO frames of two datagrams' \
    '^C.Initial.* S.Initial' udp_pair 'quic 1 none -alpn h3' 'chromium_quic 1 none'
