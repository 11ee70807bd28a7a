# SPDX-License-Identifier: GPL-3.0-or-later
#
# The server requires a client certificate and the client has none.

chapter 'The client has no certificate'

declare -A refusal12=([openssl]=40 [haproxy]=40 [stunnel]=40 [node]=40 [gnutls]=50 [nss]=42 [java]=42 [go]=42)
declare -A refusal13=([openssl]=116 [haproxy]=116 [stunnel]=116 [node]=116 [gnutls]=116 [nss]=116 [java]=42 [go]=42)

# absent_proof VERSION SERVER: what stands between the request and the refusal.
absent_proof()
{
    case $1 in
    2) printf '%s C.Cert0 .*S.Alert%s ' "$asked12" "${refusal12[$2]}" ;;
    3) printf '%s .*C.Cert0 .*S.Alert%s ' "$asked13" "${refusal13[$2]}" ;;
    esac
}

for v in 2 3; do
    for stack in openssl gnutls nss java node go haproxy stunnel; do
        capture client-cert-absent-$stack-1$v client-cert-absent \
            "TLS 1.$v, ${called[$stack]} requires a client certificate, the OpenSSL client has none" \
            "$(absent_proof $v $stack)" pair "$stack 1.$v require" "openssl 1.$v none"
    done
    for from in java go gnutls nss node; do
        capture client-cert-absent-openssl-from-$from-1$v client-cert-absent \
            "TLS 1.$v, OpenSSL requires a client certificate, the ${called[$from]} client has none" \
            "$(absent_proof $v openssl)" keyed_at_server "1.$v require" "$from 1.$v none"
    done
    for stack in haproxy node go gnutls; do
        capture client-cert-absent-$stack-from-curl-1$v client-cert-absent \
            "TLS 1.$v, ${called[$stack]} requires a client certificate, curl has none" \
            "$(absent_proof $v $stack)" pair "$stack 1.$v require" "curl 1.$v none"
    done
done
capture client-cert-absent-java-from-java-12 client-cert-absent \
    'TLS 1.2, JDK requires a client certificate, the JDK client has none; the alert comes before the ClientKeyExchange' \
    "$asked12 C.Cert0 .*S.Alert42 " pair 'java 1.2 require' 'java 1.2 none'
capture client-cert-absent-java-from-java-13 client-cert-absent \
    'TLS 1.3, JDK requires a client certificate, the JDK client has none (no key log)' \
    "${hello13_hidden}S.x65 .*C.x41 .*S.x35 " pair 'java 1.3 require' 'java 1.3 none'
capture client-cert-absent-nss-from-nss-12 client-cert-absent \
    'TLS 1.2, NSS requires a client certificate, the NSS client has none' \
    "$asked12 C.Cert0 .*S.Alert42 " pair 'nss 1.2 require' 'nss 1.2 none'
capture client-cert-absent-nss-from-nss-13 client-cert-absent \
    'TLS 1.3, NSS requires a client certificate, the NSS client has none (no key log)' \
    "${hello13_hidden}S.x[0-9]{4} ${gap}C.x61 .*S.x19 " pair 'nss 1.3 require' 'nss 1.3 none'
capture client-cert-absent-ipv6-openssl-12 client-cert-absent \
    'TLS 1.2 over IPv6, OpenSSL requires a client certificate, curl has none' \
    "$(absent_proof 2 openssl)" with server_address=$server6 pair 'openssl 1.2 require' 'curl 1.2 none'
capture client-cert-absent-old-openssl-11 client-cert-absent \
    'TLS 1.1, OpenSSL requires a client certificate, the OpenSSL client has none' \
    "$(absent_proof 2 openssl)" pair 'openssl 1.1 require -cipher ALL:@SECLEVEL=0' 'openssl 1.1 none -cipher ALL:@SECLEVEL=0'

# One client without, then one with a certificate: the same server, the same capture.
absent_then_present()
{
    record
    serve_openssl "$1" require
    await_server
    dial_curl "$1" none || true
    sleep 0.2
    keys=$keys.second dial_curl "$1" client || true
    cat "$keys".* >>"$keys"
    settle
}
for v in 2 3; do
    mutual=mutual1$v
    capture client-cert-absent-then-present-1$v client-cert-absent \
        "TLS 1.$v, OpenSSL requires a client certificate: curl without one is refused, then curl with one is served" \
        "$(absent_proof $v openssl)[^/]* / ${!mutual#^}" absent_then_present 1.$v
done

# The refusal comes in HTTP, after a handshake that succeeded.

for v in 2 3; do
    asked=asked1$v
    capture client-cert-absent-http-nginx-1$v 'client-cert-absent-http with --keylog @keys' \
        "TLS 1.$v, nginx requires a client certificate, curl has none: the handshake completes, then HTTP 400" \
        "${!asked} .*C.Cert0 .*C.Data .*S.Data .*S.close_notify" pair "nginx 1.$v require" "curl 1.$v none"
    capture client-cert-absent-http-nginx-from-openssl-1$v 'client-cert-absent-http with --keylog @keys' \
        "TLS 1.$v, nginx requires a client certificate, the OpenSSL client has none: the handshake completes, then HTTP 400" \
        "${!asked} .*C.Cert0 .*C.Data .*S.Data .*S.close_notify" pair "nginx 1.$v require" "openssl 1.$v none"
    capture client-cert-absent-http-nginx-from-go-1$v 'client-cert-absent-http with --keylog @keys' \
        "TLS 1.$v, nginx requires a client certificate, the Go client has none: the handshake completes, then HTTP 400" \
        "${!asked} .*C.Cert0 .*C.Data .*S.Data .*S.close_notify" pair "nginx 1.$v require" "go 1.$v none"
done
