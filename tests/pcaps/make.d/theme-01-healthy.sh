# SPDX-License-Identifier: GPL-3.0-or-later
#
# Connections in which nothing is wrong: no tool may find an error here.

chapter 'Nothing is wrong'

opened='^C.SYN S.SYNACK'
done='(Finished|Hidden)'
hello12="$opened C.ClientHello S.ServerHello S.Cert[23] S.ServerKeyExchange"
finish12="C.CCS C.$done (S.Ticket )?S.CCS S.$done C.Data"
full12="$hello12 S.ServerHelloDone C.ClientKeyExchange $finish12"
asked12="$hello12 S.CertRequest S.ServerHelloDone"
mutual12="$asked12 C.Cert[23] C.ClientKeyExchange C.CertVerify $finish12"
gap='([CS].CCS |S.Ticket )*' # what may stand nearly anywhere in 1.3
hello13="$opened C.ClientHello S.ServerHello ${gap}S.EncryptedExtensions"
finish13="${gap}C.Finished ${gap}C.Data"
full13="$hello13 S.Cert[23] S.CertVerify S.Finished $finish13"
asked13="$hello13 S.CertRequest S.Cert[23] S.CertVerify S.Finished"
mutual13="$asked13 ${gap}C.Cert[23] C.CertVerify $finish13"
# Where no key log can be had: the JDK pads, so that its Finished has 85 bytes; NSS puts its whole flight in one record.
hello13_hidden="$opened C.ClientHello S.ServerHello ${gap}"
full13_java="${hello13_hidden}S.x65 ${gap}S.x[0-9]{4} ${gap}S.x297 ${gap}S.x85 ${gap}C.x85 .*C.x"
mutual13_java="${hello13_hidden}S.x65 ${gap}S.x[0-9]+ ${gap}S.x[0-9]{4} ${gap}S.x297 ${gap}S.x85 ${gap}C.x[0-9]{4} C.x297 C.x85 .*C.x"
full13_nss="${hello13_hidden}S.x[0-9]{4} ${gap}C.x53 C.x"
mutual13_nss="${hello13_hidden}S.x[0-9]{4} ${gap}C.x[0-9]{4} C.x"

declare -A called=([openssl]=OpenSSL [gnutls]=GnuTLS [nss]=NSS [java]=JDK [node]=Node [go]=Go [nginx]=nginx
    [haproxy]=HAProxy [stunnel]=stunnel [curl]=curl)

for stack in openssl gnutls nss java node go; do
    for v in 2 3; do
        case $stack$v in
        java3) full=$full13_java mutual=$mutual13_java ;;
        nss3) full=$full13_nss mutual=$mutual13_nss ;;
        *) full=full1$v mutual=mutual1$v full=${!full} mutual=${!mutual} ;;
        esac
        capture healthy-$stack-1$v healthy "TLS 1.$v, ${called[$stack]} on both sides" "$full" \
            pair "$stack 1.$v none" "$stack 1.$v none"
        capture mutual-$stack-1$v healthy "TLS 1.$v with a client certificate, ${called[$stack]} on both sides" "$mutual" \
            pair "$stack 1.$v require" "$stack 1.$v client"
    done
done

for v in 2 3; do
    full=full1$v mutual=mutual1$v
    capture healthy-nginx-1$v healthy "TLS 1.$v, curl to nginx" "${!full}" pair "nginx 1.$v none" "curl 1.$v none"
    capture mutual-nginx-1$v healthy "TLS 1.$v with a client certificate, curl to nginx" "${!mutual}" \
        pair "nginx 1.$v require" "curl 1.$v client"
    capture healthy-haproxy-1$v healthy "TLS 1.$v, curl to HAProxy" "${!full}" pair "haproxy 1.$v none" "curl 1.$v none"
    capture mutual-ec-1$v healthy "TLS 1.$v with ECDSA certificates on both sides, curl to nginx" "${!mutual}" \
        with server_cert=server-ec pair "nginx 1.$v require" "curl 1.$v client-ec"
    capture mutual-asked-1$v healthy "TLS 1.$v, the client certificate is optional and sent, Go to OpenSSL" \
        "${!mutual}" pair "openssl 1.$v ask" "go 1.$v client"
    optional=asked1$v
    capture optional-cert-absent-1$v healthy \
        "TLS 1.$v, the client certificate is optional, the client has none, all is served, curl to nginx" \
        "${!optional} (C.CCS )?C.Cert0 .*C.Data .*S.Data" pair "nginx 1.$v ask" "curl 1.$v none"
    capture mixed-java-openssl-1$v healthy "TLS 1.$v, JDK client to OpenSSL" "${!full}" \
        keyed_at_server "1.$v none" "java 1.$v none"
    capture mixed-openssl-java-1$v healthy "TLS 1.$v, OpenSSL client to JDK" "${!full}" \
        pair "java 1.$v none" "openssl 1.$v none"
    capture mixed-nss-openssl-1$v healthy "TLS 1.$v, NSS client to OpenSSL" "${!full}" \
        keyed_at_server "1.$v none" "nss 1.$v none"
    capture mutual-java-openssl-1$v healthy "TLS 1.$v with a client certificate, JDK client to OpenSSL" \
        "${!mutual}" keyed_at_server "1.$v require" "java 1.$v client"
    capture mutual-openssl-java-1$v healthy "TLS 1.$v with a client certificate, OpenSSL client to JDK" \
        "${!mutual}" pair "java 1.$v require" "openssl 1.$v client"
    capture mutual-openssl-nss-1$v healthy "TLS 1.$v with a client certificate, OpenSSL client to NSS" \
        "${!mutual}" pair "nss 1.$v require" "openssl 1.$v client"
