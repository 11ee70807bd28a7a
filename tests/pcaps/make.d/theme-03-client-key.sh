# SPDX-License-Identifier: GPL-3.0-or-later
#
# The client has a certificate and cannot use its key when it is asked for it.

chapter 'The client cannot use its key'

for v in 2 3; do
    asked=asked1$v
    for stack in openssl go java nginx gnutls; do
        capture client-key-unusable-fin-$stack-1$v client-key-unusable \
            "TLS 1.$v, asked for its certificate by ${called[$stack]} an OpenSSL client without access to the key leaves with FIN, no alert" \
            "${!asked} (C.CCS )?C.FIN" pair "$stack 1.$v require" "oddclient 1.$v key-fin"
    done
    capture client-key-unusable-rst-openssl-1$v client-key-unusable \
        "TLS 1.$v, asked for its certificate an OpenSSL client without access to the key leaves with RST, no alert" \
        "${!asked} (C.CCS )?C.RST\$" pair "openssl 1.$v require" "oddclient 1.$v key-rst"
    capture client-key-unusable-rst-nginx-1$v client-key-unusable \
        "TLS 1.$v, asked for its certificate by nginx an OpenSSL client without access to the key leaves with RST, no alert" \
        "${!asked} (C.CCS )?C.RST\$" pair "nginx 1.$v require" "oddclient 1.$v key-rst"
    capture client-key-unusable-waits-openssl-1$v client-key-unusable \
        "TLS 1.$v, asked for its certificate an OpenSSL client waits two seconds for the key and leaves with FIN, no alert" \
        "${!asked} (C.CCS )?C.FIN" pair "openssl 1.$v require" "oddclient 1.$v key-waits"
    capture client-key-unusable-go-sign-1$v client-key-unusable \
        "TLS 1.$v, the Go client fails to sign: its certificate, then alert 80 in place of CertificateVerify" \
        "${!asked} (C.CCS )?C.Cert2 (C.ClientKeyExchange )?C.Alert80" pair "openssl 1.$v require" "go 1.$v client -key-broken sign"
    in_the_clear=
    [ $v = 2 ] || in_the_clear=' with --keylog @keys'
    capture client-key-unusable-java-throws-1$v "client-key-unusable$in_the_clear" \
        "TLS 1.$v, the JDK client's key manager throws when it is asked for the key: alert 80" \
        "${!asked} (C.CCS )?C.Alert80" keyed_at_server "1.$v require" "java 1.$v throwing"
    capture client-key-unusable-java-foreign-1$v client-key-unusable \
        "TLS 1.$v, the JDK client's key is one that no provider can sign with" \
        "${!asked} (C.CCS )?C.Cert2 (C.ClientKeyExchange )?C.Alert80" keyed_at_server "1.$v require" "java 1.$v foreign"
    capture client-cert-absent-java-key-missing-1$v client-cert-absent \
        "TLS 1.$v, the JDK client has a certificate but no key for it, and sends an empty Certificate" \
        "$(absent_proof $v openssl)" keyed_at_server "1.$v require" "java 1.$v missing"
    capture client-key-unusable-then-good-1$v client-key-unusable \
        "TLS 1.$v, an OpenSSL client without access to the key leaves with FIN twice, then curl with the same certificate is served" \
        "(${!asked#^} (C.CCS )?C.FIN [^/]* / ){2}" unusable_then_good 1.$v
done
capture client-key-unusable-go-12 client-key-unusable \
    'TLS 1.2, the Go client fails to get its certificate: alert 80 in its place' \
    "$asked12 C.Alert80" pair 'openssl 1.2 require' 'go 1.2 client -key-broken get'
capture client-key-unusable-go-13 client-key-unusable \
    'TLS 1.3, the Go client fails to get its certificate: ChangeCipherSpec and FIN, no alert' \
    "$asked13 C.CCS C.FIN" pair 'openssl 1.3 require' 'go 1.3 client -key-broken get'

unusable_then_good()
{
    record
    serve_openssl "$1" require
    await_server
    for try in 1 2; do
        keys=$keys.$try dial_oddclient "$1" key-fin || true
        sleep 0.2
    done
    keys=$keys.4 dial_curl "$1" client || true
    cat "$keys".* >"$keys"
    settle
}
