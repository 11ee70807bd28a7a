# SPDX-License-Identifier: GPL-3.0-or-later
#
# Apache asks for the client certificate only when it has read the request: by renegotiation in TLS 1.2, by
# post-handshake authentication in TLS 1.3.

chapter 'The certificate is asked for late'

capture renegotiation-cert-apache-12 healthy \
    'TLS 1.2, Apache asks for the client certificate by renegotiation after the request and curl has one' \
    "$full12 S.HelloRequest C.ClientHello .*C.Cert2 .*C.Data|$full12 S.HelloRequest C.ClientHello .*C.Cert2 .*S.Data" \
    pair 'apache 1.2 late' 'curl 1.2 client'
capture client-cert-absent-renegotiation-apache-12 client-cert-absent \
    'TLS 1.2, Apache asks for the client certificate by renegotiation after the request and curl has none' \
    "$full12 S.HelloRequest C.ClientHello .*C.Cert0 .*S.Alert40" pair 'apache 1.2 late' 'curl 1.2 none'
capture renegotiation-refused-apache-from-go-12 renegotiation-refused \
    'TLS 1.2, Apache asks for the client certificate by renegotiation after the request and the Go client refuses to renegotiate' \
    "$full12 S.HelloRequest C.Warn100" pair 'apache 1.2 late' 'go 1.2 client'
capture post-handshake-auth-apache-13 healthy \
    'TLS 1.3, Apache asks for the client certificate after the request and curl has one' \
    "$full13 .*S.CertRequest C.Cert2 .*S.Data" pair 'apache 1.3 late' 'curl 1.3 client'
capture client-cert-absent-pha-apache-13 client-cert-absent \
    'TLS 1.3, Apache asks for the client certificate after the request and curl has none' \
    "$full13 .*S.CertRequest C.Cert0 .*S.Alert116" pair 'apache 1.3 late' 'curl 1.3 none'
capture post-handshake-auth-unsupported-apache-from-go-13 'post-handshake-auth-unsupported with --keylog @keys' \
    'TLS 1.3, Apache wants the client certificate after the request, the Go client knows no post-handshake authentication: HTTP 403' \
    "$full13 .*S.Data" pair 'apache 1.3 late' 'go 1.3 client'
for v in 2 3; do
    capture client-cert-absent-apache-1$v client-cert-absent \
        "TLS 1.$v, Apache requires a client certificate, curl has none" \
        "$(absent_proof $v openssl)" pair "apache 1.$v require" "curl 1.$v none"
    mutual=mutual1$v
    capture mutual-apache-1$v healthy "TLS 1.$v with a client certificate, curl to Apache" "${!mutual}" \
        pair "apache 1.$v require" "curl 1.$v client"
done
