# SPDX-License-Identifier: GPL-3.0-or-later
#
# Nothing comes of the ClientHello: no answer, another version, no suite, no group.

chapter 'Nothing comes of the ClientHello'

offered="$opened C.ClientHello"

# The server closes after the ClientHello without a word. What some clients say after that is no cause.
while read -r from after; do
    capture hello-reset-fin-$from hello-reset-no-alert \
        "the server answers the ClientHello of the ${called[$from]} client with FIN${after:+, the client sends alert ${after#*Alert} after that}" \
        "$offered S.FIN.*${after:-FIN}" pair 'tcp fin' "$from 1.2-1.3 none"
done <<'CLIENTS'
openssl C.Alert50
gnutls C.Alert10
java C.Alert40
curl
go
node
nss
CLIENTS
for from in openssl java go; do
    capture hello-reset-rst-$from hello-reset-no-alert \
        "the server answers the ClientHello of the ${called[$from]} client with RST" \
        "$offered S.RST\$" pair 'tcp rst' "$from 1.2-1.3 none"
done
capture hello-reset-rst-curl-ipv6 hello-reset-no-alert 'the server answers the ClientHello of curl with RST, over IPv6' \
    "$offered S.RST\$" with server_address=$server6 pair 'tcp rst' 'curl 1.2-1.3 none'
capture hello-reset-proxy-protocol-nginx hello-reset-no-alert \
    'nginx expects a PROXY header before the ClientHello and resets' \
    "$offered S.(RST|FIN)" with nginx_listen='ssl proxy_protocol' pair 'nginx 1.2-1.3 none' 'curl 1.2-1.3 none'
capture hello-reset-proxy-protocol-haproxy hello-reset-no-alert \
    'HAProxy expects a PROXY header before the ClientHello and resets' \
    "$offered S.(RST|FIN)" pair 'haproxy 1.2-1.3 none accept-proxy' 'curl 1.2-1.3 none'

capture hello-unanswered-curl hello-unanswered 'the server takes the ClientHello and stays silent; curl gives up after 6.5 seconds' \
    "$offered C.FIN" pair 'tcp silent' 'curl 1.2-1.3 none --max-time 6.5'
capture hello-unanswered-openssl hello-unanswered \
    'the server takes the ClientHello and stays silent; the OpenSSL client is ended after 7 seconds' \
    "$offered C.FIN" with patience=7 pair 'tcp silent' 'openssl 1.2-1.3 none'
capture hello-unanswered-java hello-unanswered \
    'the server takes the ClientHello and stays silent; the JDK client is ended after 7 seconds' \
    "$offered C.(FIN|RST)" with patience=7 pair 'tcp silent' 'java 1.2 none'

# Versions.

for v in 0 1; do
    for stack in openssl java node nss go nginx haproxy stunnel; do
        capture client-version-too-old-$stack-1$v client-version-too-old \
            "the OpenSSL client offers TLS 1.$v only, ${called[$stack]} wants 1.2 or more" \
            "$offered S.Alert70 " pair "$stack 1.2-1.3 none" "openssl 1.$v none -cipher ALL:@SECLEVEL=0"
    done
done
for stack in openssl java node nss go nginx; do
    capture client-version-too-old-$stack-12 client-version-too-old \
        "the OpenSSL client offers TLS 1.2 only, ${called[$stack]} wants 1.3" \
        "$offered S.Alert70 " pair "$stack 1.3 none" 'openssl 1.2 none'
done
capture client-version-too-old-gnutls-12 client-version-too-old \
    'the OpenSSL client offers TLS 1.2 only, GnuTLS wants 1.3 and says alert 40' \
    "$offered S.Alert40 " pair 'gnutls 1.3 none' 'openssl 1.2 none'
capture client-version-too-old-gnutls-11 client-version-too-old \
    'the OpenSSL client offers TLS 1.1 only, GnuTLS wants 1.2 or more' \
    "$offered S.Alert(40|70) " pair 'gnutls 1.2-1.3 none' 'openssl 1.1 none -cipher ALL:@SECLEVEL=0'
capture client-version-too-old-openssl-default-10 client-version-too-old \
    'the OpenSSL client offers TLS 1.0 only, the OpenSSL server knows it but its security level does not allow it' \
    "$offered S.Alert(70|80) " pair 'openssl 1.0-1.3 none' 'openssl 1.0 none -cipher ALL:@SECLEVEL=0'
for from in go gnutls curl; do
    [ $from != curl ] || more='--ciphers ALL:@SECLEVEL=0'
    capture client-version-too-old-nginx-from-$from-11 client-version-too-old \
        "${called[$from]} offers TLS 1.1 only, nginx wants 1.2 or more" \
        "$offered S.Alert70 " pair 'nginx 1.2-1.3 none' "$from 1.1 none ${more:-}"
done

while read -r stack code; do
    capture server-version-too-old-$stack-12 server-version-too-old \
        "the OpenSSL client offers TLS 1.3 only, ${called[$stack]} has 1.2 at most" \
        "$offered S.Alert$code " pair "$stack 1.2 none" 'openssl 1.3 none'