done

# Resumption: the second connection of the capture resumes the first.

resume()
{
    record
    eval "serve_$1"
    await_server
    eval "dial_$2" || true
    sleep 0.3
    eval "dial_${3:-$2}" || true
    settle
}

short12="$opened C.ClientHello S.ServerHello (S.Ticket )?S.CCS S.$done C.CCS C.$done C.Data"
short13="$hello13 S.Finished ${gap}C.Finished ${gap}C.Data"
short13_hidden="${hello13_hidden}S.x[0-9]{2} ${gap}S.x[0-9]{2} ${gap}C.x[0-9]{2} "
two()
{
    printf '%s[^/]* / %s' "$1" "${2#^}"
}

capture resumed-session-id-openssl-12 healthy 'TLS 1.2, the second connection resumes by session id, OpenSSL on both sides' \
    "$(two "$full12" "$short12")" resume 'openssl 1.2 none -no_ticket' 'openssl 1.2 none -sess_out s' 'openssl 1.2 none -sess_in s'
capture resumed-ticket-openssl-12 healthy 'TLS 1.2, the second connection resumes by ticket, OpenSSL on both sides' \
    "$(two "$full12" "$short12")" resume 'openssl 1.2 none' 'openssl 1.2 none -sess_out s' 'openssl 1.2 none -sess_in s'
capture resumed-psk-openssl-13 healthy 'TLS 1.3, the second connection resumes by PSK, OpenSSL on both sides' \
    "$(two "$full13" "$short13")" resume 'openssl 1.3 none' 'openssl 1.3 none -sess_out s' 'openssl 1.3 none -sess_in s'
for v in 2 3; do
    full=full1$v short=short1$v mutual=mutual1$v
    capture resumed-mutual-openssl-1$v healthy \
        "TLS 1.$v with a client certificate, the second connection resumes and so asks for none, OpenSSL on both sides" \
        "$(two "${!mutual}" "${!short}")" \
        resume "openssl 1.$v require" "openssl 1.$v client -sess_out s" "openssl 1.$v client -sess_in s"
    capture resumed-gnutls-1$v healthy "TLS 1.$v, the second connection resumes, GnuTLS on both sides" \
        "$(two "$opened .*S.Cert2 .*" "${!short% C.Data}")" pair "gnutls 1.$v none" "gnutls 1.$v none --resume"
    capture resumed-curl-nginx-1$v healthy "TLS 1.$v, the second connection resumes, curl to nginx" \
        "$(two "${!full}" "${!short}")" pair "nginx 1.$v none 'keepalive_timeout 0;' 'ssl_session_cache builtin:100;'" \
        "curl 1.$v none https://server.test/again -o again"
done
capture resumed-java-12 healthy 'TLS 1.2, the second connection resumes, JDK on both sides' \
    "$(two "$full12" "$short12")" pair 'java 1.2 none' 'java 1.2 none -Dtimes=2'
capture resumed-java-13 healthy 'TLS 1.3, the second connection resumes, JDK on both sides' \
    "$(two "$full13_java" "$short13_hidden")" pair 'java 1.3 none' 'java 1.3 none -Dtimes=2'

