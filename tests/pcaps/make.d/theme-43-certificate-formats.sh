# SPDX-License-Identifier: GPL-3.0-or-later
#
# Signatures that do not fit their certificates, and certificates that are no X.509 certificates.

chapter 'The key does not belong to the certificate'

called[chromium]=Chromium

# Go signs with whatever key it is given.
wrong_key="$opened C.ClientHello S.ServerHello S.Cert2 S.ServerKeyExchange "
while read -r from answer; do
    capture server-signature-invalid-go-from-$from-12 server-signature-invalid \
        "TLS 1.2, the Go server signs with an RSA key that does not belong to its certificate; the ${called[$from]} client" \
        "$wrong_key.*C.$answer" pair 'go 1.2 none -key-broken other' "$from 1.2 none"
    capture server-signature-invalid-ec-go-from-$from-12 server-signature-invalid \
        "TLS 1.2, the Go server signs with an ECDSA key that does not belong to its certificate; the ${called[$from]} client" \
        "$wrong_key.*C.$answer" with server_cert=server-ec pair 'go 1.2 none -key-broken other' "$from 1.2 none"
done <<'CLIENTS'
openssl Alert
curl Alert
gnutls (Alert|FIN|RST)
nss Alert
java Alert
go Alert
node FIN
python Alert
chromium (Alert|FIN)
CLIENTS

# The client's end of a path on which something changes bytes.
for from in openssl java go gnutls; do
    capture server-signature-invalid-path-$from-12 server-signature-invalid \
        "TLS 1.2, a box in the path changes a bit of the server's key in its ServerKeyExchange; the ${called[$from]} client" \
        "$wrong_key.*C.Alert" relayed 'openssl 1.2 none' parameters "$from 1.2 none"
done
capture server-signature-invalid-path-signature-openssl-12 server-signature-invalid \
    "TLS 1.2, a box in the path changes a bit of the ServerKeyExchange's signature" \
    "$wrong_key.*C.Alert" relayed 'openssl 1.2 none' signature 'openssl 1.2 none'

chapter 'Bytes that are no certificate'

for from in openssl curl gnutls nss java go node; do
    capture server-cert-unreadable-$from-12 server-cert-unreadable \
        "TLS 1.2, a box in the path damages the server's certificate; the ${called[$from]} client" \
        "$opened C.ClientHello S.ServerHello S.Cert2 .*C.(Alert|FIN|RST)" relayed 'openssl 1.2 none' certificate "$from 1.2 none"
done
for stack in openssl gnutls nss java go node nginx; do
    capture client-cert-unreadable-$stack-12 client-cert-unreadable \
        "TLS 1.2, a box in the path damages the client's certificate before the ${called[$stack]} server sees it" \
        "$opened C.ClientHello .*S.CertRequest .*C.Cert2 .*S.(Alert|FIN|RST)" \
        seen_behind "$stack 1.2 require" client-certificate 'openssl 1.2 client'
done

# seen_behind SERVER HOW CLIENT: as relayed, seen between the box and the server.
seen_behind()
{
    record lo 'tcp port 444'
    port=444 eval "serve_$1"
    port=444 await_server
    background relay.log python3 "$here/stacks/relay.py" "$port" 444 "$2"
    await_server
    eval "dial_$3" || true
    settle
}

for stack in openssl gnutls nss java go node; do
    capture client-signature-rejected-path-$stack-12 client-signature-rejected \
        "TLS 1.2, a box in the path changes a cipher suite in the ClientHello, so that the client's signature does not fit what the ${called[$stack]} server saw" \
        "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.(Alert|FIN|RST)" \
        seen_behind "$stack 1.2 require" suites 'openssl 1.2 client'
    [[ $stack == @(openssl|go) ]] || capture client-signature-rejected-$stack-from-java-12 client-signature-rejected \
        "TLS 1.2, ${called[$stack]} requires a client certificate, the JDK client signs with a key that does not belong to it" \
        "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.(Alert|FIN|RST)" \
        with patience=30 pair "$stack 1.2 require" 'java 1.2 other'
    capture client-signature-rejected-ec-$stack-from-go-12 client-signature-rejected \
        "TLS 1.2, ${called[$stack]} requires a client certificate, the Go client signs with an ECDSA key that does not belong to it" \
        "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.(Alert|FIN|RST)" \
        pair "$stack 1.2 require" 'go 1.2 client-ec -key-broken other'
done
capture client-signature-rejected-path-before-openssl-12 client-signature-rejected \
    "TLS 1.2, the same, seen between the client and the box" \
    "$opened C.ClientHello .*S.CertRequest .*C.CertVerify .*S.Alert" relayed 'openssl 1.2 require' suites 'openssl 1.2 client'