done <<'SERVERS'
openssl 70
gnutls 40
java 70
node 70
nss 70
go 70
nginx 70
haproxy 70
SERVERS
for from in curl go java gnutls nss node; do
    capture server-version-too-old-openssl-from-$from-12 server-version-too-old \
        "the ${called[$from]} client offers TLS 1.3 only, OpenSSL has 1.2 at most" \
        "$offered S.Alert70 " pair 'openssl 1.2 none' "$from 1.3 none"
done
for from in openssl curl gnutls nss; do
    capture server-version-too-old-picks-11-from-$from server-version-too-old \
        "OpenSSL knows no more than TLS 1.1 and answers so, the ${called[$from]} client wants 1.2" \
        "$offered S.ServerHello .*C.(Alert|FIN|RST)" pair 'openssl 1.0-1.1 none -cipher ALL:@SECLEVEL=0' "$from 1.2 none"
done
capture server-version-too-old-openssl-11 server-version-too-old \
    'OpenSSL knows no more than TLS 1.1, the OpenSSL client wants 1.2 or 1.3' \
    "$offered S.Alert70 " pair 'openssl 1.0-1.1 none -cipher ALL:@SECLEVEL=0' 'openssl 1.2-1.3 none'

# Suites.

old_suite='openssl 1.2 none -cipher ECDHE-RSA-AES128-SHA'
no_suite="$offered S.Alert40 "
while read -r stack options; do
    capture no-shared-cipher-$stack-12 no-shared-cipher \
        "TLS 1.2, ${called[$stack]} takes AES-GCM only, the OpenSSL client offers ECDHE with AES-128-CBC only" \
        "$no_suite" pair "$stack 1.2 none $options" "$old_suite"
done <<'SERVERS'
openssl -cipher ECDHE+AESGCM
java -Dsuites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
node ciphers=ECDHE-RSA-AES256-GCM-SHA384
go -suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
nginx 'ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;'
haproxy ciphers ECDHE-RSA-AES256-GCM-SHA384
SERVERS
capture no-shared-cipher-gnutls-12 no-shared-cipher \
    'TLS 1.2, GnuTLS takes AES-256-GCM only, the OpenSSL client offers ECDHE with AES-128-CBC only' \
    "$no_suite" with gnutls_priority=:-CIPHER-ALL:+AES-256-GCM pair 'gnutls 1.2 none' "$old_suite"
capture no-shared-cipher-openssl-13 no-shared-cipher \
    'TLS 1.3, the OpenSSL server takes TLS_AES_256_GCM_SHA384 only, the OpenSSL client offers TLS_CHACHA20_POLY1305_SHA256 only' \
    "$no_suite" pair 'openssl 1.3 none -ciphersuites TLS_AES_256_GCM_SHA384' \
    'openssl 1.3 none -ciphersuites TLS_CHACHA20_POLY1305_SHA256'
capture no-shared-cipher-java-from-java-12 no-shared-cipher \
    'TLS 1.2, the JDK server takes AES-256-GCM only, the JDK client offers AES-128-CBC only' \
    "$no_suite" pair 'java 1.2 none -Dsuites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384' \
    'java 1.2 none -Dsuites=TLS_RSA_WITH_AES_128_CBC_SHA'
for stack in openssl nginx go; do
    capture no-shared-cipher-certificate-type-$stack-12 no-shared-cipher \
        "TLS 1.2, ${called[$stack]} has an RSA certificate, the OpenSSL client offers ECDSA suites only" \
        "$no_suite" pair "$stack 1.2 none" 'openssl 1.2 none -cipher ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384'
done
capture no-shared-cipher-then-good-nginx-12 no-shared-cipher \
    'TLS 1.2, nginx refuses the suites of one OpenSSL client, then takes those of another' \
    "$no_suite[^/]* / ${full12#^}" refused_then_good \
    "nginx 1.2 none 'ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;'" "$old_suite" 'openssl 1.2 none'

refused_then_good()
{
    record
    eval "serve_$1"
    await_server
    eval "keys=$keys.1 dial_$2" || true
    sleep 0.2
    eval "keys=$keys.2 dial_$3" || true
    cat "$keys".* >"$keys" || true
    settle
}

# Groups.

while read -r stack code options; do
    capture no-shared-group-$stack-13 no-shared-group \
        "TLS 1.3, ${called[$stack]} takes P-384 only, the OpenSSL client offers X25519 only" \
        "$offered S.Alert$code " pair "$stack 1.3 none $options" 'openssl 1.3 none -groups X25519'
done <<'SERVERS'
openssl 40 -groups P-384
go 40 -group 24
java 10 -Djdk.tls.namedGroups=secp384r1
node 40 groups=P-384
nginx 40 'ssl_ecdh_curve secp384r1;'
haproxy 40 curves P-384
SERVERS
capture no-shared-group-gnutls-13 no-shared-group 'TLS 1.3, GnuTLS takes P-384 only, the OpenSSL client offers X25519 only' \
    "$offered S.Alert40 " with gnutls_priority=:-GROUP-ALL:+GROUP-SECP384R1 pair 'gnutls 1.3 none' \
    'openssl 1.3 none -groups X25519'
capture no-shared-group-openssl-12 no-shared-group \
    'TLS 1.2, the OpenSSL server takes P-384 only, the OpenSSL client offers X25519 only and ECDHE suites only' \
    "$offered S.Alert40 " pair 'openssl 1.2 none -groups P-384 -cipher ECDHE+AESGCM' 'openssl 1.2 none -groups X25519 -cipher ECDHE+AESGCM'