# Early data needs a first connection that was closed properly, else OpenSSL forgets the session.
early_data()
{
    http_request >early
    record
    serve_openssl 1.3 none -early_data
    await_server
    chat '0.5:hello 0.5:' -tls1_3 -sess_out s
    sleep 0.3
    [ -z "${1:-}" ] || { end_servers; serve_openssl 1.3 none -early_data; await_server; }
    chat '0.5:hello 0.5:' -tls1_3 -sess_in s -early_data early
    settle
}
early13="$opened C.ClientHello ${gap}C.Data S.ServerHello ${gap}S.EncryptedExtensions"
capture early-data-openssl-13 healthy 'TLS 1.3, the second connection sends early data and it is accepted, OpenSSL on both sides' \
    "$(two "$hello13 S.Cert2 .*C.Finished" "$early13 S.Finished .*C.EndOfEarlyData C.Finished")" \
    with openssl_mode= openssl_input='background_fed 60:' early_data
capture early-data-rejected-openssl-13 early-data-rejected \
    'TLS 1.3, the second connection sends early data, the server was restarted and takes neither it nor the ticket, OpenSSL on both sides' \
    "$(two "$hello13 S.Cert2 .*C.Finished" "$early13 S.Cert2 S.CertVerify S.Finished C.Finished")" \
    with openssl_mode= openssl_input='background_fed 60:' early_data restarted

# Key exchange, groups, versions and suites.

capture hello-retry-openssl-13 healthy 'TLS 1.3 with a HelloRetryRequest (the server takes P-384 only), OpenSSL on both sides' \
    "$opened C.ClientHello S.HelloRetry ${gap}C.ClientHello S.ServerHello .*C.Finished .*C.Data" \
    pair 'openssl 1.3 none -groups P-384' 'openssl 1.3 none -groups X25519:P-384'
capture hello-retry-curl-nginx-13 healthy 'TLS 1.3 with a HelloRetryRequest and a client certificate, curl to nginx' \
    "$opened C.ClientHello S.HelloRetry ${gap}C.ClientHello S.ServerHello .*S.CertRequest .*C.Cert2 C.CertVerify C.Finished .*C.Data" \
    pair "nginx 1.3 require 'ssl_ecdh_curve secp521r1;'" 'curl 1.3 client'
capture hello-retry-cookie-gnutls-13 healthy 'TLS 1.3 with a HelloRetryRequest, GnuTLS on both sides' \
    "$opened C.ClientHello S.HelloRetry ${gap}C.ClientHello S.ServerHello .*C.Finished .*C.Data" \
    with gnutls_priority=:-GROUP-ALL:+GROUP-SECP384R1 pair 'gnutls 1.3 none' 'gnutls 1.3 none --priority NORMAL:-VERS-ALL:+VERS-TLS1.3'

rsa12="$opened C.ClientHello S.ServerHello S.Cert2 S.ServerHelloDone C.ClientKeyExchange $finish12"
capture rsa-key-exchange-openssl-12 weak-cipher-suite \
    'TLS 1.2 with TLS_RSA_WITH_AES_128_GCM_SHA256 (pki/server.key.pem opens it), OpenSSL on both sides' "$rsa12" \
    pair 'openssl 1.2 none' 'openssl 1.2 none -cipher AES128-GCM-SHA256'
capture rsa-key-exchange-mutual-openssl-12 weak-cipher-suite \
    'TLS 1.2 with TLS_RSA_WITH_AES_256_GCM_SHA384 and a client certificate (pki/server.key.pem opens it), OpenSSL on both sides' \
    "$opened C.ClientHello S.ServerHello S.Cert2 S.CertRequest S.ServerHelloDone C.Cert2 C.ClientKeyExchange C.CertVerify $finish12" \
    pair 'openssl 1.2 require' 'openssl 1.2 client -cipher AES256-GCM-SHA384'
capture rsa-key-exchange-cbc-go-12 weak-cipher-suite \
    'TLS 1.2 with TLS_RSA_WITH_AES_128_CBC_SHA, MAC then encrypt (pki/server.key.pem opens it), Go to OpenSSL' "$rsa12" \
    pair 'openssl 1.2 none' 'go 1.2 none -suite TLS_RSA_WITH_AES_128_CBC_SHA'
capture dhe-openssl-12 healthy 'TLS 1.2 with TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, OpenSSL on both sides' "$full12" \
    pair 'openssl 1.2 none' 'openssl 1.2 none -cipher DHE-RSA-AES128-GCM-SHA256'
capture dhe-gnutls-12 healthy 'TLS 1.2 with DHE-RSA, GnuTLS on both sides' "$full12" \
    with gnutls_priority=:-KX-ALL:+DHE-RSA pair 'gnutls 1.2 none' 'gnutls 1.2 none'

while read -r name suite; do
    capture suite-$name-12 healthy "TLS 1.2 with $suite, OpenSSL on both sides" "$full12" \
        pair 'openssl 1.2 none' "openssl 1.2 none -cipher $suite"
done <<'SUITES'
chacha20 ECDHE-RSA-CHACHA20-POLY1305
aes256-gcm ECDHE-RSA-AES256-GCM-SHA384
cbc-etm-sha1 ECDHE-RSA-AES128-SHA
cbc-etm-sha384 ECDHE-RSA-AES256-SHA384
SUITES
capture suite-ccm-12 healthy 'TLS 1.2 with ECDHE-ECDSA-AES128-CCM and ECDSA certificates, OpenSSL on both sides' "$full12" \
    with server_cert=server-ec pair "openssl 1.2 none -cipher ALL" 'openssl 1.2 none -cipher ECDHE-ECDSA-AES128-CCM'
capture suite-ccm8-12 healthy 'TLS 1.2 with ECDHE-ECDSA-AES128-CCM8 and ECDSA certificates, OpenSSL on both sides' "$full12" \
    with server_cert=server-ec pair "openssl 1.2 none -cipher ALL" 'openssl 1.2 none -cipher ECDHE-ECDSA-AES128-CCM8'
capture suite-cbc-mte-sha256-12 weak-cipher-suite \
    'TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, MAC then encrypt, Go to OpenSSL' "$full12" \
    pair 'openssl 1.2 none' 'go 1.2 none -suite TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'
while read -r name suite; do
    capture suite-$name-13 healthy "TLS 1.3 with $suite, OpenSSL on both sides" "$full13" \
        pair 'openssl 1.3 none -ciphersuites TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256' \
        "openssl 1.3 none -ciphersuites $suite"
done <<'SUITES'
aes128-gcm TLS_AES_128_GCM_SHA256
chacha20 TLS_CHACHA20_POLY1305_SHA256
ccm TLS_AES_128_CCM_SHA256
ccm8 TLS_AES_128_CCM_8_SHA256
SUITES

for v in 0 1; do
    capture old-openssl-1$v weak-protocol-version "TLS 1.$v accepted, OpenSSL on both sides" "$full12" \
        pair "openssl 1.$v none -cipher ALL:@SECLEVEL=0" "openssl 1.$v none -cipher ALL:@SECLEVEL=0"
    capture old-mutual-openssl-1$v weak-protocol-version "TLS 1.$v accepted, with a client certificate, OpenSSL on both sides" \
        "$mutual12" pair "openssl 1.$v require -cipher ALL:@SECLEVEL=0" "openssl 1.$v client -cipher ALL:@SECLEVEL=0"
    capture old-gnutls-1$v weak-protocol-version "TLS 1.$v accepted, GnuTLS on both sides" "$full12" \
        pair "gnutls 1.$v none" "gnutls 1.$v none"
done

# Extensions, addresses, shapes.

for v in 2 3; do
    full=full1$v mutual=mutual1$v
    capture alpn-h2-curl-nginx-1$v healthy "TLS 1.$v, ALPN agrees on h2, curl to nginx" "${!full%C.Data}" \
        with nginx_listen='ssl http2' pair "nginx 1.$v none" "curl 1.$v none --http2"
    capture ipv6-curl-nginx-1$v healthy "TLS 1.$v over IPv6 with a client certificate, curl to nginx" "${!mutual}" \
        with server_address=$server6 pair "nginx 1.$v require" "curl 1.$v client"
    capture loopback-1$v healthy "TLS 1.$v on the loopback interface (127.0.0.1, port 8443), OpenSSL to nginx" "${!mutual}" \
        with port=8443 client_place=server_side server_address=127.0.0.1 on_loopback "nginx 1.$v require" "openssl 1.$v client"
    capture loopback-ipv6-1$v healthy "TLS 1.$v on the loopback interface (::1, port 8443), OpenSSL to nginx" "${!mutual}" \
        with port=8443 client_place=server_side server_address=::1 on_loopback "nginx 1.$v require" "openssl 1.$v client"
    capture download-curl-nginx-1$v healthy "TLS 1.$v, a download of 12 kB, curl to nginx" "${!full}" \
        download 12000 "nginx 1.$v none" "curl 1.$v none"
    capture mutual-ec-go-nginx-1$v healthy "TLS 1.$v with ECDSA certificates on both sides, Go to nginx" \
        "${!mutual}" with server_cert=server-ec pair "nginx 1.$v require" "go 1.$v client-ec"
done

on_loopback()
{
    record lo
    eval "serve_$1"
    await_server
    eval "dial_$2" || true
    settle
}

download()
{
    record
    mkdir -p nginx.d/html
    head -c "$1" /dev/zero | tr '\0' x >nginx.d/html/served
    eval "serve_$2 'location = /served { root html; }'"
    await_server
    eval "dial_$3" || true
    settle
}

capture several-12-13 healthy 'three connections of OpenSSL, GnuTLS and Go clients to nginx, all at once, TLS 1.2 and 1.3' \
    "^(${opened#^} C.ClientHello[^/]*( / )?){3}\$" with server_cert=server-ec several

several()
{
    record
    serve_nginx 1.2-1.3 ask
    await_server
    go_program
    for one in 'openssl 1.2 client-ec' 'gnutls 1.2 none' 'go 1.3 none'; do
        ( keys=$keys.${one%% *} && eval "dial_$one" ) &
        others+=($!)
    done
    wait "${others[@]}" || true
    cat "$keys".* >"$keys"
    settle
}

# Later in the connection.

# chat LINES OPTION...: s_client says these lines at their time, then closes properly.
chat()
{
    say "$1" | client openssl s_client -connect "$host:$port" -servername server.test -CAfile "$pki/root.pem" \
        -keylogfile "$keys" "${@:2}" || true
}

# talk SERVER LINES OPTION...
talk()
{
    record
    eval "serve_$1"
    await_server
    chat "${@:2}"
    settle
}
certificate_of_client="-cert $pki/client.pem -key $pki/client.key.pem -cert_chain $pki/intermediate.pem"

again12="C.ClientHello .*S.ServerHello S.Cert2 S.ServerKeyExchange"
# shellcheck disable=SC2086
{
    capture renegotiation-client-openssl-12 healthy 'TLS 1.2, the client renegotiates and the server agrees, OpenSSL on both sides' \
        "$hello12 .*C.CCS C.Finished .*S.Finished .*$again12 .*C.Finished .*S.Finished .*C.Data" \
        with openssl_mode= openssl_input='background_fed 60:' \
        talk 'openssl 1.2 none -client_renegotiation' '0.5:R 0.5:hello 0.5:' -tls1_2
    capture renegotiation-server-openssl-12 healthy 'TLS 1.2, the server renegotiates and the client agrees (and resumes), OpenSSL on both sides' \
        "$hello12 .*C.CCS C.Finished .*S.Finished .*S.HelloRequest C.ClientHello S.ServerHello S.CCS S.Finished C.CCS C.Finished" \
        with openssl_mode= openssl_input="fed_later r" talk 'openssl 1.2 none' '0.5:hello 1.5:' -tls1_2
    capture renegotiation-cert-openssl-12 healthy \
        'TLS 1.2, the server asks for the client certificate in a renegotiation and gets it, OpenSSL on both sides' \
        "$hello12 .*C.CCS C.Finished .*S.Finished .*S.HelloRequest $again12 S.CertRequest .*C.Cert2 .*C.CertVerify .*C.Finished .*S.Finished" \
        with openssl_mode= openssl_input="fed_later R" talk 'openssl 1.2 none -no_ticket -no_cache' '0.5:hello 1.5:' -tls1_2 $certificate_of_client
    capture post-handshake-auth-openssl-13 healthy \
        'TLS 1.3, the server asks for the client certificate after the handshake and gets it, OpenSSL on both sides' \
        "$full13.* S.CertRequest .*C.Cert2 C.CertVerify C.Finished" \
        with openssl_mode= openssl_input="fed_later c" talk 'openssl 1.3 none' '0.5:hello 1.5:' -tls1_3 -enable_pha $certificate_of_client
    capture key-update-openssl-13 healthy 'TLS 1.3 with key updates of both sides, OpenSSL on both sides' \
        "$full13.* C.KeyUpdate .*S.KeyUpdate" \
        with openssl_mode= openssl_input='fed_later hi' talk 'openssl 1.3 none' '0.5:hello 0.3:K 1:hello 0.5:' -tls1_3
}

# fed_later LINE LOG COMMAND...: the server gets the line after the handshake.
fed_later()
{
    background_fed "$2" "1.4:$1" "${@:3}"
}
